package payload

import "testing"

var zoneTests = []parseTest[Zone]{
	{"west", "210 UTC-300\r\n", Zone{Minutes: -300}, nil, ""},
	{"east", "210 UTC+60\r\n", Zone{Minutes: 60}, nil, ""},
	{"no sign", "210 UTC60\r\n", Zone{Minutes: 60}, nil, ""},
	{"UTC", "210 UTC\r\n", Zone{}, nil, ""},
	{"words, other case", "210 zone utc+0 now\r\n", Zone{0, TextBefore | TextAfter | OtherCase}, nil, ""},
	{"hours and minutes, or not", "210 UTC+0530\r\n", Zone{}, ErrAmbiguous, "UTC+0530"},
	{"too far", "210 UTC+901\r\n", Zone{}, ErrRange, "901"},
	{"a sign alone", "210 UTC+\r\n", Zone{}, ErrSyntax, "UTC+"},
	{"a fraction", "210 UTC+5.5\r\n", Zone{}, ErrSyntax, "UTC+5.5"},
	{"words", "210 ok\r\n", Zone{}, ErrMissing, "ok"},
	{"500", "500 no\r\n", Zone{}, ErrCode, "500 "},
}

func TestZone(t *testing.T) { testParse(t, ParseZone, zoneTests) }

func TestZoneRoundTrip(t *testing.T) {
	for minutes := -maxZone - 1; minutes <= maxZone+1; minutes++ {
		raw, err := AppendZone(nil, minutes)
		if minutes < -maxZone || minutes > maxZone {
			if err == nil || len(raw) > 0 {
				t.Errorf("%d: %q, %v", minutes, raw, err)
			}
			continue
		}
		if v := reparse(t, raw, err, ParseZone); v != (Zone{Minutes: minutes}) {
			t.Errorf("%q: %+v", raw, v)
		}
	}
}

func FuzzZone(f *testing.F) {
	fuzzParse(f, ParseZone, func(v Zone) Tolerance { return v.Tolerances }, zoneTests, func(t *testing.T, v Zone) {
		if v.Minutes < -maxZone || v.Minutes > maxZone {
			t.Errorf("%+v", v)
		}
	}, "210")
}
