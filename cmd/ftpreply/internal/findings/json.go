package findings

import (
	"strings"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// An ExcerptLine is a line of an excerpt in JSON.
type ExcerptLine struct {
	Line int64  `json:"line"`
	Text string `json:"text"`
	Mark string `json:"mark,omitempty"` // the marked part of the text
	Cut  bool   `json:"cut,omitempty"`  // the text is a part of the line
}

// ExcerptLines returns the lines of an excerpt.
func ExcerptLines(e control.Excerpt) (lines []ExcerptLine) {
	for _, l := range []*control.ExcerptLine{e.Before, &e.Line, e.After} {
		if l != nil {
			head, mark, tail := trimmed(l)
			text := string(head) + string(mark) + string(tail)
			lines = append(lines, ExcerptLine{l.Number, text, string(mark), l.CutHead || l.CutTail})
		}
	}
	return lines
}

// ClientNames returns the names and versions of clients.
func ClientNames(clients []lint.Client) (names []string) {
	for _, c := range clients {
		names = append(names, strings.TrimSpace(c.Name+" "+c.Version))
	}
	return names
}
