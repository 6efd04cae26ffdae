package transcript

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The lead of a line matches the leads of other lines of the same shape, and ends where the
// text begins.
func TestLeads(t *testing.T) {
	tests := []struct {
		line   string // with a bar before the text
		others []string
		none   []string
	}{
		{"|220 ready", []string{"|USER a"}, nil},
		{"> |220 ready", []string{"> | a", ">|", "> |"}, []string{"220 ready", ">> 220", "  220"}},
		{"    |USER a", []string{"    | x"}, []string{"   USER", "\tUSER"}},
		{"Response:\t|220 ready", []string{"Response:\t|  a", "Response:|"}, []string{"Command:\tUSER a", "Response: 220"}},
		{"2026-05-01T10:00:00.1234567Z |220 a", []string{"2026-05-01T10:00:01Z | b"}, []string{"10:00:00 220 a"}},
		{"app-1  | |220 a", []string{"db-service-2 | |220 a", "app-1  ||"}, []string{"app-1 220 a"}},
		{"[ts 12] [pool-4-thread-1] INFO  <- |220 a", []string{"[ts   7] [pool-12-thread-3] WARNING <- | x"},
			[]string{"[ts 12] [pool-4-thread-1] INFO  -> USER a", "[ts x"}},
		{"127.0.0.1:34122 0x7f00ab [main] |PASS x", []string{"10.0.0.12:1 0x9 [main] |x", "10.0.0.12:1 deadbeef [main] |x"}, nil},
		{`recv "|220 a"`, []string{`recv "|x"`}, []string{"recv 220"}},
	}
	for _, tt := range tests {
		line, at := unbar(tt.line)
		var s leadScanner
		s.scan(line)
		i := 0
		for i < len(s.anchors) && s.anchors[i].n != at {
			i++
		}
		if i == len(s.anchors) {
			t.Errorf("%s: anchors %v", tt.line, s.anchors)
			continue
		}
		l, m := parseLead(s.anchors[i].shape), leadMatch{}
		for _, other := range append(tt.others, tt.line) {
			b, at := unbar(other)
			if !l.match(b, &m) || m.n != at {
				t.Errorf("%s, shape %q: %s: ends at %d", tt.line, l.shape, other, m.n)
			}
		}
		for _, other := range tt.none {
			if l.match([]byte(other), &m) {
				t.Errorf("%s, shape %q matches %q", tt.line, l.shape, other)
			}
		}
	}
}

// unbar returns a line without its last bar and where that was, after another bar where there
// is one.
func unbar(s string) ([]byte, int) {
	for i := len(s) - 1; ; i-- {
		if s[i] == '|' {
			return []byte(s[:i] + s[i+1:]), i
		}
	}
}

func TestLeadMatch(t *testing.T) {
	var s leadScanner
	line := []byte("May  1 10:00:00 box ftp[1] app-1 | 7: 220 a")
	s.scan(line)
	var m leadMatch
	if !parseLead(s.anchors[0].shape).match(line, &m) {
		t.Fatal(s.anchors)
	}
	var values []string
	for _, v := range m.values {
		values = append(values, string(v))
	}
	if diff := cmp.Diff([]string{"1", "app-1 |", "7"}, values); diff != "" || m.form != stampYearless || m.time.Day() != 1 {
		t.Errorf("%s, form %d, %v", diff, m.form, m.time)
	}
}

// Whatever a line is, its own shapes match it where they were taken.
func TestShapesMatchTheirLine(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	parts := []string{"220 a", "USER x", " ", "  ", "\t", "[", "]", ":", "7", "a1", "INFO", "word", "10:00:00", "2026-05-01 10:00:00", "db-1 | ", "é", "-", ">", "\x01", "\x1b[3m"}
	var s leadScanner
	var m leadMatch
	for range 20000 {
		var line []byte
		for range random.IntN(12) {
			line = append(line, parts[random.IntN(len(parts))]...)
		}
		s.scan(line)
		for _, a := range s.anchors {
			if !parseLead(a.shape).match(line, &m) || m.n != a.n {
				t.Fatalf("%q: shape %q ends at %d, want %d", line, a.shape, m.n, a.n)
			}
		}
	}
}

func BenchmarkLead(b *testing.B) {
	line := []byte("2026-05-01T10:00:00.1234567Z app-1  | [pool-4-thread-1] INFO <- 220 ready")
	var s leadScanner
	s.scan(line)
	l, m := parseLead(s.anchors[0].shape), leadMatch{}
	b.ReportAllocs()
	for b.Loop() {
		l.match(line, &m)
	}
}
