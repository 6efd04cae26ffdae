package ftpreply

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/ftpreply/ftpreply/replytest"
	"github.com/google/go-cmp/cmp"
)

// Buffered counts the bytes that were read and not returned: in the reader, in a window over its
// buffer, or in the spill.
func TestBuffered(t *testing.T) {
	const window, long = 16, 100
	for _, test := range []struct {
		name, pending string
		borrowed      bool
	}{
		{"nothing", "", false},
		{"one byte", "3", false},
		{"a window", "331 b", false},
		{"a spill", "331 " + strings.Repeat("x", 2*4096), false},
		{"nothing, borrowed", "", true},
		{"a window, borrowed", "331 b", true},
		{"a full window, borrowed", "331 " + strings.Repeat("x", window-4), true},
		{"a spill, borrowed", "331 " + strings.Repeat("x", long), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := segmentReader([][]byte{[]byte("220 a\r\n" + test.pending)}, false)
			if test.borrowed {
				r = bufio.NewReaderSize(r, window)
			}
			p := NewParser(r)
			if _, err := p.Next(); err != nil {
				t.Fatal(err)
			}
			if len(p.Pending()) > 0 {
				t.Errorf("%q is pending behind a reply", p.Pending())
			}
			if got, err := p.Next(); err != replytest.ErrDeadline || string(got.Raw()) != test.pending {
				t.Errorf("got %q, %v", got.Raw(), err)
			}
			if string(p.Pending()) != test.pending || p.Buffered() != len(test.pending) {
				t.Errorf("got %d buffered and %q pending, want %q", p.Buffered(), p.Pending(), test.pending)
			}
			if err := p.Upgrade(strings.NewReader("")); (err == ErrBuffered) != (test.pending != "") {
				t.Errorf("got %v from Upgrade", err)
			}

			// Reset forgets all of it.
			p.Reset(strings.NewReader("230 c\n230 d\n"))
			if len(p.Pending()) > 0 || p.Buffered() > 0 {
				t.Errorf("%q is pending after Reset, %d buffered", p.Pending(), p.Buffered())
			}
			for _, want := range []string{"230 c\n", "230 d\n"} {
				if r, err := p.Next(); err != nil || string(r.Raw()) != want {
					t.Errorf("got %q, %v, want %q", r.Raw(), err, want)
				}
			}
		})
	}
}

// Buffered counts the bytes in a caller's own reader, before the first Next and after the caller
// has read some of them.
func TestBufferedOfBorrowedReader(t *testing.T) {
	r := bufio.NewReader(strings.NewReader("220 a\r\nHELLO"))
	if _, err := r.Peek(1); err != nil {
		t.Fatal(err)
	}
	p := NewParser(r)
	if got := p.Buffered(); got != 12 {
		t.Errorf("got %d before the first reply", got)
	}
	if _, err := p.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Discard(3); err != nil {
		t.Fatal(err)
	}
	if got := p.Buffered(); got != 2 {
		t.Errorf("got %d behind the reply and what was taken", got)
	}
}

// A spill that is judged again may hold more than one reply.
func TestSpillJudgedAnew(t *testing.T) {
	for _, size := range []int{16, 17, 23, 4096} {
		source := segmentReader([][]byte{[]byte("220 a\r\n331 b\n230 c\n213-d\ne\n213 f\n22")}, false)
		p := NewParser(bufio.NewReaderSize(source, size))
		var got []string
		for deadlines := 0; deadlines < 2; {
			r, err := p.Next()
			switch err {
			case nil:
				got = append(got, fmt.Sprintf("%s+%d", r.Raw(), p.Buffered()))
			case replytest.ErrDeadline:
				p.LineEnding = AnyLF
				deadlines++
			default:
				t.Fatal(err)
			}
		}
		got = append(got[1:], string(p.Pending())) // after the first, the reader may hold more or less
		want := []string{"331 b\n+22", "230 c\n+16", "213-d\ne\n213 f\n+2", "22"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("size %d (-want +got):\n%s", size, diff)
		}
	}
}

// All ends when the loop does, and after an error of the reader.
func TestAll(t *testing.T) {
	p := NewParser(segmentReader([][]byte{[]byte("220 a\r\njunk\r\n331 b\r\n230 c")}, false))
	for r, err := range p.All() {
		if string(r.Raw()) != "220 a\r\n" || err != nil {
			t.Errorf("got %q, %v", r.Raw(), err)
		}
		break
	}
	var got []string
	for r, err := range p.All() {
		got = append(got, fmt.Sprintf("%s %v", r.Text(), err))
		if len(got) > 3 {
			break
		}
	}
	want := []string{`junk ftpreply: line 2 (offset 7): not an FTP reply: "junk\r\n"`, "b <nil>", "c read tcp: i/o timeout"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// All tests run with stale bytes poisoned; benchmarks do not.
func TestMain(m *testing.M) {
	flag.Parse()
	poisonStale = flag.Lookup("test.bench").Value.String() == ""
	os.Exit(m.Run())
}

// Settings under which every input is read.
var settings = map[string]Options{
	"default":       {},
	"strict":        {Reject: Strict},
	"any code":      {AnyCode: true},
	"any LF":        {LineEnding: AnyLF},
	"CR LF":         {LineEnding: CRLF},
	"small":         {MaxReply: 40},
	"smallest":      {MaxReply: 1},
	"small, any LF": {MaxReply: 21, LineEnding: AnyLF, AnyCode: true},
}

// pieces cuts b into random pieces of at most the given length.
func pieces(b []byte, most int) (cut [][]byte) {
	for len(b) > 0 {
		n := min(1+rand.IntN(most), len(b))
		cut = append(cut, b[:n])
		b = b[n:]
	}
	return cut
}

// Any way of cutting the input gives the outcomes of the reference, which reads it whole.
func TestCuts(t *testing.T) {
	for _, input := range vectorInputs() {
		for name, o := range settings {
			for _, eof := range []bool{true, false} {
				want := reference(input, eof, o)
				for cut, got := range map[string][]outcome{
					"whole, push":        collectFramer([][]byte{input}, eof, o),
					"one byte, push":     collectFramer(pieces(input, 1), eof, o),
					"small pieces, push": collectFramer(pieces(input, 9), eof, o),
					"whole, each":        collectEach([][]byte{input}, eof, o),
					"one byte, each":     collectEach(pieces(input, 1), eof, o),
					"small pieces, each": collectEach(pieces(input, 9), eof, o),
					"one byte, pull":     collectParser(segmentReader(pieces(input, 1), eof), o),
					"small pieces, pull": collectParser(segmentReader(pieces(input, 9), eof), o),
					"borrowed buffer":    collectParser(bufio.NewReaderSize(segmentReader([][]byte{input}, eof), 16), o),
				} {
					if !reflect.DeepEqual(want, got) {
						t.Fatalf("%s, %s, eof %v: %.300q (-reference +got):\n%s", name, cut, eof, input, cmp.Diff(want, got))
					}
				}
			}
		}
	}
}

// A proper prefix of an input gives the replies that are whole in it. The rest is never a reply.
func TestPrefixes(t *testing.T) {
	for _, input := range vectorInputs() {
		if len(input) > 600 {
			continue
		}
		whole := collectFramer([][]byte{input}, true, Options{})
		for n := range len(input) {
			var want []outcome
			end := 0
			for _, what := range whole {
				if int(what.Offset)+len(what.Raw) > n || what.Kind == replytest.KindEOF {
					break
				}
				want = append(want, what)
				end = int(what.Offset) + len(what.Raw)
			}
			got := collectParser(bytes.NewReader(input[:n]), Options{})
			if len(got) < len(want) || len(want) > 0 && cmp.Diff(want, got[:len(want)]) != "" {
				t.Fatalf("%q cut at %d: got %v, want %v first", input, n, got, want)
			}
			for _, what := range got[len(want):] {
				if what.Kind == replytest.KindReply {
					t.Fatalf("%q cut at %d: %q behind %d is a reply", input, n, what.Raw, end)
				}
			}
			if len(got) == len(want) && end != n && !bytes.Contains(input, []byte("\x03")) { // TLS records are skipped
				t.Fatalf("%q cut at %d: nothing said of %q", input, n, input[end:n])
			}
		}
	}
}

// Errors of the reader are returned unchanged and change nothing.
func TestFaultyReader(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	deadlines := 0
	for _, input := range vectorInputs() {
		want := reference(input, true, Options{})
		p := NewParser(replytest.Faults(random, input, 9))
		var got []outcome
		for {
			r, err := p.Next()
			if err == io.EOF {
				break
			}
			if err == replytest.ErrDeadline || err == io.ErrNoProgress {
				deadlines++
				if !bytes.Equal(r.Raw(), p.Pending()) {
					t.Fatalf("%q: got the partial reply %q, pending is %q", input, r.Raw(), p.Pending())
				}
				continue
			}
			what, ok := outcomeOf(r, err)
			if !ok {
				t.Fatalf("%q: %v", input, err)
			}
			what.Offset, what.Line = p.Pos()
			got = append(got, what)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%.300q (-reference +got):\n%s", input, diff)
		}
	}
	if deadlines == 0 {
		t.Error("no deadline")
	}
}

// A client can continue in several ways after a deadline.
func TestDeadline(t *testing.T) {
	for _, test := range []struct {
		name    string
		pieces  []string // an empty one is a deadline
		pending string   // at the deadline
		options Options  // set after it
		want    []string // replies, code and text
	}{
		{"the rest arrives", []string{"213 1048", "", "576\r\n"}, "213 1048", Options{}, []string{"213 1048576"}},
		{"any LF", []string{"220 a\r\n", "331 b\n", ""}, "331 b\n", Options{LineEnding: AnyLF}, []string{"331 b"}},
		{"any LF, two of them", []string{"220 a\r\n", "331 b\n230 c\n", ""}, "331 b\n230 c\n",
			Options{LineEnding: AnyLF}, []string{"331 b", "230 c"}},
		{"any code", []string{"553-\r\n553- x\r\n150 y\r\n", ""}, "553-\r\n553- x\r\n150 y\r\n",
			Options{AnyCode: true}, []string{"150 \n x\ny"}},
		{"any code, more behind", []string{"220-hi\r\n", "221 bye\r\n226 x\r\n", ""}, "220-hi\r\n221 bye\r\n226 x\r\n",
			Options{AnyCode: true}, []string{"221 hi\nbye", "226 x"}},
		{"nothing pending", []string{"220 a\r\n", "", "331 b\r\n"}, "", Options{}, []string{"331 b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := NewParser(replytest.Pieces(test.pieces...))
			var err error
			for err == nil {
				_, err = p.Next()
			}
			if err != replytest.ErrDeadline {
				t.Fatalf("got %v, want the deadline", err)
			}
			if got := string(p.Pending()); got != test.pending {
				t.Errorf("got %q pending, want %q", got, test.pending)
			}
			if got, want := p.Buffered(), len(test.pending); got != want {
				t.Errorf("got %d buffered, want %d", got, want)
			}
			p.Options = test.options
			var got []string
			for r, err := range p.All() {
				if err == replytest.ErrDeadline {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, r.Code().String()+" "+string(r.Text()))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(p.Pending()) > 0 {
				t.Errorf("%q is pending behind a reply", p.Pending())
			}
		})
	}
}

// A partial reply has a code as soon as no other code is possible.
func TestPartialCode(t *testing.T) {
	for input, want := range map[string]Code{
		"22": 0, "220": 0, "220 ": 220, "220-": 220, "220 rea": 220, "2201": 0, "220-a\r\n22": 220,
		"\r\n\xff\xf1": 0, "\r\n\x00220 a": 220, "abc": 0,
	} {
		r, err := NewParser(strings.NewReader(input)).Next()
		if !errors.Is(err, io.ErrUnexpectedEOF) || r.Code() != want || string(r.Raw()) != input {
			t.Errorf("%q: got code %d, raw %q, %v; want code %d", input, r.Code(), r.Raw(), err, want)
		}
	}
}

// A caller's own bufio.Reader of any size is positioned directly after the reply.
func TestBorrowedReader(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, size := range []int{16, 64, 4096, 1 << 16} {
		for _, behind := range []string{"", "data", "\x16\x03\x01"} {
			r := bufio.NewReaderSize(strings.NewReader("220-a\r\n"+long+"\r\n220 b\r\n"+behind), size)
			p := NewParser(r)
			reply, err := p.Next()
			if err != nil || len(reply.Raw()) != 5000+16 {
				t.Fatalf("size %d: %d bytes, %v", size, len(reply.Raw()), err)
			}
			if rest, err := io.ReadAll(r); string(rest) != behind || err != nil {
				t.Fatalf("size %d: %q behind the reply, want %q; %v", size, rest, behind, err)
			}
		}
	}
}

// The caller may read from its own bufio.Reader between two replies.
func TestBorrowedReaderShared(t *testing.T) {
	r := bufio.NewReader(strings.NewReader("220 a\r\nHELLO221 b\r\n"))
	p := NewParser(r)
	if reply, err := p.Next(); err != nil || reply.Code() != 220 {
		t.Fatal(reply.Code(), err)
	}
	if _, err := r.Discard(len("HELLO")); err != nil {
		t.Fatal(err)
	}
	if reply, err := p.Next(); err != nil || reply.Code() != 221 {
		t.Fatal(reply.Code(), err)
	}
}

func TestUpgrade(t *testing.T) {
	for _, behind := range []string{"331 injected\r\n", "33"} {
		p := NewParser(strings.NewReader("220 a\r\n234 go\r\n" + behind))
		for range 2 {
			if _, err := p.Next(); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Upgrade(strings.NewReader("")); err != ErrBuffered {
			t.Errorf("%q behind the 234: got %v", behind, err)
		}
		if p.Buffered() != len(behind) {
			t.Errorf("got %d buffered, want %d", p.Buffered(), len(behind))
		}
	}

	p := NewParser(strings.NewReader("220 a\r\n234 go\r\n"))
	for range 2 {
		if _, err := p.Next(); err != nil {
			t.Fatal(err)
		}
	}
	// The learned line ending is kept, and positions continue.
	if err := p.Upgrade(strings.NewReader("331 b\nc\r\n")); err != nil {
		t.Fatal(err)
	}
	r, err := p.Next()
	if offset, line := p.Pos(); err != nil || string(r.Text()) != "b\nc" || offset != 15 || line != 3 {
		t.Errorf("got %q at %d, line %d, %v", r.Text(), offset, line, err)
	}
}

// Reset forgets the line ending, the buffered bytes and the end of the stream.
func TestReset(t *testing.T) {
	p := NewParser(strings.NewReader("220 a\r\n331 rest"))
	for r, err := range p.All() {
		_, _ = r, err
	}
	p.Reset(strings.NewReader("220 a\n331 b\n"))
	var got []string
	for r, err := range p.All() {
		if err != nil {
			t.Fatal(err)
		}
		offset, line := p.Pos()
		got = append(got, fmt.Sprintf("%d:%d %s", offset, line, r.Raw()))
	}
	if diff := cmp.Diff([]string{"0:1 220 a\n", "6:2 331 b\n"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// After its end the stream is not read again.
func TestEOFOnce(t *testing.T) {
	eofs := 0
	p := NewParser(readerFunc(func([]byte) (int, error) { eofs++; return 0, io.EOF }))
	for range 3 {
		if _, err := p.Next(); err != io.EOF {
			t.Fatal(err)
		}
	}
	if eofs != 1 {
		t.Errorf("the reader was asked %d times behind its end", eofs)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// Next and Reset allocate nothing on any input without an error.
func TestAllocations(t *testing.T) {
	spilled := "220-" + strings.Repeat("line\r\n", 2000) + "220 end\r\n"
	for _, test := range []struct {
		name, input string
		options     Options
	}{
		{"single", "220 ready\r\n", Options{}},
		{"multi-line", benchFeat, Options{}},
		{"spilled", spilled, Options{}},
		{"spilled line", "220 " + strings.Repeat("x", 10000) + "\r\n", Options{}},
		{"any code", "553-\r\n553- x\r\n150 y\r\n", Options{AnyCode: true}},
		{"any LF", "220-a\n220 b\n", Options{LineEnding: AnyLF}},
		{"odd bytes", "\r\n\x00\xff\xf1220-\xe9\xff \x1b\x7f\r\r\n221 é\r\n220\r\n", Options{}},
		{"hidden", "220 a\r\n213-s\n213 x\r\n213 End\r\n", Options{}},
		{"reject", "220 plain\r\n", Options{Reject: Strict}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := strings.NewReader("")
			p := NewParser(r)
			p.Options = test.options
			run := func() {
				r.Reset(test.input)
				p.Reset(r)
				for {
					_, err := p.Next()
					if err == io.EOF {
						return
					}
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			run() // grow the buffers
			if n := testing.AllocsPerRun(100, run); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

// All allocates no more than Next.
func TestAllAllocations(t *testing.T) {
	r := strings.NewReader("")
	p := NewParser(r)
	n := testing.AllocsPerRun(100, func() {
		r.Reset(strings.Repeat("220 a\r\n", 100))
		p.Reset(r)
		for _, err := range p.All() {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	if n > 1 { // the input
		t.Errorf("%v allocations", n)
	}
}

// A connection with one reply allocates the Parser and its buffer.
func TestStartAllocations(t *testing.T) {
	r := strings.NewReader("")
	n := testing.AllocsPerRun(100, func() {
		r.Reset("220 ready\r\n")
		if _, err := NewParser(r).Next(); err != nil {
			t.Fatal(err)
		}
	})
	if n > 2 {
		t.Errorf("%v allocations, want 2", n)
	}
}

// The next call poisons the bytes of a reply; a clone keeps its own.
func TestPoison(t *testing.T) {
	p := NewParser(strings.NewReader("220 first\r\n220 second\r\n"))
	first, err := p.Next()
	if err != nil {
		t.Fatal(err)
	}
	clone := first.Clone()
	if _, err := p.Next(); err != nil {
		t.Fatal(err)
	}
	if got := string(first.Raw()); got != strings.Repeat("#", len("220 first\r\n")) {
		t.Errorf("stale bytes are %q", got)
	}
	if got := string(clone.Raw()); got != "220 first\r\n" || clone.Code() != 220 {
		t.Errorf("the clone is %q", got)
	}
}

// The sizes on which the speed depends. Values of at most four words and four fields are returned
// in registers. Every connection has a Parser.
func TestSizes(t *testing.T) {
	const word = 32 << (^uint(0) >> 63) / 8
	for _, test := range []struct {
		name      string
		got, most int
	}{
		{"Reply", sizeOf(Reply{}), 3*word + 8},
		{"Line", sizeOf(Line{}), 3*word + 8},
		{"segment", sizeOf(segment{}), 2*word + 8},
		{"Framer", sizeOf(Framer{}), 176},
		{"Parser", sizeOf(Parser{}), 560},
	} {
		if test.got > test.most {
			t.Errorf("%s has %d bytes, at most %d are due", test.name, test.got, test.most)
		}
	}
}

func sizeOf[T any](T) int { return int(unsafe.Sizeof(*new(T))) }

// A caller may use every method between two calls, while the parser has found more replies than it
// has returned.
func TestBetweenReplies(t *testing.T) {
	const unit, replies = "226 Transfer complete.\r\n", 3 * 64
	newParser := func() *Parser { return NewParser(strings.NewReader(strings.Repeat(unit, replies))) }
	t.Run("Pos and Buffered", func(t *testing.T) {
		p := newParser()
		for i := range replies {
			if r, err := p.Next(); err != nil || string(r.Raw()) != unit {
				t.Fatalf("reply %d: %q, %v", i, r.Raw(), err)
			}
			offset, line := p.Pos()
			if offset != int64(i*len(unit)) || line != int64(i+1) {
				t.Fatalf("reply %d is at %d, line %d", i, offset, line)
			}
			if read := (i+1)*len(unit) + p.Buffered(); read > replies*len(unit) || read%4096 != 0 && read != replies*len(unit) {
				t.Fatalf("after reply %d: %d bytes were read", i, read)
			}
			if p.Pending() != nil {
				t.Fatalf("after reply %d: %q is pending", i, p.Pending())
			}
		}
	})
	t.Run("Options", func(t *testing.T) {
		p := newParser()
		for i := range replies {
			p.MaxReply = 0
			if i%5 == 1 {
				p.MaxReply = len(unit) - 1
			}
			_, err := p.Next()
			if offset, line := p.Pos(); offset != int64(i*len(unit)) || line != int64(i+1) {
				t.Fatalf("reply %d is at %d, line %d", i, offset, line)
			}
			if tooLong := errors.Is(err, ErrTooLong); tooLong != (i%5 == 1) {
				t.Fatalf("reply %d: %v", i, err)
			}
		}
	})
	t.Run("Upgrade", func(t *testing.T) {
		p := newParser()
		p.Next()
		if err := p.Upgrade(strings.NewReader("")); err != ErrBuffered {
			t.Fatalf("got %v", err)
		}
		p = NewParser(strings.NewReader("234 a\r\n"))
		p.Next()
		if err := p.Upgrade(strings.NewReader("220 b\n220-c\r\n220 d\r\n")); err != nil {
			t.Fatal(err)
		}
		r, err := p.Next() // the line ending was learned
		if err != nil || !r.Deviations().HasAny(LFInText) {
			t.Fatalf("got %q, %v, %v", r.Raw(), r.Deviations(), err)
		}
		if offset, line := p.Pos(); offset != 7 || line != 2 {
			t.Fatalf("it is at %d, line %d", offset, line)
		}
	})
	t.Run("Reset", func(t *testing.T) {
		p := newParser()
		p.Next()
		p.Reset(strings.NewReader("220 b\n221 c\r\n"))
		r, err := p.Next()
		if offset, line := p.Pos(); err != nil || string(r.Raw()) != "220 b\n" || offset != 0 || line != 1 {
			t.Fatalf("got %q at %d, line %d, %v", r.Raw(), offset, line, err)
		}
	})
}

// Using the caller's own reader inside a reply gives one error. Peek is allowed, and any use
// between replies is.
func TestLostBytesOfBorrowedReader(t *testing.T) {
	long := "220-" + strings.Repeat(" long\r\n", 20)
	for _, test := range []struct {
		name, before string
		use          func(r *bufio.Reader)
		lost         bool
	}{
		{"nothing", "220-a\r\n22", func(*bufio.Reader) {}, false},
		{"Peek", "331 b\r\n220-a\r\n22", func(r *bufio.Reader) { r.Peek(20) }, false},
		{"ReadByte", "220-a\r\n22", func(r *bufio.Reader) { r.ReadByte() }, true},
		{"Discard", "331 b\r\n220-a\r\n22", func(r *bufio.Reader) { r.Discard(9) }, true},
		{"ReadString", "220-a\r\n22", func(r *bufio.Reader) { r.ReadString('0'); r.ReadString('0') }, true},
		{"Reset", "220-a\r\n22", func(r *bufio.Reader) { r.Reset(strings.NewReader("221 z\r\n")) }, true},
		{"Reset and Peek", "220-a\r\n22", func(r *bufio.Reader) {
			r.Reset(strings.NewReader("221-zzzzzzzz\r\n221 z\r\n"))
			r.Peek(16)
		}, true},
		{"spilled, nothing", long, func(*bufio.Reader) {}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			source := replytest.NewReader(replytest.Read{Bytes: []byte(test.before)},
				replytest.Read{Err: replytest.ErrDeadline}, replytest.Read{Bytes: []byte("0 end\r\n230 next\r\n")})
			r := bufio.NewReaderSize(source, 64)
			p := NewParser(r)
			var err error
			for err == nil {
				_, err = p.Next()
			}
			if err != replytest.ErrDeadline || len(p.Pending()) == 0 {
				t.Fatalf("got %v, %q pending", err, p.Pending())
			}
			test.use(r)
			_, err = p.Next()
			if lost := err == ErrLostBytes; lost != test.lost {
				t.Fatalf("got %v", err)
			}
			if test.lost && p.Pending() != nil {
				t.Errorf("%q is pending", p.Pending())
			}
			if _, err := p.Next(); err == ErrLostBytes {
				t.Error("the error comes twice")
			}
		})
	}
}
