package pcap

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"github.com/gopacket/gopacket/layers"
)

// This file and pcapng.go read the two file formats. They do not use package pcapgo, which
// refuses files that Wireshark reads (a captured length above the length on the wire, minor
// versions other than 4), copies every frame twice, and keeps every interface and every
// name of a pcapng file in memory.

// A frame is one record of a capture.
type frame struct {
	data []byte // valid until the next frame
	cut  int    // bytes that were on the wire after data and are not in the capture
	link layers.LinkType
	place
}

// frames reads the records of a capture file.
type frames struct {
	source *bufio.Reader
	big    bool  // the byte order of the file
	count  int64 // frames so far
	held   int   // bytes of source that the latest frame uses

	plain plainFile
	ng    *ngFile // nil for the pcap format
}

const (
	// maxFrame is the longest frame that is accepted. It is the largest snap length of
	// libpcap; a longer record is a sign of a damaged file.
	maxFrame = 256 << 10

	fileBuffer = maxFrame + 64<<10
)

// The first four bytes of a pcap file, in the byte order of the file.
const (
	magicMicroseconds = 0xa1b2c3d4
	magicNanoseconds  = 0xa1b23c4d
	magicModified     = 0xa1b2cd34 // by old Linux systems: 8 bytes more in the header of a record
)

// A plainFile holds the properties of a file in the pcap format.
type plainFile struct {
	link   layers.LinkType
	header int           // length of the header of a record
	unit   time.Duration // of the fractions in a timestamp
}

// Recognise reports whether head is the beginning of a packet capture.
func Recognise(head []byte) bool { return byteOrder(head) != nil || bytes.HasPrefix(head, ngMagic) }

// byteOrder returns the byte order of a pcap file, nil if head is not the beginning of one.
func byteOrder(head []byte) binary.ByteOrder {
	if len(head) < 4 {
		return nil
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch order.Uint32(head) {
		case magicMicroseconds, magicNanoseconds, magicModified:
			return order
		}
	}
	return nil
}

// openFrames reads the header of a capture file.
func openFrames(r io.Reader) (frames, error) {
	f := frames{source: bufio.NewReaderSize(r, fileBuffer)}
	head, err := f.source.Peek(4)
	if err != nil {
		return frames{}, err
	}
	if bytes.Equal(head, ngMagic) {
		f.ng = &ngFile{}
		return f, f.ngSection()
	}
	order := byteOrder(head)
	if order == nil {
		return frames{}, fmt.Errorf("not a packet capture: it begins with % x", head)
	}
	f.big = order == binary.BigEndian
	const length = 24
	if head, err = f.peek(length); err != nil {
		return frames{}, err
	}
	f.plain = plainFile{link: layers.LinkType(f.u16(head[20:])), header: 16, unit: time.Microsecond}
	if f.big { // the upper half holds the length of the frame check sequence
		f.plain.link = layers.LinkType(f.u16(head[22:]))
	}
	switch f.u32(head) {
	case magicNanoseconds:
		f.plain.unit = time.Nanosecond
	case magicModified:
		f.plain.header = 24
	}
	if major := f.u16(head[4:]); major != 2 {
		return frames{}, fmt.Errorf("version %d of the pcap format is not supported", major)
	}
	f.source.Discard(length)
	return f, nil
}

// u16, u32 and u64 read a number in the byte order of the file. The calls are direct, unlike
// those of a binary.ByteOrder.
func (f *frames) u16(b []byte) uint16 {
	if f.big {
		return binary.BigEndian.Uint16(b)
	}
	return binary.LittleEndian.Uint16(b)
}

func (f *frames) u32(b []byte) uint32 {
	if f.big {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

func (f *frames) u64(b []byte) uint64 {
	if f.big {
		return binary.BigEndian.Uint64(b)
	}
	return binary.LittleEndian.Uint64(b)
}

// peek returns the next n bytes of the source. io.EOF means that there are no more bytes at
// all.
func (f *frames) peek(n int) ([]byte, error) {
	b, err := f.source.Peek(n)
	if err == io.EOF && len(b) > 0 {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

// next reads a frame. The error is io.EOF after the last one.
func (f *frames) next(to *frame) error {
	f.source.Discard(f.held)
	f.held = 0
	f.count++
	to.number = f.count
	if f.ng != nil {
		return f.ngNext(to)
	}
	head, err := f.peek(f.plain.header)
	if err != nil {
		return err
	}
	to.link = f.plain.link
	to.time = time.Unix(int64(f.u32(head)), int64(f.u32(head[4:]))*int64(f.plain.unit)).UTC()
	return f.take(to, len(head), f.u32(head[8:]), f.u32(head[12:]))
}

// take sets the data of a frame whose header is at the start of the source. The captured
// length decides, because some programs write a lower length on the wire, or 0.
func (f *frames) take(to *frame, header int, captured, length uint32) error {
	if captured > maxFrame {
		return fmt.Errorf("captured length %d is more than %d", captured, maxFrame)
	}
	b, err := f.source.Peek(header + int(captured))
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	to.data = b[min(len(b), header):]
	to.cut = int(max(length, captured) - captured)
	f.held = len(b)
	return err
}
