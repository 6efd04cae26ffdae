package payload

import (
	"time"

	"github.com/ftpreply/ftpreply"
)

const factTimeSource = "draft-somers-ftp-mfxx, sections 3 and 4; RFC 3659, section 2.3"

// FactTime is the time that a server has set, in its 213 to MFMT or MFCT. It may differ from
// the one in the command.
type FactTime struct {
	Fact       []byte // "Modify" or "Create", in any case; a view of the reply
	Time       time.Time
	Path       []byte // as [Path.Name], without quotes; nil if the reply has no path
	Tolerances Tolerance
}

// ParseFactTime reads the 213 of MFMT ("Modify=20020717210715; a.txt") and MFCT
// ("Create="). Several servers answer in words, for which the error is [ErrMissing].
//
// With [ErrYear2000] and [ErrUnsafePath] the FactTime is returned as well.
func ParseFactTime(r ftpreply.Reply) (FactTime, error) {
	t, d, err := parseAs(r, ftpreply.CodeFileStatus, factTimeSource, func(text []byte) (FactTime, Tolerance, fault) {
		from := skipBlanks(text, 0)
		equals := from + factNameLen(text[from:])
		if equals == from || at(text, equals) != '=' || !isDigit(at(text, equals+1)) {
			return FactTime{}, 0, fault{ErrMissing, 0, len(text), factTimeSource}
		}
		when, end, d, f := scanTime(text, equals+1)
		if f.err != nil && f.err != ErrYear2000 {
			return FactTime{}, 0, f
		}
		if from > 0 {
			d |= ExtraSpace
		}
		if at(text, end) == ';' {
			end++
		} else {
			d |= MissingDelimiter
		}
		t := FactTime{Fact: text[from:equals:equals], Time: when}
		if end == len(text) {
			return t, d, f
		}
		if text[end] != ' ' {
			return FactTime{}, 0, fault{ErrSyntax, end, len(text), factTimeSource}
		}
		path, tab, unsafe := decodePathname(text, end+1, len(text), pathSource)
		t.Path = path
		d |= tab
		if f.err == nil {
			f = unsafe
		}
		return t, d, f
	})
	t.Tolerances = d
	return t, err
}

// AppendFactTime appends a 213 reply with the fact, its time in UTC and the path. It fails
// if the fact is not a word of letters, digits, full stops and hyphens, if the year is not
// between 1000 and 9999, and on a NUL or a LF in the path.
func AppendFactTime(dst []byte, fact string, t time.Time, path string) ([]byte, error) {
	if fact == "" || factNameLen([]byte(fact)) < len(fact) {
		return dst, appendError(ErrSyntax, fact, factTimeSource)
	}
	if err := checkYear(t); err != nil {
		return dst, err
	}
	name, err := appendPathname(nil, path)
	if err != nil {
		return dst, err
	}
	dst = append(append(append(dst, "213 "...), fact...), '=')
	dst = append(append(appendTime(dst, t), "; "...), name...)
	return append(dst, "\r\n"...), nil
}

// factNameLen returns the length of the fact name at the start of b.
func factNameLen(b []byte) int {
	for i, c := range b {
		if !isDigit(c) && !isLetter(c) && c != '.' && c != '-' {
			return i
		}
	}
	return len(b)
}
