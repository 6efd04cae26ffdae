//go:build !purego

#include "go_asm.h"
#include "textflag.h"

DATA one<>+0(SB)/8, $0x0101010101010101
DATA one<>+8(SB)/8, $0x0101010101010101
DATA one<>+16(SB)/8, $0x0101010101010101
DATA one<>+24(SB)/8, $0x0101010101010101
GLOBL one<>(SB), RODATA|NOPTR, $32

DATA space<>+0(SB)/8, $0x2020202020202020
DATA space<>+8(SB)/8, $0x2020202020202020
DATA space<>+16(SB)/8, $0x2020202020202020
DATA space<>+24(SB)/8, $0x2020202020202020
GLOBL space<>(SB), RODATA|NOPTR, $32

DATA cr<>+0(SB)/8, $0x0d0d0d0d0d0d0d0d
DATA cr<>+8(SB)/8, $0x0d0d0d0d0d0d0d0d
DATA cr<>+16(SB)/8, $0x0d0d0d0d0d0d0d0d
DATA cr<>+24(SB)/8, $0x0d0d0d0d0d0d0d0d
GLOBL cr<>(SB), RODATA|NOPTR, $32

DATA lf<>+0(SB)/8, $0x0a0a0a0a0a0a0a0a
DATA lf<>+8(SB)/8, $0x0a0a0a0a0a0a0a0a
DATA lf<>+16(SB)/8, $0x0a0a0a0a0a0a0a0a
DATA lf<>+24(SB)/8, $0x0a0a0a0a0a0a0a0a
GLOBL lf<>(SB), RODATA|NOPTR, $32

// 0x7f - '9': with this added, a 9 is the greatest signed byte.
DATA aboveDigits<>+0(SB)/8, $0x4646464646464646
DATA aboveDigits<>+8(SB)/8, $0x4646464646464646
DATA aboveDigits<>+16(SB)/8, $0x4646464646464646
DATA aboveDigits<>+24(SB)/8, $0x4646464646464646
GLOBL aboveDigits<>(SB), RODATA|NOPTR, $32

// A 0 is then greater than this.
DATA belowDigits<>+0(SB)/8, $0x7575757575757575
DATA belowDigits<>+8(SB)/8, $0x7575757575757575
DATA belowDigits<>+16(SB)/8, $0x7575757575757575
DATA belowDigits<>+24(SB)/8, $0x7575757575757575
GLOBL belowDigits<>(SB), RODATA|NOPTR, $32

// MASK packs the high bits of the bytes in Y2 and Y3.
#define MASK(bits) \
	VPMOVMSKB Y2, bits \
	VPMOVMSKB Y3, R13  \
	SHLQ $32, R13      \
	ORQ R13, bits

// PRINTABLE, CR, LF and DIGIT set the bit of each byte of that kind in the block in Y0 and
// Y1. With 1 added, a printable byte is greater than SP; DEL becomes -128, and the bytes
// above it are less than 1.
#define PRINTABLE(bits) \
	VPADDB Y8, Y0, Y2   \
	VPADDB Y8, Y1, Y3   \
	VPCMPGTB Y9, Y2, Y2 \
	VPCMPGTB Y9, Y3, Y3 \
	MASK(bits)
#define CR(bits) \
	VPCMPEQB Y10, Y0, Y2 \
	VPCMPEQB Y10, Y1, Y3 \
	MASK(bits)
#define LF(bits) \
	VPCMPEQB Y11, Y0, Y2 \
	VPCMPEQB Y11, Y1, Y3 \
	MASK(bits)
#define DIGIT(bits) \
	VPADDB Y12, Y0, Y2   \
	VPADDB Y12, Y1, Y3   \
	VPCMPGTB Y13, Y2, Y2 \
	VPCMPGTB Y13, Y3, Y3 \
	MASK(bits)

#define CONSTANTS \
	VMOVDQU one<>(SB), Y8          \
	VMOVDQU space<>(SB), Y9        \
	VMOVDQU cr<>(SB), Y10          \
	VMOVDQU lf<>(SB), Y11          \
	VMOVDQU aboveDigits<>(SB), Y12 \
	VMOVDQU belowDigits<>(SB), Y13

// func plainBlocks(b *byte, blocks int, prefix uint32) (passed, lines, line int)
//
//	AX  the block
//	CX  blocks left
//	DX  prefix
//	R8  1 if the byte before the block is a CR
//	R9  1 if a line begins with the block
//	R10 lines
//	R11 the end of the last line
TEXT ·plainBlocks(SB), NOSPLIT, $0-48
	MOVQ b+0(FP), AX
	MOVQ blocks+8(FP), CX
	MOVL prefix+16(FP), DX
	XORL R8, R8
	MOVL $1, R9
	XORL R10, R10
	MOVQ AX, R11
	CONSTANTS

block:
	// No line may be longer than maxLine.
	LEAQ const_blockLen(AX), BX
	SUBQ R11, BX
	CMPQ BX, $const_maxLine
	JGT done

	VMOVDQU 0(AX), Y0
	VMOVDQU 32(AX), Y1

	PRINTABLE(BX)
	CR(SI)
	LF(DI)
	DIGIT(R12)

	// The block holds nothing else,
	ORQ SI, BX
	ORQ DI, BX
	CMPQ BX, $-1
	JNE done

	// every LF follows a CR, and every CR precedes a LF,
	LEAQ (R8)(SI*2), BX
	CMPQ BX, DI
	JNE done

	// and no line begins with a digit, except with the prefix.
	LEAQ (R9)(DI*2), BX
	ANDQ R12, BX
	JZ passed

digit:
	BSFQ BX, R12
	CMPL (AX)(R12*1), DX
	JNE done
	LEAQ -1(BX), R12
	ANDQ R12, BX
	JNZ digit

passed:
	MOVQ SI, R8
	SHRQ $63, R8
	MOVQ DI, R9
	SHRQ $63, R9
	TESTQ DI, DI
	JZ next
	POPCNTQ DI, BX
	ADDQ BX, R10
	BSRQ DI, BX
	LEAQ 1(AX)(BX*1), R11

next:
	ADDQ $const_blockLen, AX
	DECQ CX
	JNZ block

done:
	VZEROUPPER
	MOVQ b+0(FP), BX
	SUBQ BX, AX
	SUBQ BX, R11
	MOVQ AX, passed+24(FP)
	MOVQ R10, lines+32(FP)
	MOVQ R11, line+40(FP)
	RET

// func plainReplies(b *byte, blocks int, ends *[maxPlainReplies]uint16) (passed, found int)
//
//	AX  the block
//	CX  blocks left
//	DX  replies found
//	R8  1 if the byte before the block is a CR
//	R9  ends
//	R11 the beginning of the reply
TEXT ·plainReplies(SB), NOSPLIT, $0-40
	MOVQ b+0(FP), AX
	MOVQ blocks+8(FP), CX
	MOVQ ends+16(FP), R9
	XORL DX, DX
	XORL R8, R8
	MOVQ AX, R11
	CONSTANTS

block:
	LEAQ const_blockLen(AX), BX
	SUBQ R11, BX
	CMPQ BX, $const_maxLine
	JGT done

	VMOVDQU 0(AX), Y0
	VMOVDQU 32(AX), Y1
	PRINTABLE(BX)
	CR(SI)
	LF(DI)

	// Every other byte is bad, and so is a LF without a CR before it or a CR without a
	// LF after it.
	ORQ SI, BX
	ORQ DI, BX
	NOTQ BX
	LEAQ (R8)(SI*2), R12
	XORQ DI, R12
	ORQ R12, BX
	JZ good

	// Find only the replies before the first bad byte.
	MOVL $1, CX
	LEAQ -1(BX), R12
	NOTQ BX
	ANDQ R12, BX
	ANDQ BX, DI

good:
	TESTQ DI, DI
	JZ next

reply:
	// It must begin with three digits and SP, see wire.OneLineCode.
	MOVL (R11), BX
	XORL $0x20303030, BX
	LEAL 0x060606(BX), R12
	ORL BX, R12
	TESTL $0xfff0f0f0, R12
	JNZ done

	XORL BX, BX // breaks the dependency of BSFQ on its old value
	BSFQ DI, BX
	LEAQ 1(AX)(BX*1), R11
	MOVQ R11, BX
	SUBQ b+0(FP), BX
	MOVW BX, (R9)(DX*2)
	INCQ DX
	CMPQ DX, $const_maxReplies
	JEQ done
	LEAQ -1(DI), BX
	ANDQ BX, DI
	JNZ reply

next:
	SHRQ $63, SI
	MOVQ SI, R8
	ADDQ $const_blockLen, AX
	DECQ CX
	JNZ block

done:
	VZEROUPPER
	SUBQ b+0(FP), AX
	MOVQ AX, passed+24(FP)
	MOVQ DX, found+32(FP)
	RET

// func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-24
	MOVL leaf+0(FP), AX
	MOVL subleaf+4(FP), CX
	CPUID
	MOVL AX, eax+8(FP)
	MOVL BX, ebx+12(FP)
	MOVL CX, ecx+16(FP)
	MOVL DX, edx+20(FP)
	RET

// func xgetbv() (eax uint32)
TEXT ·xgetbv(SB), NOSPLIT, $0-4
	XORL CX, CX
	XGETBV
	MOVL AX, eax+0(FP)
	RET
