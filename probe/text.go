package probe

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// printable escapes every byte and character that is not printable, so that text of the
// server cannot control a terminal or forge a line. It keeps spaces, quotes and backslashes.
func printable(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && n == 1:
			const hex = "0123456789abcdef"
			b.WriteString(`\x`)
			b.WriteByte(hex[text[0]>>4])
			b.WriteByte(hex[text[0]&15])
		case strconv.IsPrint(r):
			b.WriteString(text[:n])
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		text = text[n:]
	}
	return b.String()
}

// A quotedError is an error whose text may hold bytes of the server, such as the names in
// a certificate. Its own text is printable.
type quotedError struct{ err error }

func (e quotedError) Error() string { return printable(e.err.Error()) }
func (e quotedError) Unwrap() error { return e.err }

// maxShown is how many bytes of a line a report shows.
const maxShown = 120

// shorten returns the start of a line, without its line ending, as printable text.
func shorten(line string) string {
	line = strings.TrimRight(line, "\r\n")
	if len(line) <= maxShown {
		return printable(line)
	}
	cut := maxShown
	for cut > maxShown-utf8.UTFMax && !utf8.RuneStart(line[cut]) {
		cut--
	}
	return printable(line[:cut]) + "..."
}
