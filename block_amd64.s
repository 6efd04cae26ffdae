//go:build !purego

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

// 0x7f - '9': what is added to make a 9 the greatest signed byte.
DATA aboveDigits<>+0(SB)/8, $0x4646464646464646
DATA aboveDigits<>+8(SB)/8, $0x4646464646464646
DATA aboveDigits<>+16(SB)/8, $0x4646464646464646
DATA aboveDigits<>+24(SB)/8, $0x4646464646464646
GLOBL aboveDigits<>(SB), RODATA|NOPTR, $32

// What a 0 is greater than then.
DATA belowDigits<>+0(SB)/8, $0x7575757575757575
DATA belowDigits<>+8(SB)/8, $0x7575757575757575
DATA belowDigits<>+16(SB)/8, $0x7575757575757575
DATA belowDigits<>+24(SB)/8, $0x7575757575757575
GLOBL belowDigits<>(SB), RODATA|NOPTR, $32

// STORE packs the high bits of the bytes in Y2 and Y3.
#define STORE(result) \
	VPMOVMSKB Y2, BX \
	VPMOVMSKB Y3, CX \
	SHLQ $32, CX     \
	ORQ BX, CX       \
	MOVQ CX, result

// func classify(b *[blockLen]byte) (printable, cr, lf, digit uint64)
TEXT ·classify(SB), NOSPLIT, $0-40
	MOVQ b+0(FP), AX
	VMOVDQU 0(AX), Y0
	VMOVDQU 32(AX), Y1

	// A printable byte is, with one more, greater than a SP. DEL becomes -128, and the bytes
	// above are less than 1.
	VPADDB one<>(SB), Y0, Y2
	VPADDB one<>(SB), Y1, Y3
	VPCMPGTB space<>(SB), Y2, Y2
	VPCMPGTB space<>(SB), Y3, Y3
	STORE(printable+8(FP))

	VPCMPEQB cr<>(SB), Y0, Y2
	VPCMPEQB cr<>(SB), Y1, Y3
	STORE(cr+16(FP))

	VPCMPEQB lf<>(SB), Y0, Y2
	VPCMPEQB lf<>(SB), Y1, Y3
	STORE(lf+24(FP))

	VPADDB aboveDigits<>(SB), Y0, Y2
	VPADDB aboveDigits<>(SB), Y1, Y3
	VPCMPGTB belowDigits<>(SB), Y2, Y2
	VPCMPGTB belowDigits<>(SB), Y3, Y3
	STORE(digit+32(FP))

	VZEROUPPER
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
