package probe

import (
	"iter"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// A Check is one thing that a server is asked.
type Check struct {
	Name    string // unique, kebab-case
	Section string // "RFC 959 4.1.1": the document and the section that say what is right
	Verb    string // the command that it is about
	Feature string // what FEAT lists for it, "REST STREAM" for example; often ""
	Needs   Needs

	// Required is where an RFC asks every server to know the command, or "".
	Required string

	Asks  string // what is asked, one line
	Why   string // what a wrong answer leads to, one line
	Steps []Step
}

// Needs are what a [Check] cannot do without.
type Needs uint8

const (
	Login Needs = 1 << iota // the user is logged in
	Data                    // data connections work
	File                    // there is a small file to read
	Write                   // files may be changed
	TLS                     // the control connection is under TLS
	Clear                   // the control connection is in clear
	IPv4                    // the connections are over IPv4
	Alone                   // a connection of its own, which it leaves in another state
)

// A Step is a command line of a [Check], and what is expected of the answer. In its
// texts names in braces stand for what the run has: see expand.
type Step struct {
	Line   string
	Opener string // of a data connection, if the command needs one: EPSV, PASV, EPRT, PORT, or "any"

	Upload  string // what to send on the data connection
	Restart string // the argument of a REST that goes before
	During  string // a command that is sent while the data connection is open

	Want    []ftpreply.Code // what an RFC asks for, as Reply.Expect takes it; none: any final reply
	Ideal   []ftpreply.Code // what it recommends, or asks for and few servers do; counts if strict
	Shows   string          // must be in the text of the answer or in the data
	Exactly string          // is all of the data
	Lingers bool            // replies too many are waited for, and are wrong
	Goodbye bool            // the server may close the connection
}

// Checks yields the table, in the order in which it is played.
func Checks() iter.Seq[*Check] {
	return func(yield func(*Check) bool) {
		for i := range checks {
			if !yield(&checks[i]) {
				return
			}
		}
	}
}

// ask is a command and the codes that are right.
func ask(line string, want ...ftpreply.Code) Step { return Step{Line: line, Want: want} }

// refuse is a command that an RFC wants refused; with other than these codes few do.
func refuse(line string, ideal ...ftpreply.Code) Step {
	return Step{Line: line, Want: []ftpreply.Code{4, 5}, Ideal: ideal}
}

// get is a command that sends data to the client, and put one that takes data.
func get(line string) Step { return Step{Line: line, Opener: anyOpener, Want: transferred} }
func put(line, upload string) Step {
	return Step{Line: line, Opener: anyOpener, Upload: upload, Want: transferred}
}

// transferred are the completions of a transfer.
var transferred = []ftpreply.Code{226, 250}

// anyOpener stands for the opener that works.
const anyOpener = "any"

// in returns the step with another opener.
func (s Step) in(opener string) Step { s.Opener = opener; return s }

// shows, exactly, from, lingering, last and wanting return the step with a field set.
func (s Step) shows(text string) Step   { s.Shows = text; return s }
func (s Step) exactly(text string) Step { s.Exactly = text; return s }
func (s Step) from(offset string) Step  { s.Restart = offset; return s }
func (s Step) lingering() Step          { s.Lingers = true; return s }
func (s Step) last() Step               { s.Goodbye = true; return s }
func (s Step) wanting(codes ...ftpreply.Code) Step {
	s.Want = codes
	return s
}

// InSection reports whether the check belongs to a section, "RFC 959", "959" or
// "RFC 959 4.1" for example, or to one below it.
func (c *Check) InSection(section string) bool {
	want, have := sectionWords(section), sectionWords(c.Section)
	if len(want) == 0 || len(want) > len(have) {
		return len(want) == 0
	}
	last := len(want) - 1
	return slices.Equal(want[:last], have[:last]) &&
		(want[last] == have[last] || strings.HasPrefix(have[last], want[last]+"."))
}

// sectionWords are the document and the section, without words that may be left out.
func sectionWords(section string) []string {
	words := strings.FieldsFunc(strings.ToLower(section), func(r rune) bool { return r == ' ' || r == '/' || r == ',' })
	return slices.DeleteFunc(words, func(w string) bool { return w == "rfc" || w == "section" })
}
