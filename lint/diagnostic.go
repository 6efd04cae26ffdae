package lint

import (
	"bytes"

	"github.com/ftpreply/ftpreply"
)

// A Diagnostic is one finding: a rule, and a place in an item. It is lent until
// the Report that gets it returns.
type Diagnostic struct {
	Rule     *Rule
	Severity Severity
	Message  string // one line, without bytes of the peers
	Item     *Item

	From, To int    // the place in the bytes of Item.Reply, or of Item.Command when that is the Item
	Places   int    // how many such places there are in it, at least 1
	Note     string // what to say of the place

	conn *Conn
	sign ftpreply.Deviation // the departure, if it is about one
}

// Breaks lists the clients that were measured not to cope with just this, under
// no other condition.
func (d *Diagnostic) Breaks() (list []Client) {
	of := d.Rule.Name
	if d.sign != 0 {
		of = d.sign.String()
	}
	for _, c := range clients {
		if c.of == of && c.When == "" {
			list = append(list, c)
		}
	}
	return list
}

// report fills in what all findings have, and hands one on.
func (c *Conn) report(it *Item, d Diagnostic) {
	if it.Kind == ReplyItem {
		c.locate(it)
	}
	d.Item, d.conn = it, c
	d.Severity = d.Rule.Severity
	d.Places = max(d.Places, 1)
	if c.finding == nil {
		c.finding = new(Diagnostic)
	}
	*c.finding = d
	c.Report(c.finding)
}

// Position is where the place begins in the stream of the side that sent the Item.
func (d *Diagnostic) Position() (offset, line int64, column int) {
	return d.Item.Position(d.From)
}

// An Excerpt shows a place: the line that it is in, or begins in, and a line
// beside it. The bytes are the peer's, without secrets and ends of long lines,
// and may be lent as the Diagnostic is.
type Excerpt struct {
	Before *ExcerptLine // the line before, or nil
	Line   ExcerptLine
	After  *ExcerptLine // the line behind, when there is none before
}

// An ExcerptLine is a line with its number, as three parts of which the second is
// the place.
type ExcerptLine struct {
	Number           int64
	Head, Mark, Tail []byte
	CutHead, CutTail bool // the line goes on there
}

// Excerpt shows the place.
func (d *Diagnostic) Excerpt() Excerpt {
	raw := d.Item.bytes()
	_, number, _ := d.Position()
	start := bytes.LastIndexByte(raw[:d.From], '\n') + 1
	end := lineEnd(raw, start)
	e := Excerpt{Line: d.conn.excerptLine(number, raw[start:end], d.From-start, min(d.To, end)-start)}
	switch {
	case start > 0:
		before := lastLine(raw[:start])
		line := d.conn.excerptLine(number-1, before, 0, 0)
		e.Before = &line
	case end < len(raw):
		line := d.conn.excerptLine(number+1, raw[end:lineEnd(raw, end)], 0, 0)
		e.After = &line
	case d.Item.Kind != CommandItem && number > 1:
		if before := d.conn.lineBefore(d.Item); len(before) > 0 {
			line := d.conn.excerptLine(number-1, before, 0, 0)
			e.Before = &line
		}
	}
	return e
}

// lineEnd is the index behind the line that begins at start.
func lineEnd(b []byte, start int) int {
	if i := bytes.IndexByte(b[start:], '\n'); i >= 0 {
		return start + i + 1
	}
	return len(b)
}

// What is shown of a line on each side of the place, and of the place itself.
const (
	maxBeside = 60
	maxMarked = 60
)

// excerptLine cuts the line to what is shown. Secrets are looked for in the line as it is,
// as far as they could reach into that; what may be a piece of one is not shown.
func (c *Conn) excerptLine(number int64, line []byte, from, to int) ExcerptLine {
	s := &c.secrets
	s.policy = c.Secrets
	longest := s.longest()
	margin := maxBeside + maxMarked + longest
	to = min(to, from+margin)
	left, right := max(0, from-margin), min(len(line), to+margin)
	window := line[left:right]
	s.find(window)
	from, to = s.before(from-left), s.after(to-left)
	first, end := 0, len(window)
	if left > 0 {
		first = min(s.after(longest), from)
	}
	if right < len(line) {
		end = max(s.before(end-longest), to)
	}
	l := ExcerptLine{
		Number: number,
		Head:   s.render(window, first, from),
		Mark:   s.render(window, from, to),
		Tail:   s.render(window, to, end),
	}
	l.CutHead = left > 0 || len(l.Head) > maxBeside
	l.Head = l.Head[max(0, len(l.Head)-maxBeside):]
	l.CutTail = right < len(line)
	if len(l.Mark) > maxMarked {
		l.Mark, l.Tail, l.CutTail = l.Mark[:maxMarked], nil, true
	}
	if len(l.Tail) > maxBeside {
		l.Tail, l.CutTail = l.Tail[:maxBeside], true
	}
	return l
}

// Mask returns b, bytes of either side, without secrets. It may be b itself.
func (c *Conn) Mask(b []byte) []byte {
	c.secrets.policy = c.Secrets
	return c.secrets.mask(b)
}
