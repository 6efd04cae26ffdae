package pcap

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// captures is where those of real servers are.
const captures = "../../testdata/pcap/"

// A packet is a segment of a session that is crafted.
type packet struct {
	fromServer bool
	client     uint16 // the port
	server     uint16
	seq, ack   uint32
	flags      uint8
	payload    string
	at         time.Time
}

// session reads the packets of a real one: a short login of FileZilla at vsftpd.
func session(t testing.TB) []packet {
	t.Helper()
	f, err := os.Open(filepath.Join(captures, "vsftpd-filezilla.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	frames, err := openFrames(f)
	if err != nil {
		t.Fatal(err)
	}
	var list []packet
	var decoder packets
	for {
		var f frame
		err := frames.next(&f)
		if err == io.EOF {
			return list
		}
		var s segment
		if err != nil || decoder.decode(&f, &s) != examined {
			t.Fatal("not a segment: ", err)
		}
		p := packet{
			fromServer: s.port(s.from) == 21, seq: s.seq, ack: s.ack, flags: s.flags,
			payload: string(s.payload), at: s.time, client: s.port(1 - s.from), server: 21,
		}
		if p.fromServer == false {
			p.client = s.port(s.from)
		}
		list = append(list, p)
	}
}

// An addressing makes IP packets of the packets of a session.
type addressing func(testing.TB, packet) []byte

func ipv4(t testing.TB, p packet) []byte {
	return serialize(t, p, &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, Id: 7}, "192.0.2.1", "192.0.2.9")
}

// ipv4Reversed has the higher address at the server.
func ipv4Reversed(t testing.TB, p packet) []byte {
	return serialize(t, p, &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, Id: 7}, "192.0.2.9", "192.0.2.1")
}

func ipv6(t testing.TB, p packet) []byte {
	return serialize(t, p, &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP}, "2001:db8::1", "2001:db8::9")
}

func serialize(t testing.TB, p packet, network gopacket.SerializableLayer, server, client string) []byte {
	t.Helper()
	src, dst := netip.MustParseAddr(client).AsSlice(), netip.MustParseAddr(server).AsSlice()
	tcp := &layers.TCP{
		SrcPort: layers.TCPPort(p.client), DstPort: layers.TCPPort(p.server), Seq: p.seq, Ack: p.ack, Window: 1000,
		FIN: p.flags&fin != 0, SYN: p.flags&syn != 0, RST: p.flags&rst != 0, ACK: p.flags&ack != 0,
	}
	if p.fromServer {
		src, dst = dst, src
		tcp.SrcPort, tcp.DstPort = tcp.DstPort, tcp.SrcPort
	}
	switch ip := network.(type) {
	case *layers.IPv4:
		ip.SrcIP, ip.DstIP = src, dst
	case *layers.IPv6:
		ip.SrcIP, ip.DstIP = src, dst
	}
	buf := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true}, network, tcp, gopacket.Payload(p.payload)); err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(buf.Bytes())
}

// A linkLayer puts a header before an IP packet.
type linkLayer struct {
	name  string
	link  layers.LinkType
	frame func(ip []byte) []byte
}

func etherType(ip []byte) string {
	if ip[0]>>4 == 6 {
		return "\x86\xdd"
	}
	return "\x08\x00"
}

// ethernet is padded to the shortest frame (IEEE 802.3).
func ethernet(tags string) func([]byte) []byte {
	return func(ip []byte) []byte {
		b := append([]byte("DDDDDDSSSSSS"+tags+etherType(ip)), ip...)
		return append(b, make([]byte, max(0, 60-len(b)))...)
	}
}

func headed(header string) func([]byte) []byte {
	return func(ip []byte) []byte { return append([]byte(header), ip...) }
}

// family of BSD loopback: that of the IP version, in some order of bytes.
func family(order binary.AppendByteOrder) func([]byte) []byte {
	return func(ip []byte) []byte {
		family := uint32(2)
		if ip[0]>>4 == 6 {
			family = 30
		}
		return append(order.AppendUint32(nil, family), ip...)
	}
}

var linkLayers = []linkLayer{
	{"Ethernet", layers.LinkTypeEthernet, ethernet("")},
	{"VLAN", layers.LinkTypeEthernet, ethernet("\x81\x00\x00\x05")},
	{"QinQ", layers.LinkTypeEthernet, ethernet("\x88\xa8\x00\x05\x81\x00\x00\x06")},
	{"QinQ of old", layers.LinkTypeEthernet, ethernet("\x91\x00\x00\x05\x81\x00\x00\x06")},
	{"Linux cooked", layers.LinkTypeLinuxSLL, func(ip []byte) []byte {
		return append([]byte("\x00\x00\x03\x04\x00\x06SSSSSS\x00\x00"+etherType(ip)), ip...)
	}},
	{"Linux cooked with VLAN", layers.LinkTypeLinuxSLL, func(ip []byte) []byte {
		return append([]byte("\x00\x00\x03\x04\x00\x06SSSSSS\x00\x00\x81\x00\x00\x05"+etherType(ip)), ip...)
	}},
	{"Linux cooked, version 2", layers.LinkTypeLinuxSLL2, func(ip []byte) []byte {
		return append([]byte(etherType(ip)+"\x00\x00\x00\x00\x00\x01\x03\x04\x00\x06SSSSSS\x00\x00"), ip...)
	}},
	{"raw", layers.LinkTypeRaw, headed("")},
	{"raw, number of BSD", linkRawBSD, headed("")},
	{"raw, number of OpenBSD", linkRawOpenBSD, headed("")},
	{"IPv4 by its number", layers.LinkTypeIPv4, headed("")},
	{"IPv6 by its number", layers.LinkTypeIPv6, headed("")},
	{"loopback, little-endian", layers.LinkTypeNull, family(binary.LittleEndian)},
	{"loopback, big-endian", layers.LinkTypeNull, family(binary.BigEndian)},
	{"loopback of OpenBSD", layers.LinkTypeLoop, family(binary.BigEndian)},
}

// A record is a frame as a file holds it.
type record struct {
	data   []byte
	length int // on the wire
	at     time.Time
}

// A fileFormat writes a capture.
type fileFormat struct {
	name  string
	write func(testing.TB, layers.LinkType, []record) []byte
}

func plain(order binary.AppendByteOrder, magic uint32, unit time.Duration, modified string) func(testing.TB, layers.LinkType, []record) []byte {
	return func(_ testing.TB, link layers.LinkType, records []record) []byte {
		b := order.AppendUint32(nil, magic)
		b = order.AppendUint16(order.AppendUint16(b, 2), 4)
		for _, n := range []uint32{0, 0, 65535, uint32(link)} {
			b = order.AppendUint32(b, n)
		}
		for _, r := range records {
			for _, n := range []int{int(r.at.Unix()), r.at.Nanosecond() / int(unit), len(r.data), r.length} {
				b = order.AppendUint32(b, uint32(n))
			}
			b = append(append(b, modified...), r.data...)
		}
		return b
	}
}

func ng(order binary.AppendByteOrder) func(testing.TB, layers.LinkType, []record) []byte {
	return func(_ testing.TB, link layers.LinkType, records []record) []byte {
		block := func(b []byte, kind uint32, body []byte) []byte {
			body = append(body, make([]byte, -len(body)&3)...)
			b = order.AppendUint32(order.AppendUint32(b, kind), uint32(len(body)+12))
			return order.AppendUint32(append(b, body...), uint32(len(body)+12))
		}
		section := order.AppendUint16(order.AppendUint16(order.AppendUint32(nil, 0x1a2b3c4d), 1), 0)
		b := block(nil, 0x0a0d0d0a, order.AppendUint64(section, 1<<64-1))
		// The first interface is of a kind that is not known.
		b = block(b, 1, order.AppendUint32(order.AppendUint16(order.AppendUint16(nil, 147), 0), 0))
		b = block(b, 1, order.AppendUint32(order.AppendUint16(order.AppendUint16(nil, uint16(link)), 0), 0))
		for _, r := range records {
			at := uint64(r.at.UnixMicro())
			var body []byte
			for _, n := range []uint32{1, uint32(at >> 32), uint32(at), uint32(len(r.data)), uint32(r.length)} {
				body = order.AppendUint32(body, n)
			}
			b = block(b, 6, append(body, r.data...))
			b = block(b, 5, make([]byte, 12)) // statistics
		}
		return b
	}
}

// ngWriter writes as gopacket does.
func ngWriter(t testing.TB, link layers.LinkType, records []record) []byte {
	var b bytes.Buffer
	w, err := pcapgo.NewNgWriter(&b, link)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: r.at, CaptureLength: len(r.data), Length: r.length}, r.data); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return b.Bytes()
}

var fileFormats = []fileFormat{
	{"pcap", plain(binary.LittleEndian, 0xa1b2c3d4, time.Microsecond, "")},
	{"big-endian pcap", plain(binary.BigEndian, 0xa1b2c3d4, time.Microsecond, "")},
	{"pcap with nanoseconds", plain(binary.LittleEndian, 0xa1b23c4d, time.Nanosecond, "")},
	{"big-endian pcap with nanoseconds", plain(binary.BigEndian, 0xa1b23c4d, time.Nanosecond, "")},
	{"modified pcap", plain(binary.LittleEndian, 0xa1b2cd34, time.Microsecond, "12345678")},
	{"big-endian modified pcap", plain(binary.BigEndian, 0xa1b2cd34, time.Microsecond, "12345678")},
	{"pcapng", ng(binary.LittleEndian)},
	{"big-endian pcapng", ng(binary.BigEndian)},
	{"pcapng of gopacket", ngWriter},
}

// A recording says how packets become a file.
type recording struct {
	ip      addressing
	link    linkLayer
	file    fileFormat
	snap    int // 0: frames are whole
	divided int // IP packets become fragments of that many bytes, a multiple of 8; 0: they stay whole
}

// plainly is the recording of tests that are about something else.
var plainly = recording{ip: ipv4, link: linkLayers[0], file: fileFormats[0]}

func (how recording) write(t testing.TB, list []packet) []byte {
	t.Helper()
	var records []record
	for i, p := range list {
		for _, ip := range how.fragments(how.ip(t, p), uint32(i)) {
			b := how.link.frame(ip)
			r := record{data: b, length: len(b), at: p.at}
			if how.snap > 0 {
				r.data = b[:min(len(b), how.snap)]
			}
			records = append(records, r)
		}
	}
	return how.file.write(t, how.link.link, records)
}

func (how recording) fragments(ip []byte, id uint32) [][]byte {
	switch {
	case how.divided == 0:
		return [][]byte{ip}
	case ip[0]>>4 == 6:
		return fragmentsIPv6(ip, id, how.divided)
	default:
		return fragmentsIPv4(ip, id, how.divided)
	}
}

// fragmentsIPv4 cuts a packet; the last fragment comes first.
func fragmentsIPv4(ip []byte, id uint32, size int) (list [][]byte) {
	const header = 20
	body := ip[header:]
	for at := 0; at < len(body); at += size {
		part := body[at:min(len(body), at+size)]
		f := append(bytes.Clone(ip[:header]), part...)
		binary.BigEndian.PutUint16(f[2:], uint16(len(f)))
		binary.BigEndian.PutUint16(f[4:], uint16(id))
		flags := uint16(at / 8)
		if at+size < len(body) {
			flags |= 0x2000
		}
		binary.BigEndian.PutUint16(f[6:], flags)
		list = append([][]byte{f}, list...)
	}
	return list
}

func fragmentsIPv6(ip []byte, id uint32, size int) (list [][]byte) {
	const header = 40
	body := ip[header:]
	for at := 0; at < len(body); at += size {
		part := body[at:min(len(body), at+size)]
		f := bytes.Clone(ip[:header])
		f[6] = byte(layers.IPProtocolIPv6Fragment)
		binary.BigEndian.PutUint16(f[4:], uint16(8+len(part)))
		offset := uint16(at)
		if at+size < len(body) {
			offset |= 1
		}
		f = append(f, ip[6], 0)
		f = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(f, offset), id)
		list = append([][]byte{append(f, part...)}, list...)
	}
	return list
}
