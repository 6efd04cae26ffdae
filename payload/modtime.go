package payload

import (
	"time"

	"github.com/ftpreply/ftpreply"
)

// ModTime is the modification time of a file in the 213 to MDTM.
type ModTime struct {
	Time       time.Time // in UTC, by the grammar
	Tolerances Tolerance
}

// ParseModTime reads the time of a 213. It is the first word of the text, or else the last.
//
// A fraction of a second is kept to nanoseconds. For a leap second, which a time.Time cannot
// hold, the next second is given. Both are noted as [InexactTime].
//
// With [ErrYear2000] the ModTime is returned as well, with the year that was meant.
func ParseModTime(r ftpreply.Reply) (ModTime, error) {
	m, d, err := parseAs(r, ftpreply.CodeFileStatus, "RFC 3659, section 3.1", func(text []byte) (ModTime, Tolerance, fault) {
		from, d, f := findNumber(text, timeSource)
		if f.err != nil {
			return ModTime{}, 0, f
		}
		t, end, inexact, f := scanTime(text, from)
		if f.err != nil && f.err != ErrYear2000 {
			return ModTime{}, 0, f
		}
		after, alone := tail(text, end)
		if !alone {
			return ModTime{}, 0, fault{ErrSyntax, from, len(text), timeSource}
		}
		return ModTime{Time: t}, d | inexact | after, f
	})
	m.Tolerances = d
	return m, err
}

// AppendModTime appends a 213 reply with the time in UTC. It fails if the year is not
// between 1000 and 9999.
func AppendModTime(dst []byte, t time.Time) ([]byte, error) {
	if err := checkYear(t); err != nil {
		return dst, err
	}
	dst = appendTime(append(dst, "213 "...), t)
	return append(dst, "\r\n"...), nil
}

func (m ModTime) describe() ([]Field, Tolerance) {
	return []Field{{"time", m.Time.Format(time.RFC3339Nano)}}, m.Tolerances
}
