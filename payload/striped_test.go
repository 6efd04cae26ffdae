package payload

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/ftpreply/ftpreply"
)

// stripes is what a Striped says.
type stripes struct {
	Addrs      string
	Tolerances Tolerance
}

func parseStripes(r ftpreply.Reply) (stripes, error) {
	v, err := ParseStriped(r)
	s := stripes{Tolerances: v.Tolerances}
	for addr := range v.All() {
		s.Addrs += addr.String() + " "
	}
	return s, err
}

var stripedTests = []parseTest[stripes]{
	{"GFD.020", "229-Entering Striped Passive Mode\r\n 140,221,65,198,173,202\r\n229 End\r\n", stripes{"140.221.65.198:44490 ", 0}, nil, ""},
	{"two", "229-x\r\n 192,0,2,1,4,51\r\n192,0,2,2,4,52\r\n229 End\r\n", stripes{"192.0.2.1:1075 192.0.2.2:1076 ", NoIndent}, nil, ""},
	{"blank line", "229-x\r\n 192,0,2,1,4,51\r\n\r\n229 End\r\n", stripes{"192.0.2.1:1075 ", BlankLine}, nil, ""},
	{"none", "229-x\r\n229 End\r\n", stripes{}, ErrMissing, ""},
	{"the answer to EPSV", "229 Entering Extended Passive Mode (|||1075|)\r\n", stripes{}, ErrMissing, ""},
	{"words", "229-x\r\n 192,0,2,1,4,51\r\n soon\r\n229 End\r\n", stripes{}, ErrMissing, " soon"},
	{"octet 256", "229-x\r\n 192,0,2,256,4,51\r\n229 End\r\n", stripes{}, ErrRange, "256"},
	{"seven numbers", "229-x\r\n 192,0,2,1,4,51,1\r\n229 End\r\n", stripes{}, ErrAmbiguous, "192,0,2,1,4,51,1"},
	{"500", "500 no\r\n", stripes{}, ErrCode, "500 "},
}

func TestStriped(t *testing.T) { testParse(t, parseStripes, stripedTests) }

func TestAppendStriped(t *testing.T) {
	a, b := netip.MustParseAddrPort("192.0.2.1:1075"), netip.MustParseAddrPort("192.0.2.2:65535")
	raw, err := AppendStriped(nil, a, b)
	v := reparse(t, raw, err, ParseStriped)
	if got := slices.Collect(v.All()); !slices.Equal(got, []netip.AddrPort{a, b}) || v.Tolerances != 0 {
		t.Errorf("%q: %v %v", raw, got, v.Tolerances)
	}
	for range v.All() {
		break
	}
	for _, addrs := range [][]netip.AddrPort{{}, {a, netip.MustParseAddrPort("[::1]:5")}, {netip.MustParseAddrPort("192.0.2.1:0")}} {
		if raw, err := AppendStriped([]byte("x"), addrs...); err == nil || string(raw) != "x" {
			t.Errorf("%v: %q, %v", addrs, raw, err)
		}
	}
}

func FuzzStriped(f *testing.F) {
	fuzzParse(f, parseStripes, func(s stripes) Tolerance { return s.Tolerances }, stripedTests, func(t *testing.T, s stripes) {
		if s.Addrs == "" {
			t.Error("no address and no error")
		}
	}, "229")
}
