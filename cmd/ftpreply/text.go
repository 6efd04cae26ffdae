package main

import (
	"bufio"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/lint"
)

// textReport writes findings for people.
type textReport struct {
	pen
	out     *bufio.Writer
	verbose bool
	info    map[string]int // information that is not shown, by rule
	rules   []string       // that are shown
	lossy   []string       // the formats that have lost what rules need
}

// textFindings writes those of one recording, a connection at a time. Findings of one
// rule for one verb and code are one entry.
type textFindings struct {
	pen
	report  *textReport
	rec     *recording
	shown   bool // the name of the source
	streams map[int]*entries
	info    map[string]int
	rules   []string
}

// entries are the findings of one connection.
type entries struct {
	order []*entry
	byKey map[entryKey]*entry
}

type entryKey struct {
	stream int
	rule   *lint.Rule
	verb   string
	code   ftpreply.Code
}

type entry struct {
	heading string // without the count
	body    string
	count   int
}

// maxEntries is how many entries are kept.
const maxEntries = 1000

func newEntries() entries { return entries{byKey: map[entryKey]*entry{}} }

// entry counts a finding, and returns its entry, which is to be filled in when the
// count is 1; nil when there is no room for another.
func (es *entries) entry(stream int, d *lint.Diagnostic) *entry {
	key := entryKey{stream: stream, rule: d.Rule, code: d.Item.Reply.Code()}
	if d.Item.Command != nil {
		key.verb = d.Item.Command.Verb()
	}
	e := es.byKey[key]
	if e == nil {
		if len(es.order) == maxEntries {
			return nil
		}
		e = &entry{}
		es.byKey[key] = e
		es.order = append(es.order, e)
	}
	e.count++
	return e
}

func (e *entry) String() string {
	times := ""
	if e.count > 1 {
		times = fmt.Sprintf(" ×%d", e.count)
	}
	return e.heading + times + "\n" + e.body
}

func newTextReport(in *input, _ *linter) report {
	return &textReport{pen: pen{in.app.color}, out: in.app.out, verbose: in.verbose, info: map[string]int{}}
}

func (t *textReport) begin(rec *recording) findings {
	return &textFindings{pen: t.pen, report: t, rec: rec, streams: map[int]*entries{}, info: map[string]int{}}
}

func (t *textFindings) open(*connection) {}

func (t *textFindings) find(c *connection, d *lint.Diagnostic) {
	if d.Severity == lint.Info && !t.report.verbose {
		t.info[d.Rule.Name]++
		return
	}
	es := t.streams[c.number]
	if es == nil {
		fresh := newEntries()
		es = &fresh
		t.streams[c.number] = es
	}
	e := es.entry(c.number, d)
	if e.count > 1 {
		return
	}
	e.heading, e.body = t.heading(c.number, d), t.body(c, d)
	if !slices.Contains(t.rules, d.Rule.Name) {
		t.rules = append(t.rules, d.Rule.Name)
	}
	if len(es.order) == maxEntries {
		t.write(c)
	}
}

func (t *textFindings) close(c *connection) {
	if t.streams[c.number] != nil || t.report.verbose {
		t.write(c)
	}
}

// write writes what there is of a connection.
func (t *textFindings) write(c *connection) {
	out := t.rec.out
	if !t.shown {
		fmt.Fprintln(out, t.paint(bold, quote([]byte(t.rec.source))))
		t.shown = true
	}
	fmt.Fprintln(out, connectionLine(t.rec, c))
	if es := t.streams[c.number]; es != nil {
		for _, e := range es.order {
			out.WriteString(e.String())
		}
	}
	delete(t.streams, c.number)
	out.Flush()
}

func (t *textFindings) done() {
	name := t.rec.format.Name
	if t.rec.lost&^fidelity.BothSides != 0 && !slices.Contains(t.report.lossy, name) {
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

// connectionLine says what is known of a connection.
func connectionLine(rec *recording, c *connection) string {
	s := c.Stats
	parts := []string{count(s.Replies, "reply", "replies")}
	switch {
	case s.Aligned:
		parts = append(parts, "aligned")
	case s.Commands > 0:
		parts = append(parts, "not aligned")
	}
	if s.LineEnd != "" && rec.lost&fidelity.LineEnds == 0 {
		parts = append(parts, s.LineEnd)
	}
	if s.TLS {
		parts = append(parts, "then TLS")
	}
	if c.gaps > 0 {
		parts = append(parts, count(int64(c.gaps), "gap", "gaps"))
	}
	return strings.Join(append(connectionNames(c), strings.Join(parts, ", ")), "  ")
}

// connectionNames are the number of a connection, its two sides, and the server's name.
func connectionNames(c *connection) []string {
	parts := []string{fmt.Sprintf("conn %d", c.number)}
	if c.server.IsValid() || c.client.IsValid() {
		parts = append(parts, strings.TrimSpace(address(c.server)+" -> "+address(c.client)))
	}
	if c.Stats.Software != "" {
		parts = append(parts, softwareOf(c))
	}
	return parts
}

// address is an address, without a port that is not known.
func address(a netip.AddrPort) string {
	switch {
	case !a.IsValid():
		return ""
	case a.Port() == 0:
		return a.Addr().String()
	default:
		return a.String()
	}
}

// softwareOf is the server's name and version, fit to be shown.
func softwareOf(c *connection) string { return quote(c.Mask([]byte(c.Stats.Software))) }

// A pen writes a finding, in colours or without.
type pen struct{ color bool }

func (t pen) heading(stream int, d *lint.Diagnostic) string {
	_, line, column := d.Position()
	places := ""
	if d.Places > 1 {
		places = fmt.Sprintf(", in %d places", d.Places)
	}
	severity := t.paint(severityColors[d.Severity], d.Severity.String())
	side := ""
	if d.Item.Kind == lint.CommandItem {
		side = "client:"
	}
	return fmt.Sprintf("%d:%s%d:%d #%d %s: %s%s  [%s]",
		stream, side, line, column, d.Item.Seq, severity, d.Message, places, d.Rule.Name)
}

// body is what stands below the heading.
func (t pen) body(c *connection, d *lint.Diagnostic) string {
	var b strings.Builder
	t.excerpt(&b, d)
	if cmd := d.Item.Command; cmd != nil && d.Item.Kind != lint.CommandItem {
		fmt.Fprintf(&b, "   command: %s%s\n", commandText(c, cmd), latency(cmd, d.Item))
	}
	var whom []string
	if breaks := strings.Join(clientNames(d.Breaks()), ", "); breaks != "" {
		whom = append(whom, "breaks (measured): "+breaks)
	}
	if others := otherServers(d.Rule, c.Stats.Software); others != "" {
		whom = append(whom, "also sent by: "+others)
	}
	if len(whom) > 0 {
		fmt.Fprintf(&b, "   %s\n", strings.Join(whom, "; "))
	}
	return b.String()
}

func (t pen) excerpt(b *strings.Builder, d *lint.Diagnostic) {
	e := d.Excerpt()
	width := len(fmt.Sprint(e.Line.Number + 1))
	if e.Before != nil {
		excerptLine(b, width, e.Before)
	}
	indent, marked := excerptLine(b, width, &e.Line)
	fmt.Fprintf(b, "   %*s | %s%s %s (%s)\n", width, "", strings.Repeat(" ", indent),
		t.paint(red, strings.Repeat("^", max(1, marked))), d.Note, d.Rule.RFC)
	if e.After != nil {
		excerptLine(b, width, e.After)
	}
}

// excerptLine writes a line, and returns where the marked part is in it.
func excerptLine(b *strings.Builder, width int, l *lint.ExcerptLine) (indent, marked int) {
	head, mark, tail := quote(l.Head), quote(l.Mark), quote(l.Tail)
	if l.CutHead {
		head = "..." + head
	}
	if l.CutTail {
		tail += "..."
	}
	fmt.Fprintf(b, "   %*d | %s%s%s\n", width, l.Number, head, mark, tail)
	return utf8.RuneCountInString(head), utf8.RuneCountInString(mark)
}

// maxCommandText is how many bytes of a command are shown.
const maxCommandText = 100

func commandText(c *connection, cmd *lint.Command) string {
	text := quote(maskedHead(c, cmd.Line, maxCommandText))
	if cmd.Cut || len(cmd.Line) > maxCommandText {
		text += "..."
	}
	return text
}

// latency is the time from the command to the end of the reply.
func latency(cmd *lint.Command, it *lint.Item) string {
	if cmd.Time.IsZero() || it.Time.IsZero() {
		return ""
	}
	return fmt.Sprintf(" (%+.3fs)", it.Time.Sub(cmd.Time).Round(time.Millisecond).Seconds())
}

// otherServers names the servers that do the same, without their versions.
func otherServers(r *lint.Rule, this string) string {
	this, _, _ = strings.Cut(this, " ")
	var names []string
	for _, server := range r.Servers {
		name := strings.TrimSpace(versionNumber.ReplaceAllString(server, ""))
		if !strings.EqualFold(name, this) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// versionNumber is what stands behind the name of a server.
var versionNumber = regexp.MustCompile(` v?[0-9].*| \(.*`)

func (t *textReport) end(totals *totals) error {
	fmt.Fprintf(t.out, "%s, %s, %s: %s, %s, %d info%s\n",
		count(int64(totals.files), "file", "files"),
		count(int64(totals.connections), "connection", "connections"),
		count(totals.replies, "reply", "replies"),
		count(int64(totals.bySeverity[lint.Error]), "error", "errors"),
		count(int64(totals.bySeverity[lint.Warning]), "warning", "warnings"),
		totals.bySeverity[lint.Info], furtherText("known", int64(totals.known))+furtherText("filtered out", totals.filtered))
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

// furtherText is a number of findings that are in no other, if there are any.
func furtherText(what string, n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, what)
}

func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// The colours, as parameters of the escape sequence SGR.
const (
	bold   = "1"
	red    = "31"
	yellow = "33"
	cyan   = "36"
)

var severityColors = [...]string{lint.Info: cyan, lint.Warning: yellow, lint.Error: red}

func (t pen) paint(color, text string) string {
	if !t.color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}
