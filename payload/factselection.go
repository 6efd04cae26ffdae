package payload

import (
	"bytes"
	"iter"

	"github.com/ftpreply/ftpreply"
)

const (
	factSelectionLabel  = "MLST OPTS"
	factSelectionSource = "RFC 3659, section 7.9.1"
)

// FactSelection is the list of facts that a server will send in MLST and MLSD from now on,
// in its answer to OPTS MLST. It views the reply.
type FactSelection struct {
	Tolerances Tolerance
	list       []byte
}

// ParseFactSelection reads "MLST OPTS type;size;" in a 200, or "OPTS MLST type;size;" with
// [OtherLabel]. The list may be empty.
func ParseFactSelection(r ftpreply.Reply) (FactSelection, error) {
	v, d, err := parseAs(r, ftpreply.CodeCommandOK, factSelectionSource, func(text []byte) (v FactSelection, d Tolerance, f fault) {
		from := skipBlanks(text, 0)
		if from > 0 {
			d |= ExtraSpace
		}
		switch {
		case hasPrefixFold(text[from:], factSelectionLabel):
		case hasPrefixFold(text[from:], "OPTS MLST"):
			d |= OtherLabel
		default:
			return v, 0, fault{ErrMissing, 0, len(text), factSelectionSource}
		}
		end := from + len(factSelectionLabel)
		if after, _ := tail(text, end); after != TextAfter {
			return v, d | after, f // an empty list
		}
		if !isBlank(text[end]) {
			return v, 0, fault{ErrSyntax, from, len(text), factSelectionSource}
		}
		if from = skipBlanks(text, end); from > end+1 {
			d |= ExtraSpace
		}
		end = from + wordLen(text[from:])
		v.list = text[from:end]
		for name := range v.All() {
			if !isFactName(name) {
				return FactSelection{}, 0, fault{ErrSyntax, from, end, factSelectionSource}
			}
		}
		if text[end-1] != ';' {
			d |= MissingDelimiter
		}
		after, _ := tail(text, end)
		return v, d | after, f
	})
	v.Tolerances = d
	return v, err
}

// All yields the names of the facts, views.
func (s FactSelection) All() iter.Seq[[]byte] {
	return bytes.FieldsFuncSeq(s.list, func(c rune) bool { return c == ';' })
}

// Has reports whether a fact of that name, in any case, will be sent.
func (s FactSelection) Has(fact string) bool {
	for name := range s.All() {
		if equalFold(name, fact) {
			return true
		}
	}
	return false
}

// AppendFactSelection appends a 200 reply with the names of the facts. It fails if one of
// them is not the name of a fact.
func AppendFactSelection(dst []byte, facts ...string) ([]byte, error) {
	for _, name := range facts {
		if !isFactName([]byte(name)) {
			return dst, appendError(ErrSyntax, name, factSelectionSource)
		}
	}
	dst = append(dst, "200 "+factSelectionLabel...)
	for i, name := range facts {
		if i == 0 {
			dst = append(dst, ' ')
		}
		dst = append(append(dst, name...), ';')
	}
	return append(dst, "\r\n"...), nil
}

func (s FactSelection) describe() ([]Field, Tolerance) {
	facts := []string{}
	for name := range s.All() {
		facts = append(facts, string(name))
	}
	return []Field{{"facts", facts}}, s.Tolerances
}
