package main

import (
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/spf13/cobra"
)

func (a *app) lintCommand() *cobra.Command {
	failOn := newChoice("error", map[string]lint.Severity{
		"info": lint.Info, "warning": lint.Warning, "error": lint.Error, "never": lint.Error + 1})
	format := newChoice("text", map[string]func(*input, *linter) findings{
		"text": newTextFindings, "ndjson": newJSONFindings, "sarif": newSARIFFindings, "junit": newJUnitFindings})
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
	cmd.Flags().Var(&failOn, "fail-on", "least severity for exit status 1: "+failOn.names())
	cmd.Flags().Var(&format, "format", "format of the output: "+format.names())
	grading, baseline := newGrading(cmd.Flags()), newBaseline(cmd.Flags())
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		l := &linter{failOn: failOn.value, baseline: baseline}
		if err := l.prepare(grading); err != nil {
			return err
		}
		l.findings = format.value(in, l)
		return l.run(in, args)
	}
	return cmd
}

// findings writes what a linter finds.
type findings interface {
	begin(source string, format *transcript.Format)
	find(stream int, c *lint.Conn, d *lint.Diagnostic)
	close(stream int, c *lint.Conn)
	end(*totals) error
}

// A linter is the sink that judges and counts.
type linter struct {
	findings
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
	known              int  // findings of the baseline; they are in no other count
	trouble            bool // not all could be read
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

// run lints all recordings, and writes a baseline only if all could be read.
func (l *linter) run(in *input, names []string) error {
	readErr := in.read(names, l)
	l.totals.trouble = readErr != nil
	if err := l.findings.end(&l.totals); err != nil {
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

func (l *linter) begin(source string, format *transcript.Format) {
	l.totals.files++
	l.findings.begin(source, format)
}

func (l *linter) open(stream int, c *lint.Conn) {
	l.totals.connections++
	c.Report = func(d *lint.Diagnostic) {
		if !l.config.Apply(d) {
			return
		}
		if l.baseline.knows(d) {
			l.totals.known++
			return
		}
		l.totals.bySeverity[d.Severity]++
		l.find(stream, c, d)
	}
}

func (l *linter) close(stream int, c *lint.Conn) {
	l.totals.replies += c.Stats.Replies
	l.findings.close(stream, c)
}
