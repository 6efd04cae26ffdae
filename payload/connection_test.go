package payload

import (
	"net/netip"
	"testing"

	"github.com/leanovate/gopter/gen"
)

var connectionTests = []parseTest[Connection]{
	{"ESTA", "225 Connected from (|1|192.0.2.1|1024|)\r\n", Connection{Peer: netip.MustParseAddrPort("192.0.2.1:1024")}, nil, ""},
	{"ESTP, IPv6", "225 Connected to (|2|::1|51234|)\r\n", Connection{Peer: netip.MustParseAddrPort("[::1]:51234")}, nil, ""},
	{"full stop", "225 Connected to (|2|::1|51234|).\r\n", Connection{netip.MustParseAddrPort("[::1]:51234"), TextAfter}, nil, ""},
	{"protocol and address differ", "225 Connected to (|1|::1|5|)\r\n", Connection{}, ErrSyntax, "|1|::1|5|)"},
	{"no address", "225 Connected to (|||5|)\r\n", Connection{}, ErrSyntax, "Connected to (|||5|)"},
	{"no port", "225 Connected to (|1|192.0.2.1|0|)\r\n", Connection{}, ErrRange, "0"},
	{"ABOR", "225 No transfer to ABOR.\r\n", Connection{}, ErrMissing, "No transfer to ABOR."},
	{"520", "520 No connection\r\n", Connection{}, ErrCode, "520 "},
}

func TestConnection(t *testing.T) { testParse(t, ParseConnection, connectionTests) }

func TestConnectionRoundTrip(t *testing.T) {
	forAll(t, func(hi, lo uint64, port uint16, v4 bool) bool {
		var b [16]byte
		for i := range 8 {
			b[i], b[8+i] = byte(hi>>(8*i)), byte(lo>>(8*i))
		}
		addr := netip.AddrFrom16(b).Unmap()
		if v4 {
			addr = netip.AddrFrom4([4]byte(b[:4]))
		}
		peer := netip.AddrPortFrom(addr, port)
		raw, err := AppendConnection(nil, peer)
		return reparse(t, raw, err, ParseConnection) == Connection{Peer: peer}
	}, gen.UInt64(), gen.UInt64(), gen.UInt16Range(1, 65535), gen.Bool())
}

func TestAppendConnectionFails(t *testing.T) {
	for _, peer := range []netip.AddrPort{{}, netip.MustParseAddrPort("192.0.2.1:0")} {
		if raw, err := AppendConnection([]byte("x"), peer); err == nil || string(raw) != "x" {
			t.Errorf("AppendConnection(%v) = %q, %v", peer, raw, err)
		}
	}
}

func FuzzConnection(f *testing.F) {
	fuzzParse(f, ParseConnection, func(v Connection) Tolerance { return v.Tolerances }, connectionTests, func(t *testing.T, v Connection) {
		if !v.Peer.IsValid() || v.Peer.Port() == 0 {
			t.Errorf("peer %v", v.Peer)
		}
	}, "225")
}
