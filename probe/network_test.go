package probe

import (
	"context"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// bubble runs a test with a clock that advances when every goroutine waits. So a test that
// waits for a time limit takes no time, and a busy machine changes nothing.
func bubble(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

// A memory is a network in memory. All its hosts have the address 127.0.0.1.
type memory struct {
	mu        sync.Mutex
	ports     int
	listeners map[string]*memoryListener
	filtered  func(address string) bool // addresses that a firewall drops packets for
}

func newMemory() *memory { return &memory{ports: 20000, listeners: map[string]*memoryListener{}} }

func (m *memory) address(port int) *net.TCPAddr {
	if port == 0 {
		m.ports++
		port = m.ports
	}
	return &net.TCPAddr{IP: net.IP{127, 0, 0, 1}, Port: port}
}

func (m *memory) DialContext(ctx context.Context, _, address string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if m.filtered != nil && m.filtered(address) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.listeners[address]
	if l == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	there, back := newHalf(), newHalf()
	local := m.address(0)
	select {
	case l.incoming <- &memoryConn{in: there, out: back, local: l.addr, remote: local}:
		return &memoryConn{in: back, out: there, local: local, remote: l.addr}, nil
	default:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
}

func (m *memory) Listen(_ context.Context, _, address string) (net.Listener, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, _ := strconv.Atoi(text)
	l := &memoryListener{network: m, addr: m.address(port), incoming: make(chan net.Conn, 16), closed: make(chan struct{})}
	m.listeners[l.addr.String()] = l
	return l, nil
}

type memoryListener struct {
	network  *memory
	addr     *net.TCPAddr
	incoming chan net.Conn
	once     sync.Once
	closed   chan struct{}
}

func (l *memoryListener) Addr() net.Addr { return l.addr }

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.incoming:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	l.once.Do(func() {
		l.network.mu.Lock()
		defer l.network.mu.Unlock()
		delete(l.network.listeners, l.addr.String())
		close(l.closed)
		for {
			select {
			case conn := <-l.incoming:
				conn.Close()
			default:
				return
			}
		}
	})
	return nil
}

// A half is one direction of a connection.
type half struct {
	mu      sync.Mutex
	changed *sync.Cond
	bytes   []byte
	closed  bool // by the writer
	broken  bool // by the reader
	until   [2]time.Time
	timers  [2]*time.Timer
}

// Indexes of the deadlines.
const (
	reading = iota
	writing
)

// capacity is how many bytes a half holds.
const capacity = 64 << 10

func newHalf() *half {
	h := &half{}
	h.changed = sync.NewCond(&h.mu)
	return h
}

func (h *half) expired(which int) bool {
	return !h.until[which].IsZero() && !time.Now().Before(h.until[which])
}

func (h *half) deadline(which int, t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until[which] = t
	if h.timers[which] != nil {
		h.timers[which].Stop()
	}
	if !t.IsZero() && t.After(time.Now()) {
		h.timers[which] = time.AfterFunc(time.Until(t), h.changed.Broadcast)
	}
	h.changed.Broadcast()
}

func (h *half) end(mark *bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*mark = true
	h.changed.Broadcast()
	for _, timer := range h.timers {
		if timer != nil {
			timer.Stop()
		}
	}
}

// A memoryConn is one end of a connection.
type memoryConn struct {
	in, out       *half
	local, remote *net.TCPAddr
}

func (c *memoryConn) Read(b []byte) (int, error) {
	h := c.in
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.broken:
			return 0, net.ErrClosed
		case h.expired(reading):
			return 0, os.ErrDeadlineExceeded
		case len(h.bytes) > 0:
			n := copy(b, h.bytes)
			h.bytes = h.bytes[n:]
			h.changed.Broadcast()
			return n, nil
		case h.closed:
			return 0, io.EOF
		}
		h.changed.Wait()
	}
}

func (c *memoryConn) Write(b []byte) (n int, err error) {
	h := c.out
	h.mu.Lock()
	defer h.mu.Unlock()
	for n < len(b) {
		switch {
		case h.closed:
			return n, net.ErrClosed
		case h.broken:
			return n, syscall.EPIPE
		case h.expired(writing):
			return n, os.ErrDeadlineExceeded
		case len(h.bytes) < capacity:
			some := b[n:min(len(b), n+capacity-len(h.bytes))]
			h.bytes = append(h.bytes, some...)
			n += len(some)
			h.changed.Broadcast()
		default:
			h.changed.Wait()
		}
	}
	return n, nil
}

func (c *memoryConn) Close() error {
	c.out.end(&c.out.closed)
	c.in.end(&c.in.broken)
	return nil
}

func (c *memoryConn) LocalAddr() net.Addr                { return c.local }
func (c *memoryConn) RemoteAddr() net.Addr               { return c.remote }
func (c *memoryConn) SetReadDeadline(t time.Time) error  { c.in.deadline(reading, t); return nil }
func (c *memoryConn) SetWriteDeadline(t time.Time) error { c.out.deadline(writing, t); return nil }
func (c *memoryConn) SetDeadline(t time.Time) error {
	c.in.deadline(reading, t)
	c.out.deadline(writing, t)
	return nil
}
