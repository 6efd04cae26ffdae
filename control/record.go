package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// A Recorder writes control connections to a file in the format "exchange" of package
// transcript, which "ftpreply lint" and all other readers understand: one JSON object per
// line, for bytes of one side. It is safe for concurrent use.
type Recorder struct {
	policy SecretPolicy
	shared SharedSecrets // of all connections

	mu      sync.Mutex
	out     *json.Encoder
	begin   time.Time
	records int
	conns   int
	err     error
}

// NewRecorder returns a Recorder that writes to w, one call of Write for each record.
// policy selects the text that replaces passwords; the zero policy masks them.
func NewRecorder(w io.Writer, policy SecretPolicy) *Recorder {
	return &Recorder{policy: policy, out: json.NewEncoder(w)}
}

// Err returns the first error of the writer. Nothing was written after it.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// record is one object of the format.
type record struct {
	Number  int     `json:"i"`
	Seconds float64 `json:"t"`
	Conn    int     `json:"conn"`
	Dir     string  `json:"dir"` // "S" or "C"
	TLS     bool    `json:"tls"`
	Bytes   []byte  `json:"bytes"`
	Event   string  `json:"event,omitempty"` // "hangup", "gap" or "closed"

	// The addresses, in the first record of a connection.
	Server *netip.AddrPort `json:"server,omitempty"`
	Client *netip.AddrPort `json:"client,omitempty"`
}

// write completes a record and writes it.
func (r *Recorder) write(rec record, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.begin.IsZero() {
		r.begin = at
	}
	r.records++
	rec.Number, rec.Seconds = r.records, at.Sub(r.begin).Seconds()
	if rec.Bytes == nil {
		rec.Bytes = []byte{} // not null
	}
	if r.err == nil {
		r.err = r.out.Encode(rec)
	}
}

// Track returns a Track for a new connection. The addresses may be zero.
func (r *Recorder) Track(server, client netip.AddrPort) *Track {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns++
	t := &Track{recorder: r, number: r.conns, server: server, client: client}
	t.Secrets, t.Shared = r.policy, &r.shared
	return t
}

// A Track is a [Conn] that also records the bytes that it reads. The Items of the Conn are
// those that a Conn finds in the recording. Like a Conn, a Track is not safe for concurrent
// use.
//
// To keep secrets out of the recording, a Track holds an incomplete line until it is complete.
// It leaves out the rest of a command line after 4096 bytes.
type Track struct {
	Conn

	recorder       *Recorder
	number         int
	server, client netip.AddrPort // not yet written
	last           time.Time      // of the bytes

	lines splitter // finds the lines of the client; that of the Conn is at the end of the bytes
	line  []byte   // incomplete line of the client
	begun bool     // a record shows that the client has begun the line
	open  []byte   // incomplete line of the server

	clientDone, serverDone bool // a record shows that the side has closed its direction
}

// Server is [Conn.Server]. It records the bytes afterwards, so that a finding about them is
// earlier than the record.
func (t *Track) Server(b []byte, at time.Time) {
	t.last = at
	if len(t.line) > 0 && !t.begun {
		t.begun = true
		t.put("C", nil)
	}
	t.Conn.Server(b, at)
	whole := len(t.open) + bytes.LastIndexByte(b, '\n') + 1
	complete := whole > len(t.open)
	t.open = append(t.open, b...)
	if complete {
		t.putServer(whole)
	} else if len(t.open) > maxOpen {
		t.putOpen()
	}
}

// maxOpen is the number of bytes of an incomplete line of the server that are held.
const maxOpen = 64 << 10

// putServer records the first n bytes of the server that are held.
func (t *Track) putServer(n int) {
	if n > 0 {
		t.put("S", t.Mask(t.open[:n]))
		t.open = append(t.open[:0], t.open[n:]...)
	}
}

// putOpen records the beginning of a long incomplete line of the server. The end of it may be
// the first part of a secret, and stays.
func (t *Track) putOpen() {
	t.open = append(t.open[:0], t.Mask(t.open)...)
	t.putServer(max(0, len(t.open)-maxCommand))
}

// Client is [Conn.Client]. It records the command lines when they are complete.
func (t *Track) Client(b []byte, at time.Time) {
	t.last = at
	if t.Secrets == ShowSecrets || t.secrets.none() {
		t.putServer(len(t.open)) // so that the order is kept; otherwise it may end in a part of a secret
	}
	t.Conn.Client(b, at)
	var whole []byte
	for len(b) > 0 {
		n := bytes.IndexByte(b, '\n') + 1
		if n == 0 {
			n = len(b)
		}
		t.lines.split(b[:n], func([]byte) {})
		t.hold(b[:n])
		if len(t.lines.line) == 0 { // the end of a line, or a piece of a TLS record
			whole = append(whole, t.Mask(t.line)...)
			t.line, t.begun = t.line[:0], false
		}
		b = b[n:]
	}
	if len(whole) > 0 {
		t.put("C", whole)
	}
	if len(t.line) > 0 && !t.begun && len(t.Conn.window) > 0 {
		// That the client speaks inside a reply matters now, not when its line is complete.
		t.begun = true
		t.put("C", nil)
	}
}

// hold appends bytes to the incomplete line or TLS record of the client. A Conn does not use the
// bytes of a line after maxCommand, and one more shows that there were some.
func (t *Track) hold(b []byte) {
	room := max(0, maxCommand+1-len(t.line))
	if len(b) <= room || len(t.lines.line) == 0 && (len(t.line) == 0 || wire.IsRecord(t.line)) {
		t.line = append(t.line, b...)
		return
	}
	t.line = append(t.line, b[:room]...)
	if b[len(b)-1] == '\n' {
		t.line = append(t.line, "\r\n"...)
	}
}

// HangUp is [Conn.HangUp].
func (t *Track) HangUp(at time.Time) {
	t.last = at
	t.Conn.HangUp(at)
	t.finishClient()
	if !t.clientDone {
		t.clientDone = true
		t.write(record{Dir: "C", Event: "hangup"})
	}
}

// ServerHangUp is [Conn.ServerHangUp].
func (t *Track) ServerHangUp(at time.Time) {
	t.last = at
	t.Conn.ServerHangUp(at)
	t.finishServer()
	if !t.serverDone {
		t.serverDone = true
		t.write(record{Dir: "S", Event: "hangup"})
	}
}

// Gap is [Conn.Gap]. It records the incomplete line of each side before.
func (t *Track) Gap() {
	t.finishServer()
	t.finishClient()
	t.lines.next()
	t.Conn.Gap()
	t.write(record{Dir: "S", Event: "gap"})
}

// Close is [Conn.Close]. It records everything that is incomplete.
func (t *Track) Close(how Ending) {
	t.finishServer()
	t.finishClient()
	t.Conn.Close(how)
	if how == ConnectionClosed {
		t.write(record{Dir: "S", Event: "closed"})
	}
}

// finishServer records an incomplete line of the server after which nothing comes.
func (t *Track) finishServer() {
	if len(t.open) > 0 {
		t.put("S", t.secrets.mask(t.open, t.Secrets, context{own: t.secrets.latest, blind: !t.secrets.seen, cut: true}))
		t.open = nil
	}
}

// finishClient records an incomplete command line after which nothing comes.
func (t *Track) finishClient() {
	if len(t.line) > 0 {
		t.put("C", t.Mask(t.line))
		t.line, t.begun = nil, false
	}
}

// put records bytes of one side.
func (t *Track) put(dir string, b []byte) { t.write(record{Dir: dir, Bytes: b}) }

func (t *Track) write(rec record) {
	rec.Conn, rec.TLS = t.number, t.Private
	if t.server.IsValid() {
		rec.Server = &t.server
	}
	if t.client.IsValid() {
		rec.Client = &t.client
	}
	t.recorder.write(rec, t.last)
	t.server, t.client = netip.AddrPort{}, netip.AddrPort{}
}

// A RecordedConn is a net.Conn that records the control connection over it. A Read and a
// Write may run at the same time.
type RecordedConn struct {
	net.Conn
	track  *Track
	server bool // the program is the server

	mu     sync.Mutex // for track
	closed bool
}

// Client returns a connection that records conn, over which the program is the client.
func (r *Recorder) Client(conn net.Conn) *RecordedConn {
	return &RecordedConn{Conn: conn, track: r.Track(addrPort(conn.RemoteAddr()), addrPort(conn.LocalAddr()))}
}

// Server returns a connection that records conn, over which the program is the server.
func (r *Recorder) Server(conn net.Conn) *RecordedConn {
	return &RecordedConn{Conn: conn, server: true, track: r.Track(addrPort(conn.LocalAddr()), addrPort(conn.RemoteAddr()))}
}

// addrPort returns the address of a TCP connection, and the zero AddrPort for others.
func addrPort(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	addr := tcp.AddrPort()
	return netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
}

// NetConn returns the connection that c records. Use it for a TLS handshake, whose bytes are
// not worth recording, and call Upgrade after the handshake.
func (c *RecordedConn) NetConn() net.Conn { return c.Conn }

// Upgrade makes c read from and write to secured, which is NetConn under TLS. The bytes are
// recorded in clear and marked as sent under TLS. No Read or Write may be running.
func (c *RecordedConn) Upgrade(secured net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Conn, c.track.Private = secured, true
}

// Read reads from the connection, and records the bytes before it returns them.
func (c *RecordedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	if n > 0 && !c.closed {
		c.record(!c.server, b[:n])
	}
	if err == io.EOF && !c.closed {
		c.hangUp(!c.server)
	}
	return n, err
}

// Write records the bytes and writes them to the connection.
func (c *RecordedConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	if len(b) > 0 && !c.closed {
		c.record(c.server, b)
	}
	c.mu.Unlock()
	return c.Conn.Write(b)
}

// record records bytes of the server, or of the client.
func (c *RecordedConn) record(server bool, b []byte) {
	if server {
		c.track.Server(b, time.Now())
	} else {
		c.track.Client(b, time.Now())
	}
}

func (c *RecordedConn) hangUp(server bool) {
	if server {
		c.track.ServerHangUp(time.Now())
	} else {
		c.track.HangUp(time.Now())
	}
}

// CloseWrite closes the direction in which the program writes. The error matches
// [errors.ErrUnsupported] if the connection cannot do that.
func (c *RecordedConn) CloseWrite() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		return errors.ErrUnsupported
	}
	c.mu.Lock()
	if !c.closed {
		c.hangUp(c.server)
	}
	c.mu.Unlock()
	return half.CloseWrite()
}

// Close closes the connection and ends its recording. Later calls only close the connection.
func (c *RecordedConn) Close() error {
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		c.hangUp(c.server)
		c.track.Close(ConnectionClosed)
	}
	c.mu.Unlock()
	return c.Conn.Close()
}
