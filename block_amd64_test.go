//go:build !purego

package ftpreply

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every byte, in every place of blocks of plain lines, and in blocks of itself.
func TestPlainBlocks(t *testing.T) {
	if !hasAVX2 {
		t.Skip("no AVX2")
	}
	const blocks = 10
	prefix := head([]byte("220-"))
	lines := []byte(strings.Repeat(" interior\r\n220-interior\r\n\r\nx\r\n", blocks*blockLen/30+1))
	for value := range 256 {
		same := bytes.Repeat([]byte{byte(value)}, len(lines))
		for place := range blocks * blockLen {
			for _, b := range [][]byte{lines, same} {
				for _, c := range []byte{byte(value), '\n'} {
					b := b[:blocks*blockLen+codeLen]
					was := b[place]
					b[place] = c
					passed, n, line := plainBlocks(&b[0], blocks, prefix)
					wantPassed, wantN, wantLine := slowPlainBlocks(b, blocks, prefix)
					if passed != wantPassed || n != wantN || line != wantLine {
						t.Fatalf("%q: passed %d bytes, %d lines to %d, want %d, %d, %d", b, passed, n, line, wantPassed, wantN, wantLine)
					}
					b[place] = was
				}
			}
		}
	}
}

// slowPlainBlocks is what plainBlocks does, byte by byte.
func slowPlainBlocks(b []byte, blocks int, prefix uint32) (passed, lines, line int) {
	for range blocks {
		ends, begin := 0, line
		for i := passed; i < passed+blockLen; i++ {
			c, before := b[i], byte('\n')
			if i > 0 {
				before = b[i-1]
			}
			switch {
			case i-line >= maxPlainLine,
				(c == '\n') != (before == '\r'),
				c != '\r' && c != '\n' && !(' ' <= c && c <= '~'),
				before == '\n' && isDigit(c) && head(b[i:]) != prefix:
				return passed, lines, line
			case c == '\n':
				ends, begin = ends+1, i+1
			}
		}
		passed, lines, line = passed+blockLen, lines+ends, begin
	}
	return passed, lines, line
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
