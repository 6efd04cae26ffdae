package probe

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// A Check is one question to a server, with the answer that is right.
type Check struct {
	Name     string // unique, and different from the names of the rules of package lint
	Section  string // the document and section that define the right answer: "RFC 959 4.1.1"
	Asks     string // the question, one line
	Why      string // the consequence of a wrong answer, one line
	Required string // the section that requires the command of every server, or ""

	verb    string // the command
	feature string // its name in the reply to FEAT, "REST STREAM" for example, or ""
	needs   needs
	steps   []step
	play    func(*run, context.Context) // in place of steps
	sends   []string                    // the commands of play
}

// needs are the conditions of a check.
type needs uint8

const (
	needLogin needs = 1 << iota // the user is logged in
	needData                    // data connections work
	needFile                    // there is a small file to read
	needWrite                   // files may be changed
	needTLS                     // the control connection is under TLS
	needClear                   // the control connection is in clear text
	needIPv4                    // the connection is over IPv4
	needAlone                   // a new connection, which the check leaves in another state
)

// A step is one command of a check, with the expected answer. Words in braces in its texts
// are replaced as names.expand does.
type step struct {
	line   string
	opener string // of the data connection, if the command needs one: EPSV, PASV, EPRT, PORT or anyOpener

	upload  string // the data to send
	restart string // the argument of a REST before the command
	during  string // a command to send while the data connection is open

	want    []ftpreply.Code // required by an RFC, as in Reply.Expect; nil accepts any final reply
	ideal   []ftpreply.Code // recommended, or required and rarely sent; counts if Config.Strict
	shows   string          // must be in the answer or in the data
	exactly string          // must be the data
	lingers bool            // wait for unsolicited replies, which are wrong
	goodbye bool            // the server may close the connection
}

// Checks yields all checks, in the order of a report.
func Checks() iter.Seq[*Check] {
	return func(yield func(*Check) bool) {
		for _, c := range []*Check{&greetingCheck, &loginCheck} {
			if !yield(c) {
				return
			}
		}
		for i := range checks {
			if !yield(&checks[i]) {
				return
			}
		}
		for _, c := range []*Check{&newSessionCheck, &featuresCheck, &cleanUpCheck} {
			if !yield(c) {
				return
			}
		}
	}
}

// CheckNamed returns the check with that name, or nil.
func CheckNamed(name string) *Check {
	for c := range Checks() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// InSection reports whether the check belongs to a section or to one below it. The section
// is written "RFC 959", "959" or "RFC 959 4.1", for example; "" has all checks.
func (c *Check) InSection(section string) bool {
	words := func(section string) []string {
		words := strings.FieldsFunc(strings.ToLower(section), func(r rune) bool { return r == ' ' || r == '/' || r == ',' })
		return slices.DeleteFunc(words, func(w string) bool { return w == "rfc" || w == "section" })
	}
	want, have := words(section), words(c.Section)
	if len(want) == 0 || len(want) > len(have) {
		return len(want) == 0
	}
	last := len(want) - 1
	return slices.Equal(want[:last], have[:last]) &&
		(want[last] == have[last] || strings.HasPrefix(have[last], want[last]+"."))
}

// Lines returns the commands of the check as [Run] sends them. Words in braces stand for
// values that are known only during a run.
func (c *Check) Lines() (lines []string) {
	lines = slices.Clone(c.sends)
	for _, s := range c.steps {
		if s.opener != "" {
			lines = append(lines, cmp.Or(strings.TrimPrefix(s.opener, anyOpener), "EPSV"))
		}
		if s.restart != "" {
			lines = append(lines, "REST "+s.restart)
		}
		for line := range strings.SplitSeq(s.line, "\r\n") {
			lines = append(lines, names{}.expand(line))
		}
		if s.during != "" {
			lines = append(lines, s.during)
		}
	}
	return lines
}

// ask is a command with the right codes.
func ask(line string, want ...ftpreply.Code) step { return step{line: line, want: want} }

// refuse is a command that must be refused. RFCs ask for the codes in ideal.
func refuse(line string, ideal ...ftpreply.Code) step {
	return step{line: line, want: []ftpreply.Code{4, 5}, ideal: ideal}
}

// shouldRefuse is a command that should be refused, but that servers often accept.
func shouldRefuse(line string, ideal ...ftpreply.Code) step {
	return step{line: line, ideal: ideal}
}

// get is a command that receives data, and put one that sends data.
func get(line string) step { return step{line: line, opener: anyOpener, want: transferred} }
func put(line, upload string) step {
	return step{line: line, opener: anyOpener, upload: upload, want: transferred}
}

// transferred are the completion codes of a transfer.
var transferred = []ftpreply.Code{226, 250}

// anyOpener is the opener of a data connection that works with the server.
const anyOpener = "any"

// These methods return the step with a field set.
func (s step) in(opener string) step              { s.opener = opener; return s }
func (s step) showing(text string) step           { s.shows = text; return s }
func (s step) receiving(data string) step         { s.exactly = data; return s }
func (s step) from(offset string) step            { s.restart = offset; return s }
func (s step) lingering() step                    { s.lingers = true; return s }
func (s step) last() step                         { s.goodbye = true; return s }
func (s step) wanting(want ...ftpreply.Code) step { s.want = want; return s }

// refusalWanted reports whether the right answers are refusals.
func (s *step) refusalWanted() bool {
	codes := s.want
	if len(codes) == 0 {
		codes = s.ideal
	}
	return len(codes) > 0 && !slices.ContainsFunc(codes, func(c ftpreply.Code) bool {
		for c >= 10 {
			c /= 10
		}
		return c <= 3
	})
}

// names are the values of the words in braces:
//
//	{run}      the start of the name of each file that the run makes
//	{missing}  a file that does not exist
//	{own}      a file of the run
//	{file}     a file to read: that of the run, or with Config.Write unset one of the user
//	{size}     its size
//	{rest}     its content from offset 2
//	{home}     the working directory of the checks
//	{server}   the host that the probe connects to
//	{host}     the address of the client in the form of PORT, without the port
//	{eprt}     the address of the client in the form of EPRT, with a port
//	{unknown}  a command that no server has
//	{8bit}     text that is not UTF-8
//	{long}     5,000 letters
type names map[string]string

const unknownVerb = "XFTPREPLY"

// constants are the values that are the same in every run.
var constants = names{
	"unknown": unknownVerb,
	"8bit":    "\xe4\xf6\xfc",
	"long":    strings.Repeat("x", 5000),
}

// expand replaces words in braces. A word without a value stays as it is.
func (n names) expand(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		word, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			b.WriteString(text)
			return b.String()
		}
		value, have := n[word]
		if !have {
			value, have = constants[word]
		}
		if !have {
			value = "{" + word + "}"
		}
		b.WriteString(before + value)
		text = after
	}
}
