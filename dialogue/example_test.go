package dialogue_test

import (
	"fmt"

	"github.com/ftpreply/ftpreply/dialogue"
)

// A session in the order in which it crossed the wire.
func ExampleSequencer() {
	var s dialogue.Sequencer
	fmt.Println(s.Reply(220).Standing)
	s.Command("CDUP", "")
	v := s.Reply(250)
	fmt.Printf("%s: %v (%s)\n", v.Verb(), v.Standing, v.Servers())
	s.Command("RETR", "file")
	v = s.Reply(150)
	fmt.Printf("%s: %v, final %v, %d owed\n", v.Verb(), v.Standing, v.Final, s.Owed())
	v = s.Reply(226)
	fmt.Printf("%s: %v, final %v, %d owed\n", v.Verb(), v.Standing, v.Final, s.Owed())
	// Output:
	// allowed
	// CDUP: in-the-wild (all thirteen measured)
	// RETR: allowed, final false, 1 owed
	// RETR: allowed, final true, 0 owed
}

// A server that answers twice leaves a client that counts replies off by one. The
// sequencer reports it at the second reply.
func ExampleSequencer_Aligned() {
	var s dialogue.Sequencer
	s.Reply(220)
	s.Command("CWD", "dir")
	s.Reply(200)
	v := s.Reply(250)
	fmt.Println(v.Verb(), v.Reason)
	s.Command("PASV", "")
	v = s.Reply(227)
	fmt.Println(v.Verb(), v.Reason)
	fmt.Println("aligned:", s.Aligned())
	// Output:
	// CWD extra-final-reply
	// PASV none
	// aligned: false
}

// A command that never gets its reply is given up when a later one has been
// answered and the dialogue goes on.
func ExampleSequencer_Missed() {
	var s dialogue.Sequencer
	s.Reply(220)
	s.Command("NOOP", "")
	s.Command("SYST", "")
	s.Reply(215)
	s.Command("QUIT", "")
	for p := range s.Missed() {
		fmt.Println("no reply to", p.Verb)
	}
	// Output: no reply to NOOP
}

// After the 234 the control connection speaks TLS.
func ExampleVerdict_startsTLS() {
	var s dialogue.Sequencer
	s.Reply(220)
	s.Command("AUTH", "TLS")
	if v := s.Reply(234); v.StartsTLS {
		fmt.Println("nothing may be buffered now")
	}
	// Output: nothing may be buffered now
}

// The codes that may come after the preliminary reply to a RETR.
func ExampleExpect() {
	for e := range dialogue.Expect("RETR") {
		if e.Stage == dialogue.AfterPreliminary && e.Code < 400 {
			fmt.Printf("%d: %v, %s\n", e.Code, e.Standing, e.Source)
		}
	}
	// Output:
	// 110: allowed, RFC 959, section 5.4
	// 226: allowed, RFC 959, section 5.4
	// 250: allowed, RFC 959, section 5.4
}

// A client that takes 226 alone for success fails with servers that send 250.
func ExampleCompletes() {
	fmt.Println(dialogue.Completes("RETR", 226), dialogue.Completes("RETR", 250))
	fmt.Println(dialogue.Completes("CDUP", 250), dialogue.Completes("RNFR", 250))
	fmt.Println(dialogue.Completes("CWD", 212), dialogue.CompletesByFirstDigit("CWD", 212))
	// Output:
	// true true
	// true false
	// false true
}

// A program that pairs replies with commands itself asks for one ruling at a time.
func ExampleCommand_Judge() {
	retr := dialogue.Lookup("RETR", "file")
	r := retr.Judge(dialogue.First, 425)
	fmt.Println(r.Standing, r.Reason)
	if stage, source, ok := r.Elsewhere(); ok {
		fmt.Printf("%s lists it %v\n", source, stage)
	}
	// Output:
	// in-the-wild code-in-the-wild
	// RFC 959, section 5.4 lists it after-preliminary
}
