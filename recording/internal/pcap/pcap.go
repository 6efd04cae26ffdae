// Package pcap reads packet captures, pcap and pcapng, and returns the bytes of the FTP
// control connections in them as the events of package transcript.
//
// A frame goes through four steps: the file format (frames.go, pcapng.go), the headers of
// the link and network layers and of tunnels (link.go, wireless.go, tunnel.go, packet.go,
// fragments.go), the order of the bytes of a TCP connection (conn.go), and the question
// whether it is a control connection (control.go, announced.go, preamble.go). Input that is
// not examined is counted (skip.go). Checksums are not verified: where the network card
// computes them, a capture has the wrong ones.
//
// Memory is bounded whatever is in the capture: connections, segments that wait for an
// earlier one, fragments, endpoints and interfaces are limited in number or bytes, and idle
// connections are forgotten.
package pcap

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/maphash"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/gopacket/gopacket/layers"
)

// Format describes packet captures, which keep everything.
var Format = transcript.Format{
	Name:       "pcap",
	Producer:   "tcpdump, Wireshark, dumpcap, tshark and others: pcap and pcapng",
	Recognised: "the first four bytes",
	Loses:      "packets that the capturing host did not see; they become gaps",
	Keeps:      fidelity.All,
	Clock:      transcript.AbsoluteClock,
}

// The limits of the state that is kept at a time.
const (
	// maxControls is the number of control connections. It is lower than the number that
	// the command follows, so that the command sees the end of each that is abandoned.
	maxControls = 1<<15 - 1<<10

	maxOthers   = 1 << 16       // connections that are not, or not yet known to be, control connections
	maxClosed   = 1 << 12       // connections that have ended; copies of their segments may come
	maxBuffered = 16 << 20      // bytes of segments that wait, and of undecided connections
	maxIdle     = 3 * time.Hour // TCP probes a peer that is idle for two (RFC 1122, section 4.2.3.6)
)

// segmentOverhead is the memory that a segment uses in addition to its bytes.
const segmentOverhead = 128

// A Reader reads the events of the control connections of one capture.
type Reader struct {
	frames  frames
	frame   frame // the latest
	packets packets
	segment segment // in it
	ports   []uint16
	skips   skips

	conns     map[uint64]*conn // by a hash of their keys
	seed      maphash.Seed     // of the hash
	controls  int              // the number of them that are control connections
	numbers   int32            // the number given last
	buffered  int
	closed    []*conn // a ring of the last that have ended
	ended     int     // how many have left it
	swept     int64   // the frame at which idle connections were looked for
	sweptAt   int64   // and its time, in nanoseconds
	abandoned struct{ controls, others bool }

	announced endpoints // of data connections
	servers   endpoints // whose control connections were recognised by their bytes
	undecided map[endpoint]map[*conn]struct{}

	ready []transcript.Event
	given int
	err   error

	steps int64 // pending segments, connections and bytes of evidence that were looked at; for tests
}

// NewReader reads the header of a capture. A connection to port 21, 2121 or one of the ports
// is a control connection, and so is one that both sides begin as in FTP. Connections that
// show too little are left out.
func NewReader(r io.Reader, ports ...uint16) (*Reader, error) {
	f, err := openFrames(r)
	if err != nil {
		return nil, err
	}
	if f.ng == nil && new(packets).linkLayer(f.plain.link, nil, 0, nil) == UnknownLink {
		return nil, unknownLink(f.plain.link)
	}
	return &Reader{
		frames: f, ports: ports, conns: map[uint64]*conn{}, seed: maphash.MakeSeed(),
		undecided: map[endpoint]map[*conn]struct{}{},
	}, nil
}

func unknownLink(t layers.LinkType) error { return fmt.Errorf("%s is not supported", linkName(t)) }

// Skipped returns the packets and connections that were not examined so far, by reason. A
// connection that may still be recognised is not counted before the end of the capture.
func (r *Reader) Skipped() []Skip { return r.skips.list() }

// Next returns the next event, and io.EOF after the last one. Any other error is permanent.
// The events of a connection have the order of the bytes of each direction, and as far as
// that allows the order of the capture. Record is the number of the frame. A connection
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

// step reads one frame, or at the end of the file delivers the segments that still wait.
func (r *Reader) step() error {
	err := r.frames.next(&r.frame)
	if err != nil {
		all := r.oldestFirst(func(*conn) bool { return true })
		for _, c := range all {
			r.drain(c, true)
		}
		for _, c := range all { // drain may recognise the server of another
			r.giveUp(c)
		}
		if err == io.EOF {
			if unknown := r.skips.packets[UnknownLink]; unknown > 0 && unknown == r.frames.count-1 {
				return unknownLink(slices.Min(slices.Collect(maps.Keys(r.skips.links))))
			}
			return err
		}
		return fmt.Errorf("frame %d: %w", r.frames.count, err)
	}
	why := r.packets.decode(&r.frame, &r.segment)
	r.skips.packets[Fragment] -= r.packets.joined
	if why == examined {
		why = r.take(&r.segment)
	}
	if why != examined {
		r.skips.packet(why, r.frame.link)
	}
	return nil
}

// take passes a segment to its connection. It returns the reason if the connection is not
// examined.
func (r *Reader) take(s *segment) Reason {
	hash := maphash.Bytes(r.seed, s.key[:])
	c := r.conns[hash]
	switch {
	case c == nil:
	case c.key != s.key: // two keys with one hash are as good as impossible
		r.abandon(c, &s.place)
		c = nil
	case c.isAnother(s):
		r.forget(c, &s.place)
		c = nil
	}
	if c == nil {
		if !s.opens() {
			return Stray
		}
		c = &conn{key: s.key, hash: hash, server: unknown}
		if !s.has(syn) && r.mayBeAbandoned(c) {
			return TooMany
		}
		r.conns[hash] = c
	}
	c.seen = s.time.UnixNano()
	why := examined
	switch c.state {
	case other:
		why = c.why
	case undecided, waiting:
		c.packets++ // counted when it is decided
		fallthrough
	case control:
		r.assemble(c, s)
	}
	r.sweep(&s.place)
	return why
}

// forget closes a connection and removes it.
func (r *Reader) forget(c *conn, at *place) {
	r.drain(c, true)
	r.close(c, at)
	r.giveUp(c)
	delete(r.conns, c.hash)
}

// abandon forgets a connection that may go on. An incomplete reply on it is not the server's
// fault.
func (r *Reader) abandon(c *conn, at *place) {
	r.drain(c, true)
	if c.state == control {
		r.emit(c, c.server, at, happening{kind: transcript.Gap})
	}
	r.forget(c, at)
}

// Idle connections are looked for after this many frames, or this many for each connection,
// and after a part of maxIdle, so that the search costs next to nothing.
const sweepInterval, sweepIntervalEach, sweepPause = 1 << 10, 16, maxIdle / 8

// sweep abandons connections that have been idle for long, and the most idle ones if there
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
	if r.controls > maxControls {
		r.abandoned.controls = true
		r.thin(at, func(c *conn) bool { return c.state == control })
	}
	if len(r.conns)-r.controls > maxOthers {
		r.abandoned.others = true
		r.thin(at, func(c *conn) bool { return c.state != control })
	}
}

// mayBeAbandoned reports whether c, whose beginning was not seen, may be a connection that
// thin has abandoned. It is not examined then, so that none is counted twice.
func (r *Reader) mayBeAbandoned(c *conn) bool {
	if _, is := r.judgeEnds(c); is == yes {
		return r.abandoned.controls
	}
	return r.abandoned.controls || r.abandoned.others
}

// thin abandons a quarter of the connections of a kind.
func (r *Reader) thin(at *place, kind func(*conn) bool) {
	oldest := r.oldestFirst(kind)
	for _, c := range oldest[:len(oldest)/4] {
		if c.state == undecided || c.state == waiting {
			r.leave(c, TooMany)
			if _, is := r.judgeEnds(c); is == yes {
				r.skips.connections[TooMany]-- // if it goes on, it is examined then
			}
		}
		r.abandon(c, at)
	}
}

// oldestFirst returns connections in the order of the times when they were last seen.
func (r *Reader) oldestFirst(which func(*conn) bool) (list []*conn) {
	r.steps += int64(len(r.conns))
	for _, c := range r.conns {
		if which(c) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *conn) int {
		if c := cmp.Compare(a.seen, b.seen); c != 0 {
			return c // mostly; the other fields need not be fetched into the cache
		}
		return cmp.Or(cmp.Compare(a.number, b.number), bytes.Compare(a.key[:], b.key[:]))
	})
	return list
}
