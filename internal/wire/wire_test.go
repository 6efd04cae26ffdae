package wire

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestCode(t *testing.T) {
	for _, test := range []struct {
		line string
		code uint16
		s    Separator
	}{
		{"", 0, NoCode}, {"22", 0, NoCode}, {"22x", 0, NoCode}, {" 220 ", 0, NoCode}, {"2 0 ", 0, NoCode},
		{"220", 220, LineEnd}, {"000", 0, LineEnd}, {"220 ", 220, Space}, {"220 a", 220, Space},
		{"220-", 220, Hyphen}, {"999-x", 999, Hyphen}, {"2200", 220, Digit}, {"2200 a", 220, Digit},
		{"220\t", 220, Other}, {"220\r", 220, Other}, {"220x", 220, Other}, {"22:", 0, NoCode}, {"/20 ", 0, NoCode},
	} {
		if code, s := Code([]byte(test.line)); code != test.code || s != test.s {
			t.Errorf("%q: got %d, %d, want %d, %d", test.line, code, s, test.code, test.s)
		}
	}
}

func TestPrefixLen(t *testing.T) {
	for s, want := range []int{NoCode: 0, Space: 4, Hyphen: 4, LineEnd: 3, Digit: 0, Other: 3} {
		if got := Separator(s).PrefixLen(); got != want {
			t.Errorf("%d: got %d, want %d", s, got, want)
		}
	}
}

// OneLineCode agrees with Code about every head that is nearly a code and SP.
func TestOneLineCode(t *testing.T) {
	check := func(line []byte) {
		want, s := Code(line)
		code, ok := OneLineCode(Head(line))
		if ok != (s == Space) || ok && code != want {
			t.Fatalf("%q: got %d, %v, want %d, %d", line, code, ok, want, s)
		}
	}
	for place := range 4 {
		for value := range 256 {
			line := []byte("250 ")
			line[place] = byte(value)
			check(line)
		}
	}
	var line [4]byte
	for code := range 1000 {
		copy(line[:], []byte{'0' + byte(code/100), '0' + byte(code/10%10), '0' + byte(code%10), ' '})
		check(line[:])
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		binary.LittleEndian.PutUint32(line[:], random.Uint32())
		check(line[:])
	}
}

func TestContentLen(t *testing.T) {
	for line, want := range map[string]int{
		"": 0, "a": 1, "\n": 0, "\r\n": 0, "a\n": 1, "a\r\n": 1, "a\r\r\n": 1, "a\rb\r\n": 3, "a\r": 2, "a\n\r": 3, "\r\r": 2,
	} {
		if got := ContentLen([]byte(line)); got != want {
			t.Errorf("%q: got %d, want %d", line, got, want)
		}
	}
}

func TestOnlyCR(t *testing.T) {
	for b, want := range map[string]bool{"": true, "\r": true, "\r\r": true, "\r\n": false, "a\r": false} {
		if got := OnlyCR([]byte(b)); got != want {
			t.Errorf("%q: %v", b, got)
		}
	}
}

// Every pair and triple of bytes after IAC, and the sequences of real peers.
func TestTelnet(t *testing.T) {
	for second := range 256 {
		for _, third := range []byte{0, 6, '\r', '\n', 'A', IAC} {
			want := 0
			switch {
			case second >= 241 && second <= 249: // NOP, DM, BRK, IP, AO, AYT, EC, EL, GA
				want = 2
			case second >= 251 && second <= 254 && third != '\r' && third != '\n': // WILL, WONT, DO, DONT
				want = 3
			}
			if got := TelnetLen([]byte{IAC, byte(second), third}); got != want {
				t.Errorf("IAC %d %d: got %d, want %d", second, third, got, want)
			}
		}
	}
	for _, test := range []struct {
		name, b  string
		one, all int
	}{
		{"empty", "", 0, 0},
		{"text", "ABOR", 0, 0},
		{"NUL", "\x00\x00USER", 0, 2},
		{"Synch before ABOR", "\xff\xf4\xff\xf2ABOR", 2, 4},
		{"data mark alone", "\xf2ABOR", 0, 0},
		{"DONT TIMING-MARK before a reply", "\xff\xfe\x06200 NOOP", 3, 3},
		{"NUL between commands", "\xff\xf1\x00\xff\xfb\x01220 ", 2, 6},
		{"byte 255 of text", "\xff\xffa", 0, 0},
		{"command, then byte 255 of text", "\xff\xf1\xff\xffa", 2, 2},
		{"subnegotiation", "\xff\xfa\x18\x01\xff\xf0USER", 0, 0},
		{"end of subnegotiation", "\xff\xf0USER", 0, 0},
		{"lone IAC", "\xff", 0, 0},
		{"cut before the option", "\xff\xfd", 0, 0},
		{"not a command", "\xffUSER", 0, 0},
		{"line ending in place of the option", "\xff\xfd\r\n", 0, 0},
	} {
		if one, all := TelnetLen([]byte(test.b)), PreambleLen([]byte(test.b)); one != test.one || all != test.all {
			t.Errorf("%s: got %d and %d, want %d and %d", test.name, one, all, test.one, test.all)
		}
	}
}

func TestVerb(t *testing.T) {
	for line, want := range map[string]string{
		"": "", " \t": "", "NOOP": "NOOP", "USER a b": "USER", "\t user\ta": "user", "RETR  a": "RETR", "a": "a",
	} {
		from, to := Verb([]byte(line))
		if got := line[from:to]; got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestRecord(t *testing.T) {
	for _, test := range []struct {
		b      string
		is     bool
		length int
	}{
		{"", false, 0}, {"\x13", false, 0}, {"\x14", true, 0}, {"\x17", true, 0}, {"\x18", false, 0},
		{"\x16\x03", true, 0}, {"\x16\x02", false, 0}, {"\x16\x03\x01\x02", true, 0},
		{"\x16\x03\x01\x02\x03", true, 0x203}, {"\x17\x03\x03\xff\xffabc", true, 0xffff},
	} {
		if is, length := IsRecord([]byte(test.b)), RecordLen([]byte(test.b)); is != test.is || length != test.length {
			t.Errorf("%q: got %v, %d, want %v, %d", test.b, is, length, test.is, test.length)
		}
	}
}

// Each byte in each place of lines of each length, from each place on.
func TestNextOdd(t *testing.T) {
	const longest = 80
	line := []byte(strings.Repeat("x", longest))
	for value := range 256 {
		odd := value < ' ' || value > '~'
		for place := range longest {
			line[place] = byte(value)
			for _, length := range []int{place + 1, longest} {
				for _, from := range []int{0, place / 2, place, min(place+1, length)} {
					want := length
					if odd && from <= place {
						want = place
					}
					if got := NextOdd(line[:length], from); got != want {
						t.Fatalf("byte %#x at %d of %d, from %d: got %d", value, place, length, from, got)
					}
				}
			}
			line[place] = 'x'
		}
	}
	// Carries and borrows reach only bytes after the first odd one.
	random := rand.New(rand.NewPCG(3, 4))
	for range 50_000 {
		b := make([]byte, random.IntN(24))
		for i := range b {
			b[i] = "\x00\x1f \x7e\x7f\x80\x9f\xa0\xfe\xffaz"[random.IntN(12)]
		}
		want := 0
		for want < len(b) && b[want] >= ' ' && b[want] <= '~' {
			want++
		}
		if got := NextOdd(b, 0); got != want {
			t.Fatalf("%q: got %d, want %d", b, got, want)
		}
	}
}
