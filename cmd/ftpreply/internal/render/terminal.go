// Package render writes for people and programs: bytes of peers in a safe form, JSON, tables,
// paragraphs, colors and progress.
package render

import (
	"io"
	"os"

	"golang.org/x/term"
)

// A Pen paints text in colors. The zero Pen leaves it plain.
type Pen struct{ Color bool }

// The colors, as parameters of the escape sequence SGR.
const (
	Bold   = "1"
	Red    = "31"
	Yellow = "33"
	Cyan   = "36"
)

// Paint returns text in a color.
func (p Pen) Paint(color, text string) string {
	if !p.Color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// WantsColor reports whether f is a terminal, and its user has not asked for plain text
// (no-color.org).
func WantsColor(f *os.File) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && IsTerminal(f)
}

// IsTerminal reports whether w is a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
