package pcap

import (
	"bytes"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"
)

// Every packet is either of a control connection or counted, and so is every connection.
func TestSkipped(t *testing.T) {
	var records []record
	add := func(how recording, list ...packet) {
		for i, p := range list {
			for _, ip := range how.fragments(how.ip(t, p), uint32(i)) {
				b := ethernet("")(ip)
				records = append(records, record{b, len(b), p.at})
			}
		}
	}
	divided := plainly
	divided.divided = 24
	control := dialogue("S220 a\r\n", "CUSER b\r\n")
	add(plainly, control...)
	add(divided, on(40001, 21, control)...)
	add(plainly, on(40002, 80, dialogue("CGET / HTTP/1.1\r\n", "S200\r\n"))...)
	add(plainly, on(40003, 80, dialogue())...)
	add(plainly, on(40004, 990, dialogue("C\x16\x03\x01\x00\x05abcde"))...)
	add(plainly, on(20, 40005, dialogue("Sabc"))...)
	add(plainly, packet{client: 40006, server: 80, flags: ack}, packet{client: 40007, server: 80, flags: rst})
	lost := divided.fragments(ipv4(t, control[3]), 99)[0]
	records = append(records, record{ethernet("")(lost), 100, control[3].at})
	arp := []byte(macs + "\x08\x06")
	records = append(records, record{arp, len(arp), control[3].at})

	file := fileFormats[0].write(t, layers.LinkTypeEthernet, records)
	r, err := NewReader(bytes.NewReader(file))
	for err == nil {
		_, err = r.Next()
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	if r.numbers != 2 {
		t.Errorf("%d control connections", r.numbers)
	}
	want := []Skip{
		{"not IP", 1, 0}, {"incomplete fragments", 1, 0}, {"encrypted", 8, 1}, {"no data", 2, 0},
		{"data connection", 8, 1}, {"not FTP", 10, 1}, {"too few bytes", 6, 1},
	}
	if diff := cmp.Diff(want, r.Skipped()); diff != "" {
		t.Error(diff)
	}
}

func TestSkippedLinks(t *testing.T) {
	const usb = layers.LinkTypeLinuxUSB
	file := fileFormats[6].write(t, usb, []record{{data: []byte("abc"), length: 3}})
	other := fileFormats[6].write(t, 147, []record{{data: []byte("abc"), length: 3}, {data: []byte("abc"), length: 3}})
	good := fileFormats[6].write(t, layers.LinkTypeRaw, []record{{data: ipv4(t, dialogue()[0]), length: 40}})
	r, err := NewReader(bytes.NewReader(slices.Concat(file, other, good)))
	for err == nil {
		_, err = r.Next()
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	want := []Skip{{"link type 147", 2, 0}, {"link type 220 (USB)", 1, 0}, {"too few bytes", 1, 1}}
	if diff := cmp.Diff(want, r.Skipped()); diff != "" {
		t.Error(diff)
	}
}

// Every reason has a name.
func TestReasonNames(t *testing.T) {
	for why := UnknownLink + 1; why < reasons; why++ {
		if reasonNames[why] == "" {
			t.Errorf("reason %d has no name", why)
		}
	}
}
