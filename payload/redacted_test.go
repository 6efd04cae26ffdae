package payload

import "testing"

func TestReadRedacted(t *testing.T) {
	for _, tt := range []struct {
		text string
		ok   bool
		port uint16
	}{
		{"Entering Passive Mode (x,x,x,x,4,1)", true, 1025},
		{"Entering Passive Mode (X,X,X,X,p1,p2).", true, 0},
		{"Entering Passive Mode ([redacted],4,1)", false, 0}, // the bracket hides the rest
		{"Entering Passive Mode (redacted,4,1)", true, 0},
		{"Entering Passive Mode (###.###.###.###)", true, 0},
		{"Entering Extended Passive Mode (|||xxxxx|)", true, 0},
		{"Entering Extended Passive Mode (|||*****|)", true, 0},
		{"=***,***,***,***,1,2", true, 258},
		{"Entering Passive Mode (h1,h2,h3,h4,p1,p2)", true, 0},
		{"Entering Passive Mode (127,0,0,1,4,51)", false, 0},
		{"Entering Passive Mode (", false, 0},
		{"Entering Passive Mode (::1,184,47)", false, 0},
		{"ok x", false, 0},
		{"(x)", false, 0},
		{"", false, 0},
	} {
		p, f, ok := readRedacted([]byte(tt.text), pasvSource)
		if ok != tt.ok || p.Port != tt.port || ok != (f.err == ErrRedacted) {
			t.Errorf("%q: %v %v %v", tt.text, p, f.err, ok)
		}
	}
}
