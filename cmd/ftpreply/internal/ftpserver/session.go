package ftpserver

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// errOver ends a session.
var errOver = errors.New("the session is over")

// A session is one control connection.
type session struct {
	server *Server
	waits  Waits
	conn   net.Conn // the control connection, perhaps with TLS
	in     *bufio.Reader
	local  netip.AddrPort
	remote netip.AddrPort
	record *Record

	// The reading goroutine reads one line for each value in want.
	want    chan struct{}
	lines   chan line
	reading bool // a line is asked for

	changes  []Change
	script   *Script
	hold     bool // the answer to the next command is held back
	playing  bool // a change is being sent
	silent   bool // nothing is sent any more
	verb     string
	secure   bool // the control connection has TLS
	protect  bool // PROT P
	pbsz     bool
	user     string
	loggedIn bool
	ascii    bool
	epsvOnly bool // EPSV ALL
	dir      string
	renaming string
	restart  int64

	passive     net.Listener
	sink        net.Listener
	sunk        atomic.Int32
	passivePort uint16
	active      netip.AddrPort
	transfer    *transfer // that runs
}

type line struct {
	text string
	err  error
}

func newSession(s *Server, conn net.Conn) *session {
	n := &session{server: s, waits: s.config.Waits, conn: conn, local: addrPort(conn.LocalAddr()), remote: addrPort(conn.RemoteAddr()),
		record: &Record{Stored: map[string][]byte{}}, want: make(chan struct{}), lines: make(chan line, 1), ascii: true, dir: "/"}
	n.in = bufio.NewReaderSize(conn, s.config.Limits.Command)
	n.useScript("")
	return n
}

// useScript takes the departures for a user. A session has one script: the first that is not
// nil.
func (s *session) useScript(user string) {
	if s.script != nil || s.server.config.Script == nil {
		return
	}
	if s.script = s.server.config.Script(user); s.script != nil {
		s.changes = slices.Clone(s.script.Changes)
	}
}

func (s *session) run() *Record {
	defer s.close()
	if !s.server.config.Anywhere && !s.remote.Addr().IsLoopback() {
		return s.record
	}
	if s.server.config.Implicit {
		if s.startTLS() != nil {
			return s.record
		}
	}
	go s.readLines()
	if s.reply(false, "220 ftpreply serve ready.") != nil {
		return s.record
	}
	for {
		text, err := s.next()
		if err != nil || s.command(text) != nil {
			return s.record
		}
	}
}

// close closes everything. The reading goroutine ends because its connection is closed.
func (s *session) close() {
	s.conn.Close()
	close(s.want)
	s.closePassive()
	if s.transfer != nil {
		s.transfer.stop()
		<-s.transfer.done
	}
	s.record.Sunk = int(s.sunk.Load())
}

// readLines reads a line each time that one is wanted.
func (s *session) readLines() {
	for range s.want {
		text, err := s.in.ReadSlice('\n')
		l := line{string(text), err}
		if errors.Is(err, bufio.ErrBufferFull) {
			for errors.Is(err, bufio.ErrBufferFull) { // the rest of a line that is too long
				_, err = s.in.ReadSlice('\n')
			}
			l = line{"", err}
		}
		s.lines <- l
	}
}

// next returns the next command line, without its ending, while a transfer may be running.
func (s *session) next() (string, error) {
	limit := s.waits.Idle
	if s.silent {
		limit = s.waits.Silent
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		s.ask()
		var ended chan struct{}
		if s.transfer != nil {
			ended = s.transfer.done
		}
		select {
		case l := <-s.lines:
			s.reading = false
			return strings.TrimRight(l.text, "\r\n"), l.err
		case <-ended:
			if err := s.endTransfer(); err != nil {
				return "", err
			}
		case <-timer.C:
			s.reply(false, "421 Idle for too long.")
			return "", errOver
		}
	}
}

// ask asks for a line, if none is asked for.
func (s *session) ask() {
	if !s.reading {
		s.reading = true
		s.want <- struct{}{}
	}
}

// waitsForAnswer holds back the answer to a command after a departure, and reports whether the
// client waits for it. The client may close the connection meanwhile.
func (s *session) waitsForAnswer() bool {
	s.ask()
	timer := time.NewTimer(s.waits.Hold)
	defer timer.Stop()
	select {
	case l := <-s.lines:
		s.lines <- l // it has room for one line
		return l.err != nil
	case <-timer.C:
		return true
	case <-s.server.done:
		return true
	}
}

// command answers one command.
func (s *session) command(text string) error {
	for len(text) >= 2 && text[0] == 0xff { // Telnet commands before ABOR (RFC 959, section 4.1.3)
		if text[1] >= 251 && text[1] <= 254 && len(text) >= 3 {
			text = text[1:]
		}
		text = text[2:]
	}
	verb, arg, _ := strings.Cut(text, " ")
	s.verb = strings.ToUpper(verb)
	s.note(arg)
	if s.silent {
		return nil
	}
	if s.hold {
		s.hold = false
		if s.verb != "QUIT" && s.verb != "AUTH" && !s.waitsForAnswer() {
			s.record.Early = true
		}
	} else if !s.reading && s.in.Buffered() > 0 && s.verb != "ABOR" {
		s.record.Pipelined = true
	}
	c, ok := commands[s.verb]
	switch {
	case text == "":
		return s.reply(false, "500 Empty or too long command.")
	case !ok:
		return s.reply(false, "502 Command not implemented.")
	case c.login && !s.loggedIn:
		return s.reply(false, "530 Please log in.")
	case c.arg && arg == "":
		return s.reply(false, "501 An argument is missing.")
	case s.transfer != nil && s.verb != "ABOR" && s.verb != "STAT":
		if err := s.finishTransfer(); err != nil {
			return err
		}
	}
	if s.verb != "RNTO" {
		s.renaming = ""
	}
	err := c.run(s, arg)
	if c.transfer {
		s.restart = 0
	}
	return err
}

// note adds the command to the record.
func (s *session) note(arg string) {
	r := s.record
	switch s.verb {
	case "PASS":
		arg = ""
		r.Plain = r.Plain || r.authAsked && !s.secure
	case "AUTH":
		r.authAsked = true
	case "QUIT":
		r.Quit = true
	}
	if len(r.Commands) < maxCommands {
		r.Commands = append(r.Commands, Command{time.Now(), s.verb, arg})
	}
}

// reply sends a correct reply, or plays the change for it. The text has its code, and no line
// ending.
func (s *session) reply(final bool, format string, args ...any) error {
	text := fmt.Sprintf(format, args...) + "\r\n"
	if s.silent {
		return nil
	}
	if c, ok := s.take(s.verb, final); ok {
		return s.play(c, text)
	}
	return s.write([]byte(text))
}

// write sends bytes on the control connection.
func (s *session) write(b []byte) error {
	if room := maxSent - len(s.record.Sent); s.playing && room > 0 {
		s.record.Sent = append(s.record.Sent, b[:min(len(b), room)]...)
	}
	s.conn.SetWriteDeadline(time.Now().Add(s.waits.Data))
	_, err := s.conn.Write(b)
	return err
}

// startTLS continues with TLS. Bytes that the client has sent before the handshake end the
// session: they might have been injected (CVE-2011-0411).
func (s *session) startTLS() error {
	if s.in.Buffered() > 0 {
		return errOver
	}
	config := s.server.config.TLS
	if s.script != nil {
		switch s.script.TLSFault {
		case CloseInHandshake:
			s.record.Departed = true
			s.conn.SetReadDeadline(time.Now().Add(s.waits.Data))
			s.conn.Read(make([]byte, 16))
			return errOver
		case ExpiredCertificate, OtherNameCertificate:
			s.record.Departed = true
			faulty, err := faultyConfig(s.script.TLSFault)
			if err != nil {
				return err
			}
			config = faulty
		}
	}
	conn := tls.Server(s.conn, config)
	conn.SetDeadline(time.Now().Add(s.waits.Data))
	if err := conn.Handshake(); err != nil {
		return err
	}
	conn.SetDeadline(time.Time{})
	s.conn, s.secure = conn, true
	s.in.Reset(conn)
	return nil
}

// absolute returns the path of a name.
func (s *session) absolute(name string) string {
	if !strings.HasPrefix(name, "/") {
		name = s.dir + "/" + name
	}
	return path.Clean("/" + name)
}

// quote writes a path for a 257 (RFC 959, appendix II).
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// safe reports whether a name can be part of a reply.
func safe(name string) bool { return !strings.ContainsAny(name, "\r\n\x00") }
