package pcap

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/transcript"
	"github.com/google/go-cmp/cmp"
)

// on puts a dialogue on other ports.
func on(client, server uint16, list []packet) []packet {
	return each(list, func(p packet) []packet {
		p.client, p.server = client, server
		return []packet{p}
	})
}

var dialogues = []struct {
	name      string
	isControl bool
	turns     []string
}{
	{"greeting and command", true, []string{"S220 a\r\n", "CUSER b\r\n"}},
	{"greeting in two pieces, a command in three", true, []string{"S220 ", "Sa\r\n", "CUS", "CER b", "C\r\n"}},
	{"command in lower case", true, []string{"S220 a\r\n", "Cuser b\r\n"}},
	{"later", true, []string{"S120 a\r\n", "S220 b\r\n", "CUSER c\r\n"}},
	{"a bare code", true, []string{"S220\r\n", "CQUIT\r\n"}},
	{"command first", true, []string{"CFEAT\r\n", "S220 a\r\n"}},
	{"a long greeting", true, []string{"S220-" + strings.Repeat("FTP", 1000) + "\r\n", "S220 b\r\n", "CUSER c\r\n"}},
	{"TLS after a greeting", true, []string{"S220 a\r\n", "CAUTH TLS\r\n", "S234 b\r\n"}},

	{"greeting that names FTP only", false, []string{"S220 ProFTPD\r\n"}},
	{"greeting of many lines only", false, []string{"S220-Pure-FTPd\r\n", "S220 b\r\n"}},
	{"refusal only", false, []string{"S421 no FTP today\r\n"}},
	{"commands only", false, []string{"CUSER a\r\n", "CPASS b\r\n", "CSYST\r\n"}},
	{"an upload that begins like a command", false, []string{"CSTOR payload\r\nand more\r\n"}},
	{"an upload of a dialogue", false, []string{"C220 FTP\r\nUSER a\r\n331 b\r\n"}},
	{"a download of a dialogue", false, []string{"S220 FTP\r\nUSER a\r\n331 b\r\n"}},

	{"SMTP", false, []string{"S220 a ESMTP Postfix\r\n", "CHELP\r\n"}},
	{"SMTP that names FTP", false, []string{"S220 ftp.example.com SMTP\r\n", "CQUIT\r\n"}},
	{"SMTP that does not say so", false, []string{"S220 a\r\n", "CEHLO b\r\n", "S250 c\r\n", "CQUIT\r\n"}},
	{"LMTP", false, []string{"S220 a LMTP\r\n", "CQUIT\r\n"}},
	{"NNTP", false, []string{"S200 news\r\n", "CLIST\r\n"}},
	{"POP3", false, []string{"S+OK\r\n", "CUSER a\r\n", "S+OK\r\n", "CPASS b\r\n", "CTYPE\r\n"}},
	{"POP3 of the client only", false, []string{"CUSER a\r\n", "CPASS b\r\n", "CSTAT\r\n", "CTOP 1\r\n"}},
	{"IMAP", false, []string{"S* OK\r\n", "CUSER a\r\n"}},
	{"HTTP", false, []string{"CGET / HTTP/1.1\r\n\r\n", "S200 FTP\r\n"}},
	{"no command", false, []string{"S220 a\r\n", "CUSER: b\r\n"}},
	{"no verb", false, []string{"CSYSTEM\r\n"}},
	{"SSH", false, []string{"SSSH-2.0-a\r\n"}},
	{"TLS from the start", false, []string{"C\x16\x03\x01\x00\x05abcde", "S220 FTP\r\n"}},
	{"a listing", false, []string{"Sdrwxr-xr-x 2 0 0 4096 Nov 22 10:25 pub\r\n"}},
	{"figures", false, []string{"S220 a\r\n", "S" + strings.Repeat("221 b\r\n", 100)}},
	{"a long line", false, []string{"S220 " + strings.Repeat("FTP ", 200)}},
	{"figures of four", false, []string{"S2200 FTP\r\n"}},
	{"many small pieces", false, slices.Repeat([]string{"S2"}, 200)},
	{"nothing", false, nil},
}

func TestByContent(t *testing.T) {
	for _, tt := range dialogues {
		t.Run(tt.name, func(t *testing.T) {
			list := dialogue(tt.turns...)
			var want []string
			if tt.isControl {
				want = eventsOf(t, list)
			}
			if diff := cmp.Diff(want, eventsOf(t, on(40000, 5000, list))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Without a SYN the content shows which side is the server.
func TestByContentFromTheMiddle(t *testing.T) {
	for name, turns := range map[string][]string{
		"reply first":   {"S331 a\r\n", "CPASS b\r\n", "S230 c\r\n"},
		"command first": {"CPASS b\r\n", "S230 c\r\n", "CPWD\r\n"},
		"NNTP's code":   {"S200 a\r\n", "CTYPE I\r\n"},
	} {
		list := dialogue(turns...)[3:]
		for _, ports := range [][2]uint16{{40000, 5000}, {5000, 40000}} {
			for way, ip := range map[string]addressing{"up": ipv4, "down": ipv4Reversed} {
				how := plainly
				how.ip = ip
				got, err := events(bytes.NewReader(how.write(t, on(ports[0], ports[1], list))))
				if diff := cmp.Diff(eventsOf(t, list), got); diff != "" || err != nil {
					t.Errorf("%s, ports %v, %s: %v %s", name, ports, way, err, diff)
				}
			}
		}
	}
}

// A connection does not stay undecided for long, and a connection that is left is counted.
func TestReasons(t *testing.T) {
	for _, tt := range []struct {
		name  string
		turns []string
		want  string
	}{
		{"a greeting", []string{"S220 a\r\n"}, "too few bytes"},
		{"the beginning of a verb", []string{"S220 a\r\n", "Cuse"}, "too few bytes"},
		{"a long line of the server", []string{"S220 " + strings.Repeat("a", maxEvidence)}, "too few bytes"},
		{"a long line of the client", []string{"CUSER" + strings.Repeat(" ", maxEvidence)}, "too few bytes"},
		{"many pieces", slices.Repeat([]string{"S2"}, maxPending+1), "too few bytes"},
		{"nothing", nil, "too few bytes"},
		{"more letters than a verb has", []string{"CUSERS"}, "not FTP"},
		{"TLS from the start", []string{"C\x16\x03\x01\x00\x05abcde"}, "encrypted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list := on(40000, 5000, dialogue(tt.turns...))
			for _, list := range [][]packet{list, list[:len(list)-3]} {
				r, err := NewReader(bytes.NewReader(plainly.write(t, list)))
				if err != nil {
					t.Fatal(err)
				}
				if e, err := r.Next(); err != io.EOF {
					t.Fatal(e, err)
				}
				want := []Skip{{tt.want, int64(len(list)), 1}}
				if diff := cmp.Diff(want, r.Skipped()); diff != "" {
					t.Error(diff)
				}
				checkState(t, r)
			}
		})
	}
}

func TestByPort(t *testing.T) {
	list := dialogue("Sx\r\n", "Cy\r\n")
	want := eventsOf(t, list)
	for _, tt := range []struct {
		client, server uint16
		more           []uint16
		isControl      bool
	}{
		{40000, 2121, nil, true},
		{40000, 5000, nil, false},
		{40000, 5000, []uint16{4000, 5000}, true},
		{21, 5000, nil, false}, // the SYN came from port 21
		{21, 2121, nil, true},
	} {
		got := eventsOf(t, on(tt.client, tt.server, list), tt.more...)
		if tt.isControl != cmp.Equal(want, got) || !tt.isControl && len(got) > 0 {
			t.Errorf("%v: %q", tt, got)
		}
	}
}

// Connections are numbered as they appear, and their events are in the order of the capture.
func TestInterleaved(t *testing.T) {
	one, two := on(40001, 21, dialogue("S220 a\r\n", "CQUIT\r\n")), on(40002, 21, dialogue("S220 b\r\n", "CQUIT\r\n"))
	web := on(40003, 80, dialogue("CGET / HTTP/1.1\r\n", "S220 FTP\r\n"))
	var list []packet
	for i := range one {
		list = append(list, web[i], one[i], two[i])
	}
	want := []string{`1 server "220 a\r\n"`, `2 server "220 b\r\n"`, `1 client "QUIT\r\n"`, `2 client "QUIT\r\n"`,
		"1 server hangs up", "2 server hangs up", "1 client hangs up", "1 closed", "2 client hangs up", "2 closed"}
	if diff := cmp.Diff(want, eventsOf(t, list)); diff != "" {
		t.Error(diff)
	}
}

func TestIdle(t *testing.T) {
	list := dialogue("S220 a\r\n", "CNOOP\r\n", "S200 b\r\n")
	d := data(list)
	other := on(40001, 21, dialogue("S220 c\r\n"))
	// The other connection goes on for so many frames that idle ones are looked for.
	pausing := func(pause time.Duration) []packet {
		keep := slices.Repeat(other[2:3], sweepInterval)
		rest := slices.Concat(other[:4], keep, list[d[1]:d[2]+1])
		return slices.Concat(list[:d[1]], each(rest, func(p packet) []packet {
			p.at = p.at.Add(pause)
			return []packet{p}
		}))
	}
	want := []string{`1 server "220 a\r\n"`, `2 server "220 c\r\n"`, "1 server gap 0", "1 closed",
		"3 client gap 0", `3 client "NOOP\r\n"`, `3 server "200 b\r\n"`}
	if diff := cmp.Diff(want, eventsOf(t, pausing(maxIdle+time.Minute))); diff != "" {
		t.Error(diff)
	}
	want = []string{`1 server "220 a\r\n"`, `2 server "220 c\r\n"`, `1 client "NOOP\r\n"`, `1 server "200 b\r\n"`}
	if diff := cmp.Diff(want, eventsOf(t, pausing(maxIdle-time.Minute))); diff != "" {
		t.Error(diff)
	}
}

// The memory has a limit, however many connections and segments there are.
func TestLimits(t *testing.T) {
	hole := dialogue("S220 a\r\n", "S"+strings.Repeat("b", 3000)) // its first reply is left out
	d := data(hole)
	ends := "connections that have ended"
	kinds := map[string][]packet{
		"control connections":      dialogue("S220 a\r\n")[:4],
		"undecided connections":    on(40000, 5000, dialogue("S220 a\r\n")[:4]),
		"other connections":        on(40000, 5000, dialogue("Sabc\r\n")[:4]),
		"segments that wait":       {hole[0], hole[1], hole[2], hole[d[1]]},
		ends:                       dialogue("S220 a\r\n"),
		"segments of no beginning": on(40000, 5000, dialogue("S" + strings.Repeat("2", 500))[:4]),
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			r, err := NewReader(bytes.NewReader(plainly.write(t, nil)))
			if err != nil {
				t.Fatal(err)
			}
			mostBuffered, mostConns := 0, 0
			for i := range 2*maxOthers + 100 {
				for _, p := range kind {
					r.take(p.segmentOf(i))
					r.ready = r.ready[:0]
				}
				mostBuffered, mostConns = max(mostBuffered, r.buffered), max(mostConns, len(r.conns))
			}
			if mostBuffered > maxBuffered+64<<10 || mostConns > maxControls+maxOthers+1 {
				t.Errorf("%d bytes, %d connections", mostBuffered, mostConns)
			}
			if name == ends && mostConns > maxClosed+1 {
				t.Errorf("%d connections", mostConns)
			}
			if mostConns < maxControls && name != ends || mostConns < maxClosed {
				t.Errorf("%d connections only: the test tests nothing", mostConns)
			}
			checkState(t, r)
		})
	}
}

// However many connections are open at a time, each is counted once: one that was given up
// does not come again as another.
func TestManyConnections(t *testing.T) {
	r, err := NewReader(bytes.NewReader(plainly.write(t, nil)))
	if err != nil {
		t.Fatal(err)
	}
	const connections = 40000
	list := dialogue("S220 a\r\n", "CUSER b\r\n", "S331 c\r\n")
	begun, closed, open, most, gaps := 0, 0, 0, 0, 0
	var skipped int64
	for _, part := range [][]packet{list[:1], list[1:2], list[2:4], list[4:]} {
		for i := range connections {
			for _, p := range part {
				if r.take(p.segmentOf(i)) != examined {
					skipped++
				}
			}
			for _, e := range r.ready {
				if e.Conn > begun {
					begun, open = e.Conn, open+1
				}
				if e.Kind == transcript.Closed {
					closed, open = closed+1, open-1
				}
				most = max(most, open)
				if e.Kind == transcript.Gap {
					gaps++
				}
			}
			r.ready = r.ready[:0]
		}
	}
	if begun != connections || closed != connections || most > maxControls+1 || skipped == 0 || gaps > connections-maxControls+maxControls/4 {
		t.Errorf("%d connections, %d closed, %d open at a time, %d gaps, %d packets skipped", begun, closed, most, gaps, skipped)
	}
	for why, n := range r.skips.connections {
		if n != 0 {
			t.Errorf("%d connections are skipped, too: %s", n, reasonNames[why])
		}
	}
	checkState(t, r)
}

// segmentOf is the packet as one of the i-th client.
func (p packet) segmentOf(i int) *segment {
	s := segment{seq: p.seq, ack: p.ack, flags: p.flags, payload: []byte(p.payload), length: uint32(len(p.payload))}
	s.setKey([]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}, []byte{192, 0, 2, 1}, p.client, p.server)
	if p.fromServer {
		s.from = 1
	}
	s.time = time.Unix(1700000000, int64(i))
	return &s
}

// Two connections whose keys have one hash are not mixed: the older is given up.
func TestEqualHashes(t *testing.T) {
	r, err := NewReader(bytes.NewReader(plainly.write(t, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range dialogue("S220 a\r\n")[:4] {
		r.take(p.segmentOf(1))
	}
	two := dialogue("S220 b\r\n")[:4]
	hash := maphash.Bytes(r.seed, two[0].segmentOf(2).key[:])
	for old, one := range r.conns {
		delete(r.conns, old)
		one.hash, r.conns[hash] = hash, one
		break
	}
	for _, p := range two {
		r.take(p.segmentOf(2))
	}
	var got []string
	for _, e := range r.ready {
		got = append(got, fmt.Sprintf("%d %v %v %q", e.Conn, e.Client, e.Kind, e.Bytes))
	}
	want := []string{
		fmt.Sprintf("1 10.0.0.1:40000 %v %q", transcript.Data, "220 a\r\n"),
		fmt.Sprintf("1 10.0.0.1:40000 %v %q", transcript.Gap, ""),
		fmt.Sprintf("1 10.0.0.1:40000 %v %q", transcript.Closed, ""),
		fmt.Sprintf("2 10.0.0.2:40000 %v %q", transcript.Data, "220 b\r\n"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	checkState(t, r)
}

// checkState compares the counters of a reader with its state.
func checkState(t testing.TB, r *Reader) {
	t.Helper()
	held, controls := 0, 0
	for _, c := range r.conns {
		for i := range c.pending {
			held += len(c.pending[i].payload) + segmentOverhead
		}
		held += c.judged.size()
		if c.state == control {
			controls++
		}
	}
	listed := 0
	for _, list := range r.undecided {
		for c := range list {
			if r.conns[c.hash] != c || c.judged == nil || !c.judged.listed || c.state != undecided && c.state != waiting {
				t.Errorf("a connection of state %d is listed", c.state)
			}
			listed++
		}
	}
	for _, c := range r.conns {
		if c.judged != nil && c.judged.listed {
			listed--
		}
	}
	if listed != 0 {
		t.Errorf("%d connections are listed that are forgotten", listed)
	}
	var packets, connections int64
	for why := range reasons {
		if r.skips.packets[why] < 0 || r.skips.connections[why] < 0 {
			t.Errorf("%q: %d packets, %d connections", reasonNames[why], r.skips.packets[why], r.skips.connections[why])
		}
		packets, connections = packets+r.skips.packets[why], connections+r.skips.connections[why]
	}
	if packets > r.frames.count && r.frames.count > 0 {
		t.Errorf("%d packets of %d are skipped, on %d connections", packets, r.frames.count, connections)
	}
	if held != r.buffered || controls != r.controls {
		t.Errorf("%d bytes held, %d counted; %d control connections, %d counted", held, r.buffered, controls, r.controls)
	}
}
