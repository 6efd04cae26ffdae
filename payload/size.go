package payload

import (
	"bytes"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const sizeSource = "RFC 3659, section 4.1"

// Size is the size of a file as a 213 gives it, the reply to SIZE. It is that of the
// transfer with the current TYPE, MODE and STRU, in octets.
type Size struct {
	Bytes      uint64
	Tolerances Tolerance
}

// ParseSize reads the number of a 213. It is the first word of the text, or else
// the last.
//
// A 213 to MDTM reads as a size too; only the command tells them apart.
func ParseSize(r ftpreply.Reply) (Size, error) {
	other, err := checkCode(r, ftpreply.CodeFileStatus, sizeSource)
	if err != nil {
		return Size{}, err
	}
	s, d, err := parseLines(r, readSize)
	s.Tolerances = d | other
	return s, err
}

// AppendSize appends a 213 reply with the number.
func AppendSize(dst []byte, size uint64) []byte {
	dst = strconv.AppendUint(append(dst, "213 "...), size, 10)
	return append(dst, "\r\n"...)
}

// readSize reads the number of a text.
func readSize(text []byte) (Size, Tolerance, fault) {
	from, d, f := findNumber(text, sizeSource)
	if f.err != nil {
		return Size{}, 0, f
	}
	n, end, ok := scanNumber(text, from)
	behind, alone := tail(text, end)
	switch {
	case !alone:
		return Size{}, 0, fault{ErrSyntax, from, len(text), sizeSource}
	case !ok:
		return Size{}, 0, fault{ErrRange, from, end, sizeSource}
	}
	return Size{Bytes: n}, d | behind, fault{}
}

// findNumber finds the word of a text that begins with a digit: the first one or,
// if that has none, the last one. Words between are prose.
func findNumber(text []byte, source string) (from int, d Tolerance, f fault) {
	from = skipBlanks(text, 0)
	if from > 0 {
		d = ExtraSpace
	}
	if !beginsNumber(text, from) {
		end := len(bytes.TrimRight(text, " \t"))
		from = bytes.LastIndexAny(text[:end], " \t") + 1
		d = TextBefore
	}
	switch {
	case isDigit(at(text, from)):
		return from, d, fault{}
	case beginsNumber(text, from):
		return from, 0, fault{ErrSyntax, from, len(text), source}
	default:
		return from, 0, fault{ErrMissing, 0, len(text), source}
	}
}

// beginsNumber reports whether a number begins at text[i], with a sign or without.
func beginsNumber(text []byte, i int) bool {
	c := at(text, i)
	return isDigit(c) || (c == '-' || c == '+') && isDigit(at(text, i+1))
}

// tail judges what stands behind a value that should end at text[i]; ok is false
// when it may belong to the value.
func tail(text []byte, i int) (d Tolerance, ok bool) {
	rest := text[i:]
	switch {
	case len(rest) == 0:
		return 0, true
	case skipBlanks(rest, 0) == len(rest):
		return TrailingSpace, true
	default:
		return TextBehind, isBlank(rest[0]) || string(rest) == "."
	}
}
