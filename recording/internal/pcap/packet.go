package pcap

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket/layers"
)

// A key identifies a connection: the address and the port of both ends, the lower end
// first. IPv4 addresses are mapped into IPv6.
type key [2 * endLen]byte

const (
	addrLen = 16
	endLen  = addrLen + 2
)

func (k *key) address(i side) *[addrLen]byte { return (*[addrLen]byte)(k[endLen*int(i):]) }

func (k *key) port(i side) uint16 { return binary.BigEndian.Uint16(k[endLen*int(i)+addrLen:]) }

func (k *key) end(i side) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom16(*k.address(i)).Unmap(), k.port(i))
}

func (k *key) setEnd(i side, addr []byte, port uint16) {
	to := k.address(i)
	if len(addr) == 4 {
		*to = [addrLen]byte{10: 0xff, 11: 0xff}
	}
	copy(to[addrLen-len(addr):], addr)
	binary.BigEndian.PutUint16(k[endLen*int(i)+addrLen:], port)
}

// The flags of a TCP header that matter here.
const (
	fin = 1 << 0
	syn = 1 << 1
	rst = 1 << 2
	ack = 1 << 4
)

// A place is a position in the capture.
type place struct {
	time   time.Time
	number int64 // of the frame
}

// A segment is one of TCP (RFC 9293, section 3.1).
type segment struct {
	key
	place
	from    side // the end of the key that sent it
	seq     uint32
	ack     uint32
	flags   uint8
	payload []byte // valid until the next frame
	length  uint32 // of the payload on the wire
}

func (s *segment) has(flags uint8) bool { return s.flags&flags != 0 }

// first returns the sequence number of the first byte of the payload.
func (s *segment) first() uint32 {
	if s.has(syn) {
		return s.seq + 1
	}
	return s.seq
}

// end returns the sequence number after the payload.
func (s *segment) end() uint32 { return s.first() + s.length }

// matters reports whether the segment does more than acknowledge.
func (s *segment) matters() bool { return s.length > 0 || s.has(fin|rst) }

// opens reports whether the segment may be the first one of a connection in the capture.
func (s *segment) opens() bool { return !s.has(rst) && (s.has(syn) || s.length > 0) }

// packets finds the TCP segments in frames.
type packets struct {
	fragments fragments
	depth     int   // headers of links and tunnels in the current frame
	joined    int64 // earlier frames with fragments of the packet in it
}

// maxDepth bounds the headers of links and tunnels in a frame.
const maxDepth = 16

// decode reads the segment in a frame. It returns the reason if the frame has none.
func (p *packets) decode(f *frame, s *segment) Reason {
	s.place = f.place
	p.depth, p.joined = 0, 0
	if b := f.data; f.link == layers.LinkTypeEthernet && len(b) > 14 && b[12] == 8 && b[13] == 0 {
		return p.ipv4(b[14:], f.cut, s) // the common case
	}
	return p.linkLayer(f.link, f.data, f.cut, s)
}

// The functions below read one header each and pass on the rest. b is the packet from this
// header on, and cut is the number of bytes that were on the wire after b and are not in
// the capture.

// ip reads a packet of either version.
func (p *packets) ip(b []byte, cut int, s *segment) Reason {
	switch {
	case len(b) == 0:
		return Torn
	case b[0]>>4 == 4:
		return p.ipv4(b, cut, s)
	case b[0]>>4 == 6:
		return p.ipv6(b, cut, s)
	}
	return NotIP
}

// ipv4 reads a packet of IPv4 (RFC 791, section 3.1).
func (p *packets) ipv4(b []byte, cut int, s *segment) Reason {
	if len(b) < 20 {
		return Torn
	}
	header, total := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
	if total == 0 {
		total = len(b) + cut // the network card cuts packets itself, and sets the length then
	}
	if header < 20 || header > total || header > len(b) || total > len(b)+cut {
		return Torn
	}
	b, cut = trim(b, cut, total)
	if binary.BigEndian.Uint16(b[6:])&0x3fff != 0 { // more fragments, or an offset
		whole, others := p.fragments.addIPv4(b, s.time)
		if whole == nil {
			return Fragment
		}
		p.joined += others
		return p.transport(whole.Protocol, whole.SrcIP, whole.DstIP, whole.Payload, 0, s)
	}
	if b[9] == byte(layers.IPProtocolTCP) {
		return s.decode(b[12:16], b[16:20], b[header:], cut)
	}
	return p.transport(layers.IPProtocol(b[9]), b[12:16], b[16:20], b[header:], cut, s)
}

// trim cuts a packet to its length without the padding that may follow.
func trim(b []byte, cut, length int) ([]byte, int) {
	if length <= len(b) {
		return b[:length], 0
	}
	return b, min(cut, length-len(b))
}

// ipv6 reads a packet of IPv6 (RFC 8200, section 3).
func (p *packets) ipv6(b []byte, cut int, s *segment) Reason {
	const header = 40
	if len(b) < header {
		return Torn
	}
	total := header + int(binary.BigEndian.Uint16(b[4:]))
	if total == header {
		total = len(b) + cut // as in IPv4, or a jumbogram
	}
	if total > len(b)+cut {
		return Torn
	}
	b, cut = trim(b, cut, total)
	return p.transport(layers.IPProtocol(b[6]), b[8:24], b[24:40], b[header:], cut, s)
}

// transport reads the segment in a packet of IP, after the extension headers of IPv6 (RFC
// 8200, section 4) and the authentication header (RFC 4302, section 2.2), or enters a tunnel.
func (p *packets) transport(next layers.IPProtocol, src, dst, b []byte, cut int, s *segment) Reason {
	for {
		header := 0
		switch next {
		case layers.IPProtocolTCP:
			return s.decode(src, dst, b, cut)
		case layers.IPProtocolIPv6HopByHop, layers.IPProtocolIPv6Routing, layers.IPProtocolIPv6Destination:
			if len(b) >= 8 {
				header = 8 * (int(b[1]) + 1)
			}
		case layers.IPProtocolAH:
			if len(b) >= 8 {
				header = 4 * (int(b[1]) + 2)
			}
		case layers.IPProtocolIPv6Fragment:
			if len(b) < 8 {
				return Torn
			}
			whole, others := p.fragments.addIPv6(src, dst, b, s.time)
			if whole == nil || whole.NextHeader == layers.IPProtocolIPv6Fragment {
				return Fragment
			}
			p.joined += others
			next, src, dst, b, cut = whole.NextHeader, whole.SrcIP, whole.DstIP, whole.Payload, 0
			continue
		default:
			return p.tunnel(next, b, cut, s)
		}
		if header == 0 || header > len(b) {
			return Torn
		}
		next, b = layers.IPProtocol(b[0]), b[header:]
	}
}

// decode reads the header of a segment.
func (s *segment) decode(src, dst, b []byte, cut int) Reason {
	if len(b) < 20 {
		return Torn
	}
	header, length := int(b[12]>>4)*4, len(b)+cut
	if header < 20 || header > length {
		return Torn
	}
	s.setKey(src, dst, binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:]))
	s.seq, s.ack, s.flags = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:]), b[13]
	s.payload = b[min(len(b), header):]
	s.length = uint32(length - header)
	return examined
}

// setKey puts the lower end first.
func (s *segment) setKey(src, dst []byte, srcPort, dstPort uint16) {
	if c := bytes.Compare(src, dst); c > 0 || c == 0 && srcPort > dstPort {
		s.from = 1
	} else {
		s.from = 0
	}
	s.setEnd(s.from, src, srcPort)
	s.setEnd(1-s.from, dst, dstPort)
}
