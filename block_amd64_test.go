//go:build !purego

package ftpreply

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every byte, in every place of a block.
func TestClassify(t *testing.T) {
	if !hasAVX2 {
		t.Skip("no AVX2")
	}
	for value := range 256 {
		for place := range uint64(blockLen) {
			block := [blockLen]byte(bytes.Repeat([]byte{byte(value)}, blockLen))
			block[place] ^= 0xff
			var printable, cr, lf, digit uint64
			for i, c := range block {
				printable |= bit(' ' <= c && c <= '~') << i
				cr |= bit(c == '\r') << i
				lf |= bit(c == '\n') << i
				digit |= bit('0' <= c && c <= '9') << i
			}
			gotPrintable, gotCR, gotLF, gotDigit := classify(&block)
			want := []uint64{printable, cr, lf, digit}
			if diff := cmp.Diff(want, []uint64{gotPrintable, gotCR, gotLF, gotDigit}); diff != "" {
				t.Fatalf("%q: %s", block, diff)
			}
		}
	}
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Every vector inside a long multi-line reply, in every place of a block.
func TestBlocks(t *testing.T) {
	for _, input := range vectorInputs() {
		for width := range blockLen {
			blocksAgree(t, inPlainLines(input, width), Options{})
		}
	}
}

// FuzzBlocks: it makes no difference whether blocks are classified.
func FuzzBlocks(f *testing.F) {
	addSeeds(f)
	f.Add([]byte(benchFeat), uint16(0))
	f.Fuzz(func(t *testing.T, input []byte, word uint16) {
		blocksAgree(t, inPlainLines(input, int(word>>5)), fuzzOptions(word))
	})
}

// inPlainLines puts input inside a multi-line reply, behind a line of so many bytes more.
func inPlainLines(input []byte, width int) []byte {
	var b bytes.Buffer
	b.WriteString("220-first\r\n " + strings.Repeat("x", width) + "\r\n")
	b.Write(input)
	b.WriteString(strings.Repeat(" interior\r\n220-interior\r\n", blockLen/8) + "220 last\r\n")
	return b.Bytes()
}

// blocksAgree reads input with and without blocks.
func blocksAgree(t *testing.T, input []byte, o Options) {
	t.Helper()
	if !hasAVX2 {
		t.Skip("no AVX2")
	}
	whole := [][]byte{input}
	halves := [][]byte{input[:len(input)/2], input[len(input)/2:]}
	got, cut := collectFramer(whole, true, o), collectFramer(halves, true, o)
	hasAVX2 = false
	defer func() { hasAVX2 = true }()
	want := collectFramer(whole, true, o)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%q:\n%s", input, diff)
	}
	if diff := cmp.Diff(want, cut); diff != "" {
		t.Fatalf("%q, in halves:\n%s", input, diff)
	}
}
