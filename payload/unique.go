package payload

import "github.com/ftpreply/ftpreply"

const (
	uniqueLabel  = "FILE: "
	uniqueSource = "RFC 1123, section 4.1.2.9"
)

// UniqueName is the name that a server chose for the file of a STOU.
type UniqueName struct {
	Name       []byte // decoded as [Path.Name]
	Tolerances Tolerance
}

// ParseUniqueName reads the 150 or 125 that answers STOU: "FILE: " and the name, up to the
// end of the line, including spaces. The codes 226 and 250, which some servers and the text
// of RFC 959 use, are read with [OtherCode].
//
// With [ErrUnsafePath] the UniqueName is returned as well.
func ParseUniqueName(r ftpreply.Reply) (UniqueName, error) {
	other, err := OtherCode, error(nil)
	if c := r.Code(); c != ftpreply.CodeClosingDataConnection && c != ftpreply.CodeRequestedFileActionOK {
		other, err = checkPreliminary(r, uniqueSource)
	}
	if err != nil {
		return UniqueName{}, err
	}
	v, d, err := parseLines(r, func(text []byte) (v UniqueName, d Tolerance, f fault) {
		if !hasPrefixFold(text, uniqueLabel) || len(text) == len(uniqueLabel) {
			return v, 0, fault{ErrMissing, 0, len(text), uniqueSource}
		}
		v.Name, d, f = decodePathname(text, len(uniqueLabel), len(text), uniqueSource)
		return v, d | caseOf(text[:len(uniqueLabel)], uniqueLabel), f
	})
	v.Tolerances = d | other
	return v, err
}

// AppendUniqueName appends the 150 reply to a STOU. It fails if the name is empty or has a
// NUL or a LF.
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

func (v UniqueName) describe() ([]Field, Tolerance) {
	return []Field{{"file", string(v.Name)}}, v.Tolerances
}
