package dialogue

import (
	"errors"
	"testing"

	"github.com/ftpreply/ftpreply"
)

// Reports of client users about codes and order, as exchanges.
var fieldReports = []struct{ name, script string }{
	{"C1: 250 where 226 was expected", login + `
		> RETR f
		< 150 RETR preliminary
		< 250 RETR
		= owed nothing`},
	{"C1: 200 where 226 was expected", login + `
		> STOR f
		< 150 STOR preliminary
		< 200 STOR code-in-the-wild
		= owed nothing`},
	{"C2: 125 where 150 was expected", login + `
		> STOR f
		< 125 STOR preliminary
		< 226 STOR
		= owed nothing`},
	{"C2: neither", login + `
		> LIST
		< 226 LIST code-in-the-wild
		= owed nothing`},
	{"C2: 1yz that are not the start of a transfer", login + `
		> RETR f
		< 110 RETR preliminary wrong-stage
		< 120 RETR preliminary second-preliminary
		< 226 RETR
		= owed nothing`},
	{"C2: failure after the 150", login + `
		> RETR f
		< 150 RETR preliminary
		< 550 RETR code-in-the-wild
		> RETR f
		< 150 RETR preliminary
		< 426 RETR
		= owed nothing`},
	{"C3: 150 in the place of 226", login + `
		> RETR f
		< 150 RETR preliminary
		< 150 RETR preliminary second-preliminary
		> QUIT
		< 221 QUIT closes
		= owed RETR misaligned`},
	{"C4: other completions", login + `
		> DELE f
		< 200 DELE code-in-the-wild
		> CWD d
		< 257 CWD code-in-the-wild
		> CWD d
		< 200 CWD code-in-the-wild
		> AUTH TLS
		< 200 AUTH code-in-the-wild
		= owed nothing`},
	{"C4: 200 for a greeting", `
		< 200 greeting code-in-the-wild
		= owed nothing`},
	{"C4: a preliminary reply to a command that has none", login + `
		> DELE f
		< 150 DELE preliminary wrong-class
		< 250 DELE
		= owed nothing`},
	{"C5: 226, then 426", login + `
		> RETR f
		< 150 RETR preliminary
		< 226 RETR
		< 426 RETR extra-final-reply
		= owed nothing unsolicited 1 misaligned`},
	{"C6: two refusals", login + `
		> OPTS MLST type;size;
		< 500 OPTS
		< 500 OPTS extra-final-reply
		= owed nothing unsolicited 1 misaligned`},
	{"C6: 200 and 250 to one CWD", login + `
		> CWD d
		< 200 CWD code-in-the-wild
		> PASV
		< 250 PASV code-not-listed
		< 227 PASV extra-final-reply
		= owed nothing unsolicited 1 misaligned`},
	{"C6: off by one for ever", login + `
		> STOR f
		< 150 STOR preliminary
		< 226 STOR
		> PWD
		< 226 PWD code-not-listed
		> TYPE I
		< 257 TYPE code-not-listed
		> SIZE f
		< 200 SIZE code-not-listed
		> MDTM f
		< 213 MDTM
		< 213 MDTM extra-final-reply
		= owed nothing unsolicited 1 misaligned`},
	{"C6: a left-over 226", login + `
		> STOR f
		< 150 STOR preliminary
		< 226 STOR
		> CWD d
		< 226 CWD code-not-listed
		< 250 CWD extra-final-reply
		= owed nothing unsolicited 1 misaligned`},
	{"C6: a broadcast", login + `
		> CWD d
		< 250 CWD
		< 214 nobody unsolicited-reply
		= owed nothing unsolicited 1 misaligned`},
	{"C6: one reply for the transfer and ABOR", login + `
		> RETR f
		< 150 RETR preliminary
		> ABOR
		< 226 RETR
		= owed ABOR`},
	{"C6: two replies for the transfer and ABOR", login + `
		> RETR f
		< 150 RETR preliminary
		> ABOR
		< 426 RETR
		< 226 ABOR
		= owed nothing`},
	{"C7: too long a login", `
		< 220 greeting
		> USER u
		< 331 USER
		< 421 nobody unsolicited-reply in-the-wild closes
		= owed nothing unsolicited 1`},
	{"C7: too many connections", `
		< 421 greeting closes
		= owed nothing`},
	{"C7: instead of an answer", login + `
		> CWD d
		< 421 CWD closes
		= owed nothing`},
	{"C8: refused for now, with codes of both kinds", `
		< 220 greeting
		> USER u
		< 530 USER
		> USER u
		< 430 USER code-in-the-wild
		> MKD d
		< 521 MKD code-in-the-wild
		> MKD d
		< 450 MKD
		= owed nothing`},
	{"C10: the client waits for a reply that does not come", login + `
		> LIST
		< 150 LIST preliminary
		= owed LIST`},
}

func TestFieldReports(t *testing.T) {
	for _, tt := range fieldReports {
		t.Run(tt.name, func(t *testing.T) {
			checkScript(t, new(Sequencer), tt.script)
		})
	}
}

// C9: a verdict goes with the reply's own error, which keeps code and text.
func TestVerdictBesideError(t *testing.T) {
	r, err := ftpreply.Parse([]byte("553-C:\\path\\file: Access denied.\r\n553 Sorry.\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	var s Sequencer
	s.Reply(220)
	s.Command("STOR", "file")
	v := s.Reply(r.Code())
	if v.Standing != Allowed || !v.Final || v.Verb() != "STOR" {
		t.Errorf("verdict %+v", v)
	}
	var reply *ftpreply.ReplyError
	if !errors.As(r.Err(), &reply) || reply.Code != 553 {
		t.Errorf("error %v", r.Err())
	}
}
