// Package findings writes the findings of the linter as text and JSON. It has the flags that
// grade rules.
package findings

import (
	"fmt"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// Entries collects the texts of findings. Findings with the same rule, verb and code, of the
// same connection, share an entry.
type Entries struct {
	List []*Entry // in the order of their first findings, at most MaxEntries
	// Place, unless nil, returns the text before a finding: its place in the recording.
	Place func(*lint.Diagnostic) string

	merged bool // findings of all connections share entries
	byKey  map[entryKey]*Entry
}

type entryKey struct {
	stream int
	rule   *lint.Rule
	verb   string
	code   ftpreply.Code
}

// An Entry is the text of a finding, with the number of findings that share it.
type Entry struct {
	heading string // without the number
	Body    string
	Count   int
}

// MaxEntries is the largest number of entries.
const MaxEntries = 1000

// NewEntries returns empty Entries. If merged is set, findings of all connections share entries.
func NewEntries(merged bool) *Entries {
	return &Entries{merged: merged, byKey: map[entryKey]*Entry{}}
}

// Add counts a finding. It returns the entry if it is new. It returns nil if the finding shares
// an entry, or if Entries is full.
func (es *Entries) Add(p render.Pen, stream int, c *control.Conn, d *lint.Diagnostic) *Entry {
	key := entryKey{stream: stream, rule: d.Rule, code: d.Item.Reply.Code()}
	if es.merged {
		key.stream = 0
	}
	if d.Item.Command != nil {
		key.verb = d.Item.Command.Verb()
	}
	if e := es.byKey[key]; e != nil {
		e.Count++
		return nil
	}
	if es.IsFull() {
		return nil
	}
	e := &Entry{heading: heading(p, stream, d), Body: body(p, c, d), Count: 1}
	if es.Place != nil {
		e.heading = es.Place(d) + e.heading
	}
	es.byKey[key] = e
	es.List = append(es.List, e)
	return e
}

// IsFull reports whether no entry can be added.
func (es *Entries) IsFull() bool { return len(es.List) == MaxEntries }

// String returns the text, which ends in a line feed.
func (e *Entry) String() string {
	times := ""
	if e.Count > 1 {
		times = fmt.Sprintf(" ×%d", e.Count)
	}
	return e.heading + times + "\n" + e.Body
}

// Text returns the text of one finding.
func Text(p render.Pen, stream int, c *control.Conn, d *lint.Diagnostic) string {
	return heading(p, stream, d) + "\n" + body(p, c, d)
}
