package transcript

import (
	"bytes"
	"net/netip"
	"regexp"
	"slices"
	"strconv"

	"github.com/ftpreply/ftpreply/fidelity"
)

// vsftpd writes what goes over the control connection with log_ftp_protocol=YES in its
// vsftpd.conf, one record for each piece that it sends:
//
//	Sun Nov 22 10:23:15 2026 [pid 3819] [ftptest] FTP command: Client "127.0.0.1", "FEAT"
//	Sun Nov 22 10:23:15 2026 [pid 3819] [ftptest] FTP response: Client "127.0.0.1", "211-Features:"
//	Sun Nov 22 10:23:15 2026 [pid 3819] [ftptest] FTP response: Client "127.0.0.1", " EPRT??"
//
// Quotes are not escaped; each byte that is not printable ASCII has become a question
// mark. The time is in UTC or, with use_localtime, in a zone that the log does not name.
var vsftpd = Format{
	Name:       "vsftpd",
	Producer:   "vsftpd 2 and 3, log_ftp_protocol=YES",
	Recognised: `date, [pid N], FTP command: or FTP response: Client "address", "text"`,
	Loses:      "8-bit and control characters, which are question marks; listings in replies to STAT; the zone of the times",
	Keeps:      fidelity.LineStarts | fidelity.Texts | fidelity.BothSides,
	Clock:      AbsoluteClock,
	recognise:  linesWith("Client \"", isVsftpd),
	decode:     lines(func() lineLog { return newVsftpdLog() }),
	syslog:     true,
}

// By syslog_enable=YES the records go to syslog, whose prefix has the time and the process. Some
// people cut the prefix off.
var vsftpdRecord = regexp.MustCompile(`^(?:([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) \[pid (\d{1,9})\] (?:\[.*?\] )?|\[[\w.@-]+\] )?` +
	`(CONNECT|FTP command|FTP response): Client "([^"]*)"(?:, "(.*)"?)?$`)

// A vsftpdLog has the control connections by the process that speaks for each.
type vsftpdLog struct {
	sessions map[int]*vsftpdSession
	order    []vsftpdAge              // of the sessions from the oldest on, and of some that have ended
	waiting  map[netip.AddrPort][]int // the processes of each client whose login is awaited, the latest last
}

// A vsftpdAge is a process with the connection that it had.
type vsftpdAge struct{ pid, conn int }

// maxWaiting is how many logins of one client are told apart at a time.
const maxWaiting = 64

func newVsftpdLog() *vsftpdLog {
	return &vsftpdLog{sessions: map[int]*vsftpdSession{}, waiting: map[netip.AddrPort][]int{}}
}

func isVsftpd(line []byte) bool {
	if prefix, ok := parseSyslog(line); ok {
		line = prefix.text
	}
	return vsftpdRecord.Match(line)
}

// A vsftpdSession is one control connection. One process speaks for it until the user
// has logged in, and a younger one from then on.
type vsftpdSession struct {
	conn   int
	client netip.AddrPort // its port is not told
}

func (l *vsftpdLog) line(line []byte, out *emitter) error {
	prefix, isSyslog := parseSyslog(line)
	if isSyslog {
		line = prefix.text
	}
	m := vsftpdRecord.FindSubmatch(line)
	if m == nil {
		return nil
	}
	pid, _ := strconv.Atoi(string(m[2]))
	if !out.readTime(m[1], "Mon Jan _2 15:04:05 2006") && isSyslog {
		out.at(out.syslogTime(prefix))
		pid, _ = strconv.Atoi(prefix.pid)
	}
	address, _ := netip.ParseAddr(string(m[4]))
	kind, text := string(m[3]), bytes.TrimSuffix(m[5], []byte{'"'})
	if kind == "CONNECT" {
		l.close(pid, out) // an earlier process of that number has gone without a word
	}
	s := l.session(pid, netip.AddrPortFrom(address, 0), bytes.HasPrefix(text, []byte("230")), out)
	switch kind {
	case "FTP command":
		l.await(pid, s.client, bytes.HasPrefix(text, []byte("PASS ")) || bytes.HasPrefix(text, []byte("USER ")))
		out.add(Event{Conn: s.conn, Side: Client, Client: s.client, Bytes: text}, "\r\n")
	case "FTP response":
		l.await(pid, s.client, false)
		piece, end := vsftpdPiece(text)
		out.add(Event{Conn: s.conn, Side: Server, Client: s.client, Bytes: piece}, end)
		if endsConnection(text) {
			l.close(pid, out)
		}
	}
	return nil
}

// vsftpdPiece is what a record had on the wire. A line with a code is whole. Anything
// else is sent as it is logged, CR LF in it being two question marks; a line of it may
// come in several pieces.
func vsftpdPiece(text []byte) (piece []byte, end string) {
	if beginsWithCode(text) {
		return text, "\r\n"
	}
	if piece, whole := bytes.CutSuffix(text, []byte("??")); whole {
		return piece, "\r\n"
	}
	return text, ""
}

// await notes whether the last record of a process was a command that may log in.
func (l *vsftpdLog) await(pid int, client netip.AddrPort, is bool) {
	pids := slices.DeleteFunc(l.waiting[client], func(p int) bool { return p == pid })
	if is {
		pids = append(pids, pid)
	}
	if len(pids) == 0 {
		delete(l.waiting, client)
		return
	}
	l.waiting[client] = pids[max(0, len(pids)-maxWaiting):]
}

// session is the connection that the process speaks for.
func (l *vsftpdLog) session(pid int, client netip.AddrPort, loggedIn bool, out *emitter) *vsftpdSession {
	if s := l.sessions[pid]; s != nil {
		return s
	}
	if elder := l.loggingIn(pid, client); loggedIn && elder > 0 {
		s := l.sessions[elder]
		delete(l.sessions, elder)
		l.await(elder, client, false)
		l.add(pid, s)
		return s
	}
	for len(l.sessions) >= maxConns {
		oldest := l.order[0]
		l.order = l.order[1:]
		if !l.isStale(oldest) {
			l.close(oldest.pid, out)
		}
	}
	s := &vsftpdSession{conn: out.newConn(), client: client}
	l.add(pid, s)
	return s
}

func (l *vsftpdLog) add(pid int, s *vsftpdSession) {
	l.sessions[pid] = s
	l.order = append(l.order, vsftpdAge{pid, s.conn})
	if len(l.order) > 2*maxConns {
		l.order = slices.DeleteFunc(l.order, l.isStale)
	}
}

// isStale reports whether the process speaks for that connection no longer.
func (l *vsftpdLog) isStale(a vsftpdAge) bool {
	s := l.sessions[a.pid]
	return s == nil || s.conn != a.conn
}

// close ends the connection that the process speaks for, if any.
func (l *vsftpdLog) close(pid int, out *emitter) {
	if s := l.sessions[pid]; s != nil {
		out.closed(s.conn)
		delete(l.sessions, pid)
		l.await(pid, s.client, false)
	}
}

// loggingIn is the process in whose place a new one may say that the user has logged in: one
// for the same client that waits for just that. Of several it is the one forked last
// before pid. Process numbers have at most 22 bits and begin again.
func (l *vsftpdLog) loggingIn(pid int, client netip.AddrPort) (elder int) {
	age := func(p int) int { return (pid - p) & (1<<22 - 1) }
	for _, p := range l.waiting[client] {
		if elder == 0 || age(p) < age(elder) {
			elder = p
		}
	}
	return elder
}
