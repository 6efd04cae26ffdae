package transcript

import (
	"bytes"
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// ProFTPD writes to its TraceLog, among much else, its replies if the channel response is
// traced, and the commands if the channel command is traced:
//
//	2026-11-22 10:25:33,691 [5840] <command:7>: dispatching PRE_CMD command 'FEAT' to mod_tls.c
//	2026-11-22 10:25:33,691 [5840] <command:7>: dispatching LOG_CMD command 'FEAT' to mod_log.c
//	2026-11-22 10:25:33,691 [5840] <response:1>: 211-Features:\r
//
// A command goes through phases, in each to one module after another. The time is in the
// zone of the server, which the log does not name.
var proftpdTrace = Format{
	Name:       "proftpd-trace",
	Producer:   "ProFTPD 1.3, TraceLog and Trace response:1 command:7",
	Recognised: "[pid], and <response:N>: or <command:N>: dispatching",
	Loses:      "the client's address, control characters in commands, the zone of the times",
	Keeps:      fidelity.All &^ (fidelity.Passwords | fidelity.Wire),
	Clock:      AbsoluteClock,
	recognise: linesWith("] <", func(line []byte) bool {
		return traceResponse.Match(line) || tracePhase.Match(line)
	}),
	decode:   lines(func() lineLog { return &traceLog{sessions: states[traceSession]{}} }),
	keepsEnd: true,
}

const traceHead = `^(\S+ \S+) \[(\d{1,9})\] <`

var (
	traceRecord   = regexp.MustCompile(traceHead + `\S+>: `)
	traceResponse = regexp.MustCompile(traceHead + `response:1>: (?:async: )?(.*)$`)
	tracePhase    = regexp.MustCompile(traceHead + `command:\d+>: dispatching (PRE_CMD|LOG_CMD|LOG_CMD_ERR) command '(.*)' to [\w.]+$`)
)

type traceLog struct {
	sessions states[traceSession]
	sending  int // the connection that the last line was sent on, or 0
}

type traceSession struct {
	command []byte // which goes through the phases now
	spoken  bool   // there was a command
	owes    bool   // the last one has had no reply yet
	over    bool   // the server-PI has said goodbye
}

func (l *traceLog) line(line []byte, out *emitter) error {
	head := traceRecord.FindSubmatch(line)
	if head == nil {
		if l.sending > 0 {
			out.server(l.sending, line) // after a bare LF within a reply
		}
		return nil
	}
	l.sending = 0
	out.readTime(head[1], "2006-01-02 15:04:05,000")
	if m := traceResponse.FindSubmatch(line); m != nil {
		l.response(string(m[2]), m[3], out)
	}
	if m := tracePhase.FindSubmatch(line); m != nil {
		l.phase(string(m[2]), string(m[3]), m[4], out)
	}
	return nil
}

func (l *traceLog) response(pid string, text []byte, out *emitter) {
	conn := out.conn(pid)
	s := l.sessions.of(conn)
	if s.over || s.spoken && !s.owes && bytes.HasPrefix(text, []byte("220")) {
		out.forget(pid) // another process has its number now
		conn = out.conn(pid)
		s = l.sessions.of(conn)
	}
	s.owes, s.over = false, endsConnection(text)
	l.sending = conn
	out.server(conn, text)
}

// phase takes a command for new in its first phase. A module may have others done on the
// way, "OPTS_UTF8 ON" for "OPTS UTF8 ON" say; but during a transfer the client may speak.
func (l *traceLog) phase(pid, phase string, command []byte, out *emitter) {
	conn := out.conn(pid)
	s := l.sessions.of(conn)
	same := bytes.Equal(command, s.command)
	switch {
	case phase != "PRE_CMD" && same:
		s.command = nil
	case phase == "PRE_CMD" && !same && (s.command == nil || transfers.Match(s.command)):
		s.command = bytes.Clone(command)
		s.spoken, s.owes = true, true
		out.client(conn, command)
	}
}
