package input

import (
	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
)

// LostBy is what a format has not kept, in the terms of the rules.
func LostBy(f transcript.Fidelity) (lost lint.Fidelity) {
	for _, kept := range []struct {
		is   bool
		what lint.Fidelity
	}{
		{f.LineEnds, lint.LineEnds}, {f.AllBytes, lint.AllBytes}, {f.AllLines, lint.AllLines},
		{!f.Grouped, lint.LineStarts}, {!f.CodesOnly, lint.Texts}, {f.BothSides, lint.BothSides},
		{!f.Masked, lint.Passwords}, {!f.Decrypted, lint.Wire},
	} {
		if !kept.is {
			lost |= kept.what
		}
	}
	return lost
}

// MuteRules lists the rules that cannot be proved when that is lost.
func MuteRules(lost lint.Fidelity) (names []string) {
	for r := range lint.Rules() {
		if r.Needs&lost != 0 {
			names = append(names, r.Name)
		}
	}
	return names
}

// Unproved are the departures that cannot be.
func Unproved(lost lint.Fidelity) (d ftpreply.Deviation) {
	for r := range lint.Rules() {
		if r.Needs&lost != 0 {
			d |= r.Deviations()
		}
	}
	return d
}
