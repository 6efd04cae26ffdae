package ftpserver

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/spf13/afero"
)

// A transfer runs in its own goroutine. Only that goroutine touches its connection; the
// session may stop it at any time.
type transfer struct {
	verb    string
	done    chan struct{} // closed at the end
	err     error         // set before done is closed
	aborted bool          // by ABOR
	ctx     context.Context
	stop    context.CancelFunc

	// Set before done is closed, for the session.
	stored    []byte
	retrieved bool
	connected bool
	path      string
}

var (
	errNoConnection = errors.New("no data connection")
	errFull         = errors.New("the server is full")
)

// begin sends the preliminary reply and starts the transfer, which move does on the data
// connection.
func (s *session) begin(text string, move func(t *transfer, conn net.Conn) error) error {
	if s.passive == nil && !s.active.IsValid() {
		return s.reply(false, "425 PASV, EPSV, PORT or EPRT comes first.")
	}
	noData, noTransfer := false, false
	for _, c := range s.changes {
		if c.At == s.verb && !c.Final {
			noData, noTransfer = c.NoData, c.NoTransfer
			if c.Data != nil {
				content := *c.Data
				move = func(t *transfer, conn net.Conn) error { return send(conn, []byte(content)) }
			}
		}
	}
	err := s.reply(false, "%s", text)
	if err != nil || s.silent || noTransfer {
		s.closePassive()
		return err
	}
	t := &transfer{verb: s.verb, done: make(chan struct{})}
	t.ctx, t.stop = context.WithCancel(context.Background())
	dial := s.dialer(t.ctx)
	s.transfer = t
	go func() {
		defer close(t.done)
		conn, err := dial()
		if err != nil {
			t.err = errNoConnection
			return
		}
		t.connected = true
		defer conn.Close()
		defer context.AfterFunc(t.ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
		if !noData {
			t.err = move(t, conn)
		}
	}()
	return nil
}

// dialer returns a function that makes the data connection. It takes over the passive
// listener.
func (s *session) dialer(ctx context.Context) func() (net.Conn, error) {
	listener, active, remote := s.passive, s.active, s.remote
	protect, limit := s.protect, s.waits.Data
	s.passive = nil
	local := s.local
	config := s.server.config.TLS
	return func() (conn net.Conn, err error) {
		if listener != nil {
			defer listener.Close()
			defer context.AfterFunc(ctx, func() { listener.Close() })()
			listener.(*net.TCPListener).SetDeadline(time.Now().Add(limit))
			for {
				if conn, err = listener.Accept(); err != nil {
					return nil, err
				}
				if addrPort(conn.RemoteAddr()).Addr() == remote.Addr() {
					break
				}
				conn.Close() // another host (RFC 2577, section 4)
			}
		} else {
			d := net.Dialer{Timeout: limit, LocalAddr: &net.TCPAddr{IP: local.Addr().AsSlice()}}
			if conn, err = d.DialContext(ctx, "tcp", active.String()); err != nil {
				return nil, err
			}
		}
		conn = &patient{conn, limit}
		if protect {
			secure := tls.Server(conn, config)
			if err := secure.HandshakeContext(ctx); err != nil {
				conn.Close()
				return nil, err
			}
			return secure, nil
		}
		return conn, nil
	}
}

// A patient connection fails if no byte moves for a time.
type patient struct {
	net.Conn
	limit time.Duration
}

func (c *patient) Read(b []byte) (int, error) {
	c.SetReadDeadline(time.Now().Add(c.limit))
	return c.Conn.Read(b)
}

func (c *patient) Write(b []byte) (int, error) {
	c.SetWriteDeadline(time.Now().Add(c.limit))
	return c.Conn.Write(b)
}

// send writes content in pieces, so that a transfer can be aborted.
func send(conn net.Conn, content []byte) error {
	const piece = 32 << 10
	for len(content) > 0 {
		n, err := conn.Write(content[:min(piece, len(content))])
		if err != nil {
			return err
		}
		content = content[n:]
	}
	return conn.Close()
}

// endTransfer sends the final reply of a transfer that has ended.
func (s *session) endTransfer() error {
	t := s.transfer
	s.transfer = nil
	t.stop()
	verb := s.verb
	s.verb = t.verb
	defer func() { s.verb = verb }()
	s.closePassive()
	if t.connected {
		s.record.Data++
	}
	if t.retrieved {
		s.record.Retrieved++
	}
	if t.stored != nil && t.err == nil {
		s.record.Stored[t.path] = t.stored
	}
	switch {
	case t.aborted:
		return s.reply(true, "426 Transfer aborted.")
	case t.err == errNoConnection:
		return s.reply(true, "425 No data connection.")
	case t.err == errFull:
		return s.reply(true, "552 The server is full.")
	case t.err != nil:
		return s.reply(true, "426 The data connection has failed.")
	}
	return s.reply(true, "226 Transfer complete.")
}

// finishTransfer waits for the end of the transfer and sends its final reply.
func (s *session) finishTransfer() error {
	<-s.transfer.done
	return s.endTransfer()
}

func (s *session) abort(string) error {
	if s.transfer == nil {
		s.closePassive()
		return s.reply(false, "226 No transfer to abort.")
	}
	select {
	case <-s.transfer.done: // it has ended before
	default:
		s.transfer.aborted = true
		s.transfer.stop()
	}
	if err := s.finishTransfer(); err != nil {
		return err
	}
	s.verb = "ABOR"
	return s.reply(false, "226 Abort done.")
}

func (s *session) retrieve(arg string) error {
	name := s.absolute(arg)
	info, err := s.server.config.Files.Stat(name)
	if err != nil || info.IsDir() {
		return s.reply(false, "550 No such file.")
	}
	content, err := afero.ReadFile(s.server.config.Files, name)
	if err != nil {
		return s.reply(false, "550 Cannot read it.")
	}
	if s.ascii {
		content = bytes.ReplaceAll(content, []byte("\n"), []byte("\r\n"))
	}
	if s.restart > int64(len(content)) {
		return s.reply(false, "554 Not a possible offset.") // RFC 1123, section 4.1.3.4
	}
	content = content[s.restart:]
	return s.begin(fmt.Sprintf("150 Opening data connection (%d bytes).", len(content)), func(t *transfer, conn net.Conn) error {
		err := send(conn, content)
		t.retrieved = err == nil
		return err
	})
}

// list answers LIST, NLST and MLSD. Options such as -la are ignored.
func (s *session) list(arg string) error {
	if strings.HasPrefix(arg, "-") && s.verb != "MLSD" {
		_, arg, _ = strings.Cut(arg, " ")
	}
	name := s.absolute(arg)
	info, err := s.server.config.Files.Stat(name)
	if err != nil {
		return s.reply(false, "550 No such file or directory.")
	}
	if s.verb == "MLSD" && !info.IsDir() {
		return s.reply(false, "501 Not a directory.") // RFC 3659, section 7.2.1
	}
	var content strings.Builder
	for _, info := range s.entries(name) {
		switch s.verb {
		case "LIST":
			content.WriteString(listLine(info))
		case "NLST":
			content.WriteString(info.Name())
		case "MLSD":
			content.WriteString(factsOf(info) + " " + info.Name())
		}
		content.WriteString("\r\n")
	}
	return s.begin("150 Here it comes.", func(t *transfer, conn net.Conn) error { return send(conn, []byte(content.String())) })
}

// uniqueNames counts the names of STOU.
var uniqueNames struct {
	sync.Mutex
	n int
}

// store answers STOR, APPE and STOU.
func (s *session) store(arg string) error {
	files, server := s.server.config.Files, s.server
	text := "150 Ready to receive."
	name := s.absolute(arg)
	if s.verb == "STOU" {
		uniqueNames.Lock()
		uniqueNames.n++
		name = s.absolute(fmt.Sprintf("unique-%d", uniqueNames.n))
		uniqueNames.Unlock()
		text = "150 FILE: " + strings.TrimPrefix(name, "/") // RFC 1123, section 4.1.2.9
	}
	info, err := files.Stat(name)
	switch {
	case err == nil && info.IsDir(), !safe(name), !s.hasParent(name):
		return s.reply(false, "553 Not a possible name.")
	case err != nil && !server.mayMake():
		return s.reply(false, "552 The server is full.")
	}
	var before []byte
	if err == nil && (s.verb == "APPE" || s.restart > 0) {
		if before, err = afero.ReadFile(files, name); err != nil {
			return s.reply(false, "550 Cannot read it.")
		}
	}
	if s.restart > 0 && s.verb == "STOR" {
		if s.restart > int64(len(before)) {
			return s.reply(false, "554 Not a possible offset.")
		}
		before = before[:s.restart]
	}
	ascii := s.ascii
	return s.begin(text, func(t *transfer, conn net.Conn) error {
		content, err := receive(server, conn)
		if err != nil {
			return err
		}
		if ascii {
			content = bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
		}
		t.path, t.stored = name, append(before, content...)
		return afero.WriteFile(files, name, t.stored, 0o644)
	})
}

// receive reads to the end of the data. It counts the bytes as stored while they arrive.
func receive(server *Server, conn net.Conn) ([]byte, error) {
	var content bytes.Buffer
	piece := make([]byte, 32<<10)
	for {
		n, err := conn.Read(piece)
		if n > 0 && !server.use(int64(n)) {
			server.free(int64(content.Len()))
			return nil, errFull
		}
		content.Write(piece[:n])
		if err == io.EOF {
			return content.Bytes(), nil
		}
		if err != nil {
			server.free(int64(content.Len()))
			return nil, err
		}
	}
}
