// Package render writes text and JSON: it quotes the bytes of peers, lays out tables and
// paragraphs, and shows progress.
package render

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// WantsColor reports whether f is a terminal whose user has not asked for plain
// text (no-color.org).
func WantsColor(f *os.File) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// Quote makes the peers' bytes visible, so that no control character of theirs gets
// to the terminal: as Go's %q does, without the quotation marks.
func Quote(b []byte) string {
	q := strconv.Quote(string(b))
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}

// EscapeUnprintable does so for JSON, where encoding/json leaves DEL and the
// control characters above 127 as they are.
func EscapeUnprintable(json []byte) []byte {
	if isASCII(json) {
		return json
	}
	var out []byte
	last := 0
	for i := 0; i < len(json); {
		r, n := rune(json[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(json[i:])
		}
		if r >= 0x7f && r < 0x10000 && !unicode.IsPrint(r) {
			out = append(out, json[last:i]...)
			out = append(out, `\u`+strconv.FormatInt(0x10000+int64(r), 16)[1:]...)
			last = i + n
		}
		i += n
	}
	if out == nil {
		return json
	}
	return append(out, json[last:]...)
}

// isASCII reports whether b is ASCII without DEL.
func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f {
			return false
		}
	}
	return true
}

// MaskedHead returns the first bytes, at most n, of what b is without secrets. To cut b
// first would leave what is no secret any more.
func MaskedHead(c interface{ Mask([]byte) []byte }, b []byte, n int) []byte {
	b = c.Mask(b)
	return b[:min(len(b), n)]
}

// IsTerminal reports whether w is a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
