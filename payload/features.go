package payload

import (
	"bytes"
	"iter"

	"github.com/ftpreply/ftpreply"
)

const featuresSource = "RFC 2389, section 3.2"

// Features is the list of a 211 to FEAT. It views the reply and is valid as long as the
// reply is.
//
// The order of the list means nothing, and a label may be on several lines: "AUTH TLS" and
// "AUTH SSL". Labels are compared without regard to case.
type Features struct {
	Tolerances Tolerance
	reply      ftpreply.Reply
}

// ParseFeatures reads the list of a 211 to FEAT: the lines between the first and the last. It
// ignores the text of these two. A one-line 211 comes from a server without features, and is
// not an error; a server that does not know FEAT answers 500 or 502.
func ParseFeatures(r ftpreply.Reply) (Features, error) {
	d, err := checkCode(r, ftpreply.CodeSystemStatus, featuresSource)
	if err != nil {
		return Features{}, err
	}
	for l := range listLines(r) {
		d |= l.tolerances
	}
	return Features{d, r}, nil
}

// Place returns the first line of the list that shows any of the tolerances in d, a view, and
// its offset in Reply.Raw. ok is false if no line does.
func (f Features) Place(d Tolerance) (line []byte, offset int, ok bool) {
	i := 1
	for l := range listLines(f.reply) {
		if l.tolerances.HasAny(d) {
			line, offset = lineAt(f.reply, i)
			return line, offset, true
		}
		i++
	}
	return nil, 0, false
}

// AppendFeatures appends a 211 reply with a line for each feature: a label, and after a SP
// its parameters, if any. Without features it appends the one-line reply. It fails on an
// empty feature, on a feature that begins or ends in a blank, and on bytes other than ASCII
// 32 to 126 and TAB. RFC 2389 allows a blank at the end, but readers trim it.
func AppendFeatures(dst []byte, features ...string) ([]byte, error) {
	if len(features) == 0 {
		return append(dst, "211 No features\r\n"...), nil
	}
	for _, f := range features {
		if f == "" || isBlank(f[0]) || isBlank(f[len(f)-1]) ||
			bytes.ContainsFunc([]byte(f), func(c rune) bool { return c != '\t' && (c < ' ' || c > '~') }) {
			return dst, appendError(ErrSyntax, f, featuresSource)
		}
	}
	dst = append(dst, "211-Features:\r\n"...)
	for _, f := range features {
		dst = append(append(append(dst, ' '), f...), "\r\n"...)
	}
	return append(dst, "211 End\r\n"...), nil
}

// All yields the features in the order of the list: label and parameters, both views. The
// parameters are the text after the SP, without blanks at the end.
func (f Features) All() iter.Seq2[[]byte, []byte] {
	return func(yield func(label, params []byte) bool) {
		for l := range listLines(f.reply) {
			if len(l.text) > 0 && !yield(cutLabel(l.text)) {
				return
			}
		}
	}
}

// Lookup yields the parameters of each line with that label, views.
func (f Features) Lookup(label string) iter.Seq[[]byte] {
	return func(yield func(params []byte) bool) {
		for l, params := range f.All() {
			if equalFold(l, label) && !yield(params) {
				return
			}
		}
	}
}

// Has reports whether a line has that label: Has("UTF8"), Has("TVFS"), Has("HOST").
func (f Features) Has(label string) bool {
	for range f.Lookup(label) {
		return true
	}
	return false
}

// Values yields the values in the parameters of all lines with that label, views. Values are
// separated by semicolons or blanks, and an asterisk marks some of them:
//
//	MLST type*;size*;media-type;    the facts; marked: sent by default (RFC 3659, section 7.8)
//	LANG EN*;FR                     the languages; marked: the current one (RFC 2640, section 4.3)
//	HASH SHA-256*;MD5               the algorithms; marked: the current one
//	AUTH TLS;TLS-C;SSL;             the mechanisms (RFC 4217, section 6)
//	PROT C;P;                       the protection levels
//	REST STREAM                     the modes (RFC 3659, section 5.4)
//	TYPE A;E;I                      the representation types
func (f Features) Values(label string) iter.Seq2[[]byte, bool] {
	return func(yield func(value []byte, marked bool) bool) {
		for params := range f.Lookup(label) {
			for value := range bytes.FieldsFuncSeq(params, func(c rune) bool { return c == ';' || c == ' ' || c == '\t' }) {
				name, marked := bytes.CutSuffix(value, []byte{'*'})
				if !yield(name, marked) {
					return
				}
			}
		}
	}
}

// HasValue reports whether a line with that label has that value, in any case:
// HasValue("AUTH", "TLS"), HasValue("REST", "STREAM"), HasValue("MLST", "modify").
func (f Features) HasValue(label, value string) bool {
	for v := range f.Values(label) {
		if equalFold(v, value) {
			return true
		}
	}
	return false
}

func (f Features) describe() ([]Field, Tolerance) {
	features := [][]Field{}
	for label, params := range f.All() {
		feature := []Field{{"label", string(label)}}
		if len(params) > 0 {
			feature = append(feature, Field{"params", string(params)})
		}
		features = append(features, feature)
	}
	return []Field{{"features", features}}, f.Tolerances
}

// cutLabel cuts a line of the list at its first SP or TAB.
func cutLabel(text []byte) (label, params []byte) {
	text = bytes.TrimRight(text, " \t")
	n := wordLen(text)
	return text[:n], text[min(n+1, len(text)):]
}

// A listLine is a line of a list without its indent. A blank line has no text.
type listLine struct {
	text       []byte
	tolerances Tolerance
}

// listLines yields the lines of a list of features.
func listLines(r ftpreply.Reply) iter.Seq[listLine] {
	return func(yield func(listLine) bool) {
		for line := range interiorLines(r) {
			l := unindent(line)
			l.judge()
			if !yield(l) {
				return
			}
		}
	}
}

// judge adds the tolerances of the feature. The facts of MLST each end in a ";" (RFC 3659,
// section 7.8).
func (l *listLine) judge() {
	label, params := cutLabel(l.text)
	if bytes.ContainsFunc(label, func(c rune) bool { return 'a' <= c && c <= 'z' }) {
		l.tolerances |= OtherCase
	}
	if isBlank(at(params, 0)) {
		l.tolerances |= ExtraSpace
	}
	if equalFold(label, "MLST") && len(params) > 0 && params[len(params)-1] != ';' {
		l.tolerances |= MissingDelimiter
	}
}

// unindent removes the indent of a line. By the grammar it is one SP.
func unindent(line ftpreply.Line) listLine {
	text := line.Text()
	from := skipBlanks(text, 0)
	l := listLine{text: text[from:]}
	switch {
	case len(line.Prefix()) > 0:
		l.tolerances = CodePrefix
	case len(l.text) == 0:
		l.tolerances = BlankLine
	case from == 0:
		l.tolerances = NoIndent
	case bytes.IndexByte(text[:from], '\t') >= 0:
		l.tolerances = TabIndent
	case from > 1:
		l.tolerances = WideIndent
	}
	if isBlank(at(l.text, len(l.text)-1)) {
		l.tolerances |= TrailingSpace
	}
	return l
}
