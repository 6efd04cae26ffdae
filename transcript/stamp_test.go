package transcript

import (
	"testing"
	"time"
)

func TestParseStamp(t *testing.T) {
	const rfc = time.RFC3339Nano
	tests := []struct {
		input string // the time and the rest, with a bar between them
		form  stampForm
		want  string
	}{
		{"2026-05-01T10:00:00.1234567Z| x", stampDate, "2026-05-01T10:00:00.1234567Z"},
		{"2026-05-01T10:00:00.123+02:00| x", stampDate, "2026-05-01T08:00:00.123Z"},
		{"2026-05-01T10:00:00+0200| x", stampDate, "2026-05-01T08:00:00Z"},
		{"2026-05-01 10:00:00,123| x", stampDate, "2026-05-01T10:00:00.123Z"},
		{"2026-05-01 10:00:00|", stampDate, "2026-05-01T10:00:00Z"},
		{"2026-05-01 10:00:00 UTC| x", stampDate, "2026-05-01T10:00:00Z"},
		{"2026-05-01 10:00:00 -0800| x", stampDate, "2026-05-01T18:00:00Z"},
		{"2026/05/01 10:00:00| 220 x", stampDate, "2026-05-01T10:00:00Z"},
		{"2026.05.01 10:00:00| x", stampDate, "2026-05-01T10:00:00Z"},
		{"2026-05-01 10:00:00| 2200 x", stampDate, "2026-05-01T10:00:00Z"},
		{"22/Nov/2026:10:23:09 +0000|] x", stampDate, "2026-11-22T10:23:09Z"},
		{"22 Nov 2026 10:23:09| x", stampDate, "2026-11-22T10:23:09Z"},
		{"01.08.2026 15:53:31| - x", stampDate, "2026-08-01T15:53:31Z"},
		{"22/04/2026 15:12:44| x", stampDate, "2026-04-22T15:12:44Z"},
		{"04/22/2026 15:12:44| x", stampDate, "2026-04-22T15:12:44Z"},
		{"12/3/2026 11:23:10 PM|> x", stampDate, "2026-12-03T23:23:10Z"},
		{"12/3/2026, 12:23:10 AM|> x", stampDate, "2026-12-03T00:23:10Z"},
		{"26-02-01 19:05:42|] x", stampDate, "2026-02-01T19:05:42Z"},
		{"Sun Nov 22 10:23:15 2026| [pid 1]", stampDate, "2026-11-22T10:23:15Z"},
		{"Sun, 22 Nov 2026 10:23:15 GMT| x", stampDate, "2026-11-22T10:23:15Z"},
		{"Nov 22, 2026 1:23:15 PM| x", stampDate, "2026-11-22T13:23:15Z"},
		{"Nov  2 10:23:15| host x", stampYearless, "0000-11-02T10:23:15Z"},
		{"Mar 5 10:23:15| host x", stampYearless, "0000-03-05T10:23:15Z"},
		{"Mar 5 10:23:15| 220 x", stampYearless, "0000-03-05T10:23:15Z"},
		{"08-28 21:20:12|] x", stampYearless, "0000-08-28T21:20:12Z"},
		{"08-28 21:20:12| 2200 x", stampYearless, "0000-08-28T21:20:12Z"},
		{"22:14:19| Status", stampDayTime, "0000-01-01T22:14:19Z"},
		{"9:14:19.123456| x", stampDayTime, "0000-01-01T09:14:19.123456Z"},
		{"10:14:19 PM|: x", stampDayTime, "0000-01-01T22:14:19Z"},
		{"1795342995.123456| x", stampDate, "2026-11-22T10:23:15.123456Z"},
	}
	for _, tt := range tests {
		b := []byte(tt.input)
		for i := range b {
			if b[i] == '|' {
				rest := string(b[i+1:])
				b = append(b[:i], b[i+1:]...)
				got, form, n := parseStamp(b)
				if got.UTC().Format(rfc) != tt.want || form != tt.form || string(b[n:]) != rest {
					t.Errorf("%s: %s, form %d, %d bytes", tt.input, got.UTC().Format(rfc), form, n)
				}
				break
			}
		}
	}
	for _, input := range []string{
		"", "220 ready", "220-10:00:00 x", "2026-05-01", "2026-05-01 x", "10:00", "10:00:00x", "10:00:61", "25:00:00", "2026-13-01 10:00:00",
		"MonXNov 22 10:23:15", "Nov 22 10:23", "1795342995 x", "127.0.0.1:21 x:", "1.2.3.4 10:00:00", "Monday 10:00:00", "10:00:00.1234x",
		"100:00:00", "2026:05:01 10:00:00", "0795342995.1 x",
	} {
		if got, _, n := parseStamp([]byte(input)); n != 0 {
			t.Errorf("%q: %v, %d bytes", input, got, n)
		}
	}
}

// No input makes it read beyond its end, or more than it has.
func FuzzParseStamp(f *testing.F) {
	f.Add([]byte("Sun, 22 Nov 2026 10:23:15 GMT"))
	f.Add([]byte("2026-05-01T10:00:00.1234567+02:00"))
	f.Add([]byte("12/3/2026, 12:23:10 AM"))
	f.Fuzz(func(t *testing.T, b []byte) {
		at, form, n := parseStamp(b)
		if n > len(b) || (n == 0) != (form == noStamp) || n == 0 && !at.IsZero() {
			t.Errorf("%q: %v, form %d, %d bytes", b, at, form, n)
		}
	})
}

func BenchmarkParseStamp(b *testing.B) {
	for _, input := range []string{"2026-05-01T10:00:00.1234567Z x", "Nov  2 10:23:15 host x", "no time at all"} {
		b.Run(input[:3], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parseStamp([]byte(input))
			}
		})
	}
}
