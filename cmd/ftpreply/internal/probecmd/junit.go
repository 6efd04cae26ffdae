package probecmd

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
	"github.com/jstemmer/go-junit-report/v2/junit"
)

// probeJUnit writes JUnit XML: a section is a test suite and a check is a test case, which
// fails with the check, or by findings at or above --fail-on.
type probeJUnit struct {
	out    *bufio.Writer
	failOn lint.Severity
	known  *baseline
	worst  lint.Severity   // of the current check
	texts  strings.Builder // its findings
	cases  map[string][]junit.Testcase
}

func newProbeJUnit(p *probing) probeReport {
	return &probeJUnit{out: p.app.Out, failOn: p.failOn.Value, known: p.baseline, cases: map[string][]junit.Testcase{}}
}

func (j *probeJUnit) found(conn int, c *control.Conn, d *lint.Diagnostic) {
	const enough = 64 << 10
	j.worst = max(j.worst, d.Severity)
	if j.texts.Len() < enough {
		j.texts.WriteString(findings.Text(render.Pen{}, conn, c, d))
	}
}

func (j *probeJUnit) checked(r *probe.Result) {
	section := r.Check.Section
	j.cases[section] = append(j.cases[section], j.testcase(r))
	j.worst = 0
	j.texts.Reset()
}

func (j *probeJUnit) testcase(r *probe.Result) junit.Testcase {
	c := junit.Testcase{Name: r.Check.Name, Classname: "ftpreply.probe." + r.Check.Section}
	text := r.Check.Asks + "\n" + said(r) + j.texts.String()
	switch {
	case r.Outcome == probe.Failed && lint.Error >= j.failOn && !j.known.knows(r):
		c.Failure = &junit.Result{Message: r.Reason, Type: r.Outcome.String(), Data: text}
	case j.worst >= j.failOn && j.worst > 0:
		c.Failure = &junit.Result{Message: "findings in the replies", Type: j.worst.String(), Data: text}
	case r.Outcome == probe.Passed || r.Outcome == probe.Failed:
		c.SystemOut = &junit.Output{Data: text}
	default:
		c.Skipped = &junit.Result{Message: fmt.Sprintf("%s: %s", r.Outcome, r.Reason)}
	}
	return c
}

// said is the exchange of a check.
func said(r *probe.Result) string {
	var b strings.Builder
	for _, turn := range r.Turns {
		if turn.Command != "" {
			fmt.Fprintf(&b, "> %s\n", render.Message(turn.Command))
		}
		for _, line := range turn.Replies {
			fmt.Fprintf(&b, "< %s\n", render.Message(line))
		}
	}
	return b.String()
}

func (j *probeJUnit) end(r *probe.Report) error {
	var suites junit.Testsuites
	for _, v := range r.Verdicts() {
		suite := junit.Testsuite{Name: v.Section, ID: len(suites.Suites), Time: "0"}
		for _, c := range j.cases[v.Section] {
			suite.AddTestcase(c)
		}
		suites.AddSuite(suite)
	}
	j.out.WriteString(xml.Header)
	return suites.WriteXML(j.out)
}
