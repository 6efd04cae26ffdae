package main

import (
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// wantsColor reports whether f is a terminal whose user has not asked for plain
// text (no-color.org).
func wantsColor(f *os.File) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// quote makes the peers' bytes visible, so that no control character of theirs gets
// to the terminal: as Go's %q does, without the quotation marks.
func quote(b []byte) string {
	q := strconv.Quote(string(b))
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}

// escapeUnprintable does so for JSON, where encoding/json leaves DEL and the
// control characters above 127 as they are.
func escapeUnprintable(json []byte) []byte {
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
