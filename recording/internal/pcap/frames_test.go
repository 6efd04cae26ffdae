package pcap

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"
)

// The lengths in a file may be odd. The captured length decides.
func TestOddLengths(t *testing.T) {
	list := session(t)
	want := eventsOf(t, list)
	for _, file := range fileFormats[:8] {
		for name, change := range map[string]func(*record){
			"none on the wire":                   func(r *record) { r.length = 0 },
			"fewer on the wire than captured":    func(r *record) { r.length = len(r.data) - 1 },
			"padding that the wire did not have": func(r *record) { r.data = append(bytes.Clone(r.data), "padding"...) },
		} {
			how := plainly
			how.file = fileFormat{file.name, func(t testing.TB, link layers.LinkType, records []record) []byte {
				for i := range records {
					change(&records[i])
				}
				return file.write(t, link, records)
			}}
			got, err := events(bytes.NewReader(how.write(t, list)))
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s, %s: %v %s", file.name, name, err, diff)
			}
		}
	}
}

func TestVersions(t *testing.T) {
	list := session(t)
	want := eventsOf(t, list)
	for minor := range byte(5) {
		b := plainly.write(t, list)
		b[6] = minor
		got, err := events(bytes.NewReader(b))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("version 2.%d: %v %s", minor, err, diff)
		}
	}
	b := plainly.write(t, list)
	b[4] = 3
	if _, err := events(bytes.NewReader(b)); err == nil || !strings.Contains(err.Error(), "version 3") {
		t.Errorf("version 3: error %v", err)
	}
}

// The upper half of the link type has other things in it.
func TestLinkTypeFlags(t *testing.T) {
	list := session(t)
	for i, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		how := plainly
		how.file = fileFormats[i]
		b := how.write(t, list)
		order.PutUint32(b[20:], 0x24000000|order.Uint32(b[20:]))
		got, err := events(bytes.NewReader(b))
		if diff := cmp.Diff(eventsOf(t, list), got); diff != "" || err != nil {
			t.Errorf("%v: %v %s", order, err, diff)
		}
	}
}
