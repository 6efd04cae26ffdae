package pcap

import (
	"bytes"
	"slices"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// tunnelled returns the frame of a packet in a tunnel. Package gopacket writes the headers
// after those of Ethernet and IP; before are bytes between them and the packet.
func tunnelled(next layers.IPProtocol, before func(ip []byte) string, headers ...gopacket.SerializableLayer) func([]byte) []byte {
	return func(ip []byte) []byte {
		outer := &layers.IPv4{Version: 4, TTL: 64, Protocol: next, SrcIP: []byte{10, 0, 0, 1}, DstIP: []byte{10, 0, 0, 2}}
		all := append([]gopacket.SerializableLayer{
			&layers.Ethernet{SrcMAC: []byte(address), DstMAC: []byte(address), EthernetType: layers.EthernetTypeIPv4}, outer,
		}, headers...)
		for _, h := range headers {
			if udp, ok := h.(*layers.UDP); ok {
				udp.SetNetworkLayerForChecksum(outer)
			}
			if gre, ok := h.(*layers.GRE); ok && gre.Protocol == layers.EthernetTypeIPv4 && ip[0]>>4 == 6 {
				six := *gre
				six.Protocol = layers.EthernetTypeIPv6
				all[slices.Index(all, h)] = &six
			}
		}
		b := gopacket.NewSerializeBuffer()
		payload := gopacket.Payload(append([]byte(before(ip)), ip...))
		if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, append(all, payload)...); err != nil {
			panic(err)
		}
		return bytes.Clone(b.Bytes())
	}
}

func always(s string) func([]byte) string { return func([]byte) string { return s } }

func ethernetHeader(ip []byte) string { return macs + etherType(ip) }

func between(header string, next func([]byte) string) func([]byte) string {
	return func(ip []byte) string { return header + next(ip) }
}

func init() {
	udp := func(port layers.UDPPort) *layers.UDP { return &layers.UDP{SrcPort: 50000, DstPort: port} }
	gre := func(t layers.EthernetType) *layers.GRE { return &layers.GRE{Protocol: t} }
	sequenced := func(t layers.EthernetType) *layers.GRE {
		return &layers.GRE{Protocol: t, SeqPresent: true, Seq: 7, KeyPresent: true, ChecksumPresent: true}
	}
	ip := func(ip []byte) layers.IPProtocol {
		if ip[0]>>4 == 6 {
			return layers.IPProtocolIPv6
		}
		return layers.IPProtocolIPv4
	}
	linkLayers = slices.Concat(linkLayers, []linkLayer{
		{"IPIP and 6in4", layers.LinkTypeEthernet, func(b []byte) []byte { return tunnelled(ip(b), always(""))(b) }},
		{"AH in a tunnel", layers.LinkTypeEthernet, func(b []byte) []byte {
			return tunnelled(layers.IPProtocolAH, always(string(byte(ip(b)))+"\x04"+zeros+zeros[:6]))(b)
		}},
		{"4in6", layers.LinkTypeRaw, func(b []byte) []byte {
			outer := append([]byte("\x60\x00\x00\x00\x00\x00\x00\x40"+zeros+zeros), b...)
			outer[5], outer[4], outer[6] = byte(len(b)), byte(len(b)>>8), byte(ip(b))
			return outer
		}},
		{"GRE", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolGRE, always(""), gre(layers.EthernetTypeIPv4))},
		{"GRE with all fields", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolGRE, always(""), sequenced(layers.EthernetTypeIPv4))},
		{"Ethernet over GRE", layers.LinkTypeEthernet,
			tunnelled(layers.IPProtocolGRE, ethernetHeader, gre(layers.EthernetTypeTransparentEthernetBridging))},
		{"PPTP", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolGRE, protocol,
			&layers.GRE{Version: 1, Protocol: layers.EthernetTypePPP, KeyPresent: true, SeqPresent: true, AckPresent: true})},
		{"ERSPAN I", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolGRE, ethernetHeader, gre(layers.EthernetTypeERSPAN))},
		{"ERSPAN II", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolGRE, ethernetHeader,
			&layers.GRE{Protocol: layers.EthernetTypeERSPAN, SeqPresent: true}, &layers.ERSPANII{Version: layers.ERSPANIIVersion})},
		{"ERSPAN III", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolGRE, between("\x20"+zeros[:11], ethernetHeader), sequenced(etherTypeERSPAN3))},
		{"ERSPAN III with a part for the platform", layers.LinkTypeEthernet,
			tunnelled(layers.IPProtocolGRE, between("\x20"+zeros[:10]+"\x01"+zeros[:8], ethernetHeader), sequenced(etherTypeERSPAN3))},
		{"WCCP", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolGRE, always("\x00\x00\x00\x00"), gre(etherTypeWCCP))},
		{"EtherIP", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolEtherIP, between("\x30\x00", ethernetHeader))},
		{"MPLS in IP", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolMPLSInIP, always("\x00\x01\x01\x40"))},
		{"L2TP 3", layers.LinkTypeEthernet, tunnelled(protocolL2TP, between("\x00\x00\x00\x07", ethernetHeader))},
		{"L2TP 3 with a cookie", layers.LinkTypeEthernet, tunnelled(protocolL2TP, between("\x00\x00\x00\x07cookie..\x00\x00\x00\x01", ethernetHeader))},
		{"VXLAN", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolUDP, ethernetHeader, udp(portVXLAN), &layers.VXLAN{ValidIDFlag: true, VNI: 7})},
		{"VXLAN, old port", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolUDP, ethernetHeader, udp(portOldVXLAN), &layers.VXLAN{ValidIDFlag: true})},
		{"VXLAN-GPE", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolUDP, always("\x0c\x00\x00\x01\x00\x00\x07\x00"), udp(portVXLANGPE))},
		{"Geneve", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolUDP, ethernetHeader, udp(portGeneve),
			&layers.Geneve{Protocol: layers.EthernetTypeTransparentEthernetBridging, OptionsLength: 8,
				Options: []*layers.GeneveOption{{Class: 1, Type: 2, Data: []byte("abcd"), Length: 8}}})},
		{"GTP-U", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolUDP, always("\x30\xff\x00\x00\x00\x00\x00\x07"), udp(portGTP))},
		{"GTP-U with extensions", layers.LinkTypeEthernet,
			tunnelled(layers.IPProtocolUDP, always("\x36\xff\x00\x00\x00\x00\x00\x07\x00\x01\x00\x85\x01\x10\x05\x85\x01\x00\x00\x00"), udp(portGTP))},
		{"MPLS in UDP", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolUDP, always("\x00\x01\x01\x40"), udp(portMPLS))},
		{"L2TP", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolUDP, between("\x00\x02\x00\x01\x00\x02\xff\x03", protocol), udp(portL2TP))},
		{"L2TP with all fields", layers.LinkTypeEthernet,
			tunnelled(layers.IPProtocolUDP, between("\x4a\x02\x00\x50\x00\x01\x00\x02\x00\x00\x00\x00\x00\x02oo", protocol), udp(portL2TP))},
		{"L2TP 3 over UDP", layers.LinkTypeEthernet, tunnelled(layers.IPProtocolUDP, between("\x00\x03\x00\x00\x00\x00\x00\x07", ethernetHeader), udp(portL2TP))},
	})
}

// A tunnel without a packet of TCP is skipped for a reason.
func TestSkippedTunnels(t *testing.T) {
	tests := []struct {
		name string
		next layers.IPProtocol
		body string
		want Reason
	}{
		{"ICMP", layers.IPProtocolICMPv4, "abcdefgh", NotTCP},
		{"ESP", layers.IPProtocolESP, "abcdefgh", Encrypted},
		{"ESP over UDP", layers.IPProtocolUDP, "\x11\x94\x11\x94\x00\x00\x00\x00abcd", Encrypted},
		{"DNS", layers.IPProtocolUDP, "\x00\x35\xc3\x50\x00\x00\x00\x00abcd", NotTCP},
		{"GTP control", layers.IPProtocolUDP, "\xc3\x50\x08\x68\x00\x00\x00\x00\x32\x01\x00\x04\x00\x00\x00\x00", NotTCP},
		{"L2TP control", layers.IPProtocolUDP, "\x06\xa5\x06\xa5\x00\x00\x00\x00\xc8\x02\x00\x0c\x00\x00\x00\x00", NotTCP},
		{"GRE with routes", layers.IPProtocolGRE, "\x40\x00\x08\x00" + zeros, Encapsulated},
		{"GRE that keeps alive", layers.IPProtocolGRE, "\x00\x00\x00\x00", NotIP},
		{"L2TP 3 of another kind", protocolL2TP, zeros + zeros, Encapsulated},
		{"VXLAN-GPE of another kind", layers.IPProtocolUDP, "\xc3\x50\x12\xb6\x00\x00\x00\x00\x0c\x00\x00\x09\x00\x00\x00\x00", Encapsulated},
	}
	for _, tt := range tests {
		var s segment
		if got := new(packets).transport(tt.next, zeros4, zeros4, []byte(tt.body), 0, &s); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, reasonNames[got], reasonNames[tt.want])
		}
	}
}

var zeros4 = make([]byte, 4)
