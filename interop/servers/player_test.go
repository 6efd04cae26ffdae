//go:build unix

package servers

import (
	"bytes"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/probe"
)

// A player plays one session with one server: one control connection or several in
// sequence.
type player struct {
	*testing.T
	server *server
	site   *site
	judge  *judge
	record *recorder

	conn       *probe.Session
	overtaking bool // SYST was sent to find out whether a reply will come
	answered   bool // the SYST has its reply
	stuck      bool // the server has stopped answering
	left       bool // QUIT was answered
	last       ftpreply.Code
}

// soon is how long to wait for a reply before a SYST. The findings do not depend on it: a
// reply that comes later is still in order.
const soon = 2 * time.Second

// despair is the time after which a server counts as having stopped answering.
const despair = 20 * time.Second

// connect opens another connection and reads the greeting. The functions wrap the
// connection, to change how bytes are sent.
func (p *player) connect(change ...func(net.Conn) net.Conn) {
	p.Helper()
	p.hangUp()
	conn, err := net.Dial("tcp", p.site.address())
	if err != nil {
		p.Fatal(err)
	}
	conn = &impatient{p.record.wrap(conn), conn.(*net.TCPConn), p}
	for _, f := range change {
		conn = f(conn)
	}
	p.conn = probe.NewSession(conn, probe.Options{
		Limits: probe.Limits{Reply: soon, Transfer: despair},
		TLS:    &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"},
		Report: p.judge.report,
		Reply:  p.reply,
	})
	_, err = p.conn.Greeting(p.Context())
	for begin := time.Now(); errors.Is(err, probe.ErrNoReply) && time.Since(begin) < despair; {
		_, err = p.conn.Greeting(p.Context())
	}
	if err != nil {
		p.Fatalf("greeting: %v", err)
	}
}

// hangUp closes the connection, if one is open.
func (p *player) hangUp() {
	p.stuck, p.left = false, false
	if p.conn != nil {
		p.conn.Close()
		p.judge.end(p.conn.Control)
		p.conn = nil
	}
}

// login logs in, on another connection.
func (p *player) login(change ...func(net.Conn) net.Conn) {
	p.Helper()
	p.connect(change...)
	p.user()
}

// user logs in, and changes to the directory of the sessions.
func (p *player) user() {
	p.Helper()
	p.do("USER " + p.site.User)
	if r := p.do("PASS " + password).Final(); r.Code() != 0 && r.Err() != nil {
		p.Fatalf("login: %q", r.Raw())
	}
	p.do("CWD " + work)
}

// do sends commands and waits for their replies. It returns early if the server has stopped
// answering.
func (p *player) do(lines ...string) (a probe.Answer) {
	p.Helper()
	for _, line := range lines {
		switch {
		case p.stuck || p.left:
			return nil
		case p.server.isMute(line):
			p.overtake(line + "\r\n")
		default:
			var err error
			if a, err = p.conn.Do(p.Context(), line); errors.Is(err, probe.ErrNoReply) {
				p.overtake("")
			}
			p.left = a.Final().Code() == ftpreply.CodeServiceClosingControlConnection
		}
	}
	return a
}

// overtake sends a SYST after the pending commands. When the 215 arrives, earlier commands
// without a reply will not get one. Only SYST gets a 215, so its reply is unambiguous.
func (p *player) overtake(lines string) {
	p.overtaking, p.answered = true, false
	_, err := p.conn.Do(p.Context(), lines+"SYST")
	if errors.Is(err, probe.ErrNoReply) && !p.answered {
		_, err = p.conn.Linger(p.Context(), despair)
	}
	p.overtaking, p.stuck = false, err == nil && !p.answered
}

func (p *player) reply(r ftpreply.Reply) {
	p.last = r.Code()
	p.answered = p.answered || p.last == ftpreply.CodeSystemType
}

// impatient ends waiting as soon as the SYST of overtake has its reply.
type impatient struct {
	net.Conn
	socket *net.TCPConn
	player *player
}

func (c *impatient) Read(b []byte) (int, error) {
	if c.player.overtaking && c.player.answered {
		return 0, os.ErrDeadlineExceeded
	}
	return c.Conn.Read(b)
}

// transfer plays one transfer with its data connection.
func (p *player) transfer(x probe.Transfer) {
	p.Helper()
	if _, err := p.conn.Transfer(p.Context(), x); errors.Is(err, probe.ErrNoReply) {
		p.overtake("")
	}
}

// settle gives the server time to close the connection, so that the next command does not
// race with the end of the connection.
func (p *player) settle() { p.conn.Linger(p.Context(), 100*time.Millisecond) }

// settled sends commands after each of which the server may close the connection.
func (p *player) settled(lines ...string) {
	p.Helper()
	for _, line := range lines {
		p.do(line)
		p.settle()
	}
}

// farewell waits until the server closes the connection.
func (p *player) farewell(limit time.Duration) {
	p.Helper()
	p.conn.Linger(p.Context(), limit)
	if _, err := p.conn.Do(p.Context(), "NOOP"); !errors.Is(err, probe.ErrClosed) {
		p.Errorf("the connection is still open after %v", limit)
	}
}

// calmly waits a moment before it sends. By then, a server has noticed a data connection, or
// has filled the buffers of an unread one, even on a busy machine.
func calmly(conn net.Conn) net.Conn { return &calm{conn} }

type calm struct{ net.Conn }

func (c *calm) Write(b []byte) (int, error) {
	time.Sleep(50 * time.Millisecond)
	return c.Conn.Write(b)
}

// sipping reads byte by byte, and therefore never past the end of the expected reply.
func sipping(conn net.Conn) net.Conn { return &sipper{conn} }

type sipper struct{ net.Conn }

func (s *sipper) Read(b []byte) (int, error) { return s.Conn.Read(b[:min(1, len(b))]) }

// inPieces sends each byte in a separate segment, but CR LF together.
func inPieces(conn net.Conn) net.Conn { return &splitter{conn} }

type splitter struct{ net.Conn }

func (s *splitter) Write(b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		piece := b[n : n+1]
		if b[n] == '\r' {
			piece = b[n:min(n+2, len(b))]
		}
		_, err = s.Conn.Write(piece)
		n += len(piece)
		time.Sleep(time.Millisecond) // without it the kernel may join the segments
	}
	return n, err
}

// synch is the Telnet Synch, which makes the following command urgent: IP, and DM as the
// last byte of urgent data (RFC 854; RFC 959, section 4.1.3).
const synch = "\xff\xf4\xff\xf2"

// urgently waits as calmly does, and sends the DM of a synch as urgent data.
func urgently(conn net.Conn) net.Conn { return &urgent{calmly(conn), conn.(*impatient).socket} }

type urgent struct {
	net.Conn
	socket *net.TCPConn
}

func (u *urgent) Write(b []byte) (n int, err error) {
	rest, found := bytes.CutPrefix(b, []byte(synch))
	if !found {
		return u.Conn.Write(b)
	}
	time.Sleep(50 * time.Millisecond)
	raw, err := u.socket.SyscallConn()
	if err != nil {
		return 0, err
	}
	var failed error
	err = raw.Write(func(fd uintptr) bool {
		failed = syscall.Sendto(int(fd), []byte(synch), syscall.MSG_OOB, nil)
		return failed != syscall.EAGAIN
	})
	if err := errors.Join(err, failed); err != nil {
		return 0, err
	}
	n, err = u.Conn.Write(rest)
	return len(synch) + n, err
}
