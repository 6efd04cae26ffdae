package payload

import (
	"bytes"
	"iter"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// An entry is a line that was searched for facts: text[from:end] is the list of the facts,
// which may be empty, and text[path:] is the path.
type entry struct {
	shape           entryShape
	line            int // in the reply
	text            []byte
	from, end, path int
	ambiguous       bool // the last fact may be the path
	tolerances      Tolerance
}

// An entryShape is the resemblance of a line to an entry. Only the lines of the best shape in
// a reply are entries.
type entryShape uint8

const (
	noEntry      entryShape = iota
	factsInWords            // facts in the first or the last line, where MFF has them
	pathAlone               // no facts, but the two SP that then precede a path
	factsInPlace            // facts in an interior line
)

// asIn returns the entry as it counts in a reply whose best shape is given.
func (e entry) asIn(best entryShape) entry {
	switch e.shape {
	case best, noEntry:
		return e
	case pathAlone:
		return entry{line: e.line, tolerances: TextBefore}
	default:
		return entry{line: e.line}
	}
}

// readFactLine reads line i of a reply. Only the reply to MFF has facts in the first or the
// last line, where the code precedes them. An interior line begins with one SP by the
// grammar. Without facts another SP precedes the path, and all further ones belong to it.
func readFactLine(r ftpreply.Reply, l ftpreply.Line, i int) (e entry) {
	text := l.Text()
	from := skipBlanks(text, 0)
	if i == 0 || isLast(r, l) {
		e = readList(text, from, factsInWords)
		if e.shape != noEntry && r.Code() != ftpreply.CodeFileStatus {
			e.tolerances |= CodePrefix
		}
		e.line = i
		return e
	}
	switch e = readList(text, from, factsInPlace); {
	case e.shape == factsInPlace:
		e.tolerances |= unindent(l).tolerances &^ TrailingSpace
	case from == len(text):
		e = entry{tolerances: BlankLine}
	case text[0] == ' ' && len(l.Prefix()) > 0:
		e = entry{shape: pathAlone, text: text, path: 1, tolerances: CodePrefix}
	case text[0] == ' ' && text[1] == ' ':
		e = entry{shape: pathAlone, text: text, path: 2}
	default:
		e = entry{tolerances: TextBefore}
	}
	e.line = i
	return e
}

// readList reads the facts that begin at text[from], and the path after them. If it finds
// facts, the entry has the given shape.
func readList(text []byte, from int, shape entryShape) entry {
	end := from + factListLen(text[from:])
	if end == from {
		return entry{}
	}
	e := entry{shape: shape, text: text, from: from, end: end, path: min(end+1, len(text))}
	switch last := from + bytes.LastIndexByte(text[from:end], ';') + 1; {
	case end == last && end < len(text): // as the grammar has it
	case end == last:
		e.tolerances |= MissingDelimiter
	case bytes.IndexByte(text[last:end], '=') < 0:
		// A name without the SP before it: "size=7;k.txt". If the name has a SP, the part
		// before that may also be a malformed fact.
		e.tolerances |= MissingSpace
		e.ambiguous = end < len(text)
		e.end, e.path = last, last
	default: // the last ";" is missing; without a name the last fact may be one
		e.tolerances |= MissingDelimiter
		e.ambiguous = end == len(text)
		if e.ambiguous {
			e.path = last
		}
	}
	for f := range e.facts() {
		if !f.ok {
			e.tolerances |= MalformedFact
		}
	}
	return e
}

// factListLen returns the length of the first word of b if it looks like facts, that is, if
// it has a name, an equals sign and a semicolon. Otherwise it returns 0.
func factListLen(b []byte) int {
	n := bytes.IndexByte(b, ' ')
	if n < 0 {
		n = len(b)
	}
	fact, _, ok := bytes.Cut(b[:n], []byte{';'})
	name, _, ok2 := bytes.Cut(fact, []byte{'='})
	if !ok || !ok2 || !isFactName(name) {
		return 0
	}
	return n
}

// isNotFactByte reports whether c is not a SCHAR. Values are read without this check.
func isNotFactByte(c rune) bool {
	return c <= ' ' || c > '~' || strings.ContainsRune(";*<>[]`{|}", c)
}

// isFactName reports whether b is one or more RCHAR.
func isFactName(b []byte) bool {
	return len(b) > 0 && !bytes.ContainsFunc(b, isNotFactByte) && bytes.IndexByte(b, '=') < 0
}

// A fact is a name and a value, which begins at an index in the text of its entry.
type fact struct {
	name, value []byte
	at          int
	ok          bool // it has a name and an equals sign, and no control character
}

// facts yields the facts of the entry.
func (e entry) facts() iter.Seq[fact] {
	return func(yield func(fact) bool) {
		for i := e.from; i < e.end; {
			part, _, _ := bytes.Cut(e.text[i:e.end], []byte{';'})
			name, value, ok := bytes.Cut(part, []byte{'='})
			ok = ok && isFactName(name) && !bytes.ContainsFunc(value, isControlRune)
			if !yield(fact{name, value, i + len(name) + 1, ok}) {
				return
			}
			i += len(part) + 1
		}
	}
}

// find returns the first fact with that name.
func (e entry) find(name string) (_ fact, ok bool) {
	for f := range e.facts() {
		if f.ok && equalFold(f.name, name) {
			return f, true
		}
	}
	return fact{}, false
}
