package explaincmd

import (
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
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
	for verb := range dialogue.Verbs() {
		for e := range dialogue.Expect(verb) {
			want[verb] = describe(e)
		}
	}
	for name, text := range want {
		var b strings.Builder
		explain(&b, subject(name))
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

// TestNames checks that a name has one subject. A deviation may have the name of the rule
// that reports it.
func TestNames(t *testing.T) {
	kinds := map[string]string{}
	add := func(name, kind string) {
		if kinds[name] != "" {
			t.Errorf("%s is both a %s and a %s", name, kinds[name], kind)
		}
		kinds[name] = kind
		if got := objectOf(subject(name)); got.Kind != kind || got.Name != name {
			t.Errorf("subject(%q) is %s %s, want %s", name, got.Kind, got.Name, kind)
		}
	}
	for r := range lint.Rules() {
		add(r.Name, "rule")
	}
	for d := range ftpreply.Deviations() {
		if r := lint.RuleNamed(d.Name); r == nil || !r.Deviations().HasAny(d.Deviation) {
			add(d.Name, "deviation")
		}
	}
	for c := range probe.Checks() {
		add(c.Name, "check")
	}
	for verb := range dialogue.Verbs() {
		add(verb, "command")
	}
	for c := range ftpreply.Codes() {
		add(c.Code.String(), "code")
	}
	if len(explainable()) != len(kinds) {
		t.Errorf("%d names are completed, want %d", len(explainable()), len(kinds))
	}
	for _, name := range []string{"", "12", "1234", "NOSUCH", "-12", " RETR"} {
		if s := subject(name); s != nil {
			t.Errorf("subject(%q) is %v", name, s)
		}
	}
	if s := subject("auth TLS"); s != command("AUTH TLS") {
		t.Errorf("subject is %v, want AUTH TLS", s)
	}
}
