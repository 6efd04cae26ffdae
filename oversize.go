package ftpreply

import (
	"io"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// A reply or a line longer than the limit is reported once, with its first bytes, and the
// rest is skipped in constant memory. The framer continues after the end that the reply would
// have had, so that none of its lines becomes a reply of its own. For this it must know the
// kind of a line before the line ends: enterLine decides it from the line's first bytes, as
// Framer.judge does at the LF.

// exceed reports an oversized reply and begins to skip the rest of it.
func (f *Framer) exceed(window []byte) (Reply, int, error) {
	r := f.partial(window)
	n := f.enterLine(window)
	err := f.syntaxError(r, 0, ErrTooLong)
	if f.state == atStart { // only blank lines and Telnet commands: the reply is still to come
		f.begin(n)
		r.raw = r.raw[:n]
		return r, n, err
	}
	f.open.skipping = true
	f.drop(n)
	return r, n, err
}

// skip consumes the bytes of the window that do not decide where the reply ends.
func (f *Framer) skip(window []byte, atEOF bool) (Reply, int, error) {
	if atEOF {
		f.begin(len(window))
		return Reply{}, len(window), io.EOF
	}
	n := f.enterLine(window)
	f.drop(n)
	return Reply{}, n, ErrShort
}

// enterLine decides the kind of the line whose first segment has begun. It returns the number
// of bytes that are no longer needed: all, or those before a line too short to decide.
func (f *Framer) enterLine(window []byte) int {
	o := &f.open
	rest := window[o.segment:]
	switch f.state {
	case atStart:
		head := wire.PreambleLen(rest)
		rest = rest[head:]
		if len(rest) <= wire.CodeLen || head == 0 && wire.IsRecord(rest) {
			return o.segment + head
		}
		f.openLine(rest)
	case inside:
		if len(rest) <= wire.CodeLen {
			return o.segment
		}
		c, s := lookAt(rest)
		switch {
		case f.isLast(c, s):
			o.last, f.state = c, inLast
		case c == o.code && s == wire.Other && wire.OnlyCR(rest[wire.CodeLen:]):
			f.state = inBare
		default:
			f.state = inText
		}
	case inBare:
		if !wire.OnlyCR(rest) {
			f.state = inText
		}
	}
	return len(window)
}

// drop consumes n bytes of the open reply.
func (f *Framer) drop(n int) {
	o := &f.open
	f.posOffset, f.posLine = f.offset, f.line
	f.offset += int64(n)
	f.line += o.lines
	o.lines = 0
	o.segment = 0
	o.scanned -= n
	o.examined -= n
	o.crEnd -= n
}
