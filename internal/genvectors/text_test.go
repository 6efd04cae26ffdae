package main

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		var b []byte
		for range random.IntN(8) {
			word := make([]byte, 1+random.IntN(5))
			for i := range word {
				word[i] = byte(random.IntN(256))
			}
			b = append(b, bytes.Repeat(word, 1+random.IntN(200))...)
		}
		if got := newText(b).bytes(); !bytes.Equal(got, b) {
			t.Fatalf("%q became %q", b, got)
		}
	}
	long := newText([]byte("220-" + strings.Repeat("ab\r\n", 1<<18) + "220 end\r\n"))
	if len(long) != 3 || long[1].Count < 1<<18-1 || long[1].Escaped != `ab\r\n` {
		t.Errorf("a repetition became %d parts", len(long))
	}
	if short := newText([]byte(strings.Repeat("a", compressFrom-1))); len(short) != 1 || short[0].Count != 0 {
		t.Error("a short text is compressed")
	}
}

func TestEscape(t *testing.T) {
	if got, want := escape([]byte("a\r\n\t\\\"\x00\xff~")), `a\r\n\t\\"\x00\xff~`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
