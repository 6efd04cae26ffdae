// Package plain finds the lines that need no judgement, which are nearly all lines of real
// servers, many at a time. It is the only place that knows which lines these are:
//
//   - A plain line has at most [wire.MaxLine] bytes of printable ASCII and ends in CR LF.
//   - A plain reply is a plain line that begins with three digits and SP.
//   - A plain interior line is a plain line inside a multi-line reply. It begins with no
//     digit, or with the code and the hyphen of the first line.
//
// The package only saves time. A caller may ignore any result and judge the bytes itself.
//
// finder has two methods, and each has one portable form. Another file of the package may
// declare a method of the same name on finder, which then takes the place of the portable
// one. Delete that file, and the portable form is back.
package plain

import (
	"encoding/binary"
	"math"

	"github.com/ftpreply/ftpreply/internal/wire"
)

type finder struct{ portable }

// portable looks at one line at a time.
type portable struct{}

// endsLine reports whether the line that begins at b[from] is plain if all its bytes up to
// b[end] are printable ASCII.
func endsLine(b []byte, from, end int) bool {
	const crlf = '\n'<<8 | '\r'
	return end+2 <= len(b) && binary.LittleEndian.Uint16(b[end:]) == crlf && end+2 <= from+wire.MaxLine
}

// Reply returns the length of the plain reply with which b begins, or 0, and the number of
// bytes that it has looked at.
func Reply(b []byte) (n, looked int) { return replyAt(b, 0) }

// replyAt returns the end of the plain reply that begins at b[from], or 0.
func replyAt(b []byte, from int) (end, looked int) {
	if from+wire.CodeLen >= len(b) {
		return 0, 0
	}
	if _, ok := wire.OneLineCode(wire.Head(b[from:])); !ok {
		return 0, 0
	}
	end = wire.NextOdd(b[:min(len(b), from+wire.MaxLine)], from+wire.CodeLen+1)
	if !endsLine(b, from, end) {
		return 0, end - from
	}
	return end + 2, end - from
}

// maxReplies is the number of replies that a Batch holds.
const maxReplies = 64

// A Batch is a run of plain replies at the start of a window. The zero Batch is empty. The
// replies view the window.
type Batch struct {
	window []byte
	found  int
	taken  int // replies that Next has returned
	at     int // the end of the last of them
	ends   [maxReplies]uint16
}

// Find forgets the replies that b holds and finds those with which window begins, up to 64.
// It may stop before a reply that is almost as long as [wire.MaxLine]. It returns the number of bytes that it has looked at.
func (b *Batch) Find(window []byte) (looked int) {
	b.Forget()
	if len(window) > wire.CodeLen && window[wire.CodeLen] == ' ' {
		b.window = window[:min(len(window), math.MaxUint16)]
		b.found, looked = finder{}.replies(b.window, &b.ends)
	}
	return looked
}

// Next returns the bytes of the next reply. b must not be empty.
func (b *Batch) Next() []byte {
	end := int(b.ends[b.taken])
	raw := b.window[b.at:end]
	b.at = end
	b.taken++
	return raw
}

// Empty reports whether no reply is left for Next.
func (b *Batch) Empty() bool { return b.taken == b.found }

// Taken returns the number of replies that Next has returned since Find, and their length.
func (b *Batch) Taken() (replies, length int) { return b.taken, b.at }

// Last returns where in the window the reply begins that Next has returned last.
func (b *Batch) Last() int {
	if b.taken < 2 {
		return 0
	}
	return int(b.ends[b.taken-2])
}

// Forget empties b.
func (b *Batch) Forget() { b.found, b.taken, b.at = 0, 0, 0 }

// replies stores the ends of the plain replies with which b begins, and returns their number.
func (portable) replies(b []byte, ends *[maxReplies]uint16) (found, looked int) {
	return repliesAfter(b, ends, 0)
}

// repliesAfter continues replies after a number of replies that were found already.
func repliesAfter(b []byte, ends *[maxReplies]uint16, found int) (_, looked int) {
	end := 0
	if found > 0 {
		end = int(ends[found-1])
	}
	for found < maxReplies {
		var n int
		end, n = replyAt(b, end)
		looked += n
		if end == 0 {
			break
		}
		ends[found] = uint16(end)
		found++
	}
	return found, looked
}

// Interior finds the plain interior lines with which b begins; a line begins at b[0]. prefix
// is the [wire.Head] of the reply's first line.
//
//	b:  line CR LF line CR LF printable...  any byte
//	                          next          printable   examined
//
// It returns the number of lines, where the first line begins that it has not counted, and
// up to where that line is known to be printable. An earlier call may have examined more of
// b than it has returned: examined is the index up to which bytes need no second look, 0 or
// less for none. The caller passes it, less the bytes that have been consumed since, to the
// next call.
func Interior(b []byte, prefix uint32, examined int) (lines, next, printable, nowExamined int) {
	return finder{}.interior(b, prefix, examined)
}

func (portable) interior(b []byte, prefix uint32, examined int) (lines, next, printable, nowExamined int) {
	for {
		end, printable := interiorLine(b, next, prefix)
		if end == next {
			return lines, next, printable, examined
		}
		lines, next = lines+1, end
	}
}

// interiorLine returns the end of the plain interior line that begins at b[from], or from if
// there is none, and up to where the line is printable.
func interiorLine(b []byte, from int, prefix uint32) (end, printable int) {
	if from+wire.CodeLen >= len(b) || wire.IsDigit(b[from]) && wire.Head(b[from:]) != prefix {
		return from, from
	}
	printable = wire.NextOdd(b, from)
	if !endsLine(b, from, printable) {
		return from, printable
	}
	return printable + 2, printable
}
