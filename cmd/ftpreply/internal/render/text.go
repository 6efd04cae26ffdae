package render

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Text returns bytes of a peer in a form that is safe on a terminal, in a log and in an error
// message, and from which the bytes can be restored: everything but printable characters is
// escaped as in a Go string, and so is the backslash. Escaped are control characters, bytes
// that are not UTF-8, characters that are invisible or that reorder text, and prefixes that a
// CI service takes for a command.
func Text(b []byte) string { return escape(string(b), true) }

// Message returns the name of a file, or an error message, in a form that is as safe as Text.
// Backslashes are kept, because Windows separates the elements of a path with them.
func Message(s string) string { return escape(s, false) }

// Cut returns Text of the bytes that Head returns, followed by the number of bytes that are left
// out, if any.
func Cut(b []byte, n int) string {
	head, cut := Head(b, n)
	if !cut {
		return Text(b)
	}
	return fmt.Sprintf("%s[+%d bytes]", Text(head), len(b)-len(head))
}

// Head returns the first n bytes of b, or some bytes fewer if a character would be cut. It
// reports whether any are left out.
func Head(b []byte, n int) (head []byte, cut bool) {
	if len(b) <= n {
		return b, false
	}
	return TrimEnd(b[:n]), true
}

// TrimEnd returns b without an incomplete character at its end, for text that was cut there.
func TrimEnd(b []byte) []byte {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return b[:i]
			}
			break
		}
	}
	return b
}

// TrimStart returns b without an incomplete character at its beginning, for text that was cut
// there.
func TrimStart(b []byte) []byte {
	for i := range b[:min(len(b), utf8.UTFMax)] {
		if utf8.RuneStart(b[i]) {
			return b[i:]
		}
	}
	if len(b) < utf8.UTFMax {
		return nil
	}
	return b
}

// Width returns the number of terminal columns that s takes.
func Width(s string) int { return uniseg.StringWidth(s) }

func escape(s string, escapeBackslash bool) string {
	var b strings.Builder
	blank := true // so far
	for i, n := 0, 0; i < len(s); i += n {
		var r rune
		r, n = utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\\' && escapeBackslash:
			b.WriteString(`\\`)
		case r == '#' && isCommand([]byte(s[i:])), r == ':' && blank && strings.HasPrefix(s[i:], "::"):
			fmt.Fprintf(&b, `\x%02x`, r)
		case isVisible(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		blank = blank && r == ' '
	}
	return b.String()
}

// isVisible reports whether r is a printable character that leaves a mark.
func isVisible(r rune) bool {
	return strconv.IsPrint(r) && (r < utf8.RuneSelf || !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector))
}

// isCommand reports whether b begins like a command for a CI service. Azure Pipelines, TeamCity
// and GitHub find ##vso[, ##teamcity[ and ##[ anywhere in a line. The commands of GitHub that
// begin with :: are only found at the beginning of a line.
func isCommand(b []byte) bool {
	rest, ok := bytes.CutPrefix(b, []byte("##"))
	rest = bytes.TrimLeftFunc(rest, unicode.IsLetter)
	return ok && len(rest) > 0 && rest[0] == '['
}
