package pcap

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnnouncements(t *testing.T) {
	tests := []struct {
		fromServer bool
		line       string
		want       string // the endpoint, or the port when the address is that of the sender
	}{
		{true, "227 Entering Passive Mode (192,0,2,7,4,51)\r", "192.0.2.7:1075"},
		{true, "227 =192,0,2,7,4,51", "192.0.2.7:1075"},
		{true, "227 Passive 3 times (192, 0, 2, 7, 4, 51).\r", "192.0.2.7:1075"},
		{true, "228 Entering Long Passive Mode (4,4,192,0,2,7,2,4,51)\r", "192.0.2.7:1075"},
		{true, "228 (6,16,32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,7,2,4,51)", "[2001:db8::7]:1075"},
		{true, "229 Entering Extended Passive Mode (|||1075|)\r", "1075"},
		{true, "229 !!!1075!", "1075"},
		{true, "229 Passive |||1075|", "1075"},
		{true, "229 (|1|192.0.2.7|1075|)", "192.0.2.7:1075"},
		{false, "PORT 192,0,2,7,4,51\r", "192.0.2.7:1075"},
		{false, "port 192,0,2,7,4,51", "192.0.2.7:1075"},
		{false, "EPRT |2|2001:db8::7|1075|\r", "[2001:db8::7]:1075"},
		{false, "EPRT !1!192.0.2.7!1075!\r", "192.0.2.7:1075"},
		{false, "LPRT 4,4,192,0,2,7,2,4,51\r", "192.0.2.7:1075"},

		{false, "227 Entering Passive Mode (192,0,2,7,4,51)", ""},
		{true, "PORT 192,0,2,7,4,51", ""},
		{true, "226 (192,0,2,7,4,51)", ""},
		{true, "227 (192,0,2,7,4)", ""},
		{true, "227 (192,0,2,7,4,256)", ""},
		{true, "227 (192,0,2,7,0,0)", ""},
		{true, "228 (4,4,192,0,2,7,3,4,51)", ""},
		{true, "228 (4,200,192,0,2,7,2,4,51)", ""},
		{true, "229 (|||)", ""},
		{true, "229 (|||65536|)", ""},
		{true, "229 (", ""},
		{false, "EPRT ", ""},
		{false, "PORTX192,0,2,7,4,51", ""},
		{false, "P", ""},
		{true, "22", ""},
		{true, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			// In one piece, and in single bytes.
			for _, size := range []int{len(tt.line) + 1, 1} {
				r, err := NewReader(bytes.NewReader(plainly.write(t, nil)))
				if err != nil {
					t.Fatal(err)
				}
				s := packet{client: 40000, server: 21}.segmentOf(1)
				c := &conn{key: s.key, server: s.from ^ 1}
				from := c.server
				sender := "192.0.2.1"
				if !tt.fromServer {
					from, sender = s.from, "10.0.0.1"
				}
				for piece := range slices.Chunk([]byte(tt.line+"\n"), size) {
					r.listen(c, from, piece)
				}
				var got []string
				for e := range r.announced.in {
					var k key
					copy(k[:], e[:])
					got = append(got, k.end(0).String())
				}
				var want []string
				if tt.want != "" {
					port := tt.want[strings.LastIndexByte(tt.want, ':')+1:]
					want = append(want, sender+":"+port)
					if port != tt.want {
						want = append(want, tt.want)
					}
				}
				slices.Sort(got)
				slices.Sort(want)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("in pieces of %d: %s", size, diff)
				}
			}
		})
	}
}

// A long line is not kept, and does not hide the next one.
func TestAnnouncementAfterLongLine(t *testing.T) {
	for _, long := range []string{"2", "x", "200 "} {
		var r Reader
		c := &conn{server: 1}
		for range 10 {
			r.listen(c, 1, []byte(strings.Repeat(long, maxAnnouncement)))
			if n := len(c.talk.rest[1]); n > maxAnnouncement {
				t.Fatalf("%d bytes are kept", n)
			}
		}
		r.listen(c, 1, []byte("\n229 (|||1075|)\n"))
		if len(r.announced.in) != 1 {
			t.Errorf("%q: %d endpoints", long, len(r.announced.in))
		}
	}
}

// An announced connection is a data connection, whatever is said on it.
func TestDataConnections(t *testing.T) {
	transcript := []string{"S220 FTP\r\n", "CUSER a\r\n", "S331 b\r\n", "CPASS c\r\n"}
	const server, client = 1075, 40001
	control := func(turns ...string) []packet { return dialogue(append([]string{"S220 a\r\n"}, turns...)...) }
	for _, tt := range []struct {
		name    string
		control []packet
		data    []packet
		isData  bool
	}{
		{"227", control("S227 (192,0,2,1,4,51)\r\n"), on(client, server, dialogue(transcript...)), true},
		{"227 with an address that is not the server's", control("S227 (10,9,8,7,4,51)\r\n"), on(client, server, dialogue(transcript...)), true},
		{"229", control("S229 (|||1075|)\r\n"), on(client, server, dialogue(transcript...)), true},
		{"229, recorded from its middle", control("S229 (|||1075|)\r\n"), on(client, server, dialogue(transcript...)[3:]), true},
		{"PORT", control("CPORT 192,0,2,9,4,51\r\n"), each(dialogue(transcript...), func(p packet) []packet {
			p.fromServer, p.client, p.server = !p.fromServer, 1075, 5000 // the server connects
			return []packet{p}
		}), true},
		{"from port 20", nil, on(20, 5000, dialogue(transcript...)), true},
		{"another port", control("S229 (|||1076|)\r\n"), on(client, server, dialogue(transcript...)), false},
		{"a port that the client announced, used by it as its own", control("CPORT 192,0,2,9,156,65\r\n"), on(client, 5000, dialogue(transcript...)), false},
		{"port 21", control("S229 (|||21|)\r\n"), on(client, 21, dialogue(transcript...)), false},
		{"an announced port 2121", control("S229 (|||2121|)\r\n"), on(client, 2121, dialogue(transcript...)), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := NewReader(bytes.NewReader(plainly.write(t, slices.Concat(tt.control, tt.data))))
			if err != nil {
				t.Fatal(err)
			}
			said := ""
			for err == nil {
				var e, nextErr = r.Next()
				said, err = said+string(e.Bytes), nextErr
			}
			if strings.Contains(said, "USER") == tt.isData {
				t.Errorf("%q", said)
			}
			var want []Skip
			if tt.isData {
				want = []Skip{{"data connection", int64(len(tt.data)), 1}}
			}
			if diff := cmp.Diff(want, r.Skipped()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A server port where FTP was recognised stays recognised.
func TestRecognisedServer(t *testing.T) {
	whole := dialogue("S220 a\r\n", "CUSER b\r\n")
	greeting := dialogue("S220 c\r\n")
	silent := dialogue()
	for _, tt := range []struct {
		name string
		list []packet
		want []string
	}{
		{"a greeting later", slices.Concat(on(40000, 5000, whole), on(40001, 5000, greeting)), []string{"1 220 a", "1 USER b", "2 220 c"}},
		{"a greeting before", slices.Concat(on(40001, 5000, greeting), on(40000, 5000, whole)), []string{"1 220 a", "1 USER b", "2 220 c"}},
		{"an open greeting before", slices.Concat(on(40001, 5000, greeting[:4]), on(40000, 5000, whole)), []string{"1 220 a", "1 USER b", "2 220 c"}},
		{"two greetings before", slices.Concat(on(40001, 5000, greeting), on(40002, 5000, greeting), on(40000, 5000, whole)),
			[]string{"1 220 a", "1 USER b", "2 220 c", "3 220 c"}},
		{"another port", slices.Concat(on(40001, 5001, greeting), on(40000, 5000, whole)), []string{"1 220 a", "1 USER b"}},
		{"no greeting", slices.Concat(on(40000, 5000, whole), on(40001, 5000, silent), on(40002, 5000, dialogue("C\x16\x03\x01"))),
			[]string{"1 220 a", "1 USER b", "3 \x16\x03\x01"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := NewReader(bytes.NewReader(plainly.write(t, tt.list)))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for {
				e, err := r.Next()
				if err != nil {
					break
				}
				if len(e.Bytes) > 0 {
					got = append(got, fmt.Sprint(e.Conn, " ", strings.TrimSpace(string(e.Bytes))))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			checkState(t, r)
		})
	}
}
