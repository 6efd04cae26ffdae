package pcap

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"time"
)

// blocks joins the blocks of a pcapng file.
func blocks(order binary.AppendByteOrder, list ...string) []byte {
	b := order.AppendUint32([]byte(ngMagic), 28)
	b = order.AppendUint32(b, ngByteOrder)
	b = order.AppendUint16(order.AppendUint16(b, 1), 0)
	b = order.AppendUint32(order.AppendUint64(b, 1<<64-1), 28)
	for _, block := range list {
		body := append([]byte(block[1:]), make([]byte, -len(block[1:])&3)...)
		b = order.AppendUint32(order.AppendUint32(b, uint32(block[0])), uint32(len(body)+12))
		b = order.AppendUint32(append(b, body...), uint32(len(body)+12))
	}
	return b
}

const (
	ethernetInterface = "\x01\x01\x00\x00\x00\x00\x00\x00\x00"
	enhanced          = "\x06\x00\x00\x00\x00" // a packet of the first interface, without its time and lengths
)

func TestTimestamps(t *testing.T) {
	option := func(code, data string) string {
		return code + "\x00" + string(byte(len(data))) + "\x00" + data + strings.Repeat("\x00", -len(data)&3)
	}
	for _, tt := range []struct {
		name, options string
		stamp         uint64
		want          time.Time
	}{
		{"microseconds", "", 1700000000_123456, time.Unix(1700000000, 123456000)},
		{"nanoseconds", option("\x09", "\x09"), 1700000000_123456789, time.Unix(1700000000, 123456789)},
		{"seconds", option("\x09", "\x00"), 1700000000, time.Unix(1700000000, 0)},
		{"the finest decimal", option("\x09", "\x13"), 12e18, time.Unix(1, 2e8)},
		{"a power of 2", option("\x09", "\x8a"), 1700000000<<10 | 512, time.Unix(1700000000, 5e8)},
		{"the finest power of 2", option("\x09", "\xbf"), 3 << 62, time.Unix(1, 5e8)},
		{"an offset", option("\x01", "comment") + option("\x0e", "\x10\x00\x00\x00\x00\x00\x00\x00"), 1e6, time.Unix(17, 0)},
		{"an option that ends late", "\x09\x00\xff\x00", 1e6, time.Unix(1, 0)},
	} {
		header := binary.LittleEndian.AppendUint32(nil, uint32(tt.stamp>>32))
		header = binary.LittleEndian.AppendUint32(header, uint32(tt.stamp))
		file := blocks(binary.LittleEndian, ethernetInterface+tt.options, enhanced+string(header)+zeros[:8])
		f, err := openFrames(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		var got frame
		if err := f.next(&got); err != nil || !got.time.Equal(tt.want) {
			t.Errorf("%s: %v, error %v, want %v", tt.name, got.time, err, tt.want)
		}
	}
}

func TestDamagedBlocks(t *testing.T) {
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"nothing but a section", blocks(binary.BigEndian), "EOF"},
		{"a section twice", append(blocks(binary.LittleEndian, ethernetInterface), blocks(binary.BigEndian, enhanced+zeros)...), "interface 0, but the section has 0"},
		{"a packet of no interface", blocks(binary.LittleEndian, enhanced+zeros), "interface 0, but the section has 0"},
		{"a packet longer than its block", blocks(binary.LittleEndian, ethernetInterface, enhanced+zeros[:8]+"\x05\x00\x00\x00\x05\x00\x00\x00abcd"), "5 bytes captured in a block of 36 bytes"},
		{"a block of no length", append(blocks(binary.LittleEndian), zeros...), "a block of 0 bytes"},
		{"a block that is cut", append(blocks(binary.LittleEndian), "\x05\x00\x00\x00\xff\xff\xff\x7f"...), "unexpected EOF"},
		{"a short interface", blocks(binary.LittleEndian, "\x01\x01\x00"), "a block of 16 bytes that describes an interface"},
		{"a resolution too fine", blocks(binary.LittleEndian, ethernetInterface+"\x09\x00\x01\x00\x14\x00\x00\x00"), "timestamps of resolution 0x14"},
		{"a binary resolution too fine", blocks(binary.LittleEndian, ethernetInterface+"\x09\x00\x01\x00\xc0\x00\x00\x00"), "timestamps of resolution 0xc0"},
		{"a section of another version", bytes.Replace(blocks(binary.LittleEndian), []byte("\x01\x00\x00\x00\xff"), []byte("\x02\x00\x00\x00\xff"), 1), "version 2"},
		{"a section of no byte order", []byte("\x0a\x0d\x0d\x0a" + zeros + zeros), "damaged section"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := openFrames(bytes.NewReader(tt.file))
			for err == nil {
				err = f.next(&frame{})
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

// Simple packets have no time, and may be cut at the limit of the interface.
func TestSimplePackets(t *testing.T) {
	limited := "\x01\x01\x00\x00\x00\x02\x00\x00\x00"
	file := blocks(binary.LittleEndian, limited, "\x03\x05\x00\x00\x00ab", "\x02\x00\x00\x07\x00"+zeros[:8]+"\x01\x00\x00\x00\x01\x00\x00\x00c")
	f, err := openFrames(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var got frame
	if err := f.next(&got); err != nil || string(got.data) != "ab" || got.cut != 3 || !got.time.IsZero() {
		t.Errorf("%q, %d cut, at %v, error %v", got.data, got.cut, got.time, err)
	}
	if err := f.next(&got); err != nil || string(got.data) != "c" || got.cut != 0 {
		t.Errorf("an obsolete packet: %q, %d cut, error %v", got.data, got.cut, err)
	}
	if err := f.next(&got); err != io.EOF {
		t.Errorf("error %v", err)
	}
}

// The interfaces of a section are limited, and other blocks are not kept.
func TestInterfacesAreBounded(t *testing.T) {
	endless := func(block string) io.Reader {
		one := blocks(binary.LittleEndian, block)
		return io.MultiReader(bytes.NewReader(one), io.LimitReader(&repeating{b: one[28:]}, 100<<20))
	}
	f, err := openFrames(endless(ethernetInterface))
	for err == nil {
		err = f.next(&frame{})
	}
	if !strings.Contains(err.Error(), "more than 65536 interfaces") {
		t.Errorf("error %v", err)
	}
	f, err = openFrames(endless("\x04\x01\x00\x00\x00\x01\x00\x00\x01name.example\x00")) // a name
	if err != nil {
		t.Fatal(err)
	}
	var readErr error
	allocated := testing.AllocsPerRun(1, func() {
		if readErr == nil {
			readErr = f.next(&frame{})
		}
	})
	if readErr != io.EOF && readErr != io.ErrUnexpectedEOF || allocated > 10 {
		t.Errorf("error %v, %v allocations", readErr, allocated)
	}
}

// repeating repeats its bytes.
type repeating struct {
	b  []byte
	at int
}

func (r *repeating) Read(b []byte) (n int, err error) {
	for n < len(b) {
		m := copy(b[n:], r.b[r.at:])
		n, r.at = n+m, (r.at+m)%len(r.b)
	}
	return n, nil
}
