package payload

import (
	"math"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

// No RFC has a size in the text, but many servers do.
const transferSource = "RFC 959, section 4.2 leaves the text free; de facto"

// TransferSize is how many bytes a server means to send, in the words of its 150 or
// 125. It is a hint: some servers write 0 when they do not know, and a transfer with
// TYPE A may have another number of bytes.
type TransferSize struct {
	Bytes      uint64
	Tolerances Tolerance
}

// ParseTransferSize reads "(1024 bytes)" in a 150 or 125. The last place of this
// shape is taken, since the name of the file, which may look the same, stands before it.
//
// A text without a size is no error of the server, and is [ErrMissing]. A size in
// kilobytes is none in bytes.
func ParseTransferSize(r ftpreply.Reply) (TransferSize, error) {
	other, err := checkPreliminary(r, transferSource)
	if err != nil {
		return TransferSize{}, err
	}
	v, d, err := parseLines(r, readTransferSize)
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

// readTransferSize reads the last "(n bytes" or, if there is none, the last "n bytes".
func readTransferSize(text []byte) (v TransferSize, d Tolerance, f fault) {
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
}
