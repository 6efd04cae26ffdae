package payload

import "time"

const timeSource = "RFC 3659, section 2.3"

// checkYear returns an error for a time that time-val cannot express.
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

// The fields after the year.
const (
	month = iota
	day
	hour
	minute
	second
)

// timeLimits has their ranges. Second 60 is a leap second. It is accepted in any minute,
// because servers that give local time have it in any hour.
var timeLimits = [...]struct{ least, most int }{month: {1, 12}, day: {1, 31}, hour: {0, 23}, minute: {0, 59}, second: {0, 60}}

// scanTime reads the time-val at text[i]: 14 digits, or 15 with the year-2000 bug, and
// perhaps a fraction. end is the index after it. With ErrYear2000 the time is the one that
// was meant.
func scanTime(text []byte, i int) (t time.Time, end int, d Tolerance, f fault) {
	digits := i
	for digits < len(text) && isDigit(text[digits]) {
		digits++
	}
	year, next := 0, i+4
	switch {
	case digits-i == 15 && string(text[i:i+3]) == "191":
		next = i + 5
		year, f = 2000+twoDigits(text, i+3), fault{ErrYear2000, i, next, timeSource}
	case digits-i != 14:
		return t, i, 0, fault{ErrSyntax, i, digits, timeSource}
	default:
		year = twoDigits(text, i)*100 + twoDigits(text, i+2)
	}
	if year < 1000 {
		return t, i, 0, fault{ErrRange, i, next, timeSource}
	}
	var fields [len(timeLimits)]int
	for j, limits := range timeLimits {
		n := twoDigits(text, next+2*j)
		if n < limits.least || n > limits.most || j == day && n > 28 && n > daysIn(year, fields[month]) {
			return t, i, 0, fault{ErrRange, next + 2*j, next + 2*j + 2, timeSource}
		}
		fields[j] = n
	}
	nanoseconds, end, d := scanFraction(text, digits)
	if fields[second] == 60 {
		d |= InexactTime
	}
	t = time.Date(year, time.Month(fields[month]), fields[day],
		fields[hour], fields[minute], fields[second], nanoseconds, time.UTC)
	return t, end, d, f
}

// twoDigits returns the number text[i:i+2].
func twoDigits(text []byte, i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }

// daysIn returns the number of days of the month. Day 0 of the next month is its last day.
func daysIn(year, month int) int {
	return time.Date(year, time.Month(month+1), 0, 0, 0, 0, 0, time.UTC).Day()
}

// scanFraction reads a full stop and digits at text[i], cut to nanoseconds. A full stop
// without a digit is not a fraction.
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
