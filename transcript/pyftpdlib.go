package transcript

import (
	"bytes"
	"net/netip"
	"regexp"
	"strconv"

	"github.com/ftpreply/ftpreply/fidelity"
)

// pyftpdlib logs, at the level DEBUG, commands and the last line of each reply, in its own
// form or in that of Python's logging:
//
//	[D 2026-11-22 22:28:14] 127.0.0.1:46024-[u] <- FEAT
//	[D 2026-11-22 22:28:14] 127.0.0.1:46024-[u] -> 211 End FEAT.
//	DEBUG:pyftpdlib:127.0.0.1:46024-[u] <- FEAT
//
// Line endings in a text are kept; in the first form, four blanks precede each further
// line.
var pyftpdlib = Format{
	Name:       "pyftpdlib",
	Producer:   "pyftpdlib 1.5, level DEBUG",
	Recognised: "address:port-[user] and -> or <-",
	Loses:      "all lines of a reply but the last; the zone of the times, or the times",
	Keeps:      fidelity.LineStarts | fidelity.Texts | fidelity.BothSides,
	Clock:      AbsoluteClock,
	recognise:  linesWith("-[", pyArrow.Match),
	decode:     lines(func() lineLog { return &pyLog{} }),
	keepsEnd:   true,
}

// Another logger may have taken the head of a record away.
const pyOptional = `(?:\[[A-Z] (\S+ \S+)\] |[A-Z]+:[\w.]+:)?`

const pyHead = `^(?:\[[A-Z] (\S+ \S+)\] |[A-Z]+:[\w.]+:)`

var (
	pyRecord  = regexp.MustCompile(pyHead)
	pyArrow   = regexp.MustCompile(`^` + pyOptional + `(\S+):(\d+)-\[.*?\] (->|<-) (.*)$`)
	pySession = regexp.MustCompile(`^` + pyOptional + `(\S+):(\d+)-\[.*?\] FTP session (?:opened|closed)`)
)

// A pyLog holds the ending of the last line back until the next line is known.
type pyLog struct {
	open Event // whose end is left out
	cr   bool  // the line of the log had a CR
}

func (l *pyLog) line(line []byte, out *emitter) error {
	text, cr := bytes.CutSuffix(line, []byte{'\r'})
	switch m := pyArrow.FindSubmatch(text); {
	case m != nil:
		l.end(out)
		l.begin(m, out)
	case !pyRecord.Match(text) && !pySession.Match(text):
		l.further(text, out)
	default:
		l.end(out)
		if m := pySession.FindSubmatch(text); m != nil {
			out.forget(pyID(m[2], m[3]))
		}
	}
	l.cr = cr
	return nil
}

func pyID(host, port []byte) string { return string(host) + " " + string(port) }

func (l *pyLog) begin(m [][]byte, out *emitter) {
	t, _, _ := parseStamp(m[1]) // of 2013, the year has two digits
	out.at(t)
	address, _ := netip.ParseAddr(string(m[2]))
	port, _ := strconv.ParseUint(string(m[3]), 10, 16)
	side := Server
	if string(m[4]) == "<-" {
		side = Client
	}
	l.open = Event{Conn: out.conn(pyID(m[2], m[3])), Side: side, Time: out.time, Client: netip.AddrPortFrom(address, uint16(port))}
	l.add(m[5], out)
}

// further gives a line after a line end that was not the last.
func (l *pyLog) further(text []byte, out *emitter) {
	if l.open.Conn == 0 {
		return
	}
	if l.cr {
		l.add([]byte{'\r'}, out)
	}
	l.add(append([]byte{'\n'}, bytes.TrimPrefix(text, []byte("    "))...), out)
}

func (l *pyLog) end(out *emitter) {
	if l.open.Conn > 0 {
		l.add([]byte("\r\n"), out)
	}
	l.open = Event{}
}

func (l *pyLog) add(text []byte, out *emitter) {
	e := l.open
	e.Bytes = text
	out.add(e, "")
}
