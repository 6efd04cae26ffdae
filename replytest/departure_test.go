package replytest

import "testing"

// TestDepartures checks that each departure is complete and that a vector shows it.
func TestDepartures(t *testing.T) {
	shown := map[string]bool{}
	for _, v := range Vectors() {
		for _, outcomes := range v.Want {
			for _, o := range outcomes {
				shown[string(o.Kind)] = true
				for _, name := range o.Deviations {
					shown[name] = true
				}
			}
		}
		for i, d := range v.Departures() {
			if i > 0 && v.Departures()[i-1].Name >= d.Name {
				t.Errorf("%s: %s is out of order", v.Name, d.Name)
			}
		}
	}
	for name, d := range departures {
		if d.Bug == "" || d.Source == "" || d.Effect == "" {
			t.Errorf("%s is not complete: %+v", name, d)
		}
		if !shown[name] {
			t.Errorf("no vector shows %s", name)
		}
	}
}
