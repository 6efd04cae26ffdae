package payload

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
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
	{"words behind", "213 20260102030405 UTC\r\n", "2026-01-02T03:04:05Z", TextBehind, nil, ""},
	{"blank behind", "213 20260102030405 \r\n", "2026-01-02T03:04:05Z", TrailingSpace, nil, ""},
	{"full stop", "213 20260102030405.\r\n", "2026-01-02T03:04:05Z", TextBehind, nil, ""},
	{"zone", "213 20260102030405+0100\r\n", "", 0, ErrSyntax, "20260102030405+0100"},
	{"letter behind the fraction", "213 20260102030405.5Z\r\n", "", 0, ErrSyntax, "20260102030405.5Z"},
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

func timeString(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

// factTimeTests: want is the fact, the time and the path.
var factTimeTests = []struct {
	name, raw  string
	want       [3]string
	tolerances Tolerance
	reason     error
	at         string
}{
	{"MFMT", "213 Modify=20020717210715; readme.txt\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "readme.txt"}, 0, nil, ""},
	{"MFCT", "213 Create=20020717210715; readme.txt\r\n", [3]string{"Create", "2002-07-17T21:07:15Z", "readme.txt"}, 0, nil, ""},
	{"small letters", "213 modify=20260102030405; readme.txt\r\n", [3]string{"modify", "2026-01-02T03:04:05Z", "readme.txt"}, 0, nil, ""},
	{"fraction", "213 Modify=20020717210715.5; a\r\n", [3]string{"Modify", "2002-07-17T21:07:15.5Z", "a"}, 0, nil, ""},
	{"spaces in the path", "213 Modify=20020717210715;  a b \r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", " a b "}, 0, nil, ""},
	{"no path", "213 Modify=20020717210715;\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", ""}, 0, nil, ""},
	{"no semicolon", "213 Modify=20020717210715 a\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a"}, MissingDelimiter, nil, ""},
	{"blank before", "213  Modify=20020717210715; a\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a"}, ExtraSpace, nil, ""},
	{"IAC IAC in the path", "213 Modify=20020717210715; a\xff\xff\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a\xff"}, 0, nil, ""},
	{"control character in the path", "213 Modify=20020717210715; a\tb\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a\tb"}, 0, ErrUnsafePath, "\tb"},
	{"year-2000 bug", "213 Modify=191020717210715; a\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a"}, 0, ErrYear2000, "19102"},
	{"31 February", "213 Modify=20020231210715; a\r\n", [3]string{}, 0, ErrRange, "31"},
	{"another fact behind", "213 Modify=20020717210715;Size=5; a\r\n", [3]string{}, 0, ErrSyntax, "Size=5; a"},
	{"letters behind the time", "213 Modify=20020717210715Z; a\r\n", [3]string{}, 0, ErrSyntax, "Z; a"},
	{"words: vsftpd", "213 File modification time set.\r\n", [3]string{}, 0, ErrMissing, "File modification time set."},
	{"words: Pure-FTPd", "213 UTIME OK\r\n", [3]string{}, 0, ErrMissing, "UTIME OK"},
	{"no fact", "213 =20020717210715; a\r\n", [3]string{}, 0, ErrMissing, "=20020717210715; a"},
	{"a fact that is no time", "213 UNIX.mode=0644; a\r\n", [3]string{}, 0, ErrSyntax, "0644"},
	{"253", "253 Modify=20020717210715; a\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a"}, OtherCode, nil, ""},
	{"550", "550 a: No such file\r\n", [3]string{}, 0, ErrCode, "550 "},
}

func TestFactTime(t *testing.T) {
	for _, tt := range factTimeTests {
		t.Run(tt.name, func(t *testing.T) {
			r := reply(t, tt.raw)
			f, err := ParseFactTime(r)
			checkError(t, r, err, tt.reason, tt.at)
			got := [3]string{string(f.Fact), timeString(f.Time), string(f.Path)}
			if got != tt.want || f.Tolerances != tt.tolerances {
				t.Errorf("%q %v, want %q %v", got, f.Tolerances, tt.want, tt.tolerances)
			}
		})
	}
}

func TestAppendTimeFails(t *testing.T) {
	good := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name   string
		call   func([]byte) ([]byte, error)
		reason error
	}{
		{"year 999", func(b []byte) ([]byte, error) { return AppendModTime(b, good.AddDate(999-2026, 0, 0)) }, ErrRange},
		{"year 10000", func(b []byte) ([]byte, error) { return AppendModTime(b, good.AddDate(8000, 0, 0)) }, ErrRange},
		{"year 10000 of a fact", func(b []byte) ([]byte, error) { return AppendFactTime(b, "Modify", good.AddDate(8000, 0, 0), "a") }, ErrRange},
		{"no fact", func(b []byte) ([]byte, error) { return AppendFactTime(b, "", good, "a") }, ErrSyntax},
		{"equals sign in the fact", func(b []byte) ([]byte, error) { return AppendFactTime(b, "a=b", good, "a") }, ErrSyntax},
		{"LF in the path", func(b []byte) ([]byte, error) { return AppendFactTime(b, "Modify", good, "a\n") }, ErrUnsafePath},
		{"NUL in the path", func(b []byte) ([]byte, error) { return AppendFactTime(b, "Modify", good, "a\x00") }, ErrUnsafePath},
	}
	for _, tt := range tests {
		if dst, err := tt.call([]byte("x")); !errors.Is(err, tt.reason) || string(dst) != "x" {
			t.Errorf("%s: %q, %v", tt.name, dst, err)
		}
	}
}

// TestTimeRoundTrip: every time of a year of four digits comes back, in UTC.
func TestTimeRoundTrip(t *testing.T) {
	first := time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
	zone := time.FixedZone("", -5*3600)
	properties := gopter.NewProperties(nil)
	properties.Property("213", prop.ForAll(func(seconds, nanoseconds int64, path string) string {
		when := time.Unix(seconds, nanoseconds).In(zone)
		m := ModTime{}
		if err := roundTrip(&m, ParseModTime)(AppendModTime(nil, when)); err != nil {
			return err.Error()
		}
		f := FactTime{}
		if err := roundTrip(&f, ParseFactTime)(AppendFactTime(nil, "Modify", when, path)); err != nil {
			return err.Error()
		}
		return cmp.Diff(ModTime{Time: when}, m, comparable) +
			cmp.Diff(FactTime{Fact: []byte("Modify"), Time: when, Path: []byte(path)}, f, comparable)
	}, gen.Int64Range(first, last), gen.OneGenOf(gen.Const(int64(0)), gen.Int64Range(0, 999999999)),
		gen.RegexMatch("[ -~é\u00ff]{0,20}")))
	properties.TestingRun(t)
}

// roundTrip reads what an Append function gave.
func roundTrip[T any](v *T, parse func(ftpreply.Reply) (T, error)) func([]byte, error) error {
	return func(raw []byte, err error) error {
		if err != nil {
			return err
		}
		r, err := ftpreply.Parse(raw)
		if err != nil {
			return err
		}
		*v, err = parse(r)
		return err
	}
}

func FuzzTime(f *testing.F) {
	for _, tt := range modTimeTests {
		f.Add([]byte(tt.raw))
		f.Add([]byte(tt.raw[3 : len(tt.raw)-2]))
	}
	for _, tt := range factTimeTests {
		f.Add([]byte(tt.raw))
		f.Add([]byte(tt.raw[3 : len(tt.raw)-2]))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		fuzzReplies(input, func(r ftpreply.Reply) {
			m, err := ParseModTime(r)
			checkResult(t, r, m.Tolerances, err)
			checkTime(t, r, m.Time, err)
			fact, err := ParseFactTime(r)
			checkResult(t, r, fact.Tolerances, err)
			checkTime(t, r, fact.Time, err)
		}, "213")
	})
}

// checkTime fails when there is no time without an error that says so, or a wild one.
func checkTime(t *testing.T, r ftpreply.Reply, got time.Time, err error) {
	valued := err == nil || errors.Is(err, ErrYear2000) || errors.Is(err, ErrUnsafePath)
	if got.IsZero() == valued {
		t.Errorf("%q: %v with %v", r.Raw(), got, err)
	}
	if year := got.Year(); valued && (year < 1000 || year > 10000) {
		t.Errorf("%q: year %d", r.Raw(), year)
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

func TestPlainTime(t *testing.T) {
	texts := []string{"20260128235959", "20260128235959.1", "19991201000000.123456789", "20260228235959.1234567890"}
	testShortWay(t, texts, "0123456789 .-+x", func(text []byte) bool {
		got, ok := plainTime(text)
		if !ok {
			return false
		}
		if want, d, f := findModTime(text); !want.Time.Equal(got) || want.Time.Location() != got.Location() || d != 0 || f.err != nil {
			t.Errorf("%q: %v, and the long way %v, %v, %v", text, got, want, d, f.err)
		}
		return true
	})
}
