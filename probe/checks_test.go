package probe

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/lint"
)

func TestChecksAreComplete(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	section := regexp.MustCompile(`^RFC \d+ [\d.]+$|^draft-[a-z0-9-]+$|^no RFC: .+$`)
	sentence := regexp.MustCompile(`^[A-Z5].*[.)]$`)
	seen := map[string]bool{}
	for c := range Checks() {
		switch {
		case !name.MatchString(c.Name) || seen[c.Name]:
			t.Errorf("the name %q", c.Name)
		case lint.RuleNamed(c.Name) != nil:
			t.Errorf("%s is also the name of a rule", c.Name)
		case !section.MatchString(c.Section):
			t.Errorf("%s: the section %q", c.Name, c.Section)
		case !strings.HasSuffix(c.Asks, "?") || !sentence.MatchString(c.Why):
			t.Errorf("%s: %q, %q", c.Name, c.Asks, c.Why)
		}
		seen[c.Name] = true
	}
	for d := range ftpreply.Deviations() {
		if seen[d.Name] {
			t.Errorf("%s is also the name of a deviation", d.Name)
		}
	}
	for _, c := range checks {
		if len(c.steps) == 0 && c.play == nil {
			t.Errorf("%s has no steps", c.Name)
		}
		for _, step := range c.steps {
			if step.opener != "" && c.needs&needLogin == 0 {
				t.Errorf("%s: a data connection needs a login", c.Name)
			}
		}
	}
}

// TestOwnNames looks at each command that changes files: the check must need leave to write,
// and each name must have the token of the run.
func TestOwnNames(t *testing.T) {
	changing := regexp.MustCompile(`^(X?MKD|X?RMD|DELE|STO[RU]|APPE|RNFR|RNTO|MF(MT|CT|F)|MDTM \d+|SITE (CHMOD|UTIME)|ALLO)\b`)
	harmless := map[string]bool{"ALLO 8": true, "STOU": true, "RNFR {missing}": true, "RNTO {missing}": true}
	own := regexp.MustCompile(`^\S+ (\d+ |[A-Z]+ \d+ |modify=\d+; )?\{(run|own|missing)\}`)
	ours := names{"run": "TOKEN", "own": "TOKEN", "missing": "TOKEN"}
	for _, c := range checks {
		for _, step := range c.steps {
			for _, line := range []string{step.line, step.during} {
				if !changing.MatchString(line) {
					continue
				}
				if c.needs&needWrite == 0 && !harmless[line] {
					t.Errorf("%s: %q without leave to write", c.Name, line)
				}
				if !own.MatchString(line) && line != "ALLO 8" && line != "STOU" {
					t.Errorf("%s: %q", c.Name, line)
				}
				if name := ours.expand(line); !strings.Contains(name, "TOKEN") && strings.Contains(line, "{") {
					t.Errorf("%s: %q", c.Name, name)
				}
			}
			if verb, _, _ := strings.Cut(step.line, " "); stores(verb) && c.needs&needWrite == 0 {
				t.Errorf("%s: %q without leave to write", c.Name, step.line)
			}
		}
	}
}

// TestEveryCommandIsAsked compares the table with that of package dialogue.
func TestEveryCommandIsAsked(t *testing.T) {
	asked := map[string]bool{"USER": true, "P@SW": true} // P@SW is a typing error of one client
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
	known := names{}
	for _, word := range []string{"run", "missing", "own", "file", "size", "rest", "home", "server", "host", "eprt"} {
		known[word] = "x"
	}
	for _, c := range checks {
		for _, step := range c.steps {
			for _, text := range []string{step.line, step.shows, step.exactly, step.upload} {
				if got := known.expand(text); strings.ContainsAny(got, "{}") {
					t.Errorf("%s: %q", c.Name, got)
				}
			}
		}
	}
}
