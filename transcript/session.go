package transcript

import (
	"bytes"
	"net/netip"
	"regexp"
	"strconv"
)

// A session is the state of a log that shows one connection at a time.
type session struct {
	habit   habit
	conn    int  // 0 before anything is said
	quit    bool // a greeting that comes now is of the next connection
	owed    bool // the reply to a command has not begun
	replies replyLines
	address netip.AddrPort // of the server, where the log has named it

	crlf   bool // the reply's first line ended in CR LF, in a log that shows it
	bareLF bool // and its last one in LF, which does not end a line then
}

// A habit describes the client that writes a log.
type habit struct {
	noQuit   bool // it hangs up without QUIT, or does not log it
	lockStep bool // it waits for the reply to a command before it sends the next
}

// end closes the connection, because the log says so or says that the next one begins.
func (s *session) end(out *emitter) {
	out.closed(s.conn)
	*s = session{habit: s.habit}
}

// endAt closes it when a line of the log says that the next one begins.
func (s *session) endAt(out *emitter, begin *regexp.Regexp, line []byte) {
	if begin.Match(line) {
		s.begin(out, line)
	}
}

// begin closes the connection because a note of the log says that the next one begins, to the
// server that the note names.
func (s *session) begin(out *emitter, note []byte) {
	s.end(out)
	s.address = findAddress(note)
}

// A note names a server by its name and its address, (192.0.2.1) port 21, or by its address
// alone, 192.0.2.1:21 or [2001:db8::1]:21.
var (
	addressIPv4 = regexp.MustCompile(`(?:^|[^\w.])((?:\d{1,3}\.){3}\d{1,3})(?:[^\w.]|\.?$|\.\s|\.\.\.)`)
	addressIPv6 = regexp.MustCompile(`[(|\[ ]([[:xdigit:]]*:[[:xdigit:]:]*:[[:xdigit:].:]*)`)
	addressPort = regexp.MustCompile(`^[)|\]]*(?:,? port |:)(\d{1,5})\b`)
)

// findAddress returns the first address in a note, with its port if it follows, or the zero
// AddrPort.
func findAddress(note []byte) netip.AddrPort {
	m := addressIPv4.FindSubmatchIndex(note)
	if m == nil {
		m = addressIPv6.FindSubmatchIndex(note)
	}
	if m == nil {
		return netip.AddrPort{}
	}
	address, err := netip.ParseAddr(string(note[m[2]:m[3]]))
	if err != nil {
		return netip.AddrPort{}
	}
	var port uint64
	if p := addressPort.FindSubmatch(note[m[3]:]); p != nil {
		port, _ = strconv.ParseUint(string(p[1]), 10, 16)
	}
	return netip.AddrPortFrom(address, uint16(port))
}

func (s *session) client(out *emitter, text []byte) {
	s.say(out, Event{Side: Client}, bytes.TrimRight(text, "\r"), "\r\n")
}

func (s *session) server(out *emitter, text []byte) {
	opens := !s.replies.open
	s.say(out, Event{Side: Server}, text, out.lineEnd())
	s.bareLF = out.exact && !bytes.HasSuffix(text, []byte{'\r'})
	if opens {
		s.crlf = !s.bareLF
	}
}

// say gives a line of one side, and what is to follow it. Where a log does not tell that a
// connection begins, a greeting after QUIT does.
func (s *session) say(out *emitter, e Event, text []byte, end string) {
	line := bytes.TrimRight(text, "\r\n")
	if e.Side == Client {
		s.command(out, line)
	} else {
		s.reply(out, line)
	}
	e.Conn, e.Bytes = s.number(out), text
	if !e.Server.IsValid() {
		e.Server = s.address
	}
	out.add(e, end)
}

// number is that of the connection, which begins with the first that is said.
func (s *session) number(out *emitter) int {
	if s.conn == 0 {
		s.conn = out.newConn()
	}
	return s.conn
}

// A greeting (RFC 959, section 5.4) is also what REIN and HOST (RFC 7151) get.
var (
	greeting = regexp.MustCompile(`^[12]20`)
	greeted  = regexp.MustCompile(`^(?:REIN|HOST)\b`)
)

// command notes what a command tells of the session. A client that waits and goes on has
// had a reply that the log does not show.
func (s *session) command(out *emitter, line []byte) {
	if s.owed && !s.quit {
		out.add(Event{Kind: Gap, Conn: s.conn, Side: Server}, "")
	}
	s.owed = s.habit.lockStep
	s.quit = bytes.Equal(line, []byte("QUIT")) || s.habit.noQuit && !greeted.Match(line)
	s.replies.open = false
}

func (s *session) reply(out *emitter, line []byte) {
	if s.quit && !s.replies.open && greeting.Match(line) {
		s.end(out)
	}
	s.owed = false
	if !(s.replies.open && s.crlf && s.bareLF) {
		s.replies.line(line)
	}
}

// bare gives a line of a log that does not mark replies, if it is of one. It reports
// whether it was.
func (s *session) bare(out *emitter, text []byte) bool {
	if !s.replies.open && !beginsReply(bytes.TrimRight(text, "\r")) {
		return false
	}
	s.server(out, text)
	return true
}

// maxKnown is how many connections at a time a log is followed through.
const maxKnown = 1 << 12

// known returns the session that the log names id.
func known[T any](of map[string]*T, id string) *T {
	if of[id] == nil {
		if len(of) == maxKnown {
			clear(of)
		}
		of[id] = new(T)
	}
	return of[id]
}
