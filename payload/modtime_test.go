package payload

import (
	"strings"
	"testing"
)

// modTimeTests: want is in RFC 3339; with a reason, at is the text at fault.
var modTimeTests = []struct {
	name, raw  string
	want       string
	tolerances Tolerance
	reason     error
	at         string
}{
	{"time", "213 20260102030405\r\n", "2026-01-02T03:04:05Z", 0, nil, ""},
	{"fraction", "213 20260102030405.123\r\n", "2026-01-02T03:04:05.123Z", 0, nil, ""},
	{"nanoseconds", "213 20260102030405.123456789\r\n", "2026-01-02T03:04:05.123456789Z", 0, nil, ""},
	{"ten digits of a fraction", "213 20260102030405.1234567899\r\n", "2026-01-02T03:04:05.123456789Z", InexactTime, nil, ""},
	{"ten digits, the last 0", "213 20260102030405.1234567890\r\n", "2026-01-02T03:04:05.123456789Z", 0, nil, ""},
	{"long fraction", "213 20260102030405.9" + strings.Repeat("9", 100) + "\r\n", "2026-01-02T03:04:05.999999999Z", InexactTime, nil, ""},
	{"leap second", "213 20161231235960\r\n", "2017-01-01T00:00:00Z", InexactTime, nil, ""},
	{"leap second anywhere", "213 20260102030460\r\n", "2026-01-02T03:05:00Z", InexactTime, nil, ""},
	{"second 61", "213 20260102030461\r\n", "", 0, ErrRange, "61"},
	{"minute 60", "213 20260102036005\r\n", "", 0, ErrRange, "60"},
	{"hour 24", "213 20260102240000\r\n", "", 0, ErrRange, "24"},
	{"day 0", "213 20260100030405\r\n", "", 0, ErrRange, "00"},
	{"day 32", "213 20260132030405\r\n", "", 0, ErrRange, "32"},
	{"month 0", "213 20260002030405\r\n", "", 0, ErrRange, "00"},
	{"month 13", "213 20261302030405\r\n", "", 0, ErrRange, "13"},
	{"31 February", "213 20260231030405\r\n", "", 0, ErrRange, "31"},
	{"29 February", "213 20260229030405\r\n", "", 0, ErrRange, "29"},
	{"29 February of a leap year", "213 20240229030405\r\n", "2024-02-29T03:04:05Z", 0, nil, ""},
	{"29 February 1900", "213 19000229030405\r\n", "", 0, ErrRange, "29"},
	{"29 February 2000", "213 20000229030405\r\n", "2000-02-29T03:04:05Z", 0, nil, ""},
	{"31 November", "213 20261131030405\r\n", "", 0, ErrRange, "31"},
	{"zeros", "213 00000000000000\r\n", "", 0, ErrRange, "0000"},
	{"year 999", "213 09990102030405\r\n", "", 0, ErrRange, "0999"},
	{"first year", "213 10000101000000\r\n", "1000-01-01T00:00:00Z", 0, nil, ""},
	{"last year", "213 99991231235959\r\n", "9999-12-31T23:59:59Z", 0, nil, ""},
	{"year-2000 bug of 2026", "213 191260102030405\r\n", "2026-01-02T03:04:05Z", 0, ErrYear2000, "19126"},
	{"year-2000 bug of 2000", "213 191000103123456\r\n", "2000-01-03T12:34:56Z", 0, ErrYear2000, "19100"},
	{"year-2000 bug with month 13", "213 191001303123456\r\n", "", 0, ErrRange, "13"},
	{"fifteen digits otherwise", "213 202601020304055\r\n", "", 0, ErrSyntax, "202601020304055"},
	{"thirteen digits", "213 2026010203040\r\n", "", 0, ErrSyntax, "2026010203040"},
	{"sixteen digits", "213 2026010203040500\r\n", "", 0, ErrSyntax, "2026010203040500"},
	{"a size", "213 1024\r\n", "", 0, ErrSyntax, "1024"},
	{"words after", "213 20260102030405 UTC\r\n", "2026-01-02T03:04:05Z", TextAfter, nil, ""},
	{"blank after", "213 20260102030405 \r\n", "2026-01-02T03:04:05Z", TrailingSpace, nil, ""},
	{"full stop", "213 20260102030405.\r\n", "2026-01-02T03:04:05Z", TextAfter, nil, ""},
	{"zone", "213 20260102030405+0100\r\n", "", 0, ErrSyntax, "20260102030405+0100"},
	{"letter after the fraction", "213 20260102030405.5Z\r\n", "", 0, ErrSyntax, "20260102030405.5Z"},
	{"blank before", "213  20260102030405\r\n", "2026-01-02T03:04:05Z", ExtraSpace, nil, ""},
	{"words before", "213 modified 20260102030405\r\n", "2026-01-02T03:04:05Z", TextBefore, nil, ""},
	{"sign", "213 -20260102030405\r\n", "", 0, ErrSyntax, "-20260102030405"},
	{"empty", "213 \r\n", "", 0, ErrMissing, ""},
	{"last line", "213-Time\r\n213 20260102030405\r\n", "2026-01-02T03:04:05Z", 0, nil, ""},
	{"250", "250 20260102030405\r\n", "2026-01-02T03:04:05Z", OtherCode, nil, ""},
	{"550", "550 x: No such file\r\n", "", 0, ErrCode, "550 "},
}

func TestModTime(t *testing.T) {
	for _, tt := range modTimeTests {
		t.Run(tt.name, func(t *testing.T) {
			r := reply(t, tt.raw)
			m, err := ParseModTime(r)
			checkError(t, r, err, tt.reason, tt.at)
			if got := timeString(m.Time); got != tt.want || m.Tolerances != tt.tolerances {
				t.Errorf("%s %v, want %s %v", got, m.Tolerances, tt.want, tt.tolerances)
			}
		})
	}
}

func TestTimeAllocs(t *testing.T) {
	r := reply(t, "213 20260102030405.123\r\n")
	if n := testing.AllocsPerRun(100, func() { ParseModTime(r) }); n != 0 {
		t.Errorf("ParseModTime: %v allocations", n)
	}
	r = reply(t, "213 Modify=20020717210715; readme.txt\r\n")
	if n := testing.AllocsPerRun(100, func() { ParseFactTime(r) }); n != 0 {
		t.Errorf("ParseFactTime: %v allocations", n)
	}
}

func BenchmarkModTime(b *testing.B) {
	for name, raw := range map[string]string{"whole": "213 20260102030405\r\n", "fraction": "213 20260102030405.123\r\n"} {
		b.Run(name, func(b *testing.B) {
			r := reply(b, raw)
			b.ReportAllocs()
			for b.Loop() {
				ParseModTime(r)
			}
		})
	}
}
