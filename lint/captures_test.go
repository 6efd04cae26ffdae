package lint_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/google/go-cmp/cmp"
)

// lintCapture counts the findings of a recording, by severity and rule.
func lintCapture(t *testing.T, file string) map[string]int {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := transcript.Open(f, "")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	conns := map[int]*control.Conn{}
	for {
		e, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		c := conns[e.Conn]
		if c == nil {
			l := &lint.Linter{Report: func(d *lint.Diagnostic) { found[d.Severity.String()+" "+d.Rule.Name]++ }}
			c = &control.Conn{Handle: l.Item}
			conns[e.Conn] = c
		}
		if e.Side == transcript.Client {
			c.Client(e.Bytes, e.Time)
		} else {
			c.Server(e.Bytes, e.Time)
		}
	}
	for _, c := range conns {
		c.Close(control.RecordingEnds)
	}
	return found
}

// The findings in recordings of real servers, each reviewed by a person.
func TestCaptures(t *testing.T) {
	want := map[string]map[string]int{
		"vsftpd/full": {
			"warning hidden-reply": 3, "warning terminal-escape": 2, "warning unsafe-path": 3,
			"info bare-lf": 4, "info code-in-the-wild": 17, "info control-byte": 3, "warning nul-byte": 1,
			"info cr-run": 1, "info long-line": 1, "info not-utf8": 10,
		},
		"vsftpd/client-perl": {
			"warning hidden-reply": 1,
			"info bare-lf":         1, "info code-in-the-wild": 2, "info not-utf8": 2,
		},
		"vsftpd/tls": {"info not-utf8": 6},
	}
	for session, findings := range want {
		t.Run(session, func(t *testing.T) {
			got := lintCapture(t, filepath.Join("../testdata/captures", session, "exchange.ndjson"))
			if diff := cmp.Diff(findings, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The reviewed errors are of rules that there are, with a reason.
func TestReviewed(t *testing.T) {
	text, err := os.ReadFile("testdata/reviewed.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 5 || f[4] == "" {
			t.Fatalf("bad line %q", line)
		}
		if f[0] == "server" {
			continue
		}
		if r := lint.RuleNamed(f[2]); r == nil || r.Severity != lint.Error {
			t.Errorf("%q is not a rule of severity error", f[2])
		}
	}
}
