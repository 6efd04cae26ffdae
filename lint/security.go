package lint

import (
	"bytes"
	"fmt"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/fidelity"
)

// These have no sign: judge finds them by looking for them.
var (
	dataAfter234 = &Rule{
		Name: "data-after-234", Group: Security, Severity: Error, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "Plaintext stands behind a 234, before the client has begun TLS.",
		Why: `Behind a 234 the client is the first to speak, in TLS. A client that keeps the bytes it
has read already takes them for replies that came under TLS: whoever sits on the wire has
written them (CVE-2021-22947). Or the server answers commands that it read before TLS.`,
		RFC:  "RFC 4217, section 4.1",
		Bad:  Example{"S 220 ready\r\n", "C AUTH TLS\r\n", "S 234 go\r\n230 in\r\n"},
		Good: Example{"S 220 ready\r\n", "C AUTH TLS\r\n", "S 234 go\r\n"},
	}
	secretInReply = &Rule{
		Name: "secret-in-reply", Group: Security, Severity: Error, Needs: fidelity.BothSides | fidelity.Passwords,
		Summary: "A reply repeats the password of the command that it answers.",
		Why: `Replies are shown to users and kept in logs, where passwords do not belong. Do not
repeat the argument of PASS, ACCT or ADAT.`,
		RFC:  "RFC 959, section 4.1.1, has the reply to PASS without it",
		Bad:  Example{"S 220 ready\r\n", "C PASS s3cret\r\n", "S 503 PASS s3cret: USER first\r\n"},
		Good: Example{"S 220 ready\r\n", "C PASS s3cret\r\n", "S 503 USER first\r\n"},
	}
	unsafePath = &Rule{
		Name: "unsafe-path", Group: Security, Severity: Warning, Needs: fidelity.LineEnds | fidelity.AllBytes,
		Summary: "A control character stands in a path that a client may send back.",
		Why: `A client that sends the path of a 257 in a CWD sends what is in it: behind a CR LF, a
command that the server or whoever made the directory chose. Refuse to make such names.`,
		RFC:     "RFC 959, section 5.3.2; RFC 2640, section 3.1",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8"},
		Bad:     login("C PWD\r\n", "S 257 \"/a\nDELE b\"\r\n"),
		Good:    login("C PWD\r\n", "S 257 \"/a?DELE b\"\r\n"),
	}
	terminalEscape = &Rule{
		Name: "terminal-escape", Group: Security, Severity: Warning, Needs: fidelity.AllBytes,
		Summary: "An ESC stands in a reply.",
		Why: `A terminal that shows the reply obeys what follows: it clears the screen, or writes
something else than what was sent. Such bytes come from names of files. Replace control
characters before the text is sent, and before it is shown.`,
		RFC:     "RFC 959, section 5.3.2, has printable characters only",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8", "npm ftp-srv 4.6.3", "goftp 2.0.3"},
		Bad:     login("C CWD a\r\n", "S 550 a\x1b[2J: no such directory\r\n"),
		Good:    login("C CWD a\r\n", "S 550 a?[2J: no such directory\r\n"),
	}
	foreignPassiveHost = &Rule{
		Name: "foreign-passive-host", Group: Security, Severity: Warning, Needs: fidelity.Texts,
		Summary: "A 227 names another host than the server.",
		Why: `A client that believes it connects to somebody else: to a machine behind its own
firewall, as the server likes. A server behind address translation names its inner
address, which cannot be reached. 0.0.0.0 is no address at all. Many clients ignore the
host of a 227 for that reason.`,
		RFC:     "RFC 959, section 4.1.2; RFC 2577, section 3",
		Servers: []string{"vsftpd 3.0.3 (0.0.0.0 to PASV over IPv6)"},
		Bad:     login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n", "C PASV\r\n", "S 227 Entering Passive Mode (10,0,0,1,4,52)\r\n"),
		Good:    login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n", "C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,52)\r\n"),
	}
	cleartextPassword = &Rule{
		Name: "cleartext-password", Group: Security, Severity: Warning, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "A password crosses in clear, though the server offers TLS.",
		Why: `The server has listed AUTH TLS in its FEAT, or has said 234. Everybody on the way can
read the password. Make the client use AUTH TLS before USER, and the server refuse USER
without it (RFC 4217, section 11.1).`,
		RFC:  "RFC 2577, section 5; RFC 4217, section 11.1",
		Bad:  Example{"S 220 ready\r\n", "C FEAT\r\n", "S 211-Features\r\n AUTH TLS\r\n211 End\r\n", "C USER x\r\n", "S 331 password\r\n", "C PASS y\r\n", "S 230 in\r\n"},
		Good: Example{"S 220 ready\r\n", "C FEAT\r\n", "S 211-Features\r\n AUTH TLS\r\n211 End\r\n", "C AUTH TLS\r\n", "S 234 go\r\n"},
	}
	userEnumeration = &Rule{
		Name: "user-enumeration", Group: Security, Severity: Info, Needs: fidelity.BothSides | fidelity.Texts,
		Summary: "A reply tells whether a user exists.",
		Why: `Whoever tries names learns which of them are worth guessing a password for. Answer
every USER with 331, and say of the two together that they are wrong.`,
		RFC:  "RFC 2577, section 7",
		Bad:  Example{"S 220 ready\r\n", "C USER x\r\n", "S 530 User x unknown\r\n"},
		Good: Example{"S 220 ready\r\n", "C USER x\r\n", "S 331 password\r\n", "C PASS y\r\n", "S 530 Login incorrect\r\n"},
	}
)

var securityRules = []*Rule{
	dataAfter234, secretInReply, unsafePath, terminalEscape,
	foreignPassiveHost, cleartextPassword, userEnumeration,
}

// judgeCommand looks at the secrets that the client reveals, and keeps the user name.
func (l *Linter) judgeCommand(it *control.Item) {
	switch {
	case it.Command.IsVerb("USER"):
		l.user = append(l.user[:0], it.Command.Argument()...)
	case it.Command.IsVerb("PASS"):
		l.judgePassword(it)
	}
}

// isAnonymous reports whether the password is not a secret (RFC 1635).
func (l *Linter) isAnonymous() bool {
	return len(l.user) == len("anonymous") && hasPrefixFold(l.user, "anonymous") || len(l.user) == len("ftp") && hasPrefixFold(l.user, "ftp")
}

// judgePassword reports a password that crosses the wire in clear text although TLS was
// available: the server has listed it in FEAT, or has sent a 234.
func (l *Linter) judgePassword(it *control.Item) {
	if it.Private || len(it.Command.Secret()) == 0 || l.isAnonymous() || !l.acceptsTLS && !l.offersTLS {
		return
	}
	l.report(it, Diagnostic{Rule: cleartextPassword, To: firstWord(it.Command.Line), Note: "in clear",
		Message: "a password crosses the wire in clear, though the server offers TLS"})
}

// judgeInjection reports plain text after the reply that starts TLS: the first byte of TLS
// is the client's.
func (l *Linter) judgeInjection(it *control.Item) {
	if it.Injected {
		l.report(it, Diagnostic{Rule: dataAfter234, To: firstWord(it.Reply.Raw()), Note: "not under TLS",
			Message: "plaintext stands behind a 234, before the client has begun TLS"})
	}
}

const escape = 0x1b

func (l *Linter) judgeEscapes(it *control.Item) {
	if !it.Reply.Deviations().HasAny(ftpreply.ControlByte) {
		return
	}
	raw := it.Reply.Raw()
	if at := bytes.IndexByte(raw, escape); at >= 0 {
		l.report(it, Diagnostic{Rule: terminalEscape, From: at, To: at + 1, Note: "ESC", Places: bytes.Count(raw, []byte{escape}),
			Message: fmt.Sprintf("a terminal that shows this %s reply obeys it", it.Reply.Code().String())})
	}
}

// judgeHost compares the host of a 227 with what is certain: nobody can connect to an
// address that is unspecified, and one server does not have several as a rule.
func (l *Linter) judgeHost(it *control.Item) {
	if !l.passive.IsValid() {
		return
	}
	d := Diagnostic{Rule: foreignPassiveHost}
	switch {
	case l.passive.IsUnspecified():
		d.Message, d.Note = "the host of this 227 reply is 0.0.0.0", "no address to connect to"
	case l.Peer.IsValid() && l.passive != l.Peer.Unmap():
		d.Message, d.Note = "the host of this 227 reply is not the one that sent it", "another host"
	case l.host.IsValid() && l.passive != l.host:
		d.Message, d.Note = "the host of this 227 reply is another than in one before", "another host"
	}
	if !l.host.IsValid() {
		l.host = l.passive
	}
	if d.Message != "" {
		d.From, d.To = textPlace(it.Reply)
		l.report(it, d)
	}
}

// textPlace is where the text of the last line stands.
func textPlace(r ftpreply.Reply) (from, to int) {
	for l := range r.Lines() {
		to = len(r.Raw()) - len(l.Raw()) + len(l.Prefix()) + len(l.Text())
		from = to - len(l.Text())
	}
	return from, to
}

// unknownUser are words of a reply that tell that there is no such user.
var unknownUser = []string{"unknown", "no such", "not found", "not exist", "invalid user"}

// judgeLogin reports a reply that tells whether a user exists. That user or password
// is wrong may be said.
func (l *Linter) judgeLogin(it *control.Item) {
	if verb := it.Verdict.Verb(); verb != "USER" && verb != "PASS" {
		return
	}
	text := it.Reply.Text()
	if !containsAny(text, unknownUser) || !containsAny(text, []string{"user", "login", "account"}) ||
		containsFold(text, "command") || containsFold(text, "password") && it.Reply.Code() != ftpreply.CodeUsernameOKNeedPassword {
		return
	}
	from, to := textPlace(it.Reply)
	l.report(it, Diagnostic{Rule: userEnumeration, From: from, To: to, Note: "says that there is no such user",
		Message: fmt.Sprintf("this %s reply tells whether a user exists", it.Reply.Code().String())})
}

func containsAny(b []byte, words []string) bool {
	for _, w := range words {
		if containsFold(b, w) {
			return true
		}
	}
	return false
}

// judgeEcho reports a secret in the reply to the very command that carried it. A word
// that is a user's name, or could be one of the reply's own, does not count.
func (l *Linter) judgeEcho(it *control.Item) {
	secret := it.Command.Secret()
	if len(secret) == 0 || l.isAnonymous() || bytes.EqualFold(secret, l.user) {
		return
	}
	raw := it.Reply.Raw()
	at := indexFold(raw, secret)
	if at < 0 || !echoesVerb(raw[:at]) && !isUncommon(secret) {
		return
	}
	// Its length is nobody's business either; what is shown ends where the secret does.
	l.report(it, Diagnostic{Rule: secretInReply, From: at, To: at + 1, Note: "a secret",
		Message: fmt.Sprintf("this %s reply repeats the secret of its command", it.Reply.Code().String())})
}

// echoesVerb reports whether a command that has a secret ends in its verb here.
func echoesVerb(head []byte) bool {
	head = bytes.TrimRight(head, " \t")
	return len(head) >= 4 && control.IsSecretVerb(head[len(head)-4:])
}

// isUncommon reports whether a secret cannot be a word of a language.
func isUncommon(secret []byte) bool {
	letters := bytes.IndexFunc(secret, func(r rune) bool { return uint32(r|0x20)-'a' > 'z'-'a' }) < 0
	return len(secret) > 3 && !letters
}

// indexFold is where word stands in b, in any case.
func indexFold(b, word []byte) int {
	for i := 0; i+len(word) <= len(b); i++ {
		if bytes.EqualFold(b[i:i+len(word)], word) {
			return i
		}
	}
	return -1
}

// containsFold reports whether b contains the words, which are in lower case and begin
// with a letter, in any case.
func containsFold(b []byte, words string) bool {
	for i := 0; i+len(words) <= len(b); i++ {
		if b[i]|0x20 == words[0] && hasPrefixFold(b[i:], words) {
			return true
		}
	}
	return false
}

func hasPrefixFold(b []byte, words string) bool {
	for i := range len(words) {
		if c, w := b[i], words[i]; c != w && (c|0x20 != w|0x20 || w|0x20-'a' > 'z'-'a') {
			return false
		}
	}
	return true
}
