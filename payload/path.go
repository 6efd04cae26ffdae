package payload

import (
	"bytes"
	"strings"

	"github.com/ftpreply/ftpreply"
)

const pathSource = "RFC 959, appendix II; RFC 2640, section 3.1"

// Path is the directory name of a 257, the reply to PWD and MKD.
type Path struct {
	// Name has its quotes undoubled, and the encoding of the control connection removed: IAC
	// IAC is a byte 255 (RFC 854), CR NUL is CR (RFC 2640, section 3.1). It views the reply
	// if nothing had to be changed and is a copy otherwise. It may be empty, and it may be
	// a relative path.
	Name       []byte
	Tolerances Tolerance
}

// ParsePath reads the path of a 257. It is in quotes, and a quote in it is doubled. The first
// quote that is not doubled ends the path, also if the words after it have quotes.
//
// A server that does not double quotes is recognised if no SP follows that quote: "/quo"te"
// is /quo"te, but "/quo" te" is /quo. A path in single quotes is read too, and so is an
// absolute path without quotes.
//
// With [ErrUnsafePath] the Path is returned as well.
func ParsePath(r ftpreply.Reply) (Path, error) {
	p, d, err := parseAs(r, ftpreply.CodePathnameCreated, pathSource, readPath)
	p.Tolerances = d
	return p, err
}

func readPath(text []byte) (Path, Tolerance, fault) {
	quote := bytes.IndexByte(text, '"')
	if quote < 0 {
		return readBarePath(text)
	}
	end, doubled, d := closingQuote(text, quote+1)
	if end < 0 {
		return Path{}, 0, fault{ErrSyntax, quote, len(text), pathSource}
	}
	switch {
	case quote == 0:
	case skipBlanks(text, 0) == quote:
		d |= ExtraSpace
	default:
		d |= TextBefore
	}
	if end == quote+1 {
		d |= EmptyName
	}
	name, tab, f := decodePathname(text, quote+1, end, pathSource)
	if doubled {
		name = bytes.ReplaceAll(name, []byte(`""`), []byte(`"`))
	}
	return Path{Name: name}, d | tab, f
}

// closingQuote finds the quote that ends the path that begins at text[i]. It returns -1 if
// there is none.
//
// By the rule it is the first quote that is not doubled, and a SP follows it. If no SP
// follows, the server does not double quotes, and the last quote before a SP ends the path:
// no such server is known that also has quotes in its words. If there is no such quote
// either, the rule applies.
func closingQuote(text []byte, i int) (end int, doubled bool, d Tolerance) {
	for end = nextQuote(text, i); at(text, end+1) == '"'; end = nextQuote(text, end+2) {
		doubled = true
	}
	if endsWord(text, end) {
		return end, doubled, 0
	}
	for j := len(text) - 1; j >= i; j-- {
		if text[j] == '"' && endsWord(text, j) {
			return j, false, UndoubledQuote
		}
	}
	if end < len(text) {
		return end, doubled, TextAfter
	}
	return -1, false, 0
}

// nextQuote returns the index of the first quote from i on, or len(text).
func nextQuote(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '"'); n >= 0 {
		return i + n
	}
	return len(text)
}

// endsWord reports whether text[i] exists and is the last byte or precedes a blank.
func endsWord(text []byte, i int) bool {
	return i == len(text)-1 || i < len(text) && isBlank(text[i+1])
}

// readBarePath reads a path in single quotes, or an absolute one without quotes: of Unix
// (/a), DOS (\a, C:/a) or VMS (DISK$:[a]).
func readBarePath(text []byte) (Path, Tolerance, fault) {
	from := skipBlanks(text, 0)
	end := len(text)
	rest := text[from:]
	word := rest[:wordLen(rest)]
	first, second := at(word, 0), at(word, 1)
	switch {
	case hasPrefixFold(rest, "PWD = "):
		// MODCOMP: the path is the rest of the text.
		from += len("PWD = ")
	case first == '\'':
		from++
		for end = from; end < len(text) && (text[end] != '\'' || !endsWord(text, end)); {
			end++
		}
		if end == len(text) {
			return Path{}, 0, fault{ErrSyntax, from - 1, end, pathSource}
		}
	case first == '/', first == '\\', isLetter(first) && second == ':', bytes.Contains(word, []byte(":[")):
		end = from + len(word)
	default:
		return Path{}, 0, fault{ErrMissing, 0, end, pathSource}
	}
	name, tab, f := decodePathname(text, from, end, pathSource)
	return Path{Name: name}, NoQuotes | tab, f
}

// AppendPath appends a 257 reply with the path in quotes, and the words after it unless they
// are empty. It fails on a NUL or a LF in the path, which the control connection cannot
// carry, and on a control character in the words.
func AppendPath(dst []byte, path, words string) ([]byte, error) {
	if strings.ContainsFunc(words, isControlRune) {
		return dst, appendError(ErrSyntax, words, pathSource)
	}
	name, err := appendPathname(nil, strings.ReplaceAll(path, `"`, `""`))
	if err != nil {
		return dst, err
	}
	dst = append(append(append(dst, `257 "`...), name...), '"')
	if words != "" {
		dst = append(append(dst, ' '), words...)
	}
	return append(dst, "\r\n"...), nil
}

func (p Path) describe() ([]Field, Tolerance) {
	return []Field{{"path", string(p.Name)}}, p.Tolerances
}

// iac is the byte that begins a Telnet command; twice it is itself (RFC 854).
const iac = 255

// decodePathname returns the pathname text[from:end] without the encoding of the control
// connection: a view if it has none, a copy otherwise. The only fault is ErrUnsafePath, for a
// control character other than TAB, which cannot end a command.
func decodePathname(text []byte, from, end int, source string) (name []byte, d Tolerance, f fault) {
	name = text[from:end:end]
	encoded := false
	for i, c := range name {
		encoded = encoded || c == iac || c == '\r'
		switch {
		case c == '\t':
			d = TabInName
		case isUnsafeRune(rune(c)) && f.err == nil:
			f = fault{ErrUnsafePath, from + i, end, source}
		}
	}
	if encoded {
		name = bytes.ReplaceAll(name, []byte{iac, iac}, []byte{iac})
		name = bytes.ReplaceAll(name, []byte{'\r', 0}, []byte{'\r'})
	}
	return name, d, f
}

// appendPathname appends a pathname with the encoding of the control connection; it is the
// inverse of decodePathname. It fails on a NUL, which Telnet ignores, and on a LF, which ends
// the line for many readers.
func appendPathname(dst []byte, path string) ([]byte, error) {
	if strings.ContainsAny(path, "\x00\n") {
		return dst, appendError(ErrUnsafePath, path, pathSource)
	}
	for i := range len(path) {
		dst = append(dst, path[i])
		switch path[i] {
		case iac:
			dst = append(dst, iac)
		case '\r':
			dst = append(dst, 0)
		}
	}
	return dst, nil
}
