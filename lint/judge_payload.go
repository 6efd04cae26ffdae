package lint

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// A payloadReader is a payload that is judged: which replies have it, how it is
// read, and what is reported when it cannot be read, names what does not exist, or has
// another shape than its grammar.
type payloadReader struct {
	code                       ftpreply.Code
	verb                       string // that gets it; empty for any
	read                       func(*evidence, ftpreply.Reply) (payload.Tolerance, error)
	unreadable, outside, shape *Rule
}

var payloadReaders = []payloadReader{
	{227, "", readPassive, passiveUnreadable, passiveRange, passiveShape},
	{228, "", readPassive, passiveUnreadable, passiveRange, passiveShape},
	{229, "", readPassive, passiveUnreadable, passiveRange, passiveShape},
	{257, "", readPath, pwdShape, pwdShape, pwdShape},
	{211, "FEAT", readFeatures, featShape, featShape, featShape},
	{250, "MLST", readFacts, factShape, factShape, factShape},
	{213, "SIZE", readSize, factShape, factShape, factShape},
	{213, "MDTM", readModTime, factShape, factShape, factShape},
}

// payloadCodes has the readers for each code from 200 on.
var payloadCodes = func() (byCode [60][]payloadReader) {
	for _, p := range payloadReaders {
		byCode[p.code-200] = append(byCode[p.code-200], p)
	}
	return byCode
}()

func readPassive(e *evidence, r ftpreply.Reply) (payload.Tolerance, error) {
	v, err := payload.ParsePassive(r)
	e.passive = v.Host
	return v.Tolerances, err
}

func readPath(_ *evidence, r ftpreply.Reply) (payload.Tolerance, error) {
	v, err := payload.ParsePath(r)
	return v.Tolerances, err
}

func readFeatures(e *evidence, r ftpreply.Reply) (payload.Tolerance, error) {
	v, err := payload.ParseFeatures(r)
	if err == nil {
		e.learnFeatures(r, v)
	}
	return v.Tolerances, err
}

func readFacts(_ *evidence, r ftpreply.Reply) (payload.Tolerance, error) {
	v, err := payload.ParseFacts(r)
	return v.Tolerances, err
}

func readSize(_ *evidence, r ftpreply.Reply) (payload.Tolerance, error) {
	v, err := payload.ParseSize(r)
	return v.Tolerances, err
}

func readModTime(_ *evidence, r ftpreply.Reply) (payload.Tolerance, error) {
	v, err := payload.ParseModTime(r)
	return v.Tolerances, err
}

// judgePayload reads the payload of a reply whose code may have one.
func (c *Conn) judgePayload(it *Item) {
	readers := payloadCodes[it.Reply.Code()-200]
	for i := range readers {
		if p := &readers[i]; p.verb == "" || p.verb == c.pairing.verdict.Verb() {
			c.judgeReading(it, p)
			return
		}
	}
}

func (c *Conn) judgeReading(it *Item, p *payloadReader) {
	// What is learned of the reply is evidence for later ones.
	d, err := p.read(&c.evidence, it.Reply)
	if err != nil {
		c.reportUnreadable(it, p, err)
	}
	if d != 0 {
		from, to := codePlace(it.Reply)
		info, _ := d.Info()
		c.report(it, Diagnostic{Rule: p.shape, From: from, To: to, Note: info.Summary,
			Message: fmt.Sprintf("the text of this %s reply is not as its grammar has it: %s", it.Reply.Code().String(), d)})
	}
}

// unsafe are the departures of a reply that make a path unsafe: a client may send a
// TAB back without harm.
const unsafe = ftpreply.NUL | ftpreply.ControlByte | ftpreply.BareCR | ftpreply.BareLF | ftpreply.LFInText

// isSetting reports whether a MDTM without a time in its reply has set one: with a time in
// its argument it does so on many servers, and no document says what they answer.
func isSetting(it *Item, err error) bool {
	const digits = len("20060102030405")
	if it.Command == nil || err != payload.ErrMissing {
		return false
	}
	verb, argument := it.Command.split()
	return isFold(verb, "mdtm") && len(argument) > digits && len(bytes.TrimLeft(argument[:digits], "0123456789")) == 0
}

func (c *Conn) reportUnreadable(it *Item, p *payloadReader, err error) {
	var e *payload.Error
	if !errors.As(err, &e) || isSetting(it, e.Err) {
		return
	}
	d := Diagnostic{Rule: p.unreadable, From: e.Offset, To: e.Offset + len(e.Text), Note: "by " + e.Source}
	d.Message = fmt.Sprintf("the text of this %s reply cannot be read: %v", it.Reply.Code().String(), e.Err)
	switch e.Err {
	case payload.ErrRange:
		d.Rule = p.outside
	case payload.ErrUnsafePath:
		if !it.Reply.Deviations().HasAny(unsafe) {
			return // a TAB
		}
		d.Rule = unsafePath
		d.Message = fmt.Sprintf("a control character stands in the path of this %s reply", it.Reply.Code().String())
	}
	c.report(it, d)
}
