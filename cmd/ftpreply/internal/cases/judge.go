package cases

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/ftpserver"
)

// A Grade is the behaviour of a client in a case.
type Grade string

// The grades, the best first.
const (
	NotReached    Grade = "not reached" // the client did not send the command of the case
	Correct       Grade = "correct"
	SafeRefusal   Grade = "safe refusal"
	Waits         Grade = "waits forever"
	WrongData     Grade = "wrong data without an error"
	Desynchronize Grade = "desynchronizes"
	Unbounded     Grade = "unbounded memory"
	Connects      Grade = "connects where it must not"
	Secret        Grade = "sends a secret where it must not"
	Crash         Grade = "crash"
)

// An Observation is what a run of a client showed.
type Observation struct {
	Records  []*ftpserver.Record // its sessions
	Status   int                 // exit status
	Signal   string              // that ended it; empty if it ended by itself
	TimedOut bool                // it was ended at the time limit
	Memory   int64               // peak, in bytes; 0 if unknown
	Output   []byte              // standard output
	Files    map[string][]byte   // those in its directory at the end
	Outside  []string            // those that it made elsewhere
}

// A Verdict is the grade of an observation.
type Verdict struct {
	Grade    Grade
	Failed   bool     // the client has failed the case
	Severity Severity // of the failure: that of the case, but Warning if the client only waits or refuses
	Detail   string   // the observed behaviour
}

// memoryMargin is how much more than in the clean session a client may use, and how much that
// session is taken to use at least.
const memoryMargin = 64 << 20

// Judge compares a run with the clean one, in which the server was correct. strict fails also
// a client that refuses a reply that it may refuse.
func Judge(c *Case, clean, got *Observation, strict bool) Verdict {
	departed := false
	var early, plain, pipelined bool
	sunk := 0
	for _, r := range got.Records {
		departed = departed || r.Departed
		early, plain, sunk = early || r.Early, plain || r.Plain, sunk+r.Sunk
	}
	for _, r := range clean.Records {
		pipelined = pipelined || r.Pipelined
	}
	fail := func(g Grade, format string, args ...any) Verdict {
		severity := c.Severity
		if g == Waits || g == SafeRefusal {
			severity = Warning
		}
		return Verdict{g, true, severity, fmt.Sprintf(format, args...)}
	}
	pass := func(g Grade, format string, args ...any) Verdict {
		return Verdict{Grade: g, Detail: fmt.Sprintf(format, args...)}
	}
	control := controlInCommand(got)
	lost := lostContent(clean, got)
	switch {
	case !departed:
		return pass(NotReached, "the client did not get to the reply that the case changes")
	case got.Signal != "" && !got.TimedOut:
		return fail(Crash, "a signal ended the client: %s", got.Signal)
	case c.Secret && plain:
		return fail(Secret, "the client sent its password without TLS after AUTH")
	case sunk > 0:
		return fail(Connects, "%d connections to 127.0.0.2", sunk)
	case len(got.Outside) > 0:
		return fail(WrongData, "the client wrote outside its directory: %q", got.Outside)
	case c.Memory && got.Memory > max(clean.Memory, memoryMargin)+memoryMargin:
		return fail(Unbounded, "%d MiB, and %d MiB in the clean session", got.Memory>>20, clean.Memory>>20)
	case early && !pipelined:
		return fail(Desynchronize, "the client sent its next command before the answer to the last one: %s", next(got))
	case c.Partial && goesOn(got):
		return fail(Desynchronize, "the client takes an incomplete reply for a whole one, and goes on: %s", next(got))
	case control != "":
		return fail(WrongData, "the client sent a command with a control character: %q", control)
	case got.TimedOut && c.Silent && !strict:
		return pass(Waits, "the server is silent, and the client waits")
	case got.TimedOut:
		return fail(Waits, "the client did not end within the time limit; it had sent %s", next(got))
	case got.Status == 0 && lost != "":
		return fail(WrongData, "exit status 0, but %s is missing or differs", lost)
	case got.Status == 0 && c.Want == Refuse && clean.Status == 0:
		return fail(WrongData, "exit status 0, but the client must report an error")
	case got.Status == clean.Status:
		return pass(Correct, "exit status %d", got.Status)
	case c.Want == Succeed || strict && c.Want == Either:
		return fail(SafeRefusal, "exit status %d, but the reply has one reading", got.Status)
	}
	return pass(SafeRefusal, "exit status %d", got.Status)
}

// goesOn reports whether the client sent a command after the departure, other than to end the
// session.
func goesOn(o *Observation) bool {
	return slices.ContainsFunc(o.Records, func(r *ftpserver.Record) bool {
		return slices.ContainsFunc(r.AfterDeparture(), func(c ftpserver.Command) bool { return c.Verb != "QUIT" && c.Verb != "ABOR" })
	})
}

// next lists the verbs that the client sent after the departure.
func next(o *Observation) string {
	var verbs []string
	for _, r := range o.Records {
		for _, c := range r.AfterDeparture() {
			verbs = append(verbs, c.Verb)
		}
	}
	if len(verbs) == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%q", strings.Join(verbs[:min(len(verbs), 8)], " "))
}

// controlInCommand returns a command with a control character in its argument.
func controlInCommand(o *Observation) string {
	for _, r := range o.Records {
		for _, c := range r.Commands {
			if strings.ContainsFunc(c.Arg, func(r rune) bool { return r < ' ' && r != '\t' }) {
				return c.Verb + " " + c.Arg
			}
		}
	}
	return ""
}

// lostContent names a content that the clean run has received or stored and this one has not.
func lostContent(clean, got *Observation) string {
	contents := map[string][]byte{"the content of readme.txt": []byte(ftpserver.Readme)}
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		if clean.received(contents[name]) && !got.received(contents[name]) {
			return name
		}
	}
	for _, r := range clean.Records {
		for _, name := range slices.Sorted(maps.Keys(r.Stored)) {
			if !slices.ContainsFunc(got.Records, func(g *ftpserver.Record) bool { return bytes.Equal(g.Stored[name], r.Stored[name]) }) {
				return "the stored file " + name
			}
		}
	}
	return ""
}

// received reports whether the client wrote the content to its output or to a file. Lines may
// end in CR LF.
func (o *Observation) received(content []byte) bool {
	has := func(b []byte) bool { return bytes.Contains(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), content) }
	if has(o.Output) {
		return true
	}
	for _, b := range o.Files {
		if has(b) {
			return true
		}
	}
	return false
}
