package pcap

import (
	"bytes"
	"slices"

	"github.com/ftpreply/ftpreply/transcript"
)

// A connection has two halves, one for each direction. A half knows the sequence number
// of the byte that comes next. A segment fits when it holds the next byte, or ends before
// it, and when the peer's bytes that it acknowledges have been delivered.
//
//	already delivered   next           pending
//	------------------->|     hole     [segment]  [segment]
//
// A segment that does not fit is held, and so is every later one of either direction, which
// keeps the order between the directions. When a segment fills the hole, it and those after
// it are delivered. When too many wait, the hole is given up and reported as a Gap, and the
// rest is delivered.
//
// The reassembly of gopacket is not used. It flushes the holes of all connections at once,
// by age, and lets the other direction run on meanwhile: a reply would come after the
// commands that were sent after it.

// maxPending is the number of segments of a connection that are held. It also bounds the
// work for a segment. A client and a server that take turns have few under way.
const maxPending = 64

type state uint8

const (
	undecided state = iota // it may be a control connection
	control
	other
	closed  // a control connection that has ended
	waiting // an undecided one that has ended; see Reader.wait
)

// A side is one of the ends of a key, and of the halves of its connection.
type side int8

const unknown side = -1

// A conn is one TCP connection. The fields that every segment needs come first, in 64 bytes:
// of many connections, few are in a cache.
type conn struct {
	key
	half   [2]half // by sender
	server side    // the half of the server, or unknown
	state  state
	opened bool   // a SYN was seen
	why    Reason // of the state other

	seen    int64 // time of the latest segment, in nanoseconds
	hash    uint64
	number  int32 // of a control connection
	packets int32 // so far, unless the state is control
	pending []segment
	judged  *evidence // while undecided or waiting
	talk    *talk     // see needTalk
}

// A half is one direction of a connection.
type half struct {
	start uint32 // sequence number of its first byte
	next  uint32 // sequence number of the next byte
	known bool   // start and next are set
	exact bool   // start is from a SYN
	seen  bool   // there are packets of this direction
	ended bool   // by FIN or RST
}

func (h *half) begin(seq uint32) { h.start, h.next, h.known = seq, seq, true }

// precedes reports whether a SYN whose first byte has this sequence number may be that of
// the half, although bytes after it were seen first.
func (h *half) precedes(first uint32) bool {
	return first == h.start || !h.exact && h.start-first < maxReordered
}

// after reports whether a sequence number comes after another (RFC 9293, section 3.4).
func after(a, b uint32) bool { return int32(a-b) > 0 }

// far is more than the windows in use. RFC 7323, section 2.3, would allow 1 GiB.
const far = 64 << 20

// maxReordered is the number of bytes of a connection that may come before its SYN in the
// capture.
const maxReordered = 64 << 10

// isAnother reports whether the segment belongs to a later connection than c between the
// same ends: a SYN, or a sequence number that is far off.
func (c *conn) isAnother(s *segment) bool {
	h := &c.half[s.from]
	switch {
	case s.has(syn) && !s.has(rst):
		return h.known && !h.precedes(s.first())
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

// synchronise sets where the halves begin.
func (r *Reader) synchronise(c *conn, s *segment) {
	h, peer := &c.half[s.from], &c.half[1-s.from]
	switch {
	case s.has(syn) && !s.has(rst):
		c.synchroniseSYN(h, s)
	case !h.known && !c.opened && s.length > 0:
		h.begin(s.seq) // the recording begins in the middle
		r.emit(c, s.from, &s.place, happening{kind: transcript.Gap})
	case h.known && c.opened && h.next == h.start && s.length > 0 && after(h.start, s.first()) && h.precedes(s.first()):
		h.begin(s.first()) // the peer's acknowledgement came first
	}
	if s.has(ack) && !peer.known {
		peer.begin(c.earliest(1-s.from, s.ack))
	}
}

// synchroniseSYN sets where the half of a SYN begins, and which half is the server's. If an
// acknowledgement came before the SYN, bytes that it acknowledges may still come.
func (c *conn) synchroniseSYN(h *half, s *segment) {
	if !h.known || h.next == h.start {
		h.begin(s.first())
	}
	h.exact, c.opened = true, true
	c.server = 1 - s.from
	if s.has(ack) {
		c.server = s.from
	}
}

// earliest returns the lowest sequence number of the pending segments of a half, or seq if
// it is lower.
func (c *conn) earliest(from side, seq uint32) uint32 {
	for i := range c.pending {
		if p := &c.pending[i]; p.from == from && after(seq, p.first()) {
			seq = p.first()
		}
	}
	return seq
}

// lacks returns the half of which bytes are missing before the segment, or unknown.
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

// drain delivers the pending segments that fit. It gives up a hole if too much waits, and
// all holes if all is set.
func (r *Reader) drain(c *conn, all bool) {
	for len(c.pending) > 0 {
		r.steps += int64(len(c.pending))
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
// capture, or one that brings the bytes which that one lacks, or one that brings the bytes
// which the second lacks. It reports whether the segment fits.
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

// brings reports whether the segment holds the next byte of its half, or its end.
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

// deliver passes on the new bytes of a segment that fits.
func (r *Reader) deliver(c *conn, s *segment) {
	h := &c.half[s.from]
	if !h.known {
		if c.state == control {
			r.close(c, &s.place)
		} else {
			r.leave(c, TooLittle) // a peer that does not exist, or refuses
		}
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
	if s.has(rst) || c.half[0].ended && c.half[1].ended { // no peer reads bytes after a RST
		r.close(c, &s.place)
		r.keepClosed(c)
	}
}

// deliverBytes passes on the bytes, and a Gap for those that the snap length has cut.
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

// close ends a connection. A last acknowledgement of it may follow.
func (r *Reader) close(c *conn, at *place) {
	switch c.state {
	case control:
		r.emit(c, c.server, at, happening{kind: transcript.Closed})
		r.controls--
		r.release(c)
		c.state = closed
	case undecided:
		r.wait(c, at)
	}
}

// keepClosed remembers that c has ended, in place of the connection that ended longest ago.
func (r *Reader) keepClosed(c *conn) {
	if len(r.closed) < maxClosed {
		r.closed = append(r.closed, c)
		return
	}
	oldest := &r.closed[r.ended%maxClosed]
	if r.conns[(*oldest).hash] == *oldest {
		r.giveUp(*oldest)
		delete(r.conns, (*oldest).hash)
	}
	*oldest = c
	r.ended++
}

// leave stops to examine a connection.
func (r *Reader) leave(c *conn, why Reason) {
	r.release(c)
	c.state, c.why = other, why
	r.skips.connections[why]++
	r.skips.packets[why] += int64(c.packets)
}

// giveUp decides about a connection that is undecided when no more of it will come.
func (r *Reader) giveUp(c *conn) {
	switch {
	case c.state != undecided && c.state != waiting:
	case c.judged != nil && c.judged.byPort != unknown: // the beginning of a preamble only
		r.becomeControl(c, c.judged.byPort)
	case r.isData(c):
		r.leave(c, DataConnection)
	default:
		r.leave(c, TooLittle)
	}
}

// release frees the segments and events that are held for a connection.
func (r *Reader) release(c *conn) {
	for i := range c.pending {
		r.buffered -= len(c.pending[i].payload) + segmentOverhead
	}
	r.buffered -= c.judged.size()
	if c.judged != nil {
		r.unlist(c)
	}
	c.pending, c.judged = nil, nil
}

// A happening is an event without its connection, side and place.
type happening struct {
	kind  transcript.Kind
	bytes []byte
	lost  int64
}

// emit passes on an event of a control connection, and keeps one of a connection that is
// not yet known to be one.
func (r *Reader) emit(c *conn, from side, at *place, h happening) {
	switch c.state {
	case control:
		r.give(c, from, at, h)
	case undecided:
		r.judge(c, from, at, h)
	}
}
