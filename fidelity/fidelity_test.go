package fidelity

import "testing"

func TestString(t *testing.T) {
	tests := []struct {
		of   Set
		want string
	}{
		{0, ""},
		{LineEnds, "line ends"},
		{AllBytes | BothSides | Wire, "all bytes, both sides, the wire"},
		{All, "line ends, all bytes, all lines, line starts, texts, both sides, passwords, the wire"},
	}
	for _, tt := range tests {
		if got := tt.of.String(); got != tt.want {
			t.Errorf("%#b: got %q, want %q", uint8(tt.of), got, tt.want)
		}
	}
}

func TestHas(t *testing.T) {
	s := LineEnds | Texts
	if !s.Has(0) || !s.Has(LineEnds) || !s.Has(s) || s.Has(Wire) || s.Has(LineEnds|Wire) {
		t.Error(s)
	}
	if s.Lost()|s != All || s.Lost()&s != 0 {
		t.Errorf("lost %v of %v", s.Lost(), s)
	}
}
