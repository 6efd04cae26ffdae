package ftpreply

import (
	"bufio"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/replytest"
	"github.com/google/go-cmp/cmp"
)

// Pending bytes are judged again when the Options have changed.
func TestOptionsBetweenCalls(t *testing.T) {
	for _, test := range []struct {
		name          string
		before, after Options
		input, more   string // before and after the change
		raw           string
		deviations    Deviation
		err           error
	}{
		{"any LF", onlyCRLF, Options{LineEnding: AnyLF}, "220 a\n", "", "220 a\n", BareLF, nil},
		{"any LF, learned", onlyCRLF, Options{}, "220 a\n", "", "220 a\n", BareLF, nil},
		{"any LF, multi-line", onlyCRLF, Options{LineEnding: AnyLF}, "220-a\r\nb\n220 c\n", "", "220-a\r\nb\n220 c\n", BareLF, nil},
		{"any LF, no reply", onlyCRLF, Options{LineEnding: AnyLF}, "junk\n220 a\n", "", "junk\n", BareLF, ErrNotReply},
		{"CR LF", Options{LineEnding: AnyLF}, onlyCRLF, "220-a\nb\r\n", "220 b\r\n", "220-a\nb\r\n220 b\r\n", LFInText, nil},
		{"any code", Options{}, Options{AnyCode: true}, "220-a\r\n226 b\r\n220 c", "", "220-a\r\n226 b\r\n", ForeignTerminator, nil},
		{"its own code", Options{AnyCode: true}, Options{}, "220-a\r\n226 ", "b\r\n220 c\r\n", "220-a\r\n226 b\r\n220 c\r\n", InnerCode, nil},
		{"reject", Options{}, Options{Reject: BareLF}, "220-a\n", "220 b\r\n", "220-a\n220 b\r\n", BareLF, ErrRejected},
		{"reject no longer", Options{Reject: BareLF}, Options{}, "220-a\n", "220 b\r\n", "220-a\n220 b\r\n", BareLF, nil},
		{"a higher limit", Options{MaxReply: 8}, Options{MaxReply: 9}, "220 abc", "\r\n", "220 abc\r\n", 0, nil},
		{"a lower limit", Options{}, Options{MaxReply: 8}, "220 abcde", "\r\n", "220 abcd", 0, ErrTooLong},
		{"a lower limit, multi-line", Options{}, Options{MaxReply: 12}, "220-a\r\nbcdef\r\n", "220 c\r\n", "220-a\r\nbcdef", 0, ErrTooLong},
		{"a lower limit and any LF", onlyCRLF, Options{MaxReply: 8, LineEnding: AnyLF}, "220-a\nb\n220 c\n", "", "220-a\nb\n", BareLF, ErrTooLong},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Framer{Options: test.before}
			if r, n, err := f.Next([]byte(test.input), false); n != 0 || err != ErrShort {
				t.Fatalf("before the change: got %q, %d bytes, %v", r.Raw(), n, err)
			}
			f.Options = test.after
			r, n, err := f.Next([]byte(test.input+test.more), false)
			if string(r.Raw()) != test.raw || n != len(test.raw) || r.Deviations() != test.deviations || !errors.Is(err, test.err) {
				t.Errorf("got %q, %d bytes, %v, %v, want %q, %v, %v", r.Raw(), n, r.Deviations(), err, test.raw, test.deviations, test.err)
			}
		})
	}
}

// The framer agrees with the reference at every limit, for any cuts.
func TestEveryLimit(t *testing.T) {
	for _, input := range []string{
		"\n\x16\x03\x01\x00\x02ab220 a\r\n",
		"\r\n\r\n\x16\x03\n\x00\x02ab220 a\r\n",
		"\r\n\x15\x03\x01\x00\x02ab\x17\x03\x01\x00\x00\x17\x03\x01\x00\x09220 abcde220 a\r\n",
		"\x00\x16\x03abcdefgh\r\n220 a\r\n",
		"\x00\xff\xf1\r\n\xff\xfb\x01220 abc\r\n221 b\r\n",
		"\xff\r\n\xff\xfb\r\n220 a\r\n",
		"000-a\r\nabc\r\n000 b\r\n220 c\r\n",
		"220-a\r\n220\r\r\r\n220\r\rb\r\n221 c\r\n",
		"220-a\r\n220\r\rb\r\n220\r\n221 c\r\n",
		"220-a\n220\nb\n220 c\r\n220 d\n221 e\r\n",
		"220-a\r\nbcde220 f\r\n220 g\r\n221 h\r\n",
		"220-a\r\n2201\r\n220-\r\n220:\r\n221 b\r\n220 c\r\n222 d\r\n",
		"220 a\r\n213-b\n213 c\r\n213 d\n213 e\r\n220 f\r\n",
		"213-a\r\n" + strings.Repeat("b\r\n213-\r\n", 4) + "213\r\n220 c\r\n",
		"2200 a\n220 b\r\njunk\n220 c\r\n220 d\r\n",
		"220 a\n220-b\r\n220 c\r\n220 d\n220 e\r\n220 f\n",
	} {
		for _, base := range []Options{{}, {AnyCode: true}, {LineEnding: CRLF}, {LineEnding: AnyLF}} {
			for limit := minLimit; limit <= len(input)+1; limit++ {
				o := base
				o.MaxReply = limit
				want := reference([]byte(input), true, o)
				for _, size := range []int{1, 3, len(input)} {
					cut := pieces([]byte(input), size)
					if diff := cmp.Diff(want, collectFramer(cut, true, o)); diff != "" {
						t.Fatalf("%q, %+v, pieces of %d, push (-reference +got):\n%s", input, o, size, diff)
					}
					if diff := cmp.Diff(want, collectParser(segmentReader(cut, true), o)); diff != "" {
						t.Fatalf("%q, %+v, pieces of %d, pull (-reference +got):\n%s", input, o, size, diff)
					}
					small := bufio.NewReaderSize(segmentReader(cut, true), 16)
					if diff := cmp.Diff(want, collectParser(small, o)); diff != "" {
						t.Fatalf("%q, %+v, pieces of %d, borrowed buffer (-reference +got):\n%s", input, o, size, diff)
					}
				}
			}
		}
	}
}

// The limit applies to a plain line too, and is itself bounded.
func TestLimitOfPlainLine(t *testing.T) {
	line := "220 " + strings.Repeat("x", 1000) + "\r\n"
	for _, test := range []struct{ max, limit, n int }{
		{-1, 1 << 20, len(line)}, {0, 1 << 20, len(line)},
		{1, minLimit, minLimit}, {600, 600, 600}, {maxLimit, maxLimit, len(line)}, {math.MaxInt, maxLimit, len(line)},
	} {
		o := Options{MaxReply: test.max}
		if got := o.limit(); got != test.limit {
			t.Errorf("%d stands for %d, want %d", test.max, got, test.limit)
		}
		got := collectFramer([][]byte{[]byte(line + "221 b\r\n")}, true, o)
		if len(got) != 2 || len(got[0].Raw) != test.n || (got[0].Kind == replytest.KindReply) != (test.n == len(line)) || !strings.HasPrefix(got[1].Raw, "221 ") {
			t.Errorf("limit %d: got %v", test.max, got)
		}
	}
}
