package probe

import (
	"testing"
	"testing/synctest"
)

// TestMissingFileIsNoRefusal has a server without any file to read.
func TestMissingFileIsNoRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, nil)
		r, err := Run(t.Context(), config(s))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Features {
			if f.Label == "SIZE" && (f.Tried || !f.Listed) {
				t.Errorf("%+v", f)
			}
		}
		for _, c := range r.Commands {
			if c.Name == "SIZE" && c.Outcome() != Skipped {
				t.Errorf("SIZE: %v", c.Outcome())
			}
		}
	})
}
