package transcript

import (
	"bytes"
	"net/netip"
	"regexp"
	"slices"

	"github.com/ftpreply/ftpreply/fidelity"
)

// pure-ftpd writes commands and replies to syslog if it is started with -d twice:
//
//	Nov 22 10:29:08 ftp pure-ftpd: (?@127.0.0.1) [DEBUG] Command [user] [ftptest]
//	Nov 22 10:29:08 ftp pure-ftpd: (?@127.0.0.1) [DEBUG] 331 User ftptest OK. Password required
//
// The user is a question mark until the login. Verbs are always in lower case.
// Further lines of a reply may follow in one record, with the CR LF between them; text that
// is longer than a record is cut.
var pureFTPd = Format{
	Name:       "pure-ftpd",
	Producer:   "pure-ftpd 1.0, -d -d",
	Recognised: "(user@host) [DEBUG] after a prefix of syslog",
	Loses:      "the case of verbs; ends of long lines; which of one client's connections it is, where syslog has no process numbers",
	Keeps:      fidelity.LineStarts | fidelity.Texts | fidelity.BothSides,
	Clock:      RelativeClock,
	recognise: linesWith(") [", func(line []byte) bool {
		r, ok := parsePure(line)
		return ok && r.level == "DEBUG"
	}),
	decode: lines(func() lineLog { return &pureLog{} }),
	syslog: true,
}

var (
	pureShape   = regexp.MustCompile(`^\((.*)@([^@()]*)\) \[([A-Z]+)\] (.*)$`)
	pureLogin   = regexp.MustCompile(`^(.*) is now logged in$`)
	pureEnd     = regexp.MustCompile(`^(Logout\.|Timeout|Line too long)`)
	pureCommand = regexp.MustCompile(`^Command \[(.*?)\] \[(.*)\]$`)
)

type pureRecord struct {
	prefix     syslogLine
	user, host string
	level      string
	text       []byte
}

func parsePure(line []byte) (r pureRecord, ok bool) {
	r.prefix, ok = parseSyslog(line)
	if ok {
		line = r.prefix.text
	}
	m := pureShape.FindSubmatch(line)
	if m == nil {
		return r, false
	}
	r.user, r.host, r.level, r.text = string(m[1]), string(m[2]), string(m[3]), m[4]
	return r, true
}

type pureLog struct {
	open    []*pureConn // the younger after the elder
	sending *pureConn   // whose reply the last line was
}

type pureConn struct {
	conn    int
	peer    purePeer
	client  netip.AddrPort // without its port
	user    string
	leaving bool
}

// A purePeer has the part of a record that names its connection.
type purePeer struct{ server, pid, host string }

const nobody = "?" // the user before the login

func (l *pureLog) line(line []byte, out *emitter) error {
	r, ok := parsePure(line)
	if !ok {
		l.further(line, out)
		return nil
	}
	l.sending = nil
	if !r.prefix.time.IsZero() {
		out.at(out.clock.at(r.prefix.time))
	}
	switch command := pureCommand.FindSubmatch(r.text); {
	case bytes.HasPrefix(r.text, []byte("New connection from ")):
		l.begin(&r, out)
	case r.user == nobody && pureLogin.Match(r.text):
		c := l.find(&r, out)
		c.user = string(pureLogin.FindSubmatch(r.text)[1])
		l.doubt(c, out)
	case r.level != "DEBUG" && pureEnd.Match(r.text):
		l.find(&r, out).leaving = true
	case r.level != "DEBUG":
	case command != nil:
		l.find(&r, out).send(Client, joinCommand(bytes.ToUpper(command[1]), command[2]), out)
	default:
		l.sending = l.find(&r, out)
		l.reply(r.text, out)
	}
	return nil
}

// joinCommand puts the argument, if any, after the verb.
func joinCommand(verb, argument []byte) []byte {
	if len(argument) == 0 {
		return verb
	}
	return slices.Concat(verb, []byte{' '}, argument)
}

// further takes a line without a head for more of a reply.
func (l *pureLog) further(line []byte, out *emitter) {
	if _, other := parseSyslog(line); other {
		l.sending = nil
	}
	if l.sending != nil {
		l.reply(line, out)
	}
}

func (l *pureLog) reply(text []byte, out *emitter) {
	l.sending.send(Server, text, out)
	if bytes.HasPrefix(text, []byte("221 ")) {
		l.close(out, func(c *pureConn) bool { return c == l.sending })
		l.sending = nil
	}
}

func (c *pureConn) send(side Side, text []byte, out *emitter) {
	out.add(Event{Conn: c.conn, Side: side, Client: c.client, Bytes: text}, "\r\n")
}

func (r *pureRecord) peer() purePeer {
	return purePeer{r.prefix.host, r.prefix.pid, r.host}
}

// begin opens a connection. Those of the same peer that said that they end have ended,
// and if the process has a number, so has any that it had before.
func (l *pureLog) begin(r *pureRecord, out *emitter) *pureConn {
	l.close(out, func(c *pureConn) bool {
		return c.peer == r.peer() && (c.leaving || c.peer.pid != "")
	})
	if len(l.open) == maxPure {
		oldest := l.open[0]
		l.close(out, func(c *pureConn) bool { return c == oldest })
	}
	address, _ := netip.ParseAddr(r.host)
	c := &pureConn{conn: out.newConn(), peer: r.peer(), client: netip.AddrPortFrom(address, 0), user: r.user}
	l.open = append(l.open, c)
	return c
}

// maxPure is how many connections are told apart at a time.
const maxPure = 1 << 10

func (l *pureLog) close(out *emitter, which func(*pureConn) bool) {
	l.open = slices.DeleteFunc(l.open, func(c *pureConn) bool {
		if which(c) {
			out.closed(c.conn)
			return true
		}
		return false
	})
}

// find is the youngest open connection of the peer with this user, or else any.
func (l *pureLog) find(r *pureRecord, out *emitter) *pureConn {
	if c := l.youngest(r.peer(), func(user string) bool { return user == r.user }); c != nil {
		return c
	}
	if c := l.youngest(r.peer(), func(string) bool { return true }); c != nil {
		return c
	}
	return l.begin(r, out)
}

func (l *pureLog) youngest(peer purePeer, is func(user string) bool) *pureConn {
	for _, c := range slices.Backward(l.open) {
		if c.peer == peer && is(c.user) {
			return c
		}
	}
	return nil
}

// doubt records that from now on the records of this connection and of one like it are
// not told apart, if any.
func (l *pureLog) doubt(c *pureConn, out *emitter) {
	for _, other := range l.open {
		if other != c && other.peer == c.peer && other.user == c.user {
			for _, conn := range []int{other.conn, c.conn} {
				out.add(Event{Kind: Gap, Conn: conn, Side: Server}, "")
				out.add(Event{Kind: Gap, Conn: conn, Side: Client}, "")
			}
			return
		}
	}
}
