package lintcmd

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/jstemmer/go-junit-report/v2/junit"
)

// junitReport writes JUnit XML: a recording is a test suite, and a rule is a test
// case, which fails by findings at or above --fail-on, and is skipped where the recording
// cannot prove any.
type junitReport struct {
	out    *bufio.Writer
	linter *linter
	suites junit.Testsuites
}

// junitFindings makes the test suite of one recording.
type junitFindings struct {
	report *junitReport
	rec    *input.Recording
	cases  map[*lint.Rule]*junitCase
}

// junitCase is what one rule has found in a recording.
type junitCase struct {
	entries *findings.Entries
	count   int
	worst   lint.Severity
}

func newJUnitReport(in *input.Input, l *linter) report {
	return &junitReport{out: in.App.Out, linter: l}
}

func (j *junitReport) begin(rec *input.Recording) recordingReport {
	return &junitFindings{report: j, rec: rec, cases: map[*lint.Rule]*junitCase{}}
}

func (j *junitFindings) Open(*input.Connection)  {}
func (j *junitFindings) Close(*input.Connection) {}

func (j *junitFindings) find(c *input.Connection, d *lint.Diagnostic) {
	r := j.cases[d.Rule]
	if r == nil {
		r = &junitCase{entries: findings.NewEntries(false)}
		j.cases[d.Rule] = r
	}
	r.count++
	r.worst = max(r.worst, d.Severity)
	r.entries.Add(render.Pen{}, c.Number, &c.Conn, d)
}

// Done adds the test suite.
func (j *junitFindings) Done() {
	suites := &j.report.suites
	suite := junit.Testsuite{Name: render.Message(j.rec.Source), ID: len(suites.Suites), Time: "0"}
	for r := range lint.Rules() {
		if j.report.linter.config.Severity(r) != 0 {
			suite.AddTestcase(j.testcase(r))
		}
	}
	suites.AddSuite(suite)
}

func (j *junitFindings) testcase(r *lint.Rule) junit.Testcase {
	t := junit.Testcase{Name: r.Name, Classname: "ftpreply." + string(r.Group)}
	found := j.cases[r]
	switch {
	case !j.rec.Proves(r):
		t.Skipped = &junit.Result{Message: "the format does not keep what the rule needs: " + (r.Needs & j.rec.Lost).String()}
	case found == nil:
	case found.worst >= j.report.linter.failOn:
		t.Failure = &junit.Result{Message: found.summary(r), Type: found.worst.String(), Data: found.text()}
	default:
		t.SystemOut = &junit.Output{Data: found.text()}
	}
	return t
}

func (c *junitCase) summary(r *lint.Rule) string {
	return fmt.Sprintf("%s: %s", render.Count(c.count, "finding", "findings"), r.Summary)
}

func (c *junitCase) text() string {
	var b strings.Builder
	left := c.count
	for _, e := range c.entries.List {
		b.WriteString(e.String())
		left -= e.Count
	}
	if left > 0 {
		fmt.Fprintf(&b, "%d more are not listed\n", left)
	}
	return b.String()
}

func (j *junitReport) end(t *totals) error {
	if t.trouble {
		var trouble junit.Testsuite
		trouble.Name, trouble.ID, trouble.Time = "ftpreply", len(j.suites.Suites), "0"
		trouble.AddTestcase(junit.Testcase{Name: "input", Classname: "ftpreply", Error: &junit.Result{Message: "not all could be read"}})
		j.suites.AddSuite(trouble)
	}
	j.out.WriteString(xml.Header)
	return j.suites.WriteXML(j.out)
}
