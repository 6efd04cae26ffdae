package transcript

import (
	"bytes"
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// Python's ftplib writes with set_debuglevel(1) commands and whole replies, with
// set_debuglevel(2) each line too:
//
//	*get* '220-Welcome\n'
//	*get* '220 ready\n'
//	*resp* '220-Welcome\n220 ready'
//	*cmd* 'USER u'
//	*put* 'USER u\r\n'
//
// The texts have the form of Python string literals: CR is lost, and other bytes than ASCII have
// been decoded by the encoding of the FTP object, which the log does not name.
var ftplib = Format{
	Name:       "ftplib",
	Producer:   "Python ftplib, set_debuglevel 1 and 2",
	Recognised: "*cmd*, *put*, *get* and *resp* before a quoted text",
	Loses:      "8-bit text, which is shown decoded",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.AllBytes | fidelity.Passwords | fidelity.Wire),
	recognise:  linesWith("* ", ftplibLine.Match),
	decode:     lines(func() lineLog { return &ftplibLog{} }),
}

var ftplibLine = regexp.MustCompile(`^\*(cmd|put|put urgent|get|resp|retr|welcome)\* (?:'|")`)

type ftplibLog struct {
	session session
	got     bool   // the lines of the reply came one by one
	cmd     []byte // shown by *cmd*, and perhaps by *put* again
	from    Event
}

func (l *ftplibLog) line(line []byte, out *emitter) error {
	m := ftplibLine.FindSubmatch(line)
	if m == nil {
		return nil
	}
	text, _, err := unquote(line[len(m[0])-1:])
	if err != nil {
		return err
	}
	if kind := string(m[1]); kind != "put" {
		l.flush(out)
		l.received(kind, text, out)
		return nil
	}
	l.cmd = nil
	l.session.client(out, bytes.TrimRight(text, "\r\n"))
	return nil
}

func (l *ftplibLog) received(kind string, text []byte, out *emitter) {
	switch kind {
	case "cmd":
		l.cmd, l.from = text, Event{Side: Client, Time: out.time, Record: out.record}
	case "put urgent":
		l.session.client(out, bytes.TrimRight(text, "\r\n"))
	case "get":
		l.got = true
		l.session.server(out, bytes.TrimSuffix(text, []byte{'\n'}))
	case "resp":
		if !l.got {
			l.reply(text, out)
		}
		l.got = false
	}
}

func (l *ftplibLog) reply(text []byte, out *emitter) {
	for line := range bytes.SplitSeq(text, []byte{'\n'}) {
		l.session.server(out, line)
	}
}

func (l *ftplibLog) flush(out *emitter) {
	if l.cmd != nil {
		l.session.say(out, l.from, l.cmd, "\r\n")
		l.cmd = nil
	}
}

func (l *ftplibLog) end(out *emitter) { l.flush(out) }
