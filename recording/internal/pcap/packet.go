package pcap

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket/layers"
)

// A key names a connection: the address and the port of both ends, in an order of their
// own. IPv4 addresses are mapped into IPv6.
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

// A place is where in the capture something was.
type place struct {
	time   time.Time
	number int64 // of the frame
}

// A segment is one of TCP (RFC 9293, section 3.1).
type segment struct {
	key
	place
	from    side // which end of the key sent it
	seq     uint32
	ack     uint32
	flags   uint8
	payload []byte // lent until the next frame
	length  uint32 // of the payload on the wire
}

func (s *segment) has(flags uint8) bool { return s.flags&flags != 0 }

// first is the sequence number of the first byte of the payload.
func (s *segment) first() uint32 {
	if s.has(syn) {
		return s.seq + 1
	}
	return s.seq
}

// end is the sequence number behind the payload.
func (s *segment) end() uint32 { return s.first() + s.length }

// matters reports whether there is more to it than an acknowledgement.
func (s *segment) matters() bool { return s.length > 0 || s.has(fin|rst) }

// opens reports whether it may be the first that is seen of a connection.
func (s *segment) opens() bool { return !s.has(rst) && (s.has(syn) || s.length > 0) }

// packets finds the TCP segments in frames.
type packets struct{ fragments fragments }

// Link types that package layers has no name for: raw IP, whose number differs between systems.
const (
	linkRawBSD     layers.LinkType = 12
	linkRawOpenBSD layers.LinkType = 14
)

// A linkHeader says how long the header of a link layer is, and where in it the EtherType
// is, or -1.
type linkHeader struct{ length, etherType int }

// linkHeaders has those that are known.
var linkHeaders = map[layers.LinkType]*linkHeader{
	layers.LinkTypeEthernet:  {14, 12},
	layers.LinkTypeLinuxSLL:  {16, 14},
	layers.LinkTypeLinuxSLL2: {20, 0},
	layers.LinkTypeNull:      {4, -1},
	layers.LinkTypeLoop:      {4, -1},
	layers.LinkTypeRaw:       {0, -1},
	linkRawBSD:               {0, -1},
	linkRawOpenBSD:           {0, -1},
	layers.LinkTypeIPv4:      {0, -1},
	layers.LinkTypeIPv6:      {0, -1},
}

// skip returns the packet of the network layer, behind any VLAN tags; nil when it is
// not of IP.
func (h *linkHeader) skip(b []byte) []byte {
	if h == nil || len(b) < h.length {
		return nil
	}
	if h.etherType < 0 {
		return b[h.length:]
	}
	etherType := binary.BigEndian.Uint16(b[h.etherType:])
	b = b[h.length:]
	for {
		switch layers.EthernetType(etherType) {
		case layers.EthernetTypeIPv4, layers.EthernetTypeIPv6:
			return b
		case layers.EthernetTypeDot1Q, layers.EthernetTypeQinQ, 0x9100: // IEEE 802.1Q, 802.1ad, and before it
			if len(b) < 4 {
				return nil
			}
			etherType, b = binary.BigEndian.Uint16(b[2:]), b[4:]
		default:
			return nil
		}
	}
}

// decode reports whether there is a segment in the frame.
func (p *packets) decode(f *frame, s *segment) bool {
	b := f.header.skip(f.data)
	if len(b) == 0 {
		return false
	}
	s.place = f.place
	length := f.length - (len(f.data) - len(b))
	switch b[0] >> 4 {
	case 4:
		return p.decodeIPv4(b, length, s)
	case 6:
		return p.decodeIPv6(b, length, s)
	}
	return false
}

// decodeIPv4 reads a packet of IPv4 (RFC 791, section 3.1) that has at most that length on the wire.
func (p *packets) decodeIPv4(b []byte, length int, s *segment) bool {
	if len(b) < 20 {
		return false
	}
	header, total := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
	if total == 0 {
		total = length // left to a network card that cuts packets itself
	}
	if header < 20 || header > total || header > len(b) || total > length {
		return false
	}
	b = b[:min(len(b), total)]
	if binary.BigEndian.Uint16(b[6:])&0x3fff != 0 { // more fragments, or an offset
		whole := p.fragments.addIPv4(b, s.time)
		return whole != nil && whole.Protocol == layers.IPProtocolTCP &&
			s.decode(whole.SrcIP, whole.DstIP, whole.Payload, len(whole.Payload))
	}
	return b[9] == byte(layers.IPProtocolTCP) && s.decode(b[12:16], b[16:20], b[header:], total-header)
}

// decodeIPv6 reads a packet of IPv6 (RFC 8200, section 3).
func (p *packets) decodeIPv6(b []byte, length int, s *segment) bool {
	const header = 40
	if len(b) < header {
		return false
	}
	total := header + int(binary.BigEndian.Uint16(b[4:]))
	if total == header {
		total = length
	}
	if total > length {
		return false
	}
	b = b[:min(len(b), total)]
	return p.decodeNext(layers.IPProtocol(b[6]), b[8:24], b[24:40], b[header:], total-header, s)
}

// decodeNext skips the extension headers of IPv6 (RFC 8200, section 4).
func (p *packets) decodeNext(next layers.IPProtocol, src, dst, b []byte, length int, s *segment) bool {
	for {
		if next == layers.IPProtocolTCP {
			return s.decode(src, dst, b, length)
		}
		if len(b) < 8 {
			return false
		}
		header := 8 * (int(b[1]) + 1)
		switch next {
		case layers.IPProtocolIPv6HopByHop, layers.IPProtocolIPv6Routing, layers.IPProtocolIPv6Destination:
		case layers.IPProtocolAH: // RFC 4302, section 2.2
			header = 4 * (int(b[1]) + 2)
		case layers.IPProtocolIPv6Fragment:
			whole := p.fragments.addIPv6(src, dst, b, s.time)
			return whole != nil && whole.NextHeader != layers.IPProtocolIPv6Fragment &&
				p.decodeNext(whole.NextHeader, whole.SrcIP, whole.DstIP, whole.Payload, len(whole.Payload), s)
		default:
			return false
		}
		if header > len(b) {
			return false
		}
		next, b, length = layers.IPProtocol(b[0]), b[header:], length-header
	}
}

// decode reads a segment that has that length on the wire.
func (s *segment) decode(src, dst, b []byte, length int) bool {
	if len(b) < 20 {
		return false
	}
	header := int(b[12]>>4) * 4
	if header < 20 || header > length {
		return false
	}
	s.setKey(src, dst, binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:]))
	s.seq, s.ack, s.flags = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:]), b[13]
	s.payload = b[min(len(b), header):]
	s.length = uint32(length - header)
	return true
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
