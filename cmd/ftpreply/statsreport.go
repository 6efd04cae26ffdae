package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ftpreply/ftpreply"
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
type textStats struct{ app *app }

func newTextStats(a *app) statsReport { return &textStats{a} }

func (s *textStats) begin(*recording) {}

func (s *textStats) write(t *tally) {
	out := s.app.out
	fmt.Fprintf(out, "%s, %s, %s%s\n", count(int64(t.files), "file", "files"),
		count(int64(t.connections), "connection", "connections"), count(t.replies, "reply", "replies"), t.further())
	table(out, "code\treplies\t", func(w io.Writer) {
		for _, code := range byCount(t.codes, same) {
			info, _ := code.Info()
			fmt.Fprintf(w, "%s\t%d\t%s\n", code.String(), t.codes[code], info.Name)
		}
	})
	classes := t.classes()
	table(out, "class\treplies\t", func(w io.Writer) {
		for _, class := range slices.Sorted(maps.Keys(classes)) {
			fmt.Fprintf(w, "%dyz\t%d\t%s\n", class, classes[class], class)
		}
	})
	table(out, "command\tsent\t1yz\t2yz\t3yz\t4yz\t5yz\t6yz\tp50\tp90\tp99\tmax", func(w io.Writer) {
		for _, verb := range byCount(t.commands, (*commandTally).total) {
			t.commands[verb].writeRow(w, verb)
		}
	})
	table(out, "server\tconnections\treplies", func(w io.Writer) {
		for _, name := range byCount(t.servers, (*serverTally).total) {
			fmt.Fprintf(w, "%s\t%d\t%d\n", name, t.servers[name].connections, t.servers[name].replies)
		}
	})
	findings := t.findings()
	table(out, "rule\tfindings\t", func(w io.Writer) {
		for _, name := range byCount(findings, same) {
			fmt.Fprintf(w, "%s\t%d\t%s\n", name, findings[name], lint.RuleNamed(name).Severity)
		}
	})
}

// further is what is said of the whole only when there is some.
func (t *tally) further() string {
	return furtherText("connections then under TLS", int64(t.tls)) +
		furtherText("pieces that are no reply", t.errors) + furtherText("filtered out", t.filtered)
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

// table writes a heading and rows, if there are any.
func table(out io.Writer, heading string, rows func(io.Writer)) {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, heading)
	rows(w)
	w.Flush()
	if strings.Count(text.String(), "\n") == 1 {
		return
	}
	fmt.Fprintln(out)
	for line := range strings.Lines(text.String()) {
		fmt.Fprintln(out, strings.TrimRight(line, " \n"))
	}
}

// jsonStats writes one object for each row.
type jsonStats struct{ app *app }

func newJSONStats(a *app) statsReport { return &jsonStats{a} }

func (s *jsonStats) begin(rec *recording) { newJSONWriter(rec) }

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

func (s *jsonStats) write(t *tally) {
	w := jsonSummaryWriter(s.app)
	for _, code := range slices.Sorted(maps.Keys(t.codes)) {
		info, _ := code.Info()
		w.write(&jsonCode{"code", int(code), code.Class().String(), info.Name, t.codes[code]})
	}
	classes := t.classes()
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		w.write(&jsonClass{"class", class.String(), classes[class]})
	}
	for _, verb := range slices.Sorted(maps.Keys(t.commands)) {
		w.write(t.commands[verb].object(verb))
	}
	for _, name := range slices.Sorted(maps.Keys(t.servers)) {
		w.write(&jsonServer{"server", name, t.servers[name].connections, t.servers[name].replies})
	}
	findings := t.findings()
	for _, name := range slices.Sorted(maps.Keys(findings)) {
		w.write(&jsonRule{"rule", name, lint.RuleNamed(name).Severity, findings[name]})
	}
	w.write(&jsonTotal{"summary", t.files, t.connections, t.tls, t.replies, t.errors, t.filtered, t.latency.object()})
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
