package lintcmd

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/lint"
)

// textReport writes findings for people.
type textReport struct {
	render.Pen
	out     *bufio.Writer
	verbose bool
	info    map[string]int // findings that are only counted, by rule
	rules   []string       // the rules of the findings that are shown
	lossy   []string       // the formats that have lost details that rules need
}

// textFindings writes the findings of one recording, a connection at a time. Findings of a
// connection with the same rule, verb and code share an entry.
type textFindings struct {
	render.Pen
	report  *textReport
	rec     *input.Recording
	named   bool // the name of the source has been written
	entries map[*input.Connection]*findings.Entries
	causes  map[*input.Connection]*control.Causes
	failed  map[*input.Connection]*control.Cause // of connections on which something failed
	info    map[string]int
	rules   []string
}

func newTextReport(in *input.Input, _ *linter) report {
	return &textReport{Pen: render.Pen{Color: in.App.Color}, out: in.App.Out, verbose: in.Verbose, info: map[string]int{}}
}

func (t *textReport) begin(rec *input.Recording) recordingReport {
	return &textFindings{Pen: t.Pen, report: t, rec: rec, entries: map[*input.Connection]*findings.Entries{},
		causes: map[*input.Connection]*control.Causes{}, failed: map[*input.Connection]*control.Cause{}, info: map[string]int{}}
}

func (t *textFindings) Open(c *input.Connection) { t.causes[c] = t.rec.NewCauses(c) }

func (t *textFindings) find(c *input.Connection, d *lint.Diagnostic) {
	if d.Severity == lint.Info && !t.report.verbose {
		t.info[d.Rule.Name]++
		return
	}
	es := t.entries[c]
	if es == nil {
		es = findings.NewEntries(false)
		es.Place = func(d *lint.Diagnostic) string { return prefix(t.rec, d) }
		t.entries[c] = es
	}
	if es.Add(t.Pen, c.Number, &c.Conn, d) == nil {
		return
	}
	if !slices.Contains(t.rules, d.Rule.Name) {
		t.rules = append(t.rules, d.Rule.Name)
	}
	if es.IsFull() {
		t.write(c)
	}
}

// item keeps the cause for Close, if something failed.
func (t *textFindings) item(c *input.Connection, it *control.Item) {
	t.causes[c].Item(it)
	if it.Kind == control.EndItem {
		if cause := t.causes[c].Cause(it); cause.Failed {
			t.failed[c] = &cause
		}
	}
}

func (t *textFindings) Close(c *input.Connection) {
	if t.entries[c] != nil || t.report.verbose {
		t.write(c)
	}
	delete(t.causes, c)
	delete(t.failed, c)
}

// Pause writes the findings so far, because the next bytes of a live recording may be long in
// coming.
func (t *textFindings) Pause() {
	for _, c := range slices.SortedFunc(maps.Keys(t.entries), func(a, b *input.Connection) int { return cmp.Compare(a.Number, b.Number) }) {
		t.write(c)
	}
}

// write writes a connection with its findings so far.
func (t *textFindings) write(c *input.Connection) {
	out := t.rec.Out
	if !t.named {
		fmt.Fprintln(out, t.Paint(render.Bold, render.Message(t.rec.Source)))
		t.named = true
	}
	fmt.Fprintln(out, connectionLine(t.rec, c))
	if cause := t.failed[c]; cause != nil {
		fmt.Fprintf(out, "   %s\n", t.rec.CauseText(cause))
	}
	if es := t.entries[c]; es != nil {
		for _, e := range es.List {
			out.WriteString(e.String())
		}
	}
	delete(t.entries, c)
	out.Flush()
}

func (t *textFindings) Done() {
	name := t.rec.Format.Name
	if t.rec.Lost&^fidelity.BothSides != 0 && !slices.Contains(t.report.lossy, name) {
		t.report.lossy = append(t.report.lossy, name)
	}
	for rule, n := range t.info {
		t.report.info[rule] += n
	}
	for _, rule := range t.rules {
		if !slices.Contains(t.report.rules, rule) {
			t.report.rules = append(t.report.rules, rule)
		}
	}
}

// prefix returns the place of a finding in the recording.
func prefix(rec *input.Recording, d *lint.Diagnostic) string {
	_, line, _ := d.Position()
	return rec.Prefix(d.Item.RecordAt(d.From), line)
}

// connectionLine returns a summary of a connection.
func connectionLine(rec *input.Recording, c *input.Connection) string {
	s := c.Stats
	parts := []string{render.Count(s.Replies, "reply", "replies")}
	switch {
	case s.Aligned:
		parts = append(parts, "aligned")
	case s.Commands > 0:
		parts = append(parts, "not aligned")
	}
	if s.LineEnd != "" && rec.Lost&fidelity.LineEnds == 0 {
		parts = append(parts, s.LineEnd)
	}
	if s.TLS {
		parts = append(parts, "then TLS")
	}
	if c.Gaps > 0 {
		parts = append(parts, render.Count(c.Gaps, "gap", "gaps"))
	}
	return strings.Join(append(input.ConnectionNames(c), strings.Join(parts, ", ")), "  ")
}

// skippedText returns the number of lines that were too long to be read, for the summary.
func skippedText(lines int64) string {
	if lines == 0 {
		return ""
	}
	return ", skipped " + render.Count(lines, "line", "lines")
}

func (t *textReport) end(totals *totals) error {
	fmt.Fprintf(t.out, "%s, %s, %s: %s, %s, %d info%s\n",
		render.Count(totals.files, "file", "files"),
		render.Count(totals.connections, "connection", "connections"),
		render.Count(totals.replies, "reply", "replies"),
		render.Count(totals.bySeverity[lint.Error], "error", "errors"),
		render.Count(totals.bySeverity[lint.Warning], "warning", "warnings"),
		totals.bySeverity[lint.Info], render.Further(totals.known, "known")+render.Further(totals.filtered, "filtered out")+skippedText(totals.skippedLines))
	if len(t.info) > 0 {
		var counts []string
		for _, rule := range slices.Sorted(maps.Keys(t.info)) {
			counts = append(counts, fmt.Sprintf("%s ×%d", rule, t.info[rule]))
		}
		fmt.Fprintf(t.out, "info (-v shows it): %s\n", strings.Join(counts, ", "))
	}
	if len(t.lossy) > 0 {
		fmt.Fprintf(t.out, "rules are mute where a recording has lost what they need: ftpreply formats %s\n", strings.Join(t.lossy, " "))
	}
	if len(t.rules) > 0 {
		fmt.Fprintf(t.out, "why, and what to do: ftpreply explain %s\n", strings.Join(t.rules, " "))
	}
	return nil
}
