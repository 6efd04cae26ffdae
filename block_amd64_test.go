//go:build !purego

package ftpreply

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every byte, in every place of blocks of plain lines, and in blocks of itself.
func TestPlainBlocks(t *testing.T) {
	prefix := head([]byte("220-"))
	inBlocks(t, " interior\r\n220-interior\r\n\r\nx\r\n", func(b []byte, blocks int) {
		passed, lines, line := plainBlocks(&b[0], blocks, prefix)
		wantPassed, wantLines, wantLine := slowPlainBlocks(b, blocks, prefix)
		if passed != wantPassed || lines != wantLines || line != wantLine {
			t.Fatalf("%q: passed %d bytes, %d lines to %d, want %d, %d, %d", b, passed, lines, line, wantPassed, wantLines, wantLine)
		}
	})
}

// Every byte, in every place of blocks of plain one-line replies, and in blocks of itself.
func TestPlainReplies(t *testing.T) {
	inBlocks(t, "220 ready\r\n331 \r\n230 Login successful.\r\n", func(b []byte, blocks int) {
		var ends [maxPlainReplies]uint16
		_, found := plainReplies(&b[0], blocks, &ends)
		got := ends[:found]
		if want := slowPlainReplies(b[:blocks*blockLen]); !slices.Equal(got, want) {
			t.Fatalf("%q: got %d, want %d", b, got, want)
		}
	})
}

// inBlocks calls check with blocks of the lines and of each byte, in which one byte is changed.
func inBlocks(t *testing.T, lines string, check func(b []byte, blocks int)) {
	if !hasAVX2 {
		t.Skip("no AVX2")
	}
	const blocks, size = 9, 9*blockLen + codeLen // more than maxPlainLine
	repeated := []byte(strings.Repeat(lines, size/len(lines)+1))[:size]
	step := 1
	if testing.Short() {
		step = 13
	}
	for value := 0; value < 256; value += step {
		same := bytes.Repeat([]byte{byte(value)}, size)
		for place := range size {
			for _, b := range [][]byte{repeated, same} {
				was := b[place]
				for _, c := range []byte{byte(value), '\n'} {
					b[place] = c
					check(b, blocks)
				}
				b[place] = was
			}
		}
	}
}

// slowPlainReplies is what plainReplies does, with an expression.
func slowPlainReplies(b []byte) (ends []uint16) {
	end := 0
	for len(ends) < maxPlainReplies {
		n := len(slowPlainReply.Find(b[end:]))
		if n == 0 || end/blockLen*blockLen+maxPlainLine < end+n {
			break
		}
		end += n
		ends = append(ends, uint16(end))
	}
	return ends
}

var slowPlainReply = regexp.MustCompile(`^[0-9]{3} [ -~]*\r\n`)

// Nothing is read behind the bytes that there are.
func TestBlocksIn(t *testing.T) {
	if !hasAVX2 {
		t.Skip("no AVX2")
	}
	for length := range 3 * blockLen {
		got := blocksIn(make([]byte, length))
		if end := got*blockLen + codeLen; got > 0 && end > length || end+blockLen <= length {
			t.Errorf("%d blocks in %d bytes", got, length)
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
	step := 3
	if testing.Short() {
		step = 31
	}
	for _, input := range vectorInputs() {
		for width := 0; width < blockLen; width += step {
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

// inPlainLines puts input inside a multi-line reply, behind a line of so many bytes more, and
// between replies of one line.
func inPlainLines(input []byte, width int) []byte {
	var b bytes.Buffer
	b.WriteString("220-first\r\n " + strings.Repeat("x", width) + "\r\n")
	b.Write(input)
	b.WriteString(strings.Repeat(" interior\r\n220-interior\r\n", blockLen/8) + "220 last\r\n")
	b.WriteString(strings.Repeat("331 one line\r\n", blockLen/8))
	b.Write(input)
	b.WriteString(strings.Repeat("331 one line\r\n", 2*maxPlainReplies))
	return b.Bytes()
}

// blocksAgree reads input with and without blocks.
func blocksAgree(t *testing.T, input []byte, o Options) {
	t.Helper()
	if !hasAVX2 {
		t.Skip("no AVX2")
	}
	collect := func() [][]outcome {
		return [][]outcome{
			collectFramer([][]byte{input}, true, o),
			collectFramer([][]byte{input[:len(input)/2], input[len(input)/2:]}, true, o),
			collectEach([][]byte{input[:len(input)/2], input[len(input)/2:]}, true, o),
			collectParser(bytes.NewReader(input), o),
		}
	}
	got := collect()
	hasAVX2 = false
	defer func() { hasAVX2 = true }()
	if want := collect(); !reflect.DeepEqual(want, got) {
		t.Fatalf("%q:\n%s", input, cmp.Diff(want, got))
	}
}
