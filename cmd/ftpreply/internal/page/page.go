// Package page writes a report on recordings as one HTML file, which needs no network.
//
// The file is static: findings by rule, and for each connection a timeline and a ladder of its
// commands and replies. A short script adds search, filters and keys. All text of peers passes
// through package render and then through html/template. The Content-Security-Policy in the file
// allows only its own style sheet and script.
package page

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// Limits of a report. The report counts the parts that they leave out.
const (
	maxRows        = 50_000   // items that are shown, of all connections
	maxFirst       = 1_500    // of one connection, at its beginning
	maxLast        = 500      // of one connection, at its end
	maxBytes       = 16 << 20 // of their text
	maxConnections = 2_000
	maxFindings    = 50 // of one rule
	maxTransfers   = 500
)

// A Report collects recordings.
type Report struct {
	// OnlyFailed selects the connections on which something failed.
	OnlyFailed bool

	out  *bufio.Writer
	body body
}

// A body is the data of the template.
type body struct {
	Version, Selection string

	Files, Connections int
	Replies            int64
	BySeverity         [lint.Error + 1]int
	FailedConnections  int

	Rules     []*ruleView
	Shown     []*connectionView
	Latencies []latencyView
	Left      []string // sentences about the parts that the report leaves out

	latencies       latencies
	rows, bytes     int
	leftConnections int
	leftRows        int64
}

// A count is a number in the summary.
type count struct {
	Text string
	Bad  bool
}

// Counts returns the numbers of the summary.
func (b *body) Counts() []count {
	severity := func(s lint.Severity, one, many string) count {
		return count{render.Count(b.BySeverity[s], one, many), s == lint.Error && b.BySeverity[s] > 0}
	}
	return []count{
		{render.Count(b.Files, "file", "files"), false},
		{render.Count(b.Connections, "connection", "connections"), false},
		{render.Count(b.Replies, "reply", "replies"), false},
		{render.Count(b.FailedConnections, "connection", "connections") + " on which something failed", b.FailedConnections > 0},
		severity(lint.Error, "error", "errors"), severity(lint.Warning, "warning", "warnings"), severity(lint.Info, "info", "info"),
	}
}

// A ruleView is a rule with its findings.
type ruleView struct {
	*lint.Rule
	Severity lint.Severity // the worst of the findings
	Count    int
	Findings []findingView
}

// Why returns the explanation of the rule in one paragraph.
func (r *ruleView) Why() string { return strings.Join(strings.Fields(r.Rule.Why), " ") }

// Left returns the number of findings that are not listed.
func (r *ruleView) Left() int { return r.Count - len(r.Findings) }

// A findingView is a finding.
type findingView struct {
	ID       string // of the row
	Place    string
	Severity string
	Rule     string
	Message  string
	Before   string // the line up to the marked bytes
	Mark     string
	After    string
	Clients  string
}

// New returns an empty report that is written to the output of the program.
func New(in *input.Input) *Report {
	return &Report{out: in.App.Out, body: body{Version: cli.Version(), latencies: latencies{}}}
}

// Begin returns a sink for a recording that judges it by the rules.
func (r *Report) Begin(rec *input.Recording, config lint.Config) input.Sink {
	return &judged{r.Recording(rec), config}
}

// A judged recording finds its findings itself.
type judged struct {
	*Recording
	config lint.Config
}

func (j *judged) Open(c *input.Connection) {
	j.Recording.Open(c)
	rules := &lint.Linter{Peer: c.ServerAddr.Addr(), Client: c.ClientAddr.Addr()}
	rules.Report = func(d *lint.Diagnostic) {
		if j.rec.Proves(d.Rule) && j.config.Apply(d) && j.rec.Selects(d.Item) {
			j.Find(c, d)
		}
	}
	c.Handle = func(it *control.Item) {
		j.Item(c, it)
		rules.Item(it)
	}
}

//go:embed style.css
var style string

//go:embed script.js
var script string

//go:embed body.html
var bodyText string

var bodyTemplate = template.Must(template.New("body").Parse(bodyText))

// hash returns the source expression of a Content-Security-Policy for an inline text.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Write writes the report.
func (r *Report) Write() error {
	b := &r.body
	b.Latencies = b.latencies.views()
	slices.SortStableFunc(b.Rules, func(x, y *ruleView) int {
		return cmp.Or(cmp.Compare(y.Severity, x.Severity), cmp.Compare(x.Name, y.Name))
	})
	if b.leftRows > 0 {
		b.Left = append(b.Left, fmt.Sprintf("%d commands and replies are left out of the ladders.", b.leftRows))
	}
	if b.leftConnections > 0 {
		b.Left = append(b.Left, fmt.Sprintf("%d connections are left out.", b.leftConnections))
	}
	fmt.Fprintf(r.out, `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src %s; script-src %s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ftpreply report</title>
<style>%s</style>
</head>
<body>
`, hash(style), hash(script), style)
	if err := bodyTemplate.Execute(r.out, b); err != nil {
		return err
	}
	_, err := fmt.Fprintf(r.out, "<script>%s</script>\n</body>\n</html>\n", script)
	return err
}

// merge adds the contents of a recording. It is called for one recording after the other.
func (r *Report) merge(rec *Recording) {
	b := &r.body
	b.Files++
	b.Connections += rec.connections
	b.Replies += rec.replies
	b.FailedConnections += rec.failed
	for s, n := range rec.bySeverity {
		b.BySeverity[s] += n
	}
	b.Selection = rec.rec.Filter.String()
	b.latencies.add(rec.latencies)
	for _, v := range rec.rules {
		i := slices.IndexFunc(b.Rules, func(have *ruleView) bool { return have.Rule == v.Rule })
		if i < 0 {
			b.Rules = append(b.Rules, v)
			continue
		}
		have := b.Rules[i]
		have.Count += v.Count
		have.Severity = max(have.Severity, v.Severity)
		have.Findings = append(have.Findings, v.Findings[:min(len(v.Findings), maxFindings-len(have.Findings))]...)
	}
	b.leftConnections += rec.leftConnections
	b.leftRows += rec.leftRows
	for _, c := range rec.views {
		b.leftRows += c.left
		if b.rows+c.size() > maxRows || b.bytes+c.bytes > 2*maxBytes || len(b.Shown) == maxConnections {
			b.leftRows += int64(c.size())
			b.leftConnections++
			continue
		}
		b.rows += c.size()
		b.bytes += c.bytes
		b.Shown = append(b.Shown, c)
	}
}

// seconds writes a duration for people.
func seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func text(b []byte) string { return render.Text(b) }
