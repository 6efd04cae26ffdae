package lintcmd

import (
	"bufio"
	"bytes"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/owenrumney/go-sarif/v2/sarif"
)

// sarifReport collects one run of SARIF 2.1.0.
type sarifReport struct {
	out  *bufio.Writer
	run  *sarif.Run
	left int // number of findings that are not listed
}

// sarifFindings collects the findings of one recording. Findings with the same fingerprint are one
// result.
type sarifFindings struct {
	report  *sarifReport
	rec     *input.Recording
	results []*sarif.Result          // in order
	known   map[string]*sarif.Result // by fingerprint
	left    int
}

// maxResults is the largest number of results. GitHub accepts 25,000 and shows 5,000 of them.
const maxResults = 10_000

func newSARIFReport(in *input.Input, _ *linter) report {
	run := sarif.NewRunWithInformationURI("ftpreply", "https://github.com/ftpreply/ftpreply")
	run.Tool.Driver.WithVersion(cli.Version())
	for r := range lint.Rules() {
		why := strings.Join(strings.Fields(r.Why), " ")
		run.AddRule(r.Name).WithDescription(r.Summary).
			WithFullDescription(sarif.NewMultiformatMessageString(why)).
			WithHelp(sarif.NewMultiformatMessageString(why + " Source: " + r.RFC + ".")).
			WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(sarifLevels[r.Severity])).
			WithProperties(sarif.Properties{"tags": []string{string(r.Group)}})
	}
	return &sarifReport{out: in.App.Out, run: run}
}

var sarifLevels = [...]string{lint.Info: "note", lint.Warning: "warning", lint.Error: "error"}

func (s *sarifReport) begin(rec *input.Recording) recordingReport {
	return &sarifFindings{report: s, rec: rec, known: map[string]*sarif.Result{}}
}

func (s *sarifFindings) Open(*input.Connection)  {}
func (s *sarifFindings) Close(*input.Connection) {}

// Done adds the results to the run, up to maxResults.
func (s *sarifFindings) Done() {
	run := s.report.run
	room := min(len(s.results), maxResults-len(run.Results))
	run.Results = append(run.Results, s.results[:room]...)
	s.report.left += s.left
	for _, r := range s.results[room:] {
		s.report.left += int(*r.OccurrenceCount)
	}
}

func (s *sarifFindings) find(c *input.Connection, d *lint.Diagnostic) {
	fingerprint := d.Fingerprint()
	if r := s.known[fingerprint]; r != nil {
		*r.OccurrenceCount++
		return
	}
	if len(s.results) == maxResults {
		s.left++
		return
	}
	f := newFinding(s.rec, c, d)
	message := strings.ToUpper(f.Message[:1]) + f.Message[1:] + "."
	if len(f.Clients) > 0 {
		message += " It breaks (measured): " + strings.Join(f.Clients, ", ") + "."
	}
	if place := s.rec.Place(f.Record); place != "" {
		message = strings.ToUpper(place[:1]) + place[1:] + ": " + message
	}
	one := uint(1)
	r := sarif.NewRuleResult(d.Rule.Name).
		WithLevel(sarifLevels[d.Severity]).
		WithMessage(sarif.NewTextMessage(message)).
		WithLocations([]*sarif.Location{s.location(f)})
	r.PartialFingerprints = map[string]any{"ftpreply/v1": fingerprint}
	r.OccurrenceCount = &one
	r.Properties = sarif.Properties{"finding": f}
	s.known[fingerprint] = r
	s.results = append(s.results, r)
}

// location returns the file and the place of a finding.
func (s *sarifFindings) location(f *jsonFinding) *sarif.Location {
	physical := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(fileURI(f.Source)))
	name := fmt.Sprintf("connection %d/item %d", f.Stream, f.Seq)
	region := sarif.NewRegion().WithStartLine(1) // a capture has no lines, but GitHub ignores a result without one
	switch s.rec.Unit() {
	case "":
		region.WithStartLine(int(f.Line)).WithByteOffset(int(f.Offset)).WithByteLength(int(f.End - f.Offset))
	case "line":
		region.WithStartLine(max(1, int(f.Record)))
	case "packet":
		name += fmt.Sprintf("/packet %d", f.Record)
	}
	physical.WithRegion(region)
	logical := sarif.NewLogicalLocation().WithFullyQualifiedName(name)
	return sarif.NewLocationWithPhysicalLocation(physical).WithLogicalLocations([]*sarif.LogicalLocation{logical})
}

// fileURI returns a path as a URI, which is relative if the path is.
func fileURI(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
	}
	return u.String()
}

func (s *sarifReport) end(t *totals) error {
	invocation := s.run.AddInvocation(!t.trouble)
	if s.left > 0 {
		invocation.ToolExecutionNotifications = []*sarif.Notification{sarif.NewNotification().
			WithLevel("warning").WithTextMessage(fmt.Sprintf("%d more findings are not listed.", s.left))}
	}
	report, err := sarif.New(sarif.Version210)
	if err != nil {
		return err
	}
	report.AddRun(s.run)
	var text bytes.Buffer
	if err := report.PrettyWrite(&text); err != nil {
		return err
	}
	s.out.Write(render.SafeJSON(text.Bytes()))
	return s.out.WriteByte('\n')
}
