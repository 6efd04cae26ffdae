package transcript

import (
	"regexp"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// aria2 writes a heading, and after it a command or a whole reply with the wire's ends,
// then an empty line:
//
//	2026-11-22 10:26:09.058288 [INFO] [FtpConnection.cc:350] CUID#7 - Response received:
//	220-Welcome
//	220 ready
//
//	2026-11-22 10:26:09.058294 [INFO] [FtpConnection.cc:87] CUID#7 - Requesting:
//	USER ********
//
// On the console there is no year and no place in the source, but colour.
var aria2 = Format{
	Name:       "aria2",
	Producer:   "aria2c, --log or --console-log-level=debug",
	Recognised: "CUID#… - Requesting: and Response received:",
	Loses:      "the zone of the times; on the console, the times",
	Keeps:      fidelity.All &^ (fidelity.Passwords | fidelity.Wire),
	Clock:      AbsoluteClock,
	recognise:  recogniseAria2,
	decode:     lines(func() lineLog { return &aria2Log{sessions: map[string]*session{}} }),
	keepsEnd:   true,
}

var (
	aria2Line    = regexp.MustCompile(`^(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6})|\d\d/\d\d \d\d:\d\d:\d\d) \[(?:\x1b\[[\d;]*m)?[A-Z]+(?:\x1b\[[\d;]*m)?\] `)
	aria2Heading = regexp.MustCompile(aria2Line.String() + `(?:\[[\w.]+:\d+\] )?CUID#(\d+) - (Requesting|Response received):$`)
)

func recogniseAria2(head []byte) int {
	if linesWith("CUID#", aria2Heading.Match)(head) == 0 {
		return 0
	}
	return linesLike(aria2Line.Match)(head)
}

type aria2Log struct {
	sessions map[string]*session
	session  *session // of the block that is open
	side     Side
	time     time.Time
}

func (l *aria2Log) line(line []byte, out *emitter) error {
	m := aria2Line.FindSubmatch(line)
	if m == nil {
		l.inner(line, out)
		return nil
	}
	l.session = nil
	if m := aria2Heading.FindSubmatch(line); m != nil {
		out.readTime(m[1], "2006-01-02 15:04:05.000000")
		l.session, l.side, l.time = known(l.sessions, string(m[2])), Server, out.time
		l.session.habit.noQuit = true
		if string(m[3]) == "Requesting" {
			l.side = Client
		}
	}
	return nil
}

func (l *aria2Log) inner(line []byte, out *emitter) {
	out.at(l.time)
	switch {
	case l.session == nil:
	case len(line) == 0:
		l.session = nil
	case l.side == Client:
		l.session.client(out, line)
	default:
		l.session.server(out, line)
	}
}
