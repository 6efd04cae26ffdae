package probe

import (
	"bytes"
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/ftpreply/ftpreply/control"
)

// A Recording writes the bytes of control connections in the format "exchange" of package
// transcript: one JSON object per line, with TLS removed and secrets shown as
// Options.Secrets says. Several Sessions may share a Recording.
type Recording struct {
	mu      sync.Mutex
	out     *json.Encoder
	begin   time.Time
	records int
	conns   int
	err     error
}

// NewRecording returns a Recording that writes to w.
func NewRecording(w io.Writer) *Recording {
	return &Recording{out: json.NewEncoder(w)}
}

// Err returns the first error of the writer. Nothing was written after it.
func (r *Recording) Err() error {
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
}

func (r *Recording) write(conn int, dir string, tls bool, b []byte, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.begin.IsZero() {
		r.begin = at
	}
	r.records++
	if r.err == nil {
		r.err = r.out.Encode(record{r.records, at.Sub(r.begin).Seconds(), conn, dir, tls, b})
	}
}

// newConn returns the number of a new connection, from 1.
func (r *Recording) newConn() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns++
	return r.conns
}

// A track records one connection. It holds back an incomplete line of the server, so that a
// secret cut in two is masked too. The zero track records nothing.
type track struct {
	recording *Recording
	conn      int
	open      []byte // an incomplete line of the server
	tls       bool   // open came under TLS
	at        time.Time
}

func newTrack(r *Recording) track {
	if r == nil {
		return track{}
	}
	return track{recording: r, conn: r.newConn()}
}

func (t *track) server(c *control.Conn, b []byte, tls bool, at time.Time) {
	if t.recording == nil {
		return
	}
	t.open, t.tls, t.at = append(t.open, b...), tls, at
	const longest = 64 << 10
	if whole := bytes.LastIndexByte(t.open, '\n') + 1; whole > 0 {
		t.put(c, whole)
	} else if len(t.open) > longest {
		t.flush(c)
	}
}

func (t *track) client(c *control.Conn, b []byte, tls bool, at time.Time) {
	if t.recording == nil {
		return
	}
	t.flush(c)
	t.recording.write(t.conn, "C", tls, c.Mask(b), at)
}

// flush writes the incomplete line.
func (t *track) flush(c *control.Conn) { t.put(c, len(t.open)) }

func (t *track) put(c *control.Conn, n int) {
	if n > 0 {
		t.recording.write(t.conn, "S", t.tls, c.Mask(t.open[:n]), t.at)
		t.open = append(t.open[:0], t.open[n:]...)
	}
}
