package pcap

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// A frame is one record of a capture.
type frame struct {
	data   []byte // lent until the next frame
	length int    // on the wire; data is shorter where the snap length cut it
	header *linkHeader
	place
}

// frames reads the records of a file, whatever its format.
type frames struct {
	read   func() ([]byte, gopacket.CaptureInfo, error)
	link   layers.LinkType // of the latest; of all of them, if it is not in the CaptureInfo
	header *linkHeader     // of that type, nil when it is not known
	count  int64           // of the frames so far
	known  int64           // frames of a link type that is known
	other  layers.LinkType // one that is not
}

// ngMagic is the type of the first block of a pcapng file.
var ngMagic = []byte("\x0a\x0d\x0d\x0a")

// modifiedMagic marks a pcap file in which every record has 8 bytes more behind its header.
const modifiedMagic, plainMagic = 0xa1b2cd34, 0xa1b2c3d4

// A record longer than maxFrame is a sign of a damaged file. It is the largest snap length of libpcap.
const maxFrame = 256 << 10

const fileBuffer = 256 << 10

func openFrames(r io.Reader) (frames, error) {
	source := bufio.NewReaderSize(r, fileBuffer)
	magic, err := source.Peek(4)
	if err != nil {
		return frames{}, err
	}
	if bytes.Equal(magic, ngMagic) {
		ng, err := pcapgo.NewNgReader(source, pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
		if err != nil {
			return frames{}, err
		}
		return frames{read: ng.ZeroCopyReadPacketData}, nil
	}
	plain, err := pcapgo.NewReader(withoutModification(source))
	if err != nil {
		return frames{}, err
	}
	plain.SetSnaplen(maxFrame)
	f := frames{read: plain.ZeroCopyReadPacketData}
	f.setLink(plain.LinkType())
	if f.header == nil {
		return frames{}, unknownLink(f.link)
	}
	return f, nil
}

func unknownLink(t layers.LinkType) error {
	return fmt.Errorf("link type %d (%v) is not supported", uint16(t), t)
}

// next reads a frame.
func (f *frames) next(to *frame) error {
	data, info, err := f.read()
	f.count++
	if err == io.EOF && f.count > 1 && f.known == 0 {
		err = unknownLink(f.other)
	}
	if err != nil {
		return err
	}
	if len(info.AncillaryData) > 0 {
		if link, _ := info.AncillaryData[0].(layers.LinkType); link != f.link || f.count == 1 {
			f.setLink(link)
		}
	}
	if f.header != nil {
		f.known++
	} else {
		f.other = f.link
	}
	to.data, to.length, to.header = data, max(info.Length, len(data)), f.header
	to.time, to.number = info.Timestamp, f.count
	return nil
}

func (f *frames) setLink(t layers.LinkType) { f.link, f.header = t, linkHeaders[t] }

// withoutModification gives a modified pcap file as a plain one, and any other as it is.
func withoutModification(source *bufio.Reader) io.Reader {
	header, err := source.Peek(24)
	if err != nil {
		return source
	}
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		if m := (&modified{source: source, order: order.(binary.ByteOrder)}); m.order.Uint32(header) == modifiedMagic {
			m.ready = append(order.AppendUint32(nil, plainMagic), header[4:]...)
			source.Discard(len(header))
			return m
		}
	}
	return source
}

// modified reads a modified pcap file as a plain one.
type modified struct {
	source *bufio.Reader
	order  binary.ByteOrder
	ready  []byte // of a header
	data   int64  // bytes of the record that come behind it
}

const plainHeader, modifiedHeader = 16, 24 // bytes before the data of a record

func (m *modified) Read(p []byte) (n int, err error) {
	if len(m.ready) == 0 && m.data == 0 {
		var header [modifiedHeader]byte
		if _, err := io.ReadFull(m.source, header[:]); err != nil {
			return 0, err
		}
		m.ready = append(m.ready, header[:plainHeader]...)
		m.data = int64(m.order.Uint32(header[8:]))
	}
	if len(m.ready) > 0 {
		n = copy(p, m.ready)
		m.ready = m.ready[n:]
		return n, nil
	}
	n, err = m.source.Read(p[:min(int64(len(p)), m.data)])
	m.data -= int64(n)
	return n, err
}
