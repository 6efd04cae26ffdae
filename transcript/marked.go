package transcript

import (
	"bytes"
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// Several programs write one line for each line of the dialogue, with the time, a name of the
// connection, and a mark. A dialect says so as a regular expression; one decoder reads them all.

// A dialect is the shape of the lines of one program.
type dialect struct {
	// line has groups of these names, all optional but text: time; id, the name of the
	// connection; client, src and dst, addresses, perhaps with a port after a blank, a full
	// stop or a colon; mark; text.
	line *regexp.Regexp

	first string // the bytes that a line may begin with; "" for any
	holds string // a text that each line holds

	reply, command string         // the marks; both empty if a text shows by itself whose it is
	begin, end     *regexp.Regexp // notes about a connection, among the texts; may be nil
	firstLine      bool           // only the first line of a reply is there
	quitless       bool           // a greeting begins a connection, also where no QUIT is seen
}

// decode returns a decoder of the dialect.
func (d *dialect) decode() func(*input) func(*Event) error {
	groups := map[string]int{}
	for i, name := range d.line.SubexpNames() {
		if name != "" {
			groups[name] = i
		}
	}
	return lines(func() lineLog {
		return &dialectLog{dialect: d, groups: groups, sessions: map[string]*session{}, clock: countedClock{wrap: day}}
	})
}

// recognise returns a recogniser: the lines of the dialect, if any with a reply or a
// command among them.
func (d *dialect) recognise() func(head []byte) int {
	text := d.line.SubexpIndex("text")
	return func(head []byte) int {
		spoken := false
		n := linesWith(d.holds, func(line []byte) bool {
			if d.first != "" && (len(line) == 0 || strings.IndexByte(d.first, line[0]) < 0) {
				return false
			}
			m := d.line.FindSubmatch(line)
			if m == nil {
				return false
			}
			spoken = spoken || beginsReply(m[text]) || isCommand(m[text])
			return true
		})(head)
		if !spoken {
			return 0
		}
		return n
	}
}

type dialectLog struct {
	*dialect
	groups   map[string]int
	sessions map[string]*session
	clock    countedClock
}

func (l *dialectLog) line(line []byte, out *emitter) error {
	m := l.dialect.line.FindSubmatch(line)
	if m == nil {
		return nil
	}
	group := func(name string) []byte { return m[l.groups[name]] }
	if l.groups["time"] > 0 {
		out.at(l.time(group("time")))
	}
	text, id := group("text"), ""
	var e Event
	if l.groups["id"] > 0 {
		id = string(group("id"))
	}
	if l.groups["client"] > 0 {
		e.Client = endpoint(group("client"))
	}
	s := known(l.sessions, id)
	var isReply, isClient bool
	if l.groups["mark"] > 0 && l.reply != "" {
		mark := string(group("mark"))
		isReply, isClient = mark == l.reply, mark == l.command
	} else {
		isReply = beginsReply(text) || s.replies.open && !isCommand(text)
		isClient = !isReply && isCommand(text)
	}
	if l.groups["src"] > 0 && (isReply || isClient) {
		from, to := endpoint(group("src")), endpoint(group("dst"))
		if isClient {
			from, to = to, from
		}
		e.Server, e.Client = from, to
		s = known(l.sessions, from.String()+" "+to.String())
	}
	s.habit.noQuit = l.quitless
	switch {
	case isReply:
		e.Side = Server
		s.say(out, e, text, "\r\n")
		if l.firstLine && s.replies.open {
			out.add(Event{Kind: Gap, Conn: s.conn, Side: Server}, "")
			s.replies.open = false
		}
	case isClient:
		e.Side = Client
		s.say(out, e, text, "\r\n")
	case l.begin != nil && l.begin.Match(text):
		s.begin(out, text)
	case l.end != nil && l.end.Match(text):
		s.end(out)
	}
	return nil
}

// time reads a time, or seconds since the start of the recording.
func (l *dialectLog) time(b []byte) time.Time {
	b = bytes.TrimSpace(b)
	if t, form, n := parseStamp(b); n > 0 {
		if form != stampDate {
			t = l.clock.at(t)
		}
		return t
	}
	if seconds, err := strconv.ParseFloat(string(b), 64); err == nil && seconds >= 0 && seconds < 1<<31 {
		return Epoch.Add(secondsOf(seconds))
	}
	return time.Time{}
}

// endpoint reads an address, and a port after a colon, a full stop (tcpdump) or a blank. The
// port may be the name ftp.
func endpoint(b []byte) netip.AddrPort {
	s := string(bytes.TrimSpace(b))
	if a, err := netip.ParseAddrPort(s); err == nil {
		return a
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.AddrPortFrom(a, 0)
	}
	if i := bytes.LastIndexAny([]byte(s), ". "); i > 0 {
		a, err := netip.ParseAddr(s[:i])
		port, _ := strconv.ParseUint(s[i+1:], 10, 16)
		if s[i+1:] == "ftp" {
			port = 21
		}
		if err == nil {
			return netip.AddrPortFrom(a, uint16(port))
		}
	}
	return netip.AddrPort{}
}

const dialectKeeps = fidelity.AllLines | fidelity.LineStarts | fidelity.Texts | fidelity.BothSides

// markedFormat makes a format of a dialect.
func markedFormat(f Format, d *dialect) Format {
	f.recognise, f.decode = d.recognise(), d.decode()
	return f
}

// WinSCP marks commands, replies, notes and errors:
//
//	. 2026-09-14 13:53:25.600 Connecting to 192.0.2.1:21 ...
//	< 2026-09-14 13:53:25.674 220 ready
//	> 2026-09-14 13:53:25.680 USER u
var winscp = markedFormat(Format{
	Name: "winscp", Producer: "WinSCP, session log",
	Recognised: "<, >, . or ! and a date and time before each line",
	Loses:      "8-bit text that is not UTF-8; the zone of the times",
	Keeps:      dialectKeeps, Clock: AbsoluteClock,
}, &dialect{
	first: "<>.!", holds: " 20",
	line:  regexp.MustCompile(`^(?P<mark>[<>.!]) (?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (?P<text>.*)$`),
	reply: "<", command: ">",
	begin: regexp.MustCompile(`^Connecting to \S+.*(?:\.\.\.|:\d+)`),
	end:   regexp.MustCompile(`^Disconnected from server|^Session closed`),
})

// Cyberduck writes both sides to the same logger; older versions name the side:
//
//	2026-03-17 12:03:58,439 [Thread-90] INFO  audit.transcript - CWD /x
//	2026-03-17 12:03:58,501 [Thread-90] INFO  audit.transcript - 250 ok
//	2026-03-17 12:03:58,501 [Thread-90] INFO  ch.cyberduck.transcript.response - 250 ok
var cyberduck = markedFormat(Format{
	Name: "cyberduck", Producer: "Cyberduck and Mountain Duck, log file",
	Recognised: "transcript as the name of the logger, before a hyphen",
	Loses:      "8-bit text, which is encoded anew; the zone of the times",
	Keeps:      dialectKeeps, Clock: AbsoluteClock,
}, &dialect{
	first: "", holds: "transcript",
	line:     regexp.MustCompile(`^(?:(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) \[[^\]]*\] +[A-Z]+ +)?(?:audit\.transcript|ch\.cyberduck\.transcript\.(?:request|response)) - (?P<text>.*)$`),
	quitless: true,
})

// FileZilla Server 0.9 writes the number of the connection, the time, the user and the client's
// address before commands, replies and notes alike:
//
//	(000015) 01.08.2026 15:53:31 - (not logged in) (192.0.2.7)> 220-Welcome
//	(000015) 01.08.2026 15:53:31 - (not logged in) (192.0.2.7)> USER u
var filezillaServer09 = markedFormat(Format{
	Name: "filezilla-server-0.9", Producer: "FileZilla Server 0.9",
	Recognised: "(number) date - user (address)>",
	Loses:      "who sent a line: one that begins with a code is a reply; the zone of the times",
	Keeps:      dialectKeeps, Clock: AbsoluteClock,
}, &dialect{
	first: "(", holds: ")> ",
	line:  regexp.MustCompile(`^\((?P<id>\d+)\) ?(?P<time>[^()]*?\d:\d\d:\d\d[^()]*?) ?- .*?\((?P<client>[\d.:a-fA-F]+)\)> (?P<text>.*)$`),
	begin: regexp.MustCompile(`^Connected(?: on port|, sending)`),
	end:   regexp.MustCompile(`^disconnected\.?$`),
})

// FileZilla Server 1 writes the number of the session, the client's address and, from the
// login on, the user:
//
//	<12/3/2026 11:23:10 AM> FTP Session 87 192.0.2.7 [Response] 220 ready
//	<12/3/2026 11:23:10 AM> FTP Session 87 192.0.2.7 user [Command] PASS ****
var filezillaServer = markedFormat(Format{
	Name: "filezilla-server", Producer: "FileZilla Server 1",
	Recognised: "[Response] and [Command] after FTP Session, a number and an address, or alone",
	Loses:      "the zone of the times",
	Keeps:      dialectKeeps, Clock: AbsoluteClock,
}, &dialect{
	first: "<F[", holds: "] ",
	line:  regexp.MustCompile(`^(?:(?:<(?P<time>[^>]*)> )?FTP Session (?P<id>\d+) (?P<client>\S+) (?:.*? )?)?\[(?P<mark>Response|Command|Status|Error|Warning)\] (?P<text>.*)$`),
	reply: "Response", command: "Command",
	begin:    regexp.MustCompile(`^Session 0x[\da-f]+ with ID \d+ `),
	end:      regexp.MustCompile(`^Session ended|^Client did not properly shut down|closed the control connection`),
	quitless: true,
})

// FlashFXP writes the side of its window, L or R, before commands, replies and notes alike:
//
//	[15:57:35] [R] SIZE f
//	[15:57:35] [R] 550 no
var flashfxp = markedFormat(Format{
	Name: "flashfxp", Producer: "FlashFXP",
	Recognised: "[L] or [R] before each line",
	Loses:      "who sent a line: one that begins with a code is a reply; the dates",
	Keeps:      dialectKeeps, Clock: RelativeClock,
}, &dialect{
	first: "[", holds: "] ",
	line:     regexp.MustCompile(`^(?:\[(?P<time>\d\d?:\d\d:\d\d(?: [AP]M)?)\] )?\[(?P<id>[LR])\] (?P<text>.*)$`),
	begin:    regexp.MustCompile(`^(?:Connecting to |.*(?:\d{1,3}\.){3}\d{1,3}:\d+$)`),
	quitless: true,
})

// tshark and Wireshark print a line for each packet:
//
//	34   2.626895 192.0.2.1 → 192.0.2.2 FTP 76 Response: 220 ready
//	35   2.630012 192.0.2.2 → 192.0.2.1 FTP 70 Request: USER u
var packetList = markedFormat(Format{
	Name: "packet-list", Producer: "tshark without -T; Wireshark, packet list as text",
	Recognised: "number, time, addresses, FTP, length, and Request: or Response:",
	Loses:      "all lines of a packet but the first; the ports, so that the connections of two hosts are one; text after the column's width",
	Keeps:      fidelity.LineStarts | fidelity.Texts | fidelity.BothSides | fidelity.Passwords, Clock: RelativeClock,
}, &dialect{
	first: "", holds: " FTP ",
	line:  regexp.MustCompile(`^ *\d+ +(?P<time>\d+(?:\.\d+)?|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d+)?|\d\d:\d\d:\d\d(?:\.\d+)?) +(?P<src>\S+) +(?:→ +|-> +|-&gt; +)?(?P<dst>\S+) +FTP +\d+ +(?P<mark>Response|Request): (?P<text>.*)$`),
	reply: "Response", command: "Request",
	firstLine: true, quitless: true,
})

// tcpdump prints the first line of a packet of port 21:
//
//	10:23:15.104512 IP 192.0.2.1.ftp > 192.0.2.2.52449: Flags [P.], seq 1:21, ack 1, win 227, length 20: FTP: 220 ready
var tcpdumpText = markedFormat(Format{
	Name: "tcpdump", Producer: "tcpdump without -w, of port 21",
	Recognised: "IP, addresses, Flags, and FTP: before a text",
	Loses:      "all lines of a packet but the first; the dates",
	Keeps:      fidelity.LineStarts | fidelity.Texts | fidelity.BothSides | fidelity.Passwords, Clock: RelativeClock,
}, &dialect{
	first: "", holds: "FTP: ",
	line:      regexp.MustCompile(`^(?:(?P<time>(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d+|\d+\.\d+) )?IP6? (?P<src>\S+) > (?P<dst>\S+): Flags .*, length \d+: FTP: (?P<text>.*)$`),
	firstLine: true, quitless: true,
})

// secondsOf turns seconds with a fraction into a duration, to the microsecond.
func secondsOf(seconds float64) time.Duration {
	return time.Duration(math.Round(seconds*1e6)) * time.Microsecond
}
