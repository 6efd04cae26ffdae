package main

import (
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
)

func TestExplainEverything(t *testing.T) {
	want := map[string]string{}
	for r := range lint.Rules() {
		want[r.Name] = r.Summary
	}
	for d := range ftpreply.Deviations() {
		if want[d.Name] == "" {
			want[d.Name] = d.Summary
		}
	}
	for c := range ftpreply.Codes() {
		want[c.Code.String()] = c.Meaning
	}
	for name, text := range want {
		var b strings.Builder
		if err := explain(&b, name); err != nil {
			t.Error(err)
		}
		if got := strings.Join(strings.Fields(b.String()), " "); !strings.HasPrefix(got, name) || !strings.Contains(got, text) {
			t.Errorf("%s: %q is not in %q", name, text, got)
		}
		for line := range strings.Lines(b.String()) {
			if len([]rune(line)) > 81 {
				t.Errorf("%s: long line %q", name, line)
			}
		}
	}
}

func TestQuote(t *testing.T) {
	tests := []struct{ in, want string }{
		{"a b", "a b"},
		{`say "hi" \ there`, `say "hi" \\ there`},
		{"\x1b[31m\r\n\t\x7f\x00", `\x1b[31m\r\n\t\x7f\x00`},
		{"caf\xe9 caf\u00e9", `caf\xe9 caf` + "\u00e9"},
		{"\u009b\u202e", `\u009b\u202e`},
	}
	for _, tt := range tests {
		if got := quote([]byte(tt.in)); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestEscapeUnprintable(t *testing.T) {
	in := "\"a\u00e9\x7f\u009b\u202e\U0001f600\""
	want := "\"a\u00e9" + `\u007f\u009b\u202e` + "\U0001f600\""
	if got := string(escapeUnprintable([]byte(in))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
