package pcap

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/gopacket/gopacket/layers"
)

const (
	zeros   = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	snap    = "\xaa\xaa\x03\x00\x00\x00" // an extended header of IEEE 802.2, without the type
	macs    = "DDDDDDSSSSSS"
	address = "AAAAAA"
)

// typed puts a header and the type of the packet before it, and padding after it.
func typed(header string) func([]byte) []byte {
	return func(ip []byte) []byte { return append([]byte(header+etherType(ip)), ip...) }
}

// protocol is that of PPP.
func protocol(ip []byte) string {
	if ip[0]>>4 == 6 {
		return "\x00\x57"
	}
	return "\x00\x21"
}

func ppp(header string) func([]byte) []byte {
	return func(ip []byte) []byte { return append([]byte(header+protocol(ip)), ip...) }
}

// lengthened is the header of a frame of IEEE 802.3.
func lengthened(ip []byte) []byte {
	frame := typed(snap)(ip)
	return append([]byte(macs+string(rune(len(frame)>>8))+string([]byte{byte(len(frame))})), frame...)
}

// nflog has other fields before the packet.
func nflog(order binary.AppendByteOrder) func([]byte) []byte {
	return func(ip []byte) []byte {
		b := []byte("\x02\x00\x00\x00")
		for _, field := range []struct {
			kind uint16
			data []byte
		}{{1, []byte("\x08\x00\x03\x00")}, {10, []byte("abcde\x00")}, {9, ip}} {
			b = order.AppendUint16(order.AppendUint16(b, uint16(4+len(field.data))), field.kind)
			b = append(b, field.data...)
			b = append(b, make([]byte, -len(b)&3)...)
		}
		return b
	}
}

// withLength puts a header before a frame whose length is in it, as 32 bits.
func withLength(order binary.ByteOrder, header string, at int, frame func([]byte) []byte) func([]byte) []byte {
	return func(ip []byte) []byte {
		b := []byte(header)
		order.PutUint32(b[at:], uint32(len(header)))
		return append(b, frame(ip)...)
	}
}

func init() {
	linkLayers = slices.Concat(linkLayers, []linkLayer{
		{"IEEE 802.3", layers.LinkTypeEthernet, lengthened},
		{"VN-Tag", layers.LinkTypeEthernet, typed(macs + "\x89\x26\x00\x00\x00\x00")},
		{"TrustSec", layers.LinkTypeEthernet, typed(macs + "\x89\x09\x01\x01\x00\x01\x00\x05")},
		{"PPPoE", layers.LinkTypeEthernet, ppp(macs + "\x88\x64\x11\x00\x00\x01\x00\x00")},
		{"MPLS", layers.LinkTypeEthernet, headed(macs + "\x88\x47\x00\x01\x01\x40")},
		{"two labels of MPLS", layers.LinkTypeEthernet, headed(macs + "\x88\x47\x00\x01\x00\x40\x00\x02\x01\x40")},
		{"Ethernet over MPLS", layers.LinkTypeEthernet, typed(macs + "\x88\x47\x00\x01\x01\x40" + "\x00\x11\x22\x33\x44\x55SSSSSS")},
		{"Ethernet over MPLS with a control word", layers.LinkTypeEthernet, typed(macs + "\x88\x47\x00\x01\x01\x40" + "\x00\x00\x00\x07" + macs)},
		{"MPLS link", linkMPLS, headed("\x00\x01\x01\x40")},
		{"PPP", layers.LinkTypePPP, ppp("")},
		{"PPP with address and control", layers.LinkTypePPP, ppp("\xff\x03")},
		{"PPP, number of HDLC", linkPPPNetBSD, ppp("\xff\x03")},
		{"PPP of Cisco", linkPPPNetBSD, typed("\x0f\x00")},
		{"PPP with direction", linkPPPDir, ppp("\x01\xff\x03")},
		{"PPP with a short protocol", layers.LinkTypePPP, func(ip []byte) []byte { return append([]byte(protocol(ip)[1:]), ip...) }},
		{"Cisco HDLC", layers.LinkTypeC_HDLC, typed("\x0f\x00")},
		{"SLIP", layers.LinkTypeSLIP, headed(zeros)},
		{"IPsec of OpenBSD", linkENC, headed(zeros[:12])},
		{"FireWire", layers.LinkTypeIPOver1394, typed(zeros)},
		{"InfiniBand", linkIPoIB, func(ip []byte) []byte { return append([]byte(strings.Repeat("g", 40)+etherType(ip)+"\x00\x00"), ip...) }},
		{"netANALYZER", linkNetANALYZE, typed("\x00\x00\x00\x00" + macs)},
		{"ATM", layers.LinkTypeATM_RFC1483, typed(snap)},
		{"FDDI", layers.LinkTypeFDDI, typed("\x50" + macs + snap)},
		{"Token Ring", layers.LinkTypeTokenRing, typed("\x10\x40" + macs + snap)},
		{"Token Ring with a route", layers.LinkTypeTokenRing, typed("\x10\x40DDDDDD\xd3SSSSS\x06\x30\x00\x11\x00\x20" + snap)},
		{"NFLOG", linkNFLOG, nflog(binary.LittleEndian)},
		{"big-endian NFLOG", linkNFLOG, nflog(binary.BigEndian)},
		{"PFLOG", layers.LinkTypePFLog, headed("\x3d" + strings.Repeat("p", 63))},
		{"PKTAP", linkPKTAP, withLength(binary.LittleEndian, zeros[:8]+"\x01\x00\x00\x00"+strings.Repeat("k", 96), 0, ethernet(""))},
		{"PKTAP of Darwin", linkUser2, withLength(binary.LittleEndian, zeros[:8]+"\x0c\x00\x00\x00"+strings.Repeat("k", 96), 0, headed(""))},
		{"PPI", linkPPI, headedFrame("\x00\x00\x08\x00\x01\x00\x00\x00", ethernet(""))},
		{"Linux cooked, IEEE 802.2", layers.LinkTypeLinuxSLL, typed("\x00\x00\x03\x04\x00\x06SSSSSS\x00\x00\x00\x04" + snap)},
	})
}

func headedFrame(header string, frame func([]byte) []byte) func([]byte) []byte {
	return func(ip []byte) []byte { return append([]byte(header), frame(ip)...) }
}

// A frame without a segment is skipped for a reason, and so is every beginning of a frame.
func TestSkippedFrames(t *testing.T) {
	ip := ipv4(t, packet{client: 40000, server: 21, flags: syn})
	udp := slices.Clone(ip)
	udp[9] = byte(layers.IPProtocolUDP)
	nested := slices.Clone(ip)
	for range maxDepth + 1 {
		nested = append([]byte("\x81\x00\x00\x05"), nested...)
	}
	tests := []struct {
		name  string
		link  layers.LinkType
		frame []byte
		want  Reason
	}{
		{"nothing", layers.LinkTypeEthernet, nil, Torn},
		{"USB", layers.LinkTypeLinuxUSB, ip, UnknownLink},
		{"ARP", layers.LinkTypeEthernet, []byte(macs + "\x08\x06"), NotIP},
		{"spanning tree", layers.LinkTypeEthernet, []byte(macs + "\x00\x26\x42\x42\x03"), NotIP},
		{"IPX", layers.LinkTypeEthernet, []byte(macs + "\x81\x37"), NotIP},
		{"MACsec", layers.LinkTypeEthernet, []byte(macs + "\x88\xe5abcd"), Encrypted},
		{"UDP", layers.LinkTypeRaw, udp, NotTCP},
		{"neither version", layers.LinkTypeRaw, []byte("\x50"), NotIP},
		{"too many tags", layers.LinkTypeEthernet, append([]byte(macs), nested...), Encapsulated},
		{"encrypted IEEE 802.11", layers.LinkTypeIEEE802_11, []byte(wifi("\x08", "\x41", "")), Encrypted},
		{"beacon", layers.LinkTypeIEEE802_11, []byte(wifi("\x80", "\x00", "")), NotIP},
		{"no data", layers.LinkTypeIEEE802_11, []byte(wifi("\x48", "\x01", "")), NotIP},
		{"fragment of IEEE 802.11", layers.LinkTypeIEEE802_11, []byte(wifi("\x08", "\x05", snap)), Fragment},
		{"encrypted PPP", layers.LinkTypePPP, []byte("\x00\x53abc"), Encrypted},
		{"LCP", layers.LinkTypePPP, []byte("\xc0\x21abc"), NotIP},
		{"NFLOG without a packet", linkNFLOG, []byte("\x02\x00\x00\x00\x08\x00\x01\x00\x08\x00\x03\x00"), NotIP},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var s segment
			if got := new(packets).decode(&frame{data: tt.frame, link: tt.link}, &s); got != tt.want {
				t.Errorf("%q, want %q", reasonNames[got], reasonNames[tt.want])
			}
		})
	}
	for _, link := range linkLayers {
		whole := link.frame(ip)
		for n := range whole {
			var s segment
			why := new(packets).decode(&frame{data: whole[:n:n], cut: len(whole) - n, link: link.link}, &s)
			if why == UnknownLink || why == examined && n < len(ip) {
				t.Errorf("%s, %d bytes: %q", link.name, n, reasonNames[why])
			}
		}
	}
}
