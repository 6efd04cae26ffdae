package probecmd

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
)

// probeFindings collects the findings of a run, once for each rule, verb and code.
type probeFindings struct {
	render.Pen
	verbose bool
	entries *findings.Entries
	by      map[*findings.Entry]*lint.Rule
	worst   map[*findings.Entry]lint.Severity
	fresh   []*findings.Entry // of the current check
	info    map[string]int
	known   *baseline
}

func newProbeFindings(p *probing) probeFindings {
	return probeFindings{Pen: render.Pen{Color: p.app.Color}, verbose: p.verbose, entries: findings.NewEntries(true),
		by: map[*findings.Entry]*lint.Rule{}, worst: map[*findings.Entry]lint.Severity{}, info: map[string]int{}, known: p.baseline}
}

func (f *probeFindings) found(conn int, c *control.Conn, d *lint.Diagnostic) {
	if d.Severity == lint.Info && !f.verbose {
		f.info[d.Rule.Name]++
		return
	}
	e := f.entries.Add(f.Pen, conn, c, d)
	if e == nil {
		return
	}
	f.by[e], f.worst[e] = d.Rule, d.Severity
	f.fresh = append(f.fresh, e)
}

// checked adds the name of the check to the new findings.
func (f *probeFindings) checked(r *probe.Result) {
	for _, e := range f.fresh {
		e.Body += fmt.Sprintf("   check: %s (%s)\n", r.Check.Name, r.Check.Section)
	}
	f.fresh = nil
}

// sorted returns the entries, the worst first.
func (f *probeFindings) sorted() []*findings.Entry {
	return slices.SortedStableFunc(slices.Values(f.entries.List), func(a, b *findings.Entry) int { return int(f.worst[b]) - int(f.worst[a]) })
}

// probeText writes a report for people: the server and its commands and features, then the
// failures and findings, and the verdict by section.
type probeText struct {
	probeFindings
	out *bufio.Writer
}

func newProbeText(p *probing) probeReport {
	return &probeText{probeFindings: newProbeFindings(p), out: p.app.Out}
}

func (t *probeText) end(r *probe.Report) error {
	t.server(r)
	t.commands(r)
	t.features(r)
	t.failures(r)
	t.notes(r, "Failed once, but not when repeated in a new session", func(r *probe.Result) string { return r.Earlier })
	t.notes(r, "Against a recommendation (fails with --strict)", func(r *probe.Result) string { return r.Advice })
	t.findings()
	t.notPlayed(r)
	t.verdict(r)
	return nil
}

// title begins a part of the report.
func (t *probeText) title(text string) { fmt.Fprintf(t.out, "\n%s\n", t.Paint(render.Bold, text)) }

func (t *probeText) server(r *probe.Report) {
	fmt.Fprintln(t.out, t.Paint(render.Bold, render.Message(strings.TrimSpace(r.Address+"  "+r.Software))))
	parts := []string{r.Greeting}
	if r.System != "" {
		parts = append(parts, "SYST: "+r.System)
	}
	parts = append(parts, cmp.Or(r.TLS, "in clear"))
	fmt.Fprintf(t.out, "  %s\n", render.Message(strings.Join(parts, " | ")))
	n := total(r)
	fmt.Fprintf(t.out, "  %s: %d passed, %d failed, %d refused, %d not known to the server, %d skipped\n",
		render.Count(int64(len(r.Results)), "check", "checks"), n[probe.Passed], n[probe.Failed], n[probe.Refused], n[probe.NotSupported], n[probe.Skipped])
	bySeverity := findingCounts(r)
	fmt.Fprintf(t.out, "  findings: %s, %s, %d info\n", render.Count(bySeverity[lint.Error], "error", "errors"),
		render.Count(bySeverity[lint.Warning], "warning", "warnings"), bySeverity[lint.Info])
	fmt.Fprintf(t.out, "  %s, %s, %s\n", render.Count(r.Connections, "connection", "connections"),
		render.Count(r.Replies, "reply", "replies"), r.Took.Round(100*time.Millisecond))
}

func findingCounts(r *probe.Report) (n [lint.Error + 1]int) {
	for i := range r.Results {
		for _, f := range r.Results[i].Findings {
			n[f.Severity] += f.Count
		}
	}
	return n
}

// commands writes the commands by outcome, with the code of each that did not work.
func (t *probeText) commands(r *probe.Report) {
	lists := map[probe.Outcome][]string{}
	for _, c := range r.Commands {
		name := c.Name
		if c.Outcome() != probe.Passed || c.Best == ftpreply.CodeCommandNotImplementedSuperfluous {
			name += fmt.Sprintf("(%s)", c.Best.String())
		}
		lists[c.Outcome()] = append(lists[c.Outcome()], name)
	}
	t.title("Commands")
	t.list("work", lists[probe.Passed])
	t.list("refused", lists[probe.Refused])
	t.list("rightly refused", lists[probe.Skipped])
	t.list("not known", lists[probe.NotSupported])
}

// list writes words after a label, in lines of at most 100 columns.
func (t *probeText) list(label string, words []string) {
	const indent, columns = 24, 100
	if len(words) == 0 {
		return
	}
	line := fmt.Sprintf("  %-*s", indent-2, render.Message(label))
	if !strings.HasSuffix(line, " ") {
		line += "  "
	}
	for i, word := range words {
		word = render.Text([]byte(word))
		switch {
		case i == 0:
		case render.Width(line)+2+render.Width(word) > columns:
			fmt.Fprintln(t.out, line)
			line = strings.Repeat(" ", indent)
		default:
			line += "  "
		}
		line += word
	}
	fmt.Fprintln(t.out, line)
}

func (t *probeText) features(r *probe.Report) {
	lists := map[string][]string{}
	for _, f := range r.Features {
		lists[featureTruth(f)] = append(lists[featureTruth(f)], f.Label)
	}
	if len(lists) == 0 {
		return
	}
	t.title("Features, by FEAT and by trying")
	for _, truth := range featureTruths {
		t.list(truth, lists[truth])
	}
}

// featureTruths are the results of featureTruth, in the order of the report.
var featureTruths = []string{"listed, works", "listed, refused", "listed, not tried", "listed, FAILED", "listed, NOT KNOWN", "NOT LISTED, works"}

func featureTruth(f probe.Feature) string {
	switch {
	case !f.Listed:
		return "NOT LISTED, works"
	case !f.Tried:
		return "listed, not tried"
	case f.Outcome == probe.Failed:
		return "listed, FAILED"
	case f.Outcome == probe.NotSupported:
		return "listed, NOT KNOWN"
	case f.Outcome == probe.Refused:
		return "listed, refused"
	default:
		return "listed, works"
	}
}

// failures writes the failed checks, with the exchange.
func (t *probeText) failures(r *probe.Report) {
	if r.Count(probe.Failed) == 0 {
		return
	}
	t.title("Failed checks")
	var known []string
	defer func() { t.list("in the baseline", known) }()
	for i := range r.Results {
		switch result := &r.Results[i]; {
		case t.known.knows(result):
			known = append(known, result.Check.Name)
		case result.Outcome == probe.Failed:
			c := result.Check
			fmt.Fprintf(t.out, "  %s  %s  [%s]\n", t.Paint(render.Red, c.Section), c.Asks, c.Name)
			fmt.Fprintf(t.out, "     %s\n", render.Message(result.Reason))
			t.turns(result.Turns)
			fmt.Fprintf(t.out, "     why: %s\n", c.Why)
		}
	}
}

// notes writes the results that have a note, below a title.
func (t *probeText) notes(r *probe.Report, title string, note func(*probe.Result) string) {
	begun := false
	for i := range r.Results {
		result := &r.Results[i]
		if note(result) == "" {
			continue
		}
		if !begun {
			t.title(title)
			begun = true
		}
		fmt.Fprintf(t.out, "  %s  [%s] %s\n", result.Check.Section, result.Check.Name, render.Message(note(result)))
	}
}

// turns writes the last turns of an exchange.
func (t *probeText) turns(turns []probe.Turn) {
	const most = 6
	if len(turns) > most {
		fmt.Fprintf(t.out, "       (%d before)\n", len(turns)-most)
		turns = turns[len(turns)-most:]
	}
	for _, turn := range turns {
		if turn.Command != "" {
			fmt.Fprintf(t.out, "       > %s\n", render.Message(turn.Command))
		}
		for _, line := range turn.Replies {
			fmt.Fprintf(t.out, "       < %s\n", render.Message(line))
		}
	}
}

func (t *probeText) findings() {
	var rules []string
	if len(t.entries.List) > 0 {
		t.title("Findings in the replies (connection:line:column)")
	}
	for _, e := range t.sorted() {
		t.out.WriteString(e.String())
		if name := t.by[e].Name; !slices.Contains(rules, name) {
			rules = append(rules, name)
		}
	}
	if len(rules) > 0 {
		fmt.Fprintf(t.out, "why, and what to do: ftpreply explain %s\n", strings.Join(rules, " "))
	}
	if len(t.info) > 0 {
		var counts []string
		for _, rule := range slices.Sorted(maps.Keys(t.info)) {
			counts = append(counts, fmt.Sprintf("%s ×%d", rule, t.info[rule]))
		}
		fmt.Fprintf(t.out, "\ninfo (-v shows it): %s\n", strings.Join(counts, ", "))
	}
}

// notPlayed writes the refused and the skipped checks, by reason.
func (t *probeText) notPlayed(r *probe.Report) {
	t.byReason(r, probe.Refused, "Refused")
	t.byReason(r, probe.Skipped, "Not tried")
}

func (t *probeText) byReason(r *probe.Report, o probe.Outcome, title string) {
	checks := map[string][]string{}
	var reasons []string
	for i := range r.Results {
		if result := &r.Results[i]; result.Outcome == o {
			if checks[result.Reason] == nil {
				reasons = append(reasons, result.Reason)
			}
			checks[result.Reason] = append(checks[result.Reason], result.Check.Name)
		}
	}
	if len(reasons) > 0 {
		t.title(title)
	}
	for _, reason := range reasons {
		t.list(reason+":", checks[reason])
	}
}

func (t *probeText) verdict(r *probe.Report) {
	t.title("Verdict by section")
	fmt.Fprintf(t.out, "  %-18s %6s %6s %7s %9s %7s\n", "", "passed", "failed", "refused", "not known", "skipped")
	var others [5]int // of documents that are not RFCs
	for _, v := range r.Verdicts() {
		if strings.HasPrefix(v.Section, "RFC ") {
			t.row(v.Section, v.Counts)
			continue
		}
		for o, n := range v.Counts {
			others[o] += n
		}
	}
	t.row("in no RFC", others)
	t.row("all", total(r))
}

func total(r *probe.Report) (v [5]int) {
	for o := range v {
		v[o] = r.Count(probe.Outcome(o))
	}
	return v
}

func (t *probeText) row(name string, counts [5]int) {
	var cells [5]string
	for o, n := range counts {
		if cells[o] = fmt.Sprint(n); n == 0 {
			cells[o] = "."
		}
	}
	line := fmt.Sprintf("  %-18s %6s %6s %7s %9s %7s", name, cells[0], cells[1], cells[2], cells[3], cells[4])
	if counts[probe.Failed] > 0 {
		line = t.Paint(render.Red, line)
	}
	fmt.Fprintln(t.out, line)
}
