package payload

import (
	"math"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

// No RFC has a size in the text, but many servers do.
const transferSource = "RFC 959, section 4.2 leaves the text free; de facto"

// TransferSize is the number of bytes that a server intends to send, in the words of its 150
// or 125. It is a hint: some servers write 0 if they do not know it, and a transfer with
// TYPE A may have a different number of bytes.
type TransferSize struct {
	Bytes      uint64
	Tolerances Tolerance
}

// ParseTransferSize reads "(1024 bytes)" in a 150 or 125. It reads the last place of this
// shape, because the name of the file, which may look the same, comes before it. If no place
// has parentheses, it reads the last "1024 bytes".
//
// The error for a text without a size is [ErrMissing], which is not a fault of the server. A
// size in kilobytes is not read.
func ParseTransferSize(r ftpreply.Reply) (TransferSize, error) {
	other, err := checkPreliminary(r, transferSource)
	if err != nil {
		return TransferSize{}, err
	}
	v, d, err := parseLines(r, func(text []byte) (v TransferSize, d Tolerance, f fault) {
		f = fault{ErrMissing, 0, len(text), transferSource}
		d = NoParentheses
		for n := range numbersIn(text) {
			open := at(text, n.from-1) == '('
			if !open && d == 0 || at(text, n.to) != ' ' || !hasPrefixFold(text[n.to+1:], "bytes") {
				continue
			}
			v.Bytes, f = n.value, n.fault(math.MaxUint64, transferSource)
			if open {
				d = 0
			}
		}
		if f.err != nil {
			return TransferSize{}, 0, f
		}
		return v, d, f
	})
	v.Tolerances = d | other
	return v, err
}

// checkPreliminary is checkCode for the two replies that begin a transfer.
func checkPreliminary(r ftpreply.Reply, source string) (Tolerance, error) {
	if r.Code() == ftpreply.CodeDataConnectionOpenTransferStarting {
		return 0, nil
	}
	return checkCode(r, ftpreply.CodeFileStatusOK, source)
}

// AppendTransferSize appends a 150 reply with the size.
func AppendTransferSize(dst []byte, size uint64) []byte {
	dst = strconv.AppendUint(append(dst, "150 Opening data connection ("...), size, 10)
	return append(dst, " bytes)\r\n"...)
}

func (v TransferSize) describe() ([]Field, Tolerance) {
	return []Field{{"bytes", v.Bytes}}, v.Tolerances
}
