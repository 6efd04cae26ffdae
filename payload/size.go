package payload

import (
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const sizeSource = "RFC 3659, section 4.1"

// Size is the size of a file in the 213 to SIZE: the number of octets that a transfer with
// the current TYPE, MODE and STRU would have.
type Size struct {
	Bytes      uint64
	Tolerances Tolerance
}

// ParseSize reads the number of a 213. It is the first word of the text, or else the last.
// The error for a text with several numbers is [ErrAmbiguous].
//
// A 213 to MDTM reads as a size too; only the command distinguishes them.
func ParseSize(r ftpreply.Reply) (Size, error) {
	s, d, err := parseAs(r, ftpreply.CodeFileStatus, sizeSource, func(text []byte) (Size, Tolerance, fault) {
		from, d, f := findNumber(text, sizeSource)
		if f.err != nil {
			return Size{}, 0, f
		}
		numbers := 0
		for range numbersIn(text) {
			numbers++
		}
		if numbers > 1 {
			return Size{}, 0, fault{ErrAmbiguous, 0, len(text), sizeSource}
		}
		n, end, ok := scanNumber(text, from)
		after, alone := tail(text, end)
		switch {
		case !alone:
			return Size{}, 0, fault{ErrSyntax, from, len(text), sizeSource}
		case !ok:
			return Size{}, 0, fault{ErrRange, from, end, sizeSource}
		}
		return Size{Bytes: n}, d | after, fault{}
	})
	s.Tolerances = d
	return s, err
}

// AppendSize appends a 213 reply with the number.
func AppendSize(dst []byte, size uint64) []byte {
	dst = strconv.AppendUint(append(dst, "213 "...), size, 10)
	return append(dst, "\r\n"...)
}

func (s Size) describe() ([]Field, Tolerance) {
	return []Field{{"size", s.Bytes}}, s.Tolerances
}
