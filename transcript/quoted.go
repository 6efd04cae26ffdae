package transcript

import (
	"errors"
	"strconv"
	"unicode/utf8"
)

var errQuotes = errors.New("a quoted text that does not end")

// unquote reads a text in quotes as Python and JavaScript write it, and returns what
// follows it. \xNN is the character of that number.
func unquote(b []byte) (text, rest []byte, err error) {
	if len(b) == 0 {
		return nil, b, errQuotes
	}
	quote := b[:1]
	for b = b[1:]; len(b) > 0; {
		switch {
		case b[0] == quote[0]:
			return text, b[1:], nil
		case b[0] != '\\':
			text, b = append(text, b[0]), b[1:]
		default:
			text, b = unescape(text, b)
		}
	}
	return text, b, errQuotes
}

const escapes = "n\nr\rt\tb\bf\fv\va\a0\x00\\\\''\"\"``"

func unescape(text, b []byte) ([]byte, []byte) {
	if len(b) < 2 {
		return append(text, b...), nil
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[b[1]]
	if digits > 0 && len(b) >= 2+digits {
		if r, err := strconv.ParseUint(string(b[2:2+digits]), 16, 32); err == nil {
			return utf8.AppendRune(text, rune(r)), b[2+digits:]
		}
	}
	for i := 0; i < len(escapes); i += 2 {
		if escapes[i] == b[1] {
			return append(text, escapes[i+1]), b[2:]
		}
	}
	return append(text, b[:2]...), b[2:]
}

// latin1 turns characters into the bytes of their numbers, if all have one.
func latin1(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if r > 0xff {
			return text
		}
		out = append(out, byte(r))
	}
	return out
}
