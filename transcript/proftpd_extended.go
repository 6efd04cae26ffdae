package transcript

import (
	"bytes"
	"net/netip"
	"regexp"
	"slices"
	"strconv"

	"github.com/ftpreply/ftpreply/fidelity"
)

// ProFTPD writes a line for each command to its ExtendedLog, with the code of the last
// reply to it and, where the LogFormat says so, a text of that reply. These are read:
//
//	%t %P "%r" %s "%S" %b          [22/Nov/2026:10:23:06 +0000] 3469 "USER ftptest" 331 "Password required for ftptest" -
//	%h %l %u %t "%r" %s "%S" %b    127.0.0.1 UNKNOWN - [22/Nov/2026:10:23:06 +0000] "USER ftptest" 331 "Password required for ftptest" -
//	%h %l %u %t "%r" %s %b         127.0.0.1 UNKNOWN - [22/Nov/2026:10:23:06 +0000] "USER ftptest" 331 -
//
// The last is ProFTPD's own. Quotes are not escaped; a hyphen means nothing. A reply
// is put together from code and text.
var proftpdExtended = Format{
	Name:       "proftpd-extended",
	Producer:   `ProFTPD 1.3, ExtendedLog and LogFormat "%t %P \"%r\" %s \"%S\" %b"`,
	Recognised: `[date] pid "command" code "text" bytes, perhaps with the host in front instead of the process`,
	Loses:      "greetings; replies to a command before its last one, and their lines before the last; control characters",
	Keeps:      fidelity.LineStarts | fidelity.Texts | fidelity.BothSides,
	Clock:      AbsoluteClock,
	recognise:  linesWith(`] `, isExtended(parseExtended)),
	decode:     lines(newExtended(parseExtended)),
}

// proftpdCodes has no process numbers: the connections of one client are one.
var proftpdCodes = Format{
	Name:       "proftpd-codes",
	Producer:   `ProFTPD 1.3, ExtendedLog without a LogFormat of its own`,
	Recognised: `host user user [date] "command" code bytes`,
	Loses:      "as proftpd-extended, all texts too; the connections of one client are not told apart",
	Keeps:      fidelity.LineStarts | fidelity.BothSides,
	Clock:      AbsoluteClock,
	recognise:  linesWith(`] "`, isExtended(parseCodes)),
	decode:     lines(newExtended(parseCodes)),
}

// The host, what the client's ident service has said of the user, and the user.
const extendedHost = `([\w.:-]+) [A-Za-z-][\w-]* \S+(?: \S+)?`

const extendedTime = `\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [-+]\d{4})\]`

var (
	extendedRecord = regexp.MustCompile(`^(?:` + extendedHost + ` )??` + extendedTime + ` (?:(\d{1,9}) )?"(.*)" (\d{3}|-) "(.*)" (\S+)$`)
	codesRecord    = regexp.MustCompile(`^` + extendedHost + ` ` + extendedTime + ` "(.*)" (\d{3}|-) (\S+)$`)
)

// An extendedLine is the record of one command in a line of the log.
type extendedLine struct {
	host, pid, time     string // host and pid perhaps empty
	command, code, text []byte
	moved               int64 // bytes of the transfer
}

func parseExtended(line []byte) (e extendedLine, ok bool) {
	m := extendedRecord.FindSubmatch(line)
	if m == nil {
		return e, false
	}
	return extendedLine{string(m[1]), string(m[3]), string(m[2]), m[4], m[5], m[6], movedBytes(m[7])}, true
}

func parseCodes(line []byte) (e extendedLine, ok bool) {
	m := codesRecord.FindSubmatch(line)
	if m == nil {
		return e, false
	}
	return extendedLine{string(m[1]), "", string(m[2]), m[3], m[4], nil, movedBytes(m[5])}, true
}

// movedBytes is the number of bytes, 0 for a hyphen.
func movedBytes(b []byte) int64 {
	n, _ := strconv.ParseInt(string(b), 10, 64)
	return n
}

// isExtended wants a verb too: web servers write much the same.
func isExtended(parse func([]byte) (extendedLine, bool)) func(line []byte) bool {
	return func(line []byte) bool {
		e, ok := parse(line)
		return ok && isCommand(e.command)
	}
}

type extendedLog struct {
	parse    func(line []byte) (extendedLine, bool)
	sessions states[extendedSession]
}

type extendedSession struct {
	begun    bool
	answered []byte // the command of the last line, when ProFTPD had put it another way
}

func newExtended(parse func([]byte) (extendedLine, bool)) func() lineLog {
	return func() lineLog { return &extendedLog{parse, states[extendedSession]{}} }
}

func (l *extendedLog) line(line []byte, out *emitter) error {
	e, ok := l.parse(line)
	if !ok {
		return nil
	}
	out.readTime([]byte(e.time), "02/Jan/2006:15:04:05 -0700")
	id := e.host + "[" + e.pid + "]"
	conn := out.conn(id)
	address, _ := netip.ParseAddr(e.host)
	event := Event{Conn: conn, Client: netip.AddrPortFrom(address, 0)}
	s := l.sessions.of(conn)
	if !s.begun {
		event.lose(out, Server) // the greeting
		s.begun = true
	}
	if string(e.code) == "-" {
		// The same command again, one that a module gave to another, or one that was cut short.
		if !bytes.Equal(e.command, s.answered) {
			event.lose(out, Client)
			event.lose(out, Server)
		}
		return nil
	}
	s.answered = nil
	if optsWithin.Match(e.command) {
		e.command = bytes.Replace(e.command, []byte{'_'}, []byte{' '}, 1)
		s.answered = bytes.Clone(e.command)
	}
	event.send(Client, e.command, out)
	if transfers.Match(e.command) && e.code[0] == '2' {
		event.lose(out, Server) // the preliminary reply
	}
	if transfers.Match(e.command) {
		event.Transferred = e.moved
	}
	event.send(Server, e.reply(), out)
	if endsConnection(e.reply()) {
		out.forget(id)
	}
	return nil
}

// optsWithin is what ProFTPD makes of OPTS and its first word, to do it.
var optsWithin = regexp.MustCompile(`^(?i:OPTS)_`)

func (e *extendedLine) reply() []byte {
	if string(e.text) == "-" {
		e.text = nil
	}
	return slices.Concat(e.code, []byte{' '}, e.text)
}

func (e Event) lose(out *emitter, side Side) {
	e.Kind, e.Side = Gap, side
	out.add(e, "")
}

// send gives the event with this side and these bytes.
func (e Event) send(side Side, text []byte, out *emitter) {
	e.Side, e.Bytes = side, text
	out.add(e, "\r\n")
}
