package probecmd

import (
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
)

// The objects of probe --format ndjson: a header, one check a line, and a summary. Keys that
// do not apply are left out.
type (
	jsonProbeHeader struct {
		Type    string `json:"type"` // "header"
		Schema  int    `json:"schema"`
		Tool    string `json:"tool"`
		Version string `json:"version"`
		Source  string `json:"source"` // the address
		Format  string `json:"format"` // "probe"
	}
	jsonCheck struct {
		Type     string             `json:"type"` // "check"
		Name     string             `json:"name"`
		Section  string             `json:"section"`
		Asks     string             `json:"asks"`
		Outcome  string             `json:"outcome"`
		Reason   string             `json:"reason,omitempty"`
		Earlier  string             `json:"earlier,omitempty"` // failure that a new session did not repeat
		Known    bool               `json:"known,omitempty"`   // the failure is in the baseline
		Advice   string             `json:"advice,omitempty"`
		Turns    []jsonTurn         `json:"turns,omitempty"`
		Findings []jsonCheckFinding `json:"findings,omitempty"`
	}
	jsonTurn struct {
		Command string   `json:"command,omitempty"`
		Replies []string `json:"replies,omitempty"`
	}
	jsonCheckFinding struct {
		Stream      int                    `json:"stream"`
		Line        int64                  `json:"line"`
		Column      int                    `json:"column"`
		Severity    lint.Severity          `json:"severity"`
		Rule        string                 `json:"rule"`
		Message     string                 `json:"message"`
		Code        int                    `json:"code,omitempty"`
		Command     string                 `json:"command,omitempty"`
		Excerpt     []findings.ExcerptLine `json:"excerpt"`
		RFC         string                 `json:"rfc"`
		Clients     []string               `json:"clients,omitempty"`
		Count       int                    `json:"count"`
		Fingerprint string                 `json:"fingerprint"`
	}
	jsonProbeSummary struct {
		Type        string             `json:"type"` // "summary"
		Software    string             `json:"software,omitempty"`
		System      string             `json:"system,omitempty"`
		TLS         string             `json:"tls,omitempty"`
		Connections int                `json:"connections"`
		Replies     int64              `json:"replies"`
		Outcomes    map[string]int     `json:"outcomes"`
		Commands    []jsonProbeCommand `json:"commands,omitempty"`
		Features    []jsonProbeFeature `json:"features,omitempty"`
		Sections    []jsonProbeSection `json:"sections"`
		Left        []string           `json:"left,omitempty"` // on the server
	}
	jsonProbeCommand struct {
		Name    string `json:"name"`
		Code    int    `json:"code"` // of the best reply
		Outcome string `json:"outcome"`
	}
	jsonProbeFeature struct {
		Label   string `json:"label"`
		Listed  bool   `json:"listed"`
		Outcome string `json:"outcome,omitempty"` // of trying it
	}
	jsonProbeSection struct {
		Section  string         `json:"section"`
		Outcomes map[string]int `json:"outcomes"`
	}
)

// probeJSON writes one object a line, each check when it has been played.
type probeJSON struct {
	*render.JSONWriter
	known *baseline
}

func newProbeJSON(p *probing) probeReport {
	w := &probeJSON{render.NewJSONWriter(p.app.Out), p.baseline}
	w.Write(jsonProbeHeader{"header", cli.SchemaVersion, "ftpreply", cli.Version(), p.config.Address, "probe"})
	return w
}

func (w *probeJSON) found(int, *control.Conn, *lint.Diagnostic) {}

func (w *probeJSON) checked(r *probe.Result) {
	c := jsonCheck{Type: "check", Name: r.Check.Name, Section: r.Check.Section, Asks: r.Check.Asks, Outcome: r.Outcome.String(), Reason: r.Reason, Earlier: r.Earlier, Known: w.known.knows(r), Advice: r.Advice}
	for _, t := range r.Turns {
		c.Turns = append(c.Turns, jsonTurn(t))
	}
	for _, f := range r.Findings {
		c.Findings = append(c.Findings, checkFinding(f))
	}
	w.Write(c)
	w.Out.Flush()
}

func checkFinding(f *probe.Finding) jsonCheckFinding {
	return jsonCheckFinding{
		Stream: f.Conn, Line: f.Line, Column: f.Column, Severity: f.Severity, Rule: f.Rule.Name, Message: f.Message,
		Code: int(f.Code), Command: f.Command, Excerpt: findings.ExcerptLines(f.Excerpt), RFC: f.Rule.RFC,
		Clients: findings.ClientNames(f.Clients), Count: f.Count, Fingerprint: f.Fingerprint,
	}
}

func (w *probeJSON) end(r *probe.Report) error {
	s := jsonProbeSummary{Type: "summary", Software: r.Software, System: r.System, TLS: r.TLS, Connections: r.Connections,
		Replies: r.Replies, Outcomes: outcomeCounts(total(r)), Left: r.Left}
	for _, c := range r.Commands {
		s.Commands = append(s.Commands, jsonProbeCommand{c.Name, int(c.Best), c.Outcome().String()})
	}
	for _, f := range r.Features {
		j := jsonProbeFeature{Label: f.Label, Listed: f.Listed}
		if f.Tried {
			j.Outcome = f.Outcome.String()
		}
		s.Features = append(s.Features, j)
	}
	for _, v := range r.Verdicts() {
		s.Sections = append(s.Sections, jsonProbeSection{v.Section, outcomeCounts(v.Counts)})
	}
	w.Write(s)
	return nil
}

func outcomeCounts(counts [5]int) map[string]int {
	m := map[string]int{}
	for o, n := range counts {
		if n > 0 {
			m[probe.Outcome(o).String()] = n
		}
	}
	return m
}
