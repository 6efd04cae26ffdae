package pcap

import (
	"encoding/binary"

	"github.com/gopacket/gopacket/layers"
)

// Link layers and tunnels. The layers of package gopacket are not used here, because they
// want whole packets: they refuse many that a snap length has cut, and take the last four
// bytes of a frame of IEEE 802.11 for its check sequence.

// Link types that package layers has no name for. The numbers are those of tcpdump.org.
const (
	linkRawBSD     layers.LinkType = 12 // raw IP has different numbers on different systems
	linkRawOpenBSD layers.LinkType = 14
	linkBSDPPP     layers.LinkType = 16
	linkPPPNetBSD  layers.LinkType = 50
	linkENC        layers.LinkType = 109
	linkAVS        layers.LinkType = 163
	linkPPPDir     layers.LinkType = 166
	linkPPI        layers.LinkType = 192
	linkRawIPNet   layers.LinkType = 226
	linkMPLS       layers.LinkType = 219
	linkNFLOG      layers.LinkType = 239
	linkNetANALYZE layers.LinkType = 240
	linkIPoIB      layers.LinkType = 242
	linkPKTAP      layers.LinkType = 258
	linkUser2      layers.LinkType = 149 // used by Darwin for PKTAP
)

// A fixedLink is a link layer whose header has a fixed length.
type fixedLink struct {
	length    int
	etherType int // offset of the type of the packet, or -1 if it is IP
}

var fixedLinks = map[layers.LinkType]fixedLink{
	layers.LinkTypeEthernet:   {14, 12},
	layers.LinkTypeLinuxSLL:   {16, 14},
	layers.LinkTypeLinuxSLL2:  {20, 0},
	layers.LinkTypeC_HDLC:     {4, 2},
	layers.LinkTypeIPOver1394: {18, 16},
	linkIPoIB:                 {44, 40},
	linkNetANALYZE:            {18, 16},
	layers.LinkTypeNull:       {4, -1},
	layers.LinkTypeLoop:       {4, -1},
	linkENC:                   {12, -1},
	layers.LinkTypeSLIP:       {16, -1},
	layers.LinkTypeRaw:        {0, -1},
	linkRawBSD:                {0, -1},
	linkRawOpenBSD:            {0, -1},
	layers.LinkTypeIPv4:       {0, -1},
	layers.LinkTypeIPv6:       {0, -1},
}

// linkLayer reads the header of a link layer.
func (p *packets) linkLayer(t layers.LinkType, b []byte, cut int, s *segment) Reason {
	if p.depth++; p.depth > maxDepth {
		return Encapsulated
	}
	if fixed, ok := fixedLinks[t]; ok {
		switch {
		case len(b) < fixed.length:
			return Torn
		case fixed.etherType < 0:
			return p.ip(b[fixed.length:], cut, s)
		}
		return p.network(binary.BigEndian.Uint16(b[fixed.etherType:]), b[fixed.length:], cut, s)
	}
	// The other headers say themselves how long they are.
	length, inner := -1, t
	switch t {
	case layers.LinkTypePPP, linkPPPNetBSD, linkBSDPPP, layers.LinkTypePPPEthernet:
		return p.ppp(b, cut, s)
	case linkPPPDir:
		if len(b) == 0 {
			return Torn
		}
		return p.ppp(b[1:], cut, s)
	case layers.LinkTypeIEEE802_11:
		return p.wireless(b, cut, false, s)
	case layers.LinkTypeATM_RFC1483, 11:
		return p.llc(b, cut, s)
	case layers.LinkTypeFDDI:
		if len(b) < 13 {
			return Torn
		}
		return p.llc(b[13:], cut, s)
	case layers.LinkTypeTokenRing:
		return p.tokenRing(b, cut, s)
	case linkMPLS:
		return p.mpls(b, cut, s)
	case linkNFLOG:
		return p.nflog(b, cut, s)
	case layers.LinkTypePFLog:
		if len(b) < 1 {
			return Torn
		}
		length = int(b[0]) + -int(b[0])&3 // the header counts itself without the padding
		if length > len(b) {
			return Torn
		}
		return p.ip(b[length:], cut, s)
	case layers.LinkTypeIEEE80211Radio:
		if len(b) < 4 {
			return Torn
		}
		length = int(binary.LittleEndian.Uint16(b[2:]))
		if length < 8 || length > len(b) {
			return Torn
		}
		return p.wireless(b[length:], cut, radiotapPads(b[:length]), s)
	case layers.LinkTypePrismHeader:
		if len(b) < 8 {
			return Torn
		}
		// The length is in the byte order of the host. Some systems write the header of
		// AVS under this number.
		length, inner = 144, layers.LinkTypeIEEE802_11
		if binary.BigEndian.Uint32(b)&0xfffff000 == 0x80211000 {
			length = int(min(binary.BigEndian.Uint32(b[4:]), maxFrame))
		}
	case linkAVS:
		if len(b) < 8 {
			return Torn
		}
		length, inner = int(min(binary.BigEndian.Uint32(b[4:]), maxFrame)), layers.LinkTypeIEEE802_11
	case linkPPI:
		if len(b) < 8 {
			return Torn
		}
		length, inner = int(binary.LittleEndian.Uint16(b[2:])), layers.LinkType(binary.LittleEndian.Uint32(b[4:]))
	case linkPKTAP, linkUser2:
		if len(b) < 12 {
			return Torn
		}
		length, inner = int(min(binary.LittleEndian.Uint32(b), maxFrame)), layers.LinkType(binary.LittleEndian.Uint32(b[8:]))
	default:
		return UnknownLink
	}
	if length < 8 || length > len(b) {
		return Torn
	}
	return p.linkLayer(inner, b[length:], cut, s)
}

// Types of packets on links that package layers has no name for.
const (
	etherTypeOldQinQ  layers.EthernetType = 0x9100 // before IEEE 802.1ad
	etherTypeVNTag    layers.EthernetType = 0x8926 // IEEE 802.1BR
	etherTypeCisco    layers.EthernetType = 0x8909 // metadata of TrustSec
	etherTypeERSPAN3  layers.EthernetType = 0x22eb
	etherType8023     layers.EthernetType = 0x0001 // in Linux cooked captures: an IPX frame, or
	etherType8022     layers.EthernetType = 0x0004 // a frame of IEEE 802.2
	firstEtherType                        = 0x0600 // a lower number is the length of a frame of IEEE 802.2
	etherTypeWCCP     layers.EthernetType = 0x883e
	etherTypeMACsec   layers.EthernetType = 0x88e5
	etherTypeOldQinQ2 layers.EthernetType = 0x9200
)

// network reads a packet of the type that a link layer or a tunnel names.
func (p *packets) network(etherType uint16, b []byte, cut int, s *segment) Reason {
	for {
		if p.depth++; p.depth > maxDepth {
			return Encapsulated
		}
		header := 0 // of a tag, whose last two bytes are the type of the packet
		switch t := layers.EthernetType(etherType); t {
		case layers.EthernetTypeIPv4:
			return p.ipv4(b, cut, s)
		case layers.EthernetTypeIPv6:
			return p.ipv6(b, cut, s)
		case layers.EthernetTypeDot1Q, layers.EthernetTypeQinQ, etherTypeOldQinQ, etherTypeOldQinQ2:
			header = 4
		case etherTypeVNTag:
			header = 6
		case etherTypeCisco:
			header = 8
		case layers.EthernetTypeMPLSUnicast, layers.EthernetTypeMPLSMulticast:
			return p.mpls(b, cut, s)
		case layers.EthernetTypePPPoESession: // RFC 2516, section 4
			if len(b) < 6 {
				return Torn
			}
			return p.ppp(b[6:], cut, s)
		case layers.EthernetTypePPP:
			return p.ppp(b, cut, s)
		case layers.EthernetTypeTransparentEthernetBridging:
			return p.linkLayer(layers.LinkTypeEthernet, b, cut, s)
		case etherTypeMACsec:
			return Encrypted
		default:
			if t < firstEtherType {
				return p.llc(b, cut, s)
			}
			return NotIP
		}
		if len(b) < header {
			return Torn
		}
		etherType, b = binary.BigEndian.Uint16(b[header-2:]), b[header:]
	}
}

// llc reads a frame of IEEE 802.2, with the extension for protocols (SNAP, RFC 1042).
func (p *packets) llc(b []byte, cut int, s *segment) Reason {
	const ip, snap, control = 0x06, 0xaa, 3
	switch {
	case len(b) >= 8 && b[0] == snap && b[1] == snap && b[2] == control:
		return p.network(binary.BigEndian.Uint16(b[6:]), b[8:], cut, s)
	case len(b) >= 3 && b[0] == ip && b[1] == ip:
		return p.ip(b[3:], cut, s)
	case len(b) < 3 && cut > 0:
		return Torn
	}
	return NotIP
}

// tokenRing skips the header of IEEE 802.5, which may have a route.
func (p *packets) tokenRing(b []byte, cut int, s *segment) Reason {
	length := 14
	if len(b) > 14 && b[8]&0x80 != 0 {
		length += int(b[14] & 31)
	}
	if len(b) < length {
		return Torn
	}
	return p.llc(b[length:], cut, s)
}

// ppp reads a packet of PPP (RFC 1661, section 2), with or without the address and control
// of RFC 1662. The protocol may be compressed to one byte.
func (p *packets) ppp(b []byte, cut int, s *segment) Reason {
	if len(b) >= 2 && (b[0] == 0xff || b[0] == 0x0f) && b[1]&^0x03 == 0 {
		b = b[2:]
		if len(b) >= 2 && binary.BigEndian.Uint16(b) >= firstEtherType { // Cisco HDLC under the number of PPP
			return p.network(binary.BigEndian.Uint16(b), b[2:], cut, s)
		}
	}
	if len(b) < 2 {
		return Torn
	}
	protocol := uint16(b[0])
	b = b[1:]
	if protocol&1 == 0 {
		protocol, b = protocol<<8|uint16(b[0]), b[1:]
	}
	switch protocol {
	case 0x21:
		return p.ipv4(b, cut, s)
	case 0x57:
		return p.ipv6(b, cut, s)
	case 0x281, 0x283:
		return p.mpls(b, cut, s)
	case 0x53, 0xfd, 0xfb: // encrypted or compressed
		return Encrypted
	}
	return NotIP
}

// mpls skips a stack of labels (RFC 3032, section 2.1). Labels do not name the protocol after
// them: it is IP, or a frame of Ethernet with or without a control word (RFC 4448).
func (p *packets) mpls(b []byte, cut int, s *segment) Reason {
	for {
		if len(b) < 4 {
			return Torn
		}
		bottom := b[2]&1 != 0
		b = b[4:]
		if bottom {
			break
		}
	}
	if len(b) == 0 {
		return Torn
	}
	switch b[0] >> 4 {
	case 4, 6:
		return p.ip(b, cut, s)
	case 0:
		if len(b) >= 4 && b[1] == 0 {
			b = b[4:]
		}
	}
	return p.linkLayer(layers.LinkTypeEthernet, b, cut, s)
}

// nflog reads the fields of a packet that Linux has logged, one of which is the packet.
func (p *packets) nflog(b []byte, cut int, s *segment) Reason {
	const header, payload = 4, 9
	if len(b) < header {
		return Torn
	}
	for b = b[header:]; len(b) >= 4; {
		length, kind := int(binary.NativeEndian.Uint16(b)), binary.NativeEndian.Uint16(b[2:])&0x7fff
		// The fields are in the byte order of the host that captured.
		if length < 4 || length > len(b)+cut || kind > 0xff {
			length, kind = int(b[1])|int(b[0])<<8, uint16(b[2]&0x7f)<<8|uint16(b[3])
		}
		if length < 4 {
			return Torn
		}
		if kind == payload {
			inner, innerCut := trim(b, cut, length)
			return p.ip(inner[4:], innerCut, s)
		}
		b = b[min(len(b), length+-length&3):]
	}
	if cut > 0 {
		return Torn
	}
	return NotIP
}
