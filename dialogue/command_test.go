package dialogue

import (
	"testing"

	"github.com/ftpreply/ftpreply"
)

func TestLookup(t *testing.T) {
	for _, tt := range []struct {
		verb, argument, want string
		transfers            bool
	}{
		{"RETR", "f", "RETR", true},
		{"mlsd", "", "MLSD", true},
		{"Auth", "tls now", "AUTH", false},
		{"", "", "", false},
		{"FROBNICATE", "", "", false},
	} {
		if c := Lookup(tt.verb, tt.argument); c.Verb() != tt.want || c.Transfers() != tt.transfers {
			t.Errorf("Lookup(%q, %q): verb %q, transfers %v", tt.verb, tt.argument, c.Verb(), c.Transfers())
		}
	}
	if Lookup("AUTH", "TLS") == Lookup("AUTH", "GSSAPI") || Lookup("EPSV", "all") == Lookup("EPSV", "1") {
		t.Error("an argument that changes the replies is not distinguished")
	}
	if Lookup("RETR", "a") != Lookup("retr", "b") {
		t.Error("an argument that changes nothing is distinguished")
	}
	if Lookup("", "") == (Command{}) || Lookup("X", "") != (Command{}) {
		t.Error("the zero Command is an unknown verb and not the greeting")
	}
}

// A ruling names the other stage of a code also where the code is known in the wild at
// the stage that was judged.
func TestElsewhere(t *testing.T) {
	for _, tt := range []struct {
		verb   string
		at     Stage
		code   ftpreply.Code
		reason Reason
		stage  Stage
		ok     bool
	}{
		{"RETR", First, 425, CodeInTheWild, AfterPreliminary, true},
		{"RETR", First, 110, WrongStage, AfterPreliminary, true},
		{"RETR", First, 554, WrongStage, AfterRestart, true},
		{"RETR", AfterPreliminary, 425, None, First, false},
		{"RETR", First, 299, CodeNotListed, First, false},
		{"STOR", AfterPreliminary, 553, WrongStage, First, true},
	} {
		r := Lookup(tt.verb, "").Judge(tt.at, tt.code)
		stage, source, ok := r.Elsewhere()
		if r.Reason != tt.reason || stage != tt.stage || ok != tt.ok || ok != (source != "") {
			t.Errorf("%s %d %v: %v, elsewhere %v %q %v", tt.verb, tt.code, tt.at, r.Reason, stage, source, ok)
		}
	}
}

func TestLookupAllocates(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		if Lookup("auth", "tls").Judge(First, 234).Standing != Allowed {
			t.Fatal("234 is not allowed")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestBecause(t *testing.T) {
	tests := []struct {
		ruling   Ruling
		standing Standing
		reason   Reason
		source   string
	}{
		{Because(None), Allowed, None, "RFC 1123, section 4.1.2.11"},
		{Because(ExtraFinal), Wrong, ExtraFinal, "RFC 959, section 5.4"},
		{Because(AfterClose), Wrong, AfterClose, "RFC 959, section 4.2.1"},
		{Unasked(421, false), InTheWild, Unsolicited, "RFC 959, section 5.4"},
		{Unasked(421, true), Allowed, None, "RFC 4217, section 10.1"},
		{Unasked(221, false), InTheWild, Unsolicited, "RFC 959, section 5.4"},
		{Unasked(227, false), InTheWild, Unsolicited, "RFC 959, section 5.4"},
	}
	for _, tt := range tests {
		if r := tt.ruling; r.Standing != tt.standing || r.Reason != tt.reason || r.Source() != tt.source {
			t.Errorf("%+v from %q, want %v %v from %q", r, r.Source(), tt.standing, tt.reason, tt.source)
		}
	}
}
