package payload

import (
	"testing"
)

var markerTests = []parseTest[Marker]{
	{"RFC 959", "110 MARK 1234 = 5678\r\n", Marker{Sent: []byte("1234"), Received: []byte("5678")}, nil, ""},
	{"equals sign in a marker", "110 MARK a=b = =\r\n", Marker{Sent: []byte("a=b"), Received: []byte("=")}, nil, ""},
	{"lower case", "110 mark 1 = 2\r\n", Marker{[]byte("1"), []byte("2"), OtherCase}, nil, ""},
	{"RFC 354 prints two spaces", "251 MARK 1  =  2\r\n", Marker{[]byte("1"), []byte("2"), OtherCode | ExtraSpace}, nil, ""},
	{"TAB", "110 MARK\t1 = 2\r\n", Marker{[]byte("1"), []byte("2"), ExtraSpace}, nil, ""},
	{"blank before", "110  MARK 1 = 2\r\n", Marker{[]byte("1"), []byte("2"), ExtraSpace}, nil, ""},
	{"blank after", "110 MARK 1 = 2 \r\n", Marker{[]byte("1"), []byte("2"), TrailingSpace}, nil, ""},
	{"words after", "110 MARK 1 = 2 done\r\n", Marker{[]byte("1"), []byte("2"), TextAfter}, nil, ""},
	{"multi-line", "110-MARK 1 = 2\r\n110 ok\r\n", Marker{[]byte("1"), []byte("2"), OtherLine}, nil, ""},
	{"no spaces", "110 MARK 1=2\r\n", Marker{}, ErrSyntax, " 1=2"},
	{"no receiver", "110 MARK 1 =\r\n", Marker{}, ErrSyntax, " 1 ="},
	{"word for the equals sign", "110 MARK 1 is 2\r\n", Marker{}, ErrSyntax, " 1 is 2"},
	{"control character", "110 MARK 1 = \x012\r\n", Marker{}, ErrSyntax, " 1 = \x012"},
	{"8 bits", "110 MARK \xe9 = 2\r\n", Marker{}, ErrSyntax, " \xe9 = 2"},
	{"MARK alone", "110 MARK\r\n", Marker{}, ErrSyntax, ""},
	{"words", "110 Restart marker reply.\r\n", Marker{}, ErrMissing, "Restart marker reply."},
	{"MARKER", "110 MARKER 1 = 2\r\n", Marker{}, ErrMissing, "MARKER 1 = 2"},
	{"empty", "110 \r\n", Marker{}, ErrMissing, ""},
	{"213", "213 MARK 1 = 2\r\n", Marker{}, ErrCode, "213 "},
}

func TestMarker(t *testing.T) { testParse(t, ParseMarker, markerTests) }

func TestMarkerRoundTrip(t *testing.T) {
	forAll(t, func(sent, received string) bool {
		raw, err := AppendMarker(nil, sent, received)
		return equal(reparse(t, raw, err, ParseMarker), Marker{Sent: []byte(sent), Received: []byte(received)})
	}, bytesOf(1, inWord), bytesOf(1, inWord))
}

func TestAppendMarkerFails(t *testing.T) {
	for _, marker := range []string{"", "a b", "a\r\n", "\xe9"} {
		if raw, err := AppendMarker([]byte("x"), "1", marker); err == nil || string(raw) != "x" {
			t.Errorf("AppendMarker(%q) = %q, %v", marker, raw, err)
		}
	}
}

func FuzzMarker(f *testing.F) {
	fuzzParse(f, ParseMarker, func(v Marker) Tolerance { return v.Tolerances }, markerTests, func(t *testing.T, v Marker) {
		raw, err := AppendMarker(nil, string(v.Sent), string(v.Received))
		v.Tolerances = 0
		if again := reparse(t, raw, err, ParseMarker); !equal(v, again) {
			t.Errorf("%+v, then %+v", v, again)
		}
	}, "110", "251")
}
