package input

import (
	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/lint"
)

// MuteRules returns the names of the rules that prove nothing when the details are lost.
func MuteRules(lost fidelity.Set) (names []string) {
	for r := range lint.Rules() {
		if r.Needs&lost != 0 {
			names = append(names, r.Name)
		}
	}
	return names
}

// Unproved returns the deviations that prove nothing when the details are lost.
func Unproved(lost fidelity.Set) (d ftpreply.Deviation) {
	for r := range lint.Rules() {
		if r.Needs&lost != 0 {
			d |= r.Deviations()
		}
	}
	return d
}
