package payload

import (
	"testing"

	"github.com/leanovate/gopter/gen"
)

var spsvTests = []parseTest[Passive]{
	{"Pure-FTPd", "227 54321\r\n", Passive{Port: 54321}, nil, ""},
	{"words", "227 port 54321.\r\n", Passive{Port: 54321, Tolerances: TextBefore | TextAfter}, nil, ""},
	{"port 0", "227 0\r\n", Passive{}, ErrRange, "0"},
	{"port 65536", "227 65536\r\n", Passive{}, ErrRange, "65536"},
	{"a list", "227 (127,0,0,1,4,51)\r\n", Passive{}, ErrMissing, "(127,0,0,1,4,51)"},
	{"a list without parentheses", "227 127,0,0,1,4,51\r\n", Passive{}, ErrSyntax, "127,0,0,1,4,51"},
	{"no number", "227 ok\r\n", Passive{}, ErrMissing, "ok"},
	{"500", "500 no\r\n", Passive{}, ErrCode, "500 "},
}

func TestSPSV(t *testing.T) { testParse(t, ParseSPSV, spsvTests) }

func TestSPSVRoundTrip(t *testing.T) {
	forAll(t, func(port uint16) bool {
		raw, err := AppendSPSV(nil, port)
		if port == 0 {
			return err != nil && len(raw) == 0
		}
		return reparse(t, raw, err, ParseSPSV).Port == port
	}, gen.UInt16())
}

func FuzzSPSV(f *testing.F) {
	fuzzParse(f, ParseSPSV, func(p Passive) Tolerance { return p.Tolerances }, spsvTests, func(t *testing.T, p Passive) {
		if p.Port == 0 || p.Host.IsValid() {
			t.Errorf("%+v", p)
		}
	}, "227")
}
