package transcript

import (
	"bytes"
	"regexp"
	"time"
)

// The beginning of a log line, before the text that a side sent, is its lead. It consists
// of a prefix, which every line has, and of a mark, which says whose text follows. The lines
// of one producer have leads of the same shape: the same sequence of tokens, where a number,
// a time or a level matches any other.
//
//	2026-05-01 10:00:00.123 [pool-4-thread-17] INFO  SENT: 220 ready
//	time                    [word-num -word  -num ] level SENT:_
//
// A shape is a string with a byte for each token that varies, and the bytes of the others.

// A tokenKind is the byte of a shape for one token.
type tokenKind byte

const (
	tokBlanks   tokenKind = iota + 1 // blanks and tabs; the last ones of a lead are literal
	tokNumber                        // letters and digits, among them a digit
	tokLevel                         // a level of logging
	tokName                          // the name of a container, blanks and a bar
	tokDate                          // a time, by its stampForm
	tokYearless                      //
	tokDayTime                       //
	tokLiteral                       // any other bytes
)

// A token is one piece of a line.
type token struct {
	kind tokenKind
	n    int
	time time.Time // of a time
}

// nextToken reads the first token of b, which must not be empty.
func nextToken(b []byte) token {
	if c := b[0]; !isWordByte(c) {
		if !isBlank(c) {
			return token{kind: tokLiteral, n: 1}
		}
		n := 1
		for n < len(b) && isBlank(b[n]) {
			n++
		}
		return token{kind: tokBlanks, n: n}
	}
	if t, form, n := parseStamp(b); n > 0 {
		return token{kind: tokDate + tokenKind(form-stampDate), n: n, time: t}
	}
	n, digits := 0, false
	for n < len(b) && isWordByte(b[n]) {
		digits = digits || b[n]-'0' <= 9
		n++
	}
	if name := containerName(b, n); name > 0 {
		return token{kind: tokName, n: name}
	}
	switch {
	case digits:
		return token{kind: tokNumber, n: n}
	case isLevel(b[:n]):
		return token{kind: tokLevel, n: n}
	default:
		return token{kind: tokLiteral, n: n}
	}
}

// containerName returns the length of what docker compose writes before a line, the name of a
// container and a bar, or 0. The first n bytes of b are of the name.
func containerName(b []byte, n int) int {
	const longest = 64
	for n < len(b) && n < longest && (isWordByte(b[n]) || b[n] == '-' || b[n] == '.') {
		n++
	}
	blanks := n
	for n < len(b) && b[n] == ' ' {
		n++
	}
	if n == blanks || n+1 > len(b) || b[n] != '|' || n+1 < len(b) && b[n+1] != ' ' {
		return 0
	}
	return n + 1
}

var levels = wordSet("TRACE DEBUG VERBOSE INFO INFORMATION NOTICE WARN WARNING ERROR SEVERE CRITICAL FATAL FINE FINER FINEST DBG INF WRN ERR")

// isLevel reports whether a word is a level of logging, in any case.
func isLevel(word []byte) bool {
	var upper [12]byte
	return len(word) <= len(upper) && levels[string(appendUpper(upper[:0], word))]
}

func appendUpper(dst, b []byte) []byte {
	for _, c := range b {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range bytes.FieldsSeq([]byte(words)) {
		set[string(word)] = true
	}
	return set
}

// An anchor is a place in a line where a side's text may begin.
type anchor struct {
	side  Side
	n     int    // bytes of the lead
	shape string // of the lead
}

// The tokens and the anchors of a line that are looked at.
const (
	maxTokens  = 80
	maxAnchors = 6
)

// A leadScanner finds the anchors of lines.
type leadScanner struct {
	shape   []byte
	cuts    []cut
	anchors []anchor
}

// A cut is the end of a token in the line and in the shape.
type cut struct{ n, shape int }

// scan finds the anchors of a line: a reply code, or a verb in upper case, at the
// beginning of a token. The cuts are those before the first anchor. Both are valid until the
// next call.
func (s *leadScanner) scan(line []byte) {
	s.shape, s.cuts, s.anchors = s.shape[:0], s.cuts[:0], s.anchors[:0]
	blanks := 0 // of the last token
	for n := 0; n < len(line) && len(s.anchors) < maxAnchors; {
		rest := line[n:]
		if side, ok := isAnchor(rest); ok {
			s.anchors = append(s.anchors, anchor{side, n, s.shapeAt(line[n-blanks : n])})
		}
		t := nextToken(rest)
		if blanks = 0; t.kind == tokBlanks {
			blanks = t.n
		}
		if rest[0] < ' ' && rest[0] != '\t' && rest[0] != 0x1b || len(s.cuts) == maxTokens {
			return
		}
		if t.kind == tokLiteral {
			s.shape = append(s.shape, rest[:t.n]...)
		} else {
			s.shape = append(s.shape, byte(t.kind))
		}
		n += t.n
		if len(s.anchors) == 0 {
			s.cuts = append(s.cuts, cut{n, len(s.shape)})
		}
	}
}

// shapeAt returns the shape up to here, with its last blanks as they are.
func (s *leadScanner) shapeAt(blanks []byte) string {
	if len(blanks) == 0 {
		return string(s.shape)
	}
	return string(s.shape[:len(s.shape)-1]) + string(blanks)
}

// isAnchor reports whether a reply or a command may begin with b.
func isAnchor(b []byte) (Side, bool) {
	if isCode(b) {
		return Server, true
	}
	if b[0]-'A' < 26 {
		n := 1
		for n < len(b) && (isWordByte(b[n]) || b[n] == '@') {
			n++
		}
		return Client, n >= 3 && (n == len(b) || endsText(b[n]) || b[n] == ' ') && isVerb(b[:n])
	}
	return 0, false
}

// isCode reports whether b begins with a code that servers send, as a word.
func isCode(b []byte) bool {
	return len(b) >= 3 && b[0]-'1' <= 5 && b[1]-'0' <= 5 && b[2]-'0' <= 9 &&
		(len(b) == 3 || b[3] == ' ' || b[3] == '-' || endsText(b[3]))
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// endsText reports whether c may come after a text in a line: CR, a quote, an escaped CR.
func endsText(c byte) bool { return c == '\r' || c == '"' || c == '\'' || c == '\\' }

// A lead matches the leads of one shape.
type lead struct {
	shape  string
	tokens []leadToken
}

type leadToken struct {
	kind    tokenKind
	literal []byte
}

// parseLead is the inverse of the shapes that a leadScanner makes.
func parseLead(shape string) *lead {
	l := &lead{shape: shape}
	for i := range len(shape) {
		kind := tokenKind(shape[i])
		if kind < tokLiteral && kind > 0 {
			l.tokens = append(l.tokens, leadToken{kind: kind})
			continue
		}
		if n := len(l.tokens); n > 0 && l.tokens[n-1].kind == tokLiteral && isBlank(shape[i]) == isBlank(shape[i-1]) {
			l.tokens[n-1].literal = append(l.tokens[n-1].literal, shape[i])
			continue
		}
		l.tokens = append(l.tokens, leadToken{tokLiteral, []byte{shape[i]}})
	}
	return l
}

// A leadMatch has the varying tokens of a lead.
type leadMatch struct {
	n      int       // bytes of the lead
	time   time.Time // of the first time in it
	form   stampForm // of that time
	values [][]byte  // numbers and names, valid as long as the line
}

// match reports whether a line begins with the lead. The last blanks of the lead may be
// missing in a line that has no text after them.
func (l *lead) match(line []byte, m *leadMatch) bool {
	*m = leadMatch{values: m.values[:0]}
	for i := range l.tokens {
		want, rest := &l.tokens[i], line[m.n:]
		if want.kind == tokLiteral {
			if !bytes.HasPrefix(rest, want.literal) {
				return len(rest) == 0 && i == len(l.tokens)-1 && i > 0 && len(bytes.Trim(want.literal, " \t")) == 0
			}
			m.n += len(want.literal)
			continue
		}
		if len(rest) == 0 {
			return false
		}
		t := nextToken(rest)
		switch {
		case t.kind != want.kind && !(want.kind == tokNumber && t.kind != tokBlanks && isWordByte(rest[0])):
			return false
		case want.kind >= tokDate:
			if m.form == noStamp {
				m.time, m.form = t.time, stampDate+stampForm(want.kind-tokDate)
			}
		case want.kind != tokBlanks && want.kind != tokLevel:
			m.values = append(m.values, rest[:t.n])
		}
		m.n += t.n
	}
	return true
}

// A leadLine is a line of a dialogue with the values of its lead.
type leadLine struct {
	values []string
	side   Side
	greets bool // it is a greeting, or a refusal to serve
}

func newLeadLine(values [][]byte, side Side, text []byte) leadLine {
	l := leadLine{side: side, greets: side == Server && opening.Match(text)}
	for _, v := range values {
		l.values = append(l.values, string(v))
	}
	return l
}

// opening is what a server says first (RFC 959, section 5.4).
var opening = regexp.MustCompile(`^(?:[12]20|421)[ -]`)

// sessionColumns returns the indexes of the values that distinguish the connections of a log.
// Such a value comes again, with both sides; and either another connection's lines come
// between its lines, or each new value begins with a greeting. The name of a user, which
// changes at the login, and a counter are no such values.
func sessionColumns(lines []leadLine) (columns []int) {
	if len(lines) == 0 {
		return nil
	}
	for i := range lines[0].values {
		if isSessionColumn(lines, i) {
			columns = append(columns, i)
		}
	}
	return columns
}

func isSessionColumn(lines []leadLine, i int) bool {
	type session struct {
		lines int
		sides [2]bool
	}
	sessions := map[string]*session{}
	last, interleaved, begins := "", false, true
	for n, l := range lines {
		v := l.values[i]
		s := sessions[v]
		if s == nil {
			s = &session{}
			sessions[v] = s
			begins = begins && (n == 0 || l.greets)
		} else if v != last {
			interleaved = true
		}
		s.lines++
		s.sides[l.side] = true
		last = v
	}
	both := 0
	for _, s := range sessions {
		if s.sides == [2]bool{true, true} {
			both += s.lines
		}
	}
	return len(sessions) > 1 && len(lines) >= 2*len(sessions) && 5*both >= 4*len(lines) && (interleaved || begins)
}
