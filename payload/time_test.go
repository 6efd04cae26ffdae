package payload

import (
	"errors"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

func timeString(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
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
