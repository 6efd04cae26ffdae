package ftpreply

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A step of TestPos is one call of Next. Its window has all bytes that were not consumed.
type step struct {
	n            int // bytes consumed
	offset, line int64
	err          error
}

func TestPos(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		input   string
		eof     bool
		want    []step
	}{
		{"nothing", Options{}, "", true, []step{{0, 0, 1, io.EOF}}},
		{"replies", Options{}, "220 a\r\n220-b\r\n220 c\r\n\r\n331 d\r\n", true,
			[]step{{7, 0, 1, nil}, {14, 7, 2, nil}, {9, 21, 4, nil}, {0, 30, 6, io.EOF}}},
		{"LF was learned", Options{}, "220 a\n331 b\r\n331-c\r\n331 d\r\n230 e\n", true,
			[]step{{6, 0, 1, nil}, {7, 6, 2, nil}, {14, 13, 3, nil}, {6, 27, 5, nil}}},
		{"the last reply stays", Options{}, "220 a\r\n33", false, []step{{7, 0, 1, nil}, {0, 0, 1, ErrShort}, {0, 0, 1, ErrShort}}},
		{"nothing pending", Options{}, "220 a\r\n", false, []step{{7, 0, 1, nil}, {0, 0, 1, ErrShort}}},
		{"no reply", Options{}, "\r\njunk\r\n220 a\r\n", true, []step{{8, 0, 1, ErrNotReply}, {7, 8, 3, nil}, {0, 15, 4, io.EOF}}},
		{"cut", Options{}, "220 a\r\n\r\n33", true, []step{{7, 0, 1, nil}, {4, 7, 2, io.ErrUnexpectedEOF}, {0, 11, 3, io.EOF}}},
		{"rejected", Options{Reject: BareLF}, "220 a\r\n\n331 b\r\n", true, []step{{7, 0, 1, nil}, {8, 7, 2, ErrRejected}, {0, 15, 4, io.EOF}}},
		{"too long", Options{MaxReply: 10}, "220-a\r\nx\r\ny\r\n220 b\r\n221 c\r\n", true,
			[]step{{10, 0, 1, ErrTooLong}, {17, 20, 5, nil}, {0, 27, 6, io.EOF}}},
		{"too long and cut", Options{MaxReply: 10}, "220-a\r\nx\r\ny\r\n22", true, []step{{10, 0, 1, ErrTooLong}, {5, 15, 4, io.EOF}, {0, 15, 4, io.EOF}}},
		{"too many blank lines", Options{MaxReply: 4}, "\n\n\n\n220\n", true, []step{{4, 0, 1, ErrTooLong}, {4, 4, 5, nil}, {0, 8, 6, io.EOF}}},
		{"TLS records", Options{}, "\n\x16\x03\n\x00\x02\n\n\x17\x03\n\x00\x01x220 a\r\n", true,
			[]step{{6, 0, 1, ErrNotReply}, {15, 14, 6, nil}, {0, 21, 7, io.EOF}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Framer{Options: test.options}
			rest := []byte(test.input)
			for _, want := range test.want {
				_, n, err := f.Next(rest, test.eof)
				rest = rest[n:]
				offset, line := f.Pos()
				if !errors.Is(err, want.err) || n != want.n || offset != want.offset || line != want.line {
					t.Fatalf("got %d bytes, %d:%d, %v, want %v", n, offset, line, err, want)
				}
			}
		})
	}
}

// Bytes that look like a reply are skipped in TLS records and in the rest of an oversized line.
func TestNoReplyWhereNoneBegins(t *testing.T) {
	for _, test := range []struct {
		name     string
		options  Options
		segments []string
		want     []string // raw bytes of the replies
	}{
		{"a TLS record", Options{}, []string{"\x16\x03\x01\x00\x07", "220 a\r\n", "221 b\r\n"}, []string{"\x16\x03\x01\x00\x07", "221 b\r\n"}},
		{"a long line", Options{MaxReply: 512}, []string{"220 " + strings.Repeat("x", 508), "220 a\r\n", "221 b\r\n"},
			[]string{"220 " + strings.Repeat("x", 508), "221 b\r\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Framer{Options: test.options}
			var window []byte
			var got []string
			for _, segment := range test.segments {
				window = append(window, segment...)
				for {
					r, n, err := f.Next(window, false)
					window = window[n:]
					if err == ErrShort {
						break
					}
					got = append(got, string(r.Raw()))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// assertLinear fails if the framer has looked at more than four bytes for each byte of the stream
// and 64 for each line.
func assertLinear(t *testing.T, f *Framer) {
	t.Helper()
	offset, lines := f.offset, f.line+1
	if most := 4*offset + 64*lines; f.looked > most {
		t.Errorf("looked at %d bytes in %d bytes of %d lines, at most %d are due", f.looked, offset, lines, most)
	}
}

// The cost is linear for any chunking.
func TestLinear(t *testing.T) {
	inputs := map[string]string{
		"plain":          strings.Repeat("226 Transfer complete.\r\n", 4000),
		"UTF-8":          strings.Repeat("250 "+strings.Repeat("é", 100)+"\r\n", 400),
		"UTF-8 lines":    "250-a\r\n" + strings.Repeat(" "+strings.Repeat("é", 30)+"\r\n", 1000) + "250 b\r\n",
		"8-bit at end":   strings.Repeat("250 "+strings.Repeat("e", 400)+"\xe9\r\n", 400),
		"CR":             strings.Repeat("250 "+strings.Repeat("a\r", 100)+"\r\r\r\n", 400),
		"multi-line":     "213-a\r\n" + strings.Repeat("2134 x\r\n 213 x\r\n213-x\r\n214 x\r\n", 4000) + "213 b\r\n",
		"one long line":  "220 " + strings.Repeat("x", 100000) + "\r\n",
		"LF in the text": "220 a\r\n213-" + strings.Repeat("213 x\n", 10000) + "\r\n213 b\r\n",
		"preamble":       strings.Repeat("\xff\xf1\x00", 10000) + "220 a\r\n",
		"blank lines":    strings.Repeat("\r\n", 10000) + "220 a\r\n",
		"junk":           strings.Repeat("junk\r\n", 10000),
	}
	for name, input := range inputs {
		whole := []byte(input)
		for _, size := range []int{1, 7, 1460, len(input)} {
			t.Run(fmt.Sprintf("%s/%d", name, size), func(t *testing.T) {
				p := NewParser(&endless{unit: input, size: size, left: len(input)})
				replies := 0
				for range p.All() {
					replies++
				}
				if replies == 0 || p.framer.offset != int64(len(input)) {
					t.Fatalf("%d replies in %d of %d bytes", replies, p.framer.offset, len(input))
				}
				assertLinear(t, &p.framer)

				var f Framer
				for from, to := 0, size; from < len(input); to += size {
					n := f.Each(whole[from:min(to, len(input))], to >= len(input), func(Reply, error) bool {
						replies--
						return true
					})
					from += n
				}
				if replies != 0 {
					t.Errorf("Each gives %d replies less", replies)
				}
				assertLinear(t, &f)
			})
		}
	}
}

// Each does not allocate, even if yield captures variables.
func TestEachAllocations(t *testing.T) {
	input := []byte(strings.Repeat("220 a\r\n221-b\r\n c\r\n221 d\r\n", 100))
	var f Framer
	n := testing.AllocsPerRun(100, func() {
		replies := 0
		used := f.Each(input, false, func(_ Reply, err error) bool {
			replies++
			return err == nil
		})
		if replies != 200 || used != len(input) {
			t.Fatal(replies, used)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Options that yield changes apply from the next reply on.
func TestEachOptions(t *testing.T) {
	input := strings.Repeat("220 a\r\n299 b\r\n", 3)
	for from := range 6 {
		var f Framer
		var rejected []int
		replies := 0
		f.Each([]byte(input), false, func(_ Reply, err error) bool {
			if errors.Is(err, ErrRejected) {
				rejected = append(rejected, replies)
			}
			if replies == from {
				f.Reject = UnknownCode
			}
			replies++
			return true
		})
		var want []int
		for i := 1; i < 6; i += 2 {
			if i > from {
				want = append(want, i)
			}
		}
		if !slices.Equal(rejected, want) || replies != 6 {
			t.Errorf("from reply %d: %v of %d, want %v", from, rejected, replies, want)
		}
	}
}

// The results do not depend on whether package plain finds a line. Byte by byte, it finds none.
func TestPlainLines(t *testing.T) {
	for i, input := range vectorInputs() {
		for width := i % 7; width < 64; width += 17 {
			plainAgrees(t, inPlainLines(input, width), Options{})
		}
	}
}

// inPlainLines puts input inside a multi-line reply, after a line of width bytes more, and
// between one-line replies.
func inPlainLines(input []byte, width int) []byte {
	var b bytes.Buffer
	b.WriteString("220-first\r\n " + strings.Repeat("x", width) + "\r\n")
	b.Write(input)
	b.WriteString(strings.Repeat(" interior\r\n220-interior\r\n", 8) + "220 last\r\n")
	b.WriteString(strings.Repeat("331 one line\r\n", 8))
	b.Write(input)
	b.WriteString(strings.Repeat("331 one line\r\n", 128))
	return b.Bytes()
}

func plainAgrees(t *testing.T, input []byte, o Options) {
	t.Helper()
	half := [][]byte{input[:len(input)/2], input[len(input)/2:]}
	want := collectFramer(pieces(input, 1), true, o)
	for name, got := range map[string][]outcome{
		"push":  collectFramer([][]byte{input}, true, o),
		"halve": collectFramer(half, true, o),
		"each":  collectEach(half, true, o),
		"pull":  collectParser(bytes.NewReader(input), o),
	} {
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("%s: %q:\n%s", name, input, cmp.Diff(want, got))
		}
	}
}

// A window that is shorter than the rest of the one before gives one error, in every state.
func TestLostBytes(t *testing.T) {
	for name, window := range map[string]string{
		"line":       "220 rea",
		"multi-line": "\r\n220-a\r\n b\r\n22",
		"preamble":   "\x00\xff\xf1\r\n",
		"junk":       "SSH-2.0",
		"oversized":  "220-" + strings.Repeat("x\r\n", 20) + "22",
	} {
		t.Run(name, func(t *testing.T) {
			f := Framer{Options: Options{MaxReply: 40}}
			rest := []byte(window)
			for {
				_, n, err := f.Next(rest, false)
				rest = rest[n:]
				if err == ErrShort {
					break
				}
			}
			if r, n, err := f.Next(rest[:len(rest)-1], false); err != ErrLostBytes || n != 0 || r.Raw() != nil {
				t.Fatalf("got %q, %d, %v", r.Raw(), n, err)
			}
			if r, n, err := f.Next([]byte("331 b\r\n"), true); err != nil || r.Code() != 331 || n != 7 {
				t.Errorf("the next reply: %q, %d, %v", r.Raw(), n, err)
			}
		})
	}
	var f Framer
	f.Each([]byte("220 a"), false, nil)
	var errs []error
	n := f.Each([]byte("2"), false, func(_ Reply, err error) bool {
		errs = append(errs, err)
		return true
	})
	if n != 0 || !slices.Equal(errs, []error{ErrLostBytes}) {
		t.Errorf("Each: consumed %d, %v", n, errs)
	}
}
