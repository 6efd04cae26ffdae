package dialogue

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpreply/ftpreply"
)

// A script is a dialogue with the verdicts of the sequencer, one event a line:
//
//	> RETR f        the user-PI sends a command
//	< 150 RETR ...  the server-PI sends a reply; the verdict follows the code
//	- RETR no-final the call before gave this command up
//	gap, hang up    Gap and HangUp are called
//	= ...           the state of the sequencer at the end
//
// A verdict is the verb ("greeting", "nobody", or "?" for an unknown verb, with
// its number), "preliminary" for a preliminary reply, its reason unless that is None, its
// standing where it does not follow from the reason, and "closes" or "TLS".

// play runs the events of a script and returns the script with the verdicts that
// the sequencer gives.
func play(t *testing.T, s *Sequencer, script string) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		kind, rest, _ := strings.Cut(line, " ")
		switch {
		case kind == ">":
			verb, arg, _ := strings.Cut(rest, " ")
			s.Command(verb, arg)
			fmt.Fprintln(&out, line)
		case kind == "<":
			fmt.Fprintln(&out, "<", reply(t, s, rest))
		case line == "gap":
			s.Gap()
			fmt.Fprintln(&out, line)
		case line == "hang up":
			s.HangUp()
			fmt.Fprintln(&out, line)
		case kind != "-" && kind != "=" && kind != "":
			t.Fatalf("script has the line %q", line)
		default:
			continue
		}
		for p := range s.Missed() {
			fmt.Fprintln(&out, "-", describePending(p))
		}
	}
	fmt.Fprintln(&out, describeState(s))
	return out.String()
}

// reply gives the sequencer the reply of a script line.
func reply(t *testing.T, s *Sequencer, line string) string {
	t.Helper()
	digits, _, _ := strings.Cut(line, " ")
	code, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatalf("script has the reply %q", line)
	}
	return digits + " " + describe(*s.Reply(ftpreply.Code(code)))
}

func describe(v Verdict) string {
	words := []string{name0(v.Command, v.Verb())}
	add := func(is bool, word string) {
		if is {
			words = append(words, word)
		}
	}
	add(!v.Final, "preliminary")
	add(v.Reason != None, v.Reason.String())
	byReason := Wrong
	switch v.Reason {
	case None:
		byReason = Allowed
	case CodeInTheWild, SecondPreliminary:
		byReason = InTheWild
	case NoRoom:
		byReason = Unjudged
	}
	add(v.Standing != byReason, v.Standing.String())
	add(v.Closes, "closes")
	add(v.StartsTLS, "TLS")
	return strings.Join(words, " ")
}

func name0(number int64, verb string) string {
	switch {
	case number == Nobody:
		return "nobody"
	case number == 0:
		return "greeting"
	case verb == "":
		return fmt.Sprintf("?%d", number)
	}
	return verb
}

func describePending(p Pending) string {
	s := name0(p.Command, p.Verb)
	if p.Preliminary {
		return s + " no-final"
	}
	return s + " missing"
}

func describeState(s *Sequencer) string {
	words := []string{"= owed"}
	for p := range s.Pending() {
		words = append(words, name0(p.Command, p.Verb))
	}
	if s.Owed() == 0 {
		words = append(words, "nothing")
	}
	if s.Unsolicited() > 0 {
		words = append(words, fmt.Sprintf("unsolicited %d", s.Unsolicited()))
	}
	if !s.Aligned() {
		words = append(words, "misaligned")
	}
	return strings.Join(words, " ")
}

// checkScript compares a script with the verdicts of the sequencer.
func checkScript(t *testing.T, s *Sequencer, script string) {
	t.Helper()
	var want strings.Builder
	for line := range strings.Lines(script) {
		if line = strings.TrimSpace(line); line != "" {
			fmt.Fprintln(&want, line)
		}
	}
	if diff := cmp.Diff(want.String(), play(t, s, script)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A server is logged in before most scripts begin.
const login = `
	< 220 greeting
	> USER u
	< 331 USER
	> PASS p
	< 230 PASS
`
