package tapcmd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// Limits of time.
const (
	dialTimeout      = 30 * time.Second
	handshakeTimeout = 30 * time.Second
)

// pauseTime is the silence after which replies are judged that later ones may explain.
var pauseTime = 100 * time.Millisecond // longer in tests, because the recording has no pauses

// A relay passes the bytes of one control connection on, in two loops: one reads from the client
// and one from the server. Bytes are recorded and judged before they are passed on.
type relay struct {
	*tap
	number                 int
	clientAddr, serverAddr netip.AddrPort
	ctx                    context.Context
	cancel                 context.CancelCauseFunc
	idleTimer, pauseTimer  *time.Timer
	data                   dataRelays
	serverTLS              *tls.Config // of this connection

	// The connections, which TLS replaces. The loop of the client changes them while that of the
	// server waits.
	client, server net.Conn
	upgrading      atomic.Bool
	parked         chan struct{} // the loop of the server waits
	resumed        chan struct{} // it may go on
	serverDone     chan struct{} // it has ended

	mu          sync.Mutex // for the rest
	track       *control.Track
	clientLines lineWatcher
	serverLines lineWatcher
	passive     bool // PASV or EPSV waits for its reply
	startsTLS   bool // the server has accepted AUTH
	secured     bool // the tap has ended TLS
	opaque      bool // TLS passes unread
	private     bool // data is sent under TLS
}

// relay relays one control connection until both sides have closed it.
func (t *tap) relay(ctx context.Context, number int, client net.Conn) error {
	defer client.Close()
	dialer := net.Dialer{Timeout: dialTimeout}
	server, err := dialer.DialContext(ctx, "tcp", t.target)
	if err != nil {
		return err
	}
	defer server.Close()
	r := &relay{
		tap: t, number: number, client: client, server: server,
		clientAddr: addrPort(client.RemoteAddr()), serverAddr: addrPort(server.RemoteAddr()),
		parked: make(chan struct{}), resumed: make(chan struct{}), serverDone: make(chan struct{}),
	}
	t.report.begin(number, r.clientAddr.String(), r.serverAddr.String())
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	defer r.cancel(nil)
	defer context.AfterFunc(r.ctx, func() {
		client.Close()
		server.Close()
	})()
	r.startTrack()
	r.idleTimer = time.AfterFunc(t.idle, func() { r.cancel(fmt.Errorf("closed after %v without a byte", t.idle)) })
	defer r.idleTimer.Stop()
	r.pauseTimer = time.AfterFunc(pauseTime, r.pause)
	defer r.pauseTimer.Stop()
	r.clientLines = lineWatcher{words: []string{"PASV", "EPSV", "PORT", "EPRT"}, hold: t.rewrite, whole: r.commandLine}
	r.serverLines = lineWatcher{words: []string{"227 ", "229 "}, hold: t.rewrite, whole: r.replyLine}
	if t.tls.Value == implicitTLS {
		err = r.handshake(client)
	}
	if err == nil {
		go r.fromServer()
		r.fromClient()
		<-r.serverDone
	}
	r.data.end()
	r.finish()
	return errors.Join(err, context.Cause(r.ctx))
}

// startTrack makes the track, which records and judges the connection.
func (r *relay) startTrack() {
	r.track = r.recorder.Track(r.serverAddr, r.clientAddr)
	rules := &lint.Linter{Peer: r.serverAddr.Addr(), Client: r.clientAddr.Addr()}
	r.report.judge(r.track, r.number, rules)
	r.track.Handle = func(it *control.Item) {
		r.follow(it)
		rules.Item(it)
	}
}

// follow notes which connections are under TLS.
func (r *relay) follow(it *control.Item) {
	if it.Kind != control.ReplyItem {
		return
	}
	r.startsTLS = r.startsTLS || it.Verdict.StartsTLS
	if it.Verdict.Verb() == "PROT" && it.Command != nil && it.Reply.Code().Class() == ftpreply.Completion {
		r.private = string(it.Command.Argument()) != "C"
	}
}

// finish ends the recording. If the tap has cut the connection, nothing incomplete proves
// anything.
func (r *relay) finish() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx.Err() != nil {
		r.track.Gap()
		r.track.Close(control.RecordingEnds)
	} else {
		r.track.Close(control.ConnectionClosed)
	}
	r.report.close(r.number, r.track)
}

// addrPort returns the address of a TCP connection.
func addrPort(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(tcp.AddrPort().Addr().Unmap(), tcp.AddrPort().Port())
}

// active restarts the clocks that wait for silence.
func (r *relay) active() {
	r.idleTimer.Reset(r.idle)
	r.pauseTimer.Reset(pauseTime)
}

func (r *relay) pause() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.track.Flush()
}

// bufferSize is the number of bytes that are read at a time.
const bufferSize = 32 << 10

// fromClient passes on the bytes of the client.
func (r *relay) fromClient() {
	b := make([]byte, bufferSize)
	for {
		n, err := r.client.Read(b)
		if n > 0 {
			r.active()
			if r.beginsTLS(b[:n]) {
				if err := r.upgrade(b[:n]); err != nil {
					r.cancel(err)
					return
				}
				continue
			}
			if _, err := r.server.Write(r.commands(b[:n])); err != nil {
				return // the other loop will learn why
			}
		}
		if err != nil {
			r.end(r.server, &r.clientLines, r.track.HangUp, err)
			return
		}
	}
}

// commands records bytes of the client, and returns those to pass on.
func (r *relay) commands(b []byte) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.track.Client(b, time.Now())
	r.opaque = r.opaque || !r.secured && b[0] == handshakeRecord && r.clientLines.atStart()
	if r.opaque {
		return append(r.clientLines.flush(), b...)
	}
	return r.clientLines.pass(b)
}

// fromServer passes on the bytes of the server.
func (r *relay) fromServer() {
	defer close(r.serverDone)
	b := make([]byte, bufferSize)
	for {
		n, err := r.server.Read(b)
		if n > 0 {
			r.active()
			if _, err := r.client.Write(r.replies(b[:n])); err != nil {
				return
			}
		}
		if r.upgrading.Load() && errors.Is(err, os.ErrDeadlineExceeded) {
			if !r.park() {
				return
			}
			continue
		}
		if err != nil {
			r.end(r.client, &r.serverLines, r.track.ServerHangUp, err)
			return
		}
	}
}

// replies records bytes of the server, and returns those to pass on.
func (r *relay) replies(b []byte) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.track.Server(b, time.Now())
	if r.opaque {
		return append(r.serverLines.flush(), b...)
	}
	return r.serverLines.pass(b)
}

// end records the end of one side, and passes it on after the bytes of the side that are held.
func (r *relay) end(to net.Conn, lines *lineWatcher, hangUp func(time.Time), err error) {
	if errors.Is(err, net.ErrClosed) {
		return // the tap has closed the connection
	}
	r.mu.Lock()
	hangUp(time.Now())
	held := lines.flush()
	r.mu.Unlock()
	if len(held) > 0 {
		to.Write(held)
	}
	if isEnd(err) {
		closeWrite(to)
		return
	}
	// The connection has failed. The other side notices it if its connection fails too.
	r.client.Close()
	r.server.Close()
}

// isEnd reports whether a side has closed the connection. Over TLS many do so without a word.
func isEnd(err error) bool { return err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) }

// closeWrite closes one direction of a connection.
func closeWrite(conn net.Conn) {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
}

// handshakeRecord is the first byte of a TLS handshake. No command begins with it.
const handshakeRecord = 0x16

// beginsTLS reports whether the client begins the TLS that the server has accepted.
func (r *relay) beginsTLS(b []byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tls.Value != explicitTLS || r.secured || b[0] != handshakeRecord {
		return false
	}
	r.track.Flush()
	return r.startsTLS
}

// upgrade ends TLS on both sides. first are the bytes of the client that were read.
func (r *relay) upgrade(first []byte) error {
	r.upgrading.Store(true)
	r.server.SetReadDeadline(time.Unix(1, 0)) // interrupts the loop of the server
	select {
	case <-r.parked:
	case <-r.serverDone:
		return errors.New("the server closed the connection before the TLS handshake")
	}
	r.server.SetReadDeadline(time.Time{})
	if err := r.handshake(&readConn{Conn: r.client, first: first}); err != nil {
		return err
	}
	r.upgrading.Store(false)
	r.resumed <- struct{}{}
	return nil
}

// park lets the loop of the client start TLS. It reports whether to go on.
func (r *relay) park() bool {
	select {
	case r.parked <- struct{}{}:
	case <-r.ctx.Done():
		return false
	}
	select {
	case <-r.resumed:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// handshake replaces both connections by TLS connections over them.
func (r *relay) handshake(client net.Conn) error {
	ctx, cancel := context.WithTimeout(r.ctx, handshakeTimeout)
	defer cancel()
	// A server may want data connections to resume the session of the control connection.
	r.serverTLS = r.serverSide.Clone()
	r.serverTLS.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	server := tls.Client(r.server, r.serverTLS)
	if err := server.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("TLS handshake with the server: %w", err)
	}
	secured := tls.Server(client, r.clientSide)
	if err := secured.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("TLS handshake with the client: %w", err)
	}
	r.client, r.server = secured, server
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secured, r.track.Private = true, true
	return nil
}

// A readConn is a connection of which some bytes were read before.
type readConn struct {
	net.Conn
	first []byte
}

func (c *readConn) Read(b []byte) (int, error) {
	if len(c.first) == 0 {
		return c.Conn.Read(b)
	}
	n := copy(b, c.first)
	c.first = c.first[n:]
	return n, nil
}

// CloseWrite closes one direction of the connection.
func (c *readConn) CloseWrite() error {
	closeWrite(c.Conn)
	return nil
}
