package payload

import (
	"time"

	"github.com/ftpreply/ftpreply"
)

const (
	timeSource     = "RFC 3659, section 2.3"
	factTimeSource = "draft-somers-ftp-mfxx, sections 3 and 4; RFC 3659, section 2.3"
)

// ModTime is the modification time of a file as a 213 gives it, the reply to MDTM.
type ModTime struct {
	Time       time.Time // in UTC, by the grammar
	Tolerances Tolerance
}

// ParseModTime reads the time of a 213. It is the first word of the text, or else
// the last.
//
// A fraction of a second is kept to nanoseconds. For a leap second, which a
// time.Time cannot hold, the second behind it is given; both are noted as [InexactTime].
//
// With [ErrYear2000] the ModTime is returned all the same, with the year that was meant.
func ParseModTime(r ftpreply.Reply) (ModTime, error) {
	other, err := checkCode(r, ftpreply.CodeFileStatus, "RFC 3659, section 3.1")
	if err != nil {
		return ModTime{}, err
	}
	m, d, err := parseLines(r, readModTime)
	m.Tolerances = d | other
	return m, err
}

// AppendModTime appends a 213 reply with the time in UTC. It fails when the year is
// not between 1000 and 9999.
func AppendModTime(dst []byte, t time.Time) ([]byte, error) {
	if err := checkYear(t); err != nil {
		return dst, err
	}
	dst = appendTime(append(dst, "213 "...), t)
	return append(dst, "\r\n"...), nil
}

// FactTime is a time that was set, as a 213 to MFMT or MFCT gives it. It may differ
// from the one that the command asked for.
type FactTime struct {
	Fact       []byte // "Modify" or "Create", in any case; a view of the reply
	Time       time.Time
	Path       []byte // as [Path.Name], without quotes; nil when there is none
	Tolerances Tolerance
}

// ParseFactTime reads the 213 of MFMT ("Modify=20020717210715; a.txt") and MFCT
// ("Create="). Several servers answer in words, which is [ErrMissing].
//
// With [ErrYear2000] and [ErrUnsafePath] the FactTime is returned all the same.
func ParseFactTime(r ftpreply.Reply) (FactTime, error) {
	other, err := checkCode(r, ftpreply.CodeFileStatus, factTimeSource)
	if err != nil {
		return FactTime{}, err
	}
	t, d, err := parseLines(r, readFactTime)
	t.Tolerances = d | other
	return t, err
}

// AppendFactTime appends a 213 reply with the fact, its time in UTC and the path. It
// fails when the fact is no word of letters, digits, full stops and hyphens, when the year is not between 1000 and 9999,
// and on a NUL or a LF in the path.
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

// checkYear is the error of a time that time-val cannot say.
func checkYear(t time.Time) error {
	if year := t.UTC().Year(); year < 1000 || year > 9999 {
		return appendError(ErrRange, t, timeSource)
	}
	return nil
}

// appendTime appends a time-val: 14 digits and, unless it is 0, a fraction.
func appendTime(dst []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(dst, "20060102150405.999999999")
}

// readModTime reads the time of a text.
func readModTime(text []byte) (ModTime, Tolerance, fault) {
	if t, ok := plainTime(text); ok {
		return ModTime{Time: t}, 0, fault{}
	}
	return findModTime(text)
}

// plainTime reads a text that is 14 digits and perhaps a fraction, as nearly all are, in
// half the time; ok is false for every other text, at the end of a month, and for a leap
// second.
func plainTime(text []byte) (t time.Time, ok bool) {
	const whole = len("20060102150405")
	if len(text) < whole || len(text) > whole+len(".999999999") {
		return t, false
	}
	nanoseconds, end, _ := scanFraction(text, whole)
	for _, c := range text[:whole] {
		if !isDigit(c) {
			return t, false
		}
	}
	year := twoDigits(text, 0)*100 + twoDigits(text, 2)
	month, day := twoDigits(text, 4), twoDigits(text, 6)
	hour, minute, second := twoDigits(text, 8), twoDigits(text, 10), twoDigits(text, 12)
	if end < len(text) || year < 1000 || month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59 {
		return t, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanoseconds, time.UTC), true
}

// findModTime reads the time in whatever stands around it.
func findModTime(text []byte) (ModTime, Tolerance, fault) {
	from, d, f := findNumber(text, timeSource)
	if f.err != nil {
		return ModTime{}, 0, f
	}
	t, end, inexact, f := scanTime(text, from)
	if f.err != nil && f.err != ErrYear2000 {
		return ModTime{}, 0, f
	}
	behind, alone := tail(text, end)
	if !alone {
		return ModTime{}, 0, fault{ErrSyntax, from, len(text), timeSource}
	}
	return ModTime{Time: t}, d | inexact | behind, f
}

// readFactTime reads "Fact=time; path".
func readFactTime(text []byte) (FactTime, Tolerance, fault) {
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
	path, unsafe := decodePathname(text, end+1, len(text), pathSource)
	t.Path = path
	if f.err == nil {
		f = unsafe
	}
	return t, d, f
}

// factNameLen is the length of the fact name that b begins with.
func factNameLen(b []byte) int {
	for i, c := range b {
		if !isDigit(c) && (lower(c) < 'a' || lower(c) > 'z') && c != '.' && c != '-' {
			return i
		}
	}
	return len(b)
}

// scanTime reads the time-val that begins at text[i]; end is the index behind it.
// With ErrYear2000 the time is the one that was meant.
func scanTime(text []byte, i int) (t time.Time, end int, d Tolerance, f fault) {
	year, next, f := scanYear(text, i)
	if year == 0 {
		return t, i, 0, f
	}
	var fields [len(timeLimits)]int
	if bad := scanFields(&fields, text, next, year); bad.err != nil {
		return t, i, 0, bad
	}
	nanoseconds, end, d := scanFraction(text, next+2*len(fields))
	if fields[second] == 60 {
		d |= InexactTime
	}
	t = time.Date(year, time.Month(fields[month]), fields[day],
		fields[hour], fields[minute], fields[second], nanoseconds, time.UTC)
	return t, end, d, f
}

// scanYear reads the year of the time-val at text[i], which has 14 digits, or 15
// with the year-2000 bug; next is the index behind it. The year is 0 when it cannot be read.
func scanYear(text []byte, i int) (year, next int, f fault) {
	end := i
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	switch {
	case end-i == 15 && string(text[i:i+3]) == "191":
		next = i + 5
		return 2000 + twoDigits(text, i+3), next, fault{ErrYear2000, i, next, timeSource}
	case end-i != 14:
		return 0, i, fault{ErrSyntax, i, end, timeSource}
	}
	year, next = twoDigits(text, i)*100+twoDigits(text, i+2), i+4
	if year < 1000 {
		return 0, i, fault{ErrRange, i, next, timeSource}
	}
	return year, next, fault{}
}

// The fields behind the year.
const (
	month = iota
	day
	hour
	minute
	second
)

// timeLimits are their ranges. Second 60 is a leap second; it is taken in any
// minute, since servers that give local time have it in any hour.
var timeLimits = [...]struct{ least, most int }{month: {1, 12}, day: {1, 31}, hour: {0, 23}, minute: {0, 59}, second: {0, 60}}

// scanFields reads the fields that begin at text[i], two digits each.
func scanFields(fields *[len(timeLimits)]int, text []byte, i, year int) fault {
	for j := range timeLimits {
		n := twoDigits(text, i+2*j)
		if n < timeLimits[j].least || n > timeLimits[j].most || j == day && n > 28 && n > daysIn(year, fields[month]) {
			return fault{ErrRange, i + 2*j, i + 2*j + 2, timeSource}
		}
		fields[j] = n
	}
	return fault{}
}

// twoDigits gives the number text[i:i+2].
func twoDigits(text []byte, i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }

// daysIn is the number of days of the month: day 0 of the next one is its last.
func daysIn(year, month int) int {
	return time.Date(year, time.Month(month+1), 0, 0, 0, 0, 0, time.UTC).Day()
}

// scanFraction reads a full stop and digits at text[i], cut to nanoseconds. A full
// stop without a digit is no fraction.
func scanFraction(text []byte, i int) (nanoseconds, end int, d Tolerance) {
	if at(text, i) != '.' || !isDigit(at(text, i+1)) {
		return 0, i, 0
	}
	scale := int(time.Second)
	for end = i + 1; end < len(text) && isDigit(text[end]); end++ {
		scale /= 10
		nanoseconds += int(text[end]-'0') * scale
		if scale == 0 && text[end] != '0' {
			d = InexactTime
		}
	}
	return nanoseconds, end, d
}
