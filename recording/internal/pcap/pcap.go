// Package pcap reads packet captures, pcap and pcapng, and gives what crossed the FTP
// control connections in them as the events of package transcript.
//
// A frame goes through four steps, each a file: the file format (frames.go), the headers
// of link, network and transport layer (packet.go, fragments.go), the order of the bytes
// of a TCP connection (conn.go), and the question whether it is a control connection
// (control.go). Checksums are not verified: where the network card computes them, a
// capture has the wrong ones.
//
// Memory is bounded whatever is in the capture: connections, segments that wait for an
// earlier one, and fragments are limited in number or bytes, and what has been idle is
// let go.
package pcap

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/transcript"
)

// Format describes what a packet capture keeps: everything.
var Format = transcript.Format{
	Name:       "pcap",
	Producer:   "tcpdump, Wireshark, dumpcap, tshark and others: pcap and pcapng",
	Recognised: "the first four bytes",
	Loses:      "what the capturing host did not see, which comes as a gap",
	Keeps:      fidelity.All,
	Clock:      transcript.AbsoluteClock,
}

// magics are the first bytes of a capture.
var magics = [][]byte{
	[]byte("\xd4\xc3\xb2\xa1"), []byte("\xa1\xb2\xc3\xd4"), // microseconds
	[]byte("\x4d\x3c\xb2\xa1"), []byte("\xa1\xb2\x3c\x4d"), // nanoseconds
	[]byte("\x34\xcd\xb2\xa1"), []byte("\xa1\xb2\xcd\x34"), // modified, by old Linux systems
	ngMagic,
}

// Recognise reports whether a file that begins so is a packet capture.
func Recognise(head []byte) bool {
	return slices.ContainsFunc(magics, func(m []byte) bool { return bytes.HasPrefix(head, m) })
}

// The limits of what is kept at a time.
const (
	maxConns    = 1 << 15       // control connections, and as many others
	maxClosed   = 1 << 12       // that have ended, and may get a segment again that they have had
	maxBuffered = 16 << 20      // bytes of segments that wait, and of connections not yet judged
	maxIdle     = 3 * time.Hour // TCP probes a peer that is idle for two (RFC 1122, section 4.2.3.6)
)

// segmentOverhead is what a segment costs beside its bytes.
const segmentOverhead = 128

// A Reader reads the events of the control connections of one capture.
type Reader struct {
	frames  frames
	frame   frame // the latest
	packets packets
	segment segment // in it
	ports   []uint16

	conns    map[uint64]*conn // by a hash of their keys
	seed     maphash.Seed     // of the hash
	controls int              // how many of them are control connections
	numbers  int              // the number given last
	buffered int
	closed   []*conn // a ring of the last that have ended
	ended    int     // how many have left it
	swept    int64   // the frame at which idle connections were looked for
	sweptAt  int64   // and when, in nanoseconds

	ready []transcript.Event
	given int
	err   error
}

// NewReader reads the header of a capture. A connection to port 21, 2121 or one of the ports
// is a control connection; of others their first bytes decide. Those that show too little
// are left out.
func NewReader(r io.Reader, ports ...uint16) (*Reader, error) {
	f, err := openFrames(r)
	if err != nil {
		return nil, err
	}
	return &Reader{frames: f, ports: ports, conns: map[uint64]*conn{}, seed: maphash.MakeSeed()}, nil
}

// Next reads the next event, io.EOF at the end; any other error is the last, too. Events of
// one connection come in the order of the bytes of each direction, and as far as that
// allows in the order of the capture; Record is the number of the frame. A connection
// that is not recorded from its start begins with a Gap.
func (r *Reader) Next() (transcript.Event, error) {
	for r.given == len(r.ready) {
		r.ready, r.given = r.ready[:0], 0
		if r.err != nil {
			return transcript.Event{}, r.err
		}
		r.err = r.step()
	}
	r.given++
	return r.ready[r.given-1], nil
}

// step takes one frame, and at the end of the file what still waits.
func (r *Reader) step() error {
	err := r.frames.next(&r.frame)
	if err != nil {
		for _, c := range r.oldestFirst(func(*conn) bool { return true }) {
			r.drain(c, true)
		}
		if err == io.EOF {
			return err
		}
		return fmt.Errorf("frame %d: %w", r.frames.count, err)
	}
	if r.packets.decode(&r.frame, &r.segment) {
		r.take(&r.segment)
	}
	return nil
}

// take gives a segment to its connection.
func (r *Reader) take(s *segment) {
	hash := maphash.Bytes(r.seed, s.key[:])
	c := r.conns[hash]
	switch {
	case c == nil:
	case c.key != s.key: // as good as never
		r.abandon(c, &s.place)
		c = nil
	case c.isAnother(s):
		r.forget(c, &s.place)
		c = nil
	}
	if c == nil {
		if !s.opens() {
			return
		}
		c = &conn{key: s.key, hash: hash, server: unknown}
		r.conns[hash] = c
	}
	c.seen = s.time.UnixNano()
	if c.state == undecided || c.state == control {
		r.assemble(c, s)
	}
	r.sweep(&s.place)
}

// forget closes a connection and gives its place to another.
func (r *Reader) forget(c *conn, at *place) {
	r.drain(c, true)
	r.close(c, at)
	delete(r.conns, c.hash)
}

// abandon forgets a connection that may go on. What is open on it is no fault of the peers.
func (r *Reader) abandon(c *conn, at *place) {
	r.drain(c, true)
	if c.state == control {
		r.emit(c, c.server, at, happening{kind: transcript.Gap})
	}
	r.forget(c, at)
}

// Idle connections are looked for after that many frames, or that many for each connection,
// and after a part of maxIdle: to look costs next to nothing then.
const sweepInterval, sweepIntervalEach, sweepPause = 1 << 10, 16, maxIdle / 8

// sweep abandons connections that have been idle for long, and the most idle when there
// are too many.
func (r *Reader) sweep(at *place) {
	now := at.time.UnixNano()
	// A pause is negative where the clock was set back.
	if pause := now - r.sweptAt; uint64(pause) >= uint64(sweepPause) && at.number-r.swept >= max(sweepInterval, sweepIntervalEach*int64(len(r.conns))) {
		r.swept, r.sweptAt = at.number, now
		for _, c := range r.oldestFirst(func(c *conn) bool { return c.seen < now-int64(maxIdle) }) {
			r.abandon(c, at)
		}
	}
	if r.controls > maxConns {
		r.thin(at, func(c *conn) bool { return c.state == control })
	}
	if len(r.conns)-r.controls > maxConns {
		r.thin(at, func(c *conn) bool { return c.state != control })
	}
}

// thin abandons a quarter of the connections of a kind.
func (r *Reader) thin(at *place, kind func(*conn) bool) {
	oldest := r.oldestFirst(kind)
	for _, c := range oldest[:len(oldest)/4] {
		r.abandon(c, at)
	}
}

// oldestFirst lists connections by the time when they were last seen.
func (r *Reader) oldestFirst(which func(*conn) bool) (list []*conn) {
	for _, c := range r.conns {
		if which(c) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *conn) int {
		if c := cmp.Compare(a.seen, b.seen); c != 0 {
			return c // mostly; what else there is need not be fetched
		}
		return cmp.Or(cmp.Compare(a.number, b.number), bytes.Compare(a.key[:], b.key[:]))
	})
	return list
}
