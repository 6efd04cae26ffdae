package control

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Another reading ends a reply before the bytes that the framer has already looked at.
func TestOtherReadingBeforeTheEnd(t *testing.T) {
	tests := []struct {
		name     string
		exchange exchange
		want     []string
	}{
		{"at the end", exchange{"S 553-a\r\n150 b\r\n221 bye\r\n221 op"},
			[]string{`S 1:0 "553-a\r\n150 b\r\n"`, `S 3:14 "221 bye\r\n"`, `S 4:23 unexpected EOF "221 op"`}},
		{"when the server goes on", exchange{"S 220 a\r\n", "C X\r\n", "S 553-a\r\n150 b\r\n", "C QUIT\r\n", "S 221 bye\r\n221 x\r\n"},
			[]string{`S 1:0 "220 a\r\n"`, `C 1:0 "X"`, `S 2:7 "553-a\r\n150 b\r\n"`, `C 2:3 "QUIT"`, `S 4:21 "221 bye\r\n"`, `S 5:30 "221 x\r\n"`}},
	}
	for _, tt := range tests {
		for name, e := range map[string]exchange{"whole": tt.exchange, "in single bytes": tt.exchange.inSingleBytes()} {
			if diff := cmp.Diff(tt.want, items(e.run)); diff != "" {
				t.Errorf("%s, %s: %s", tt.name, name, diff)
			}
		}
	}
}

// A fresh attempt finds what a continued one does.
func TestAttemptsContinue(t *testing.T) {
	words := []string{"220-a\r\n", "220 b\n", "331 c\r\n", "220 d\r\n", "220 e", " x\n", "\r\n", "y", "553-f\r\n", "150 g\r\n", "\x16\x03\x01\x00\x02ab", "\x00", "\xff\xf1"}
	readings := map[Reading]int{}
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 0))
		c := Conn{}
		c.MaxReply = 64
		if random.IntN(2) == 0 {
			c.Server([]byte("220 hi\r\n"), time.Time{})
		}
		for range 40 {
			if random.IntN(3) == 0 {
				c.Client([]byte("N"), time.Time{})
			} else {
				c.Server([]byte(words[random.IntN(len(words))]), time.Time{})
			}
			if c.doubt.reading != Given {
				continue
			}
			for _, atEOF := range []bool{false, true} {
				fresh := c
				fresh.attempts = nil
				reading, n := c.otherReading(atEOF)
				wantReading, want := fresh.otherReading(atEOF)
				readings[reading]++
				if reading != wantReading || n != want {
					t.Fatalf("seed %d, window %q: %v, %d; a fresh attempt finds %v, %d", seed, c.window, reading, n, wantReading, want)
				}
			}
		}
	}
	if len(readings) < numberOfReadings-1 {
		t.Errorf("only the readings %v", readings)
	}
}

// hostile has exchanges that are costly if work is repeated. n is about their size in bytes.
var hostile = map[string]func(c *Conn, n int){
	"an incomplete reply, and a client that speaks": func(c *Conn, n int) {
		c.Server([]byte("220-a\r\n"), time.Time{})
		for range n / 4 {
			c.Server([]byte(" x\n"), time.Time{})
			c.Client([]byte("N"), time.Time{})
		}
	},
	"a client that speaks after each false end": func(c *Conn, n int) {
		c.Server([]byte("220-a\r\n"), time.Time{})
		for range n / 14 {
			c.Server([]byte("331 b\r\n"), time.Time{})
			c.Client([]byte("N"), time.Time{})
			c.Server([]byte(" text\r\n"), time.Time{})
		}
	},
	"a long reply in single bytes": func(c *Conn, n int) {
		c.Server([]byte("220-a\r\n"), time.Time{})
		for range n {
			c.Server([]byte("x"), time.Time{})
		}
	},
	"a long reply in single bytes, and a client that speaks": func(c *Conn, n int) {
		c.Server([]byte("220-a\r\n331 b\r\n"), time.Time{})
		for range n / 2 {
			c.Server([]byte("x"), time.Time{})
			c.Client([]byte("N"), time.Time{})
		}
	},
	"many short replies in one piece": func(c *Conn, n int) {
		c.Server(bytes.Repeat([]byte("220 hi\r\n"), n/8), time.Time{})
	},
	"short replies that end in the next piece": func(c *Conn, n int) {
		for range n / 8 {
			c.Server([]byte(" hi\r\n220"), time.Time{})
		}
	},
	"long replies that end in the next piece": func(c *Conn, n int) {
		piece := append(append([]byte("\r\n220 x\r\n220-"), bytes.Repeat([]byte("y"), 1000)...), "\r\n"...)
		for range n / len(piece) {
			c.Server(piece, time.Time{})
			c.Client([]byte("NOOP\r\n"), time.Time{})
		}
	},
}

// Doubling the input at most doubles the bytes that are looked at again or copied, and they are
// few for each byte of the input.
func TestCost(t *testing.T) {
	const size = 100_000 // below MaxReply, after which a window begins anew
	for name, play := range hostile {
		cost := func(n int) int64 {
			var c Conn
			play(&c, n)
			c.Close(ConnectionClosed)
			return c.looked
		}
		small, large := cost(size), cost(2*size)
		if large > 2*small+size/10 {
			t.Errorf("%s: %d bytes for %d, and %d for twice as many", name, small, size, large)
		}
		if large > 10*2*size {
			t.Errorf("%s: %d bytes for %d", name, large, 2*size)
		}
	}
}

// FuzzCost plays pieces of both sides again and again. Doubling the number of rounds at most
// doubles the steps, up to a constant.
func FuzzCost(f *testing.F) {
	f.Add([]byte("S220-a\r\n|S x\n|CN"))
	f.Add([]byte("S220-a\r\n|S331 b\r\n|CN|S text\r\n"))
	f.Add([]byte("S x|CN|S220-a\r\n331 b\n|CNOOP\r\n"))
	f.Add([]byte("CRETR x\r\n|S150 x\r\n|S226 y\r\n|S226 z\r\n"))
	f.Fuzz(func(t *testing.T, script []byte) {
		pieces := bytes.Split(script, []byte{'|'})
		cost := func(rounds int) (looked, steps int64) {
			var c Conn
			for range rounds {
				for _, p := range pieces {
					switch {
					case len(p) > 1 && p[0] == 'S':
						c.Server(p[1:], time.Time{})
					case len(p) > 1:
						c.Client(p[1:], time.Time{})
					}
				}
			}
			c.Close(ConnectionClosed)
			return c.looked, int64(c.pairing.hindsight.steps)
		}
		const rounds = 100
		small, smallSteps := cost(rounds)
		large, largeSteps := cost(2 * rounds)
		if most := int64(8 * 2 * rounds * len(script)); large > 2*small+most/4 || large > most {
			t.Errorf("%d bytes looked at again for %d rounds, and %d for twice as many", small, rounds, large)
		}
		// The pairing looks ahead a bounded number of events, for which it has a bounded number of steps.
		if most := int64(2 * rounds * len(pieces) * maxLive * (maxReach*6 + 8*maxLive)); largeSteps > 2*smallSteps+most/4 {
			t.Errorf("%d steps of the pairing for %d rounds, and %d for twice as many", smallSteps, rounds, largeSteps)
		}
	})
}
