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

// junitReport writes JUnit XML, one test suite after the other. A recording is a test suite and a
// rule is a test case. It fails by findings at or above --fail-on, and is skipped if the rule is
// mute.
type junitReport struct {
	out    *bufio.Writer
	xml    *xml.Encoder
	linter *linter
	suites int
}

// junitFindings makes the test suite of one recording.
type junitFindings struct {
	report *junitReport
	rec    *input.Recording
	cases  map[*lint.Rule]*junitCase
}

// junitCase holds the findings of one rule in a recording.
type junitCase struct {
	entries *findings.Entries
	count   int
	worst   lint.Severity
}

func newJUnitReport(in *input.Input, l *linter) report {
	j := &junitReport{out: in.App.Out, xml: xml.NewEncoder(in.App.Out), linter: l}
	j.xml.Indent("", "\t")
	j.out.WriteString(xml.Header)
	j.xml.EncodeToken(junitRoot)
	return j
}

var junitRoot = xml.StartElement{Name: xml.Name{Local: "testsuites"}}

// add writes a test suite. The output keeps errors until it is flushed.
func (j *junitReport) add(name string, cases []junit.Testcase) {
	suite := junit.Testsuite{Name: name, ID: j.suites, Time: "0"}
	j.suites++
	for _, c := range cases {
		suite.AddTestcase(c)
	}
	j.xml.EncodeElement(suite, xml.StartElement{Name: xml.Name{Local: "testsuite"}})
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
		r.entries.Place = func(d *lint.Diagnostic) string { return prefix(j.rec, d) }
		j.cases[d.Rule] = r
	}
	r.count++
	r.worst = max(r.worst, d.Severity)
	r.entries.Add(render.Pen{}, c.Number, &c.Conn, d)
}

// Done writes the test suite.
func (j *junitFindings) Done() {
	var cases []junit.Testcase
	for r := range lint.Rules() {
		if j.report.linter.config.Severity(r) != 0 {
			cases = append(cases, j.testcase(r))
		}
	}
	j.report.add(render.Message(j.rec.Source), cases)
}

func (j *junitFindings) testcase(r *lint.Rule) junit.Testcase {
	t := junit.Testcase{Name: r.Name, Classname: "ftpreply." + string(r.Group)}
	found := j.cases[r]
	switch {
	case !j.rec.Proves(r):
		t.Skipped = &junit.Result{Message: "the format does not keep what the rule needs: " + (r.Needs & j.rec.Lost).String()}
	case found == nil:
	case found.worst >= j.report.linter.failOn:
		t.Failure = &junit.Result{Message: fmt.Sprintf("%s: %s", render.Count(found.count, "finding", "findings"), r.Summary), Type: found.worst.String(), Data: found.text()}
	default:
		t.SystemOut = &junit.Output{Data: found.text()}
	}
	return t
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
		j.add("ftpreply", []junit.Testcase{{Name: "input", Classname: "ftpreply", Error: &junit.Result{Message: "not all input could be read"}}})
	}
	j.xml.EncodeToken(junitRoot.End())
	if err := j.xml.Flush(); err != nil {
		return err
	}
	return j.out.WriteByte('\n')
}
