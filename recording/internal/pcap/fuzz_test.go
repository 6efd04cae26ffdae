package pcap

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"slices"
	"testing"

	"github.com/ftpreply/ftpreply/transcript"
	"github.com/gopacket/gopacket/layers"
)

// fuzzed adds the sessions that the fuzz targets begin with: short ones, with every file
// format, link layer and tunnel.
func fuzzed(f *testing.F, add func(recording, []packet)) {
	list := dialogue("S220 a\r\n", "CUSER b\r\n", "S331-c\r\n", "S331 d\r\n", "CQUIT\r\n")
	for _, link := range linkLayers {
		add(recording{ip: ipv4, link: link, file: fileFormats[0]}, list)
	}
	for _, file := range fileFormats {
		add(recording{ip: ipv6, link: linkLayers[0], file: file}, list)
	}
	for _, ip := range []addressing{ipv4, ipv6} {
		add(recording{ip: ip, link: linkLayers[0], file: fileFormats[0], divided: 16}, list)
		add(recording{ip: ip, link: linkLayers[0], file: fileFormats[0], snap: 80}, list)
	}
	for _, p := range preambles {
		add(plainly, on(40000, 1080, dialogue(append(slices.Clone(p.turns), "S220 a\r\n", "CUSER b\r\n")...)))
	}
	add(plainly, slices.Concat(dialogue("S220 a\r\n", "S229 (|||1075|)\r\n"), on(40001, 1075, list), on(40002, 5000, list[:4]), on(40003, 5000, list)))
	for _, d := range dialogues {
		add(plainly, on(40000, 5000, dialogue(d.turns...)))
	}
	add(plainly, without(list, 5))
	add(plainly, list[5:])
}

// FuzzReader checks that reading any file ends without a panic, and that the events make
// sense.
func FuzzReader(f *testing.F) {
	fuzzed(f, func(how recording, list []packet) { f.Add(how.write(f, list)) })
	f.Fuzz(checkEvents)
}

func checkEvents(t *testing.T, file []byte) {
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		return
	}
	numbers, closed := 0, map[int]bool{}
	for {
		e, err := r.Next()
		if err != nil {
			break
		}
		switch {
		case e.Conn < 1 || e.Conn > numbers+1:
			t.Fatalf("connection %d after %d", e.Conn, numbers)
		case closed[e.Conn]:
			t.Fatalf("connection %d is closed, and goes on: %v", e.Conn, e)
		case e.Record < 1 || e.Record > r.frames.count:
			t.Fatalf("frame %d of %d", e.Record, r.frames.count)
		case e.Kind == transcript.Data && len(e.Bytes) == 0, e.Kind != transcript.Data && e.Bytes != nil, e.Lost < 0:
			t.Fatalf("event %v", e)
		}
		numbers = max(numbers, e.Conn)
		closed[e.Conn] = e.Kind == transcript.Closed
	}
	checkState(t, r)
	for _, c := range r.conns {
		if c.state == undecided || c.state == waiting {
			t.Fatalf("a connection of state %d is not counted", c.state)
		}
	}
}

// FuzzCost checks that work and memory are bounded by the length of the file.
func FuzzCost(f *testing.F) {
	fuzzed(f, func(how recording, list []packet) { f.Add(how.write(f, list)) })
	f.Add(blocks(binary.LittleEndian, slices.Repeat([]string{ethernetInterface}, 100)...))
	f.Fuzz(func(t *testing.T, file []byte) {
		const (
			stepsPerByte, bytesPerByte = 256, 256
			stepsAtOnce, bytesAtOnce   = 4096, fileBuffer + 256<<10
		)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := NewReader(bytes.NewReader(file))
		for err == nil {
			_, err = r.Next()
		}
		runtime.ReadMemStats(&after)
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > bytesAtOnce+bytesPerByte*uint64(len(file)) {
			t.Errorf("%d bytes allocated for %d", allocated, len(file))
		}
		if r != nil && r.steps > stepsAtOnce+stepsPerByte*int64(len(file)) {
			t.Errorf("%d steps for %d bytes", r.steps, len(file))
		}
	})
}

// FuzzSegments lets the fuzzer choose the bytes of the frames: the first byte selects the
// link layer, and each frame begins with its length.
func FuzzSegments(f *testing.F) {
	unframed := fileFormat{"frames", func(_ testing.TB, link layers.LinkType, records []record) []byte {
		b := []byte{0}
		for i, l := range linkLayers {
			if l.link == link {
				b[0] = byte(i)
			}
		}
		for _, r := range records {
			b = append(append(b, byte(min(len(r.data), 255))), r.data[:min(len(r.data), 255)]...)
		}
		return b
	}}
	fuzzed(f, func(how recording, list []packet) {
		how.file = unframed
		f.Add(how.write(f, list))
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		link := linkLayers[int(b[0])%len(linkLayers)].link
		var records []record
		for b = b[1:]; len(b) > 0; {
			n := min(int(b[0]), len(b)-1)
			records = append(records, record{data: b[1 : 1+n], length: n})
			b = b[1+n:]
		}
		checkEvents(t, fileFormats[0].write(t, link, records))
	})
}
