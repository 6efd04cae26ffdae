package transcript

import (
	"bytes"
	"time"
)

// A stampForm says how much of a time a log writes.
type stampForm uint8

const (
	noStamp       stampForm = iota
	stampDate               // a date with its year, and a time of day
	stampYearless           // a day and a month, and a time of day
	stampDayTime            // a time of day
)

// clock returns what the times of this form count from.
func (f stampForm) clock() Clock {
	switch f {
	case noStamp:
		return NoClock
	case stampDate:
		return AbsoluteClock
	default:
		return RelativeClock
	}
}

// parseStamp reads a time at the start of b, in any of the forms that loggers, terminals
// and CI systems write. It returns the number of bytes, 0 if b does not begin with a time.
// A time without a zone is taken for UTC. A time without a year has the year 0, and a time
// without a date has January 1 of that year.
//
// Of a date such as 3/12/2026 the first number is the day, unless AM or PM follows the time,
// or the second number is above 12.
func parseStamp(b []byte) (t time.Time, form stampForm, n int) {
	if len(b) < 8 {
		return t, noStamp, 0
	}
	p := stampParser{b: b, month: 1, day: 1}
	if !p.epoch() && !(p.date() && p.timeOfDay()) {
		return t, noStamp, 0
	}
	if p.form != noStamp {
		p.order()
		if p.month < 1 || p.month > 12 || p.day < 1 || p.day > 31 {
			return t, noStamp, 0
		}
		t = time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.nanos, time.UTC)
		return t.Add(-p.zone), p.form, p.n
	}
	return time.Unix(p.seconds, int64(p.nanos)).UTC(), stampDate, p.n
}

// A stampParser reads a time from b. Bytes up to n have been read.
type stampParser struct {
	b    []byte
	n    int
	form stampForm // noStamp for the seconds of the Unix epoch

	year, month, day            int
	hour, minute, second, nanos int
	zone                        time.Duration // east of UTC
	seconds                     int64         // of the Unix epoch

	slashed bool // the date has slashes, so that the month may come first
	twelve  byte // A or P of AM or PM
}

// number reads least to most digits, and reports whether no further digit follows.
func (p *stampParser) number(least, most int, to *int) bool {
	from, v := p.n, 0
	for p.n < len(p.b) && p.b[p.n]-'0' <= 9 && p.n-from < most {
		v = v*10 + int(p.b[p.n]-'0')
		p.n++
	}
	*to = v
	return p.n-from >= least && (p.n == len(p.b) || p.b[p.n]-'0' > 9)
}

// one reads one byte of set, and returns it, or 0.
func (p *stampParser) one(set string) byte {
	if p.n < len(p.b) && bytes.IndexByte([]byte(set), p.b[p.n]) >= 0 {
		p.n++
		return p.b[p.n-1]
	}
	return 0
}

// name reads a name of a list of three-letter names, and returns its number from 1, or 0.
func (p *stampParser) name(list string) int {
	if p.n+3 > len(p.b) {
		return 0
	}
	for i := 0; i < len(list); i += 3 {
		if string(p.b[p.n:p.n+3]) == list[i:i+3] {
			p.n += 3
			return i/3 + 1
		}
	}
	return 0
}

const (
	monthNames   = "JanFebMarAprMayJunJulAugSepOctNovDec"
	weekdayNames = "MonTueWedThuFriSatSun"
)

// epoch reads seconds of the Unix epoch with a fraction, as tcpdump -tt writes them.
func (p *stampParser) epoch() bool {
	const digits = 10
	if len(p.b) < digits+2 || p.b[digits] != '.' || p.b[0] == '0' {
		return false
	}
	var seconds int
	if !p.number(digits, digits, &seconds) || !p.fraction() {
		p.n, p.nanos = 0, 0
		return false
	}
	p.seconds = int64(seconds)
	return true
}

// date reads a date and what separates it from the time of day. Without a date it reads
// nothing.
func (p *stampParser) date() bool {
	if c := p.b[0]; c-'0' > 9 {
		return 'A' <= c && c <= 'Z' && p.namedDate()
	}
	first, second := 0, 0
	if !p.number(1, 4, &first) {
		return false
	}
	long := p.n == 4
	sep := p.one("-/.: ")
	switch {
	case sep == ':' && !long:
		p.n, p.form = 0, stampDayTime // no date
		return true
	case sep == 0 || sep == ':':
		return false
	case p.name(monthNames) > 0: // 22/Nov/2026:10:23:06, 22 Nov 2026 10:23:06
		p.n -= 3
		p.day, p.month, p.form = first, p.name(monthNames), stampDate
		return !long && p.one("-/ ") != 0 && p.number(4, 4, &p.year) && p.one(": ") != 0
	case sep == ' ' || !p.number(1, 2, &second):
		return false
	}
	if p.n < len(p.b) && p.b[p.n] == sep {
		return p.numericDate(sep, long, first, second)
	}
	p.month, p.day, p.form = first, second, stampYearless // 08-28 21:20:12
	p.slashed = sep == '/'
	return !long && sep != '.' && p.one(" ") != 0
}

// numericDate reads the last of three numbers of a date.
func (p *stampParser) numericDate(sep byte, long bool, first, second int) bool {
	p.n++
	third, from := 0, p.n
	if !p.number(1, 4, &third) {
		return false
	}
	p.form = stampDate
	switch {
	case long:
		p.year, p.month, p.day = first, second, third
	case p.n-from == 4:
		p.day, p.month, p.year = first, second, third
		p.slashed = sep == '/'
	case sep == '-': // 26-02-01
		p.year, p.month, p.day = 2000+first, second, third
	default:
		p.day, p.month, p.year = first, second, 2000+third
		p.slashed = sep == '/'
	}
	sepTime := p.one("T ,-")
	if sepTime == ',' {
		p.one(" ")
	}
	return sepTime != 0 && p.n-from <= 6
}

// namedDate reads dates that begin with the name of a day or a month.
func (p *stampParser) namedDate() bool {
	if p.name(weekdayNames) > 0 {
		p.one(",")
		if p.one(" ") == 0 {
			return false
		}
	}
	p.form = stampYearless
	if p.month = p.name(monthNames); p.month == 0 { // Sun, 22 Nov 2026 10:23:15
		p.form = stampDate
		if !p.number(1, 2, &p.day) || p.one(" ") == 0 {
			return false
		}
		p.month = p.name(monthNames)
		return p.month > 0 && p.one(" ") != 0 && p.number(4, 4, &p.year) && p.one(" ") != 0
	}
	if p.one(" ") == 0 {
		return false
	}
	p.one(" ")
	if !p.number(1, 2, &p.day) {
		return false
	}
	if p.one(",") != 0 { // Nov 22, 2026 10:23:15
		p.form = stampDate
		return p.one(" ") != 0 && p.number(4, 4, &p.year) && p.one(" ") != 0
	}
	return p.one(" ") != 0
}

// timeOfDay reads a time of day, and what follows it: a fraction, AM or PM, the year after a
// named date, a zone.
func (p *stampParser) timeOfDay() bool {
	if !p.number(1, 2, &p.hour) || p.one(":") == 0 || !p.number(2, 2, &p.minute) || p.one(":") == 0 || !p.number(2, 2, &p.second) ||
		p.hour > 23 || p.minute > 59 || p.second > 60 {
		return false
	}
	p.fraction()
	if p.follows("AM", "am") {
		p.twelve, p.hour = 'A', p.hour%12
	} else if p.follows("PM", "pm") {
		p.twelve, p.hour = 'P', p.hour%12+12
	}
	if p.form == stampYearless && p.n+5 <= len(p.b) && p.b[p.n] == ' ' && p.month > 0 && !p.slashed {
		at, year := p.n, 0
		p.n++
		if p.number(4, 4, &year) && year >= 1970 && p.b[0]-'0' > 9 {
			p.year, p.form = year, stampDate
		} else {
			p.n = at
		}
	}
	p.readZone()
	return p.n == len(p.b) || !isWordByte(p.b[p.n])
}

// follows reads one of the words after at most one blank.
func (p *stampParser) follows(words ...string) bool {
	rest := bytes.TrimPrefix(p.b[p.n:], []byte{' '})
	for _, w := range words {
		if bytes.HasPrefix(rest, []byte(w)) && (len(rest) == len(w) || !isWordByte(rest[len(w)])) {
			p.n = len(p.b) - len(rest) + len(w)
			return true
		}
	}
	return false
}

// fraction reads a fraction of a second.
func (p *stampParser) fraction() bool {
	if p.n+1 >= len(p.b) || p.b[p.n] != '.' && p.b[p.n] != ',' || p.b[p.n+1]-'0' > 9 {
		return false
	}
	p.n++
	unit := int(100 * time.Millisecond)
	for ; p.n < len(p.b) && p.b[p.n]-'0' <= 9; p.n++ {
		p.nanos += int(p.b[p.n]-'0') * unit
		unit /= 10
	}
	return true
}

// readZone reads Z, UTC, GMT, or an offset such as +0100 or -08:00.
func (p *stampParser) readZone() {
	if p.follows("Z", "UTC", "GMT") {
		return
	}
	at := p.n
	p.one(" ")
	sign, hours, minutes := p.one("+-"), 0, 0
	if sign != 0 && p.n+4 <= len(p.b) {
		colon := p.b[p.n+2] == ':'
		digits := p.n
		if colon && p.number(2, 2, &hours) && p.one(":") != 0 && p.number(2, 2, &minutes) || !colon && p.number(4, 4, &hours) && p.n == digits+4 {
			if !colon {
				hours, minutes = hours/100, hours%100
			}
			if hours <= 14 && minutes < 60 {
				p.zone = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
				if sign == '-' {
					p.zone = -p.zone
				}
				return
			}
		}
	}
	p.n = at
}

// order puts day and month right where the month came first.
func (p *stampParser) order() {
	if p.slashed && p.form == stampDate && (p.twelve != 0 || p.month > 12) {
		p.day, p.month = p.month, p.day
	}
}

// isWordByte reports whether c is a letter, a digit, or of a character beyond ASCII.
func isWordByte(c byte) bool {
	return c-'0' <= 9 || (c|0x20)-'a' < 26 || c >= 0x80 || c == '_'
}
