package input

import (
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/fidelity"
)

func TestUnproved(t *testing.T) {
	tests := []struct {
		lost fidelity.Set
		want ftpreply.Deviation
	}{
		{0, 0},
		{fidelity.AllBytes, ftpreply.NUL | ftpreply.ControlByte | ftpreply.TelnetCommand | ftpreply.IACInText | ftpreply.NotUTF8},
		{fidelity.LineEnds, ftpreply.BareLF | ftpreply.LFInText | ftpreply.BareCR | ftpreply.CRRun | ftpreply.HiddenReply |
			ftpreply.InnerCode | ftpreply.UnpaddedDigits | ftpreply.BareCode | ftpreply.BareTerminator},
	}
	for _, tt := range tests {
		if got := Unproved(tt.lost); got != tt.want {
			t.Errorf("without %v: %v, want %v", tt.lost, got, tt.want)
		}
	}
}
