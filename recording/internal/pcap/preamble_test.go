package pcap

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var preambles = []struct {
	name   string
	turns  []string
	server string // the address of the server in the events, "" if it is not known
	client string
}{
	{"PROXY", []string{"CPROXY TCP4 198.51.100.7 198.51.100.1 5555 21\r\n"}, "198.51.100.1:21", "198.51.100.7:5555"},
	{"PROXY over IPv6", []string{"CPROXY TCP6 2001:db8::7 2001:db8::1 5555 21\r\n"}, "[2001:db8::1]:21", "[2001:db8::7]:5555"},
	{"PROXY without addresses", []string{"CPROXY UNKNOWN\r\n"}, "192.0.2.1:", "192.0.2.9:40000"},
	{"PROXY, version 2", []string{"C" + string(proxyV2) + "\x21\x11\x00\x0c\xc6\x33\x64\x07\xc6\x33\x64\x01\x15\xb3\x00\x15"},
		"198.51.100.1:21", "198.51.100.7:5555"},
	{"PROXY, version 2, over IPv6", []string{"C" + string(proxyV2) + "\x21\x21\x00\x24" +
		strings.Repeat("\x20\x01\x0d\xb8"+zeros[:11]+"\x07", 2) + "\x15\xb3\x00\x15"}, "[2001:db8::7]:21", "[2001:db8::7]:5555"},
	{"PROXY, version 2, local", []string{"C" + string(proxyV2) + "\x20\x00\x00\x00"}, "192.0.2.1:", "192.0.2.9:40000"},
	{"CONNECT", []string{"CCONNECT 198.51.100.1:21 HTTP/1.1\r\nHost: a\r\n\r\n", "SHTTP/1.1 200 OK\r\n\r\n"}, "198.51.100.1:21", "192.0.2.9:40000"},
	{"CONNECT to a name", []string{"CCONNECT ftp.example:21 HTTP/1.1\r\n\r\n", "SHTTP/1.0 200\r\nA: b\r\n\r\n"}, "", "192.0.2.9:40000"},
	{"SOCKS 4", []string{"C\x04\x01\x00\x15\xc6\x33\x64\x01user\x00", "S\x00\x5a" + zeros[:6]}, "198.51.100.1:21", "192.0.2.9:40000"},
	{"SOCKS 4 to a name", []string{"C\x04\x01\x00\x15\x00\x00\x00\x01user\x00ftp.example\x00", "S\x00\x5a" + zeros[:6]}, "", "192.0.2.9:40000"},
	{"SOCKS 5", []string{"C\x05\x01\x00", "S\x05\x00", "C\x05\x01\x00\x01\xc6\x33\x64\x01\x00\x15", "S\x05\x00\x00\x01" + zeros[:6]},
		"198.51.100.1:21", "192.0.2.9:40000"},
	{"SOCKS 5 over IPv6", []string{"C\x05\x01\x00", "S\x05\x00", "C\x05\x01\x00\x04\x20\x01\x0d\xb8" + zeros[:11] + "\x07\x00\x15", "S\x05\x00\x00\x04" + zeros + "\x00\x00"},
		"[2001:db8::7]:21", "192.0.2.9:40000"},
	{"SOCKS 5 with a password", []string{"C\x05\x02\x00\x02", "S\x05\x02", "C\x01\x01a\x02bc", "S\x01\x00",
		"C\x05\x01\x00\x03\x0bftp.example\x00\x15", "S\x05\x00\x00\x03\x01a\x00\x00"}, "", "192.0.2.9:40000"},
}

// The dialogue with a proxy is removed, on the port of a server and on any other, however it
// is cut into segments.
func TestPreambles(t *testing.T) {
	control := []string{"S220 a\r\n", "CUSER b\r\n", "S331 c\r\n"}
	want := eventsOf(t, dialogue(control...))
	for _, tt := range preambles {
		for _, port := range []uint16{21, 1080} {
			for _, size := range []int{1000, 30, 1} {
				t.Run(fmt.Sprintf("%s, port %d, segments of %d", tt.name, port, size), func(t *testing.T) {
					list := on(40000, port, each(dialogue(slices.Concat(tt.turns, control)...), func(p packet) []packet { return split(p, size) }))
					long := 0
					for _, turn := range tt.turns {
						long += len(turn) / size
					}
					if long > maxPending/2 {
						t.Skip("too many segments to be held")
					}
					file := plainly.write(t, list)
					got, err := events(bytes.NewReader(file))
					if diff := cmp.Diff(want, got); diff != "" || err != nil {
						t.Error(err, diff)
					}
					r, err := NewReader(bytes.NewReader(file))
					if err != nil {
						t.Fatal(err)
					}
					e, err := r.Next()
					if err != nil {
						t.Fatal(err)
					}
					server := ""
					if e.Server.IsValid() {
						server = e.Server.String()
					}
					want := tt.server
					if strings.HasSuffix(want, ".1:") {
						want += fmt.Sprint(port)
					}
					if server != want || e.Client.String() != tt.client {
						t.Errorf("server %v, client %v, want %s, %s", e.Server, e.Client, want, tt.client)
					}
				})
			}
		}
	}
}

// Bytes that only look like the beginning of a preamble are kept.
func TestNoPreamble(t *testing.T) {
	for _, tt := range []struct {
		name  string
		turns []string
	}{
		{"a command", []string{"CPASS a\r\n"}},
		{"a command in pieces", []string{"CP", "CASS a\r\n"}},
		{"an empty line", []string{"C\r\n", "S500 a\r\n"}},
		{"a long line", []string{"CPROXY " + strings.Repeat("a", 200) + "\r\n"}},
		{"the beginning only", []string{"CPROXY "}},
		{"a refusal by HTTP", []string{"CCONNECT a:21 HTTP/1.1\r\n\r\n", "SHTTP/1.1 403 Forbidden\r\n\r\n"}},
		{"a server that does not speak HTTP", []string{"CCONNECT a:21 HTTP/1.1\r\n\r\n", "S220 a\r\n"}},
		{"a refusal by SOCKS 4", []string{"C\x04\x01\x00\x15\xc6\x33\x64\x01\x00", "S\x00\x5b" + zeros[:6]}},
		{"a refusal by SOCKS 5", []string{"C\x05\x01\x00", "S\x05\xff"}},
		{"a refusal of the password", []string{"C\x05\x01\x02", "S\x05\x02", "C\x01\x01a\x01b", "S\x01\x01"}},
		{"a refusal of the request", []string{"C\x05\x01\x00", "S\x05\x00", "C\x05\x01\x00\x01\xc6\x33\x64\x01\x00\x15", "S\x05\x05\x00\x01" + zeros[:6]}},
		{"a server that does not speak SOCKS", []string{"C\x05\x01\x00", "S220 a\r\n"}},
		{"many bytes", []string{"CCONNECT " + strings.Repeat("a", maxPreamble)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, end := range []int{0, 3} {
				list := dialogue(tt.turns...)
				got := strings.Join(eventsOf(t, list[:len(list)-end]), "")
				for _, turn := range tt.turns {
					if want := strings.Trim(fmt.Sprintf("%q", turn[1:]), `"`); !strings.Contains(got, want) {
						t.Errorf("%s lacks %s", got, want)
					}
				}
			}
		})
	}
}
