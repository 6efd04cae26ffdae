//go:build !purego

package ftpreply

// blockLen bytes are judged at a time.
const blockLen = 64

// plainBlocks judges up to so many blocks from b on, where a line begins. They are passed while
// they hold nothing but plain lines, of up to maxPlainLine bytes, that begin with no digit,
// or with the prefix. It returns how many bytes were passed, how many lines end in them,
// and where the last of these ends. Three bytes behind the blocks are read, too.
//
//go:noescape
func plainBlocks(b *byte, blocks int, prefix uint32) (passed, lines, line int)

// plainReplies looks at up to so many blocks for the plain one-line replies that b begins with.
// It notes where each ends, and returns how many bytes were passed, and how many replies
// were found. Three bytes behind the blocks are read, too.
//
//go:noescape
func plainReplies(b *byte, blocks int, ends *[maxPlainReplies]uint16) (passed, found int)

func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

func xgetbv() (eax uint32)

// hasAVX2 reports whether the processor and the operating system know the instructions
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

// passPlainBlocks is passPlainLines for whole blocks: however many lines end in a block,
// it takes the same time. It returns where the line begins that is to be looked at next.
func (f *Framer) passPlainBlocks(window []byte, line int) int {
	blocks := blocksIn(window[line:])
	if blocks == 0 {
		return line
	}
	passed, lines, next := plainBlocks(&window[line], blocks, f.open.prefix)
	f.open.classified = line + f.lookedAt(passed, blocks)
	f.open.lines += int64(lines)
	return line + next
}

// findInBlocks is findPlainReplies for whole blocks. It reports whether the reply behind
// those that were found may be plain, too.
func (f *Framer) findInBlocks(window []byte, ends *[maxPlainReplies]uint16) (found int, more bool) {
	blocks := blocksIn(window)
	if blocks == 0 {
		return 0, true
	}
	passed, found := plainReplies(&window[0], blocks, ends)
	f.lookedAt(passed, blocks)
	return found, passed == blocks*blockLen
}

// blocksIn is the number of blocks that b has three bytes behind.
func blocksIn(b []byte) int {
	if !hasAVX2 {
		return 0
	}
	return max(0, len(b)-codeLen) / blockLen
}

// lookedAt adds up the bytes of the blocks that were passed, and of the one that was not.
func (f *Framer) lookedAt(passed, blocks int) int {
	looked := min(passed/blockLen+1, blocks) * blockLen
	f.looked += int64(looked)
	return looked
}
