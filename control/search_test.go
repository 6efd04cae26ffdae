package control

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// An automaton finds the same as a search for each pattern.
func TestAutomatonAgreesWithASimpleSearch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func(longest int) []byte {
		b := make([]byte, 1+r.IntN(longest))
		for i := range b {
			b[i] = "ab1 -"[r.IntN(5)]
		}
		return b
	}
	for range 5000 {
		var patterns []pattern
		for range 1 + r.IntN(4) {
			patterns = append(patterns, newPattern(word(8), false))
		}
		text := word(40)
		var want []span
		for i := range text {
			for _, p := range patterns {
				if f := (span{i, i + len(p.text)}); bytes.HasPrefix(text[i:], p.text) && (isUnlikeWord(p.text) || isWord(text, f)) {
					want = append(want, f)
				}
			}
		}
		got, _ := newAutomaton(patterns...).find(nil, text, false)
		if w, g := covered(want, len(text)), covered(got, len(text)); w != g {
			t.Fatalf("%+v in %q:\ngot  %s\nwant %s", patterns, text, g, w)
		}
	}
}

// covered marks the bytes of spans.
func covered(spans []span, n int) string {
	marks := bytes.Repeat([]byte{'.'}, n)
	for _, f := range spans {
		copy(marks[f.from:f.to], bytes.Repeat([]byte{'x'}, f.to-f.from))
	}
	return string(marks)
}

// The steps of a search are at most a few for each byte, for any number of secrets.
func TestMaskingIsLinear(t *testing.T) {
	random := func(r *rand.Rand, n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[r.IntN(36)]
		}
		return b
	}
	equal := func(n int) []byte { return bytes.Repeat([]byte{'a'}, n) }
	tests := []struct {
		name   string
		secret func(r *rand.Rand, i int) []byte
		line   func(r *rand.Rand) []byte // 100 bytes
	}{
		{"equal letters", func(*rand.Rand, int) []byte { return equal(4000) }, func(*rand.Rand) []byte { return equal(100) }},
		{"more and more equal letters", func(_ *rand.Rand, i int) []byte { return equal(i + 3) }, func(*rand.Rand) []byte { return equal(100) }},
		{"random", func(r *rand.Rand, _ int) []byte { return random(r, 12) }, func(r *rand.Rand) []byte { return random(r, 100) }},
		{"words of one letter", func(_ *rand.Rand, i int) []byte { return append(bytes.Repeat([]byte("a "), i+2), 'b') },
			func(*rand.Rand) []byte { return bytes.Repeat([]byte("a "), 50) }},
		{"ends of each other", func(_ *rand.Rand, i int) []byte { return append([]byte{'a'}, bytes.Repeat([]byte(" xa"), i+1)...) },
			func(*rand.Rand) []byte { return bytes.Repeat([]byte(" xa"), 34)[:100] }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			steps := func(lines int) int {
				r := rand.New(rand.NewPCG(1, 2))
				var c Conn
				for i := range 64 {
					c.Client(slices.Concat([]byte("PASS "), tt.secret(r, i), []byte("\r\n")), time.Time{})
				}
				text := []byte("230 ")
				for range lines {
					text = append(text, tt.line(r)...)
				}
				c.Mask(text)
				return c.secrets.steps
			}
			const lines = 1000
			one, two := steps(lines), steps(2*lines)
			if two > 2*one+one/50 {
				t.Errorf("%d steps, and %d for the double", one, two)
			}
			if limit := (4 * maxTries) * 100 * lines; one > limit {
				t.Errorf("%d steps, more than %d", one, limit)
			}
		})
	}
}

// The memory for secrets is bounded, the latest are kept, and an older one is still hidden in
// the reply to its own command.
func TestManySecrets(t *testing.T) {
	var c Conn
	const n = 20000
	for i := range n {
		c.Client(fmt.Appendf(nil, "PASS s3cret-%d\r\n", i), time.Time{})
	}
	size, patterns := 0, 0
	for _, g := range c.secrets.shared.all() {
		size += g.size
		patterns += len(g.patterns)
	}
	if size > maxSecrets || len(c.secrets.shared.all()) > 24 || patterns != len(c.secrets.shared.known) {
		t.Errorf("%d bytes in %d generations, %d patterns of %d", size, len(c.secrets.shared.all()), patterns, len(c.secrets.shared.known))
	}
	if got := string(c.Mask(fmt.Appendf(nil, "s3cret-%d s3cret-%d", n-1, n-1000))); got != "**** ****" {
		t.Errorf("the latest: %q", got)
	}
	old := &Item{Command: &Command{Line: []byte("PASS s3cret-0")}, secrets: &c.secrets}
	if got := string(old.Mask([]byte("500 s3cret-0?"))); got != "500 ****?" {
		t.Errorf("the first, in its own reply: %q", got)
	}
}

// Connections that share secrets hide those of all.
func TestSharedSecrets(t *testing.T) {
	var shared SharedSecrets
	a, b := Conn{Shared: &shared}, Conn{Shared: &shared}
	done := make(chan bool)
	go func() {
		for i := range 100 {
			a.Client(fmt.Appendf(nil, "PASS hunter2-%d\r\n", i), time.Time{})
		}
		done <- true
	}()
	for range 100 {
		b.Server([]byte("220 a\r\n"), time.Time{})
		b.Mask([]byte("hunter2-5"))
	}
	<-done
	if got := string(b.Mask([]byte("530 hunter2-77"))); got != "530 ****" {
		t.Errorf("got %q", got)
	}
	b.Reset()
	b.Server([]byte("220 a\r\n"), time.Time{})
	if got := string(b.Mask([]byte("530 hunter2-77"))); got != "530 ****" {
		t.Errorf("after Reset: %q", got)
	}
}
