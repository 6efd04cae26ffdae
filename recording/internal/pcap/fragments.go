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

// fragments joins the fragments of packets.
type fragments struct {
	v4     *ip4defrag.IPv4Defragmenter
	v6     *ip6defrag.IPv6Defragmenter
	stored int // upper bound of the bytes that are held
	swept  time.Time
	parts  map[fragmentKey]parts
}

// parts counts the fragments of an incomplete packet.
type parts struct {
	n    int64
	last time.Time
}

// A fragmentKey identifies a packet of which there are fragments.
type fragmentKey struct {
	addresses string // source and destination
	id        uint32
}

const (
	maxFragments     = 8 << 20          // bytes; all are forgotten when there are more
	fragmentOverhead = 512              // the memory that a fragment uses in addition to its bytes
	fragmentLifetime = 60 * time.Second // RFC 8200, section 4.5
)

// reserve counts a fragment and copies it. It forgets the fragments of packets that never
// became whole, because a new packet may have the number of an old one, which in IPv4 is
// short.
func (f *fragments) reserve(b []byte, at time.Time) []byte {
	f.stored += len(b) + fragmentOverhead
	if f.v4 == nil || f.stored > maxFragments {
		*f = fragments{
			v4: ip4defrag.NewIPv4Defragmenter(), v6: ip6defrag.NewIPv6Defragmenter(),
			stored: len(b), swept: at, parts: map[fragmentKey]parts{},
		}
	}
	if at.Sub(f.swept) > fragmentLifetime {
		f.swept = at
		f.v4.DiscardOlderThan(at.Add(-fragmentLifetime))
	}
	return bytes.Clone(b)
}

// count counts a fragment of a packet, and returns how many came before the one that
// completes it.
func (f *fragments) count(addresses []byte, id uint32, at time.Time, complete bool) int64 {
	key := fragmentKey{string(addresses), id}
	before := f.parts[key].n
	if at.Sub(f.parts[key].last) > fragmentLifetime {
		before = 0
	}
	if complete {
		delete(f.parts, key)
		return before
	}
	f.parts[key] = parts{before + 1, at}
	return 0
}

// addIPv4 returns the packet that the fragment completes, or nil, and the number of its
// other fragments.
func (f *fragments) addIPv4(b []byte, at time.Time) (*layers.IPv4, int64) {
	var ip layers.IPv4
	if ip.DecodeFromBytes(f.reserve(b, at), gopacket.NilDecodeFeedback) != nil {
		return nil, 0
	}
	whole, err := f.v4.DefragIPv4WithTimestamp(&ip, at)
	if err != nil {
		return nil, 0
	}
	return whole, f.count(b[12:20], uint32(ip.Id), at, whole != nil)
}

// addIPv6 is addIPv4 for a fragment that begins with its header (RFC 8200, section 4.5).
func (f *fragments) addIPv6(src, dst, b []byte, at time.Time) (*layers.IPv6, int64) {
	b = f.reserve(b, at)
	offset, id := binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[4:])
	whole := f.v6.DefragIPv6(
		&layers.IPv6{Version: 6, SrcIP: bytes.Clone(src), DstIP: bytes.Clone(dst)},
		&layers.IPv6Fragment{
			BaseLayer:      layers.BaseLayer{Contents: b[:8], Payload: b[8:]},
			NextHeader:     layers.IPProtocol(b[0]),
			FragmentOffset: offset >> 3,
			MoreFragments:  offset&1 != 0,
			Identification: id,
		})
	return whole, f.count(append(bytes.Clone(src), dst...), id, at, whole != nil)
}
