package transcript

import "bytes"

// maxHeld is the number of segments that wait for a missing one before it counts as
// lost.
const maxHeld = 64

// segments puts the segments of one direction of a TCP connection into order (RFC 9293,
// section 3.4): repeated bytes are left out, early ones are held.
type segments struct {
	begun bool
	next  uint32 // sequence number of the byte that comes next
	held  []segment
}

type segment struct {
	seq   uint32
	size  int    // bytes that it had on the wire
	bytes []byte // those that were captured, from the first on
}

// add takes a segment and gives what is now in order to send, or to lost how many bytes
// are not there.
func (s *segments) add(g segment, send func([]byte), lost func(int64)) {
	if !s.begun {
		s.begun, s.next = true, g.seq
	}
	if g.size == 0 {
		return
	}
	g.bytes = bytes.Clone(g.bytes)
	s.held = append(s.held, g)
	s.release(send, lost)
	if len(s.held) > maxHeld {
		s.skip(lost)
		s.release(send, lost)
	}
}

// flush gives all that is held.
func (s *segments) flush(send func([]byte), lost func(int64)) {
	for len(s.held) > 0 {
		s.skip(lost)
		s.release(send, lost)
	}
}

// skip goes on at the first segment that is held.
func (s *segments) skip(lost func(int64)) {
	least := s.held[0].ahead(s.next)
	for _, g := range s.held {
		least = min(least, g.ahead(s.next))
	}
	lost(int64(least))
	s.next += uint32(least)
}

// ahead is how far after next the segment begins; below 0, how much of it is known.
func (g *segment) ahead(next uint32) int32 { return int32(g.seq - next) }

// release gives the segments that begin at next or before, as long as there are some.
func (s *segments) release(send func([]byte), lost func(int64)) {
	for i := 0; i < len(s.held); {
		g := s.held[i]
		if g.ahead(s.next) > 0 {
			i++
			continue
		}
		s.held = append(s.held[:i], s.held[i+1:]...)
		s.give(g, send, lost)
		i = 0
	}
}

// give gives the new bytes of a segment, and reports those that were not captured.
func (s *segments) give(g segment, send func([]byte), lost func(int64)) {
	known := -int(g.ahead(s.next))
	if known >= g.size {
		return
	}
	if known < len(g.bytes) {
		send(g.bytes[known:])
	}
	if cut := g.size - max(known, len(g.bytes)); cut > 0 {
		lost(int64(cut))
	}
	s.next += uint32(g.size - known)
}
