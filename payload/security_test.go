package payload

import (
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/leanovate/gopter/gen"
)

var longToken = strings.Repeat("AAAA", 30_000)

var securityTests = []parseTest[SecurityData]{
	{"335", "335 ADAT=YWJj\r\n", SecurityData{Token: []byte("abc")}, nil, ""},
	{"235", "235 ADAT=YWI=\r\n", SecurityData{Token: []byte("ab")}, nil, ""},
	{"334", "334 ADAT=YQ==\r\n", SecurityData{Token: []byte("a")}, nil, ""},
	{"empty", "335 ADAT=\r\n", SecurityData{}, nil, ""},
	{"no limit", "335 ADAT=" + longToken + "\r\n", SecurityData{Token: make([]byte, 90_000)}, nil, ""},
	{"words before", "335 more: ADAT=YWJj\r\n", SecurityData{[]byte("abc"), TextBefore}, nil, ""},
	{"RFC 2228 prints brackets", "335 [ADAT=YWJj]\r\n", SecurityData{[]byte("abc"), TextBefore | TextAfter}, nil, ""},
	{"case", "335 adat=YWJj\r\n", SecurityData{[]byte("abc"), OtherCase}, nil, ""},
	{"no padding", "335 ADAT=YWI\r\n", SecurityData{[]byte("ab"), NoPadding}, nil, ""},
	{"cut", "335 ADAT=YWJjY\r\n", SecurityData{}, ErrSyntax, ""},
	{"padding inside", "335 ADAT=YQ==YQ==\r\n", SecurityData{}, ErrSyntax, ""},
	{"nothing to say", "235 Security data exchange complete\r\n", SecurityData{}, ErrMissing, "Security data exchange complete"},
	{"234", "234 ADAT=YWJj\r\n", SecurityData{}, ErrCode, "234 "},
}

func TestSecurityData(t *testing.T) { testParse(t, ParseSecurityData, securityTests) }

func TestSecurityDataRoundTrip(t *testing.T) {
	forAll(t, func(token []byte) bool {
		for _, c := range []ftpreply.Code{235, 334, 335} {
			raw, err := AppendSecurityData(nil, c, token)
			if !equal(reparse(t, raw, err, ParseSecurityData), SecurityData{Token: token}) {
				return false
			}
		}
		return true
	}, gen.SliceOf(gen.UInt8()))
	if raw, err := AppendSecurityData([]byte("x"), 234, nil); err == nil || string(raw) != "x" {
		t.Errorf("AppendSecurityData(234) = %q, %v", raw, err)
	}
}

func FuzzSecurityData(f *testing.F) {
	tests := securityTests[:4] // without the long one
	fuzzParse(f, ParseSecurityData, func(v SecurityData) Tolerance { return v.Tolerances }, tests, func(t *testing.T, v SecurityData) {
		raw, err := AppendSecurityData(nil, 335, v.Token)
		if again := reparse(t, raw, err, ParseSecurityData); string(again.Token) != string(v.Token) {
			t.Errorf("%q, then %q", v.Token, again.Token)
		}
	}, "235", "334", "335")
}
