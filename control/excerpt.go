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
	e := Excerpt{Line: it.excerptLine(number, raw[start:end], span{from - start, min(to, end) - start})}
	switch {
	case start > 0:
		line := it.excerptLine(number-1, lastLine(raw[:start]), span{})
		e.Before = &line
	case end < len(raw):
		line := it.excerptLine(number+1, raw[end:lineEnd(raw, end)], span{})
		e.After = &line
	case !it.FromClient() && number > 1:
		if before := it.before(); len(before) > 0 {
			line := it.excerptLine(number-1, before, span{})
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

// excerptLine cuts a line to the bytes that are shown. Secrets are searched for in the
// whole part of the line from which they could reach into it. Bytes at the edges of that
// part that may belong to a secret are not shown.
func (it *Item) excerptLine(number int64, line []byte, place span) ExcerptLine {
	var found []span
	longest := it.secrets.longest()
	margin := maxBeside + maxMarked + longest
	place.to = min(place.to, place.from+margin)
	left, right := max(0, place.from-margin), min(len(line), place.to+margin)
	window := line[left:right]
	if it.policy != ShowSecrets {
		found = it.secrets.find(window, it.Kind == ErrorItem)
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
	from, to := begin(place.from-left), end(place.to-left)
	shown := span{0, len(window)}
	if left > 0 {
		shown.from = min(end(longest), from)
	}
	if right < len(line) {
		shown.to = max(begin(shown.to-longest), to)
	}
	l := ExcerptLine{
		Number: number,
		Head:   render(window, span{shown.from, from}, found, it.policy),
		Mark:   render(window, span{from, to}, found, it.policy),
		Tail:   render(window, span{to, shown.to}, found, it.policy),
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
