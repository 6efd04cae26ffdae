package pcap

import (
	"bytes"
	"encoding/binary"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/ip4defrag"
	"github.com/gopacket/gopacket/ip6defrag"
	"github.com/gopacket/gopacket/layers"
)

// fragments puts the fragments of packets together.
type fragments struct {
	v4     *ip4defrag.IPv4Defragmenter
	v6     *ip6defrag.IPv6Defragmenter
	stored int // bytes that are held, at most
	swept  time.Time
}

const (
	maxFragments     = 8 << 20          // bytes; all are forgotten when there are more
	fragmentOverhead = 256              // what a fragment costs beside its bytes
	fragmentLifetime = 60 * time.Second // RFC 8200, section 4.5
)

// reserve counts a fragment, and copies it. What was left of packets that never became
// whole is forgotten: a new one may have the number of an old one, which in IPv4 is short.
func (f *fragments) reserve(b []byte, at time.Time) []byte {
	f.stored += len(b) + fragmentOverhead
	if f.v4 == nil || f.stored > maxFragments {
		*f = fragments{ip4defrag.NewIPv4Defragmenter(), ip6defrag.NewIPv6Defragmenter(), len(b), at}
	}
	if at.Sub(f.swept) > fragmentLifetime {
		f.swept = at
		f.v4.DiscardOlderThan(at.Add(-fragmentLifetime))
	}
	return bytes.Clone(b)
}

// addIPv4 returns the packet that the fragment completes, or nil.
func (f *fragments) addIPv4(b []byte, at time.Time) *layers.IPv4 {
	var ip layers.IPv4
	if ip.DecodeFromBytes(f.reserve(b, at), gopacket.NilDecodeFeedback) != nil {
		return nil
	}
	whole, err := f.v4.DefragIPv4WithTimestamp(&ip, at)
	if err != nil {
		return nil
	}
	return whole
}

// addIPv6 returns the packet that the fragment, with its header (RFC 8200, section 4.5), completes, or nil.
func (f *fragments) addIPv6(src, dst, b []byte, at time.Time) *layers.IPv6 {
	b = f.reserve(b, at)
	offset := binary.BigEndian.Uint16(b[2:])
	return f.v6.DefragIPv6(
		&layers.IPv6{Version: 6, SrcIP: bytes.Clone(src), DstIP: bytes.Clone(dst)},
		&layers.IPv6Fragment{
			BaseLayer:      layers.BaseLayer{Contents: b[:8], Payload: b[8:]},
			NextHeader:     layers.IPProtocol(b[0]),
			FragmentOffset: offset >> 3,
			MoreFragments:  offset&1 != 0,
			Identification: binary.BigEndian.Uint32(b[4:]),
		})
}
