package transcript

import (
	"bytes"
	"regexp"
	"time"
)

// A syslogLine is a line of a log that syslog or journald keeps, taken apart.
type syslogLine struct {
	time     time.Time
	yearless bool   // RFC 3164 has neither year nor zone
	host     string // "" when left out
	tag, pid string // of the program; pid may be ""
	text     []byte // the message
}

// A priority may come first (RFC 5424, section 6.2.1). Of the three, the first is the
// wire form of RFC 5424; the others are what daemons and journalctl write to files, with
// the time of RFC 3164 or of RFC 3339, and the host perhaps left out. The syslogd of busybox
// writes facility and level after the host.
var (
	syslogWire = regexp.MustCompile(`^<\d{1,3}>1 (\S+) (\S+) (\S+) (\S+) \S+ (?:-|(?:\[(?:[^\]\\]|\\.)*\])+) ?(?:\xef\xbb\xbf)?`)
	syslogOld  = regexp.MustCompile(`^(?:<\d{1,3}>)?([A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d(?:\.\d+)?) (?:([^\s\[\]]*[^\s\[\]:]) )?(?:[a-z]+\d?\.[a-z]+ )?([A-Za-z_/(][^\s:\[\]]*)(?:\[(\d+)\])?: ?`)
	syslogNew  = regexp.MustCompile(`^(?:<\d{1,3}>)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)) (?:([^\s\[\]]*[^\s\[\]:]) )?([A-Za-z_/(][^\s:\[\]]*)(?:\[(\d+)\])?: ?`)
)

// parseSyslog takes a line apart, if it is one.
func parseSyslog(line []byte) (s syslogLine, ok bool) {
	for _, shape := range []*regexp.Regexp{syslogOld, syslogNew, syslogWire} {
		m := shape.FindSubmatch(line)
		if m == nil {
			continue
		}
		s.time, s.yearless, ok = syslogTime(string(m[1]))
		s.host, s.tag, s.pid = string(m[2]), string(m[3]), string(m[4])
		s.text = line[len(m[0]):]
		if shape == syslogNew && s.host == "" && s.pid == "" && line[0] != '<' {
			return s, false // a time and a word before a colon
		}
		return s, ok && !bytes.HasPrefix(s.text, []byte{':'}) // Net::FTP is no program
	}
	return s, false
}

func syslogTime(s string) (t time.Time, yearless, ok bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, false, true
		}
	}
	t, err := time.Parse("Jan _2 15:04:05", s)
	return t, true, err == nil
}

// withoutSyslog takes the prefix from all lines, if all have one.
func withoutSyslog(text []byte) ([]byte, bool) {
	bare := make([]byte, 0, len(text))
	found := false
	for line := range bytes.SplitAfterSeq(text, []byte{'\n'}) {
		s, ok := parseSyslog(line)
		switch {
		case ok:
			found = true
			bare = append(bare, s.text...)
		case isJournalNote(line):
		default:
			return text, false
		}
	}
	if !found {
		return text, false
	}
	return bare, true
}

// isJournalNote: journalctl writes "-- Boot 1b4e28ba --", and a blank line says nothing.
func isJournalNote(line []byte) bool {
	return len(bytes.TrimSpace(line)) == 0 || bytes.HasPrefix(line, []byte("-- "))
}

// A countedClock turns times that lack the day or the year into times since the first.
type countedClock struct {
	first, last time.Time
	wrap        time.Duration // the meaning of a step back: a day, a year
}

const (
	day      = 24 * time.Hour
	leapYear = 366 * day // which year 0 is, that of a time without one
)

func (c *countedClock) at(t time.Time) time.Time {
	if c.first.IsZero() {
		c.first, c.last = t, t
	}
	// A step back by less is two writers out of order.
	for c.last.Sub(t) > c.wrap/2 {
		t = t.Add(c.wrap)
	}
	if t.After(c.last) {
		c.last = t
	}
	return Epoch.Add(t.Sub(c.first))
}
