package statscmd

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/lint"
)

// byCount returns the keys that shown returns, those with the largest counts first.
func byCount[K cmp.Ordered, V any](t *tally, kind string, m map[K]V, count func(V) int64) []K {
	return slices.SortedFunc(slices.Values(shown(t, kind, m)), func(a, b K) int {
		return cmp.Or(cmp.Compare(count(m[b]), count(m[a])), cmp.Compare(a, b))
	})
}

func (t *tally) classes() map[ftpreply.Class]int64 {
	classes := map[ftpreply.Class]int64{}
	for code, n := range t.codes {
		classes[code.Class()] += n
	}
	return classes
}

// findings returns the number of findings by the name of the rule.
func (t *tally) findings() map[string]int64 {
	names := map[string]int64{}
	for r, n := range t.rules {
		names[r.Name] = n
	}
	return names
}

// textStats writes tables for people.
type textStats struct{ app *cli.App }

func newTextStats(a *cli.App) statsReport { return &textStats{a} }

func (s *textStats) begin(*input.Recording) {}

func (s *textStats) write(t *tally) {
	fmt.Fprintf(s.app.Out, "%s, %s, %s%s%s%s\n", render.Count(t.files, "file", "files"),
		render.Count(t.connections, "connection", "connections"), render.Count(t.replies, "reply", "replies"),
		render.Further(t.tls, "connections then under TLS"), render.Further(t.errors, "pieces that are no reply"),
		render.Further(t.filtered, "filtered out"))
	rows := [][]string{{"code", "replies"}}
	for _, code := range byCount(t, "code", t.codes, func(n int64) int64 { return n }) {
		info, _ := code.Info()
		rows = append(rows, []string{code.String(), fmt.Sprint(t.codes[code]), info.Name})
	}
	s.table(rows)
	classes := t.classes()
	rows = [][]string{{"class", "replies"}}
	for _, class := range shown(t, "class", classes) {
		rows = append(rows, []string{fmt.Sprintf("%dyz", class), fmt.Sprint(classes[class]), class.String()})
	}
	s.table(rows)
	rows = [][]string{{"command", "sent", "1yz", "2yz", "3yz", "4yz", "5yz", "6yz", "p50", "p90", "p99", "max"}}
	for _, verb := range byCount(t, "command", t.commands, func(c *commandTally) int64 { return c.sent }) {
		rows = append(rows, t.commands[verb].row(verb))
	}
	s.table(rows)
	rows = [][]string{{"server", "connections", "replies"}}
	for _, name := range byCount(t, "server", t.servers, func(s *serverTally) int64 { return s.replies }) {
		rows = append(rows, []string{name, fmt.Sprint(t.servers[name].connections), fmt.Sprint(t.servers[name].replies)})
	}
	s.table(rows)
	findings := t.findings()
	rows = [][]string{{"rule", "findings"}}
	for _, name := range byCount(t, "rule", findings, func(n int64) int64 { return n }) {
		rows = append(rows, []string{name, fmt.Sprint(findings[name]), lint.RuleNamed(name).Severity.String()})
	}
	s.table(rows)
}

// table writes a table after an empty line, unless it has only a heading.
func (s *textStats) table(rows [][]string) {
	if len(rows) > 1 {
		fmt.Fprintln(s.app.Out)
	}
	render.Table(s.app.Out, rows)
}

func (c *commandTally) row(verb string) []string {
	cells := []string{verb, fmt.Sprint(c.sent)}
	for _, n := range c.replies[1:7] {
		if n == 0 {
			cells = append(cells, "-")
		} else {
			cells = append(cells, fmt.Sprint(n))
		}
	}
	for _, d := range c.latency.summary() {
		if c.latency.n == 0 {
			cells = append(cells, "-")
		} else {
			cells = append(cells, fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond)))
		}
	}
	return cells
}

// summary returns p50, p90, p99 and the maximum.
func (h *histogram) summary() [4]time.Duration {
	return [4]time.Duration{h.percentile(50), h.percentile(90), h.percentile(99), h.max}
}

// jsonStats writes one object for each row.
type jsonStats struct{ app *cli.App }

func newJSONStats(a *cli.App) statsReport { return &jsonStats{a} }

func (s *jsonStats) begin(rec *input.Recording) { rec.WriteHeader() }

type jsonCode struct {
	Type    string `json:"type"` // "code"
	Code    int    `json:"code"`
	Class   string `json:"class"`
	Name    string `json:"name,omitempty"`
	Replies int64  `json:"replies"`
}

type jsonClass struct {
	Type    string `json:"type"` // "class"
	Class   string `json:"class"`
	Replies int64  `json:"replies"`
}

type jsonCommand struct {
	Type    string           `json:"type"` // "command"
	Command string           `json:"command"`
	Sent    int64            `json:"sent"`
	Replies map[string]int64 `json:"replies"` // by class
	Latency *jsonLatency     `json:"latency,omitempty"`
}

// jsonLatency is the time from a command to its final reply, in seconds.
type jsonLatency struct {
	Replies int64   `json:"replies"`
	Min     float64 `json:"min"`
	P50     float64 `json:"p50"`
	P90     float64 `json:"p90"`
	P99     float64 `json:"p99"`
	Max     float64 `json:"max"`
}

type jsonServer struct {
	Type        string `json:"type"` // "server"
	Software    string `json:"software"`
	Connections int    `json:"connections"`
	Replies     int64  `json:"replies"`
}

type jsonRule struct {
	Type     string        `json:"type"` // "rule"
	Rule     string        `json:"rule"`
	Severity lint.Severity `json:"severity"`
	Findings int64         `json:"findings"`
}

type jsonTotal struct {
	Type        string       `json:"type"` // "summary"
	Files       int          `json:"files"`
	Connections int          `json:"connections"`
	TLS         int          `json:"tls"`
	Replies     int64        `json:"replies"`
	NoReply     int64        `json:"no_reply"`
	Filtered    int64        `json:"filtered,omitempty"`
	Latency     *jsonLatency `json:"latency,omitempty"`
}

func (s *jsonStats) write(t *tally) {
	w := render.NewJSONWriter(s.app.Out)
	for _, code := range shown(t, "code", t.codes) {
		info, _ := code.Info()
		w.Write(&jsonCode{"code", int(code), code.Class().String(), info.Name, t.codes[code]})
	}
	classes := t.classes()
	for _, class := range shown(t, "class", classes) {
		w.Write(&jsonClass{"class", class.String(), classes[class]})
	}
	for _, verb := range shown(t, "command", t.commands) {
		w.Write(t.commands[verb].object(verb))
	}
	for _, name := range shown(t, "server", t.servers) {
		w.Write(&jsonServer{"server", name, t.servers[name].connections, t.servers[name].replies})
	}
	findings := t.findings()
	for _, name := range shown(t, "rule", findings) {
		w.Write(&jsonRule{"rule", name, lint.RuleNamed(name).Severity, findings[name]})
	}
	w.Write(&jsonTotal{"summary", t.files, t.connections, t.tls, t.replies, t.errors, t.filtered, t.latency.object()})
}

func (c *commandTally) object(verb string) *jsonCommand {
	j := &jsonCommand{Type: "command", Command: verb, Sent: c.sent, Replies: map[string]int64{}, Latency: c.latency.object()}
	for digit, n := range c.replies {
		if n > 0 {
			j.Replies[ftpreply.Class(digit).String()] += n
		}
	}
	return j
}

func (h *histogram) object() *jsonLatency {
	if h.n == 0 {
		return nil
	}
	d := h.summary()
	return &jsonLatency{h.n, h.min.Seconds(), d[0].Seconds(), d[1].Seconds(), d[2].Seconds(), d[3].Seconds()}
}
