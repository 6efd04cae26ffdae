package payload

import (
	"github.com/ftpreply/ftpreply"
)

const (
	uniqueLabel  = "FILE: "
	uniqueSource = "RFC 1123, section 4.1.2.9"
)

// UniqueName is the name that a server chose for the file of a STOU.
type UniqueName struct {
	Name       []byte // decoded as [Path.Name]
	Tolerances Tolerance
}

// ParseUniqueName reads the 150 or 125 that answers STOU: "FILE: " and the name, to
// the end of the line, spaces included. The codes 226 and 250, where some servers and the
// text of RFC 959 have it, are an [OtherCode].
//
// With [ErrUnsafePath] the UniqueName is returned all the same.
func ParseUniqueName(r ftpreply.Reply) (UniqueName, error) {
	other, err := OtherCode, error(nil)
	if c := r.Code(); c != ftpreply.CodeClosingDataConnection && c != ftpreply.CodeRequestedFileActionOK {
		other, err = checkPreliminary(r, uniqueSource)
	}
	if err != nil {
		return UniqueName{}, err
	}
	v, d, err := parseLines(r, readUniqueName)
	v.Tolerances = d | other
	return v, err
}

// AppendUniqueName appends the 150 reply to a STOU. It fails when there is no name
// and on a NUL or a LF in it.
func AppendUniqueName(dst []byte, name string) ([]byte, error) {
	if name == "" {
		return dst, appendError(ErrMissing, name, uniqueSource)
	}
	reply, err := appendPathname(append(dst, "150 "+uniqueLabel...), name)
	if err != nil {
		return dst, err
	}
	return append(reply, "\r\n"...), nil
}

func readUniqueName(text []byte) (v UniqueName, d Tolerance, f fault) {
	if !hasPrefixFold(text, uniqueLabel) || len(text) == len(uniqueLabel) {
		return v, 0, fault{ErrMissing, 0, len(text), uniqueSource}
	}
	v.Name, f = decodePathname(text, len(uniqueLabel), len(text), uniqueSource)
	return v, caseOf(text[:len(uniqueLabel)], uniqueLabel), f
}
