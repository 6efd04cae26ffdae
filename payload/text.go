package payload

import (
	"bytes"
	"iter"
)

// isDigit reports whether c is an ASCII digit. FTP has no others.
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isLetter reports whether c is an ASCII letter.
func isLetter(c byte) bool { l := lower(c); return 'a' <= l && l <= 'z' }

// isBlank reports whether c is a SP or a TAB.
func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// isControl reports whether c is an ASCII control character, including TAB.
func isControl(c byte) bool { return c < ' ' || c == 0x7f }

func isControlRune(c rune) bool { return c < 0x80 && isControl(byte(c)) }

// isUnsafeRune reports whether c makes a name unsafe: it is a control character other than
// TAB, which cannot end a command.
func isUnsafeRune(c rune) bool { return c != '\t' && isControlRune(c) }

func isNotHex(c rune) bool {
	return !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F')
}

// isHex reports whether b is one or more hexadecimal digits.
func isHex(b []byte) bool { return len(b) > 0 && !bytes.ContainsFunc(b, isNotHex) }

// isWord reports whether s is one or more printable ASCII characters without SP.
func isWord[S []byte | string](s S) bool {
	return len(s) > 0 && !bytes.ContainsFunc([]byte(s), func(c rune) bool { return c < '!' || c > '~' })
}

// at returns b[i], or 0 if i is out of range.
func at(b []byte, i int) byte {
	if i < 0 || i >= len(b) {
		return 0
	}
	return b[i]
}

// skipBlanks returns the first index from i on at which b has no SP and no TAB.
func skipBlanks(b []byte, i int) int {
	for i < len(b) && isBlank(b[i]) {
		i++
	}
	return i
}

// wordLen returns the length of the word at the start of b.
func wordLen(b []byte) int {
	for i, c := range b {
		if isBlank(c) {
			return i
		}
	}
	return len(b)
}

// lower returns an ASCII letter in lower case and every other byte unchanged.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// equalFold reports whether b and s are equal without regard to the case of ASCII letters.
func equalFold(b []byte, s string) bool { return len(b) == len(s) && hasPrefixFold(b, s) }

// hasPrefixFold reports whether b begins with the prefix, in any case.
func hasPrefixFold(b []byte, prefix string) bool {
	if len(b) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(b[i]) != lower(prefix[i]) {
			return false
		}
	}
	return true
}

// indexFold returns the index of the first place at which b has the word, in any case, or -1.
func indexFold(b []byte, word string) int {
	for i := range b {
		if hasPrefixFold(b[i:], word) {
			return i
		}
	}
	return -1
}

// caseOf judges the case of a word that was found without regard to it.
func caseOf(found []byte, word string) Tolerance {
	if string(found) == word {
		return 0
	}
	return OtherCase
}

// tail judges the text after a value that should end at text[i]. ok is false if that text
// may belong to the value.
func tail(text []byte, i int) (d Tolerance, ok bool) {
	rest := text[i:]
	switch {
	case len(rest) == 0:
		return 0, true
	case skipBlanks(rest, 0) == len(rest):
		return TrailingSpace, true
	default:
		return TextAfter, isBlank(rest[0]) || string(rest) == "."
	}
}

// scanNumber reads the digits of b from i on. end is the index after the last digit, or i
// if there is no digit. ok is false if the number does not fit in 64 bits.
func scanNumber(b []byte, i int) (n uint64, end int, ok bool) {
	const most = 1<<64 - 1
	for ok = true; i < len(b) && isDigit(b[i]); i++ {
		digit := uint64(b[i] - '0')
		if n > (most-digit)/10 {
			ok = false
		}
		n = n*10 + digit
	}
	return n, i, ok
}

// findNumber finds the word of a text that begins with a digit: the first word, or else the
// last. The words between are prose.
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

// beginsNumber reports whether a number begins at text[i], with or without a sign.
func beginsNumber(text []byte, i int) bool {
	c := at(text, i)
	return isDigit(c) || (c == '-' || c == '+') && isDigit(at(text, i+1))
}

// A number is a run of digits text[from:to] in prose.
type number struct {
	value    uint64
	from, to int
	ok       bool // it fits in 64 bits
}

// fault returns ErrRange for a number that is larger than most.
func (n number) fault(most uint64, source string) fault {
	if !n.ok || n.value > most {
		return fault{ErrRange, n.from, n.to, source}
	}
	return fault{}
}

// numbersIn iterates over the numbers of a text that are words of their own: without a
// sign, and not part of a name, a version, a date or a fraction. A full stop, comma or
// colon at the end of a phrase is not part of a number.
func numbersIn(text []byte) iter.Seq[number] {
	return func(yield func(number) bool) {
		for i := 0; i < len(text); {
			value, to, ok := scanNumber(text, i)
			after := to
			if c := at(text, to); c == '.' || c == ',' || c == ':' {
				after++
			}
			if to > i && !joins(at(text, i-1)) && !joins(at(text, after)) && !yield(number{value, i, to, ok}) {
				return
			}
			i = to + 1
		}
	}
}

// joins reports whether c, next to digits, makes them part of something else.
func joins(c byte) bool {
	switch c {
	case '.', ',', ':', '+', '-', '_', '/':
		return true
	}
	return isDigit(c) || isLetter(c) || c >= 0x80
}
