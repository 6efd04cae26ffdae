package probe

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/google/go-cmp/cmp"
)

// TestChecksAreWhole looks for what a check must not lack.
func TestChecksAreWhole(t *testing.T) {
	name := regexp.MustCompile(`^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$`)
	section := regexp.MustCompile(`^RFC \d+ [\d.]+$|^draft-[a-z0-9-]+$|^no RFC: .+$`)
	seen := map[string]bool{}
	for c := range Checks() {
		switch {
		case !name.MatchString(c.Name) || seen[c.Name]:
			t.Errorf("the name %q", c.Name)
		case !section.MatchString(c.Section):
			t.Errorf("%s: the section %q", c.Name, c.Section)
		case !strings.HasSuffix(c.Asks, "?") || c.Why == "":
			t.Errorf("%s: it does not tell what it asks, and why", c.Name)
		case len(c.Steps) == 0:
			t.Errorf("%s: there are no steps", c.Name)
		}
		seen[c.Name] = true
		for _, step := range c.Steps {
			if verb, _, _ := strings.Cut(step.Line, " "); stores(verb) && c.Needs&Write == 0 {
				t.Errorf("%s: %q changes files, and the check does not say so", c.Name, step.Line)
			}
			if step.Opener != "" && c.Needs&Login == 0 {
				t.Errorf("%s: there is no data connection without a login", c.Name)
			}
		}
	}
}

// TestChecksNeedWrite looks for commands that change something in checks that may be
// played without leave.
func TestChecksNeedWrite(t *testing.T) {
	changing := regexp.MustCompile(`^(X?MKD|X?RMD|DELE|STO[RU]|APPE|RNTO|MF(MT|CT|F)|ALLO|SITE (CHMOD|UTIME))\b`)
	for c := range Checks() {
		for _, step := range c.Steps {
			if changing.MatchString(step.Line) && c.Needs&Write == 0 && c.Name != "rnto-without-rnfr" {
				t.Errorf("%s: %q", c.Name, step.Line)
			}
		}
	}
}

// TestEveryCommandIsAsked compares the table with that of package dialogue.
func TestEveryCommandIsAsked(t *testing.T) {
	asked := map[string]bool{"USER": true, "P@SW": true} // P@SW is a slip of one client's
	for c := range Checks() {
		for _, line := range c.Lines() {
			for part := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ' ' || r == '\r' || r == '\n' }) {
				asked[part] = true
			}
		}
	}
	for verb := range dialogue.Verbs() {
		if !asked[verb] {
			t.Errorf("%s is not asked", verb)
		}
	}
}

// TestNamesAreKnown looks for words in braces that no run replaces.
func TestNamesAreKnown(t *testing.T) {
	ours := names{"home": "/", "file": "f", "size": "1", "rest": "x", "server": "s", "host": "h"}
	for c := range Checks() {
		for _, step := range c.Steps {
			for _, text := range []string{step.Line, step.Shows, step.Exactly} {
				if got := ours.expand(text); strings.ContainsAny(got, "{}") {
					t.Errorf("%s: %q", c.Name, got)
				}
			}
		}
	}
}

func TestExpand(t *testing.T) {
	n := names{"a": "1", "b": "{a}"}
	tests := [][2]string{
		{"", ""}, {"x", "x"}, {"{a}", "1"}, {"x{a}y{b}z", "x1y{a}z"}, {"{nothing} {a}", "{nothing} 1"}, {"{a", "{a"}, {"a}", "a}"},
	}
	for _, tt := range tests {
		if got := n.expand(tt[0]); got != tt[1] {
			t.Errorf("%q: %q, want %q", tt[0], got, tt[1])
		}
	}
}

func TestInSection(t *testing.T) {
	c := Check{Section: "RFC 959 4.1.1"}
	tests := []struct {
		section string
		want    bool
	}{
		{"", true}, {"RFC 959", true}, {"959", true}, {"rfc 959 section 4", true}, {"959/4.1", true}, {"RFC 959, 4.1.1", true},
		{"RFC 9", false}, {"959 4.1.1.1", false}, {"959 4.1.10", false}, {"959 5", false}, {"2389", false}, {"959 4.1.1 x", false},
	}
	for _, tt := range tests {
		if got := c.InSection(tt.section); got != tt.want {
			t.Errorf("%q: %v", tt.section, got)
		}
	}
}

func TestVerdictsAreInOrder(t *testing.T) {
	r := &Report{}
	for _, section := range []string{"no RFC: SITE", "RFC 2389 3", "RFC 959 4.1.10", "RFC 959 4.1.2", "RFC 2389 3", "RFC 959 4"} {
		r.Results = append(r.Results, Result{Check: &Check{Section: section}})
	}
	r.Results[4].Outcome = Failed
	want := []Verdict{
		{"RFC 959 4", [numberOfOutcomes]int{1}}, {"RFC 959 4.1.2", [numberOfOutcomes]int{1}}, {"RFC 959 4.1.10", [numberOfOutcomes]int{1}},
		{"RFC 2389 3", [numberOfOutcomes]int{1, 1}}, {"no RFC: SITE", [numberOfOutcomes]int{1}},
	}
	if diff := cmp.Diff(want, r.Verdicts()); diff != "" {
		t.Error(diff)
	}
}

func TestPlan(t *testing.T) {
	lacking := func(c Config) (n int) {
		for _, p := range c.Plan() {
			if p.Lacks != "" {
				n++
			}
		}
		return n
	}
	all := len((&Config{}).Plan())
	some := lacking(Config{User: "x"})
	if none := lacking(Config{}); none <= some || none >= all {
		t.Errorf("%d of %d lack something without a user, %d with one", none, all, some)
	}
	if n := lacking(Config{User: "x", Write: true, Security: Explicit}); n != 0 {
		t.Errorf("%d lack something though all is there", n)
	}
	if n := len((&Config{Sections: []string{"RFC 7151"}}).Plan()); n != 2 {
		t.Errorf("%d checks of RFC 7151", n)
	}
}
