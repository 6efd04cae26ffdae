package page

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// A Recording collects one recording. Its methods are those of a sink, and Item and Find, which
// must be called with every item and finding.
type Recording struct {
	report *Report
	rec    *input.Recording
	number int
	open   map[*input.Connection]*connection

	connections, failed int
	replies             int64
	bySeverity          [lint.Error + 1]int
	rules               []*ruleView
	views               []*connectionView
	rows, bytes         int
	leftRows            int64
	leftConnections     int
	latencies           latencies
}

// A connection is a connection that is not closed yet.
type connection struct {
	*connectionView
	number   int // in the recording
	session  control.Session
	causes   *control.Causes
	last     time.Time // of the latest item
	tls      time.Time // of the first TLS records
	transfer bool      // a transfer waits for its final reply
}

// A connectionView is a connection in the report.
type connectionView struct {
	ID       string
	Source   string
	Heading  string
	Begun    string
	Cause    string
	CauseRow string // ID of the row of the cause
	Failed   bool
	Timeline *timeline

	rows      []*row // the first ones
	ring      []*row // the last ones, from index at on
	at        int
	bytes     int // of rows that have been added, also of those that were left out
	left      int64
	transfers []control.Transfer
	faults    []fault
}

// A row is an item in a ladder.
type row struct {
	ID       string
	Time     string
	Silence  string // before the item, if it is long
	Seq      int64
	Place    string
	Kind     string // class: command, ok, refused, note, tls, gap or error
	Head     []string
	Tail     []string
	Left     int // lines between Head and Tail
	Transfer bool
	Findings []findingView

	bytes int // in Head and Tail
}

// Rows returns the rows in order. A nil row is where rows are left out.
func (v *connectionView) Rows() []*row {
	all := slices.Clone(v.rows)
	if v.left > 0 {
		all = append(all, nil)
	}
	return append(append(all, v.ring[v.at:]...), v.ring[:v.at]...)
}

// Left returns the number of rows that are left out.
func (v *connectionView) Left() int64 { return v.left }

func (v *connectionView) size() int { return len(v.rows) + len(v.ring) }

// add adds a row, and leaves out one in the middle if there are too many. It reports whether
// there is one more row now.
func (v *connectionView) add(r *row) bool {
	switch {
	case len(v.rows) < maxFirst:
		v.rows = append(v.rows, r)
	case len(v.ring) < maxLast:
		v.ring = append(v.ring, r)
	default:
		v.ring[v.at] = r
		v.at = (v.at + 1) % maxLast
		v.left++
		return false
	}
	return true
}

// Recording returns an empty recording.
func (r *Report) Recording(rec *input.Recording) *Recording {
	return &Recording{report: r, rec: rec, open: map[*input.Connection]*connection{}, latencies: latencies{}}
}

// Open, Close and Done are the methods of a sink.
func (r *Recording) Open(c *input.Connection) {
	if !c.Continued {
		r.connections++
	}
	r.number++
	r.open[c] = &connection{number: r.number, causes: r.rec.NewCauses(c), connectionView: &connectionView{}}
}

func (r *Recording) Close(c *input.Connection) {
	v := r.open[c]
	delete(r.open, c)
	r.replies += c.Stats.Replies
	if v.Failed {
		r.failed++
	}
	if r.rec.Filter.IsSet() && v.size() == 0 || r.report.OnlyFailed && !v.Failed {
		r.rows -= v.size()
		r.bytes -= v.bytes
		return
	}
	if len(r.views) == maxConnections {
		r.leftConnections++
		r.leftRows += int64(v.size()) + v.left
		r.rows -= v.size()
		return
	}
	v.ID = fmt.Sprintf("%s-%d", r.prefix(), v.number)
	v.Source = render.Message(r.rec.Source)
	v.Heading = strings.Join(input.ConnectionNames(c), "  ")
	v.Begun = r.rec.Time(c.Begun)
	for _, t := range v.session.Waiting {
		v.keepTransfer(t)
	}
	v.Timeline = v.draw(c.Begun, c.Ended)
	r.views = append(r.views, v.connectionView)
}

func (r *Recording) Done() { r.report.merge(r) }

// Item adds an item.
func (r *Recording) Item(c *input.Connection, it *control.Item) {
	v := r.open[c]
	if t := v.session.Item(it); t != nil {
		v.keepTransfer(t)
	}
	v.causes.Item(it)
	r.latencies.item(it)
	switch it.Kind {
	case control.UnansweredItem, control.OwedItem:
		return
	case control.EndItem:
		cause := v.causes.Cause(it)
		v.Cause, v.Failed, v.CauseRow = r.rec.CauseText(&cause), cause.Failed, r.rowID(c, cause.Seq)
		return
	}
	transfer := v.transfer
	v.transfer = len(v.session.Waiting) > 0
	silence := it.Time.Sub(v.last)
	if !it.Time.IsZero() {
		known := !v.last.IsZero()
		v.last = it.Time
		if !known {
			silence = 0
		}
	}
	if it.Kind == control.TLSItem && v.tls.IsZero() {
		v.tls = it.Time
	}
	if !r.rec.Filter.Selects(it) {
		return
	}
	if r.rows >= maxRows || r.bytes >= maxBytes {
		r.leftRows++
		return
	}
	row := &row{
		ID: r.rowID(c, it.Seq), Time: r.rec.TimeOfDay(it.Time), Seq: it.Seq, Place: r.rec.Place(it.Record),
		Transfer: transfer || v.transfer,
	}
	if silence >= time.Second && !it.Time.IsZero() {
		row.Silence = seconds(silence)
	}
	const most = 12
	switch it.Kind {
	case control.CommandItem:
		row.Kind = "command"
		row.Head, row.Tail, row.Left = input.Lines(it, most)
	case control.ReplyItem:
		row.Kind = "ok"
		row.Head, row.Tail, row.Left = input.Lines(it, most)
		switch it.Reply.Code().Class() {
		case ftpreply.TransientNegative, ftpreply.PermanentNegative:
			row.Kind = "refused"
			v.fault(it)
		}
	case control.ErrorItem:
		row.Kind = "error"
		row.Head, row.Tail, row.Left = input.Lines(it, most)
	case control.TLSItem:
		row.Kind, row.Head = "tls", []string{"TLS records, which cannot be read"}
	case control.GapItem:
		row.Kind, row.Head = "gap", []string{"bytes are missing here"}
	}
	for _, line := range append(row.Head, row.Tail...) {
		row.bytes += len(line)
	}
	v.bytes += row.bytes
	r.bytes += row.bytes
	if v.add(row) {
		r.rows++
	}
}

// rowID returns the ID of the row of an item.
func (r *Recording) rowID(c *input.Connection, seq int64) string {
	if seq == 0 {
		return ""
	}
	return fmt.Sprintf("%s-%d-%d", r.prefix(), r.open[c].number, seq)
}

// prefix is different for each recording.
func (r *Recording) prefix() string { return fmt.Sprintf("r%x", hash32(r.rec.Source)) }

// Find adds a finding.
func (r *Recording) Find(c *input.Connection, d *lint.Diagnostic) {
	r.bySeverity[d.Severity]++
	i := slices.IndexFunc(r.rules, func(have *ruleView) bool { return have.Rule == d.Rule })
	if i < 0 {
		i = len(r.rules)
		r.rules = append(r.rules, &ruleView{Rule: d.Rule})
	}
	rule := r.rules[i]
	rule.Count++
	rule.Severity = max(rule.Severity, d.Severity)
	latest := r.open[c].row(d.Item.Seq)
	if len(rule.Findings) == maxFindings && latest == nil {
		return
	}
	f := r.finding(c, d)
	if len(rule.Findings) < maxFindings {
		rule.Findings = append(rule.Findings, f)
	}
	if latest != nil && len(latest.Findings) < maxFindings {
		latest.Findings = append(latest.Findings, f)
	}
}

// row returns the latest row if it is that of the item, or nil.
func (v *connectionView) row(seq int64) *row {
	var latest *row
	switch {
	case len(v.ring) > 0:
		latest = v.ring[(v.at+len(v.ring)-1)%len(v.ring)]
	case len(v.rows) > 0:
		latest = v.rows[len(v.rows)-1]
	}
	if latest == nil || latest.Seq != seq {
		return nil
	}
	return latest
}

func (r *Recording) finding(c *input.Connection, d *lint.Diagnostic) findingView {
	_, line, _ := d.Position()
	place := strings.TrimSuffix(r.rec.Prefix(d.Item.RecordAt(d.From), line), ": ")
	if r.rec.Unit() == "packet" {
		place = render.Message(r.rec.Source) + ", " + place
	}
	e := d.Excerpt()
	return findingView{
		ID: r.rowID(c, d.Item.Seq), Place: place, Severity: d.Severity.String(), Rule: d.Rule.Name, Message: render.Message(d.Message),
		Before: text(e.Line.Head), Mark: text(e.Line.Mark), After: text(e.Line.Tail),
		Clients: strings.Join(findings.ClientNames(d.Breaks()), ", "),
	}
}
