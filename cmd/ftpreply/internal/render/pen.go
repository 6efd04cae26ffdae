package render

import "fmt"

// A Pen writes a finding, in colours or without.
type Pen struct{ Color bool }

// FurtherText is a number of findings that are in no other, if there are any.
func FurtherText(what string, n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, what)
}

func Count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// The colours, as parameters of the escape sequence SGR.
const (
	Bold   = "1"
	Red    = "31"
	Yellow = "33"
	Cyan   = "36"
)

func (t Pen) Paint(color, text string) string {
	if !t.Color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}
