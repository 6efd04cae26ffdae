package payload

import (
	"fmt"

	"github.com/ftpreply/ftpreply"
)

const delaySource = "RFC 959, section 4.2.1"

// Delay is the time that a server asks its client to wait because it is not ready yet.
type Delay struct {
	Minutes    uint32
	Tolerances Tolerance
}

// ParseDelay reads a 120. RFC 959 leaves its words and the width of the number open. The
// number is the one before "minutes", or else, with [NoLabel], the first one.
//
// A 220 follows when the server is ready. A client can also wait after a 120 without a
// number, for which the error is [ErrMissing].
func ParseDelay(r ftpreply.Reply) (Delay, error) {
	v, d, err := parseAs(r, ftpreply.CodeServiceReadyShortly, delaySource, func(text []byte) (Delay, Tolerance, fault) {
		minutes, d := number{}, NoLabel
		for n := range numbersIn(text) {
			if hasPrefixFold(text[skipBlanks(text, n.to):], "min") {
				minutes, d = n, 0
				break
			}
			if minutes.to == 0 {
				minutes = n
			}
		}
		if minutes.to == 0 {
			return Delay{}, 0, fault{ErrMissing, 0, len(text), delaySource}
		}
		if f := minutes.fault(1<<32-1, delaySource); f.err != nil {
			return Delay{}, 0, f
		}
		return Delay{Minutes: uint32(minutes.value)}, d, fault{}
	})
	v.Tolerances = d
	return v, err
}

// AppendDelay appends a 120 reply in the words of RFC 959.
func AppendDelay(dst []byte, minutes uint32) []byte {
	return fmt.Appendf(dst, "120 Service ready in %03d minutes.\r\n", minutes)
}

func (v Delay) describe() ([]Field, Tolerance) {
	return []Field{{"minutes", v.Minutes}}, v.Tolerances
}
