// Package wire describes the bytes of an FTP control connection in both directions: the
// code and the separator that begin a line of a reply, the verb that begins a command,
// line endings, Telnet commands and the headers of TLS records.
//
// It has no state and makes no judgement. Its functions take bytes and return numbers.
package wire

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

const (
	// IAC begins a Telnet command (RFC 854). Two of them are one byte 255 of text.
	IAC = 0xff
	// DEL is the only control character above the printable ASCII characters.
	DEL = 0x7f
	// CodeLen is the length of a reply code.
	CodeLen = 3
	// MaxLine is the length, LF included, of the longest line that the fixed buffers of old
	// readers hold. No RFC sets a maximum.
	MaxLine = 512
)

// IsDigit reports whether b is an ASCII digit.
func IsDigit(b byte) bool { return b-'0' <= 9 }

// A Separator is the kind of the byte that follows three digits.
type Separator uint8

const (
	NoCode  Separator = iota // the line does not begin with three digits
	Space                    // one line, or the last line (RFC 959, section 4.2)
	Hyphen                   // further lines follow (RFC 959, section 4.2)
	LineEnd                  // the line ends after the code
	Digit                    // the number has four digits or more
	Other                    // any other byte
)

// PrefixLen returns the length of the code and the separator. A byte that is neither
// Space nor Hyphen belongs to the text.
func (s Separator) PrefixLen() int {
	switch s {
	case NoCode, Digit:
		return 0
	case Space, Hyphen:
		return CodeLen + 1
	default:
		return CodeLen
	}
}

// Code returns the code and the kind of separator with which line begins. The caller has
// removed the line ending.
func Code(line []byte) (code uint16, s Separator) {
	if len(line) < CodeLen || !IsDigit(line[0]) || !IsDigit(line[1]) || !IsDigit(line[2]) {
		return 0, NoCode
	}
	code = uint16(line[0]-'0')*100 + uint16(line[1]-'0')*10 + uint16(line[2]-'0')
	if len(line) == CodeLen {
		return code, LineEnd
	}
	switch b := line[CodeLen]; {
	case b == ' ':
		return code, Space
	case b == '-':
		return code, Hyphen
	case IsDigit(b):
		return code, Digit
	default:
		return code, Other
	}
}

// Head returns the first four bytes of line as one number, the first byte lowest. Two
// lines with the same code and separator have the same Head. line must have four bytes.
func Head(line []byte) uint32 { return binary.LittleEndian.Uint32(line) }

// OneLineCode returns the code in a Head; ok reports whether it is three digits and SP.
// Adding 6 to a digit carries everything above 9 into the high half of its byte.
func OneLineCode(head uint32) (code uint16, ok bool) {
	digits := head ^ (' '<<24 | 0x303030)
	ok = (digits|(digits+0x060606))&0xfff0f0f0 == 0
	return uint16(digits&0xff)*100 + uint16(digits>>8&0xff)*10 + uint16(digits>>16), ok
}

// ContentLen returns the length of line without its line ending: the LF and every CR
// directly before it. A line without a LF is all content.
func ContentLen(line []byte) int {
	n := len(line)
	if n == 0 || line[n-1] != '\n' {
		return n
	}
	n--
	for n > 0 && line[n-1] == '\r' {
		n--
	}
	return n
}

// OnlyCR reports whether b holds no byte but CR. It is true of an empty b.
func OnlyCR(b []byte) bool { return len(bytes.TrimLeft(b, "\r")) == 0 }

// TelnetLen returns the length of the Telnet command with which b begins, or 0 if b begins
// with none or with only a part of one. The commands are those that a peer without Telnet
// options can meet: two bytes from NOP to GA, three bytes from WILL to DONT (RFC 854).
//
// IAC IAC is one byte 255 of text, so it is not a command. A command holds no CR and no LF,
// so lines can be found before commands are.
func TelnetLen(b []byte) int {
	if len(b) < 2 || b[0] != IAC {
		return 0
	}
	switch c := b[1]; {
	case 241 <= c && c <= 249:
		return 2
	case 251 <= c && c <= 254 && len(b) > 2 && b[2] != '\r' && b[2] != '\n':
		return 3
	default:
		return 0
	}
}

// PreambleLen returns the length of the NULs and Telnet commands with which b begins. They
// may come before a code or a verb and have no meaning there (RFC 854; RFC 959, section
// 4.1.3: the Synch before ABOR).
func PreambleLen(b []byte) int {
	i := 0
	for i < len(b) {
		n := 1
		if b[i] != 0 {
			n = TelnetLen(b[i:])
		}
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// Verb returns the range of the verb in a command line: the bytes up to the next SP or
// TAB, after any SP and TAB in front. The range is empty if the line is blank.
func Verb(line []byte) (from, to int) {
	for from < len(line) && isBlank(line[from]) {
		from++
	}
	to = from
	for to < len(line) && !isBlank(line[to]) {
		to++
	}
	return from, to
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' }

// RecordHeader is the length of the header of a TLS record (RFC 8446, section 5.1).
const RecordHeader = 5

// IsRecord reports whether b begins as a TLS record does. If b is a single byte, it
// reports whether a record may begin with it. It is false for an empty b.
func IsRecord(b []byte) bool {
	return len(b) > 0 && 0x14 <= b[0] && b[0] <= 0x17 && (len(b) == 1 || b[1] == 3)
}

// RecordLen returns the number of bytes that follow the header of a TLS record, or 0 if
// the header is incomplete.
func RecordLen(header []byte) int {
	if len(header) < RecordHeader {
		return 0
	}
	return int(binary.BigEndian.Uint16(header[3:]))
}

const (
	each = 0x0101010101010101
	high = 0x80 * each
)

// oddBits looks at eight bytes at once. The lowest of the bits that the result has in high
// belongs to the first byte that is not printable ASCII: the subtraction sets the high bit
// of a byte below 0x20 or above 0x9f, the addition that of a byte from 0x7f to 0xfe. Borrow
// and carry reach only bytes after one that is odd itself.
func oddBits(b []byte) uint64 {
	x := binary.LittleEndian.Uint64(b)
	return (x - ' '*each) | (x + each)
}

// firstOdd returns the index of the first odd byte among eight.
func firstOdd(m uint64) int { return bits.TrailingZeros64(m&high) / 8 }

// NextOdd returns the first index in b, from i on, of a byte that is not printable ASCII
// (SP to tilde), or len(b).
//
// Most lines end in the first turn of the loop. A branch for each word is a tenth faster
// than one branch for all, and than one turn for each word.
func NextOdd(b []byte, i int) int {
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
	for i < len(b) && b[i]-' ' < DEL-' ' {
		i++
	}
	return i
}
