package transcript

import (
	"bufio"
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// Between the program that wrote a log and the file that a user has, others have added to
// each line: terminals add colour; syslog, journald, containers and CI systems add a time
// and a name; loggers add a level; people quote, indent and comment. This file finds these
// additions in the head of a recording, once, and removes them from each line.

// A wrap is what a terminal and syslog have put around lines.
type wrap struct{ colour, syslog bool }

// wrappings are what is removed from each line: outer, then the prefix, then inner.
type wrappings struct {
	outer, inner wrap
	nested       bool  // there is more than outer
	prefix       *lead // nil if it is missing
	sessions     []int // the values of the prefix that distinguish connections
	fenced       bool  // the log is between the fences of Markdown
	clock        Clock // of the times in all this
}

// input is what a format is decoded from.
type input struct {
	*bufio.Reader
	format *Format
	wrappings
	exact    bool // CR and LF of the lines that were on the wire are the wire's
	foreign  bool // the times of the wrappings are used, not those of the format
	inFences bool
	out      *emitter // of a format of lines
	marks    *Marks   // of generic
	skipped  int64    // lines that were too long
}

// head is the beginning of a recording, as the formats look at it.
type head struct {
	wire   []byte // as it came, nil when it is UTF-16 or has a prefix
	colour []byte // whole lines without CR, and without the prefix of syslog
	text   []byte // without colour
	bare   []byte // without the prefix of syslog, if it has one
	wrap   wrap
	exact  bool
	binary bool // it is no text
}

// newHead removes from lines what is around each.
func newHead(lines []byte) *head {
	// The few NUL that logs have are among the codes for colour.
	h := &head{colour: lines, text: lines, binary: bytes.Count(lines, []byte{0}) > 2*bytes.Count(lines, []byte{'\n'})}
	if h.wrap.colour = isColoured(lines); h.wrap.colour {
		h.text = eachLine(lines, withoutColour)
	}
	if h.bare, h.wrap.syslog = withoutSyslog(h.text); h.wrap.syslog {
		h.colour = h.bare
		h.bare = eachLine(h.bare, withoutColour)
	}
	return h
}

// of is what a format looks at: nothing when it is for text and it is missing.
func (h *head) of(f *Format) []byte {
	switch {
	case f.wire:
		return h.wire
	case h.binary:
		return nil
	case f.colour:
		return h.colour
	case f.syslog:
		return h.text
	default:
		return h.bare
	}
}

// prepare looks at the head and takes UTF-16 away. What it returns is valid as long as
// nothing has been read.
func (in *input) prepare() (*head, error) {
	wire, err := peekAll(in.Reader)
	if err != nil {
		return nil, err
	}
	isWire := true
	if order := utf16Order(wire); order != nil {
		in.Reader = newBuffer(&utf16Reader{source: in.Reader, order: order})
		isWire = false
		if wire, err = peekAll(in.Reader); err != nil {
			return nil, err
		}
	}
	h := newHead(wholeLines(wire))
	if isWire {
		h.wire = wire
	}
	h.exact = mixedEnds(wire)
	in.exact, in.outer = h.exact, h.wrap
	return h, nil
}

// A candidate is a format and the wrappings with which it fits a head.
type candidate struct {
	format *Format // nil if none fits
	lines  int     // that are the format's own
	wrappings
	head    *head
	marks   *Marks   // of generic
	several []string // formats that fit equally well, instead of format
	err     error    // why generic cannot be used
}

// choose finds the format that has the most lines of a head. A prefix is looked for only if
// that format does not account for nine of ten lines that look like commands and replies.
func choose(h *head, among []*Format) candidate {
	best := candidate{head: h, wrappings: wrappings{outer: h.wrap, clock: h.clock()}}
	if slices.Contains(among, &raw) && isOnlyReplies(h.wire) {
		best.format = &raw
		return best
	}
	best.format, best.lines, best.several = recognised(h, among)
	if h.binary || best.format != nil && best.format.wire && !hasMarkedCommands(h.colour) {
		return best
	}
	if best.format != nil && best.format.wire {
		// The server's lines are as on the wire, and the client's have a mark.
		if marks, err := learn(h.colour); err == nil && marks.learned.command != nil {
			best.format, best.marks = &generic, marks
		}
		return best
	}
	p := newPrefixes(h.bare, wrappings{outer: h.wrap, clock: h.clock()})
	if best.format != nil {
		best.lines = best.format.recognise(newHead(firstLines(h.colour)).of(best.format))
		if 10*best.lines >= 9*p.anchored {
			return best
		}
	}
	p.choose(&best, among)
	if h.wrap.syslog {
		// What looks like a prefix of syslog may be a time and a word before a colon.
		newPrefixes(h.text, wrappings{outer: wrap{colour: h.wrap.colour}}).choose(&best, among)
	}
	if slices.Contains(among, &generic) && (best.format == nil || 10*best.lines < 9*p.anchored && !best.hasReplies()) {
		best.learn(h)
	}
	return best
}

// hasMarkedCommands reports whether commands with signs before them come between the replies
// of a text.
func hasMarkedCommands(text []byte) bool {
	var replies replyLines
	for line := range linesOf(linesUpTo(text, 40)) {
		if replies.line(line) != outside || len(line) < 5 || isWordByte(line[0]) || line[0] < ' ' {
			continue
		}
		if rest := bytes.TrimLeft(line, "<>-=#*$|: \t"); isCommand(rest) {
			return true
		}
	}
	return false
}

// learn makes generic the format of a head whose marks can be learned, and instead of
// another format if replies have a mark of their own.
func (c *candidate) learn(h *head) {
	tries := []struct {
		text []byte
		wrappings
	}{
		{h.bare, wrappings{outer: h.wrap, clock: h.clock()}},
		{h.text, wrappings{outer: wrap{colour: h.wrap.colour}}},
		{betweenFences(h.text), wrappings{outer: wrap{colour: h.wrap.colour}, nested: true, fenced: true}},
	}
	for _, try := range tries {
		marks, err := learn(try.text)
		switch {
		case err == nil && (c.format == nil || marks.learned.isMarked()):
			c.format, c.marks, c.wrappings, c.err = &generic, marks, try.wrappings, nil
			return
		case err != nil && err != ErrFormat:
			c.err = err
		}
	}
}

// choose sets best to the candidate without a prefix that has the most lines, if it has more.
// Of several the one with the shortest prefix is taken.
func (p *prefixes) choose(best *candidate, among []*Format) {
	for _, shape := range p.shared() {
		if c := p.without(shape, among); c.format != nil && c.lines > best.lines {
			c.head.exact = best.head.exact
			*best = c
		}
	}
	if best.prefix != nil && best.sessions == nil {
		best.sessions = best.prefix.sessions(p.text)
	}
}

// seen is the format with what a recording with this head keeps. foreign reports whether the
// times of the wrappings are to be used instead of those of the format: these are absent, or
// only count from the start.
func (c *candidate) seen() (f *Format, foreign bool) {
	own := *c.format
	if own.keepsEnd && !c.head.exact {
		own.Keeps &^= fidelity.LineEnds
	}
	if own.syslog && own.Clock == AbsoluteClock && c.head.clock() == RelativeClock {
		own.Clock = RelativeClock // the format has the times of syslog
		return &own, false
	}
	if c.marks != nil && c.marks.learned != nil {
		return c.marks.learned.seen(own, c.clock)
	}
	if c.clock == NoClock || own.Clock == AbsoluteClock && c.head.wrap.syslog {
		return &own, false
	}
	if own.Clock == NoClock || c.clock == AbsoluteClock && own.Clock == RelativeClock || !c.hasTimes() {
		own.Clock, foreign = c.clock, true
	}
	return &own, foreign
}

// hasTimes reports whether the format reads times of its own in the head.
func (c *candidate) hasTimes() bool {
	in, next := c.decodeHead()
	var e Event
	for next(&e) == nil {
	}
	return in.out == nil || in.out.timed
}

// hasReplies reports whether the format reads a reply in the head.
func (c *candidate) hasReplies() bool {
	_, next := c.decodeHead()
	var e Event
	for next(&e) == nil {
		if e.Kind == Data && e.Side == Server {
			return true
		}
	}
	return false
}

func (c *candidate) decodeHead() (*input, func(*Event) error) {
	text := c.head.of(c.format)
	in := &input{Reader: bufio.NewReaderSize(bytes.NewReader(text), min(len(text)+1, bufferSize)), format: c.format}
	return in, c.format.decode(in)
}

// prefixes finds the shapes with which the first lines of a head begin.
type prefixes struct {
	text      []byte
	wrappings     // what has been removed already
	anchored  int // lines that look like commands or replies
}

// firstLines returns as much of a head as is searched for a prefix.
func firstLines(text []byte) []byte { return linesUpTo(text, 200) }

func linesUpTo(text []byte, most int) []byte {
	n := 0
	for range most {
		i := bytes.IndexByte(text[n:], '\n')
		if i < 0 {
			return text
		}
		n += i + 1
	}
	return text[:n]
}

func newPrefixes(text []byte, removed wrappings) *prefixes {
	p := &prefixes{text: firstLines(text), wrappings: removed}
	var s leadScanner
	for line := range linesOf(p.text) {
		if s.scan(line); len(s.anchors) > 0 {
			p.anchored++
		}
	}
	return p
}

// shared returns the shapes that four of five of all lines begin with, or of those that look
// like commands or replies, the shortest first. A log in fences, or one that syslog has had
// twice, need not have a prefix.
func (p *prefixes) shared() (shapes []string) {
	type count struct{ anchored, all, bytes int }
	counts, all := map[string]*count{}, 0
	var s leadScanner
	for line := range linesOf(p.text) {
		if len(line) == 0 {
			continue
		}
		all++
		s.scan(line)
		end := len(line)
		if len(s.anchors) > 0 {
			end = s.anchors[0].n
		}
		add := func(shape string, bytes int) {
			if counts[shape] == nil {
				counts[shape] = &count{bytes: bytes}
			}
			counts[shape].all++
			if len(s.anchors) > 0 {
				counts[shape].anchored++
			}
		}
		from := 0
		for _, c := range s.cuts[:min(len(s.cuts), maxPrefix)] {
			if c.n > end {
				break
			}
			if shape := s.shape[:c.shape]; tokenKind(shape[c.shape-1]) != tokBlanks {
				if c.n == len(line) || line[c.n] != line[c.n-1] { // ">>" is one mark
					add(string(shape), c.n)
				}
			} else {
				// Blanks may be of the text too.
				for n := from + 1; n <= min(c.n, from+maxIndent); n++ {
					add(string(shape[:c.shape-1])+string(line[from:n]), n)
				}
			}
			from = c.n
		}
	}
	if hasFences(p.text) || p.outer.syslog {
		counts[""] = &count{anchored: p.anchored, all: all}
	}
	for shape, n := range counts {
		if 5*n.all >= 4*all || 5*n.anchored >= 4*p.anchored && p.anchored > 0 {
			shapes = append(shapes, shape)
		}
	}
	slices.SortFunc(shapes, func(a, b string) int { return cmp.Or(counts[a].bytes-counts[b].bytes, strings.Compare(a, b)) })
	return shapes[:min(len(shapes), maxPrefix)]
}

// The longest prefix, in tokens, and the most blanks at its end.
const (
	maxPrefix = 32
	maxIndent = 16
)

// without returns the format of the text without a prefix of this shape.
func (p *prefixes) without(shape string, among []*Format) (c candidate) {
	c.wrappings, c.nested = p.wrappings, true
	text, m := p.text, leadMatch{}
	if shape != "" {
		c.prefix = parseLead(shape)
		if form := stampOf(c.prefix); form != noStamp {
			c.clock = form.clock()
		}
	}
	if c.prefix != nil {
		text = eachLine(text, func(line []byte) []byte {
			if c.prefix.match(line, &m) {
				return line[m.n:]
			}
			return line
		})
	}
	if c.fenced = hasFences(text); c.fenced {
		text = betweenFences(text)
	}
	c.head = newHead(text)
	c.inner = c.head.wrap
	if c.inner.syslog {
		c.clock = c.head.clock()
	}
	c.format, c.lines, c.several = recognised(c.head, among)
	return c
}

// isFence reports whether a line begins or ends a block of code in Markdown.
func isFence(line []byte) bool {
	return bytes.HasPrefix(line, []byte("```")) || bytes.HasPrefix(line, []byte("~~~"))
}

func hasFences(text []byte) bool {
	return linesLike(isFence)(text) > 0
}

func betweenFences(text []byte) []byte {
	within := make([]byte, 0, len(text))
	inside := false
	for line := range linesOf(text) {
		if isFence(line) {
			inside = !inside
		} else if inside {
			within = append(append(within, line...), '\n')
		}
	}
	return within
}

// unwrap removes from a line what is not the log's, and tells out the time and the source
// that were there. It reports false for a line that is not of the log.
func (in *input) unwrap(line []byte, m *leadMatch, out *emitter) ([]byte, bool) {
	out.begin(time.Time{}, "")
	line = in.outer.remove(line, !in.nested, in.format, out)
	if !in.nested {
		return line, true
	}
	if in.prefix != nil && in.prefix.match(line, m) {
		line = line[m.n:]
		out.begin(out.stampTime(m), in.source(out.source, m))
	}
	if in.fenced {
		if isFence(line) {
			in.inFences = !in.inFences
			return line, false
		}
		if !in.inFences {
			return line, false
		}
	}
	return in.inner.remove(line, true, in.format, out), true
}

// remove takes colour and the prefix of syslog from a line. A format that wants them finds
// them only innermost.
func (w wrap) remove(line []byte, innermost bool, f *Format, out *emitter) []byte {
	if w.colour && !(innermost && f.colour) {
		line = withoutColour(line)
	}
	if w.syslog && !(innermost && f.syslog) {
		if s, ok := parseSyslog(line); ok {
			out.begin(out.syslogTime(s), out.source+s.host+" "+s.tag+"["+s.pid+"]")
			if line = s.text; !(innermost && f.colour) {
				line = withoutColour(line)
			}
		}
	}
	return line
}

// source is the source of a line, by the values of its prefix.
func (in *input) source(outer string, m *leadMatch) string {
	for _, i := range in.sessions {
		if i < len(m.values) {
			outer += " " + string(m.values[i])
		}
	}
	return outer
}

// sessions returns the values of the prefix by which the connections of a text are told
// apart: the names of containers, and those that [sessionColumns] finds.
func (l *lead) sessions(text []byte) []int {
	var s leadScanner
	var m leadMatch
	var lines []leadLine
	for line := range linesOf(text) {
		if !l.match(line, &m) {
			continue
		}
		if s.scan(line[m.n:]); len(s.anchors) > 0 {
			a := s.anchors[0]
			lines = append(lines, newLeadLine(m.values, a.side, line[m.n+a.n:]))
		}
	}
	columns := sessionColumns(lines)
	value := 0
	for _, t := range l.tokens {
		if t.kind == tokName && !slices.Contains(columns, value) {
			columns = append(columns, value)
		}
		if tokNumber <= t.kind && t.kind <= tokName {
			value++
		}
	}
	return columns
}

// stampOf is the form of the first time of a lead.
func stampOf(l *lead) stampForm {
	for _, t := range l.tokens {
		if tokDate <= t.kind && t.kind <= tokDayTime {
			return stampDate + stampForm(t.kind-tokDate)
		}
	}
	return noStamp
}
