package dialogue

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
)

// An outcome is a state of the diagrams of RFC 959, section 6: it says where the
// arrow for a first digit ends.
type outcome string

const (
	wait    outcome = "W" // another reply comes
	success outcome = "S"
	failure outcome = "F"
	further outcome = "3" // a further command of the sequence
	fault   outcome = "E"
)

// A diagram is the commands of a sequence, all but the last of which are driven
// through, and where the first digit 1, 2, 3, 4 or 5 of the last one's reply
// leads.
type diagram struct {
	source   string
	before   string // a script that leads to the state
	commands string
	arrows   [6]outcome
}

var diagrams = []diagram{
	{"RFC 959, section 6, first diagram", "",
		"ABOR ALLO DELE CWD CDUP SMNT HELP MODE NOOP PASV QUIT SITE PORT SYST STAT RMD MKD PWD STRU TYPE",
		[...]outcome{1: fault, 2: success, 3: fault, 4: failure, 5: failure}},
	{"RFC 959, section 6, second diagram", "",
		"APPE LIST NLST REIN RETR STOR STOU",
		[...]outcome{1: wait, 2: success, 3: fault, 4: failure, 5: failure}},
	{"RFC 959, section 6, second diagram, after the 1yz", "preliminary",
		"APPE LIST NLST REIN RETR STOR STOU",
		[...]outcome{1: wait, 2: success, 3: fault, 4: failure, 5: failure}},
	{"RFC 959, section 6, rename", "", "RNFR",
		[...]outcome{1: fault, 2: fault, 3: further, 4: failure, 5: failure}},
	{"RFC 959, section 6, rename", "> RNFR a\n< 350", "RNTO",
		[...]outcome{1: fault, 2: success, 3: fault, 4: failure, 5: failure}},
	{"RFC 959, section 6, restart", "", "REST",
		[...]outcome{1: fault, 2: fault, 3: further, 4: failure, 5: failure}},
	{"RFC 959, section 6, restart", "> REST 1\n< 350", "APPE STOR RETR",
		[...]outcome{1: wait, 2: success, 3: fault, 4: failure, 5: failure}},
	{"RFC 959, section 6, login", "", "USER",
		[...]outcome{1: fault, 2: success, 3: further, 4: failure, 5: failure}},
	{"RFC 959, section 6, login", "> USER u\n< 331", "PASS",
		[...]outcome{1: fault, 2: success, 3: further, 4: failure, 5: failure}},
	{"RFC 959, section 6, login", "> USER u\n< 331\n> PASS p\n< 332", "ACCT",
		[...]outcome{1: fault, 2: success, 3: fault, 4: failure, 5: failure}},
	{"RFC 959, section 6, general", "", "UNKNOWN",
		[...]outcome{1: wait, 2: success, 3: further, 4: failure, 5: failure}},
	{"RFC 2228, section 9", "", "AUTH",
		[...]outcome{1: fault, 2: success, 3: further, 4: failure, 5: failure}},
	{"RFC 2228, section 9", "> AUTH GSSAPI\n< 334", "ADAT",
		[...]outcome{1: fault, 2: success, 3: further, 4: failure, 5: failure}},
	{"RFC 7151, section 3.2.3", "", "HOST",
		[...]outcome{1: fault, 2: success, 3: fault, 4: failure, 5: failure}},
	{"RFC 7151, section 3.2.3", "> HOST h\n< 220", "USER",
		[...]outcome{1: fault, 2: success, 3: further, 4: failure, 5: failure}},
	{"RFC 3659, section 7.2", "", "MLSD",
		[...]outcome{1: wait, 2: success, 3: fault, 4: failure, 5: failure}},
	{"RFC 3659, sections 3 to 7", "", "MDTM SIZE MLST",
		[...]outcome{1: fault, 2: success, 3: fault, 4: failure, 5: failure}},
}

// Only the first digit counts in the diagrams, so the codes are ones that no list
// has.
func TestDiagrams(t *testing.T) {
	for _, d := range diagrams {
		for verb := range strings.FieldsSeq(d.commands) {
			for digit := 1; digit <= 5; digit++ {
				t.Run(fmt.Sprintf("%s/%s/%d", d.source, verb, digit), func(t *testing.T) {
					var s Sequencer
					s.Reply(220)
					preliminary := d.before == "preliminary"
					if !preliminary {
						play(t, &s, d.before)
					}
					s.Command(verb, "")
					if preliminary {
						s.Reply(150)
					}
					owed := s.Owed()
					v := *s.Reply(ftpreply.Code(digit*100 + 98))
					if got := outcomeOf(v, digit); got != d.arrows[digit] {
						t.Errorf("%s: arrow to %v, want %v (%v)", d.source, got, d.arrows[digit], v.Reason)
					}
					if v.Final {
						owed--
					}
					if s.Owed() != owed {
						t.Errorf("%d owed, want %d", s.Owed(), owed)
					}
				})
			}
		}
	}
}

func outcomeOf(v Verdict, digit int) outcome {
	switch {
	case v.Reason == WrongClass:
		return fault
	case !v.Final:
		return wait
	case digit == 3:
		return further
	case digit == 2:
		return success
	}
	return failure
}

// RFC 7151, section 3.2.3, distinguishes the 5yz of HOST: a code that it does not name is
// an error. Here every such code has the standing Wrong.
func TestHost(t *testing.T) {
	for _, code := range []ftpreply.Code{500, 501, 502, 503, 504, 421} {
		if r := parse("HOST").Judge(First, code); r.Standing != Allowed {
			t.Errorf("%d is not allowed", code)
		}
	}
	for _, code := range []ftpreply.Code{505, 550, 553} {
		if r := parse("HOST").Judge(First, code); r.Standing != Wrong {
			t.Errorf("%d is not wrong", code)
		}
	}
}

// At most one preliminary reply, except for restart markers: RFC 959, section 4.2.
func TestOnePreliminaryReply(t *testing.T) {
	for verb := range strings.FieldsSeq("APPE LIST NLST REIN RETR STOR STOU MLSD UNKNOWN") {
		var s Sequencer
		s.Reply(220)
		s.Command(verb, "")
		first := *s.Reply(150)
		second := s.Reply(150)
		if first.Reason == SecondPreliminary || second.Reason != SecondPreliminary {
			t.Errorf("%s: %v, then %v", verb, first.Reason, second.Reason)
		}
	}
}
