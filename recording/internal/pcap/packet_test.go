package pcap

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"
)

// Headers between those of IP and TCP are skipped.
func TestExtensionHeaders(t *testing.T) {
	list := session(t)
	how := plainly
	how.ip = func(t testing.TB, p packet) []byte {
		b := ipv6(t, p)
		extensions := "\x2b\x00\x01\x04\x00\x00\x00\x00" + // hop-by-hop
			"\x3c\x00\x00\x00\x00\x00\x00\x00" + // routing
			"\x33\x01" + strings.Repeat("\x00", 14) + // destination
			"\x06\x01" + strings.Repeat("\x00", 10) // authentication
		out := append(bytes.Clone(b[:40]), extensions...)
		out[6] = 0
		out = append(out, b[40:]...)
		binary.BigEndian.PutUint16(out[4:], uint16(len(out)-40))
		return out
	}
	got, err := events(bytes.NewReader(how.write(t, list)))
	if diff := cmp.Diff(eventsOf(t, list), got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// A network card that cuts packets itself is given packets of length 0.
func TestOffload(t *testing.T) {
	list := session(t)
	for name, zero := range map[string]struct {
		ip addressing
		at int
	}{"IPv4": {ipv4, 2}, "IPv6": {ipv6, 4}} {
		how := plainly
		how.link = linkLayer{"raw", layers.LinkTypeRaw, headed("")}
		how.ip = func(t testing.TB, p packet) []byte {
			b := zero.ip(t, p)
			b[zero.at], b[zero.at+1] = 0, 0
			return b
		}
		got, err := events(bytes.NewReader(how.write(t, list)))
		if diff := cmp.Diff(eventsOf(t, list), got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}
