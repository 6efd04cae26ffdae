package lint

import "testing"

func TestFidelityString(t *testing.T) {
	tests := []struct {
		of   Fidelity
		want string
	}{
		{0, ""},
		{LineEnds, "line ends"},
		{AllBytes | BothSides | Wire, "all bytes, both sides, the wire"},
	}
	for _, tt := range tests {
		if got := tt.of.String(); got != tt.want {
			t.Errorf("%#b: got %q, want %q", uint8(tt.of), got, tt.want)
		}
	}
}

// Every departure that a rule is found by is about something that a recording may lose,
// unless the code tells it.
func TestSignsNeedWhatTheyAreAbout(t *testing.T) {
	plain := map[string]bool{"code-out-of-range": true, "unknown-code": true, "bad-separator": true, "long-line": true}
	for r := range Rules() {
		if r.Deviations() != 0 && (r.Needs == 0) != plain[r.Name] {
			t.Errorf("%s needs %q", r.Name, r.Needs)
		}
	}
}
