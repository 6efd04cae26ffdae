package input

import (
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
)

func TestUnproved(t *testing.T) {
	tests := []struct {
		lost lint.Fidelity
		want ftpreply.Deviation
	}{
		{0, 0},
		{lint.AllBytes, ftpreply.NUL | ftpreply.ControlByte | ftpreply.TelnetCommand | ftpreply.IACInText | ftpreply.NotUTF8},
		{lint.LineEnds, ftpreply.BareLF | ftpreply.LFInText | ftpreply.BareCR | ftpreply.CRRun | ftpreply.HiddenReply |
			ftpreply.InnerCode | ftpreply.UnpaddedDigits | ftpreply.BareCode | ftpreply.BareTerminator},
	}
	for _, tt := range tests {
		if got := Unproved(tt.lost); got != tt.want {
			t.Errorf("without %v: %v, want %v", tt.lost, got, tt.want)
		}
	}
}

// Every format's losses are those that it states.
func TestLostBy(t *testing.T) {
	whole := transcript.Fidelity{LineEnds: true, AllBytes: true, AllLines: true, BothSides: true}
	if lost := LostBy(whole); lost != 0 {
		t.Errorf("%v", lost)
	}
	log := whole
	log.Masked, log.Grouped, log.CodesOnly, log.Decrypted = true, true, true, true
	if lost := LostBy(log); lost != lint.Passwords|lint.LineStarts|lint.Texts|lint.Wire {
		t.Errorf("%v", lost)
	}
	if lost := LostBy(transcript.Fidelity{}); lost != lint.LineEnds|lint.AllBytes|lint.AllLines|lint.BothSides {
		t.Errorf("%v", lost)
	}
}
