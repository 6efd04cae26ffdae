package payload

import (
	"net/netip"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// A parseTest is a reply and what a Parse function makes of it: with a reason, at is the
// text at fault.
type parseTest[T any] struct {
	name, raw string
	want      T
	reason    error
	at        string
}

func testParse[T any](t *testing.T, parse func(ftpreply.Reply) (T, error), tests []parseTest[T]) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := reply(t, tt.raw)
			got, err := parse(r)
			checkError(t, r, err, tt.reason, tt.at)
			if diff := cmp.Diff(tt.want, got, comparable, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// fuzzParse feeds raw replies, and texts under the codes, to a Parse function. Whatever
// it reads is checked once more by check, unless that is nil.
func fuzzParse[T any](f *testing.F, parse func(ftpreply.Reply) (T, error), tolerances func(T) Tolerance,
	tests []parseTest[T], check func(t *testing.T, v T), codes ...string) {
	for _, tt := range tests {
		f.Add([]byte(tt.raw))
		if len(tt.raw) > 6 {
			f.Add([]byte(tt.raw[4 : len(tt.raw)-2]))
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		fuzzReplies(input, func(r ftpreply.Reply) {
			v, err := parse(r)
			checkResult(t, r, tolerances(v), err)
			if err == nil && check != nil {
				check(t, v)
			}
		}, codes...)
	})
}

// reparse gives what parse makes of what an Append function wrote.
func reparse[T any](t testing.TB, raw []byte, err error, parse func(ftpreply.Reply) (T, error)) (v T) {
	t.Helper()
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	v, err = parse(reply(t, string(raw)))
	if err != nil {
		t.Fatalf("parse %q: %v", raw, err)
	}
	return v
}

// equal reports whether two results are the same; empty and nil bytes are.
func equal[T any](a, b T) bool {
	return cmp.Equal(a, b, comparable, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{}))
}

// forAll runs a property.
func forAll(t *testing.T, condition any, gens ...gopter.Gen) {
	t.Helper()
	properties := gopter.NewProperties(nil)
	properties.Property(t.Name(), prop.ForAll(condition, gens...))
	properties.TestingRun(t)
}

// bytesOf generates strings of at least that many bytes, all of which are allowed.
func bytesOf(least int, allowed func(byte) bool) gopter.Gen {
	return gen.SliceOf(gen.UInt8()).Map(func(b []byte) string {
		s := ""
		for _, c := range b {
			if allowed(c) {
				s += string([]byte{c})
			}
		}
		for c := byte('a'); len(s) < least; c++ {
			s += string([]byte{c})
		}
		return s
	})
}

// inWord says which bytes a word may have; inLine, which a line of text may have; inPath, which
// a pathname may have that is safe.
func inWord(c byte) bool { return '!' <= c && c <= '~' }
func inLine(c byte) bool { return c != 0 && c != '\r' && c != '\n' }
func inPath(c byte) bool { return !isControl(c) }

func TestNumbersIn(t *testing.T) {
	tests := []struct {
		text string
		want []uint64
	}{
		{"Restarting at 100. Send STORE", []uint64{100}},
		{"(0).", []uint64{0}},
		{"at 5, or at 6: 7", []uint64{5, 6, 7}},
		{"ProFTPD 1.3.8 on 192.0.2.1", nil},
		{"1,024 -5 +5 5_000 0x10 SHA256 5th 2026-01-02 10:30", nil},
		{"917.3 kbytes", nil},
		{"'7' [8] 9", []uint64{7, 8, 9}},
		{"\u0661\u0662 5\u0663", nil},
		{"", nil},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			var got []uint64
			for n := range numbersIn([]byte(tt.text)) {
				got = append(got, n.value)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIndexFold(t *testing.T) {
	for _, tt := range []struct {
		text, word string
		want       int
	}{{"x pbsz=1", "PBSZ=", 2}, {"PBSZ", "PBSZ=", -1}, {"", "A", -1}, {"aA", "A", 0}} {
		if got := indexFold([]byte(tt.text), tt.word); got != tt.want {
			t.Errorf("indexFold(%q, %q) = %d, want %d", tt.text, tt.word, got, tt.want)
		}
	}
}
