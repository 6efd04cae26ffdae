package main

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/jstemmer/go-junit-report/v2/junit"
)

// junitFindings writes JUnit XML: a recording is a test suite, and a rule is a test
// case, which fails by findings at or above --fail-on.
type junitFindings struct {
	out    *bufio.Writer
	linter *linter
	text   textFindings // which renders a finding
	suites junit.Testsuites
	source string
	cases  map[*lint.Rule]*junitCase
}

// junitCase is what one rule has found in a recording.
type junitCase struct {
	entries
	count int
	worst lint.Severity
}

func newJUnitFindings(in *input, l *linter) findings {
	return &junitFindings{out: in.app.out, linter: l}
}

func (j *junitFindings) begin(source string, _ *transcript.Format) {
	j.flush()
	j.source, j.cases = source, map[*lint.Rule]*junitCase{}
}

func (j *junitFindings) find(stream int, c *lint.Conn, d *lint.Diagnostic) {
	r := j.cases[d.Rule]
	if r == nil {
		r = &junitCase{entries: newEntries()}
		j.cases[d.Rule] = r
	}
	r.count++
	r.worst = max(r.worst, d.Severity)
	if e := r.entry(stream, d); e != nil && e.count == 1 {
		e.heading, e.body = j.text.heading(stream, d), j.text.body(c, d)
	}
}

func (j *junitFindings) close(int, *lint.Conn) {}

// flush makes the test suite of the recording that was read, if one was.
func (j *junitFindings) flush() {
	if j.cases == nil {
		return
	}
	suite := junit.Testsuite{Name: quote([]byte(j.source)), ID: len(j.suites.Suites), Time: "0"}
	for r := range lint.Rules() {
		if j.linter.config.Severity(r) != 0 {
			suite.AddTestcase(j.testcase(r))
		}
	}
	j.suites.AddSuite(suite)
}

func (j *junitFindings) testcase(r *lint.Rule) junit.Testcase {
	t := junit.Testcase{Name: r.Name, Classname: "ftpreply." + string(r.Group)}
	found := j.cases[r]
	switch {
	case found == nil:
	case found.worst >= j.linter.failOn:
		t.Failure = &junit.Result{Message: found.summary(r), Type: found.worst.String(), Data: found.text()}
	default:
		t.SystemOut = &junit.Output{Data: found.text()}
	}
	return t
}

func (c *junitCase) summary(r *lint.Rule) string {
	return fmt.Sprintf("%s: %s", count(int64(c.count), "finding", "findings"), r.Summary)
}

func (c *junitCase) text() string {
	var b strings.Builder
	left := c.count
	for _, e := range c.order {
		b.WriteString(e.String())
		left -= e.count
	}
	if left > 0 {
		fmt.Fprintf(&b, "%d more are not listed\n", left)
	}
	return b.String()
}

func (j *junitFindings) end(t *totals) error {
	j.flush()
	if t.trouble {
		var trouble junit.Testsuite
		trouble.Name, trouble.ID, trouble.Time = "ftpreply", len(j.suites.Suites), "0"
		trouble.AddTestcase(junit.Testcase{Name: "input", Classname: "ftpreply", Error: &junit.Result{Message: "not all could be read"}})
		j.suites.AddSuite(trouble)
	}
	j.out.WriteString(xml.Header)
	return j.suites.WriteXML(j.out)
}
