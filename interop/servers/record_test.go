//go:build unix

package servers

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

var record = flag.String("record", "", "record every session to SERVER/SESSION in this directory")

// A recorder records one session in the layout of testdata/captures: exchange.ndjson has
// both sides, and server.raw, server.2.raw, ... have the bytes that the server sent on
// each connection.
type recorder struct {
	dir   string // "" to record nothing
	begin time.Time

	mu          sync.Mutex
	exchange    *os.File
	records     int
	connections int
	err         error
}

// newRecorder returns a recorder that records only if -record is set.
func newRecorder(t *testing.T, srv *server, s session) *recorder {
	r := &recorder{begin: time.Now()}
	if *record == "" {
		return r
	}
	r.dir = filepath.Join(*record, srv.name, s.name)
	if r.err = os.RemoveAll(r.dir); r.err == nil {
		r.err = os.MkdirAll(r.dir, 0o755)
	}
	if r.err == nil {
		r.exchange, r.err = os.Create(filepath.Join(r.dir, "exchange.ndjson"))
	}
	t.Cleanup(func() {
		if r.exchange != nil {
			r.note(r.exchange.Close())
		}
		if r.err != nil {
			t.Error(r.err)
		}
	})
	return r
}

// note records the first error.
func (r *recorder) note(err error) {
	if r.err == nil {
		r.err = err
	}
}

// wrap returns a connection that records to r.
func (r *recorder) wrap(conn net.Conn) net.Conn {
	if r.dir == "" {
		return conn
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.connections++
	name := "server.raw"
	if r.connections > 1 {
		name = fmt.Sprintf("server.%d.raw", r.connections)
	}
	raw, err := os.Create(filepath.Join(r.dir, name))
	r.note(err)
	return &recorded{Conn: conn, recorder: r, number: r.connections, raw: raw}
}

// recorded is a connection that is recorded.
type recorded struct {
	net.Conn
	recorder *recorder
	number   int
	raw      io.WriteCloser
	once     sync.Once
	closed   bool
}

func (c *recorded) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.recorder.put(c, "S", b[:n])
	return n, err
}

func (c *recorded) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.recorder.put(c, "C", b[:n])
	return n, err
}

func (c *recorded) Close() error {
	c.once.Do(func() {
		c.recorder.mu.Lock()
		defer c.recorder.mu.Unlock()
		c.recorder.note(c.raw.Close())
		c.closed = true
	})
	return c.Conn.Close()
}

func (r *recorder) put(c *recorded, dir string, b []byte) {
	if len(b) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.records++
	text, err := json.Marshal(struct {
		Number  int     `json:"i"`
		Seconds float64 `json:"t"`
		Conn    int     `json:"conn"`
		Dir     string  `json:"dir"`
		Bytes   []byte  `json:"bytes"`
	}{r.records, time.Since(r.begin).Seconds(), c.number, dir, b})
	r.note(err)
	_, err = r.exchange.Write(append(text, '\n'))
	r.note(err)
	if dir == "S" && !c.closed {
		_, err = c.raw.Write(b)
		r.note(err)
	}
}
