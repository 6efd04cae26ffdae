package lintcmd

import (
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/lint"
)

// jsonReport writes each finding at once, as a JSON object on a line.
type jsonReport struct{ app *cli.App }

type jsonFindings struct {
	*render.JSONWriter
	rec *input.Recording
}

func newJSONReport(in *input.Input, _ *linter) report { return &jsonReport{in.App} }

func (r *jsonReport) begin(rec *input.Recording) recordingReport {
	return &jsonFindings{rec.WriteHeader(), rec}
}

func (w *jsonFindings) Open(*input.Connection) {}

func (w *jsonFindings) find(c *input.Connection, d *lint.Diagnostic) {
	w.Write(newFinding(w.rec, c, d))
}

func (w *jsonFindings) Close(*input.Connection) { w.Out.Flush() }

func (w *jsonFindings) Done() {}

// jsonSummary is the last object of the output.
type jsonSummary struct {
	Type        string `json:"type"` // "summary"
	Files       int    `json:"files"`
	Connections int    `json:"connections"`
	Replies     int64  `json:"replies"`
	Errors      int    `json:"errors"`
	Warnings    int    `json:"warnings"`
	Info        int    `json:"info"`
	Known       int    `json:"known,omitempty"`         // findings of the baseline, not counted elsewhere
	Filtered    int64  `json:"filtered,omitempty"`      // findings that the filter rejects, not counted elsewhere
	Skipped     int64  `json:"skipped_lines,omitempty"` // lines that were too long to be read
}

func (r *jsonReport) end(t *totals) error {
	render.NewJSONWriter(r.app.Out).Write(&jsonSummary{"summary", t.files, t.connections, t.replies,
		t.bySeverity[lint.Error], t.bySeverity[lint.Warning], t.bySeverity[lint.Info], t.known, t.filtered, t.skippedLines})
	return nil
}
func newFinding(rec *input.Recording, c *input.Connection, d *lint.Diagnostic) *jsonFinding {
	offset, line, column := d.Position()
	f := &jsonFinding{
		Type: "finding", Source: rec.Source, Stream: c.Number, Seq: d.Item.Seq, Time: rec.Time(d.Item.Time), Record: rec.Record(d.Item.RecordAt(d.From)),
		Side: "server", Offset: offset, End: offset + int64(d.To-d.From), Line: line, Column: column, Places: d.Places,
		Severity: d.Severity, Rule: d.Rule.Name, Message: d.Message, Code: int(d.Item.Reply.Code()),
		RFC: d.Rule.RFC, Servers: d.Servers(), Fingerprint: d.Fingerprint(),
	}
	if d.Item.FromClient() {
		f.Side = "client"
	}
	if d.Item.Command != nil {
		f.Command = string(d.Item.Mask(d.Item.Command.Line))
	}
	f.Clients, f.Excerpt = findings.ClientNames(d.Breaks()), findings.ExcerptLines(d.Excerpt())
	return f
}

// jsonFinding is a finding in JSON.
type jsonFinding struct {
	Type     string                 `json:"type"` // "finding"
	Source   string                 `json:"source"`
	Stream   int                    `json:"stream"`
	Seq      int64                  `json:"seq"`
	Time     string                 `json:"time,omitempty"`
	Record   int64                  `json:"record,omitempty"`
	Side     string                 `json:"side"`   // "server" or "client", the sender of the item
	Offset   int64                  `json:"offset"` // of the place, in the bytes from that side
	End      int64                  `json:"end"`
	Line     int64                  `json:"line"`
	Column   int                    `json:"column"`
	Places   int                    `json:"places"`
	Severity lint.Severity          `json:"severity"`
	Rule     string                 `json:"rule"`
	Message  string                 `json:"message"`
	Code     int                    `json:"code,omitempty"`
	Command  string                 `json:"command,omitempty"`
	Excerpt  []findings.ExcerptLine `json:"excerpt"`
	RFC      string                 `json:"rfc"`
	Clients  []string               `json:"clients,omitempty"`
	Servers  []string               `json:"servers,omitempty"`

	Fingerprint string `json:"fingerprint"` // the same for the same finding in another recording
}
