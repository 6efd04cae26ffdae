package ftpreply

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// The lexical grammar: pure functions on bytes, which the framer uses to find
// the end of a reply and [Reply.Find] to find the places in it.

const (
	del = 0x7f
	iac = 0xff // RFC 854: interpret as command

	codeLen = 3
)

// A separator is what stands behind three digits.
type separator uint8

const (
	noCode    separator = iota // there are no three digits
	space                      // RFC 959, section 4.2: one line, or the last
	hyphen                     // RFC 959, section 4.2: further lines follow
	lineEnd                    // nothing
	digit                      // a number of four digits or more
	otherByte                  // any other byte
)

// prefixLen is the length of the code and the separator; a separator that is
// none belongs to the text.
func (s separator) prefixLen() int {
	if s == space || s == hyphen {
		return codeLen + 1
	}
	return codeLen
}

// openerPrefixLen is prefixLen for the first line, which need not begin with a code.
func (s separator) openerPrefixLen() int {
	if s == noCode || s == digit {
		return 0
	}
	return s.prefixLen()
}

// lookAt reads the code and the separator at the beginning of a line, whose end
// has been cut off.
func lookAt(line []byte) (Code, separator) {
	if len(line) < codeLen || !isDigit(line[0]) || !isDigit(line[1]) || !isDigit(line[2]) {
		return 0, noCode
	}
	c := Code(line[0]-'0')*100 + Code(line[1]-'0')*10 + Code(line[2]-'0')
	if len(line) == codeLen {
		return c, lineEnd
	}
	switch b := line[codeLen]; {
	case b == ' ':
		return c, space
	case b == '-':
		return c, hyphen
	case isDigit(b):
		return c, digit
	default:
		return c, otherByte
	}
}

func isDigit(b byte) bool { return b-'0' <= 9 }

// head is the code and the separator at the beginning of a line, of at least four
// bytes, as a number: the first byte is the lowest.
func head(line []byte) uint32 { return binary.LittleEndian.Uint32(line) }

// oneLineCode is the code in a head, if it is three digits and a SP. Adding 6 carries
// what is above 9 into the high half of its byte.
func oneLineCode(head uint32) (c Code, ok bool) {
	digits := head ^ (' '<<24 | 0x303030)
	ok = (digits|(digits+0x060606))&0xfff0f0f0 == 0
	return Code(digits&0xff)*100 + Code(digits>>8&0xff)*10 + Code(digits>>16), ok
}

// openerDeviation judges the first line of a one-line reply.
func openerDeviation(s separator) Deviation {
	switch s {
	case lineEnd:
		return BareCode
	case otherByte:
		return BadSeparator
	default:
		return 0
	}
}

// interiorDeviation judges a line inside a multi-line reply; same says that its
// code is the opener's.
func interiorDeviation(same bool, s separator) Deviation {
	switch {
	case s == noCode, s == hyphen && same:
		return 0
	case s == digit, s == otherByte, same:
		return UnpaddedDigits
	default:
		return InnerCode
	}
}

// lastDeviation judges the line that ends a multi-line reply.
func lastDeviation(same bool, s separator) Deviation {
	switch {
	case !same:
		return ForeignTerminator
	case s == lineEnd:
		return BareTerminator
	default:
		return 0
	}
}

// hiddenDeviation judges what stands behind a LF that is text. To a reader that
// ends lines at any LF the opener's code and a hyphen is an interior line.
func hiddenDeviation(interior bool, s separator) Deviation {
	if s == space || s == lineEnd || s == hyphen && !interior {
		return HiddenReply
	}
	return 0
}

// contentLen is the length of a line without its end: the LF and the CR before
// it. With textLF a LF without CR is no line end.
func contentLen(line []byte, textLF bool) int {
	n := len(line)
	if n == 0 || line[n-1] != '\n' {
		return n
	}
	n--
	if textLF && (n == 0 || line[n-1] != '\r') {
		return n + 1
	}
	for n > 0 && line[n-1] == '\r' {
		n--
	}
	return n
}

func onlyCR(b []byte) bool { return len(bytes.TrimLeft(b, "\r")) == 0 }

// preambleElement measures what may stand before a code and is no part of the
// reply's meaning: a NUL (RFC 854), a Telnet command of two bytes or of three, a
// blank line. A command never holds CR or LF, so lines can be found before it.
func preambleElement(b []byte) (n int, d Deviation) {
	switch {
	case b[0] == 0:
		return 1, NUL
	case b[0] == iac && len(b) > 1 && 241 <= b[1] && b[1] <= 249:
		return 2, TelnetCommand
	case b[0] == iac && len(b) > 2 && 251 <= b[1] && b[1] <= 254 && b[2] != '\r' && b[2] != '\n':
		return 3, TelnetCommand
	}
	if end := bytes.IndexByte(b, '\n') + 1; end > 0 && contentLen(b[:end], false) == 0 {
		return end, BlankLine
	}
	return 0, 0
}

// preambleLen is the length of the NUL and Telnet commands at the beginning of a segment.
func preambleLen(segment []byte) int {
	i := 0
	for i < len(segment) && (segment[i] == 0 || segment[i] == iac) {
		n, _ := preambleElement(segment[i:])
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// preambleDeviations names what preambleLen has measured.
func preambleDeviations(b []byte) (d Deviation) {
	for len(b) > 0 {
		n, element := preambleElement(b)
		d |= element
		b = b[n:]
	}
	return d
}

// oddByte judges the first byte of b, or its first character, of n bytes.
func oddByte(b []byte) (n int, d Deviation) {
	switch c := b[0]; {
	case c == 0:
		return 1, NUL
	case c == iac && len(b) > 1 && b[1] == iac:
		return 2, NotUTF8 // IAC IAC is how Telnet writes one byte 255
	case c == iac:
		return 1, NotUTF8 | IACInText
	case c < ' ' && c != '\t' && c != '\r' && c != '\n', c == del:
		return 1, ControlByte
	case c < utf8.RuneSelf:
		return 1, 0
	}
	if _, n := utf8.DecodeRune(b); n > 1 {
		return n, 0
	}
	return 1, NotUTF8
}

// oddBytes is the sum of oddByte over b.
func oddBytes(b []byte) (d Deviation) {
	for i := nextOdd(b, 0); i < len(b); i = nextOdd(b, i) {
		n, odd := oddByte(b[i:])
		d |= odd
		i += n
	}
	return d
}

const (
	each = 0x0101010101010101
	high = 0x80 * each
)

// oddBits looks at eight bytes at a time: the lowest of its bits in high is in the
// first byte that is not printable ASCII. The subtraction sets the high bit of a
// byte below 0x20 or above 0x9f, the addition that of a byte from 0x7f to 0xfe.
// Borrow and carry reach only bytes behind one that is odd itself.
func oddBits(b []byte) uint64 {
	x := binary.LittleEndian.Uint64(b)
	return (x - ' '*each) | (x + each)
}

// nextOdd is the index, at or behind i, of the first byte that is not printable
// ASCII, or len(b). Most lines end in the first turn, each word of which has a branch of
// its own: a tenth faster than one branch for all, or than a turn for each word.
func nextOdd(b []byte, i int) int {
	for ; i+32 <= len(b); i += 32 {
		w := b[i : i+32]
		if m := oddBits(w) & high; m != 0 {
			return i + firstOdd(m)
		}
		if m := oddBits(w[8:]) & high; m != 0 {
			return i + 8 + firstOdd(m)
		}
		if m := oddBits(w[16:]) & high; m != 0 {
			return i + 16 + firstOdd(m)
		}
		if m := oddBits(w[24:]) & high; m != 0 {
			return i + 24 + firstOdd(m)
		}
	}
	for ; i+8 <= len(b); i += 8 {
		if m := oddBits(b[i:]); m&high != 0 {
			return i + firstOdd(m)
		}
	}
	for i < len(b) && b[i]-' ' < del-' ' {
		i++
	}
	return i
}

// firstOdd is the index of the first odd byte among eight.
func firstOdd(m uint64) int { return bits.TrailingZeros64(m&high) / 8 }

// endsPlainLine reports whether the line that begins at i, and whose first byte that is
// not printable ASCII is at end, ends there in CR LF and has no more than 512 bytes.
func endsPlainLine(b []byte, i, end int) bool {
	const crlf = '\n'<<8 | '\r'
	return end+2 <= len(b) && binary.LittleEndian.Uint16(b[end:]) == crlf && end+2 <= i+maxPlainLine
}

// recordHeader is the length of the header of a TLS record (RFC 8446, section 5.1).
const recordHeader = 5

// resemblesTLS reports whether b, which is not empty, begins as a TLS record does; of one byte
// it reports that it may.
func resemblesTLS(b []byte) bool {
	return len(b) > 0 && 0x14 <= b[0] && b[0] <= 0x17 && (len(b) == 1 || b[1] == 3)
}

// recordLen is the length that the header announces, without the header.
func recordLen(header []byte) int {
	if len(header) < recordHeader {
		return 0
	}
	return int(binary.BigEndian.Uint16(header[3:]))
}
