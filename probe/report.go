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

// A Report is the result of [Run]. Its texts have no secrets and are printable: characters
// that could control a terminal are escaped.
type Report struct {
	Address     string
	Software    string // name and version of the server, if the greeting has them
	Greeting    string // the first line of the greeting
	System      string // the text of the 215
	TLS         string // version and cipher suite, or ""
	Connections int
	Replies     int64
	Took        time.Duration

	Results  []Result  // in the order in which the checks ended
	Commands []Command // by name
	Features []Feature // those listed first, in the order of the list

	// Left has the commands that remove the files and directories of the run that may still
	// be on the server. It is nil if nothing is left.
	Left []string
}

// An Outcome says how a [Check] ended.
type Outcome uint8

const (
	Passed       Outcome = iota
	Failed               // the answer violates the RFC, or a finding is an error
	Refused              // the server knows the command and refuses it
	NotSupported         // the server does not know the command or its parameter
	Skipped              // not tried; Result.Reason has the reason
	numberOfOutcomes
)

// String returns "passed", "failed", "refused", "not supported" or "skipped".
func (o Outcome) String() string {
	return [...]string{"passed", "failed", "refused", "not supported", "skipped"}[o]
}

// A Result is the result of a [Check]. Its texts are like those of a [Report].
type Result struct {
	Check    *Check
	Outcome  Outcome
	Reason   string     // for the outcome, unless it is Passed
	Earlier  string     // the failure of a first attempt that a new session did not repeat, or ""
	Advice   string     // a recommendation that a Passed check does not follow, or ""
	Turns    []Turn     // the commands and replies
	Findings []*Finding // of package lint during the check
}

// A Turn is a command and the replies to it. Of a long reply it has the first and the last
// line.
type Turn struct {
	Command string
	Replies []string
}

// A Finding is a copy of a lint.Diagnostic. One Finding represents all
// diagnostics of a rule for a command and a code.
type Finding struct {
	Rule     *lint.Rule
	Severity lint.Severity
	Message  string
	Note     string
	Command  string // masked, not escaped
	Code     ftpreply.Code
	Excerpt  control.Excerpt
	Clients  []lint.Client // that fail, as measured

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

// same reports whether f and g have the same rule, command and code.
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

func (r *Result) add(f *Finding) {
	i := slices.IndexFunc(r.Findings, f.same)
	switch {
	case i >= 0:
		r.Findings[i].Count++
	case len(r.Findings) < maxFindings:
		r.Findings = append(r.Findings, f)
	}
}

// worst returns the highest severity of the findings, or 0.
func (r *Result) worst() (s lint.Severity) {
	for _, f := range r.Findings {
		s = max(s, f.Severity)
	}
	return s
}

// reasons returns the names of the rules of the findings that are errors.
func (r *Result) reasons() string {
	var names []string
	for _, f := range r.Findings {
		if f.Severity == lint.Error && !slices.Contains(names, f.Rule.Name) {
			names = append(names, f.Rule.Name)
		}
	}
	return strings.Join(names, ", ")
}

// failOnFindings fails the check if a finding is an error.
func (r *Result) failOnFindings() {
	if r.worst() == lint.Error {
		r.settle(Failed, "a reply is wrong: "+r.reasons())
	}
}

// settle sets the outcome, unless the check has failed already.
func (r *Result) settle(o Outcome, reason string) {
	if r.Outcome != Failed {
		r.Outcome, r.Reason = o, reason
	}
}

// A Verdict counts the checks of one section by outcome.
type Verdict struct {
	Section string
	Counts  [numberOfOutcomes]int // indexed by Outcome
}

// Verdicts returns the counts of each section, in the order of the RFCs. Checks of other
// documents come last.
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

// sectionOrder returns the number of the RFC and those of the section, to compare sections.
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

// Count returns the number of checks with that outcome.
func (r *Report) Count(o Outcome) (n int) {
	for i := range r.Results {
		if r.Results[i].Outcome == o {
			n++
		}
	}
	return n
}

// Worst returns the highest severity of all findings, or 0. A failed check counts as an
// error.
func (r *Report) Worst() (s lint.Severity) {
	for i := range r.Results {
		s = max(s, r.Results[i].worst())
		if r.Results[i].Outcome == Failed {
			s = lint.Error
		}
	}
	return s
}
