package payload

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// a passiveTest is a reply and what it says: "127.0.0.1:1075", ":6446" without a
// host, or, with a reason, the text at fault.
type passiveTest struct {
	name, raw  string
	want       string
	tolerances Tolerance
	reason     error
}

func TestPassive(t *testing.T) {
	for _, tests := range [][]passiveTest{pasvTests, lpsvTests, epsvTests} {
		for _, tt := range tests {
			t.Run(tt.raw[:3]+" "+tt.name, func(t *testing.T) {
				r := reply(t, tt.raw)
				p, err := ParsePassive(r)
				if tt.reason != nil {
					checkError(t, r, err, tt.reason, tt.want)
					if p != (Passive{}) && tt.reason != ErrRedacted {
						t.Errorf("%v with the error", p)
					}
					return
				}
				checkError(t, r, err, nil, "")
				if got := passiveString(p); got != tt.want || p.Tolerances != tt.tolerances {
					t.Errorf("%s %v, want %s %v", got, p.Tolerances, tt.want, tt.tolerances)
				}
			})
		}
	}
}

func passiveString(p Passive) string {
	if !p.Host.IsValid() {
		return fmt.Sprintf(":%d", p.Port)
	}
	return p.AddrPort().String()
}

func TestPassiveCode(t *testing.T) {
	r := reply(t, "200 (127,0,0,1,4,51)\r\n")
	_, err := ParsePassive(r)
	checkError(t, r, err, ErrCode, "200 ")
}

func TestHostClass(t *testing.T) {
	peer := netip.MustParseAddr("192.0.2.1")
	tests := []struct {
		host, peer string
		want       HostClass
	}{
		{"", "192.0.2.1", HostAbsent},
		{"", "", HostAbsent},
		{"192.0.2.1", "192.0.2.1", HostSame},
		{"192.0.2.1", "::ffff:192.0.2.1", HostSame},
		{"::ffff:192.0.2.1", "192.0.2.1", HostSame},
		{"fe80::1", "fe80::1%eth0", HostSame},
		{"127.0.0.1", "127.0.0.1", HostSame},
		{"127.0.0.1", "192.0.2.1", HostLoopback},
		{"127.255.0.1", "", HostLoopback},
		{"::1", "", HostLoopback},
		{"0.0.0.0", "192.0.2.1", HostUnspecified},
		{"::", "192.0.2.1", HostUnspecified},
		{"10.0.0.5", "192.0.2.1", HostPrivate},
		{"172.16.0.1", "192.0.2.1", HostPrivate},
		{"192.168.1.1", "192.0.2.1", HostPrivate},
		{"169.254.1.1", "192.0.2.1", HostPrivate},
		{"100.64.0.1", "192.0.2.1", HostPrivate},
		{"fc00::1", "192.0.2.1", HostPrivate},
		{"fe80::1", "192.0.2.1", HostPrivate},
		{"100.128.0.1", "192.0.2.1", HostOther},
		{"8.8.8.8", "192.0.2.1", HostOther},
		{"2001:db8::1", "", HostOther},
	}
	for _, tt := range tests {
		host, _ := netip.ParseAddr(tt.host)
		peer, _ := netip.ParseAddr(tt.peer)
		if got := (Passive{Host: host, Port: 1}).HostClass(peer); got != tt.want {
			t.Errorf("host %q, peer %q: %v, want %v", tt.host, tt.peer, got, tt.want)
		}
	}
	if got := (Passive{Host: peer}).HostClass(netip.Addr{}); got != HostOther {
		t.Errorf("without a peer: %v", got)
	}
	if HostClass(9).String() != "HostClass(9)" {
		t.Error(HostClass(9))
	}
}

func TestAppendPassiveFails(t *testing.T) {
	v4, v6 := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1")
	tests := []struct {
		name string
		call func([]byte) ([]byte, error)
	}{
		{"227 for IPv6", func(b []byte) ([]byte, error) { return AppendPASV(b, netip.AddrPortFrom(v6, 1)) }},
		{"227 without an address", func(b []byte) ([]byte, error) { return AppendPASV(b, netip.AddrPort{}) }},
		{"227 for port 0", func(b []byte) ([]byte, error) { return AppendPASV(b, netip.AddrPortFrom(v4, 0)) }},
		{"228 without an address", func(b []byte) ([]byte, error) { return AppendLPSV(b, netip.AddrPortFrom(netip.Addr{}, 1)) }},
		{"228 for port 0", func(b []byte) ([]byte, error) { return AppendLPSV(b, netip.AddrPortFrom(v6, 0)) }},
		{"229 for port 0", func(b []byte) ([]byte, error) { return AppendEPSV(b, 0) }},
	}
	for _, tt := range tests {
		if dst, err := tt.call([]byte("x")); !errors.Is(err, ErrRange) || string(dst) != "x" {
			t.Errorf("%s: %q, %v", tt.name, dst, err)
		}
	}
}

// TestPassiveRoundTrip: what was appended is read as it was, and as the RFC has it.
func TestPassiveRoundTrip(t *testing.T) {
	properties := gopter.NewProperties(nil)
	genHost := gen.OneGenOf(gen.SliceOfN(4, gen.UInt8()), gen.SliceOfN(16, gen.UInt8()))
	properties.Property("227, 228 and 229", prop.ForAll(func(octets []byte, port uint16) string {
		host, _ := netip.AddrFromSlice(octets)
		addr := netip.AddrPortFrom(host, port)
		if host.Is4() {
			if diff := roundTripPassive(Passive{Host: host, Port: port})(AppendPASV(nil, addr)); diff != "" {
				return diff
			}
		}
		if diff := roundTripPassive(Passive{Host: host, Port: port})(AppendLPSV(nil, addr)); diff != "" {
			return diff
		}
		return roundTripPassive(Passive{Port: port})(AppendEPSV(nil, port))
	}, genHost, gen.UInt16Range(1, 65535)))
	properties.TestingRun(t)
}

func roundTripPassive(want Passive) func([]byte, error) string {
	return func(raw []byte, err error) string {
		if err != nil {
			return err.Error()
		}
		r, err := ftpreply.Parse(raw)
		if err != nil {
			return err.Error()
		}
		got, err := ParsePassive(r)
		if err != nil {
			return err.Error()
		}
		return cmp.Diff(want, got, comparable)
	}
}

func FuzzPassive(f *testing.F) {
	for _, tests := range [][]passiveTest{pasvTests, lpsvTests, epsvTests} {
		for _, tt := range tests {
			f.Add([]byte(tt.raw))
			f.Add([]byte(tt.raw[3 : len(tt.raw)-2]))
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		fuzzReplies(input, func(r ftpreply.Reply) {
			p, err := ParsePassive(r)
			checkResult(t, r, p.Tolerances, err)
			if (err == nil) != (p.Port != 0) && !errors.Is(err, ErrRedacted) {
				t.Errorf("%q: %v, %v", r.Raw(), p, err)
			}
			if p.Host.IsValid() && p.Tolerances.HasAny(HostFragment) {
				t.Errorf("%q: a host from nowhere: %v", r.Raw(), p)
			}
		}, "227", "228", "229")
	})
}

func TestPassiveAllocs(t *testing.T) {
	for _, raw := range []string{
		"227 Entering Passive Mode (127,0,0,1,4,51).\r\n",
		"227 Entering (v4) Mode (127, 0, 0, 1, 4, 51)\r\n",
		"228 Entering Long Passive Mode (4,4,127,0,0,1,2,4,51)\r\n",
		"229 Entering Extended Passive Mode (|||6446|)\r\n",
		"227-listen socket created\r\n227 (127,0,0,1,154,21)\r\n",
	} {
		r := reply(t, raw)
		if n := testing.AllocsPerRun(100, func() { ParsePassive(r) }); n != 0 {
			t.Errorf("%q: %v allocations", raw, n)
		}
	}
}

func BenchmarkPassive(b *testing.B) {
	for name, raw := range map[string]string{
		"227": "227 Entering Passive Mode (127,0,0,1,4,51).\r\n",
		"228": "228 Entering Long Passive Mode (4,4,127,0,0,1,2,4,51)\r\n",
		"229": "229 Entering Extended Passive Mode (|||6446|)\r\n",
	} {
		b.Run(name, func(b *testing.B) {
			r := reply(b, raw)
			b.ReportAllocs()
			for b.Loop() {
				ParsePassive(r)
			}
		})
	}
}
