package payload

import (
	"math"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const (
	protectionBufferLabel  = "PBSZ="
	protectionBufferSource = "RFC 2228, section 3; RFC 4217, section 9"
)

// ProtectionBuffer is the size in bytes of the protected data that a server accepts at once,
// in its answer to PBSZ. With TLS it is 0.
type ProtectionBuffer struct {
	Size       uint32
	Tolerances Tolerance
}

// ParseProtectionBuffer reads "PBSZ=" and a number anywhere in the text of a 200. If the
// error is [ErrMissing], the server accepts the size that the client asked for.
func ParseProtectionBuffer(r ftpreply.Reply) (ProtectionBuffer, error) {
	v, d, err := parseAs(r, ftpreply.CodeCommandOK, protectionBufferSource, func(text []byte) (v ProtectionBuffer, d Tolerance, f fault) {
		label := indexFold(text, protectionBufferLabel)
		if label < 0 {
			return v, 0, fault{ErrMissing, 0, len(text), protectionBufferSource}
		}
		from := label + len(protectionBufferLabel)
		size, to, ok := scanNumber(text, from)
		if to == from {
			return v, 0, fault{ErrSyntax, label, len(text), protectionBufferSource}
		}
		n := number{size, from, to, ok}
		if f = n.fault(math.MaxUint32, protectionBufferSource); f.err != nil {
			return v, 0, f
		}
		return ProtectionBuffer{Size: uint32(size)}, caseOf(text[label:from], protectionBufferLabel), f
	})
	v.Tolerances = d
	return v, err
}

// AppendProtectionBuffer appends a 200 reply with the size.
func AppendProtectionBuffer(dst []byte, size uint32) []byte {
	dst = strconv.AppendUint(append(dst, "200 "+protectionBufferLabel...), uint64(size), 10)
	return append(dst, "\r\n"...)
}

func (v ProtectionBuffer) describe() ([]Field, Tolerance) {
	return []Field{{"size", v.Size}}, v.Tolerances
}
