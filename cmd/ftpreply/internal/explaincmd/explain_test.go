package explaincmd

import (
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
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
	for c := range probe.Checks() {
		want[c.Name] = c.Why
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
