package payload

import (
	"bytes"
	"strings"

	"github.com/ftpreply/ftpreply"
)

const pathSource = "RFC 959, appendix II; RFC 2640, section 3.1"

// Path is the directory name of a 257, the reply to PWD and MKD.
type Path struct {
	// Name has the quotes undoubled and the control connection's own encoding taken
	// off: IAC IAC is a byte 255 (RFC 854), CR NUL is CR (RFC 2640, section 3.1). It views the
	// reply when nothing had to be changed and is a copy otherwise. It may be empty
	// and need not be absolute.
	Name       []byte
	Tolerances Tolerance
}

// ParsePath reads the path of a 257. It stands in quotes, and a quote in it is
// doubled; the first quote that is not doubled ends it, whatever quotes the words behind have.
//
// A server that does not double quotes gives itself away when no SP stands behind that
// quote: "/quo"te" is /quo"te, and "/quo" te" remains /quo. A path in single quotes, or in none
// when it is an absolute one, is read too.
//
// With [ErrUnsafePath] the Path is returned all the same.
func ParsePath(r ftpreply.Reply) (Path, error) {
	if p, ok := plainPath(r); ok {
		return p, nil
	}
	return findPath(r)
}

// plainPath reads a reply of one line that is just as the grammar has it, as nearly all
// are, in half the time; ok is false for every other, and where a quote or a TAB is in the
// path. Other control characters are departures of the reply.
func plainPath(r ftpreply.Reply) (p Path, ok bool) {
	if r.Code() != ftpreply.CodePathnameCreated || r.Multiline() || r.Deviations() != 0 {
		return p, false
	}
	text := r.Text()
	if at(text, 0) != '"' {
		return p, false
	}
	end := nextQuote(text, 1)
	if end == len(text) || !endsWord(text, end) {
		return p, false
	}
	p.Name = text[1:end:end]
	return p, bytes.IndexByte(p.Name, '\t') < 0
}

// findPath reads the path in whatever stands around it.
func findPath(r ftpreply.Reply) (Path, error) {
	other, err := checkCode(r, ftpreply.CodePathnameCreated, pathSource)
	if err != nil {
		return Path{}, err
	}
	p, d, err := parseLines(r, readPath)
	p.Tolerances = d | other
	return p, err
}

// AppendPath appends a 257 reply with the path in quotes, and the words behind it
// unless there are none. It fails on a NUL or a LF in the path, which the control connection
// cannot carry, and on a control character in the words.
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

func isControlRune(c rune) bool { return c < 0x80 && isControl(byte(c)) }

// appendPathname appends a pathname as the control connection carries it, which is
// the inverse of decodePathname. It fails on a NUL, which is no operation to Telnet, and on a
// LF, which would end the line for many readers.
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

// iac is the byte that begins a Telnet command; twice it is itself (RFC 854).
const iac = 255

// readPath reads the path of a text.
func readPath(text []byte) (Path, Tolerance, fault) {
	quote := bytes.IndexByte(text, '"')
	if quote < 0 {
		return readBarePath(text)
	}
	end, doubled, d := closingQuote(text, quote+1)
	if end < 0 {
		return Path{}, 0, fault{ErrSyntax, quote, len(text), pathSource}
	}
	name, f := decodePathname(text, quote+1, end, pathSource)
	if doubled {
		name = bytes.ReplaceAll(name, []byte(`""`), []byte(`"`))
	}
	return Path{Name: name}, d | wordsBefore(text[:quote]), f
}

// wordsBefore judges what stands before a quoted path.
func wordsBefore(words []byte) Tolerance {
	switch {
	case len(words) == 0:
		return 0
	case skipBlanks(words, 0) == len(words):
		return ExtraSpace
	default:
		return TextBefore
	}
}

// closingQuote finds the quote that ends the path that begins at text[i], -1 when there is none.
//
// By the rule it is the first one that is not doubled, and a SP stands behind it.
// When none does, the server does not double quotes. The last one with a SP behind it
// then ends the path: no such server is known that has quotes in its words. When
// there is no such quote either, the rule stands.
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
		return end, doubled, TextBehind
	}
	return -1, false, 0
}

// nextQuote is the index of the first quote from i on, or len(text).
func nextQuote(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '"'); n >= 0 {
		return i + n
	}
	return len(text)
}

// endsWord reports whether text[i] exists and is the end of the text or has a SP behind.
func endsWord(text []byte, i int) bool {
	return i == len(text)-1 || i < len(text) && isBlank(text[i+1])
}

// readBarePath reads a path without quotes, or in single ones.
func readBarePath(text []byte) (Path, Tolerance, fault) {
	from := skipBlanks(text, 0)
	end := len(text)
	switch rest := text[from:]; {
	case hasPrefixFold(rest, "PWD = "):
		// MODCOMP: the path is the rest of the text.
		from += len("PWD = ")
	case at(rest, 0) == '\'':
		from++
		for end = from; end < len(text) && (text[end] != '\'' || !endsWord(text, end)); {
			end++
		}
		if end == len(text) {
			return Path{}, 0, fault{ErrSyntax, from - 1, end, pathSource}
		}
	case looksAbsolute(rest):
		end = from + wordLen(rest)
	default:
		return Path{}, 0, fault{ErrMissing, 0, end, pathSource}
	}
	name, f := decodePathname(text, from, end, pathSource)
	return Path{Name: name}, NoQuotes, f
}

// hasPrefixFold reports whether b begins with the prefix, in any case.
func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && equalFold(b[:len(prefix)], prefix)
}

// wordLen is the length of the word that b begins with.
func wordLen(b []byte) int {
	for i, c := range b {
		if isBlank(c) {
			return i
		}
	}
	return len(b)
}

// looksAbsolute reports whether the word that b begins with is an absolute path of
// Unix (/a), DOS (\a, C:/a) or VMS (DISK$:[a]) and not a word of prose.
func looksAbsolute(b []byte) bool {
	word := b[:wordLen(b)]
	first, second := at(word, 0), at(word, 1)
	return first == '/' || first == '\\' ||
		second == ':' && 'a' <= lower(first) && lower(first) <= 'z' ||
		bytes.Contains(word, []byte(":["))
}

// decodePathname gives the pathname text[from:end] without the encoding of the
// control connection: a view when there is none, a copy otherwise. Its fault is ErrUnsafePath.
func decodePathname(text []byte, from, end int, source string) (name []byte, f fault) {
	name = text[from:end:end]
	encoded := false
	for i, c := range name {
		encoded = encoded || c == iac || c == '\r'
		if isControl(c) && f.err == nil {
			f = fault{ErrUnsafePath, from + i, end, source}
		}
	}
	if encoded {
		name = bytes.ReplaceAll(name, []byte{iac, iac}, []byte{iac})
		name = bytes.ReplaceAll(name, []byte{'\r', 0}, []byte{'\r'})
	}
	return name, f
}
