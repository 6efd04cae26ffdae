package pcap

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/gopacket/gopacket/layers"
)

// The frames of IEEE 802.11 run through the tests of all link layers.

// padded adds bytes after a packet, such as a check sequence.
func padded(frame func([]byte) []byte, after string) func([]byte) []byte {
	return func(ip []byte) []byte { return append(frame(ip), after...) }
}

// wifi is a header of IEEE 802.11 without the type of the packet: control, flags,
// duration, three addresses, sequence control, and more.
func wifi(control, flags, more string) string {
	return control + flags + "\x00\x00" + address + address + address + "\x10\x00" + more
}

func aggregate(ip []byte) []byte {
	frame := typed(snap)(ip)
	header := binary.BigEndian.AppendUint16([]byte(wifi("\x88", "\x01", "\x80\x00")+macs), uint16(len(frame)))
	return append(append(header, frame...), "the next packet"...)
}

func init() {
	dot11 := typed(wifi("\x08", "\x01", snap))
	linkLayers = slices.Concat(linkLayers, []linkLayer{
		{"IEEE 802.11", layers.LinkTypeIEEE802_11, padded(dot11, "FCS.")},
		{"IEEE 802.11 with QoS", layers.LinkTypeIEEE802_11, typed(wifi("\x88", "\x02", "\x05\x00") + snap)},
		{"IEEE 802.11 with four addresses", layers.LinkTypeIEEE802_11, typed(wifi("\x08", "\x03", address) + snap)},
		{"IEEE 802.11 with HT control", layers.LinkTypeIEEE802_11, typed(wifi("\x88", "\x81", "\x05\x00\x00\x00\x00\x00") + snap)},
		{"IEEE 802.11, aggregated", layers.LinkTypeIEEE802_11, aggregate},
		{"radiotap", layers.LinkTypeIEEE80211Radio, headedFrame("\x00\x00\x08\x00\x00\x00\x00\x00", dot11)},
		{"radiotap with padding", layers.LinkTypeIEEE80211Radio,
			headedFrame("\x00\x00\x11\x00\x03\x00\x00\x00"+zeros[:8]+"\x20", typed(wifi("\x88", "\x02", "\x05\x00\x00\x00")+snap))},
		{"radiotap with more flags and padding", layers.LinkTypeIEEE80211Radio,
			headedFrame("\x00\x00\x0d\x00\x02\x00\x00\x80\x00\x00\x00\x00\x20", typed(wifi("\x88", "\x02", "\x05\x00\x00\x00")+snap))},
		{"Prism", layers.LinkTypePrismHeader, headedFrame(strings.Repeat("p", 144), dot11)},
		{"AVS", linkAVS, withLength(binary.BigEndian, "\x80\x21\x10\x01"+strings.Repeat("a", 60), 4, dot11)},
		{"AVS, number of Prism", layers.LinkTypePrismHeader, withLength(binary.BigEndian, "\x80\x21\x10\x01"+strings.Repeat("a", 60), 4, dot11)},
	})
}
