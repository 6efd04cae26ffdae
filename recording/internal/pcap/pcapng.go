package pcap

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"time"

	"github.com/gopacket/gopacket/layers"
)

// The pcapng format is described in draft-ietf-opsawg-pcapng. A file is a sequence of
// sections, and a section is a sequence of blocks: its header, interfaces, and packets
// that refer to an interface by its number in the section. Other blocks are skipped.

// ngMagic is the type of a section header, with which every file begins. It reads the same
// in both byte orders.
var ngMagic = []byte("\x0a\x0d\x0d\x0a")

const (
	ngSectionHeader  = 0x0a0d0d0a
	ngInterface      = 1
	ngOldPacket      = 2 // obsolete
	ngSimplePacket   = 3
	ngEnhancedPacket = 6

	ngByteOrder = 0x1a2b3c4d
)

// maxInterfaces bounds the interfaces of a section.
const maxInterfaces = 1 << 16

// An ngFile holds the state of a file in the pcapng format.
type ngFile struct {
	interfaces []ngLink
	rest       int64 // bytes of the current block that have not been read
}

// An ngLink holds the properties of an interface.
type ngLink struct {
	link   layers.LinkType
	snap   uint32 // 0 means no limit
	units  uint64 // per second, of a timestamp
	offset int64  // seconds that are added to a timestamp
}

// at converts a timestamp.
func (l *ngLink) at(stamp uint64) time.Time {
	hi, lo := bits.Mul64(stamp%l.units, uint64(time.Second))
	fraction, _ := bits.Div64(hi, lo, l.units) // less than a second, because stamp%units < units
	return time.Unix(int64(stamp/l.units)+l.offset, int64(fraction)).UTC()
}

// skip discards bytes of the source.
func (f *frames) skip(n int64) error {
	for n > 0 {
		m, err := f.source.Discard(int(min(n, 1<<30)))
		n -= int64(m)
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ngNext reads blocks up to a packet.
func (f *frames) ngNext(to *frame) error {
	for {
		if err := f.skip(f.ng.rest); err != nil {
			return err
		}
		f.ng.rest = 0
		head, err := f.peek(8)
		if err != nil {
			return err
		}
		if string(head[:4]) == string(ngMagic) {
			if err := f.ngSection(); err != nil {
				return err
			}
			continue
		}
		kind, length := f.u32(head), int64(f.u32(head[4:]))
		if length < 12 {
			return fmt.Errorf("a block of %d bytes", length)
		}
		length += -length & 3 // some programs do not count the padding
		f.ng.rest = length
		switch kind {
		case ngInterface:
			err = f.ngInterface(length)
		case ngEnhancedPacket, ngOldPacket, ngSimplePacket:
			return f.ngPacket(to, kind, length)
		}
		if err != nil {
			return err
		}
	}
}

// ngSection reads the header of a section. A section of another version is skipped.
func (f *frames) ngSection() error {
	const fixed = 28
	head, err := f.peek(fixed)
	if err != nil {
		return err
	}
	f.big = binary.BigEndian.Uint32(head[8:]) == ngByteOrder
	length := int64(f.u32(head[4:]))
	if f.u32(head[8:]) != ngByteOrder || length < fixed {
		return errors.New("a damaged section header")
	}
	if major := f.u16(head[12:]); major != 1 {
		return fmt.Errorf("version %d of the pcapng format is not supported", major)
	}
	f.ng.interfaces = f.ng.interfaces[:0]
	f.ng.rest = length + -length&3
	return nil
}

// ngInterface reads the description of an interface from a block of that length.
func (f *frames) ngInterface(length int64) error {
	const fixed, optionHeader, trailer = 16, 4, 4
	if len(f.ng.interfaces) == maxInterfaces {
		return fmt.Errorf("more than %d interfaces", maxInterfaces)
	}
	b, err := f.peek(int(min(length, maxFrame)))
	if err != nil {
		return err
	}
	if len(b) < fixed+trailer {
		return fmt.Errorf("a block of %d bytes that describes an interface", length)
	}
	l := ngLink{link: layers.LinkType(f.u16(b[8:])), snap: f.u32(b[12:]), units: 1e6}
	for b = b[fixed : len(b)-trailer]; len(b) >= optionHeader; {
		code, n := f.u16(b), int(f.u16(b[2:]))
		b = b[optionHeader:]
		if code == 0 || n > len(b) {
			break
		}
		const resolution, offset = 9, 14
		switch {
		case code == resolution && n >= 1:
			if l.units = ngUnits(b[0]); l.units == 0 {
				return fmt.Errorf("interface %d: timestamps of resolution %#x are not supported", len(f.ng.interfaces), b[0])
			}
		case code == offset && n >= 8:
			l.offset = int64(f.u64(b))
		}
		b = b[min(len(b), n+-n&3):]
	}
	f.ng.interfaces = append(f.ng.interfaces, l)
	return nil
}

// ngUnits returns the units per second of a resolution: a negative power of 10, or with the
// highest bit of 2. It returns 0 if they are more than 64 bits hold.
func ngUnits(resolution byte) uint64 {
	base, exponent, most := uint64(10), resolution&0x7f, uint8(19)
	if resolution&0x80 != 0 {
		base, most = 2, 63
	}
	if exponent > most {
		return 0
	}
	units := uint64(1)
	for range exponent {
		units *= base
	}
	return units
}

// ngPacket reads a packet from a block of that kind and length.
func (f *frames) ngPacket(to *frame, kind uint32, length int64) error {
	header := 28
	if kind == ngSimplePacket {
		header = 12
	}
	head, err := f.peek(header)
	if err != nil {
		return err
	}
	var number, captured, onWire uint32
	switch kind {
	case ngEnhancedPacket:
		number = f.u32(head[8:])
	case ngOldPacket:
		number = uint32(f.u16(head[8:]))
	}
	if int64(number) >= int64(len(f.ng.interfaces)) {
		return fmt.Errorf("interface %d, but the section has %d", number, len(f.ng.interfaces))
	}
	l := &f.ng.interfaces[number]
	to.link = l.link
	if kind == ngSimplePacket {
		onWire = f.u32(head[8:])
		captured = onWire
		if l.snap != 0 {
			captured = min(captured, l.snap)
		}
		captured = uint32(min(int64(captured), length-16))
		to.time = time.Time{}
	} else {
		to.time = l.at(uint64(f.u32(head[12:]))<<32 | uint64(f.u32(head[16:])))
		captured, onWire = f.u32(head[20:]), f.u32(head[24:])
	}
	if int64(header)+int64(captured)+4 > length {
		return fmt.Errorf("%d bytes captured in a block of %d bytes", captured, length)
	}
	err = f.take(to, header, captured, onWire)
	f.ng.rest -= int64(f.held)
	return err
}
