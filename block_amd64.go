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

func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

func xgetbv() (eax uint32)

// hasAVX2 reports whether the processor and the operating system know the instructions
// of plainBlocks.
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
	blocks := (len(window) - line - codeLen) / blockLen
	if !hasAVX2 || blocks <= 0 {
		return line
	}
	passed, lines, next := plainBlocks(&window[line], blocks, f.open.prefix)
	looked := min(passed/blockLen+1, blocks) * blockLen // with the one that was not passed
	f.looked += int64(looked)
	f.open.classified = line + looked
	f.open.lines += int64(lines)
	return line + next
}
