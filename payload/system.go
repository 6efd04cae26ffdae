package payload

import (
	"bytes"

	"github.com/ftpreply/ftpreply"
)

const systemSource = "RFC 959, section 4.1.3"

// System is the operating system that a server says it runs on.
type System struct {
	// Name is the first word of the text, without a colon, comma, semicolon or full stop at
	// its end: "UNIX", "Windows_NT", "MVS". IANA keeps a list of names, which are compared
	// without regard to case.
	Name       []byte
	Detail     []byte // the text after the name, such as "Type: L8"
	Tolerances Tolerance
}

// ParseSystem reads a 215.
func ParseSystem(r ftpreply.Reply) (System, error) {
	v, d, err := parseAs(r, ftpreply.CodeSystemType, systemSource, func(text []byte) (v System, d Tolerance, f fault) {
		from := skipBlanks(text, 0)
		if from == len(text) {
			return v, 0, fault{ErrMissing, 0, len(text), systemSource}
		}
		if from > 0 {
			d |= ExtraSpace
		}
		end := from + wordLen(text[from:])
		name := text[from:end]
		if len(name) > 1 && endsInPunctuation(name) {
			name = name[:len(name)-1]
		}
		return System{Name: name[:len(name):len(name)], Detail: text[skipBlanks(text, end):]}, d, f
	})
	v.Tolerances = d
	return v, err
}

// AppendSystem appends a 215 reply. It fails if the name is not a word of printable ASCII
// characters or ends in punctuation, if the detail begins with a blank, and if it has a control character.
func AppendSystem(dst []byte, name, detail string) ([]byte, error) {
	if !isWord(name) || len(name) > 1 && endsInPunctuation([]byte(name)) {
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

// endsInPunctuation reports whether word ends in a mark that is not part of a name.
func endsInPunctuation(word []byte) bool {
	return bytes.IndexByte([]byte(":,;."), word[len(word)-1]) >= 0
}

func (v System) describe() ([]Field, Tolerance) {
	return []Field{{"name", string(v.Name)}}, v.Tolerances
}
