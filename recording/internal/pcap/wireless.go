package pcap

import "encoding/binary"

// radiotapPads reports whether the header says that the frame after it has padding between
// its own header and its data. The flags are the second field, after a clock of 8 bytes.
func radiotapPads(b []byte) bool {
	const clock, flags, more, pads = 1 << 0, 1 << 1, 1 << 31, 0x20
	present := binary.LittleEndian.Uint32(b[4:])
	if present&flags == 0 {
		return false
	}
	at := 8
	for word := present; word&more != 0 && len(b) >= at+4; at += 4 {
		word = binary.LittleEndian.Uint32(b[at:])
	}
	if present&clock != 0 {
		at += -at&7 + 8
	}
	return at < len(b) && b[at]&pads != 0
}

// wireless reads a frame of IEEE 802.11 (section 9.2). A check sequence after the packet
// needs no attention, because IP says how long a packet is.
func (p *packets) wireless(b []byte, cut int, padded bool, s *segment) Reason {
	const (
		typeMask, typeData = 0x0c, 0x08
		noData, qos        = 0x40, 0x80 // subtypes
		toAndFrom          = 0x03       // flags: there is a fourth address
		protected, order   = 0x40, 0x80 // flags
		moreFragments      = 0x04       // flags
		aggregated         = 0x80       // in the field of QoS
		meshed             = 0x01       // in its second byte
	)
	if len(b) < 2 {
		return Torn
	}
	control, flags := b[0], b[1]
	if control&typeMask != typeData || control&noData != 0 {
		return NotIP
	}
	if flags&protected != 0 {
		return Encrypted
	}
	length := 24
	if flags&toAndFrom == toAndFrom {
		length += 6
	}
	aggregate := false
	if control&qos != 0 {
		if len(b) < length+2 {
			return Torn
		}
		aggregate = b[length]&aggregated != 0
		length += 2
		if flags&order != 0 {
			length += 4
		}
	}
	if padded {
		length += -length & 3
	}
	if len(b) < length {
		return Torn
	}
	if flags&moreFragments != 0 || b[22]&15 != 0 {
		return Fragment
	}
	b = b[length:]
	if aggregate { // several packets, each with a header of 14 bytes; the first is read
		if len(b) < 14 {
			return Torn
		}
		b, cut = trim(b[14:], cut, int(binary.BigEndian.Uint16(b[12:])))
	}
	return p.llc(b, cut, s)
}
