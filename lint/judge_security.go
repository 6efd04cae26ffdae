package lint

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// judgeCommand looks at what the user-PI gives away, and keeps what later rules need.
func (c *Conn) judgeCommand(it *Item) {
	verb, _ := it.Command.split()
	switch {
	case isFold(verb, "user"):
		c.evidence.learnUser(it.Command)
	case isFold(verb, "pass"):
		c.judgePassword(it)
	}
}

// judgePassword reports one that crosses in clear although TLS was to be had. The
// server has shown that it speaks TLS by FEAT, or by a 234.
func (c *Conn) judgePassword(it *Item) {
	if c.Private || len(it.Command.secretArgument()) == 0 || c.evidence.isAnonymous() || !c.accepted && !c.evidence.offersTLS {
		return
	}
	c.report(it, Diagnostic{Rule: cleartextPassword, To: firstWord(it.Command.Line), Note: "in clear",
		Message: "a password crosses the wire in clear, though the server offers TLS"})
}

// judgeAnswer looks at the reply to a command that is known.
func (c *Conn) judgeAnswer(it *Item) {
	if it.Command.secret {
		c.judgeEcho(it)
	}
	if c.pairing.verdict.StartsTLS {
		c.evidence.startsTLS = true
	}
}

// judgeInjection reports plaintext between a 234 and what the user-PI says next: the
// first byte of TLS is the user-PI's. A server that gives up says 421.
func (c *Conn) judgeInjection(it *Item) {
	e := &c.evidence
	if c.Private || !e.injected && (!e.startsTLS || c.pairing.verdict.Closes) {
		return
	}
	e.startsTLS, e.injected = false, false
	raw := it.Reply.Raw()
	c.report(it, Diagnostic{Rule: dataAfter234, To: firstWord(raw), Note: "not under TLS",
		Message: "plaintext stands behind a 234, before the client has begun TLS"})
}

const escape = 0x1b

func (c *Conn) judgeEscapes(it *Item) {
	if !it.Reply.Deviations().HasAny(ftpreply.ControlByte) {
		return
	}
	raw := it.Reply.Raw()
	if at := bytes.IndexByte(raw, escape); at >= 0 {
		c.report(it, Diagnostic{Rule: terminalEscape, From: at, To: at + 1, Note: "ESC", Places: bytes.Count(raw, []byte{escape}),
			Message: fmt.Sprintf("a terminal that shows this %s reply obeys it", it.Reply.Code().String())})
	}
}

// judgeHost compares the host of a 227 with what is certain: nobody can connect to an
// address that is unspecified, and one server does not have several as a rule.
func (c *Conn) judgeHost(it *Item) {
	e := &c.evidence
	if !e.passive.IsValid() {
		return
	}
	d := Diagnostic{Rule: foreignPassiveHost}
	switch {
	case e.passive.IsUnspecified():
		d.Message, d.Note = "the host of this 227 reply is 0.0.0.0", "no address to connect to"
	case c.Peer.IsValid() && e.passive != c.Peer.Unmap():
		d.Message, d.Note = "the host of this 227 reply is not the one that sent it", "another host"
	case e.host.IsValid() && e.passive != e.host:
		d.Message, d.Note = "the host of this 227 reply is another than in one before", "another host"
	}
	if !e.host.IsValid() {
		e.host = e.passive
	}
	if d.Message != "" {
		d.From, d.To = textPlace(it.Reply)
		c.report(it, d)
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

// judgeRefusal looks at a reply that is no completion.
func (c *Conn) judgeRefusal(it *Item) {
	switch code, verb := it.Reply.Code(), c.pairing.verdict.Verb(); {
	case verb == "USER", verb == "PASS":
		c.judgeLogin(it)
	case code == ftpreply.CodeSyntaxError, code == ftpreply.CodeCommandNotImplemented:
		c.judgeFeature(it, verb)
	}
}

// conditional are the verbs whose label in FEAT is about some of their arguments only, or
// that are known under TLS only.
const conditional = " AUTH SITE OPTS MODE TYPE LANG HASH PBSZ PROT CCC SSCN "

// withoutArgument are the verbs that need none; the others get a 500 without one.
const withoutArgument = " PASV EPSV LPSV ESTA MLST MLSD "

// refusesVerb reports whether a 500 is about the verb, and not about its argument.
func refusesVerb(it *Item, verb string) bool {
	whole := it.Command != nil && len(it.Command.Argument()) > 0
	return (whole || strings.Contains(withoutArgument, " "+verb+" ")) && containsAny(it.Reply.Text(), unknownCommand)
}

// judgeFeature reports the refusal of a verb that FEAT has listed.
func (c *Conn) judgeFeature(it *Item, verb string) {
	if !c.evidence.lists(verb) || strings.Contains(conditional, " "+verb+" ") {
		return
	}
	if it.Reply.Code() == ftpreply.CodeSyntaxError && !refusesVerb(it, verb) {
		return
	}
	from, to := codePlace(it.Reply)
	c.report(it, Diagnostic{Rule: featUntrue, From: from, To: to, Note: "refused as unknown",
		Message: "FEAT lists " + verb + ", and the server does not know it"})
}

// unknownCommand are words of a 500 to a verb that a server does not have.
var unknownCommand = []string{"not understood", "not implemented", "unknown command", "unrecognized command", "not recognized", "invalid command"}

// unknownUser are words of a reply that tell that there is no such user.
var unknownUser = []string{"unknown", "no such", "not found", "not exist", "invalid user"}

// judgeLogin reports a reply that tells whether a user exists. That user or password
// is wrong may be said.
func (c *Conn) judgeLogin(it *Item) {
	text := it.Reply.Text()
	if !containsAny(text, unknownUser) || !containsAny(text, []string{"user", "login", "account"}) ||
		containsFold(text, "command") || containsFold(text, "password") && it.Reply.Code() != ftpreply.CodeUsernameOKNeedPassword {
		return
	}
	from, to := textPlace(it.Reply)
	c.report(it, Diagnostic{Rule: userEnumeration, From: from, To: to, Note: "says that there is no such user",
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
func (c *Conn) judgeEcho(it *Item) {
	secret := it.Command.secretArgument()
	if len(secret) == 0 || c.evidence.isAnonymous() || bytes.EqualFold(secret, c.evidence.user) {
		return
	}
	raw := it.Reply.Raw()
	at := indexFold(raw, secret)
	if at < 0 || !echoesVerb(raw[:at]) && !isUncommon(secret) {
		return
	}
	// Its length is nobody's business either; what is shown ends where the secret does.
	c.report(it, Diagnostic{Rule: secretInReply, From: at, To: at + 1, Note: "a secret",
		Message: fmt.Sprintf("this %s reply repeats the secret of its command", it.Reply.Code().String())})
}

// echoesVerb reports whether a command that has a secret ends in its verb here.
func echoesVerb(head []byte) bool {
	head = bytes.TrimRight(head, " \t")
	return len(head) >= 4 && isSecretVerb(head[len(head)-4:])
}

// isUncommon reports whether a secret cannot be a word of a language.
func isUncommon(secret []byte) bool {
	letters := bytes.IndexFunc(secret, func(r rune) bool { return uint32(r|0x20)-'a' > 'z'-'a' }) < 0
	return len(secret) > shortSecret && !letters
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
