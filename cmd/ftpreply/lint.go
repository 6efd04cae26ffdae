package main

import (
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

func (a *app) lintCommand() *cobra.Command {
	failOn := newChoice("error", map[string]lint.Severity{
		"info": lint.Info, "warning": lint.Warning, "error": lint.Error, "never": lint.Error + 1})
	format := newChoice("text", map[string]func(*input, *linter) report{
		"text": newTextReport, "ndjson": newJSONReport, "sarif": newSARIFReport, "junit": newJUnitReport})
	cmd := &cobra.Command{
		Use:   "lint file|directory|-...",
		Short: "Tell what is wrong with the replies, and whom it breaks",
		Long: `Tell what is wrong with the replies in recordings of control connections, and
which clients it breaks. The exit status is 0 when nothing was found at or above
the severity of --fail-on, 1 when something was, 2 when not all could be read.

Rules are turned on and off and graded by name or by group: framing, bytes, codes
and others, which "ftpreply explain" lists, or all. The name of a rule goes before that
of its group, and that before all. A file for --config is an object such as
  {"strict": true, "rules": {"bytes": "off", "bare-lf": "on", "stray-line": "error"}}

A baseline is a file of fingerprints, which --write-baseline writes. A fingerprint is
made of the rule, the verb of the command, the reply code, and the line without
its digits, so it stays when ports, dates and sizes change.`,
		Args: cobra.MinimumNArgs(1),
	}
	in := a.newInput(cmd)
	failOn.addTo(cmd, "fail-on", "least severity for exit status 1")
	format.addTo(cmd, "format", "format of the output")
	grading, baseline := newGrading(cmd), newBaseline(cmd.Flags())
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		l := &linter{failOn: failOn.value, baseline: baseline}
		if err := l.prepare(grading); err != nil {
			return err
		}
		l.report = format.value(in, l)
		return l.end(in.read(args, l.begin))
	}
	return cmd
}

// A report writes what a linter finds.
type report interface {
	// begin starts a recording.
	begin(*recording) findings
	// end has been told all.
	end(*totals) error
}

// findings writes what a linter finds in one recording.
type findings interface {
	find(*connection, *lint.Diagnostic)
	sink
}

// A linter judges and counts.
type linter struct {
	report   report
	failOn   lint.Severity
	config   lint.Config
	baseline *baseline
	totals   totals
}

// totals counts what was read and found.
type totals struct {
	files, connections int
	replies            int64
	bySeverity         [lint.Error + 1]int
	known              int   // findings of the baseline; they are in no other count
	filtered           int64 // findings that were not asked for; they are in no other count
	trouble            bool  // not all could be read
}

func (t *totals) add(u *totals) {
	t.files += u.files
	t.connections += u.connections
	t.replies += u.replies
	for s, n := range u.bySeverity {
		t.bySeverity[s] += n
	}
	t.known += u.known
	t.filtered += u.filtered
}

func (t *totals) worst() lint.Severity {
	for s := lint.Error; s > 0; s-- {
		if t.bySeverity[s] > 0 {
			return s
		}
	}
	return 0
}

func (l *linter) prepare(g *grading) (err error) {
	if l.config, err = g.config(); err != nil {
		return err
	}
	return l.baseline.read()
}

// end finishes the report, and writes a baseline only if all could be read.
func (l *linter) end(readErr error) error {
	l.totals.trouble = readErr != nil
	if err := l.report.end(&l.totals); err != nil {
		return err
	}
	if readErr != nil {
		return readErr
	}
	if err := l.baseline.write(); err != nil {
		return err
	}
	if l.totals.worst() >= l.failOn {
		return errFindings
	}
	return nil
}

// lintedRecording is the sink that judges one recording.
type lintedRecording struct {
	*linter
	findings findings
	rec      *recording
	totals   totals
	found    foundBefore
}

func (l *linter) begin(rec *recording) sink {
	return &lintedRecording{linter: l, findings: l.report.begin(rec), rec: rec, totals: totals{files: 1}, found: foundBefore{}}
}

func (l *lintedRecording) open(c *connection) {
	l.totals.connections++
	l.findings.open(c)
	c.Report = func(d *lint.Diagnostic) {
		if !l.rec.proves(d.Rule) || !l.config.Apply(d) || !l.rec.selects(d.Item) {
			return
		}
		if l.baseline.knows(d, l.found) {
			l.totals.known++
			return
		}
		l.totals.bySeverity[d.Severity]++
		l.findings.find(c, d)
	}
}

func (l *lintedRecording) close(c *connection) {
	l.totals.replies += c.Stats.Replies
	l.findings.close(c)
}

func (l *lintedRecording) done() {
	l.totals.filtered = l.rec.filtered
	l.linter.totals.add(&l.totals)
	for _, f := range l.found {
		l.baseline.found.add(f)
	}
	l.findings.done()
}
