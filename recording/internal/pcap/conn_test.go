package pcap

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// data lists which packets have any.
func data(list []packet) (indexes []int) {
	for i, p := range list {
		if p.payload != "" {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

// dialogue makes of a short dialogue the packets that a capture has of it: the handshake,
// the bytes of each turn ("S" or "C" and the bytes), and the end.
func dialogue(turns ...string) (list []packet) {
	next := [2]uint32{1000, 5000} // of the client and the server
	add := func(from int, flags uint8, payload string) {
		list = append(list, packet{
			fromServer: from == 1, client: 40000, server: 21, seq: next[from], ack: next[1-from], flags: flags,
			payload: payload, at: time.Unix(1700000000+int64(len(list)), 0),
		})
		next[from] += uint32(len(payload))
		if flags&(syn|fin) != 0 {
			next[from]++
		}
	}
	add(0, syn, "")
	add(1, syn|ack, "")
	add(0, ack, "")
	for _, turn := range turns {
		from := strings.IndexByte("CS", turn[0])
		add(from, ack, turn[1:])
		add(1-from, ack, "")
	}
	add(1, fin|ack, "")
	add(0, fin|ack, "")
	add(1, ack, "")
	return list
}

func without(list []packet, indexes ...int) (rest []packet) {
	for i, p := range list {
		if !slices.Contains(indexes, i) {
			rest = append(rest, p)
		}
	}
	return rest
}

func swapped(list []packet, i, j int) []packet {
	list = slices.Clone(list)
	list[i], list[j] = list[j], list[i]
	return list
}

// each replaces every packet with the result of f.
func each(list []packet, f func(packet) []packet) (made []packet) {
	for _, p := range list {
		made = append(made, f(p)...)
	}
	return made
}

// split cuts a packet into segments of n bytes.
func split(p packet, n int) (parts []packet) {
	for len(p.payload) > n {
		part := p
		part.payload, part.flags = p.payload[:n], p.flags&^fin
		p.payload, p.seq = p.payload[n:], p.seq+uint32(n)
		parts = append(parts, part)
	}
	return append(parts, p)
}

// shifted moves the sequence numbers.
func shifted(list []packet, server, client uint32) []packet {
	return each(list, func(p packet) []packet {
		if p.fromServer {
			p.seq, p.ack = p.seq+server, p.ack+client
		} else {
			p.seq, p.ack = p.seq+client, p.ack+server
		}
		if p.flags&ack == 0 {
			p.ack = 0
		}
		return []packet{p}
	})
}

// Events on the way of packets that make no difference.
func TestSame(t *testing.T) {
	list := session(t)
	tests := []struct {
		name string
		list []packet
	}{
		{"neighbours of the server swapped", func() (made []packet) {
			made = slices.Clone(list)
			for i := 3; i+1 < len(made); i++ {
				if a, b := &made[i], &made[i+1]; a.fromServer && b.fromServer && a.payload != "" && b.payload != "" {
					*a, *b = *b, *a
					i++
				}
			}
			return made
		}()},
		{"the greeting before the SYN of the server", slices.Insert(without(list, 1, 2), 2, list[1])},
		{"SYN of the server missing, and the acknowledgement of it", without(list, 1, 2)},
		{"SYN of both sides swapped", swapped(list, 0, 1)},
		{"SYN of the client missing", list[1:]},
		{"SYN of the server missing", without(list, 1)},
		{"every packet twice, as on all interfaces", each(list, func(p packet) []packet { return []packet{p, p} })},
		{"all retransmitted at the end", append(slices.Clone(list), list...)},
		{"the first half again in the middle", slices.Concat(list[:len(list)/2], list[3:len(list)/2], list[len(list)/2:])},
		{"single bytes", each(list, func(p packet) []packet { return split(p, 1) })},
		{"single bytes, the first last", each(list, func(p packet) []packet {
			parts := split(p, 1)
			if len(parts) < maxPending {
				slices.Reverse(parts)
			}
			return parts
		})},
		{"overlap with earlier bytes", func() []packet {
			sent := map[bool]packet{}
			return each(list, func(p packet) []packet {
				last, ok := sent[p.fromServer]
				sent[p.fromServer] = p
				if ok && p.payload != "" && last.seq+uint32(len(last.payload)) == p.seq {
					p.seq, p.payload = last.seq, last.payload+p.payload
				}
				return []packet{p}
			})
		}()},
		{"overlap with other bytes", each(list, func(p packet) []packet {
			other := p
			other.payload = strings.Repeat("x", len(p.payload))
			return []packet{p, other}
		})},
		{"a probe of one byte and one of none", each(list, func(p packet) []packet {
			if p.payload == "" || p.flags&ack == 0 {
				return []packet{p}
			}
			probe, bare := p, p
			probe.seq, probe.payload = p.seq-1, "\x00"
			bare.seq, bare.payload = p.seq-1, ""
			return []packet{probe, bare, p}
		})},
		{"sequence numbers that wrap", shifted(list, -list[1].seq-100, -list[0].seq-20)},
		{"sequence numbers that wrap at the first byte", shifted(list, -list[1].seq-1, -list[0].seq-1)},
		{"sequence numbers beyond the half", shifted(list, 1<<31-list[1].seq-100, 1<<31-list[0].seq-20)},
		{"no acknowledgement alone", each(list, func(p packet) []packet {
			if p.flags == ack && p.payload == "" {
				return nil
			}
			return []packet{p}
		})},
		{"replies late, after the commands that follow them", func() (made []packet) {
			made = slices.Clone(list)
			for i := len(made) - 2; i > 8; i-- {
				if made[i].fromServer && made[i].payload != "" && !made[i+1].fromServer {
					made[i], made[i+1] = made[i+1], made[i]
				}
			}
			return made
		}()},
		{"acknowledgements of bytes that were never sent", each(list, func(p packet) []packet {
			blind := p
			blind.ack += 2 * far
			return []packet{p, blind}
		})},
		{"bytes after the end", each(list, func(p packet) []packet {
			if p.flags&fin == 0 {
				return []packet{p}
			}
			more := p
			more.seq, more.flags, more.payload = p.seq+1, ack, "220 x\r\n"
			return []packet{p, more}
		})},
		{"a RST of long ago", each(list, func(p packet) []packet {
			stale := p
			stale.flags, stale.payload, stale.seq = rst, "", p.seq-5000
			return []packet{p, stale}
		})},
	}
	want := eventsOf(t, list)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(want, eventsOf(t, tt.list)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Any disorder within a window makes no difference: packets late, repeated, cut in two,
// or joined with the packet before.
func TestAnyDisorder(t *testing.T) {
	list := session(t)
	want := eventsOf(t, list)
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		if diff := cmp.Diff(want, eventsOf(t, disordered(random, list))); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

func disordered(random *rand.Rand, list []packet) []packet {
	list = each(shifted(list, random.Uint32(), random.Uint32()), func(p packet) []packet {
		parts := split(p, 1+random.IntN(30))
		if random.IntN(4) == 0 {
			parts = append(parts, p)
		}
		return parts
	})
	// Each packet moves back by some places at most; the handshake stays.
	const window = 8
	type placed struct {
		packet
		at int
	}
	var order []placed
	for i, p := range list {
		at := i
		if i > 2 {
			at += random.IntN(window)
		}
		order = append(order, placed{p, at})
	}
	slices.SortStableFunc(order, func(a, b placed) int { return a.at - b.at })
	for i, p := range order {
		list[i] = p.packet
	}
	return list
}

// Any order of the first packets, among them the handshake, gives one connection with all
// its bytes. A SYN must come before the first bytes: without one, the bytes that the peer
// has acknowledged may be a retransmission of old ones.
func TestAnyOrderOfTheHandshake(t *testing.T) {
	list := dialogue("S220 a\r\n", "CUSER b\r\n")
	want := streamsOf(eventsOf(t, list))
	first := list[:6] // up to the acknowledgement of the command's beginning
	permute(first, func(order []packet) {
		isSYN := func(p packet) bool { return p.flags&syn != 0 }
		isData := func(p packet) bool { return p.payload != "" }
		if slices.IndexFunc(order, isSYN) > slices.IndexFunc(order, isData) {
			return
		}
		got := streamsOf(eventsOf(t, slices.Concat(order, list[6:])))
		if diff := cmp.Diff(want, got); diff != "" {
			var names []string
			for _, p := range order {
				names = append(names, fmt.Sprintf("%v/%d/%s", p.fromServer, p.flags, p.payload))
			}
			t.Errorf("%q: %s", names, diff)
		}
	})
}

// permute calls f with every order of the list.
func permute(list []packet, f func([]packet)) {
	var order func(n int)
	order = func(n int) {
		if n <= 1 {
			f(list)
			return
		}
		for i := range n {
			order(n - 1)
			if n%2 == 0 {
				list[i], list[n-1] = list[n-1], list[i]
			} else {
				list[0], list[n-1] = list[n-1], list[0]
			}
		}
	}
	list = slices.Clone(list)
	order(len(list))
}

// streamsOf sorts events by their sides, whose order a disordered handshake does not keep.
// The gap at the beginning of a connection without a SYN is left out.
func streamsOf(events []string) []string {
	events = slices.DeleteFunc(slices.Clone(events), func(e string) bool { return strings.HasSuffix(e, " gap 0") })
	slices.Sort(events)
	return events
}

// Missing bytes are reported at their place.
func TestGaps(t *testing.T) {
	list := dialogue("S220 a\r\n", "CUSER b\r\n", "S331 c\r\n", "CPASS d\r\n", "S230-e\r\n", "S230 f\r\n", "CQUIT\r\n", "S221 g\r\n")
	d := data(list)
	end := []string{"1 server hangs up", "1 client hangs up", "1 closed"}
	fromServer := slices.DeleteFunc(slices.Clone(list), func(p packet) bool { return !p.fromServer })
	fromClient := slices.DeleteFunc(slices.Clone(list), func(p packet) bool { return p.fromServer })
	said := func(lines ...string) []string { return lines }
	tests := []struct {
		name string
		list []packet
		want []string
	}{
		{"nothing is missing", list, append(said(`1 server "220 a\r\n"`, `1 client "USER b\r\n"`, `1 server "331 c\r\n"`, `1 client "PASS d\r\n"`,
			`1 server "230-e\r\n230 f\r\n"`, `1 client "QUIT\r\n"`, `1 server "221 g\r\n"`), end...)},
		{"a reply is lost: before the command that follows", without(list, d[2]),
			append(said(`1 server "220 a\r\n"`, `1 client "USER b\r\n"`, `1 server gap 7`, `1 client "PASS d\r\n"`,
				`1 server "230-e\r\n230 f\r\n"`, `1 client "QUIT\r\n"`, `1 server "221 g\r\n"`), end...)},
		{"a command is lost", without(list, d[3]),
			append(said(`1 server "220 a\r\n"`, `1 client "USER b\r\n"`, `1 server "331 c\r\n"`, `1 client gap 8`,
				`1 server "230-e\r\n230 f\r\n"`, `1 client "QUIT\r\n"`, `1 server "221 g\r\n"`), end...)},
		{"part of a reply is lost", without(list, d[4]),
			append(said(`1 server "220 a\r\n"`, `1 client "USER b\r\n"`, `1 server "331 c\r\n"`, `1 client "PASS d\r\n"`, `1 server gap 7`,
				`1 server "230 f\r\n"`, `1 client "QUIT\r\n"`, `1 server "221 g\r\n"`), end...)},
		{"the last reply is lost", without(list, d[7]),
			append(said(`1 server "220 a\r\n"`, `1 client "USER b\r\n"`, `1 server "331 c\r\n"`, `1 client "PASS d\r\n"`,
				`1 server "230-e\r\n230 f\r\n"`, `1 client "QUIT\r\n"`, `1 server gap 7`), end...)},
		{"from the middle", list[d[2]:],
			append(said(`1 server gap 0`, `1 server "331 c\r\n"`, `1 client "PASS d\r\n"`,
				`1 server "230-e\r\n230 f\r\n"`, `1 client "QUIT\r\n"`, `1 server "221 g\r\n"`), end...)},
		{"from the middle, a command first", list[d[3]:],
			append(said(`1 client gap 0`, `1 client "PASS d\r\n"`,
				`1 server "230-e\r\n230 f\r\n"`, `1 client "QUIT\r\n"`, `1 server "221 g\r\n"`), end...)},
		{"without an end", list[:d[3]+1],
			said(`1 server "220 a\r\n"`, `1 client "USER b\r\n"`, `1 server "331 c\r\n"`, `1 client "PASS d\r\n"`)},
		{"an acknowledgement of bytes that were never sent", slices.Insert(slices.Clone(list[:d[3]+1]), d[2]+1, func() packet {
			p := list[d[2]]
			p.ack += 2 * far
			return p
		}()),
			said(`1 server "220 a\r\n"`, `1 client "USER b\r\n"`, `1 server "331 c\r\n"`, `1 client "PASS d\r\n"`)},
		{"a reply is lost, and the two after it are swapped", swapped(without(fromServer, 3), 4, 5),
			said(`1 server "220 a\r\n"`, "1 server gap 7", `1 server "230-e\r\n230 f\r\n221 g\r\n"`, "1 server hangs up")},
		{"with a reset of the client", append(slices.Clone(list[:d[3]+1]), func() packet {
			p := list[d[3]]
			p.seq, p.payload, p.flags = p.seq+uint32(len(p.payload)), "", rst
			return p
		}(), list[d[4]]),
			said(`1 server "220 a\r\n"`, `1 client "USER b\r\n"`, `1 server "331 c\r\n"`, `1 client "PASS d\r\n"`, "1 client hangs up", "1 closed")},
		{"with a reset after the end", append(slices.Clone(list[:d[0]+1]), func() []packet {
			end := list[len(list)-3]
			end.seq, end.ack = list[d[0]].seq+uint32(len(list[d[0]].payload)), list[d[0]].ack
			reset := end
			reset.seq, reset.flags = end.seq+1, rst
			return []packet{end, reset}
		}()...), said(`1 server "220 a\r\n"`, "1 server hangs up", "1 closed")},
		{"the server only", fromServer,
			said(`1 server "220 a\r\n331 c\r\n230-e\r\n230 f\r\n221 g\r\n"`, "1 server hangs up")},
		{"the client only", fromClient,
			said(`1 client "USER b\r\nPASS d\r\nQUIT\r\n"`, "1 client hangs up")},
		{"the server only, from the middle", fromServer[3:],
			said(`1 server gap 0`, `1 server "331 c\r\n230-e\r\n230 f\r\n221 g\r\n"`, "1 server hangs up")},
		{"the ends of the connection only", list[len(list)-3:], nil},
		{"refused", []packet{list[0], {fromServer: true, client: 40000, server: 21, ack: 1001, flags: rst | ack}}, nil},
		{"accepted and closed", dialogue(), end},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, eventsOf(t, tt.list)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSnapLength(t *testing.T) {
	how := plainly
	how.snap = 14 + 20 + 20 + 5
	list := dialogue("S220 hello\r\n", "CNOOP\r\n", "S200\r\n")
	got, err := events(bytes.NewReader(how.write(t, list)))
	want := []string{`1 server "220 h"`, "1 server gap 6", `1 client "NOOP\r"`, "1 client gap 1",
		`1 server "200\r\n"`, "1 server hangs up", "1 client hangs up", "1 closed"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	again := list[3]
	again.payload += "x\r\n"
	got, _ = events(bytes.NewReader(how.write(t, slices.Insert(slices.Clone(list[:5]), 4, again))))
	if want := []string{`1 server "220 h"`, "1 server gap 6", "1 server gap 3"}; !slices.Equal(want, got[:min(3, len(got))]) {
		t.Errorf("sent again with more: %q, want %q", got, want)
	}
	how.snap = 14 + 20 + 20
	got, _ = events(bytes.NewReader(how.write(t, list)))
	if want := "[1 server gap 11 1 client gap 6 1 server gap 5 1 server hangs up 1 client hangs up 1 closed]"; fmt.Sprint(got) != want {
		t.Errorf("headers only: %v, want %v", got, want)
	}
	how.snap = 14 + 20 + 19
	got, err = events(bytes.NewReader(how.write(t, list)))
	if len(got) != 0 || err != nil {
		t.Errorf("not even headers: %v %v", got, err)
	}
}

// The ends of a connection may be used again for another.
func TestPortsUsedAgain(t *testing.T) {
	one, two := dialogue("S220 a\r\n", "CQUIT\r\n", "S221 b\r\n"), shifted(dialogue("S220 c\r\n", "CQUIT\r\n", "S221 d\r\n"), 77777, 88888)
	ended := func(number int, greeting, goodbye string) []string {
		return []string{fmt.Sprintf("%d server \"220 %s\\r\\n\"", number, greeting), fmt.Sprintf("%d client \"QUIT\\r\\n\"", number),
			fmt.Sprintf("%d server \"221 %s\\r\\n\"", number, goodbye), fmt.Sprint(number, " server hangs up"), fmt.Sprint(number, " client hangs up"), fmt.Sprint(number, " closed")}
	}
	farOff, before := shifted(two, 1<<30, 1<<30), shifted(two, 3<<30, 3<<30)
	tests := []struct {
		name string
		list []packet
		want []string
	}{
		{"after the end", slices.Concat(one, two), slices.Concat(ended(1, "a", "b"), ended(2, "c", "d"))},
		{"without an end", slices.Concat(one[:4], two), slices.Concat(ended(1, "a", "b")[:1], []string{"1 closed"}, ended(2, "c", "d"))},
		{"from its middle", slices.Concat(one, farOff[3:]), slices.Concat(ended(1, "a", "b"), []string{"2 server gap 0"}, ended(2, "c", "d"))},
		{"from its middle, with lower numbers", slices.Concat(one, before[3:]), slices.Concat(ended(1, "a", "b"), []string{"2 server gap 0"}, ended(2, "c", "d"))},
		{"from its middle, and without an end", slices.Concat(one[:4], farOff[3:]),
			slices.Concat(ended(1, "a", "b")[:1], []string{"1 closed", "2 server gap 0"}, ended(2, "c", "d"))},
		{"after a refusal", slices.Concat([]packet{one[0], {fromServer: true, client: 40000, server: 21, ack: 1001, flags: rst | ack}}, two), ended(1, "c", "d")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, eventsOf(t, tt.list)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The work is linear in the number of segments, in whatever order they come.
func TestLinear(t *testing.T) {
	orders := map[string]func([]packet){
		"in order":  func([]packet) {},
		"backwards": func(list []packet) { slices.Reverse(list) },
		"at random": func(list []packet) {
			rand.New(rand.NewPCG(1, 2)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		},
		"every second one late": func(list []packet) {
			slices.SortStableFunc(list, func(a, b packet) int { return int(a.seq&1) - int(b.seq&1) })
		},
		"the first one last": func(list []packet) { list[0], list[len(list)-1] = list[len(list)-1], list[0] },
	}
	for name, order := range orders {
		for _, port := range []uint16{21, 5000} {
			var steps [2]int64
			for i := range steps {
				n := 2000 << i
				list := on(40000, port, each(dialogue("S220 "+strings.Repeat("a", n)), func(p packet) []packet { return split(p, 1) }))
				order(list[3 : 3+n])
				r, err := NewReader(bytes.NewReader(plainly.write(t, list)))
				if err != nil {
					t.Fatal(err)
				}
				for err == nil {
					_, err = r.Next()
				}
				steps[i] = r.steps
				if most := int64(3 * maxPending * len(list)); r.steps > most {
					t.Errorf("%s, port %d: %d steps for %d segments", name, port, r.steps, len(list))
				}
			}
			if steps[1] > 2*steps[0]+10*maxPending {
				t.Errorf("%s, port %d: %d steps, and %d for twice as many segments", name, port, steps[0], steps[1])
			}
		}
	}
}

// A segment does not wait for ever.
func TestHoleIsGivenUp(t *testing.T) {
	turns := []string{"S220 a\r\n"}
	for range 2 * maxPending {
		turns = append(turns, "S200 b\r\n")
	}
	list := dialogue(turns...)
	d := data(list)
	r, err := NewReader(bytes.NewReader(plainly.write(t, without(list, d[3])[:d[len(d)-1]])))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		e, err := r.Next()
		if err != nil {
			t.Fatal("no gap: ", err)
		}
		if e.Lost > 0 {
			if e.Lost != 7 || e.Record != int64(d[3]+2) || i != 3 {
				t.Errorf("event %d at frame %d: %d bytes lost", i, e.Record, e.Lost)
			}
			if r.frames.count > int64(d[3]+2*maxPending+3) {
				t.Errorf("the gap came at frame %d", r.frames.count)
			}
			return
		}
	}
}
