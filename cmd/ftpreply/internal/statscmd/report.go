package statscmd

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/lint"
)

// byCount sorts the keys of a map, those with the greatest counts first.
func byCount[K cmp.Ordered, V any](m map[K]V, count func(V) int64) []K {
	return slices.SortedFunc(maps.Keys(m), func(a, b K) int {
		return cmp.Or(cmp.Compare(count(m[b]), count(m[a])), cmp.Compare(a, b))
	})
}

func same(n int64) int64 { return n }

func (t *tally) classes() map[ftpreply.Class]int64 {
	classes := map[ftpreply.Class]int64{}
	for code, n := range t.codes {
		classes[code.Class()] += n
	}
	return classes
}

// findings counts by the names of the rules.
func (t *tally) findings() map[string]int64 {
	names := map[string]int64{}
	for r, n := range t.rules {
		names[r.Name] = n
	}
	return names
}

func (c *commandTally) total() int64 { return c.sent }

func (s *serverTally) total() int64 { return s.replies }

// textStats writes tables for people.
type textStats struct{ app *cli.App }

func newTextStats(a *cli.App) statsReport { return &textStats{a} }

func (s *textStats) begin(*input.Recording) {}

func (s *textStats) Write(t *tally) {
	out := s.app.Out
	fmt.Fprintf(out, "%s, %s, %s%s\n", render.Count(int64(t.files), "file", "files"),
		render.Count(int64(t.connections), "connection", "connections"), render.Count(t.replies, "reply", "replies"), t.further())
	render.Table(out, "code\treplies\t", func(w io.Writer) {
		for _, code := range byCount(t.codes, same) {
			info, _ := code.Info()
			fmt.Fprintf(w, "%s\t%d\t%s\n", code.String(), t.codes[code], info.Name)
		}
	})
	classes := t.classes()
	render.Table(out, "class\treplies\t", func(w io.Writer) {
		for _, class := range slices.Sorted(maps.Keys(classes)) {
			fmt.Fprintf(w, "%dyz\t%d\t%s\n", class, classes[class], class)
		}
	})
	render.Table(out, "command\tsent\t1yz\t2yz\t3yz\t4yz\t5yz\t6yz\tp50\tp90\tp99\tmax", func(w io.Writer) {
		for _, verb := range byCount(t.All, (*commandTally).total) {
			t.All[verb].writeRow(w, verb)
		}
	})
	render.Table(out, "server\tconnections\treplies", func(w io.Writer) {
		for _, name := range byCount(t.servers, (*serverTally).total) {
			fmt.Fprintf(w, "%s\t%d\t%d\n", name, t.servers[name].connections, t.servers[name].replies)
		}
	})
	findings := t.findings()
	render.Table(out, "rule\tfindings\t", func(w io.Writer) {
		for _, name := range byCount(findings, same) {
			fmt.Fprintf(w, "%s\t%d\t%s\n", name, findings[name], lint.RuleNamed(name).Severity)
		}
	})
}

// further is what is said of the whole only when there is some.
func (t *tally) further() string {
	return render.FurtherText("connections then under TLS", int64(t.tls)) +
		render.FurtherText("pieces that are no reply", t.errors) + render.FurtherText("filtered out", t.filtered)
}

func (c *commandTally) writeRow(w io.Writer, verb string) {
	fmt.Fprintf(w, "%s\t%d", verb, c.sent)
	for _, n := range c.replies[1:7] {
		fmt.Fprintf(w, "\t%s", orDash(n))
	}
	for _, d := range c.latency.summary() {
		fmt.Fprintf(w, "\t%s", c.latency.text(d))
	}
	fmt.Fprintln(w)
}

// summary is what is said of latency: p50, p90, p99 and the greatest.
func (h *histogram) summary() [4]time.Duration {
	return [4]time.Duration{h.percentile(50), h.percentile(90), h.percentile(99), h.max}
}

// text is a duration of those that were counted, if any were.
func (h *histogram) text(d time.Duration) string {
	if h.n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond))
}

func orDash(n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
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

// jsonLatency is from the command to the final reply, in seconds.
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

func (s *jsonStats) Write(t *tally) {
	w := render.NewJSONWriter(s.app.Out)
	for _, code := range slices.Sorted(maps.Keys(t.codes)) {
		info, _ := code.Info()
		w.Write(&jsonCode{"code", int(code), code.Class().String(), info.Name, t.codes[code]})
	}
	classes := t.classes()
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		w.Write(&jsonClass{"class", class.String(), classes[class]})
	}
	for _, verb := range slices.Sorted(maps.Keys(t.All)) {
		w.Write(t.All[verb].object(verb))
	}
	for _, name := range slices.Sorted(maps.Keys(t.servers)) {
		w.Write(&jsonServer{"server", name, t.servers[name].connections, t.servers[name].replies})
	}
	findings := t.findings()
	for _, name := range slices.Sorted(maps.Keys(findings)) {
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
