package ftpreply

import "github.com/ftpreply/ftpreply/internal/wire"

// A LineEnding selects the byte sequence that ends a line of a reply.
type LineEnding uint8

const (
	// Learned accepts both LF and CR LF until the first reply is complete. The line that
	// completes it then decides: if that line ended in CR LF, only CR LF ends a line from
	// then on, otherwise LF and CR LF do.
	Learned LineEnding = iota
	// CRLF accepts only CR LF (RFC 959, section 4.2; RFC 2640, section 3.1).
	CRLF
	// AnyLF accepts LF and CR LF.
	AnyLF
)

// DefaultMaxReply is the limit in bytes that applies if Options.MaxReply is 0: 1 MiB.
const DefaultMaxReply = 1 << 20

// minLimit is the least limit. The code and the separator determine the form of a reply.
const minLimit = wire.CodeLen + 1

// Options configure a [Framer] or a [Parser], which embed them. The zero value is the
// default. Options may be changed between two calls of Next. The bytes of an incomplete
// reply are then judged again from the first, which can release a reply that does not end.
type Options struct {
	// LineEnding sets the line ending instead of learning it.
	LineEnding LineEnding
	// AnyCode lets a line with any code and SP end a multi-line reply, against RFC 959,
	// section 4.2. The reply's code is then that of the last line.
	AnyCode bool
	// Reject is the set of deviations for which a reply is returned with a *SyntaxError
	// (ErrRejected). It does not change where the reply ends.
	Reject Deviation
	// MaxReply limits the bytes of a reply, including those skipped before its code, and of
	// a line that is not a reply. 0 means DefaultMaxReply. The maximum is 32 MiB.
	MaxReply int
}

func (o Options) limit() int {
	if o.MaxReply <= 0 {
		return DefaultMaxReply
	}
	return min(max(o.MaxReply, minLimit), maxLimit)
}

// takesPlain reports whether a plain line needs no further check: no deviation is rejected,
// and a line of wire.MaxLine bytes is within the limit.
func (o *Options) takesPlain() bool { return o.Reject == 0 && uint(o.MaxReply-1) >= wire.MaxLine-1 }

// reading is the part of Options that decides where a reply ends.
type reading struct {
	lineEnding LineEnding
	anyCode    bool
	limit      int32
}

func (o Options) reading() reading { return reading{o.LineEnding, o.AnyCode, int32(o.limit())} }
