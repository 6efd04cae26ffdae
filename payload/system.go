package payload

import (
	"bytes"

	"github.com/ftpreply/ftpreply"
)

const systemSource = "RFC 959, section 4.1.3"

// System is the operating system that a server says it runs on.
type System struct {
	// Name is the first word of the text: "UNIX", "Windows_NT", "MVS". IANA keeps
	// a list of names; they are compared without regard to case.
	Name       []byte
	Detail     []byte // what stands behind the name, such as "Type: L8"
	Tolerances Tolerance
}

// ParseSystem reads a 215.
func ParseSystem(r ftpreply.Reply) (System, error) {
	other, err := checkCode(r, ftpreply.CodeSystemType, systemSource)
	if err != nil {
		return System{}, err
	}
	v, d, err := parseLines(r, readSystem)
	v.Tolerances = d | other
	return v, err
}

// AppendSystem appends a 215 reply. It fails when the name is no word of printable
// ASCII characters, when the detail begins with a blank, and on a control character in it.
func AppendSystem(dst []byte, name, detail string) ([]byte, error) {
	if !isWord(name) {
		return dst, appendError(ErrSyntax, name, systemSource)
	}
	if isBlank(at([]byte(detail), 0)) || bytes.ContainsFunc([]byte(detail), isControlRune) {
		return dst, appendError(ErrSyntax, detail, systemSource)
	}
	dst = append(append(dst, "215 "...), name...)
	if detail != "" {
		dst = append(append(dst, ' '), detail...)
	}
	return append(dst, "\r\n"...), nil
}

func readSystem(text []byte) (v System, d Tolerance, f fault) {
	from := skipBlanks(text, 0)
	if from == len(text) {
		return v, 0, fault{ErrMissing, 0, len(text), systemSource}
	}
	if from > 0 {
		d |= ExtraSpace
	}
	end := from + wordLen(text[from:])
	return System{Name: text[from:end:end], Detail: text[skipBlanks(text, end):]}, d, f
}
