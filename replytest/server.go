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

// An Action is one step of a server. It gets the control connection and returns the
// connection to continue with. The actions of this package suffice for most scripts; a test
// may add its own, such as one that sends a file over a data connection. An error ends the
// session, and is reported unless it is io.EOF.
type Action func(net.Conn) (net.Conn, error)

// Send sends the text unchanged. The session ends if the client does not accept it.
func Send(text string) Action {
	return func(conn net.Conn) (net.Conn, error) {
		if _, err := io.WriteString(conn, text); err != nil {
			return conn, io.EOF
		}
		return conn, nil
	}
}

// Pause waits for the whole duration.
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

// StartTLS continues over TLS, as after a 234 (RFC 4217, section 4). The handshake takes place
// when the next command is read.
func StartTLS(config *tls.Config) Action {
	return func(conn net.Conn) (net.Conn, error) { return tls.Server(conn, config), nil }
}

// A Turn is the list of actions for one command. [On] and [Greet] return one.
type Turn struct {
	command string // empty for the greeting
	actions []Action
}

// Greet returns the turn that begins a session.
func Greet(actions ...Action) Turn { return Turn{"", actions} }

// On returns the turn for a command. The pattern follows path.Match, except that * matches a
// slash too, and is compared with the command without its line ending, ignoring case:
// "USER *".
func On(command string, actions ...Action) Turn { return Turn{command, actions} }

// matches reports whether the turn answers the command.
func (t Turn) matches(command string) bool {
	fold := func(s string) string { return strings.ReplaceAll(strings.ToUpper(s), "/", "\x00") }
	ok, err := path.Match(fold(t.command), fold(command))
	return ok && err == nil
}

// An UnexpectedCommand is a command without a turn in the script. The server answers it with
// a 502.
type UnexpectedCommand struct{ Command string }

func (e *UnexpectedCommand) Error() string {
	return fmt.Sprintf("replytest: unexpected command %q", e.Command)
}

// Serve plays the turns on conn until a turn or the client closes the connection, and closes
// conn. A command goes to the first matching turn that has not been used yet; if all
// matching turns have been used, to the last of them. So one turn answers every NOOP, and of
// two turns the first answers the first NOOP and the second all others.
//
// Serve returns the commands in the order of arrival, without their line endings. The error
// joins an [UnexpectedCommand] for each of these and the errors of the turns. It is nil if
// the client closes the connection.
func Serve(conn net.Conn, turns ...Turn) (commands []string, err error) {
	s := session{conn: conn, turns: turns, used: make([]bool, len(turns))}
	defer func() { s.conn.Close() }()
	s.take("")
	lines := bufio.NewReader(s.conn)
	for !s.over {
		line, err := lines.ReadString('\n')
		if line == "" || err != nil && err != io.EOF {
			break // the client has closed the connection
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

// take returns the turn for a command. A script may lack a greeting.
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

// A Server is a scripted server on a port of the loopback interface.
type Server struct {
	Addr string // "127.0.0.1:40561"

	listener net.Listener
	turns    []Turn
	running  sync.WaitGroup

	mu       sync.Mutex // guards the fields below
	conns    []net.Conn
	commands [][]string
	err      error
	closed   bool
}

// Listen starts a server on a free port. It plays all turns on each control connection, as
// [Serve] does.
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

// Close stops the server: it closes all connections and waits until the last turn and every
// goroutine have ended. The error joins those of all sessions.
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

// Commands returns the commands of all ended sessions, one session after another. After Close
// these are all sessions.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Concat(s.commands...)
}
