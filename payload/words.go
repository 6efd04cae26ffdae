package payload

import (
	"bytes"
	"iter"
	"slices"

	"github.com/ftpreply/ftpreply"
)

// checkCodes is checkCode for a payload that has a second home: the first code is
// the one by the RFC, any other is a tolerance.
func checkCodes(r ftpreply.Reply, source string, want ftpreply.Code, also ...ftpreply.Code) (Tolerance, error) {
	if slices.Contains(also, r.Code()) {
		return OtherCode, nil
	}
	return checkCode(r, want, source)
}

// indexFold is the index of the first place where b has the word, in any case, or -1.
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

// A number is a run of digits text[from:to] in prose.
type number struct {
	value    uint64
	from, to int
	ok       bool // 64 bits hold it
}

// fault is that of a number that is too large.
func (n number) fault(most uint64, source string) fault {
	if !n.ok || n.value > most {
		return fault{ErrRange, n.from, n.to, source}
	}
	return fault{}
}

// numbersIn iterates over the numbers of a text that stand by themselves: not a
// part of a name, a version, a date, a fraction, and without a sign.
func numbersIn(text []byte) iter.Seq[number] {
	return func(yield func(number) bool) {
		for i := 0; i < len(text); {
			value, to, ok := scanNumber(text, i)
			if to > i && !joins(at(text, i-1)) && endsNumber(text[to:]) && !yield(number{value, i, to, ok}) {
				return
			}
			i = to + 1
		}
	}
}

// joins reports whether c, next to digits, makes them a part of something else.
func joins(c byte) bool {
	switch c {
	case '.', ',', ':', '+', '-', '_', '/':
		return true
	}
	return isDigit(c) || 'a' <= lower(c) && lower(c) <= 'z' || c >= 0x80
}

// endsNumber reports whether the digits before rest are all of a number. A full stop
// or a comma that ends a phrase does not belong to it.
func endsNumber(rest []byte) bool {
	switch c := at(rest, 0); c {
	case '.', ',', ':':
		return !joins(at(rest, 1))
	default:
		return !joins(c)
	}
}

// isWord reports whether s is one or more printable ASCII characters without SP.
func isWord[S []byte | string](s S) bool {
	return len(s) > 0 && !bytes.ContainsFunc([]byte(s), func(c rune) bool { return c < '!' || c > '~' })
}
