package payload

import (
	"math"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const restartSource = "RFC 3659, section 5.3"

// Restart is the byte at which the next transfer will begin, in the server's words.
type Restart struct {
	Offset     uint64
	Tolerances Tolerance
}

// ParseRestart reads the 350 that answers REST or RANG. RFC 3659 leaves its text free.
// Nearly all servers repeat the number, and it is the last one in the text: "Restarting at
// 802816.", "Restart position accepted (0).", "Transferring byte range of 11 bytes starting
// from 0".
//
// If the number is missing, the error is [ErrMissing], and the restart may still be
// accepted. A 350 to RNFR may have a number too; only the command distinguishes them.
func ParseRestart(r ftpreply.Reply) (Restart, error) {
	v, d, err := parseAs(r, ftpreply.CodePendingFurtherInformation, restartSource, func(text []byte) (v Restart, d Tolerance, f fault) {
		f = fault{ErrMissing, 0, len(text), restartSource}
		for n := range numbersIn(text) {
			v.Offset, f = n.value, n.fault(math.MaxUint64, restartSource)
		}
		if f.err != nil {
			return Restart{}, 0, f
		}
		return v, 0, f
	})
	v.Tolerances = d
	return v, err
}

// AppendRestart appends a 350 reply with the number.
func AppendRestart(dst []byte, offset uint64) []byte {
	dst = strconv.AppendUint(append(dst, "350 Restarting at "...), offset, 10)
	return append(dst, "\r\n"...)
}

func (v Restart) describe() ([]Field, Tolerance) {
	return []Field{{"offset", v.Offset}}, v.Tolerances
}
