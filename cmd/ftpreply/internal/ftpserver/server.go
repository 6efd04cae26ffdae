// Package ftpserver is a small FTP server for tests of clients. It keeps its files in memory,
// follows the RFCs, and departs from them only where a [Script] says so. It never reads or
// writes a file of the machine.
//
// A session is one goroutine that reads commands, and a second one that waits for bytes of the
// client, so that ABOR arrives during a transfer. Every reply goes through session.reply,
// which is the only place where a Script takes effect.
package ftpserver

import (
	"cmp"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/spf13/afero"
)

// A Config describes a server. The zero value is a correct server without TLS.
type Config struct {
	// Files has the files of the server; nil means those of NewFiles. The server changes it.
	Files afero.Fs

	// TLS allows AUTH TLS, and PROT P. Nil means that AUTH is refused.
	TLS *tls.Config
	// Implicit begins each control connection with TLS.
	Implicit bool

	// Script returns the departures of a session, or nil. It is called for each connection
	// with an empty user, and again for each USER.
	Script func(user string) *Script

	// Anywhere allows clients, and data connections in active mode, beyond the loopback
	// interface.
	Anywhere bool

	// Ended receives the record of each session, if it is not nil. Calls do not overlap.
	Ended func(*Record)

	Waits  Waits
	Limits Limits
}

// Waits are the times that a server waits; zero means the default.
type Waits struct {
	Idle  time.Duration // for a command; 5 minutes
	Data  time.Duration // for a data connection, and for progress on it; 10 seconds
	Hold  time.Duration // with the answer to the command after a departure; 1.2 seconds
	Pause time.Duration // between the parts of a reply; 50 milliseconds
	Long  time.Duration // a pause that is longer than a client should wait; 1 minute
	// Silent is how long the server keeps a connection on which it is silent; 0 means Idle.
	Silent time.Duration
}

// Limits bound the resources of a server; zero means the default.
type Limits struct {
	Sessions int   // at a time; 1,000
	Command  int   // bytes of a command line; 4,096
	Stored   int64 // bytes of the files that clients have stored; 64 MiB
	Files    int   // files and directories that clients have made; 1,000
}

// A Server is running until Close.
type Server struct {
	Addr netip.AddrPort

	config   Config
	listener net.Listener
	running  sync.WaitGroup
	done     chan struct{}

	mu       sync.Mutex // guards the fields below
	conns    map[net.Conn]bool
	sessions int
	stored   int64
	made     int
}

// ErrNotLoopback means that the address is not on the loopback interface.
var ErrNotLoopback = errors.New("the address is not on the loopback interface")

// Listen starts a server on an address such as "127.0.0.1:0" or "[::1]:2121".
func Listen(address string, config Config) (*Server, error) {
	config.Waits.setDefaults()
	config.Limits.setDefaults()
	if config.Files == nil {
		config.Files = NewFiles()
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{config: config, listener: listener, done: make(chan struct{}), conns: map[net.Conn]bool{}}
	s.Addr = addrPort(listener.Addr())
	if !config.Anywhere && !s.Addr.Addr().IsLoopback() {
		listener.Close()
		return nil, ErrNotLoopback
	}
	s.running.Go(s.accept)
	return s, nil
}

func (w *Waits) setDefaults() {
	w.Idle = cmp.Or(w.Idle, 5*time.Minute)
	w.Data = cmp.Or(w.Data, 10*time.Second)
	w.Hold = cmp.Or(w.Hold, 1200*time.Millisecond)
	w.Pause = cmp.Or(w.Pause, 50*time.Millisecond)
	w.Long = cmp.Or(w.Long, time.Minute)
	w.Silent = cmp.Or(w.Silent, w.Idle)
}

func (l *Limits) setDefaults() {
	l.Sessions = cmp.Or(l.Sessions, 1000)
	l.Command = cmp.Or(l.Command, 4096)
	l.Stored = cmp.Or(l.Stored, 64<<20)
	l.Files = cmp.Or(l.Files, 1000)
}

// addrPort returns the address without the form of IPv4 in IPv6.
func addrPort(a net.Addr) netip.AddrPort {
	ap := a.(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			select {
			case <-s.done:
				return
			case <-time.After(10 * time.Millisecond): // too many open files
				continue
			}
		}
		if !s.add(conn) {
			conn.SetDeadline(time.Now().Add(s.config.Waits.Pause))
			conn.Write([]byte("421 Too many connections.\r\n"))
			conn.Close()
			continue
		}
		s.running.Go(func() { s.serve(conn) })
	}
}

// add reports whether there is room for a session.
func (s *Server) add(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.done:
		return false
	default:
	}
	if s.sessions >= s.config.Limits.Sessions {
		return false
	}
	s.sessions++
	s.conns[conn] = true
	return true
}

func (s *Server) serve(conn net.Conn) {
	record := newSession(s, conn).run()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions--
	delete(s.conns, conn)
	if s.config.Ended != nil {
		s.config.Ended(record)
	}
}

// Close closes all connections and waits until every session has ended.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.done:
	default:
		close(s.done)
	}
	s.listener.Close()
	for conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
}

// sleep waits, or returns false when the server is closed.
func (s *Server) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.done:
		return false
	}
}
