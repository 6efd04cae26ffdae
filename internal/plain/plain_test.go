package plain

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/internal/wire"
)

var prefix220 = wire.Head([]byte("220-"))

// What "plain" means, as expressions.
var (
	plainReply    = regexp.MustCompile(`^[0-9]{3} [ -~]{0,506}\r\n`)
	plainInterior = regexp.MustCompile(`^(?:\r\n|[ -/:-~][ -~]{0,509}\r\n|220-[ -~]{0,506}\r\n)`)
)

// mayLeave is the length of a reply from which on a Batch may leave it to its caller.
const mayLeave = wire.MaxLine - 128

// wantReplies returns the ends of the plain replies at the start of b, up to a number.
func wantReplies(b []byte, most int) (ends []int) {
	end := 0
	for len(ends) < most {
		n := len(plainReply.Find(b[end:]))
		if n == 0 {
			break
		}
		end += n
		ends = append(ends, end)
	}
	return ends
}

// inputs are pieces of lines in random order, which are plain more often than not.
func inputs(yield func([]byte) bool) {
	pieces := []string{
		"220 ready\r\n", "331 \r\n", "230 Login successful.\r\n", "220-inner\r\n", " inner\r\n", "\r\n", "x\r\n",
		"220 ", "220", "2", "\n", "\r", "text", "\x00", "\x80", "\t", "~", "999 a\r\n", "22x a\r\n", "/ a\r\n", ": a\r\n",
		"220 " + strings.Repeat("a", 506) + "\r\n", "220 " + strings.Repeat("a", 507) + "\r\n",
		strings.Repeat("b", 510) + "\r\n", strings.Repeat("b", 511) + "\r\n", strings.Repeat("b", 200),
		strings.Repeat("226 Transfer complete.\r\n", 70), strings.Repeat(" in\r\n", 40),
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		var b []byte
		likely := 1 + random.IntN(len(pieces))
		for range random.IntN(12) {
			b = append(b, pieces[random.IntN(likely)]...)
		}
		if !yield(b[:len(b)-random.IntN(min(len(b), 3)+1)]) {
			return
		}
	}
}

func TestReply(t *testing.T) {
	for b := range inputs {
		if n, looked := Reply(b); n != len(plainReply.Find(b)) || looked > len(b) {
			t.Fatalf("%q: got %d, looked at %d", b, n, looked)
		}
	}
}

func TestBatch(t *testing.T) {
	var batch Batch
	for b := range inputs {
		looked := batch.Find(b)
		if most := 2*len(b) + 64; looked > most {
			t.Fatalf("%q: looked at %d bytes", b, looked)
		}
		at := 0
		for i, end := range wantReplies(b, 64) {
			if batch.Empty() && end-at > mayLeave {
				break
			}
			if batch.Empty() {
				t.Fatalf("%q: empty after %d replies", b, i)
			}
			if got := batch.Next(); string(got) != string(b[at:end]) {
				t.Fatalf("%q: reply %d is %q", b, i, got)
			}
			if replies, length := batch.Taken(); replies != i+1 || length != end || batch.Last() != at {
				t.Fatalf("%q: %d replies of %d bytes, the last at %d", b, replies, length, batch.Last())
			}
			at = end
		}
		if !batch.Empty() {
			t.Fatalf("%q: got another reply %q", b, batch.Next())
		}
		batch.Forget()
		if replies, length := batch.Taken(); replies != 0 || length != 0 || !batch.Empty() || batch.Last() != 0 {
			t.Fatalf("%q: not empty", b)
		}
	}
}

func TestInterior(t *testing.T) {
	for b := range inputs {
		lines, next, printable, examined := Interior(b, prefix220, 0)
		at := 0
		for range lines {
			at += len(plainInterior.Find(b[at:]))
		}
		if at != next {
			t.Fatalf("%q: %d lines end at %d, want %d", b, lines, next, at)
		}
		if rest := b[next:]; len(rest) > wire.CodeLen && plainInterior.Match(rest) {
			t.Fatalf("%q: another line at %d", b, next)
		}
		if printable < next || printable > len(b) || wire.NextOdd(b[:printable], next) != printable || examined > len(b) {
			t.Fatalf("%q: printable from %d to %d, examined to %d", b, next, printable, examined)
		}
	}
}
