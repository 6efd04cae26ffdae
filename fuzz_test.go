package ftpreply

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/replytest"
	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// The fuzz targets take the options as a number, so that the fuzzer varies them too.
func fuzzOptions(word uint16) Options {
	o := Options{LineEnding: LineEnding(word % 3), AnyCode: word&4 != 0}
	if word&8 != 0 {
		o.Reject = Strict
	}
	if word&16 != 0 {
		o.MaxReply = int(word>>5)%64 + 1
	}
	return o
}

// addSeeds adds every vector, under the default and under a few other options.
func addSeeds(f *testing.F) {
	for _, input := range vectorInputs() {
		for _, word := range []uint16{0, 2, 4, 8, 16 | 12<<5} {
			f.Add(input, word)
		}
	}
}

// FuzzParser asserts that the outcomes cover the input without a gap, and that the parts of each
// reply are consistent.
func FuzzParser(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, input []byte, word uint16) {
		o := fuzzOptions(word)
		var framer Framer
		framer.Options = o
		for at := 0; ; {
			r, n, err := framer.Next(input[at:], true)
			offset, line := framer.Pos()
			if offset < int64(at) || line != int64(1+bytes.Count(input[:offset], []byte("\n"))) {
				t.Fatalf("at %d: position %d, line %d", at, offset, line)
			}
			if err == io.EOF {
				if at+n != len(input) {
					t.Fatalf("ended at %d of %d", at+n, len(input))
				}
				return
			}
			if n <= 0 || !bytes.HasPrefix(input[offset:], r.Raw()) {
				t.Fatalf("at %d: %d bytes consumed, %q returned", at, n, r.Raw())
			}
			at += n
			checkReply(t, r, err)
			var syntax *SyntaxError
			if err != nil && !errors.As(err, &syntax) {
				t.Fatalf("at %d: %v", at, err)
			}
			if syntax != nil {
				checkSyntaxError(t, input, syntax)
			}
		}
	})
}

// checkReply asserts that the lines of a reply add up to its bytes, and that each deviation has a
// place in it.
func checkReply(t *testing.T, r Reply, err error) {
	var raw []byte
	lines := 0
	for l := range r.Lines() {
		raw = append(raw, l.Raw()...)
		if got := slices.Concat(l.Prefix(), l.Text(), l.Ending()); !bytes.Equal(got, l.Raw()) {
			t.Fatalf("line %q is not %q", l.Raw(), got)
		}
		if len(l.Ending()) > 0 && strings.Trim(string(l.Ending()), "\r\n") != "" {
			t.Fatalf("line %q ends in %q", l.Raw(), l.Ending())
		}
		lines++
	}
	if !bytes.HasSuffix(r.Raw(), raw) {
		t.Fatalf("lines %q are not the end of %q", raw, r.Raw())
	}
	if err != nil && !errors.Is(err, ErrRejected) {
		return
	}
	if lines == 0 || lines > 1 && !r.Multiline() {
		t.Fatalf("%q has %d lines", r.Raw(), lines)
	}
	for d := range r.Deviations().Each() {
		before := -1
		for from, to := range r.Find(d) {
			if from < before || from >= to || to > len(r.Raw()) {
				t.Fatalf("%q: %v from %d to %d, behind %d", r.Raw(), d, from, to, before)
			}
			before = from
		}
		if before < 0 {
			t.Fatalf("%q: no place for %v", r.Raw(), d)
		}
	}
	for range r.Find(^r.Deviations()) {
		t.Fatalf("%q: a place for what it does not show", r.Raw())
	}
	clone := r.Clone()
	if !bytes.Equal(clone.Raw(), r.Raw()) || clone.meta != r.meta || !bytes.Equal(clone.Text(), r.Text()) {
		t.Fatalf("the clone of %q differs", r.Raw())
	}
}

func checkSyntaxError(t *testing.T, input []byte, e *SyntaxError) {
	if e.Error() == "" || e.Err == nil || len(e.Text) > maxQuoted {
		t.Fatalf("%#v", e)
	}
	if !bytes.HasPrefix(input[e.Offset:], e.Text) || e.Line != int64(1+bytes.Count(input[:e.Offset], []byte("\n"))) {
		t.Fatalf("%v does not quote the input", e)
	}
}

// FuzzChunks asserts that Parser and Framer return the same for the whole input and for pieces of
// it, with stale bytes poisoned.
func FuzzChunks(f *testing.F) {
	for i, input := range vectorInputs() {
		f.Add(input, uint16(i), uint64(i))
	}
	f.Fuzz(func(t *testing.T, input []byte, word uint16, seed uint64) {
		o := fuzzOptions(word)
		eof := seed&1 == 0
		want := collectFramer([][]byte{input}, eof, o)
		random := rand.New(rand.NewPCG(seed, 0))
		var cut [][]byte
		for rest := input; len(rest) > 0; {
			n := min(1+random.IntN(1+random.IntN(20)), len(rest))
			cut = append(cut, rest[:n])
			rest = rest[n:]
		}
		for name, got := range map[string][]outcome{
			"push":            collectFramer(cut, eof, o),
			"each":            collectEach(cut, eof, o),
			"each, whole":     collectEach([][]byte{input}, eof, o),
			"pull":            collectParser(segmentReader(cut, eof), o),
			"borrowed buffer": collectParser(bufio.NewReaderSize(segmentReader(cut, eof), 16), o),
		} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s in %d pieces of %q (-whole +pieces):\n%s", name, len(cut), input, diff)
			}
		}
	})
}

// FuzzReference compares the framer with the slow reference.
func FuzzReference(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, input []byte, word uint16) {
		o := fuzzOptions(word)
		for _, eof := range []bool{true, false} {
			if diff := cmp.Diff(reference(input, eof, o), collectFramer([][]byte{input}, eof, o)); diff != "" {
				t.Fatalf("%q, %+v, eof %v (-reference +got):\n%s", input, o, eof, diff)
			}
		}
	})
}

// FuzzTextproto asserts that net/textproto reads every reply without a deviation the same way.
func FuzzTextproto(f *testing.F) {
	for _, input := range vectorInputs() {
		f.Add(input)
	}
	compared, read := 0, 0
	f.Fuzz(func(t *testing.T, input []byte) {
		read++
		r, err := Parse(input)
		if err != nil || r.Deviations().HasAny(Strict) {
			return
		}
		compared++
		code, message, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(input))).ReadResponse(0)
		if err != nil || code != int(r.Code()) || message != string(r.Text()) {
			t.Fatalf("%q: got %d %q, net/textproto says %d %q, %v", input, r.Code(), r.Text(), code, message, err)
		}
	})
	if read > 0 && compared == 0 { // while fuzzing, others read
		f.Errorf("none of %d inputs compared", read)
	}
	f.Logf("%d of %d inputs compared", compared, read)
}

// FuzzAppendReply asserts that a formatted reply is read back unchanged, and without a deviation
// in Strict unless the text itself has one.
func FuzzAppendReply(f *testing.F) {
	f.Add(uint16(220), "ready")
	f.Add(uint16(220), "hi\n220 mid\n220-more\n\n1. item\nend")
	f.Add(uint16(999), "x")
	f.Add(uint16(550), "a\rb")
	f.Fuzz(func(t *testing.T, code uint16, text string) {
		checkAppendReply(t, Code(code), strings.Split(text, "\n"))
	})
}

func checkAppendReply(t *testing.T, c Code, lines []string) {
	t.Helper()
	const before = "before"
	b, err := AppendReply([]byte(before), c, lines...)
	bad := strings.ContainsAny(strings.Join(lines, ""), "\r\n\x00") || !(100 <= c && c <= 559 || 600 <= c && c <= 699)
	if (err != nil) != bad {
		t.Fatalf("%d %q: %v", c, lines, err)
	}
	if err != nil {
		if string(b) != before {
			t.Fatalf("%d %q: the error came with %q", c, lines, b)
		}
		return
	}
	r, err := Parse(b[len(before):])
	if err != nil || r.Code() != c || r.Multiline() != (len(lines) > 1) {
		t.Fatalf("%d %q was read as %d, multi-line %v, %v", c, lines, r.Code(), r.Multiline(), err)
	}
	var got []string
	for l := range r.Lines() {
		got = append(got, string(l.Text()))
	}
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Fatalf("%q (-written +read):\n%s", b, diff)
	}
	if d := r.Deviations() & Strict &^ (ControlByte | IACInText); d != 0 {
		t.Fatalf("%q shows %v", b, d)
	}
}

// The properties, over inputs of fragments that matter to a reader of replies.
var fragments = gen.OneConstOf(
	"220", "331", "220 ", "220-", "331 ", "331-", "220 a\r\n", "220-a\r\n", "331 b\r\n", "220\r\n", "\r\n", "\n", "\r", "\r\r\n",
	" ", "-", "a", "text", "\x00", "\xff\xf1", "\xff\xfb\x01", "\xff", "\xff\xff", "\xe9", "é", "\x1b", "\t", "99", "2201",
	"\x16\x03\x01\x00\x02ab", "\x16\x03", "SSH-2.0\r\n", strings.Repeat("x", 600),
)

func genInput() gopter.Gen {
	return gen.SliceOf(fragments).Map(func(parts []string) []byte { return []byte(strings.Join(parts, "")) })
}

func genOptions() gopter.Gen { return gen.UInt16().Map(fuzzOptions) }

func TestProperties(t *testing.T) {
	parameters := gopter.DefaultTestParameters()
	parameters.MinSuccessfulTests = 1000
	if testing.Short() {
		parameters.MinSuccessfulTests = 200
	}
	properties := gopter.NewProperties(parameters)

	properties.Property("the reference agrees, Parser and Framer agree, for any cuts", prop.ForAll(
		func(input []byte, o Options, size int) string {
			want := reference(input, true, o)
			return cmp.Diff(want, collectFramer(pieces(input, size), true, o)) +
				cmp.Diff(want, collectParser(segmentReader(pieces(input, size), true), o))
		}, genInput(), genOptions(), gen.IntRange(1, 40)))

	properties.Property("two inputs in a row give the outcomes of each, with a fixed line ending", prop.ForAll(
		func(a, b []byte, o Options) string {
			if o.LineEnding == Learned {
				o.LineEnding = CRLF
			}
			first := collectFramer([][]byte{a}, true, o)
			if n := len(first); n > 0 && first[n-1].Kind != replytest.KindReply && first[n-1].Kind != replytest.KindRejected {
				return "" // b would continue the last line of a
			}
			both := collectFramer([][]byte{append(slices.Clone(a), b...)}, true, o)
			second := collectFramer([][]byte{b}, true, o)
			for i := range second {
				lines := int64(bytes.Count(a, []byte("\n")))
				second[i].Offset += int64(len(a))
				second[i].Line += lines
				if second[i].Kind != replytest.KindReply {
					second[i].ErrOffset += int64(len(a))
					second[i].ErrLine += lines
				}
			}
			return cmp.Diff(append(first, second...), both)
		}, genInput(), genInput(), genOptions()))

	properties.Property("a reply that passes Strict is the same by default, without a forbidden deviation", prop.ForAll(
		func(input []byte, o Options) string {
			o.Reject = Strict
			strict := collectFramer([][]byte{input}, true, o)
			o.Reject = 0
			lenient := collectFramer([][]byte{input}, true, o)
			if len(strict) != len(lenient) {
				return "another number of outcomes"
			}
			for i, what := range strict {
				if what.Kind == replytest.KindReply && (what.Deviations.HasAny(Strict) || cmp.Diff(what, lenient[i]) != "") {
					return cmp.Diff(what, lenient[i]) + what.Deviations.String()
				}
			}
			return ""
		}, genInput(), genOptions()))

	properties.Property("a formatted reply is read back", prop.ForAll(
		func(code int, lines []string) bool {
			for i := range lines {
				lines[i] = strings.Map(func(r rune) rune {
					if r == '\r' || r == '\n' || r == 0 {
						return '_'
					}
					return r
				}, lines[i])
			}
			if len(lines) == 0 {
				lines = []string{""}
			}
			checkAppendReply(t, Code(code), lines)
			return true
		}, gen.IntRange(100, 559), gen.SliceOf(gen.OneGenOf(gen.AnyString(), fragments))))

	properties.Property("Valid is Parse without a deviation in Strict", prop.ForAll(
		func(input []byte) bool {
			r, err := Parse(input)
			return Valid(input) == (err == nil && !r.Deviations().HasAny(Strict))
		}, genInput()))

	properties.TestingRun(t)
}

// FuzzPlain reads the input inside plain lines, where package plain is at work.
func FuzzPlain(f *testing.F) {
	for i, input := range vectorInputs() {
		f.Add(input, uint16(i)<<5)
	}
	f.Add([]byte(benchFeat), uint16(0))
	f.Fuzz(func(t *testing.T, input []byte, word uint16) {
		plainAgrees(t, inPlainLines(input, int(word>>5)%64), fuzzOptions(word))
	})
}

// FuzzWindows breaks the contract of Next: any window follows any other. There is no panic, no
// endless loop and no reply longer than its window, and Find ends for every reply.
func FuzzWindows(f *testing.F) {
	addSeeds(f)
	f.Add([]byte("\x00\r\n220-a\nb\r\n220 c\r\n"), uint16(0x0305))
	f.Fuzz(func(t *testing.T, input []byte, word uint16) {
		framer := Framer{Options: fuzzOptions(word)}
		random := rand.New(rand.NewPCG(uint64(word), uint64(len(input))))
		for range 40 {
			from := random.IntN(len(input) + 1)
			window := input[from : from+random.IntN(len(input)-from+1)]
			r, n, _ := framer.Next(window, random.IntN(8) == 0)
			if n < 0 || n > len(window) || len(r.Raw()) > len(window) {
				t.Fatalf("%q: consumed %d, %q", window, n, r.Raw())
			}
			_ = r.String()
			for from, to := range r.Find(r.Deviations()) {
				if from < 0 || to > len(r.Raw()) || from > to {
					t.Fatalf("%q: place %d to %d", r.Raw(), from, to)
				}
			}
		}
	})
}
