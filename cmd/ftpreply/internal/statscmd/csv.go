package statscmd

import (
	"encoding/csv"
	"maps"
	"slices"
	"strconv"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
)

// csvStats writes one line for each number: its type, the name of the thing that is counted, the
// measure, and the value. The types and measures are those of the JSON objects.
type csvStats struct{ app *cli.App }

func newCSVStats(a *cli.App) statsReport { return &csvStats{a} }

func (s *csvStats) begin(*input.Recording) {}

func (s *csvStats) write(t *tally) {
	w := csv.NewWriter(s.app.Out)
	number := func(kind, name, measure string, n int64) {
		w.Write([]string{kind, name, measure, strconv.FormatInt(n, 10)})
	}
	latency := func(kind, name string, l *jsonLatency) {
		if l == nil {
			return
		}
		for _, m := range []struct {
			name  string
			value float64
		}{{"min", l.Min}, {"p50", l.P50}, {"p90", l.P90}, {"p99", l.P99}, {"max", l.Max}} {
			w.Write([]string{kind, name, m.name, strconv.FormatFloat(m.value, 'f', -1, 64)})
		}
	}
	w.Write([]string{"type", "name", "measure", "value"})
	for _, code := range shown(t, "code", t.codes) {
		number("code", code.String(), "replies", t.codes[code])
	}
	classes := t.classes()
	for _, class := range shown(t, "class", classes) {
		number("class", class.String(), "replies", classes[class])
	}
	for _, verb := range shown(t, "command", t.commands) {
		object := t.commands[verb].object(verb)
		number("command", verb, "sent", object.Sent)
		for _, class := range slices.Sorted(maps.Keys(object.Replies)) {
			number("command", verb, class, object.Replies[class])
		}
		latency("command", verb, object.Latency)
	}
	for _, name := range shown(t, "server", t.servers) {
		number("server", name, "connections", int64(t.servers[name].connections))
		number("server", name, "replies", t.servers[name].replies)
	}
	findings := t.findings()
	for _, name := range shown(t, "rule", findings) {
		number("rule", name, "findings", findings[name])
	}
	if t.by == "" {
		number("summary", "", "files", int64(t.files))
		number("summary", "", "connections", int64(t.connections))
		number("summary", "", "tls", int64(t.tls))
		number("summary", "", "replies", t.replies)
		number("summary", "", "no_reply", t.errors)
		number("summary", "", "filtered", t.filtered)
		latency("summary", "", t.latency.object())
	}
	w.Flush()
}
