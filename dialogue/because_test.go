package dialogue

import "testing"

func TestBecause(t *testing.T) {
	tests := []struct {
		ruling   Ruling
		standing Standing
		reason   Reason
		source   string
	}{
		{Because(None), Allowed, None, "RFC 1123, section 4.1.2.11"},
		{Because(ExtraFinal), Wrong, ExtraFinal, "RFC 959, section 5.4"},
		{Because(AfterClose), Wrong, AfterClose, "RFC 959, section 4.2.1"},
		{Unasked(true, false), InTheWild, Unsolicited, "RFC 959, section 5.4"},
		{Unasked(true, true), Allowed, None, "RFC 4217, section 10.1"},
		{Unasked(false, false), InTheWild, Unsolicited, "RFC 959, section 5.4"},
	}
	for _, tt := range tests {
		if r := tt.ruling; r.Standing != tt.standing || r.Reason != tt.reason || r.Source() != tt.source {
			t.Errorf("%+v from %q, want %v %v from %q", r, r.Source(), tt.standing, tt.reason, tt.source)
		}
	}
}
