package payload

import (
	"fmt"

	"github.com/ftpreply/ftpreply"
)

const delaySource = "RFC 959, section 4.2.1"

// Delay is how long a server that is not ready yet asks its client to wait.
type Delay struct {
	Minutes    uint32
	Tolerances Tolerance
}

// ParseDelay reads a 120, whose words and width RFC 959 leaves open. The number is
// the one in front of "minutes", or else, as a [NoLabel], the first one.
//
// A 220 follows when the server is ready; a 120 without a number ([ErrMissing]) can be
// waited for just as well.
func ParseDelay(r ftpreply.Reply) (Delay, error) {
	other, err := checkCode(r, ftpreply.CodeServiceReadyShortly, delaySource)
	if err != nil {
		return Delay{}, err
	}
	v, d, err := parseLines(r, readDelay)
	v.Tolerances = d | other
	return v, err
}

// AppendDelay appends a 120 reply in the words of RFC 959.
func AppendDelay(dst []byte, minutes uint32) []byte {
	return fmt.Appendf(dst, "120 Service ready in %03d minutes.\r\n", minutes)
}

func readDelay(text []byte) (Delay, Tolerance, fault) {
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
}
