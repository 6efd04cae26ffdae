package payload

import (
	"bytes"
	"iter"

	"github.com/ftpreply/ftpreply"
)

const listingSource = "RFC 959, sections 4.1.3 and 4.2"

// Listing is the answer of a server to STAT: the files of a directory, in the form of its
// LIST, or its status. It views the reply.
type Listing struct {
	Tolerances Tolerance
	reply      ftpreply.Reply
	prefixed   bool // the code at the start of a line is not part of the line
	oneLine    bool // the text of a one-line reply is the list
}

// ParseListing reads a 211, 212 or 213 to STAT. The lines between the first and the last are
// the list. A one-line reply has none, unless its text is a line of "ls -l"; this is noted as
// [OneLine].
//
// Some servers put the code and a hyphen before every line, others only before a line that
// would look like the end of the reply, and most before none; then a line that begins so is
// the name of a file. ParseListing decides this for the reply as a whole.
func ParseListing(r ftpreply.Reply) (Listing, error) {
	if !carriesListing(r.Code()) {
		return Listing{}, errCode(r, listingSource)
	}
	if !r.Multiline() && looksListed(r.Text()) {
		return Listing{Tolerances: OneLine, reply: r, oneLine: true}, nil
	}
	all, onlyNeeded := true, true
	for l := range interiorLines(r) {
		text := l.Text()
		prefixed := len(l.Prefix()) > 0
		all = all && (prefixed || len(text) == 0)
		onlyNeeded = onlyNeeded && (!prefixed || len(text) == 0 || isDigit(text[0]))
	}
	return Listing{reply: r, prefixed: all || onlyNeeded}, nil
}

// looksListed reports whether text begins with the type and the permissions of a file, as a
// line of "ls -l" does.
func looksListed(text []byte) bool {
	const modeLen = len("-rw-r--r--")
	if len(text) < modeLen || bytes.IndexByte([]byte("-bcdlps"), text[0]) < 0 {
		return false
	}
	for _, c := range text[1:modeLen] {
		if bytes.IndexByte([]byte("-rwxsStT"), c) < 0 {
			return false
		}
	}
	return true
}

func carriesListing(c ftpreply.Code) bool {
	switch c {
	case ftpreply.CodeSystemStatus, ftpreply.CodeDirectoryStatus, ftpreply.CodeFileStatus:
		return true
	}
	return false
}

// All yields the lines, views without their line endings. Spaces at the start belong to them.
//
// A name with a LF in it makes two lines ([ftpreply.Reply.Lines]).
func (l Listing) All() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if l.oneLine {
			yield(l.reply.Text())
			return
		}
		for line := range interiorLines(l.reply) {
			text := line.Text()
			if !l.prefixed {
				text = bytes.TrimSuffix(line.Raw(), line.Ending())
			}
			if !yield(text) {
				return
			}
		}
	}
}

// interiorLines yields the lines between the first and the last.
func interiorLines(r ftpreply.Reply) iter.Seq[ftpreply.Line] {
	return func(yield func(ftpreply.Line) bool) {
		first := true
		for l := range r.Lines() {
			if !first && !isLast(r, l) && !yield(l) {
				return
			}
			first = false
		}
	}
}

// isLast reports whether l is the last line of r: it ends where the reply ends.
func isLast(r ftpreply.Reply, l ftpreply.Line) bool {
	raw, line := r.Raw(), l.Raw()
	return len(line) > 0 && &raw[len(raw)-1] == &line[len(line)-1]
}

// AppendListing appends a reply with the code 211, 212 or 213: the lines between a heading
// and a last line. It fails on another code and on a CR, LF or NUL in any line.
func AppendListing(dst []byte, c ftpreply.Code, heading string, lines []string, last string) ([]byte, error) {
	if !carriesListing(c) {
		return dst, appendError(ErrCode, c.String(), listingSource)
	}
	text := append(append([]string{heading}, lines...), last)
	return ftpreply.AppendReply(dst, c, text...)
}

func (l Listing) describe() ([]Field, Tolerance) {
	lines := []string{}
	for line := range l.All() {
		lines = append(lines, string(line))
	}
	return []Field{{"lines", lines}}, l.Tolerances
}
