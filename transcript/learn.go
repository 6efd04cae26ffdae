package transcript

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// This file learns the marks of a log that no other format reads. Each line has a lead of
// some shape before each place where a reply or a command may begin. The shapes before most
// codes and most verbs are tried in pairs; a pair explains the lines whose text its sides may
// send, and must explain nearly all lines that begin like it. What comes in answer to a
// command must be among the codes that it may get.

// errTwoReadings means that two pairs of marks explain a log equally well.
var errTwoReadings = errors.New("two readings fit equally well")

// Limits of learning: the shapes of one side that are tried, and the lines that a reading must
// explain.
const (
	maxShapes = 5
	minLines  = 3
	fewLines  = 20 // a longer text must have more than one answer
)

// A reading is a pair of marks with the lines that it explains.
type reading struct {
	reply, command string // shapes
	marks          learnedMarks
	lines          int // of the text
	explained      int
	against        int // lines that begin like one side, and have another text
	replies        int
	codes          map[string]bool // of the replies
	commands       int
	answered       int // commands whose reply is one that they may get
	odd            int // and others
}

// learn finds the marks of a text.
func learn(text []byte) (*Marks, error) {
	text = firstLines(text)
	counts := [2]map[string]int{{}, {}}
	var s leadScanner
	for line := range linesOf(text) {
		s.scan(line)
		for _, a := range s.anchors {
			counts[a.side][a.shape]++
		}
	}
	replies := sortedByCount(counts[Server], 1)
	commands := append(sortedByCount(counts[Client], 1), "")
	var best *reading
	doubt := false
	for _, reply := range replies[:min(len(replies), maxShapes)] {
		for _, command := range commands[:min(len(commands), maxShapes)] {
			if reply == "" && command == "" {
				continue // the format unmarked
			}
			if !mayMark(reply, command) {
				continue
			}
			r := &reading{reply: reply, command: command}
			alone := command == "" && counts[Client][""] == 0
			r.judge(text, alone, counts)
			if !r.holds(alone, len(counts[Client]) > 0) {
				continue
			}
			switch {
			case best == nil || r.score() > best.score():
				best, doubt = r, false
			case r.score() == best.score() && !r.isLike(best):
				doubt = true
			}
		}
	}
	switch {
	case best == nil:
		return nil, ErrFormat
	case doubt:
		return nil, errTwoReadings
	}
	best.marks.anyCommand = 20*best.against <= best.commands && best.command != "" && !strings.HasPrefix(best.reply, best.command)
	best.marks.lines = best.explained
	m := &Marks{learned: &best.marks}
	m.describe(best.reply, best.command)
	return m, nil
}

// mayMark reports whether two shapes may be those of a log. The further lines of a reply, such as
// the verbs in a reply to HELP, are not a mark.
func mayMark(reply, command string) bool {
	r, c := parseLead(reply), parseLead(command)
	switch {
	case hasVerb(r), hasVerb(c):
		return false
	case len(c.tokens) > 1 && c.tokens[0].kind == tokNumber && bytes.HasPrefix(c.tokens[1].literal, []byte{'-'}):
		return false // a reply, with a verb in its text
	default:
		return !onlyBlanks(reply) || !onlyBlanks(command) && !varies(c)
	}
}

// onlyBlanks reports whether a shape has nothing but blanks.
func onlyBlanks(shape string) bool { return strings.Trim(shape, " \t"+string(rune(tokBlanks))) == "" }

// hasVerb reports whether a lead has a verb, as the text of a reply to HELP does.
func hasVerb(l *lead) bool {
	for _, t := range l.tokens {
		for word := range bytes.FieldsFuncSeq(t.literal, func(c rune) bool { return c < 'A' || c > 'Z' && c < 'a' || c > 'z' }) {
			if isVerb(word) {
				return true
			}
		}
	}
	return false
}

// varies reports whether a lead has a number. If replies come without a lead, a line with one is of
// the text of a reply.
func varies(l *lead) bool {
	return slices.ContainsFunc(l.tokens, func(t leadToken) bool { return t.kind == tokNumber })
}

// isLike reports whether two readings have the same leads.
func (r *reading) isLike(other *reading) bool {
	return sameLeads(r.marks.reply, other.marks.reply) && sameLeads(r.marks.command, other.marks.command)
}

func sameLeads(a, b []*lead) bool {
	has := func(l *lead) bool {
		return slices.ContainsFunc(b, func(other *lead) bool { return other.shape == l.shape })
	}
	return len(a) == len(b) && !slices.ContainsFunc(a, func(l *lead) bool { return !has(l) })
}

func (r *reading) score() int { return r.explained - r.against }

// holds reports whether a reading is good enough to be believed. One without commands needs
// more replies, of several codes, and a log that has no commands.
func (r *reading) holds(alone, commands bool) bool {
	if 5*r.against > r.explained {
		return false
	}
	if alone {
		return !commands && r.replies >= minLines && len(r.codes) >= minLines && r.reply != "" && r.marks.hasMark()
	}
	if onlyBlanks(r.command) && (r.answered < 2 || 2*r.answered < r.commands) {
		return false // verbs without a mark are in prose and in replies to HELP too
	}
	if r.answered < 2 && r.lines > fewLines {
		return false
	}
	return r.commands > 0 && r.replies > 0 && r.explained >= minLines && r.answered > 0 && r.answered >= 2*r.odd
}

// isMarked reports whether replies have a mark that commands do not have.
func (l *learnedMarks) isMarked() bool {
	return l.hasMark() && l.command != nil && l.command[0].shape != l.reply[0].shape
}

// hasMark reports whether there is more before replies than blanks and things that vary.
func (l *learnedMarks) hasMark() bool {
	for _, t := range l.reply[0].tokens {
		if t.kind == tokLiteral && len(bytes.Trim(t.literal, " \t")) > 0 {
			return true
		}
	}
	return false
}

// judge counts the lines of a text that the reading explains.
func (r *reading) judge(text []byte, alone bool, counts [2]map[string]int) {
	r.codes = map[string]bool{}
	r.marks = learnedMarks{reply: []*lead{parseLead(r.reply)}}
	if !alone {
		r.marks.command = []*lead{parseLead(r.command)}
	}
	r.extend(counts)
	r.marks.quoting(text, r.reply)
	var m leadMatch
	var spokenLines []leadLine
	var open replyLines
	asked := map[string][]byte{} // commands that wait, by the values of their lines, and the last of all
	unknown := false             // the line before begins like a command, and has no verb
	for line := range linesOf(text) {
		r.lines++
		s, ok := r.marks.read(line, true, &m)
		switch {
		case !ok:
			if open.open && bytes.HasPrefix(line, open.code[:]) {
				r.marks.continued = true
				open.line(line)
			} else if r.marks.command != nil && r.command != r.reply && !strings.HasPrefix(r.reply, r.command) && matchesAny(r.marks.command, line, &m) {
				r.against++
				unknown = true
			}
			continue
		case s.side == Client:
			r.explained++
			r.commands++
			open.open = false
			asked[""] = append(asked[""][:0], s.text...)
			if key := joinValues(s.values); key != "" {
				asked[key] = append(asked[key][:0], s.text...)
			}
		case open.open:
			r.explained++
			open.line(s.text)
			r.marks.whole = r.marks.whole || !open.open
		case !beginsReply(s.text):
			if !strings.HasPrefix(r.command, r.reply) {
				r.against++
			}
			continue
		default:
			r.explained++
			r.replies++
			r.codes[string(s.text[:3])] = true
			open.line(s.text)
			if unknown && s.text[0] == '5' {
				r.against-- // a verb that the server does not know either
			}
			key := joinValues(s.values)
			if len(asked[key]) == 0 {
				key = ""
			}
			if command := asked[key]; len(command) > 0 {
				if mayGet(string(command), s.text) {
					r.answered++
				} else {
					r.odd++
				}
				asked[key], asked[""] = command[:0], asked[""][:0]
			}
		}
		unknown = false
		if r.marks.form == noStamp {
			r.marks.form = s.form
		}
		spokenLines = append(spokenLines, newLeadLine(s.values, s.side, s.text))
	}
	r.marks.columns = columnsOf(r.marks.reply[0], spokenLines)
}

// joinValues returns a key for the values of a line.
func joinValues(values [][]byte) string { return string(bytes.Join(values, []byte{' '})) }

func matchesAny(leads []*lead, line []byte, m *leadMatch) bool {
	return slices.ContainsFunc(leads, func(l *lead) bool { return l.match(line, m) })
}

// columnsOf are the values of a lead that distinguish connections.
func columnsOf(l *lead, lines []leadLine) (columns []int) {
	for _, line := range lines {
		if len(line.values) != len(lines[0].values) {
			return nil // the marks have values of their own
		}
	}
	columns = sessionColumns(lines)
	value := 0
	for _, t := range l.tokens {
		if t.kind == tokName {
			columns = append(columns, value)
		}
		if t.kind == tokNumber || t.kind == tokName {
			value++
		}
	}
	return columns
}

// mayGet reports whether a command may get the reply, by the first digit at least.
func mayGet(command string, reply []byte) bool {
	code := ftpreply.Code(100*int(reply[0]-'0') + 10*int(reply[1]-'0') + int(reply[2]-'0'))
	if code >= 400 {
		return true
	}
	for e := range dialogue.Expect(command) {
		if e.Code == code || e.Code < 10 && e.Code == code/100 {
			return true
		}
	}
	return false
}

// quoting finds out whether all texts are in quotes, or have an escaped line end.
func (l *learnedMarks) quoting(text []byte, shape string) {
	var m leadMatch
	quoted, escaped, all := 0, 0, 0
	quote := byte(0)
	if n := len(shape); n > 0 && strings.IndexByte("\"'`", shape[n-1]) >= 0 {
		quote = shape[n-1]
	}
	for line := range linesOf(text) {
		if l.reply[0].match(line, &m) && isCode(line[min(m.n, len(line)):]) {
			all++
			if quote != 0 && bytes.HasSuffix(line, []byte{quote}) {
				quoted++
			}
			if bytes.HasSuffix(line, []byte(`\n`)) || bytes.HasSuffix(line, []byte(`\r`)) {
				escaped++
			}
		}
	}
	if quote != 0 && 5*quoted >= 4*all {
		l.quote = quote
	}
	l.escaped = 5*escaped >= 4*all && escaped > 0
}

// extend adds further shapes that end as those of the reading do, and differ in a word
// before: the name of a user, of a thread.
func (r *reading) extend(counts [2]map[string]int) {
	same := func(a, b string) bool {
		tail := a[strings.LastIndexAny(strings.TrimRight(a, " \t"), "\x01")+1:]
		return a != b && strings.TrimSpace(tail) != "" && strings.HasSuffix(b, "\x01"+tail)
	}
	if same(r.reply, r.command) {
		return
	}
	for _, shape := range sortedByCount(counts[Server], 1) {
		if same(r.reply, shape) && len(r.marks.reply) < maxShapes {
			r.marks.reply = append(r.marks.reply, parseLead(shape))
		}
	}
	for _, shape := range sortedByCount(counts[Client], 1) {
		if same(r.command, shape) && len(r.marks.command) < maxShapes {
			r.marks.command = append(r.marks.command, parseLead(shape))
		}
	}
}
