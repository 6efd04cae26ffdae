package main

import (
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/spf13/cobra"
)

func (a *app) lintCommand() *cobra.Command {
	failOn := newChoice("error", map[string]lint.Severity{
		"info": lint.Info, "warning": lint.Warning, "error": lint.Error, "never": lint.Error + 1})
	format := newChoice("text", map[string]func(*input) findings{
		"text": newTextFindings, "ndjson": newJSONFindings})
	cmd := &cobra.Command{
		Use:   "lint file|directory|-...",
		Short: "Tell what is wrong with the replies, and whom it breaks",
		Long: `Tell what is wrong with the replies in recordings of control connections, and
which clients it breaks. The exit status is 0 when nothing was found at or above
the severity of --fail-on, 1 when something was, 2 when not all could be read.`,
		Args: cobra.MinimumNArgs(1),
	}
	in := a.newInput(cmd)
	cmd.Flags().Var(&failOn, "fail-on", "least severity for exit status 1: "+failOn.names())
	cmd.Flags().Var(&format, "format", "format of the output: "+format.names())
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		l := &linter{findings: format.value(in)}
		err := in.read(args, l)
		l.findings.end(&l.totals)
		if err == nil && l.totals.worst() >= failOn.value {
			err = errFindings
		}
		return err
	}
	return cmd
}

// findings writes what a linter finds.
type findings interface {
	begin(source string, format *transcript.Format)
	find(stream int, c *lint.Conn, d *lint.Diagnostic)
	close(stream int, c *lint.Conn)
	end(*totals)
}

// A linter is the sink that judges and counts.
type linter struct {
	findings
	totals totals
}

// totals counts what was read and found.
type totals struct {
	files, connections int
	replies            int64
	bySeverity         [lint.Error + 1]int
}

func (t *totals) worst() lint.Severity {
	for s := lint.Error; s > 0; s-- {
		if t.bySeverity[s] > 0 {
			return s
		}
	}
	return 0
}

func (l *linter) begin(source string, format *transcript.Format) {
	l.totals.files++
	l.findings.begin(source, format)
}

func (l *linter) open(stream int, c *lint.Conn) {
	l.totals.connections++
	c.Report = func(d *lint.Diagnostic) {
		l.totals.bySeverity[d.Severity]++
		l.find(stream, c, d)
	}
}

func (l *linter) close(stream int, c *lint.Conn) {
	l.totals.replies += c.Stats.Replies
	l.findings.close(stream, c)
}
