package main

import (
	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/lint"
)

// muteRules lists the rules that cannot be proved when that is lost.
func muteRules(lost fidelity.Set) (names []string) {
	for r := range lint.Rules() {
		if r.Needs&lost != 0 {
			names = append(names, r.Name)
		}
	}
	return names
}

// unproved are the departures that cannot be.
func unproved(lost fidelity.Set) (d ftpreply.Deviation) {
	for r := range lint.Rules() {
		if r.Needs&lost != 0 {
			d |= r.Deviations()
		}
	}
	return d
}
