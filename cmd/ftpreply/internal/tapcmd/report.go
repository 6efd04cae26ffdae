package tapcmd

import (
	"bufio"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// A report writes the findings of all connections when they occur.
type report struct {
	render.Pen
	app     *cli.App
	config  lint.Config
	verbose bool

	mu          sync.Mutex
	out         *bufio.Writer
	connections int
	replies     int64
	bySeverity  [lint.Error + 1]int
	info        map[string]int // findings that are only counted, by rule
	rules       map[string]bool
}

func newReport(a *cli.App, config lint.Config, verbose bool) *report {
	return &report{Pen: render.Pen{Color: a.Color}, app: a, config: config, verbose: verbose,
		out: a.Out, info: map[string]int{}, rules: map[string]bool{}}
}

// judge makes the track report its findings. The addresses are written as they are.
func (r *report) judge(t *control.Track, number int, rules *lint.Linter) {
	entries := findings.NewEntries(false)
	rules.Report = func(d *lint.Diagnostic) {
		if r.config.Apply(d) {
			r.find(entries, number, &t.Conn, d)
		}
	}
}

func (r *report) find(entries *findings.Entries, number int, c *control.Conn, d *lint.Diagnostic) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bySeverity[d.Severity]++
	if d.Severity == lint.Info && !r.verbose {
		r.info[d.Rule.Name]++
		return
	}
	if e := entries.Add(r.Pen, number, c, d); e != nil {
		r.rules[d.Rule.Name] = true
		r.out.WriteString(e.String())
		r.out.Flush()
	}
}

// begin reports the beginning of a connection.
func (r *report) begin(number int, client, server string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.connections++
	if r.verbose {
		fmt.Fprintf(r.out, "conn %d  %s -> %s\n", number, client, server)
		r.out.Flush()
	}
}

// close reports the end of a connection.
func (r *report) close(number int, t *control.Track) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.replies += t.Stats.Replies
	if r.verbose {
		fmt.Fprintf(r.out, "conn %d  closed after %s\n", number, render.Count(t.Stats.Replies, "reply", "replies"))
		r.out.Flush()
	}
}

// complain reports the error of a connection.
func (r *report) complain(number int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.app.Complain(fmt.Errorf("conn %d: %w", number, err))
}

// end writes the totals.
func (r *report) end() {
	fmt.Fprintf(r.out, "%s, %s: %s, %s, %d info\n",
		render.Count(r.connections, "connection", "connections"),
		render.Count(r.replies, "reply", "replies"),
		render.Count(r.bySeverity[lint.Error], "error", "errors"),
		render.Count(r.bySeverity[lint.Warning], "warning", "warnings"), r.bySeverity[lint.Info])
	if len(r.info) > 0 {
		var counts []string
		for _, rule := range slices.Sorted(maps.Keys(r.info)) {
			counts = append(counts, fmt.Sprintf("%s ×%d", rule, r.info[rule]))
		}
		fmt.Fprintf(r.out, "info (-v shows it): %s\n", strings.Join(counts, ", "))
	}
	if len(r.rules) > 0 {
		fmt.Fprintf(r.out, "why, and what to do: ftpreply explain %s\n", strings.Join(slices.Sorted(maps.Keys(r.rules)), " "))
	}
}

// worst returns the highest severity of a finding; 0 without findings.
func (r *report) worst() lint.Severity {
	for s := lint.Error; s > 0; s-- {
		if r.bySeverity[s] > 0 {
			return s
		}
	}
	return 0
}
