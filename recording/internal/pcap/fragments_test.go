package pcap

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// A packet may have the number of an old one that never became whole.
func TestFragmentsOfOld(t *testing.T) {
	p := packet{fromServer: true, client: 40000, server: 21, flags: ack}
	var halves [2][][]byte
	for i, letter := range []string{"a", "b"} {
		p.payload = strings.Repeat(letter, 36)
		halves[i] = fragmentsIPv4(ipv4(t, p), 9, 32)
	}
	begin := time.Unix(1700000000, 0)
	var f fragments
	if whole, _ := f.addIPv4(halves[0][1], begin); whole != nil {
		t.Fatal("one fragment is a packet")
	}
	later := begin.Add(2 * fragmentLifetime)
	f.addIPv4(halves[1][0], later)
	whole, others := f.addIPv4(halves[1][1], later)
	if whole == nil || bytes.ContainsRune(whole.Payload, 'a') || others != 1 {
		t.Errorf("packet %v", whole)
	}
}

func TestFragmentsAreBounded(t *testing.T) {
	p := packet{fromServer: true, client: 40000, server: 21, flags: ack, payload: strings.Repeat("a", 36)}
	for name, add := range map[string]func(f *fragments, id uint32){
		"IPv4": func(f *fragments, id uint32) {
			f.addIPv4(fragmentsIPv4(ipv4(t, p), id, 32)[1], time.Unix(1700000000, 0))
		},
		"IPv6": func(f *fragments, id uint32) {
			b := fragmentsIPv6(ipv6(t, p), id, 32)[1]
			f.addIPv6(b[8:24], b[24:40], b[40:], time.Unix(1700000000, 0))
		},
	} {
		var f fragments
		most := 0
		for id := range uint32(2 * maxFragments / fragmentOverhead) {
			add(&f, id)
			most = max(most, f.stored)
		}
		if most > maxFragments || most < maxFragments/2 {
			t.Errorf("%s: %d bytes", name, most)
		}
	}
}
