// Package lintcmd implements "ftpreply lint".
package lintcmd

import (
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	failOn := cli.NewSeverityChoice()
	format := cli.NewChoice("text", newTextReport).
		Or("ndjson", newJSONReport).Or("sarif", newSARIFReport).Or("junit", newJUnitReport).Or("parquet", newParquetReport).Or("html", newHTMLReport)
	cmd := &cobra.Command{
		Use:   "lint file|directory|-...",
		Short: "Report deviations from the RFCs, and the clients that fail on them",
		Long: `Report where the replies in recordings deviate from the RFCs, and which clients fail on them.

An error means that no client can read the reply correctly. A warning means that at least one
real client desynchronizes or misreads it. An info is a common deviation that clients tolerate; it is
only counted unless -v is given. "ftpreply explain" lists the rules and explains each of them.

The severity of a rule is set by its name, by its group (framing, bytes, codes and others), or
for all rules. A name overrides a group, and a group overrides "all". A file for --config has the
same settings, for example
  {"strict": true, "rules": {"bytes": "off", "bare-lf": "on", "stray-line": "error"}}

A baseline is a file with the fingerprints of findings. A fingerprint consists of the rule, the
verb of the command, the reply code and the line without its digits. It stays the same when ports,
dates and sizes change.`,
		Example: `  ftpreply lint capture.pcap                           # a packet capture
  ftpreply lint -v --fail-on warning logs/             # all files in a directory
  ftpreply lint --format sarif -o ftp.sarif logs/      # a report for code scanning
  ftpreply lint --format html -o report.html logs/     # a page for people
  ftpreply lint --write-baseline known.json logs/      # accept the findings of today ...
  ftpreply lint --baseline known.json logs/            # ... and report only new ones
  tcpdump -U -w - port 21 | ftpreply lint -            # live`,
	}
	in := input.New(a, cmd)
	grading, baseline := findings.NewGrading(cmd), newBaseline(cmd.Flags())
	cli.Group(cmd.Flags(), "Rules")
	failOn.AddTo(cmd, "fail-on", "lowest severity for exit status 1")
	format.AddTo(cmd, "format", "output format")
	cli.Group(cmd.Flags(), "Output")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		config, err := grading.Config(a)
		if err != nil {
			return err
		}
		if err := baseline.open(a); err != nil {
			return err
		}
		l := &linter{failOn: failOn.Value, config: config, baseline: baseline}
		l.report = format.Value(in, l)
		return l.end(in.Read(args, l.begin))
	}
	return cmd
}

// A report writes findings in one output format.
type report interface {
	// begin starts the report on a recording.
	begin(*input.Recording) recordingReport
	// end writes the rest of the report.
	end(*totals) error
}

// A recordingReport writes the findings in one recording.
type recordingReport interface {
	find(*input.Connection, *lint.Diagnostic)
	input.Sink
}

// A linter judges recordings and counts findings.
type linter struct {
	report   report
	failOn   lint.Severity
	config   lint.Config
	baseline *baseline
	totals   totals
}

// totals counts input and findings.
type totals struct {
	files, connections int
	replies            int64
	bySeverity         [lint.Error + 1]int
	known              int   // findings of the baseline, not counted elsewhere
	filtered           int64 // findings that the filter rejects, not counted elsewhere
	skippedLines       int64 // lines that were too long to be read
	trouble            bool  // some input could not be read
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
	t.skippedLines += u.skippedLines
}

func (t *totals) worst() lint.Severity {
	for s := lint.Error; s > 0; s-- {
		if t.bySeverity[s] > 0 {
			return s
		}
	}
	return 0
}

// end finishes the report, and writes the baseline if all input was read.
func (l *linter) end(readErr error) error {
	l.totals.trouble = readErr != nil
	if err := l.report.end(&l.totals); err != nil {
		return err
	}
	if err := l.baseline.close(readErr == nil); err != nil {
		return err
	}
	if readErr != nil {
		return readErr
	}
	if l.totals.worst() >= l.failOn {
		return cli.ErrFindings
	}
	return nil
}

// A lintedRecording is the sink that judges one recording.
type lintedRecording struct {
	*linter
	findings recordingReport
	rec      *input.Recording
	totals   totals
	found    foundBefore
}

func (l *linter) begin(rec *input.Recording) input.Sink {
	return &lintedRecording{linter: l, findings: l.report.begin(rec), rec: rec, totals: totals{files: 1}, found: foundBefore{}}
}

func (l *lintedRecording) Open(c *input.Connection) {
	if !c.Continued {
		l.totals.connections++
	}
	l.findings.Open(c)
	rules := &lint.Linter{Peer: c.ServerAddr.Addr(), Client: c.ClientAddr.Addr()}
	c.Handle = rules.Item
	if report, ok := l.findings.(interface {
		item(*input.Connection, *control.Item)
	}); ok {
		c.Handle = func(it *control.Item) {
			report.item(c, it)
			rules.Item(it)
		}
	}
	rules.Report = func(d *lint.Diagnostic) {
		if !l.rec.Proves(d.Rule) || !l.config.Apply(d) || !l.rec.Selects(d.Item) {
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

// Pause lets the report write the findings so far.
func (l *lintedRecording) Pause() {
	if report, ok := l.findings.(interface{ Pause() }); ok {
		report.Pause()
	}
}

func (l *lintedRecording) Close(c *input.Connection) {
	l.totals.replies += c.Stats.Replies
	l.findings.Close(c)
}

func (l *lintedRecording) Done() {
	l.totals.filtered, l.totals.skippedLines = l.rec.Filtered, l.rec.SkippedLines
	l.linter.totals.add(&l.totals)
	for _, f := range l.found {
		l.baseline.found.add(f)
	}
	l.findings.Done()
}
