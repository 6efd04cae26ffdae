package findings

import (
	"strings"

	"github.com/ftpreply/ftpreply/lint"
)

// JsonExcerpt is one line of an excerpt.
type JsonExcerpt struct {
	Line int64  `json:"line"`
	Text string `json:"text"`
	Mark string `json:"mark,omitempty"` // the place, a part of the text
}

func ClientNames(clients []lint.Client) (names []string) {
	for _, c := range clients {
		names = append(names, strings.TrimSpace(c.Name+" "+c.Version))
	}
	return names
}

func ExcerptLines(e lint.Excerpt) (lines []JsonExcerpt) {
	for _, l := range []*lint.ExcerptLine{e.Before, &e.Line, e.After} {
		if l != nil {
			lines = append(lines, JsonExcerpt{l.Number, string(l.Head) + string(l.Mark) + string(l.Tail), string(l.Mark)})
		}
	}
	return lines
}
