package pcap

import (
	"encoding/binary"

	"github.com/gopacket/gopacket/layers"
)

// Protocols over IP that package layers has no name for.
const protocolL2TP layers.IPProtocol = 115

// tunnel reads a packet of IP that is not TCP, if it carries another packet.
func (p *packets) tunnel(next layers.IPProtocol, b []byte, cut int, s *segment) Reason {
	if p.depth++; p.depth > maxDepth {
		return Encapsulated
	}
	switch next {
	case layers.IPProtocolIPv4, layers.IPProtocolIPIP, layers.IPProtocolIPv6:
		return p.ip(b, cut, s)
	case layers.IPProtocolUDP:
		return p.udp(b, cut, s)
	case layers.IPProtocolGRE:
		return p.gre(b, cut, s)
	case layers.IPProtocolEtherIP: // RFC 3378
		if len(b) < 2 {
			return Torn
		}
		return p.linkLayer(layers.LinkTypeEthernet, b[2:], cut, s)
	case layers.IPProtocolMPLSInIP:
		return p.mpls(b, cut, s)
	case protocolL2TP: // RFC 3931, section 4.1.1
		if len(b) < 4 {
			return Torn
		}
		return p.l2tp3(b, cut, s)
	case layers.IPProtocolESP:
		return Encrypted
	}
	return NotTCP
}

// gre reads a packet of GRE (RFC 2784, RFC 2890) or of its form for PPTP (RFC 2637).
func (p *packets) gre(b []byte, cut int, s *segment) Reason {
	if len(b) < 4 {
		return Torn
	}
	const checksum, routing, key, sequence = 0x80, 0x40, 0x20, 0x10
	flags, pptp := b[0], b[1]&7 == 1
	etherType, length := layers.EthernetType(binary.BigEndian.Uint16(b[2:])), 4
	if flags&routing != 0 {
		return Encapsulated
	}
	for _, field := range []bool{flags&checksum != 0, flags&key != 0, flags&sequence != 0, pptp && b[1]&0x80 != 0} {
		if field {
			length += 4
		}
	}
	if len(b) < length {
		return Torn
	}
	b = b[length:]
	switch etherType {
	case layers.EthernetTypeERSPAN:
		if flags&sequence != 0 { // type II; type I has no header
			length = 8
		} else {
			length = 0
		}
	case etherTypeERSPAN3:
		length = 12
		if len(b) >= length && b[11]&1 != 0 { // a part that depends on the platform
			length += 8
		}
	case etherTypeWCCP:
		// Version 2 has a header of its own. Its first byte cannot be that of IP.
		length = 0
		if len(b) > 0 && b[0]>>4 != 4 {
			length = 4
		}
		if len(b) < length {
			return Torn
		}
		return p.ip(b[length:], cut, s)
	default:
		return p.network(uint16(etherType), b, cut, s)
	}
	if len(b) < length {
		return Torn
	}
	return p.linkLayer(layers.LinkTypeEthernet, b[length:], cut, s)
}

// The ports of tunnels over UDP (IANA). One is the port that Linux used before.
const (
	portL2TP     = 1701
	portGTP      = 2152
	portVXLAN    = 4789
	portOldVXLAN = 8472
	portVXLANGPE = 4790
	portGeneve   = 6081
	portMPLS     = 6635
	portESP      = 4500
)

// udp reads a packet of UDP to the port of a tunnel.
func (p *packets) udp(b []byte, cut int, s *segment) Reason {
	if len(b) < 8 {
		return Torn
	}
	from, to := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	b = b[8:]
	switch {
	case to == portVXLAN || to == portOldVXLAN: // RFC 7348, section 5
		if len(b) < 8 {
			return Torn
		}
		return p.linkLayer(layers.LinkTypeEthernet, b[8:], cut, s)
	case to == portVXLANGPE:
		return p.vxlanGPE(b, cut, s)
	case to == portGeneve: // RFC 8926, section 3.4
		if len(b) < 8 {
			return Torn
		}
		length := 8 + 4*int(b[0]&0x3f)
		if len(b) < length {
			return Torn
		}
		return p.network(binary.BigEndian.Uint16(b[2:]), b[length:], cut, s)
	case to == portGTP:
		return p.gtp(b, cut, s)
	case to == portMPLS: // RFC 7510
		return p.mpls(b, cut, s)
	case to == portL2TP || from == portL2TP:
		return p.l2tp(b, cut, s)
	case to == portESP || from == portESP:
		return Encrypted
	}
	return NotTCP
}

// vxlanGPE reads a packet of VXLAN that names the protocol in it.
func (p *packets) vxlanGPE(b []byte, cut int, s *segment) Reason {
	if len(b) < 8 {
		return Torn
	}
	switch b[3] {
	case 1, 2:
		return p.ip(b[8:], cut, s)
	case 3:
		return p.linkLayer(layers.LinkTypeEthernet, b[8:], cut, s)
	case 5:
		return p.mpls(b[8:], cut, s)
	}
	return Encapsulated
}

// gtp reads a packet of a mobile network (3GPP TS 29.281, section 5).
func (p *packets) gtp(b []byte, cut int, s *segment) Reason {
	const userData = 255
	if len(b) < 8 {
		return Torn
	}
	flags, length := b[0], 8
	if b[1] != userData || flags>>5 != 1 {
		return NotTCP // the packets that control the tunnel
	}
	if flags&7 != 0 {
		length = 12
		for flags&4 != 0 && len(b) >= length && b[length-1] != 0 { // extension headers
			if len(b) <= length || b[length] == 0 {
				return Torn
			}
			length += 4 * int(b[length])
		}
	}
	if len(b) < length {
		return Torn
	}
	return p.ip(b[length:], cut, s)
}

// l2tp reads a packet of L2TP, version 2 (RFC 2661, section 3.1) or 3 (RFC 3931, section
// 4.1.2).
func (p *packets) l2tp(b []byte, cut int, s *segment) Reason {
	const control, withLength, sequence, offset = 0x80, 0x40, 0x08, 0x02
	if len(b) < 6 {
		return Torn
	}
	flags := b[0]
	if flags&control != 0 {
		return NotTCP
	}
	if b[1]&15 == 3 {
		return p.l2tp3(b[4:], cut, s)
	}
	length := 6
	if flags&withLength != 0 {
		length += 2
	}
	if flags&sequence != 0 {
		length += 4
	}
	if flags&offset != 0 {
		if len(b) < length+2 {
			return Torn
		}
		length += 2 + int(binary.BigEndian.Uint16(b[length:]))
	}
	if len(b) < length {
		return Torn
	}
	return p.ppp(b[length:], cut, s)
}

// l2tp3 reads a packet of L2TP, version 3, from the number of the session on. The length of
// the cookie after it and the protocol were agreed at the start of the session, so both
// are guessed: a frame of Ethernet, after the part for sequence numbers or not.
func (p *packets) l2tp3(b []byte, cut int, s *segment) Reason {
	for _, cookie := range []int{0, 4, 8} {
		for _, sequence := range []int{0, 4} {
			length := 4 + cookie + sequence
			if len(b) < length+14 {
				return Encapsulated
			}
			switch layers.EthernetType(binary.BigEndian.Uint16(b[length+12:])) {
			case layers.EthernetTypeIPv4, layers.EthernetTypeIPv6, layers.EthernetTypeDot1Q:
				return p.linkLayer(layers.LinkTypeEthernet, b[length:], cut, s)
			}
		}
	}
	return Encapsulated
}
