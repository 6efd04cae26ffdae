package findings

import (
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/google/go-cmp/cmp"
)

// texts returns the texts of the findings of a rule in the bytes of a server.
func texts(rule, server string) (got []string) {
	c := &control.Conn{}
	l := lint.Linter{Report: func(d *lint.Diagnostic) {
		if d.Rule.Name == rule {
			got = append(got, Text(render.Pen{}, 1, c, d))
		}
	}}
	c.Handle = l.Item
	lint.Example{"S " + server}.Run(c)
	c.Close(control.RecordingEnds)
	return got
}

// line returns the line of a text that has this part.
func line(text, part string) string {
	for l := range strings.Lines(text) {
		if strings.Contains(l, part) {
			return strings.TrimSuffix(l, "\n")
		}
	}
	return ""
}

// Carets are under the place also after wide, combining and escaped characters.
func TestCarets(t *testing.T) {
	for _, before := range []string{"abc", "日本", "e\u0301x", "\u202e", "a\tb", "\\"} {
		got := texts("control-byte", "220 "+before+"\x01 x\r\n")
		if len(got) != 1 {
			t.Fatalf("%q: %q", before, got)
		}
		bytes, carets := line(got[0], `\x01`), line(got[0], "^^^^")
		at := render.Width(bytes[:strings.Index(bytes, `\x01`)])
		if want := strings.Index(carets, "^"); at != want {
			t.Errorf("%q: column %d, carets in column %d\n%s", before, at, want, got[0])
		}
	}
}

// A line is cut between characters, and the cut is marked.
func TestCutExcerpts(t *testing.T) {
	for n := range 4 {
		text := strings.Repeat("a", n) + strings.Repeat("日", 100)
		got := texts("control-byte", "220 "+text+"\x01"+text+"\r\n")
		if len(got) != 1 {
			t.Fatalf("%q", got)
		}
		l := line(got[0], `\x01`)
		if strings.Count(l, cutMark) != 2 || strings.Contains(l, `\x97`) || strings.Contains(l, `\xe6`) || strings.Contains(l, `\xa5`) {
			t.Errorf("%s", l)
		}
	}
}

func TestTrimmed(t *testing.T) {
	tests := []struct {
		line control.ExcerptLine
		want string
	}{
		{control.ExcerptLine{Head: []byte("\x97\xa5a"), Mark: []byte("b"), Tail: []byte("c\xe6\x97"), CutHead: true, CutTail: true}, "a|b|c"},
		{control.ExcerptLine{Mark: []byte("\xa5b\xe6"), CutHead: true, CutTail: true}, "|b|"},
		{control.ExcerptLine{Head: []byte("\xa5"), Tail: []byte("\xe6")}, "\xa5||\xe6"},
		{control.ExcerptLine{CutHead: true, CutTail: true}, "||"},
	}
	for _, tt := range tests {
		head, mark, tail := trimmed(&tt.line)
		if diff := cmp.Diff(tt.want, string(head)+"|"+string(mark)+"|"+string(tail)); diff != "" {
			t.Error(diff)
		}
	}
}
