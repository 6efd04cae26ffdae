package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"time"

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
}

type jsonFidelity struct {
	LineEnds  bool   `json:"line_ends"`
	AllBytes  bool   `json:"all_bytes"`
	AllLines  bool   `json:"all_lines"`
	BothSides bool   `json:"both_sides"`
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

// jsonWriter writes one object a line.
type jsonWriter struct {
	out    *bufio.Writer
	buffer bytes.Buffer
	clock  transcript.Clock
	source string
}

func (w *jsonWriter) write(v any) {
	w.buffer.Reset()
	enc := json.NewEncoder(&w.buffer)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // no value of ours can fail
	}
	w.out.Write(escapeUnprintable(w.buffer.Bytes()))
	if const64K := 64 << 10; w.buffer.Cap() > const64K {
		w.buffer = bytes.Buffer{}
	}
}

var clockNames = [...]string{
	transcript.NoClock: "none", transcript.RelativeClock: "relative", transcript.AbsoluteClock: "absolute",
}

func (w *jsonWriter) begin(source string, f *transcript.Format) {
	w.source, w.clock = source, f.Fidelity.Clock
	w.write(&jsonHeader{"header", schemaVersion, "ftpreply", version(), source, f.Name, jsonFidelity{
		f.Fidelity.LineEnds, f.Fidelity.AllBytes, f.Fidelity.AllLines, f.Fidelity.BothSides, clockNames[f.Fidelity.Clock]}})
}

// time renders a time: as in RFC 3339, or as seconds from the start of the recording.
func (w *jsonWriter) time(t time.Time) string {
	switch {
	case t.IsZero() || w.clock == transcript.NoClock:
		return ""
	case w.clock == transcript.RelativeClock:
		return "+" + t.Sub(transcript.Epoch).String()
	default:
		return t.Format(time.RFC3339Nano)
	}
}

// jsonFindings writes findings as they are found, of all severities.
type jsonFindings struct{ jsonWriter }

func newJSONFindings(in *input, _ *linter) findings {
	return &jsonFindings{jsonWriter{out: in.app.out}}
}

func (w *jsonFindings) find(stream int, c *lint.Conn, d *lint.Diagnostic) {
	w.write(w.finding(stream, c, d))
}

func (w *jsonWriter) finding(stream int, c *lint.Conn, d *lint.Diagnostic) *jsonFinding {
	offset, line, column := d.Position()
	f := &jsonFinding{
		Type: "finding", Source: w.source, Stream: stream, Seq: d.Item.Seq, Time: w.time(d.Item.Time),
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
	for _, client := range d.Breaks() {
		f.Clients = append(f.Clients, strings.TrimSpace(client.Name+" "+client.Version))
	}
	e := d.Excerpt()
	for _, l := range []*lint.ExcerptLine{e.Before, &e.Line, e.After} {
		if l != nil {
			f.Excerpt = append(f.Excerpt, jsonExcerpt{l.Number, string(l.Head) + string(l.Mark) + string(l.Tail), string(l.Mark)})
		}
	}
	return f
}

func (w *jsonFindings) close(int, *lint.Conn) { w.out.Flush() }

// jsonSummary is the last object.
type jsonSummary struct {
	Type        string `json:"type"` // "summary"
	Files       int    `json:"files"`
	Connections int    `json:"connections"`
	Replies     int64  `json:"replies"`
	Errors      int    `json:"errors"`
	Warnings    int    `json:"warnings"`
	Info        int    `json:"info"`
	Known       int    `json:"known,omitempty"` // findings of the baseline, in no other count
}

func (w *jsonFindings) end(t *totals) error {
	w.write(&jsonSummary{"summary", t.files, t.connections, t.replies,
		t.bySeverity[lint.Error], t.bySeverity[lint.Warning], t.bySeverity[lint.Info], t.known})
	return nil
}
