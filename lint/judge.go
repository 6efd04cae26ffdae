package lint

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// signs lists every sign with its rule, in the order of the rules.
var signs = func() (all []ruleSign) {
	for _, r := range rules {
		for _, s := range r.signs {
			all = append(all, ruleSign{r, s})
		}
	}
	return all
}()

type ruleSign struct {
	rule *Rule
	sign sign
}

// What curl 7.88 reads at most: of a line 64 KiB, of all replies to one command
// 300 KiB. Other readers hold less.
const (
	maxReadableLine  = 64 << 10
	maxReadableReply = 300 << 10
)

// judge reports what is wrong with an item other than a reply.
func (c *Conn) judge(it *Item) {
	switch it.Kind {
	case CommandItem:
		c.judgeCommand(it)
	case ErrorItem:
		c.judgeError(it)
		c.judgeInjection(it)
	case TLSItem:
		c.evidence.gap()
	}
	c.judgeMissed()
}

// judgeReply reports what is wrong with a reply.
func (c *Conn) judgeReply(it *Item) {
	r := it.Reply
	if r.Deviations() != 0 || len(r.Raw()) > maxReadableReply {
		c.judgeForm(it)
	}
	if c.pairing.verdict.Reason != dialogue.None {
		c.judgeVerdict(it)
	}
	look := looks[r.Code()]
	if look&atPayload != 0 || look&atAnswer != 0 && it.Command != nil {
		c.judgePayload(it)
	}
	if c.evidence.startsTLS || c.evidence.injected {
		c.judgeInjection(it)
	}
	switch {
	case look&atHost != 0:
		c.judgeHost(it)
	case look&atRefusal != 0:
		c.judgeRefusal(it)
	}
	if it.Command != nil {
		c.judgeAnswer(it)
	}
	if c.pairing.verdict.Missed {
		c.judgeMissed()
	}
}

// judgeForm looks at the bytes of a reply that is not as plain as most.
func (c *Conn) judgeForm(it *Item) {
	if it.Reading != Given {
		c.judgeOpen(it)
	}
	c.judgeSigns(it)
	c.judgeEscapes(it)
	c.judgeSize(it)
}

// A look is at what only some codes have, one bit each.
type look uint8

const (
	atPayload look = 1 << iota
	atAnswer       // the payload of some commands
	atHost
	atRefusal
)

// looks says for each code where to look.
var looks = func() (looks [1000]look) {
	for _, p := range payloadReaders {
		if p.verb == "" {
			looks[p.code] |= atPayload
		} else {
			looks[p.code] |= atAnswer
		}
	}
	looks[ftpreply.CodeEnteringPassiveMode] |= atHost
	for code := range ftpreply.Code(len(looks)) {
		switch code.Class() {
		case ftpreply.Intermediate, ftpreply.TransientNegative, ftpreply.PermanentNegative:
			looks[code] |= atRefusal
		}
	}
	return looks
}()

// judgeSigns reports the departures that the framer has noted, each once.
func (c *Conn) judgeSigns(it *Item) {
	for _, s := range signs {
		if it.Reply.Deviations().HasAny(s.sign.deviation) {
			c.reportSign(it, s)
		}
	}
}

func (c *Conn) reportSign(it *Item, s ruleSign) {
	f := Diagnostic{Rule: s.rule, Note: s.sign.note, sign: s.sign.deviation}
	for from, to := range it.Reply.Find(s.sign.deviation) {
		if f.Places == 0 {
			f.From, f.To = from, to
		}
		f.Places++
	}
	f.Message = strings.Replace(s.sign.message, "%s", it.Reply.Code().String(), 1)
	c.report(it, f)
}

// judgeSize looks for what is longer than readers hold.
func (c *Conn) judgeSize(it *Item) {
	if !it.Reply.Deviations().HasAny(ftpreply.LongLine) && len(it.Reply.Raw()) <= maxReadableReply {
		return
	}
	if len(it.Reply.Raw()) > maxReadableReply {
		from := len(it.Reply.Raw()) - textLen(it.Reply)
		c.report(it, Diagnostic{Rule: overLimit, From: from, To: from + 3, Note: "its beginning",
			Message: fmt.Sprintf("this %s reply has %d bytes", it.Reply.Code().String(), len(it.Reply.Raw()))})
		return
	}
	from := 0
	for line := range bytes.Lines(it.Reply.Raw()) {
		if len(line) > maxReadableLine {
			c.report(it, Diagnostic{Rule: overLimit, From: from, To: from + firstWord(line), Note: "its beginning",
				Message: fmt.Sprintf("a line of this %s reply has %d bytes", it.Reply.Code().String(), len(line))})
			return
		}
		from += len(line)
	}
}

// judgeOpen reports a reply whose end was found by another reading.
func (c *Conn) judgeOpen(it *Item) {
	r := it.Reply
	raw := r.Raw()
	f := Diagnostic{Rule: unterminatedReply}
	switch it.Reading {
	case AnyCode:
		f.From = len(raw) - len(lastLine(raw))
		f.To = f.From + 4
		f.Message = fmt.Sprintf("no line ends this %s reply; read with any code it ends here", openerCode(r).String())
		f.Note = "another code than the first line's"
		f.sign = ftpreply.ForeignTerminator
	default:
		f.From, f.To = len(raw)-1, len(raw)
		f.Message = fmt.Sprintf("no CR LF ends this %s reply; read with any LF it ends here", openerCode(r).String())
		f.Note = "a bare LF, and the lines before ended in CR LF"
		f.sign = ftpreply.BareLF
	}
	c.report(it, f)
}

// judgeError reports what is no reply.
func (c *Conn) judgeError(it *Item) {
	if c.torn {
		return // a piece of what is missing
	}
	at := int(it.Err.Offset - it.Offset)
	raw := it.Reply.Raw()
	f := Diagnostic{Rule: notReply, From: at, To: at + firstWord(raw[at:]), Note: "no reply code"}
	switch {
	case it.Err.Err == ftpreply.ErrTooLong:
		f.Rule = overLimit
		f.Message = "a reply is longer than the limit, and was skipped"
		f.Note = "its beginning"
		if it.Reply.Code() == 0 {
			f.Message = "more bytes than the limit stand before a reply, and were skipped"
		}
	case it.Err.Err == io.ErrUnexpectedEOF && isCutReply(it.Reply, raw[at:]):
		f.Rule = unterminatedReply
		f.Message = "the connection ends in this reply"
		f.Note = "its beginning"
	case len(bytes.Trim(raw, "\r\n\x00")) == 0:
		return
	case c.Stats.Replies > 0:
		f.Rule = strayLine
		f.Message = "a line that is no reply stands between two replies"
	default:
		f.Message = "the server does not begin as an FTP server does"
	}
	if what := it.Err.Resembles(); what != "" {
		f.Message += ": this looks like " + what
	}
	c.report(it, f)
}

// isCutReply reports whether what the connection ended in had begun as a reply.
func isCutReply(r ftpreply.Reply, rest []byte) bool {
	return r.Code() != 0 || len(rest) > 0 && len(bytes.Trim(rest, "0123456789\r")) == 0
}

// openerCode is the code of the first line, which the last may not have.
func openerCode(r ftpreply.Reply) (code ftpreply.Code) {
	for l := range r.Lines() {
		for _, digit := range l.Prefix()[:min(3, len(l.Prefix()))] {
			code = 10*code + ftpreply.Code(digit-'0')
		}
		break
	}
	return code
}

// textLen is the number of bytes from the code on.
func textLen(r ftpreply.Reply) (n int) {
	for l := range r.Lines() {
		n += len(l.Raw())
	}
	return n
}

// firstWord is how much of b is marked when all of it is meant.
func firstWord(b []byte) int {
	if i := bytes.IndexAny(b, " \r\n"); i >= 0 {
		return i
	}
	return min(len(b), 16)
}

// lastLineOf is the last line of a reply.
func lastLineOf(r ftpreply.Reply) []byte {
	if r.Multiline() || r.Deviations() != 0 {
		return lastLine(r.Raw())
	}
	return r.Raw()
}

// lastLine is the last line of b, with its end.
func lastLine(b []byte) []byte {
	end := bytes.TrimSuffix(b, []byte{'\n'})
	return b[bytes.LastIndexByte(end, '\n')+1:]
}
