package probe

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// A Report is what a run has found out.
type Report struct {
	Address     string
	Software    string // the server's name and version, if the greeting tells
	Greeting    string // its first line
	System      string // the text of the 215
	TLS         string // version and cipher suite; "" in clear
	Connections int
	Replies     int64
	Took        time.Duration

	Results  []Result  // in the order of the table
	Commands []Command // by name
	Features []Feature // those listed first, in the order of the list

	// Left tells what the run has made on the server and could not remove.
	Left []string
}

// An Outcome says how a [Check] ended.
type Outcome uint8

const (
	Passed       Outcome = iota
	Failed               // against the RFC, or with a finding that is an error
	Refused              // known, and not allowed or not possible here
	NotSupported         // the server does not know the command or its parameter
	Skipped              // it was not tried
	numberOfOutcomes
)

// String returns "passed", "failed", "refused", "not supported" or "skipped".
func (o Outcome) String() string {
	return [...]string{"passed", "failed", "refused", "not supported", "skipped"}[o]
}

// A Result is what became of a [Check].
type Result struct {
	Check    *Check
	Outcome  Outcome
	Reason   string     // why it is no pass; the peer's bytes are quoted in it
	Advice   string     // of a pass: what is not as an RFC recommends, which fails if strict
	Turns    []Turn     // what was said
	Findings []*Finding // of package lint, brought out by the check
}

// A Turn is a command and the replies to it, without secrets. Of a long reply there
// are the first and the last line.
type Turn struct {
	Command string
	Replies []string
}

// A Finding is a copy of a lint.Diagnostic: of one rule for one command and code.
type Finding struct {
	Rule     *lint.Rule
	Severity lint.Severity
	Message  string
	Note     string
	Command  string // without secrets
	Code     ftpreply.Code
	Excerpt  control.Excerpt
	Clients  []lint.Client // that were measured not to cope

	Conn        int // number of the connection, from 1
	Line        int64
	Column      int
	Fingerprint string
	Count       int
}

func newFinding(conn int, d *lint.Diagnostic) *Finding {
	_, line, column := d.Position()
	f := &Finding{
		Rule: d.Rule, Severity: d.Severity, Message: d.Message, Note: d.Note, Code: d.Item.Reply.Code(),
		Excerpt: cloneExcerpt(d.Excerpt()), Clients: d.Breaks(), Conn: conn, Line: line, Column: column, Fingerprint: d.Fingerprint(), Count: 1,
	}
	if d.Item.Command != nil {
		f.Command = string(d.Item.Mask(d.Item.Command.Line))
	}
	return f
}

func (f *Finding) verb() string {
	verb, _, _ := strings.Cut(strings.ToUpper(f.Command), " ")
	return verb
}

// same reports whether two findings are one, seen twice.
func (f *Finding) same(g *Finding) bool {
	return f.Rule == g.Rule && f.Code == g.Code && f.verb() == g.verb()
}

func cloneExcerpt(e control.Excerpt) control.Excerpt {
	return control.Excerpt{Before: cloneLine(e.Before), Line: *cloneLine(&e.Line), After: cloneLine(e.After)}
}

func cloneLine(l *control.ExcerptLine) *control.ExcerptLine {
	if l == nil {
		return nil
	}
	clone := *l
	clone.Head, clone.Mark, clone.Tail = bytes.Clone(l.Head), bytes.Clone(l.Mark), bytes.Clone(l.Tail)
	return &clone
}

// maxFindings is how many different findings one check keeps.
const maxFindings = 50

func (r *Result) add(f *Finding) {
	i := slices.IndexFunc(r.Findings, f.same)
	switch {
	case i >= 0:
		r.Findings[i].Count++
	case len(r.Findings) < maxFindings:
		r.Findings = append(r.Findings, f)
	}
}

// worst is the severity of the worst finding, or 0.
func (r *Result) worst() (s lint.Severity) {
	for _, f := range r.Findings {
		s = max(s, f.Severity)
	}
	return s
}

// reasons are the rules of the findings that are errors.
func (r *Result) reasons() string {
	var names []string
	for _, f := range r.Findings {
		if f.Severity == lint.Error && !slices.Contains(names, f.Rule.Name) {
			names = append(names, f.Rule.Name)
		}
	}
	return strings.Join(names, ", ")
}

// settle sets the outcome, unless the check has failed before.
func (r *Result) settle(o Outcome, reason string) {
	if r.Outcome != Failed {
		r.Outcome, r.Reason = o, reason
	}
}

// A Verdict counts the outcomes of the checks of one section.
type Verdict struct {
	Section string
	Counts  [numberOfOutcomes]int // by Outcome
}

// Verdicts counts by section, in the order of the RFCs; what is in no RFC comes last.
func (r *Report) Verdicts() (all []Verdict) {
	for i := range r.Results {
		section := r.Results[i].Check.Section
		at := slices.IndexFunc(all, func(v Verdict) bool { return v.Section == section })
		if at < 0 {
			at = len(all)
			all = append(all, Verdict{Section: section})
		}
		all[at].Counts[r.Results[i].Outcome]++
	}
	slices.SortStableFunc(all, func(a, b Verdict) int { return slices.Compare(sectionOrder(a.Section), sectionOrder(b.Section)) })
	return all
}

// sectionOrder makes sections comparable: the number of the RFC, then those of the section.
func sectionOrder(section string) (numbers []int) {
	if !strings.HasPrefix(section, "RFC ") {
		return []int{1 << 30}
	}
	n := 0
	for _, c := range section[len("RFC "):] {
		if c == ' ' || c == '.' {
			numbers, n = append(numbers, n), 0
		} else {
			n = 10*n + int(c-'0')
		}
	}
	return append(numbers, n)
}

// Count is how many checks ended so.
func (r *Report) Count(o Outcome) (n int) {
	for i := range r.Results {
		if r.Results[i].Outcome == o {
			n++
		}
	}
	return n
}

// Worst is the severity of the worst finding; a failed check counts as an error.
func (r *Report) Worst() (s lint.Severity) {
	for i := range r.Results {
		s = max(s, r.Results[i].worst())
		if r.Results[i].Outcome == Failed {
			s = lint.Error
		}
	}
	return s
}
