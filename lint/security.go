package lint

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/payload"
)

// These rules have no sign: the judges below find them.
var (
	dataAfter234 = &Rule{
		Name: "data-after-234", Group: Security, Severity: Error, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "Plain text comes after a 234, before the client has begun TLS.",
		Why: `After a 234 the client must be the first to send, in TLS. A client that keeps the bytes that it has
already read takes them for replies sent under TLS, although anyone on the network path can write
them (CVE-2021-22947). Or the server answers commands that it read before TLS. Discard all input
and output that is buffered when TLS begins.`,
		RFC:  "RFC 4217, section 4.1",
		Bad:  Example{"S 220 ready\r\n", "C AUTH TLS\r\n", "S 234 go\r\n230 in\r\n"},
		Good: Example{"S 220 ready\r\n", "C AUTH TLS\r\n", "S 234 go\r\n"},
	}
	secretInReply = &Rule{
		Name: "secret-in-reply", Group: Security, Severity: Error, Needs: fidelity.BothSides | fidelity.Passwords,
		Summary: "A reply repeats the password of the command that it answers.",
		Why: `Replies are shown to users and kept in logs, where passwords do not belong. Do not repeat the
argument of PASS, ACCT or ADAT.`,
		RFC:  "RFC 959, section 4.1.1, has the reply to PASS without it",
		Bad:  Example{"S 220 ready\r\n", "C PASS s3cret\r\n", "S 503 PASS s3cret: USER first\r\n"},
		Good: Example{"S 220 ready\r\n", "C PASS s3cret\r\n", "S 503 USER first\r\n"},
	}
	unsafePath = &Rule{
		Name: "unsafe-path", Group: Security, Severity: Warning, Needs: fidelity.LineEnds | fidelity.AllBytes,
		Summary: "A path that a client may send back contains a control character.",
		Why: `A client that sends the path of a 257 in a CWD sends every byte of it: after a CR LF, a command
chosen by the server or by the user who made the directory. Refuse to create such names.`,
		RFC:     "RFC 959, section 5.3.2; RFC 2640, section 3.1",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8"},
		Bad:     login("C PWD\r\n", "S 257 \"/a\nDELE b\"\r\n"),
		Good:    login("C PWD\r\n", "S 257 \"/a?DELE b\"\r\n"),
	}
	terminalEscape = &Rule{
		Name: "terminal-escape", Group: Security, Severity: Warning, Needs: fidelity.AllBytes,
		Summary: "A reply contains an ESC.",
		Why: `A terminal that shows the reply obeys the bytes after it: it clears the screen, or shows other text
than was sent. Such bytes come from file names. Replace control characters before the text is sent,
and before it is shown.`,
		RFC:     "RFC 959, section 5.3.2, has printable characters only",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8", "npm ftp-srv 4.6.3", "goftp 2.0.3"},
		Bad:     login("C CWD a\r\n", "S 550 a\x1b[2J: no such directory\r\n"),
		Good:    login("C CWD a\r\n", "S 550 a?[2J: no such directory\r\n"),
	}
	foreignPassiveHost = &Rule{
		Name: "foreign-passive-host", Group: Security, Severity: Warning, Needs: fidelity.Texts,
		Summary: "A 227 names another host than the server.",
		Why: `A client that trusts this address connects wherever the server says, including hosts behind the
client's own firewall. A server behind address translation names its inner address, which cannot be
reached. 0.0.0.0 is not an address to connect to. Many clients therefore ignore the host of a 227.
Name the address to which the client is connected.`,
		RFC:     "RFC 959, section 4.1.2; RFC 2577, section 3",
		Servers: []string{"vsftpd 3.0.3 (0.0.0.0 to PASV over IPv6)"},
		Bad:     login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n", "C PASV\r\n", "S 227 Entering Passive Mode (10,0,0,1,4,52)\r\n"),
		Good:    login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n", "C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,52)\r\n"),
	}
	cleartextPassword = &Rule{
		Name: "cleartext-password", Group: Security, Severity: Warning, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "A password is sent in clear text although the server offers TLS.",
		Why: `The server has listed AUTH TLS in its FEAT, or has sent a 234. Anyone on the network path can read
the password. Configure the client to send AUTH TLS before USER, and the server to refuse USER
without it (RFC 4217, section 11.1).`,
		RFC:  "RFC 2577, section 5; RFC 4217, section 11.1",
		Bad:  Example{"S 220 ready\r\n", "C FEAT\r\n", "S 211-Features\r\n AUTH TLS\r\n211 End\r\n", "C USER x\r\n", "S 331 password\r\n", "C PASS y\r\n", "S 230 in\r\n"},
		Good: Example{"S 220 ready\r\n", "C FEAT\r\n", "S 211-Features\r\n AUTH TLS\r\n211 End\r\n", "C AUTH TLS\r\n", "S 234 go\r\n"},
	}
	tlsRefused = &Rule{
		Name: "tls-refused", Group: Security, Severity: Warning, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "The server refuses AUTH, and the client sends its password in clear text.",
		Why: `Anyone on the network path can answer AUTH TLS with an error, and such a client then reveals its
password. Configure the client to require TLS. If the server itself refuses, enable TLS there.`,
		RFC:  "RFC 4217, sections 10.1 and 11.1",
		Bad:  Example{"S 220 ready\r\n", "C AUTH TLS\r\n", "S 500 unknown command\r\n", "C USER x\r\n", "S 331 password\r\n", "C PASS y\r\n", "S 230 in\r\n"},
		Good: Example{"S 220 ready\r\n", "C AUTH TLS\r\n", "S 500 unknown command\r\n", "C QUIT\r\n", "S 221 bye\r\n"},
	}
	bounceAccepted = &Rule{
		Name: "bounce-accepted", Group: Security, Severity: Warning, Needs: fidelity.BothSides,
		Summary: "The server accepts PORT with a port below 1024, or with another host than the client.",
		Why: `A client can make such a server connect to the mail server or to any other service of a third host,
and send commands of its choice there: the bounce attack. Answer 501 or 504 to a port below 1024 and
to any address but that of the client.`,
		RFC:  "RFC 2577, section 3",
		Bad:  login("C PORT 192,0,2,1,0,25\r\n", "S 200 PORT command successful\r\n"),
		Good: login("C PORT 192,0,2,1,0,25\r\n", "S 501 illegal port\r\n"),
	}
	epsvAllIgnored = &Rule{
		Name: "epsv-all-ignored", Group: Security, Severity: Warning, Needs: fidelity.BothSides,
		Summary: "The server accepts EPSV ALL, and then another command that opens a data connection.",
		Why: `After EPSV ALL, address translators on the path stop to look for addresses, so other data
connections fail there. The server must refuse PASV, PORT, EPRT and the like.`,
		RFC:     "RFC 2428, section 4",
		Servers: []string{"vsftpd 3.0.3 (EPRT)"},
		Bad:     login("C EPSV ALL\r\n", "S 200 ok\r\n", "C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n"),
		Good:    login("C EPSV ALL\r\n", "S 200 ok\r\n", "C PASV\r\n", "S 503 EPSV ALL was sent\r\n"),
	}
	protocolConfusion = &Rule{
		Name: "protocol-confusion", Group: Security, Severity: Warning, Needs: fidelity.Texts,
		Summary: "An error reply echoes a line of another protocol.",
		Why: `A web browser can be made to send such lines to an FTP server. If the server continues after lines
that are not FTP and echoes them, the browser may run the echo as a script or a page of another
server with the same certificate (ALPACA, USENIX Security 2021). Close the connection at a line of
another protocol, do not echo commands, and use ALPN with TLS.`,
		RFC:  "legal; ALPACA, USENIX Security 2021",
		Bad:  Example{"S 220 ready\r\n", "C GET / HTTP/1.1\r\n", "S 500 'GET / HTTP/1.1': command not understood\r\n"},
		Good: Example{"S 220 ready\r\n", "C GET / HTTP/1.1\r\n", "S 421 not an FTP command, closing\r\n"},
	}
	echoedPassive = &Rule{
		Name: "echoed-passive", Group: Security, Severity: Warning, Needs: fidelity.Texts,
		Summary: "An error reply repeats text that reads like a 227 or a 229.",
		Why: `Firewalls and address translators look for such text at the start of a packet, and open the port
that it names. An attacker who can make the server echo it, for example by the name of a file, opens
ports of the network behind the firewall. Do not echo arguments, or put text before them.`,
		RFC:  "CERT VU#328867; RFC 2577, section 3",
		Bad:  login("C CWD 227 Mode (192,0,2,1,0,25)\r\n", "S 550 227 Mode (192,0,2,1,0,25): no such directory\r\n"),
		Good: login("C CWD 227 Mode (192,0,2,1,0,25)\r\n", "S 550 No such directory\r\n"),
	}
	userEnumeration = &Rule{
		Name: "user-enumeration", Group: Security, Severity: Info, Needs: fidelity.BothSides | fidelity.Texts,
		Summary: "A reply reveals whether a user exists.",
		Why: `An attacker who tries names learns which of them exist, and can then guess their passwords. Answer
every USER with 331, and say only that the user name or the password is wrong.`,
		RFC:  "RFC 2577, section 7",
		Bad:  Example{"S 220 ready\r\n", "C USER x\r\n", "S 530 User x unknown\r\n"},
		Good: Example{"S 220 ready\r\n", "C USER x\r\n", "S 331 password\r\n", "C PASS y\r\n", "S 530 Login incorrect\r\n"},
	}
)

var securityRules = []*Rule{
	dataAfter234, secretInReply, unsafePath, terminalEscape,
	foreignPassiveHost, cleartextPassword, tlsRefused, bounceAccepted, epsvAllIgnored,
	protocolConfusion, echoedPassive, userEnumeration,
}

// judgeCommand keeps the user name, and reports a password that crosses the wire in clear text
// although TLS was available: the server has listed it in FEAT, or has sent a 234.
func (l *Linter) judgeCommand(it *control.Item) {
	switch {
	case it.Command.IsVerb("USER"):
		l.user = append(l.user[:0], it.Command.Argument()...)
	case !it.Command.IsVerb("PASS"), it.Private, len(it.Command.Secret()) == 0, l.isAnonymous():
	case l.refusesTLS:
		l.refusesTLS = false // one finding is enough
		l.report(it, Diagnostic{Rule: tlsRefused, To: firstWord(it.Command.Line), Note: "in clear text",
			Message: "AUTH was refused, and the client sends its password in clear text"})
	case l.acceptsTLS, l.offersTLS:
		l.report(it, Diagnostic{Rule: cleartextPassword, To: firstWord(it.Command.Line), Note: "in clear text",
			Message: "a password is sent in clear text although the server offers TLS"})
	}
}

// judgeAnswer looks at replies to the commands that matter for security.
func (l *Linter) judgeAnswer(it *control.Item) {
	completed := it.Reply.Code().Class() == ftpreply.Completion
	if it.Command.IsSecret() {
		l.judgeEcho(it)
	}
	switch verb := it.Verdict.Verb(); verb {
	case "AUTH":
		l.refusesTLS = isNegative(it.Reply.Code()) && !it.Private
	case "EPSV":
		all := completed && bytes.EqualFold(bytes.TrimSpace(it.Command.Argument()), []byte("ALL"))
		l.epsvAll = l.epsvAll || all
	case "PASV", "LPSV", "PORT", "LPRT", "EPRT":
		if completed {
			l.judgeDataConnection(it, verb)
		}
	}
}

// judgeDataConnection looks at an accepted command that sets up a data connection. The address
// of a PORT proves nothing unless the client's address is known, or another address was
// accepted before.
func (l *Linter) judgeDataConnection(it *control.Item, verb string) {
	from, to := codePlace(it.Reply)
	if l.epsvAll {
		l.report(it, Diagnostic{Rule: epsvAllIgnored, From: from, To: to, Note: "accepted after EPSV ALL",
			Message: fmt.Sprintf("%s is accepted although EPSV ALL was accepted before", verb)})
	}
	if verb == "PASV" || verb == "LPSV" {
		return
	}
	named, err := payload.ParsePort(verb, it.Command.Argument())
	if err != nil {
		return
	}
	const wellKnown = 1024
	d := Diagnostic{Rule: bounceAccepted, From: from, To: to}
	switch host := named.Addr().Unmap(); {
	case named.Port() < wellKnown:
		d.Message, d.Note = fmt.Sprintf("the server accepts %s with port %d", verb, named.Port()), "below 1024"
	case l.Client.IsValid() && host != l.Client.Unmap():
		d.Message, d.Note = fmt.Sprintf("the server accepts %s with another host than the client", verb), "another host"
	case l.active.IsValid() && host.BitLen() == l.active.BitLen() && host != l.active:
		d.Message, d.Note = fmt.Sprintf("the server accepts %s with another host than before", verb), "another host"
	}
	l.active = named.Addr().Unmap()
	if d.Message != "" {
		l.report(it, d)
	}
}

var (
	// otherProtocols matches lines of other protocols, as far as FTP has no such commands: a
	// request and header fields of HTTP, markup, and commands of SMTP with their argument.
	otherProtocols = regexp.MustCompile(`\b[A-Z]+ \S+ HTTP/[0-9.]+|\b(Host|User-Agent|Content-Type|Cookie): ?\S|<(script|SCRIPT)[ >]|\b(EHLO|HELO) \S+\.\S|\b(MAIL FROM|RCPT TO): ?<`)
	// passiveText matches text that reads like a 227 or a 229.
	passiveText = regexp.MustCompile(`\b(227\b[^\r\n]{0,80}?[0-9]{1,3}(,[0-9]{1,3}){5}|229\b[^\r\n]{0,80}?\((.)(.)(.)[0-9]{1,5}(.)\))`)
)

func isNegative(code ftpreply.Code) bool {
	return code.Class() == ftpreply.TransientNegative || code.Class() == ftpreply.PermanentNegative
}

// maxEchoSearched is the length of the text that is searched for echoes.
const maxEchoSearched = 4 << 10

// judgeEchoes reports an error reply that repeats text that another program obeys. A place
// that holds a known secret is masked in the output like any other.
func (l *Linter) judgeEchoes(it *control.Item) {
	if !isNegative(it.Reply.Code()) {
		return
	}
	raw := it.Reply.Raw()
	raw = raw[:min(maxEchoSearched, len(raw))]
	if !bytes.ContainsAny(raw[min(len("550"), len(raw)):], "2:/<O") {
		return // each word that is looked for below has one of these
	}
	start := len(raw)
	if from, to := codePlace(it.Reply); from < to && to < start {
		start = to // the reply's own code is not an echo
	}
	text := raw[start:]
	if m := find(passiveText, text, "227", "229"); m != nil {
		l.report(it, Diagnostic{Rule: echoedPassive, From: start + m[0], To: start + m[1], Note: "reads like a reply to PASV or EPSV",
			Message: fmt.Sprintf("this %s reply repeats text that reads like a reply to PASV or EPSV", it.Reply.Code().String())})
	}
	if l.confused {
		return // one finding for each connection
	}
	if m := find(otherProtocols, text, "HTTP/", "ost:", "gent:", "ype:", "ookie:", "<", "LO ", "FROM:", "TO:"); m != nil {
		l.confused = true
		l.report(it, Diagnostic{Rule: protocolConfusion, From: start + m[0], To: start + m[1], Note: "not FTP",
			Message: fmt.Sprintf("this %s reply echoes a line of another protocol", it.Reply.Code().String())})
	}
}

// find returns the place of the first match of r in b, or nil. It first looks for the words,
// one of which every match contains: that takes much less time than the expression.
func find(r *regexp.Regexp, b []byte, words ...string) []int {
	for _, word := range words {
		if bytes.Contains(b, []byte(word)) {
			return r.FindIndex(b)
		}
	}
	return nil
}

// isAnonymous reports whether the password is not a secret (RFC 1635).
func (l *Linter) isAnonymous() bool {
	return len(l.user) == len("anonymous") && hasPrefixFold(l.user, "anonymous") || len(l.user) == len("ftp") && hasPrefixFold(l.user, "ftp")
}

// judgeInjection reports plain text after the reply that starts TLS: the first byte of TLS
// is the client's.
func (l *Linter) judgeInjection(it *control.Item) {
	if it.Injected {
		l.report(it, Diagnostic{Rule: dataAfter234, To: firstWord(it.Reply.Raw()), Note: "not under TLS",
			Message: "plain text comes after a 234, before the client has begun TLS"})
	}
}

// judgeEscapes reports an ESC.
func (l *Linter) judgeEscapes(it *control.Item) {
	const escape = 0x1b
	raw := it.Reply.Raw()
	if at := bytes.IndexByte(raw, escape); at >= 0 && it.Reply.Deviations().HasAny(ftpreply.ControlByte) {
		l.report(it, Diagnostic{Rule: terminalEscape, From: at, To: at + 1, Note: "ESC", Places: bytes.Count(raw, []byte{escape}),
			Message: fmt.Sprintf("a terminal that shows this %s reply obeys the bytes after the ESC", it.Reply.Code().String())})
	}
}

// judgeHost compares the host of a 227 with the known facts: an unspecified address cannot be
// connected to, and a server usually has one address.
func (l *Linter) judgeHost(it *control.Item) {
	if !l.passive.IsValid() {
		return
	}
	d := Diagnostic{Rule: foreignPassiveHost}
	switch {
	case l.passive.IsUnspecified():
		d.Message, d.Note = "the host of this 227 reply is 0.0.0.0", "not an address to connect to"
	case l.Peer.IsValid() && l.passive != l.Peer.Unmap():
		d.Message, d.Note = "the host of this 227 reply is not the server", "another host"
	case l.host.IsValid() && l.passive != l.host:
		d.Message, d.Note = "this 227 reply names another host than an earlier one", "another host"
	}
	if !l.host.IsValid() {
		l.host = l.passive
	}
	if d.Message != "" {
		d.From, d.To = textPlace(it.Reply)
		l.report(it, d)
	}
}

// textPlace returns the place of the text of the last line.
func textPlace(r ftpreply.Reply) (from, to int) {
	for l := range r.Lines() {
		to = len(r.Raw()) - len(l.Raw()) + len(l.Prefix()) + len(l.Text())
		from = to - len(l.Text())
	}
	return from, to
}

// unknownUser are words of a reply that says that a user does not exist.
var unknownUser = []string{"unknown", "no such", "not found", "not exist", "invalid user"}

// judgeLogin reports a reply that reveals whether a user exists. A reply may say that the user
// or the password is wrong.
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
	l.report(it, Diagnostic{Rule: userEnumeration, From: from, To: to, Note: "says that the user does not exist",
		Message: fmt.Sprintf("this %s reply reveals whether a user exists", it.Reply.Code().String())})
}

func containsAny(b []byte, words []string) bool {
	for _, w := range words {
		if containsFold(b, w) {
			return true
		}
	}
	return false
}

// judgeEcho reports a secret in the reply to the command that carried it. A word that is the
// user's name does not count, nor a word that could be a word of the reply: it must follow its
// verb, or be longer than three bytes and contain other bytes than letters.
func (l *Linter) judgeEcho(it *control.Item) {
	if l.isAnonymous() {
		return
	}
	raw := it.Reply.Raw()
	for from, to := range it.Echoes() {
		head := bytes.TrimRight(raw[:from], " \t")
		echoed := len(head) >= 4 && control.IsSecretVerb(head[len(head)-4:])
		isLetter := func(r rune) bool { return uint32(r|0x20)-'a' <= 'z'-'a' }
		if echoed || to-from > 3 && len(bytes.TrimLeftFunc(raw[from:to], isLetter)) > 0 {
			// The place covers one byte: the length of the secret is not shown.
			l.report(it, Diagnostic{Rule: secretInReply, From: from, To: from + 1, Note: "a secret",
				Message: fmt.Sprintf("this %s reply repeats the secret of its command", it.Reply.Code().String())})
			return
		}
	}
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
