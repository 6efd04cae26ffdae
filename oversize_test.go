package ftpreply

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/replytest"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// While bytes are skipped, none are pending, and an error of the reader comes without a reply.
func TestDeadlineWhileSkipping(t *testing.T) {
	for _, test := range []struct {
		name  string
		input string
		err   error
	}{
		{"too long", "220-abcdefgh\r\n220 x", ErrTooLong},
		{"TLS", "\x16\x03\x01\x00\x07220 a", ErrNotReply},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := NewParser(segmentReader([][]byte{[]byte(test.input)}, false))
			p.MaxReply = 8
			if _, err := p.Next(); !errors.Is(err, test.err) {
				t.Fatalf("got %v, want %v", err, test.err)
			}
			if r, err := p.Next(); err != replytest.ErrDeadline || len(r.Raw()) > 0 || r.Code() != 0 {
				t.Errorf("got %q, code %d, %v", r.Raw(), r.Code(), err)
			}
			if len(p.Pending()) > 0 {
				t.Errorf("%q is pending", p.Pending())
			}
		})
	}
}

// The limit is exact to the byte, in one piece and byte by byte.
func TestLimit(t *testing.T) {
	for _, input := range []string{
		"220 abcdefghij\r\n", "220-abc\r\n220 de\r\n", "\r\n\r\n220 abcd\r\n", "\xff\xf1\xff\xf1220 abcdef\r\n",
		"220-a\r\nb\r\nc\r\n220\r\n", "220 aaaaaaaaaa\r\r\r\r\n", "hello, world\r\n",
		"220 " + strings.Repeat("a", wire.MaxLine-10) + "\r\n",
	} {
		for max := minLimit; max <= len(input)+1; max++ {
			o := Options{MaxReply: max}
			for _, segments := range [][][]byte{{[]byte(input)}, pieces([]byte(input), 1)} {
				got := collectFramer(segments, true, o)
				tooLong := len(got) > 0 && got[0].Kind == replytest.KindTooLong
				if tooLong != (max < len(input)) {
					t.Errorf("limit %d of %d bytes in %d pieces: %q gives %v", max, len(input), len(segments), input, got)
				}
			}
		}
	}
}

// No line of an oversized reply becomes a reply, and the reply after it does.
func TestSkip(t *testing.T) {
	const big = 2 << 20
	for _, test := range []struct{ name, input string }{
		{"a long line", "220 " + strings.Repeat("A", big) + "\r\n"},
		{"a long line of 8-bit bytes", "220 " + strings.Repeat("\xe9", big) + "\r\n"},
		{"many lines", "213-s\r\n" + strings.Repeat("230 in\r\n", big/8) + "213 End\r\n"},
		{"lines with the code", "213-s\r\n" + strings.Repeat("213-in\r\n", big/8) + "213 End\r\n"},
		{"a long interior line", "213-s\r\n" + strings.Repeat("x", big) + "\r\n230 in\r\n213 End\r\n"},
		{"a long last line", "213-s\r\n213 " + strings.Repeat("220 x", big/5) + "\r\n"},
		{"a bare last line with many CR", "213-s\r\n213" + strings.Repeat("\r", big) + "\r\n"},
		{"CR in a line that begins as a bare last line", "213-s\r\n213" + strings.Repeat("\r", big) + "x\r\n213 End\r\n"},
		{"a long opener", "213-" + strings.Repeat("x", big) + "\r\n213 End\r\n"},
		{"junk", strings.Repeat("220", big/3) + "\r\n"},
		{"LF in the text", "213-s\r\nx\n" + strings.Repeat("213 x\n", big/6) + "\r\n213 End\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := NewParser(strings.NewReader("220 first\r\n" + test.input + "220 next\r\n"))
			if _, err := p.Next(); err != nil {
				t.Fatal(err)
			}
			if r, err := p.Next(); !errors.Is(err, ErrTooLong) || len(r.Raw()) != DefaultMaxReply {
				t.Fatalf("got %d bytes, %.100v", len(r.Raw()), err)
			}
			r, err := p.Next()
			offset, line := p.Pos()
			wantLine := int64(strings.Count(test.input, "\n") + 2)
			if err != nil || string(r.Text()) != "next" || offset != int64(len(test.input))+11 || line != wantLine {
				t.Fatalf("got %.100q at %d, line %d (want %d), %v", r.Text(), offset, line, wantLine, err)
			}
			if cap(p.spill) > 4*DefaultMaxReply {
				t.Errorf("%d bytes are kept", cap(p.spill))
			}
		})
	}
}

// endless repeats unit, size bytes a read, until left bytes have been read.
type endless struct {
	unit string
	size int
	left int
	at   int
}

func (e *endless) Read(p []byte) (n int, err error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n = min(len(p), e.size, e.left)
	for i := range p[:n] {
		p[i] = e.unit[e.at]
		if e.at++; e.at == len(e.unit) {
			e.at = 0
		}
	}
	e.left -= n
	return n, nil
}

// Memory and work are bounded for any input in any pieces.
func TestEndless(t *testing.T) {
	const limit, size = 1 << 16, 8 << 16
	for name, first := range map[string]struct{ once, unit string }{
		"line":             {"220 ", "A"},
		"multi-line reply": {"220-a\r\n", "220-b\r\n"},
		"blank lines":      {"", "\r\n"},
		"IAC NOP":          {"", "\xff\xf1"},
		"NUL":              {"", "\x00"},
		"CR":               {"", "\r"},
		"CR behind a code": {"220-a\r\n220", "\r"},
		"junk":             {"", "x"},
		"junk lines":       {"", "junk\r\n"},
		"TLS records":      {"", "\x17\x03\x03\x00\x05hello"},
		"digits":           {"220-a\r\n", "220"},
		"UTF-8":            {"220-a\r\n", "é"},
	} {
		for _, pieces := range []int{1, 7, 1460, 1 << 16} {
			t.Run(fmt.Sprintf("%s/%d", name, pieces), func(t *testing.T) {
				p := NewParser(io.MultiReader(strings.NewReader(first.once), &endless{unit: first.unit, size: pieces, left: size}))
				p.MaxReply = limit
				for r, err := range p.All() {
					var syntax *SyntaxError
					if !errors.As(err, &syntax) {
						t.Fatalf("got %.100q, %v", r.Raw(), err)
					}
				}
				if cap(p.spill) > 4*limit {
					t.Errorf("%d bytes are kept", cap(p.spill))
				}
				assertLinear(t, &p.framer)
			})
		}
	}
}
