// Package findings writes the findings of the linter as text and JSON. It has the flags that
// grade rules.
package findings

import (
	"fmt"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/lint"
)

// Entries are findings, of which those of one rule for one verb and code are one.
type Entries struct {
	merged bool
	Order  []*Entry
	byKey  map[entryKey]*Entry
}

type entryKey struct {
	stream int
	rule   *lint.Rule
	verb   string
	code   ftpreply.Code
}

type Entry struct {
	heading string // without the count
	Body    string
	Count   int
}

// MaxEntries is how many entries are kept.
const MaxEntries = 1000

// NewEntries returns empty entries. If merged is set, findings of all connections share them.
func NewEntries(merged bool) Entries { return Entries{merged: merged, byKey: map[entryKey]*Entry{}} }

// Add counts a finding. It returns its entry if that is new, and nil if the finding has one, or
// there is no room for another.
func (es *Entries) Add(t render.Pen, stream int, c *lint.Conn, d *lint.Diagnostic) *Entry {
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
	if len(es.Order) == MaxEntries {
		return nil
	}
	e := &Entry{heading: Heading(t, stream, d), Body: Body(t, c, d), Count: 1}
	es.byKey[key] = e
	es.Order = append(es.Order, e)
	return e
}

// IsFull reports whether there is no room for another entry.
func (es *Entries) IsFull() bool { return len(es.Order) == MaxEntries }

func (e *Entry) String() string {
	times := ""
	if e.Count > 1 {
		times = fmt.Sprintf(" ×%d", e.Count)
	}
	return e.heading + times + "\n" + e.Body
}
