package pcap

import (
	"bytes"
	"slices"

	"github.com/ftpreply/ftpreply/transcript"
)

// A connection has two halves, one for each direction. A half knows the sequence number
// of the byte that comes next; a segment fits when the next byte is in it or behind it,
// and when the peer's bytes that it acknowledges have been seen.
//
//	already delivered   next           pending
//	------------------->|     hole     [segment]  [segment]
//
// A segment that does not fit is held, and everything behind it in the capture, of either
// direction: so the order between the directions is kept, too. When a segment fills the
// hole, it and those behind it are delivered. When too many wait, the hole is given up,
// reported as a Gap, and the rest is delivered.
//
// It is not the reassembly of gopacket, which flushes a hole for all connections at once,
// by age, and lets the other direction run on meanwhile: a reply would come behind the
// commands that were sent after it.

// maxPending is how many segments of a connection are held. A user-PI and a server-PI that
// take turns have few under way.
const maxPending = 64

type state uint8

const (
	undecided state = iota // whether it is a control connection
	control
	other
	closed // a control connection that has ended
)

// A side is one of the ends of a key, and of the halves of its connection.
type side int8

const unknown side = -1

// A conn is one TCP connection. What every segment needs comes first, in 64 bytes: of many
// connections, few are in a cache.
type conn struct {
	key
	half   [2]half // by who sends
	server side    // which half is the server-PI's, or unknown
	state  state
	opened bool // a SYN was seen

	seen    int64 // when, in nanoseconds
	hash    uint64
	number  int // of a control connection
	pending []segment
	judged  *evidence // while undecided
}

// A half is one direction of a connection.
type half struct {
	start uint32 // sequence number of its first byte
	next  uint32 // and of the one that comes next
	known bool   // they are set
	seen  bool   // there are packets of this direction
	ended bool   // by FIN or RST
}

func (h *half) begin(seq uint32) { h.start, h.next, h.known = seq, seq, true }

// after reports whether a sequence number comes after another (RFC 9293, section 3.4).
func after(a, b uint32) bool { return int32(a-b) > 0 }

// far is further than any window in use reaches; RFC 7323, section 2.3, would allow 1 GiB.
const far = 64 << 20

// isAnother reports whether the segment is of a connection that has come after c between
// the same ends: a SYN, or a position far off.
func (c *conn) isAnother(s *segment) bool {
	h := &c.half[s.from]
	switch {
	case s.has(syn) && !s.has(rst):
		return h.known && s.first() != h.start
	case s.length == 0 || !h.known || c.state == other:
		return false
	default:
		distance := int32(s.first() - h.next)
		return distance > far || distance < -far
	}
}

// assemble delivers a segment, or holds it.
func (r *Reader) assemble(c *conn, s *segment) {
	c.half[s.from].seen = true
	r.synchronise(c, s)
	if len(c.pending) == 0 && c.lacks(s) == unknown {
		r.deliver(c, s)
		return
	}
	if s.matters() {
		r.hold(c, s)
	}
	r.drain(c, false)
}

// synchronise learns where the halves begin.
func (r *Reader) synchronise(c *conn, s *segment) {
	h, peer := &c.half[s.from], &c.half[1-s.from]
	switch {
	case s.has(syn) && !s.has(rst):
		c.synchroniseSYN(h, s)
	case !h.known && !c.opened && s.length > 0:
		h.begin(s.seq) // the recording begins in the middle
		r.emit(c, s.from, &s.place, happening{kind: transcript.Gap})
	}
	if s.has(ack) && !peer.known {
		peer.begin(c.earliest(1-s.from, s.ack))
	}
}

// synchroniseSYN learns from a SYN where its half begins, and who is the server-PI.
func (c *conn) synchroniseSYN(h *half, s *segment) {
	if !h.known {
		h.begin(s.first())
	}
	c.opened = true
	c.server = 1 - s.from
	if s.has(ack) {
		c.server = s.from
	}
}

// earliest is the lowest sequence number that waits of a half and is not after seq.
func (c *conn) earliest(from side, seq uint32) uint32 {
	for i := range c.pending {
		if p := &c.pending[i]; p.from == from && after(seq, p.first()) {
			seq = p.first()
		}
	}
	return seq
}

// lacks says of which half bytes are missing before the segment, or unknown.
func (c *conn) lacks(s *segment) side {
	if !s.matters() {
		return unknown
	}
	h, peer := &c.half[s.from], &c.half[1-s.from]
	switch {
	case !h.known && !s.has(rst):
		return s.from // its SYN is to come
	case h.known && after(s.first(), h.next):
		return s.from
	case s.has(ack) && peer.known && peer.seen && after(s.ack, peer.next) && s.ack-peer.next < far:
		return 1 - s.from
	}
	return unknown
}

// hold keeps a segment for later.
func (r *Reader) hold(c *conn, s *segment) {
	held := *s
	held.payload = bytes.Clone(s.payload)
	c.pending = append(c.pending, held)
	r.buffered += len(s.payload) + segmentOverhead
}

// drain delivers what fits of the pending segments. Holes are given up when too much
// waits, or all of them.
func (r *Reader) drain(c *conn, all bool) {
	for len(c.pending) > 0 {
		i, fits := c.first()
		if !fits {
			if !all && len(c.pending) <= maxPending && r.buffered <= maxBuffered {
				return
			}
			r.skipHole(c, &c.pending[i])
			continue
		}
		s := c.pending[i]
		c.pending = slices.Delete(c.pending, i, i+1)
		r.buffered -= len(s.payload) + segmentOverhead
		r.deliver(c, &s)
	}
	c.pending = nil
}

// first finds the pending segment that must come before the others: the first in the
// capture, or one that brings what that lacks, or one that brings what that one lacks. It
// reports whether it fits.
func (c *conn) first() (i int, fits bool) {
	for hops := 0; ; hops++ {
		from := c.lacks(&c.pending[i])
		if from == unknown {
			return i, true
		}
		next := slices.IndexFunc(c.pending, func(s segment) bool { return s.from == from && c.brings(&s) })
		if next < 0 || hops == 2 { // each would come before the other
			return i, false
		}
		i = next
	}
}

// brings reports whether the byte, or the end, that comes next of its half is in the segment.
func (c *conn) brings(s *segment) bool {
	h := &c.half[s.from]
	return h.known && !after(s.first(), h.next) && (after(s.end(), h.next) || s.has(fin) && s.end() == h.next)
}

// skipHole gives up the bytes that the pending segment lacks.
func (r *Reader) skipHole(c *conn, s *segment) {
	from := c.lacks(s)
	h := &c.half[from]
	gap := happening{kind: transcript.Gap}
	end := s.first()
	if from != s.from {
		end = s.ack
	}
	for i := range c.pending {
		if p := &c.pending[i]; p.from == from && after(end, p.first()) && (!h.known || after(p.first(), h.next)) {
			end = p.first()
		}
	}
	if h.known {
		gap.lost = int64(end - h.next)
		h.next = end
	} else {
		h.begin(end)
	}
	r.emit(c, from, &s.place, gap)
}

// deliver hands on what is new in a segment that fits.
func (r *Reader) deliver(c *conn, s *segment) {
	h := &c.half[s.from]
	if !h.known {
		r.end(c, other) // a peer that is not there, or refuses
		return
	}
	if !h.ended {
		r.deliverBytes(c, h, s)
	}
	if s.end() != h.next {
		return
	}
	if s.has(fin|rst) && !h.ended {
		h.ended = true
		r.emit(c, s.from, &s.place, happening{kind: transcript.HangUp})
		if s.has(fin) {
			h.next++
		}
	}
	if s.has(rst) || c.half[0].ended && c.half[1].ended { // what follows a RST is read by nobody
		r.close(c, &s.place)
		r.keepClosed(c)
	}
}

// deliverBytes hands on the bytes, and what the snap length has cut.
func (r *Reader) deliverBytes(c *conn, h *half, s *segment) {
	old := h.next - s.first()
	if old >= s.length {
		return
	}
	h.next = s.end()
	captured := uint32(len(s.payload))
	if old < captured {
		r.emit(c, s.from, &s.place, happening{kind: transcript.Data, bytes: s.payload[old:]})
	}
	if lost := s.length - max(old, captured); lost > 0 {
		r.emit(c, s.from, &s.place, happening{kind: transcript.Gap, lost: int64(lost)})
	}
}

// close ends a connection, of which there may be a last acknowledgement.
func (r *Reader) close(c *conn, at *place) {
	if c.state == control {
		r.emit(c, c.server, at, happening{kind: transcript.Closed})
	}
	r.end(c, closed)
}

// keepClosed lets go of the connection that has ended longest ago, to keep c.
func (r *Reader) keepClosed(c *conn) {
	if len(r.closed) < maxClosed {
		r.closed = append(r.closed, c)
		return
	}
	oldest := &r.closed[r.ended%maxClosed]
	if r.conns[(*oldest).hash] == *oldest {
		delete(r.conns, (*oldest).hash)
	}
	*oldest = c
	r.ended++
}

// end takes a connection out of those whose bytes are read.
func (r *Reader) end(c *conn, to state) {
	if c.state == control {
		r.controls--
	}
	for i := range c.pending {
		r.buffered -= len(c.pending[i].payload) + segmentOverhead
	}
	r.buffered -= c.judged.size()
	c.pending, c.judged = nil, nil
	c.state = to
}

// A happening is what an event tells beside the connection, the side and the place.
type happening struct {
	kind  transcript.Kind
	bytes []byte
	lost  int64
}

// emit hands on an event of a control connection, and keeps one of a connection that is
// not yet known to be one.
func (r *Reader) emit(c *conn, from side, at *place, h happening) {
	if c.state == undecided && !r.decideByPort(c) {
		r.decideByContent(c, from, at, h)
		return
	}
	if c.state == control {
		r.give(c, from, at, h)
	}
}
