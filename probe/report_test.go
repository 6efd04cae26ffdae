package probe

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVerdictsAreInOrder(t *testing.T) {
	r := &Report{}
	for _, section := range []string{"no RFC: SITE", "RFC 2389 3", "RFC 959 4.1.10", "RFC 959 4.1.2", "RFC 2389 3", "RFC 959 4"} {
		r.Results = append(r.Results, Result{Check: &Check{Section: section}})
	}
	r.Results[4].Outcome = Failed
	want := []Verdict{
		{"RFC 959 4", [numberOfOutcomes]int{1}}, {"RFC 959 4.1.2", [numberOfOutcomes]int{1}}, {"RFC 959 4.1.10", [numberOfOutcomes]int{1}},
		{"RFC 2389 3", [numberOfOutcomes]int{1, 1}}, {"no RFC: SITE", [numberOfOutcomes]int{1}},
	}
	if diff := cmp.Diff(want, r.Verdicts()); diff != "" {
		t.Error(diff)
	}
}
