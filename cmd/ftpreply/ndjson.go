package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
)

// schemaVersion changes when a key changes its meaning or goes away.
const schemaVersion = 1

// jsonHeader is the first object of each recording.
type jsonHeader struct {
	Type     string       `json:"type"` // "header"
	Schema   int          `json:"schema"`
	Tool     string       `json:"tool"`
	Version  string       `json:"version"`
	Source   string       `json:"source"`
	Format   string       `json:"format"`
	Fidelity jsonFidelity `json:"fidelity"`
	Mute     []string     `json:"mute,omitempty"`   // the rules that cannot be proved
	Filter   string       `json:"filter,omitempty"` // what is asked for
}

type jsonFidelity struct {
	LineEnds  bool   `json:"line_ends"`
	AllBytes  bool   `json:"all_bytes"`
	AllLines  bool   `json:"all_lines"`
	BothSides bool   `json:"both_sides"`
	Grouped   bool   `json:"grouped,omitempty"`    // replies are as the producer put them together
	Masked    bool   `json:"masked,omitempty"`     // passwords are
	CodesOnly bool   `json:"codes_only,omitempty"` // the texts of replies are missing
	Decrypted bool   `json:"decrypted,omitempty"`  // what was said under TLS is there
	Clock     string `json:"clock"`
}

// jsonFinding is one finding.
type jsonFinding struct {
	Type     string        `json:"type"` // "finding"
	Source   string        `json:"source"`
	Stream   int           `json:"stream"`
	Seq      int64         `json:"seq"`
	Time     string        `json:"time,omitempty"`
	Side     string        `json:"side"`   // "server" or "client": who sent what it is about
	Offset   int64         `json:"offset"` // of the place, in the bytes from that side
	End      int64         `json:"end"`
	Line     int64         `json:"line"`
	Column   int           `json:"column"`
	Places   int           `json:"places"`
	Severity lint.Severity `json:"severity"`
	Rule     string        `json:"rule"`
	Message  string        `json:"message"`
	Code     int           `json:"code,omitempty"`
	Command  string        `json:"command,omitempty"`
	Excerpt  []jsonExcerpt `json:"excerpt"`
	RFC      string        `json:"rfc"`
	Clients  []string      `json:"clients,omitempty"`
	Servers  []string      `json:"servers,omitempty"`

	Fingerprint string `json:"fingerprint"` // the same for the same finding in another recording
}

type jsonExcerpt struct {
	Line int64  `json:"line"`
	Text string `json:"text"`
	Mark string `json:"mark,omitempty"` // the place, a part of the text
}

// jsonWriter writes one object a line about a recording.
type jsonWriter struct {
	*recording
	buffer bytes.Buffer
}

// newJSONWriter writes the header, too.
func newJSONWriter(rec *recording) jsonWriter {
	w := jsonWriter{recording: rec}
	w.write(&jsonHeader{
		"header", schemaVersion, "ftpreply", version(), rec.source, rec.format.Name, fidelityObject(rec.format),
		muteRules(rec.lost), rec.filter.String()})
	return w
}

func fidelityObject(f *transcript.Format) jsonFidelity {
	keeps := f.Keeps.Has
	return jsonFidelity{
		LineEnds: keeps(fidelity.LineEnds), AllBytes: keeps(fidelity.AllBytes), AllLines: keeps(fidelity.AllLines), BothSides: keeps(fidelity.BothSides),
		Grouped: !keeps(fidelity.LineStarts), Masked: !keeps(fidelity.Passwords), CodesOnly: !keeps(fidelity.Texts), Decrypted: !keeps(fidelity.Wire),
		Clock: clockNames[f.Clock],
	}
}

// jsonSummaryWriter writes what is about no recording.
func jsonSummaryWriter(a *app) *jsonWriter {
	return &jsonWriter{recording: &recording{out: a.out}}
}

// maxKeptBuffer is how large a buffer is kept for the next object.
const maxKeptBuffer = 64 << 10

func (w *jsonWriter) write(v any) {
	w.buffer.Reset()
	enc := json.NewEncoder(&w.buffer)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // no value of ours can fail
	}
	w.out.Write(escapeUnprintable(w.buffer.Bytes()))
	if w.buffer.Cap() > maxKeptBuffer {
		w.buffer = bytes.Buffer{}
	}
}

var clockNames = [...]string{
	transcript.NoClock: "none", transcript.RelativeClock: "relative", transcript.AbsoluteClock: "absolute",
}

// time renders a time: as in RFC 3339, or as seconds from the start of the recording.
func (w *jsonWriter) time(t time.Time) string {
	switch clock := w.format.Clock; {
	case t.IsZero() || clock == transcript.NoClock:
		return ""
	case clock == transcript.RelativeClock:
		return "+" + t.Sub(transcript.Epoch).String()
	default:
		return t.Format(time.RFC3339Nano)
	}
}

// jsonReport writes findings as they are found, of all severities.
type jsonReport struct{ app *app }

type jsonFindings struct{ jsonWriter }

func newJSONReport(in *input, _ *linter) report { return &jsonReport{in.app} }

func (r *jsonReport) begin(rec *recording) findings { return &jsonFindings{newJSONWriter(rec)} }

func (w *jsonFindings) open(*connection) {}

func (w *jsonFindings) find(c *connection, d *lint.Diagnostic) { w.write(w.finding(c, d)) }

func (w *jsonFindings) close(*connection) { w.out.Flush() }

func (w *jsonFindings) done() {}

func (w *jsonWriter) finding(c *connection, d *lint.Diagnostic) *jsonFinding {
	offset, line, column := d.Position()
	f := &jsonFinding{
		Type: "finding", Source: w.source, Stream: c.number, Seq: d.Item.Seq, Time: w.time(d.Item.Time),
		Side: "server", Offset: offset, End: offset + int64(d.To-d.From), Line: line, Column: column, Places: d.Places,
		Severity: d.Severity, Rule: d.Rule.Name, Message: d.Message, Code: int(d.Item.Reply.Code()),
		RFC: d.Rule.RFC, Servers: d.Rule.Servers, Fingerprint: d.Fingerprint(),
	}
	if d.Item.Kind == lint.CommandItem {
		f.Side = "client"
	}
	if d.Item.Command != nil {
		f.Command = string(c.Mask(d.Item.Command.Line))
	}
	f.Clients, f.Excerpt = clientNames(d.Breaks()), excerptLines(d.Excerpt())
	return f
}

func clientNames(clients []lint.Client) (names []string) {
	for _, c := range clients {
		names = append(names, strings.TrimSpace(c.Name+" "+c.Version))
	}
	return names
}

func excerptLines(e lint.Excerpt) (lines []jsonExcerpt) {
	for _, l := range []*lint.ExcerptLine{e.Before, &e.Line, e.After} {
		if l != nil {
			lines = append(lines, jsonExcerpt{l.Number, string(l.Head) + string(l.Mark) + string(l.Tail), string(l.Mark)})
		}
	}
	return lines
}

// jsonSummary is the last object.
type jsonSummary struct {
	Type        string `json:"type"` // "summary"
	Files       int    `json:"files"`
	Connections int    `json:"connections"`
	Replies     int64  `json:"replies"`
	Errors      int    `json:"errors"`
	Warnings    int    `json:"warnings"`
	Info        int    `json:"info"`
	Known       int    `json:"known,omitempty"`    // findings of the baseline, in no other count
	Filtered    int64  `json:"filtered,omitempty"` // findings that were not asked for, in no other count
}

func (r *jsonReport) end(t *totals) error {
	jsonSummaryWriter(r.app).write(&jsonSummary{"summary", t.files, t.connections, t.replies,
		t.bySeverity[lint.Error], t.bySeverity[lint.Warning], t.bySeverity[lint.Info], t.known, t.filtered})
	return nil
}
