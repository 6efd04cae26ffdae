package payload

import (
	"math"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const restartSource = "RFC 3659, section 5.3"

// Restart is the byte from which the next transfer will begin, in the server's words.
type Restart struct {
	Offset     uint64
	Tolerances Tolerance
}

// ParseRestart reads the 350 that answers REST or RANG. RFC 3659 leaves its text free;
// nearly all servers repeat the number, and it is the last one: "Restarting at 802816.",
// "Restart position accepted (0).", "Transferring byte range of 11 bytes starting from 0".
//
// Without a number it is [ErrMissing], which says nothing against the restart. A 350
// to RNFR may have a number too; only the command tells them apart.
func ParseRestart(r ftpreply.Reply) (Restart, error) {
	other, err := checkCode(r, ftpreply.CodePendingFurtherInformation, restartSource)
	if err != nil {
		return Restart{}, err
	}
	v, d, err := parseLines(r, readRestart)
	v.Tolerances = d | other
	return v, err
}

// AppendRestart appends a 350 reply with the number.
func AppendRestart(dst []byte, offset uint64) []byte {
	dst = strconv.AppendUint(append(dst, "350 Restarting at "...), offset, 10)
	return append(dst, "\r\n"...)
}

func readRestart(text []byte) (v Restart, d Tolerance, f fault) {
	f = fault{ErrMissing, 0, len(text), restartSource}
	for n := range numbersIn(text) {
		v.Offset, f = n.value, n.fault(math.MaxUint64, restartSource)
	}
	if f.err != nil {
		return Restart{}, 0, f
	}
	return v, 0, f
}
