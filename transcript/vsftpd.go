package transcript

import (
	"bytes"
	"net/netip"
	"regexp"
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
	decode:     lines(func() lineLog { return vsftpdLog{} }),
	syslog:     true,
}

// By syslog_enable=YES the records go to syslog, whose prefix has the time and the process. Some
// people cut the prefix off.
var vsftpdRecord = regexp.MustCompile(`^(?:([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) \[pid (\d{1,9})\] (?:\[.*?\] )?|\[[\w.@-]+\] )?` +
	`(CONNECT|FTP command|FTP response): Client "([^"]*)"(?:, "(.*)"?)?$`)

// A vsftpdLog has the control connections by the process that speaks for each.
type vsftpdLog map[int]*vsftpdSession

func isVsftpd(line []byte) bool {
	if prefix, ok := parseSyslog(line); ok {
		line = prefix.text
	}
	return vsftpdRecord.Match(line)
}

// A vsftpdSession is one control connection. One process speaks for it until the user
// has logged in, and a younger one from then on.
type vsftpdSession struct {
	conn      int
	client    netip.AddrPort // its port is not told
	loggingIn bool           // the last record was a command that may log in
}

func (l vsftpdLog) line(line []byte, out *emitter) error {
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
		s.loggingIn = bytes.HasPrefix(text, []byte("PASS ")) || bytes.HasPrefix(text, []byte("USER "))
		out.add(Event{Conn: s.conn, Side: Client, Client: s.client, Bytes: text}, "\r\n")
	case "FTP response":
		s.loggingIn = false
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

// session is the connection that the process speaks for.
func (l vsftpdLog) session(pid int, client netip.AddrPort, loggedIn bool, out *emitter) *vsftpdSession {
	if s := l[pid]; s != nil {
		return s
	}
	if elder := l.loggingIn(pid, client); loggedIn && elder > 0 {
		l[pid] = l[elder]
		delete(l, elder)
		return l[pid]
	}
	if len(l) == maxConns {
		l.close(l.oldest(), out)
	}
	l[pid] = &vsftpdSession{conn: out.newConn(), client: client}
	return l[pid]
}

// close ends the connection that the process speaks for, if there is one.
func (l vsftpdLog) close(pid int, out *emitter) {
	if s := l[pid]; s != nil {
		out.closed(s.conn)
		delete(l, pid)
	}
}

func (l vsftpdLog) oldest() (oldest int) {
	for pid, s := range l {
		if l[oldest] == nil || s.conn < l[oldest].conn {
			oldest = pid
		}
	}
	return oldest
}

// loggingIn is the process in whose place a new one may say that the user has logged in: one
// for the same client that waits for just that. Of several it is the one forked last
// before pid. Process numbers have at most 22 bits and begin again.
func (l vsftpdLog) loggingIn(pid int, client netip.AddrPort) (elder int) {
	age := func(p int) int { return (pid - p) & (1<<22 - 1) }
	for p, s := range l {
		if s.loggingIn && s.client == client && (elder == 0 || age(p) < age(elder)) {
			elder = p
		}
	}
	return elder
}
