package payload

import "testing"

const perfMarker = "112-Perf Marker\r\n Timestamp:  1234567890.5\r\n Stripe Index: 1\r\n Stripe Bytes Transferred: 12345\r\n Total Stripe Count: 2\r\n112 End.\r\n"

var performanceTests = []parseTest[Performance]{
	{"GFD.020", perfMarker, Performance{Timestamp: []byte("1234567890.5"), Stripe: 1, Bytes: 12345, Stripes: 2}, nil, ""},
	{"bytes alone", "112-\r\nstripe bytes transferred : 5\r\n112 \r\n", Performance{Bytes: 5}, nil, ""},
	{"not a number", "112-\r\n Stripe Index: x\r\n112 \r\n", Performance{}, ErrSyntax, "x"},
	{"empty", "112-\r\n Stripe Bytes Transferred:\r\n112 \r\n", Performance{}, ErrSyntax, ""},
	{"too large", "112-\r\n Stripe Bytes Transferred: 18446744073709551616\r\n112 \r\n", Performance{}, ErrRange, "18446744073709551616"},
	{"no bytes", "112-\r\n Stripe Index: 0\r\n112 \r\n", Performance{}, ErrMissing, ""},
	{"226", "226 done\r\n", Performance{}, ErrCode, "226 "},
}

func TestPerformance(t *testing.T) { testParse(t, ParsePerformance, performanceTests) }

func TestAppendPerformance(t *testing.T) {
	want := Performance{Timestamp: []byte("5.25"), Stripe: 3, Bytes: 1 << 40, Stripes: 4}
	raw, err := AppendPerformance(nil, want)
	if got := reparse(t, raw, err, ParsePerformance); !equal(got, want) {
		t.Errorf("%q: %+v", raw, got)
	}
	if raw, err := AppendPerformance([]byte("x"), Performance{Timestamp: []byte("a b")}); err == nil || string(raw) != "x" {
		t.Errorf("%q, %v", raw, err)
	}
}

func FuzzPerformance(f *testing.F) {
	fuzzParse(f, ParsePerformance, func(v Performance) Tolerance { return v.Tolerances }, performanceTests, nil, "112")
}
