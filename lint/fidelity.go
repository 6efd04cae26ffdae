package lint

import "strings"

// A Fidelity is a set of what a recording may keep of a connection. A rule that needs
// what was lost proves nothing, and its findings are to be left out.
type Fidelity uint8

const (
	LineEnds   Fidelity = 1 << iota // CR and LF, and blanks before them
	AllBytes                        // NUL, control characters and 8-bit text
	AllLines                        // every reply with its interior lines, and lines that are no reply
	LineStarts                      // how the lines of a multi-line reply begin
	Texts                           // more of a reply than its code
	BothSides                       // commands and replies, told apart
	Passwords                       // they are not masked
	Wire                            // what both sides sent, in its order; what was said under TLS stays unreadable
)

var fidelityNames = [...]string{"line ends", "all bytes", "all lines", "line starts", "texts", "both sides", "passwords", "the wire"}

// String gives the names, separated by commas.
func (f Fidelity) String() string {
	var names []string
	for i, name := range fidelityNames {
		if f>>i&1 != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
