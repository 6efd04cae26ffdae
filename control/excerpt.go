package control

import "bytes"

// An Excerpt shows a place in an Item: the line that it begins in, and a line beside it.
// The bytes are the peer's, without secrets and without the ends of long lines. They may
// be a part of the Item, and are valid as long as it.
type Excerpt struct {
	Before *ExcerptLine // the line before; nil when unknown
	Line   ExcerptLine
	After  *ExcerptLine // the line after, if Before is nil
}

// An ExcerptLine is a line with its number, in three parts. The second part is the place.
type ExcerptLine struct {
	Number           int64
	Head, Mark, Tail []byte
	CutHead, CutTail bool // the line is longer on this side
}

// Excerpt shows the place of the indices from to to of [Item.Bytes].
func (it *Item) Excerpt(from, to int) Excerpt {
	raw := it.Bytes()
	_, number, _ := it.Position(from)
	start := bytes.LastIndexByte(raw[:from], '\n') + 1
	end := lineEnd(raw, start)
	e := Excerpt{Line: it.excerptLine(number, raw[start:end], span{from - start, min(to, end) - start}, it.context())}
	switch {
	case start > 0:
		line := it.excerptLine(number-1, lastLine(raw[:start]), span{}, it.context())
		e.Before = &line
	case end < len(raw):
		line := it.excerptLine(number+1, raw[end:lineEnd(raw, end)], span{}, it.context())
		e.After = &line
	case !it.FromClient() && number > 1:
		if before := it.before(); len(before) > 0 {
			in := it.context()
			in.blind = true // the command of another reply
			line := it.excerptLine(number-1, before, span{}, in)
			e.Before = &line
		}
	}
	return e
}

// lineEnd returns the index after the line that begins at start.
func lineEnd(b []byte, start int) int {
	if i := bytes.IndexByte(b[start:], '\n'); i >= 0 {
		return start + i + 1
	}
	return len(b)
}

// The number of bytes of a line shown on each side of the place, and of the place itself.
const (
	maxBeside = 60
	maxMarked = 60
)

// excerptLine cuts a line to the bytes that are shown. Secrets are searched for from the
// beginning of the line, and after the shown bytes as far as a secret could reach into them.
func (it *Item) excerptLine(number int64, line []byte, place span, in context) ExcerptLine {
	var found []span
	const margin = maxBeside + maxMarked
	place.to = min(place.to, place.from+margin)
	right := min(len(line), place.to+margin+maxPattern)
	window := line[:right]
	if it.policy != ShowSecrets {
		found = it.findSecrets(window, in)
	}
	// begin and end move an index out of a secret.
	begin := func(i int) int {
		for _, f := range found {
			if f.from < i && i < f.to {
				return f.from
			}
		}
		return i
	}
	end := func(i int) int {
		for _, f := range found {
			if f.from < i && i < f.to {
				return f.to
			}
		}
		return i
	}
	from, to := begin(place.from), end(place.to)
	shown := span{min(end(max(0, place.from-margin)), from), max(begin(min(right, place.to+margin)), to)}
	l := ExcerptLine{
		Number: number,
		Head:   it.secrets.render(window, span{shown.from, from}, found, it.policy),
		Mark:   it.secrets.render(window, span{from, to}, found, it.policy),
		Tail:   it.secrets.render(window, span{to, shown.to}, found, it.policy),
	}
	l.CutHead = shown.from > 0 || len(l.Head) > maxBeside
	l.Head = l.Head[max(0, len(l.Head)-maxBeside):]
	l.CutTail = shown.to < len(line)
	if len(l.Mark) > maxMarked {
		l.Mark, l.Tail, l.CutTail = l.Mark[:maxMarked], nil, true
	}
	if len(l.Tail) > maxBeside {
		l.Tail, l.CutTail = l.Tail[:maxBeside], true
	}
	return l
}
