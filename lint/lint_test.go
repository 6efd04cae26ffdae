package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/control"
	"github.com/google/go-cmp/cmp"
)

// A testCase is one of testdata, which its README describes.
type testCase struct {
	name, file string
	exchange   Example
	want       []string
}

func testCases(t testing.TB) (cases []testCase) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(string(text), "\n") {
			last := len(cases) - 1
			switch {
			case line == "":
			case strings.HasPrefix(line, "-- "):
				cases = append(cases, testCase{name: strings.Trim(line, "- "), file: file})
			case line[0] == 'S' || line[0] == 'C':
				cases[last].exchange = append(cases[last].exchange, line[:2]+unquote(t, line[2:]))
			default:
				cases[last].want = append(cases[last].want, line)
			}
		}
	}
	return cases
}

var repeatCall = regexp.MustCompile(`repeat\((\d+)\)`)

// unquote reads the notation of testdata: repeat(n) stands for n letters.
func unquote(t testing.TB, s string) string {
	s = repeatCall.ReplaceAllStringFunc(s, func(call string) string {
		n, _ := strconv.Atoi(call[len("repeat(") : len(call)-1])
		return strings.Repeat("x", n)
	})
	b, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return b
}

// findings lints an exchange and renders what is found.
func findings(e Example) (got []string) {
	c := linted(func(d *Diagnostic) {
		_, line, column := d.Position()
		d.Excerpt()
		got = append(got, fmt.Sprintf("%d:%d %s %s", line, column, d.Severity, d.Rule.Name))
	})
	e.Run(c)
	c.Close(control.RecordingEnds)
	return got
}

func TestCases(t *testing.T) {
	for _, tc := range testCases(t) {
		t.Run(tc.file+"/"+tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, findings(tc.exchange)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Bytes come in any pieces; only where the other side speaks is fixed.
func TestCasesInSingleBytes(t *testing.T) {
	for _, tc := range testCases(t) {
		if len(strings.Join(tc.exchange, "")) > 10000 {
			continue // too slow
		}
		t.Run(tc.file+"/"+tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, findings(tc.exchange.inSingleBytes())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRulesAreComplete(t *testing.T) {
	names := map[string]bool{}
	for r := range Rules() {
		t.Run(r.Name, func(t *testing.T) {
			if names[r.Name] {
				t.Error("the name is not unique")
			}
			names[r.Name] = true
			if r.Group == "" || r.Severity == 0 || r.Summary == "" || r.Why == "" || r.RFC == "" {
				t.Errorf("something is missing: %+v", r)
			}
			if !hasFinding(findings(r.Bad), r) {
				t.Errorf("the bad example is not found bad: %q", r.Bad)
			}
			if got := findings(r.Good); got != nil {
				t.Errorf("the good example has findings: %q", got)
			}
			if _, err := os.Stat("testdata/" + r.Name + ".txt"); err != nil {
				t.Error("no test data: ", err)
			}
		})
	}
	for _, tc := range testCases(t) {
		if rule := strings.TrimSuffix(filepath.Base(tc.file), ".txt"); RuleNamed(rule) == nil {
			t.Errorf("%s: there is no such rule", tc.file)
		}
	}
}

func hasFinding(got []string, r *Rule) bool {
	for _, f := range got {
		if strings.HasSuffix(f, " "+r.Severity.String()+" "+r.Name) {
			return true
		}
	}
	return false
}

func TestEachFileHasItsRule(t *testing.T) {
	found := map[string]bool{}
	for _, tc := range testCases(t) {
		for _, f := range findings(tc.exchange) {
			rule := f[strings.LastIndexByte(f, ' ')+1:]
			found[tc.file+" "+rule] = true
		}
	}
	for r := range Rules() {
		if !found["testdata/"+r.Name+".txt "+r.Name] {
			t.Errorf("no case in testdata/%s.txt has a finding of it", r.Name)
		}
	}
}

func TestClientsTable(t *testing.T) {
	known := map[string]bool{}
	for r := range Rules() {
		known[r.Name] = true
		for d := range r.Deviations().Each() {
			known[d.String()] = true
		}
	}
	for line := range strings.Lines(measured) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 5 || !known[f[0]] || f[1] == "" || f[3] == "" {
			t.Errorf("bad line %q", line)
		}
	}
}

// Every departure that a rule is found by is about something that a recording may lose,
// unless the code tells it.
func TestSignsNeedWhatTheyAreAbout(t *testing.T) {
	plain := map[string]bool{"code-out-of-range": true, "unknown-code": true, "bad-separator": true, "long-line": true}
	for r := range Rules() {
		if r.Deviations() != 0 && (r.Needs == 0) != plain[r.Name] {
			t.Errorf("%s needs %q", r.Name, r.Needs)
		}
	}
}
