//go:build !purego

package plain

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// The assembly finds the same lines as the portable form: with each byte in each place of plain
// lines, and with the bytes of a line boundary in each place of a line too long.
func TestFinder(t *testing.T) {
	if !hasAVX2 {
		t.Skip("no AVX2")
	}
	for _, lines := range []string{
		"220 ready\r\n331 \r\n230 Login successful.\r\n",
		" interior\r\n220-interior\r\n\r\nx\r\n",
	} {
		short := []byte(strings.Repeat(lines, 20)[:3*blockLen+wire.CodeLen])
		for place := range short {
			for value := range 256 {
				agree(t, short, place, byte(value))
			}
		}
		long := []byte(strings.Repeat(lines, 40)[:blockLen/2] + strings.Repeat("x", maxLine+2*blockLen))
		for place := range long {
			for _, value := range []byte("\r\n 2\x00\x80") {
				agree(t, long, place, value)
			}
		}
	}
}

// agree compares both forms on b with one byte changed, with and without a LF after it.
func agree(t *testing.T, b []byte, place int, value byte) {
	t.Helper()
	b = bytes.Clone(b)
	b[place] = value
	for range 2 {
		var ends, want [maxReplies]uint16
		found, _ := finder{}.replies(b, &ends)
		wanted, _ := portable{}.replies(b, &want)
		if found < wanted && int(want[found])-int(append([]uint16{0}, ends[:found]...)[found]) > mayLeave {
			wanted = found
		}
		if !slices.Equal(ends[:found], want[:wanted]) {
			t.Fatalf("%q: replies end at %d, want %d", b, ends[:found], want[:wanted])
		}
		for _, examined := range []int{-1, 0, 10, blockLen + 1} {
			lines, next, printable, after := finder{}.interior(b, prefix220, examined)
			wantLines, wantNext, wantPrintable, _ := portable{}.interior(b, prefix220, examined)
			if lines != wantLines || next != wantNext || printable != wantPrintable || after < examined || after > len(b) {
				t.Fatalf("%q: %d lines to %d, printable to %d, examined to %d, want %d, %d, %d",
					b, lines, next, printable, after, wantLines, wantNext, wantPrintable)
			}
		}
		b[min(place+1, len(b)-1)] = '\n'
	}
}

// The assembly reads only bytes that exist.
func TestBlocksIn(t *testing.T) {
	if !hasAVX2 {
		t.Skip("no AVX2")
	}
	for length := range 3 * blockLen {
		got := blocksIn(make([]byte, length))
		if end := got*blockLen + wire.CodeLen; got > 0 && end > length || end+blockLen <= length {
			t.Errorf("%d blocks in %d bytes", got, length)
		}
	}
}
