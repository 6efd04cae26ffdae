package replytest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// An Action is one thing that a server-PI does: it gets the control connection and
// returns the one to go on with. The actions of this package will do for most scripts;
// a test may add its own, such as one that sends a file over a data connection. An error
// ends the session; it is reported unless it is io.EOF.
type Action func(net.Conn) (net.Conn, error)

// Send sends the text as it is. The session is over if the user-PI does not take it.
func Send(text string) Action {
	return func(conn net.Conn) (net.Conn, error) {
		if _, err := io.WriteString(conn, text); err != nil {
			return conn, io.EOF
		}
		return conn, nil
	}
}

// Pause waits. Nothing cuts it short.
func Pause(d time.Duration) Action {
	return func(conn net.Conn) (net.Conn, error) {
		time.Sleep(d)
		return conn, nil
	}
}

// HangUp closes the control connection.
func HangUp() Action {
	return func(conn net.Conn) (net.Conn, error) { return conn, io.EOF }
}

// StartTLS goes on over TLS, as behind a 234 (RFC 4217, section 4). The handshake is done
// when the next command is read.
func StartTLS(config *tls.Config) Action {
	return func(conn net.Conn) (net.Conn, error) { return tls.Server(conn, config), nil }
}

// A Turn is what a server-PI does when it gets a command. [On] and [Greet] make one.
type Turn struct {
	command string // empty for the greeting
	actions []Action
}

// Greet is the turn with which a session begins.
func Greet(actions ...Action) Turn { return Turn{"", actions} }

// On is the turn for a command. The pattern is one of path.Match for the command without
// its line end, such as "USER *", where * takes a slash too; letters count in either case.
func On(command string, actions ...Action) Turn { return Turn{command, actions} }

// matches reports whether the turn is for the command.
func (t Turn) matches(command string) bool {
	fold := func(s string) string { return strings.ReplaceAll(strings.ToUpper(s), "/", "\x00") }
	ok, err := path.Match(fold(t.command), fold(command))
	return ok && err == nil
}

// An UnexpectedCommand is a command that the script has no turn for. It is answered
// with a 502.
type UnexpectedCommand struct{ Command string }

func (e *UnexpectedCommand) Error() string {
	return fmt.Sprintf("replytest: unexpected command %q", e.Command)
}

// Serve is a server-PI on conn until a turn hangs up or the user-PI does, and closes it.
// A command is for the first turn that matches it and has had no command yet; when all
// that match have had theirs, for the last of them. So one turn answers every NOOP, and
// two turns answer the first and all others.
//
// It returns the commands in the order in which they came, without their line ends. The
// error joins an [UnexpectedCommand] for each that was one, and what a turn reported. It
// is nil when the user-PI just goes.
func Serve(conn net.Conn, turns ...Turn) (commands []string, err error) {
	s := session{conn: conn, turns: turns, used: make([]bool, len(turns))}
	defer func() { s.conn.Close() }()
	s.take("")
	lines := bufio.NewReader(s.conn)
	for !s.over {
		line, err := lines.ReadString('\n')
		if line == "" || err != nil && err != io.EOF {
			break // it has gone, in whatever manner
		}
		line = strings.TrimRight(line, "\r\n")
		before := s.conn
		s.commands = append(s.commands, line)
		s.take(line)
		if s.conn != before {
			lines.Reset(s.conn)
		}
	}
	return s.commands, errors.Join(s.errs...)
}

// A session is one control connection.
type session struct {
	conn     net.Conn
	turns    []Turn
	used     []bool
	over     bool
	commands []string
	errs     []error
}

// take takes the turn for a command; not to greet is no fault.
func (s *session) take(command string) {
	i := s.turnFor(command)
	if i < 0 && command != "" {
		s.errs = append(s.errs, &UnexpectedCommand{command})
		s.do([]Action{Send("502 unexpected\r\n")})
	}
	if i >= 0 {
		s.used[i] = true
		s.do(s.turns[i].actions)
	}
}

func (s *session) turnFor(command string) (last int) {
	last = -1
	for i, turn := range s.turns {
		if !turn.matches(command) {
			continue
		}
		if !s.used[i] {
			return i
		}
		last = i
	}
	return last
}

func (s *session) do(actions []Action) {
	for _, action := range actions {
		conn, err := action(s.conn)
		if conn != nil {
			s.conn = conn
		}
		if err != nil {
			s.over = true
			if err != io.EOF {
				s.errs = append(s.errs, err)
			}
			return
		}
	}
}

// A Server is a server-PI on a port of the loopback interface.
type Server struct {
	Addr string // "127.0.0.1:40561"

	listener net.Listener
	turns    []Turn
	running  sync.WaitGroup

	mu       sync.Mutex // of what is below
	conns    []net.Conn
	commands [][]string
	err      error
	closed   bool
}

// Listen starts a server-PI on a free port. Each control connection plays the turns from
// their beginning, as [Serve] says.
func Listen(turns ...Turn) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{Addr: listener.Addr().String(), listener: listener, turns: turns}
	s.running.Go(s.accept)
	return s, nil
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.running.Go(func() { s.serve(conn) })
	}
}

func (s *Server) serve(conn net.Conn) {
	s.mu.Lock()
	i := len(s.conns)
	s.conns = append(s.conns, conn)
	s.commands = append(s.commands, nil)
	if s.closed {
		conn.Close()
	}
	s.mu.Unlock()

	commands, err := Serve(conn, s.turns...)

	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands[i] = commands
	s.err = errors.Join(s.err, err)
}

// Close stops the server: it closes what connections there are, and waits until the last
// turn is over and no goroutine is left. The error joins those of all sessions.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	s.listener.Close()
	for _, conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
	return s.err
}

// Commands lists the commands of all sessions that are over, one session after the other;
// behind Close that is all of them.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Concat(s.commands...)
}
