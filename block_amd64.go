//go:build !purego

package ftpreply

import "math/bits"

// blockLen bytes are classified at a time.
const blockLen = 64

// classify says of each byte of b what it is; the first byte is the lowest bit.
//
//go:noescape
func classify(b *[blockLen]byte) (printable, cr, lf, digit uint64)

func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

func xgetbv() (eax uint32)

// hasAVX2 reports whether the processor and the operating system know the instructions
// of classify.
var hasAVX2 = func() bool {
	const (
		osxsave, avx = 1 << 27, 1 << 28 // ECX of leaf 1
		avx2         = 1 << 5           // EBX of leaf 7
		sse, ymm     = 1 << 1, 1 << 2   // XCR0: the registers that are saved
	)
	if leaves, _, _, _ := cpuid(0, 0); leaves < 7 {
		return false
	}
	_, _, ecx, _ := cpuid(1, 0)
	_, ebx, _, _ := cpuid(7, 0)
	return ecx&(osxsave|avx) == osxsave|avx && xgetbv()&(sse|ymm) == sse|ymm && ebx&avx2 != 0
}()

// passPlainBlocks is passPlainLines for whole blocks: however many lines end in a block,
// it takes the same time. It returns where the line begins that is to be looked at next.
func (f *Framer) passPlainBlocks(window []byte, line int) int {
	if !hasAVX2 {
		return line
	}
	o, at := &f.open, line
	f.looked -= int64(at)
	var afterCR, afterLF uint64 = 0, 1 // of the first byte of the block
	for at+blockLen+codeLen <= len(window) && at+blockLen <= line+maxPlainLine {
		block := window[at : at+blockLen+codeLen]
		at += blockLen
		printable, cr, lf, digit := classify((*[blockLen]byte)(block))
		if printable|cr|lf != ^uint64(0) || lf != cr<<1|afterCR {
			break
		}
		if digits := (lf<<1 | afterLF) & digit; digits != 0 && !allBegin(block, digits, o.prefix) {
			break
		}
		afterCR, afterLF = cr>>(blockLen-1), lf>>(blockLen-1)
		if lf != 0 {
			line = at - bits.LeadingZeros64(lf)
			o.lines += int64(bits.OnesCount64(lf))
		}
	}
	f.looked += int64(at)
	o.classified = at
	return line
}

// allBegin reports whether b has the prefix at each of the places.
func allBegin(b []byte, places uint64, prefix uint32) bool {
	for ; places != 0; places &= places - 1 {
		if head(b[bits.TrailingZeros64(places):]) != prefix {
			return false
		}
	}
	return true
}
