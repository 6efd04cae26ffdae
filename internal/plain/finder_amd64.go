//go:build !purego

package plain

import "github.com/ftpreply/ftpreply/internal/wire"

const (
	blockLen = 64 // bytes that the assembly judges at once
	maxLine  = wire.MaxLine
)

// plainBlocks passes blocks from b on while they hold only plain interior lines. A line
// begins at b. It returns the number of bytes in the blocks that it has passed, the number
// of lines that end in them, and where the last of these ends. It also reads three bytes
// after the blocks.
//
//go:noescape
func plainBlocks(b *byte, blocks int, prefix uint32) (passed, lines, line int)

// plainReplies finds the plain replies with which b begins and stores where each ends. It
// returns the number of bytes in the blocks that it has passed, and the number of replies.
// It also reads three bytes after the blocks.
//
//go:noescape
func plainReplies(b *byte, blocks int, ends *[maxReplies]uint16) (passed, found int)

func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

func xgetbv() (eax uint32)

// hasAVX2 reports whether the processor and the operating system support the instructions
// of plainBlocks and plainReplies.
var hasAVX2 = func() bool {
	const (
		need1 = 1<<23 | 1<<27 | 1<<28 // ECX of leaf 1: POPCNT, OSXSAVE, AVX
		need7 = 1 << 5                // EBX of leaf 7: AVX2
		saved = 1<<1 | 1<<2           // XCR0: the registers of SSE and AVX
	)
	if leaves, _, _, _ := cpuid(0, 0); leaves < 7 {
		return false
	}
	_, _, ecx, _ := cpuid(1, 0)
	_, ebx, _, _ := cpuid(7, 0)
	return ecx&need1 == need1 && ebx&need7 == need7 && xgetbv()&saved == saved
}()

// interior takes the same time for a block however many lines end in it. The lines of a
// block that it cannot pass go the portable way.
func (finder) interior(b []byte, prefix uint32, examined int) (lines, next, printable, nowExamined int) {
	for {
		if blocks := blocksIn(b[next:]); blocks > 0 && next >= examined {
			passed, ended, last := plainBlocks(&b[next], blocks, prefix)
			examined = next + lookedAt(passed, blocks)
			lines, next = lines+ended, next+last
		}
		end, printable := interiorLine(b, next, prefix)
		if end == next {
			return lines, next, printable, examined
		}
		lines, next = lines+1, end
	}
}

// replies stops before a block in which a line may exceed maxLine. It leaves the reply after
// the last block to the portable form.
func (f finder) replies(b []byte, ends *[maxReplies]uint16) (found, looked int) {
	blocks := blocksIn(b)
	if blocks == 0 {
		return f.portable.replies(b, ends)
	}
	passed, found := plainReplies(&b[0], blocks, ends)
	looked = lookedAt(passed, blocks)
	if passed == blocks*blockLen {
		more := 0
		found, more = repliesAfter(b, ends, found)
		looked += more
	}
	return found, looked
}

// blocksIn returns the number of blocks in b that are followed by three more bytes.
func blocksIn(b []byte) int {
	if !hasAVX2 {
		return 0
	}
	return max(0, len(b)-wire.CodeLen) / blockLen
}

// lookedAt returns the length of the blocks that were passed and of the one that was not.
func lookedAt(passed, blocks int) int { return min(passed/blockLen+1, blocks) * blockLen }
