package transcript

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// Many programs write a line for each command and each reply, with a mark that distinguishes the two
// sides apart:
//
//	2026-05-01 10:00:00 [conn 7] SENT: 220 ready
//	2026-05-01 10:00:01 [conn 7] RECEIVED: USER u
//
// The marks are learned from the first lines, or given by the user.
var generic = Format{
	Name:       "generic",
	Producer:   "any program that puts marks before commands and replies",
	Recognised: "the same words or signs before all replies, and others before all commands; no other format has more lines",
	Loses:      "8-bit text, perhaps; lines that the program has left out",
	Keeps:      fidelity.LineStarts | fidelity.Texts | fidelity.BothSides,
	Clock:      NoClock,
	recognise:  func([]byte) int { return 0 },
	decode: func(in *input) func(*Event) error {
		return lines(func() lineLog { return &genericLog{marks: in.marks, sessions: map[string]*session{}} })(in)
	},
}

// Marks are the texts that a log has before commands and replies. The zero Marks are
// unknown.
type Marks struct {
	Reply   string // before replies
	Command string // before commands; "" if the log has none, or if they are told apart by their verb alone
	Time    string // the layout of the times before the marks, as package time has it; "" finds the usual ones
	Session string // a regular expression for the name of the connection in a line: its first group, or all of it

	learned *learnedMarks
}

// IsZero reports whether neither mark is known.
func (m *Marks) IsZero() bool { return m.Reply == "" && m.Command == "" && m.learned == nil }

// String describes the marks in a sentence.
func (m *Marks) String() string {
	if m.IsZero() {
		return "no marks"
	}
	s := fmt.Sprintf("replies after %q", m.Reply)
	if m.Command != "" {
		s += fmt.Sprintf(", commands after %q", m.Command)
	} else if m.learned == nil || m.learned.command != nil {
		s += ", commands by their verbs"
	}
	if m.Session != "" {
		s += fmt.Sprintf(", connections by %q", m.Session)
	}
	if m.Time != "" {
		s += ", times like " + m.Time
	}
	return s
}

// learnedMarks are marks with all that comes before them.
type learnedMarks struct {
	reply, command []*lead
	columns        []int // the values of a lead that distinguish connections
	lines          int   // that are explained
	form           stampForm
	quote          byte // around the texts, or 0
	escaped        bool // the texts end in an escaped line end
	continued      bool // further lines of a reply come without a lead
	anyCommand     bool // nearly all that comes after the mark of commands is one
	whole          bool // a multi-line reply was there to its last line
}

// seen returns generic with what a log with these marks keeps, in wrappings with a clock.
func (l *learnedMarks) seen(own Format, clock Clock) (f *Format, foreign bool) {
	own.Clock = l.form.clock()
	if foreign = own.Clock == NoClock; foreign {
		own.Clock = clock
	}
	if l.whole {
		own.Keeps |= fidelity.AllLines
	}
	if l.command == nil {
		own.Keeps &^= fidelity.BothSides
	}
	return &own, foreign
}

// A spoken is a line of a log that one side has sent.
type spoken struct {
	side   Side
	text   []byte
	values [][]byte
	time   time.Time
	form   stampForm
}

// read takes a line apart.
func (l *learnedMarks) read(line []byte, open bool, m *leadMatch) (s spoken, ok bool) {
	for _, command := range l.command {
		if command.match(line, m) && (l.anyCommand || isCommand(bytes.TrimRight(l.unquote(line[m.n:]), " "))) {
			return spoken{Client, l.unquote(line[m.n:]), m.values, m.time, m.form}, true
		}
	}
	for _, reply := range l.reply {
		if reply.match(line, m) {
			text := l.unquote(line[m.n:])
			if open || beginsReply(text) {
				return spoken{Server, text, m.values, m.time, m.form}, true
			}
		}
	}
	return s, false
}

// unquote takes from a text the quotes or the escaped line end that all texts have.
func (l *learnedMarks) unquote(text []byte) []byte {
	if l.quote != 0 {
		quoted, _, err := unquote(append([]byte{l.quote}, text...))
		if err != nil {
			return text
		}
		return bytes.TrimRight(quoted, "\r\n")
	}
	if l.escaped {
		text = bytes.TrimSuffix(text, []byte(`\n`))
		text = bytes.TrimSuffix(text, []byte(`\r`))
	}
	return text
}

// A genericLog decodes a log by its marks.
type genericLog struct {
	marks    *Marks
	sessions map[string]*session
	last     *session
	match    leadMatch
	session  *regexp.Regexp
}

func (l *genericLog) line(line []byte, out *emitter) error {
	s, ok := l.read(line)
	if !ok {
		if l.last != nil && l.last.replies.open && l.marks.learned != nil && l.marks.learned.continued {
			l.last.server(out, line)
		}
		return nil
	}
	if s.form != noStamp {
		out.at(out.stampTime(&leadMatch{time: s.time, form: s.form}))
	}
	l.last = l.of(line, s.values)
	for text := range bytes.SplitSeq(s.text, []byte{'\n'}) {
		if s.side == Client {
			l.last.client(out, text)
		} else {
			l.last.server(out, bytes.TrimRight(text, "\r"))
		}
	}
	return nil
}

func (l *genericLog) read(line []byte) (spoken, bool) {
	open := l.last != nil && l.last.replies.open
	if l.marks.learned != nil {
		if len(l.marks.learned.columns) > 0 {
			open = true // on which connection is not known yet
		}
		return l.marks.learned.read(line, open, &l.match)
	}
	return l.marks.read(line, open)
}

// of is the session of a line.
func (l *genericLog) of(line []byte, values [][]byte) *session {
	id := ""
	if l.marks.learned != nil {
		for _, i := range l.marks.learned.columns {
			if i < len(values) {
				id += string(values[i]) + " "
			}
		}
	} else if l.marks.Session != "" {
		if l.session == nil {
			l.session = regexp.MustCompile(l.marks.Session) // compiled by OpenMarks before
		}
		if m := l.session.FindSubmatch(line); m != nil {
			id = string(m[len(m)-1])
		}
	}
	s := known(l.sessions, id)
	s.habit.noQuit = true
	return s
}

// read takes a line apart by the marks that a user has given.
func (m *Marks) read(line []byte, open bool) (s spoken, ok bool) {
	reply, command := markIndex(line, m.Reply), markIndex(line, m.Command)
	isReply := reply >= 0 && (m.Reply != "" || open || beginsReply(line))
	isClient := command >= 0 && (m.Command != "" || isCommand(line))
	switch {
	case isReply && isClient && m.Reply == m.Command:
		isReply = !isCommand(line[command:])
	case isReply && isClient && m.Reply != "" && m.Command != "":
		isReply = reply < command // the other mark is of the text
	case isReply && isClient:
		isReply = m.Reply != ""
	}
	switch {
	case isReply:
		s.side, s.text, ok = Server, line[reply:], true
	case isClient:
		s.side, s.text, ok = Client, line[command:], true
	}
	if ok {
		s.time, s.form = m.findTime(line[:len(line)-len(s.text)])
	}
	return s, ok
}

// clock returns what the first time counts from that precedes one of the marks in a text.
func (m *Marks) clock(text []byte) Clock {
	for line := range linesOf(firstLines(text)) {
		if s, ok := m.read(line, false); ok && s.form != noStamp {
			return s.form.clock()
		}
	}
	return NoClock
}

// markIndex returns where the text after a mark begins, or -1.
func markIndex(line []byte, mark string) int {
	if i := bytes.Index(line, []byte(mark)); i >= 0 {
		return i + len(mark)
	}
	if trimmed := strings.TrimRight(mark, " \t"); trimmed != mark && bytes.HasSuffix(line, []byte(trimmed)) {
		return len(line)
	}
	return -1
}

// findTime finds the first time in the lead of a text.
func (m *Marks) findTime(b []byte) (time.Time, stampForm) {
	for n := 0; n < len(b); n += nextToken(b[n:]).n {
		if m.Time != "" {
			if end := n + len(m.Time); end <= len(b) {
				if t, err := time.Parse(m.Time, string(b[n:end])); err == nil {
					return t, stampDate
				}
			}
			continue
		}
		if t, form, found := parseStamp(b[n:]); found > 0 {
			return t, form
		}
	}
	return time.Time{}, noStamp
}

// describe sets the fields that a user sees from what was learned. example is the lead of a
// reply in the log.
func (m *Marks) describe(reply, command string) {
	common := 0
	for common < min(len(reply), len(command)) && reply[common] == command[common] {
		common++
	}
	// A mark begins at a word.
	for common > 0 && command != "" && common < max(len(reply), len(command)) && !strings.ContainsRune(" \t]|\x01\x04\x05\x06\x07", rune(reply[common-1])) {
		common--
	}
	if command == "" || reply == command || len(m.learned.reply)+len(m.learned.command) > 2 {
		common = strings.LastIndexAny(strings.TrimRight(reply, " \t"), " \t\x01\x02\x03\x04\x05\x06\x07]|") + 1
	}
	m.Reply = readable(reply[min(common, len(reply)):])
	if len(m.learned.reply)+len(m.learned.command) > 2 {
		common = strings.LastIndexAny(strings.TrimRight(command, " \t"), "\x01") + 1
	}
	m.Command = readable(command[min(common, len(command)):])
	if form := stampOf(parseLead(reply)); form != noStamp {
		m.Time = [...]string{stampDate: "2006-01-02 15:04:05", stampYearless: "Jan _2 15:04:05", stampDayTime: "15:04:05"}[form]
	}
	if len(m.learned.columns) > 0 {
		m.Session = readable(strings.TrimRight(reply[:min(common, len(reply))], " \x01"))
	}
}

// readable writes a shape for people, with N for the variable parts.
func readable(shape string) string {
	names := map[rune]string{rune(tokBlanks): " ", rune(tokNumber): "N", rune(tokLevel): "LEVEL", rune(tokName): "NAME |",
		rune(tokDate): "TIME", rune(tokYearless): "TIME", rune(tokDayTime): "TIME"}
	var b strings.Builder
	for _, r := range shape {
		if name, ok := names[r]; ok {
			b.WriteString(name)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func sortedByCount(counts map[string]int, least int) (shapes []string) {
	for shape, n := range counts {
		if n >= least {
			shapes = append(shapes, shape)
		}
	}
	slices.SortFunc(shapes, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	return shapes
}
