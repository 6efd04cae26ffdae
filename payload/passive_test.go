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

var pasvTests = []passiveTest{
	{"the form of most servers", "227 Entering Passive Mode (127,0,0,1,4,51)\r\n", "127.0.0.1:1075", 0, nil},
	{"full stop", "227 Entering Passive Mode (127,0,0,1,4,51).\r\n", "127.0.0.1:1075", 0, nil},
	{"RFC facts example", "227 Entering Passive Mode (10,14,20,57,202,145)\r\n", "10.14.20.57:51857", 0, nil},
	{"other words", "227 PASV OK (127,0,0,1,4,51)\r\n", "127.0.0.1:1075", 0, nil},
	{"prose before", "227 Data transfer will passively listen to 127,0,0,1,4,51\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"sentence before", "227 Entering passive mode. 127,0,0,1,4,51\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"equals sign", "227 =127,0,0,1,4,51\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"B4X server: numbers alone", "227 192,168,7,97,199,99\r\n", "192.168.7.97:51043", NoParentheses, nil},
	{"sys-ftpd", "227 192,168,178,39,184,244\r\n", "192.168.178.39:47348", NoParentheses, nil},
	{"closing parenthesis missing", "227 (127,0,0,1,4,51\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"opening parenthesis missing", "227 127,0,0,1,4,51)\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"other parentheses and a digit before", "227 Entering (v4) Mode (127,0,0,1,4,51)\r\n", "127.0.0.1:1075", DigitsBefore, nil},
	{"digits before", "227 Passive mode 2 ok (1,2,3,4,5,6)\r\n", "1.2.3.4:1286", DigitsBefore, nil},
	{"a number with commas before", "227 1,000,000 ports (127,0,0,1,4,51)\r\n", "127.0.0.1:1075", DigitsBefore, nil},
	{"blanks", "227 (127, 0, 0, 1, 4, 51)\r\n", "127.0.0.1:1075", ExtraSpace, nil},
	{"blanks before the commas and at the ends", "227 ( 127 ,0 ,0\t,1,4,51 )\r\n", "127.0.0.1:1075", ExtraSpace, nil},
	{"comma and words behind", "227 127,0,0,1,4,51, thank you\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"leading zeros", "227 (127,000,000,001,004,051)\r\n", "127.0.0.1:1075", LeadingZeros, nil},
	{"nine numbers", "227 1,2,3,4,5,6,7,8,9\r\n", "1.2.3.4:1286", NoParentheses | ExtraNumbers, nil},
	{"seven numbers", "227 (127,0,0,1,4,51,9)\r\n", "127.0.0.1:1075", ExtraNumbers, nil},
	{"private host", "227 (10,0,0,5,4,51)\r\n", "10.0.0.5:1075", 0, nil},
	{"public host and a low port", "227 (8,8,8,8,0,22)\r\n", "8.8.8.8:22", 0, nil},
	{"unspecified host", "227 (0,0,0,0,4,51)\r\n", "0.0.0.0:1075", 0, nil},
	{"vsftpd over IPv6", "227 Entering Passive Mode (0,0,0,0,141,82).\r\n", "0.0.0.0:36178", 0, nil},
	{"pyftpdlib over IPv6", "227 Entering passive mode (::1,184,47).\r\n", "[::1]:47151", LiteralHost, nil},
	{"ProFTPD over IPv6", "227 Entering Passive Mode (1,160,43).\r\n", ":41003", HostFragment, nil},
	{"ProFTPD over IPv6, letters", "227 Entering Passive Mode (fe0c,160,43).\r\n", ":41003", HostFragment, nil},
	{"ProFTPD over IPv6, address ends in colons", "227 Entering Passive Mode (,160,43).\r\n", ":41003", HostFragment, nil},
	{"address with full stops", "227 (127.0.0.1,4,51)\r\n", "127.0.0.1:1075", LiteralHost, nil},
	{"address with a zone", "227 (fe80::1%eth0,4,51)\r\n", "[fe80::1]:1075", LiteralHost, nil},
	{"masked host", "227 Entering Passive Mode (***,***,***,***,162,237).\r\n", ":41709", Masked, nil},
	{"masked host, partly", "227 Entering Passive Mode (10,*,*,*,162,237).\r\n", ":41709", Masked, nil},
	{"masked port", "227 Entering Passive Mode (***,***,***,***,***,***).\r\n", "***,***,***,***,***,***", 0, ErrMissing},
	{"port 65535", "227 (127,0,0,1,255,255)\r\n", "127.0.0.1:65535", 0, nil},
	{"port 0", "227 (127,0,0,1,0,0)\r\n", "127,0,0,1,0,0", 0, ErrRange},
	{"port octet 300", "227 Entering Passive Mode (127,0,0,1,300,51)\r\n", "300", 0, ErrRange},
	{"host octet 256", "227 (256,0,0,1,4,51)\r\n", "256", 0, ErrRange},
	{"all too large", "227 Entering Passive Mode (1216,256,2,127,127,127)\r\n", "1216", 0, ErrRange},
	{"octets 257 and 999", "227 (212,27,32,66,257,243)\r\n", "257", 0, ErrRange},
	{"last octet too large", "227 (1,2,3,4,255,65535)\r\n", "65535", 0, ErrRange},
	{"host octet 999", "227 (999,0,0,1,4,51)\r\n", "999", 0, ErrRange},
	{"twenty digits", "227 (127,0,0,1,99999999999999999999,51)\r\n", "99999999999999999999", 0, ErrRange},
	{"too large in a fragment", "227 (1,160,256)\r\n", "256", 0, ErrRange},
	{"port 0 in a fragment", "227 (1,0,0)\r\n", "0,0", 0, ErrRange},
	{"signed octets", "227 (-127,0,0,1,4,-51)\r\n", "-1", 0, ErrSyntax},
	{"signed port", "227 (127,0,0,1,4,-51)\r\n", "-5", 0, ErrSyntax},
	{"plus sign", "227 (127,0,0,1,+4,51)\r\n", "+4", 0, ErrSyntax},
	{"five numbers", "227 (127,0,0,1,4)\r\n", "127,0,0,1,4", 0, ErrSyntax},
	{"four numbers", "227 Entering Passive Mode (192,168,0,1)\r\n", "192,168,0,1", 0, ErrSyntax},
	{"two numbers", "227 (4,51)\r\n", "4,51", 0, ErrSyntax},
	{"Arabic digits", "227 (١٢٧,٠,٠,١,٤,٥١)\r\n", "(١٢٧,٠,٠,١,٤,٥١)", 0, ErrMissing},
	{"cut off", "227 Entering Passive Mode (\r\n", "Entering Passive Mode (", 0, ErrMissing},
	{"parenthesis alone", "227 (\r\n", "(", 0, ErrMissing},
	{"parentheses the wrong way round", "227 )x(\r\n", ")x(", 0, ErrMissing},
	{"parentheses the wrong way round, spaced", "227 ) (\r\n", ") (", 0, ErrMissing},
	{"numbers between wrong parentheses", "227 Entering Passive Mode )1,2,3,4,5,6(\r\n", "1.2.3.4:1286", NoParentheses, nil},
	{"words", "227 ) foo bar (\r\n", ") foo bar (", 0, ErrMissing},
	{"empty", "227 \r\n", "", 0, ErrMissing},
	{"bare code", "227\r\n", "", 0, ErrMissing},
	{"last line of two", "227-listen socket created\r\n227 (127,0,0,1,154,21)\r\n", "127.0.0.1:39445", 0, nil},
	{"first line of two", "227-Entering Passive Mode (127,0,0,1,4,51)\r\n227 Go ahead\r\n", "127.0.0.1:1075", OtherLine, nil},
	{"interior line", "227-Passive\r\n Mode (127,0,0,1,4,51)\r\n227 End\r\n", "127.0.0.1:1075", OtherLine, nil},
	{"two lines: the last", "227-(127,0,0,1,4,51)\r\n227 (127,0,0,1,4,52)\r\n", "127.0.0.1:1076", 0, nil},
	{"two lines: the last is wrong", "227-(127,0,0,1,4,51)\r\n227 (127,0,0,1,4,300)\r\n", "300", 0, ErrRange},
}

var lpsvTests = []passiveTest{
	{"IPv4", "228 Entering Long Passive Mode (4,4,127,0,0,1,2,4,51)\r\n", "127.0.0.1:1075", 0, nil},
	{"IPv4 with blanks", "228 Entering Long Passive Mode (4, 4, 127, 0, 0, 1, 2, 4, 51)\r\n", "127.0.0.1:1075", ExtraSpace, nil},
	{"IPv6", "228 Entering Long Passive Mode (6,16,16,128,0,0,0,0,0,0,0,8,8,0,32,12,65,122,2,12,34)\r\n", "[1080::8:800:200c:417a]:3106", 0, nil},
	{"without parentheses", "228 4,4,127,0,0,1,2,4,51\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"wide port", "228 (4,4,127,0,0,1,4,0,0,4,51)\r\n", "127.0.0.1:1075", 0, nil},
	{"narrow port", "228 (4,4,127,0,0,1,1,21)\r\n", "127.0.0.1:21", 0, nil},
	{"IPX: no host that we know", "228 (16,10,0,0,0,1,0,0,0,0,0,2,2,4,51)\r\n", ":1075", 0, nil},
	{"address as text", "228 Entering Long Passive Mode (2002:5183:4383::5183:4383, 1031)\r\n", "[2002:5183:4383::5183:4383]:1031", LiteralHost | ExtraSpace, nil},
	{"address as text, port too large", "228 Entering Long Passive Mode (::1,65536)\r\n", "65536", 0, ErrRange},
	{"fragment as text", "228 Entering Long Passive Mode (1,1031)\r\n", "1,1031", 0, ErrSyntax},
	{"as an implementor's table has it", "228 Entering Long Passive Mode (long address, port).\r\n", "Entering Long Passive Mode (long address, port).", 0, ErrMissing},
	{"port of 24 bits", "228 (4,4,127,0,0,1,3,1,4,51)\r\n", "4,4,127,0,0,1,3,1,4,51", 0, ErrRange},
	{"port 0", "228 (4,4,127,0,0,1,2,0,0)\r\n", "4,4,127,0,0,1,2,0,0", 0, ErrRange},
	{"no octets of a port", "228 (4,4,127,0,0,1,0)\r\n", "4,4,127,0,0,1,0", 0, ErrSyntax},
	{"IPv4 with the length of IPv6", "228 (4,16,16,128,0,0,0,0,0,0,0,8,8,0,32,12,65,122,2,12,34)\r\n", "4,16,16,128,0,0,0,0,0,0,0,8,8,0,32,12,65,122,2,12,34", 0, ErrSyntax},
	{"too short", "228 (4,4,127,0,0,1,2,4)\r\n", "4,4,127,0,0,1,2,4", 0, ErrSyntax},
	{"too long", "228 (4,4,127,0,0,1,2,4,51,7)\r\n", "4,4,127,0,0,1,2,4,51,7", 0, ErrSyntax},
	{"host longer than the list", "228 (4,255,127,0,0,1,2,4,51)\r\n", "4,255,127,0,0,1,2,4,51", 0, ErrSyntax},
	{"negative", "228 (4,4,127,0,0,1,2,4,-51)\r\n", "-5", 0, ErrSyntax},
	{"octet 256", "228 (4,4,127,0,0,256,2,4,51)\r\n", "256", 0, ErrRange},
	{"masked", "228 (4,4,***,***,***,***,2,4,51)\r\n", "4,4,***,***,***,***,2,4,51", 0, ErrSyntax},
	{"the list of a 227", "228 (127,0,0,1,4,51)\r\n", "127,0,0,1,4,51", 0, ErrSyntax},
	{"33 numbers", "228 (9,28,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,2,4,51)\r\n",
		"9,28,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23", 0, ErrSyntax},
	{"empty", "228 \r\n", "", 0, ErrMissing},
}

var epsvTests = []passiveTest{
	{"RFC 2428", "229 Entering Extended Passive Mode (|||6446|)\r\n", ":6446", 0, nil},
	{"Pure-FTPd", "229 Extended Passive mode OK (|||6446|)\r\n", ":6446", 0, nil},
	{"full stop", "229 Entering Extended Passive Mode (|||50006|).\r\n", ":50006", TextBehind, nil},
	{"IBM i", "229 (!!!6446!)\r\n", ":6446", OtherDelimiter, nil},
	{"z/OS", "229 x (!!!9447!)\r\n", ":9447", OtherDelimiter, nil},
	{"letters as delimiter", "229 (AAA6446A)\r\n", ":6446", OtherDelimiter, nil},
	{"digits as delimiter", "229 (1116446 1)\r\n", "1116446 1)", 0, ErrSyntax},
	{"DEL as delimiter", "229 (\x7f\x7f\x7f6446\x7f)\r\n", "(\x7f\x7f\x7f6446\x7f)", 0, ErrMissing},
	{"SP as delimiter", "229 (   6446 )\r\n", "(   6446 )", 0, ErrMissing},
	{"mixed delimiters", "229 (|!!3106!)\r\n", "(|!!3106!)", 0, ErrMissing},
	{"mixed delimiters at the end", "229 (|||3106!)\r\n", "|||3106!)", 0, ErrSyntax},
	{"filled fields", "229 (|1|127.0.0.1|6446|)\r\n", "127.0.0.1:6446", FilledFields, nil},
	{"filled fields, IPv6", "229 ok (|2|::1|4242|)\r\n", "[::1]:4242", FilledFields, nil},
	{"filled protocol", "229 ok (|2||4242|)\r\n", ":4242", FilledFields, nil},
	{"filled address", "229 ok (||127.0.0.1|4242|)\r\n", "127.0.0.1:4242", FilledFields, nil},
	{"filled with the wrong protocol", "229 ok (|2|127.0.0.1|4242|)\r\n", "|2|127.0.0.1|4242|)", 0, ErrSyntax},
	{"filled with an unknown protocol", "229 ok (|3|127.0.0.1|4242|)\r\n", "|3|127.0.0.1|4242|)", 0, ErrSyntax},
	{"filled with no address", "229 ok (|1|localhost|4242|)\r\n", "|1|localhost|4242|)", 0, ErrSyntax},
	{"port 0", "229 (|||0|)\r\n", "0", 0, ErrRange},
	{"port 65535", "229 (|||65535|)\r\n", ":65535", 0, nil},
	{"port 65536", "229 (|||65536|)\r\n", "65536", 0, ErrRange},
	{"port 1000000", "229 Entering Passive Mode (|||1000000|)\r\n", "1000000", 0, ErrRange},
	{"port of eleven digits", "229 (|||99999999999|)\r\n", "99999999999", 0, ErrRange},
	{"port beyond 64 bits", "229 (|||18446744073709558062|)\r\n", "18446744073709558062", 0, ErrRange},
	{"plus sign", "229 (|||+5|)\r\n", "+5|)", 0, ErrSyntax},
	{"minus sign", "229 (|||-1|)\r\n", "-1|)", 0, ErrSyntax},
	{"leading zero", "229 (|||06446|)\r\n", ":6446", LeadingZeros, nil},
	{"blanks", "229 ( ||| 6446 | )\r\n", ":6446", ExtraSpace, nil},
	{"blank before the parenthesis", "229 (|||6446| )\r\n", ":6446", ExtraSpace, nil},
	{"no parentheses", "229 |||6446|\r\n", ":6446", NoParentheses, nil},
	{"no parentheses, other delimiter", "229 Port !!!6446!\r\n", ":6446", NoParentheses | OtherDelimiter, nil},
	{"no parentheses and no last delimiter", "229 |||6446\r\n", "|||6446", 0, ErrSyntax},
	{"no parentheses, port 0", "229 |||0|\r\n", "0", 0, ErrRange},
	{"no parentheses, full stops of prose", "229 Entering... 6446.\r\n", "Entering... 6446.", 0, ErrMissing},
	{"closing parenthesis missing", "229 (|||6446|\r\n", ":6446", NoParentheses, nil},
	{"last delimiter missing", "229 Entering Extended Passive Mode (|||4242)\r\n", ":4242", MissingDelimiter, nil},
	{"last delimiter missing, blank", "229 (|||6446 )\r\n", ":6446", MissingDelimiter | ExtraSpace, nil},
	{"cut off behind the number", "229 (|||6446\r\n", "|||6446", 0, ErrSyntax},
	{"two ports", "229 (|||6446|||7777|)\r\n", "|||6446|||7777|)", 0, ErrSyntax},
	{"other parentheses before", "229 (hi) (|||6446|)\r\n", ":6446", 0, nil},
	{"empty parentheses", "229 ()\r\n", "()", 0, ErrMissing},
	{"cut off", "229 (|||\r\n", "", 0, ErrSyntax},
	{"parenthesis alone", "229 (\r\n", "(", 0, ErrMissing},
	{"no port", "229 (||||)\r\n", "|)", 0, ErrSyntax},
	{"empty", "229 \r\n", "", 0, ErrMissing},
	{"last line", "229-listen socket created\r\n229 (|||6446|)\r\n", ":6446", 0, nil},
	{"first line", "229-Entering (|||6446|)\r\n229 Go ahead\r\n", ":6446", OtherLine, nil},
}

func TestPassive(t *testing.T) {
	for _, tests := range [][]passiveTest{pasvTests, lpsvTests, epsvTests} {
		for _, tt := range tests {
			t.Run(tt.raw[:3]+" "+tt.name, func(t *testing.T) {
				r := reply(t, tt.raw)
				p, err := ParsePassive(r)
				if tt.reason != nil {
					checkError(t, r, err, tt.reason, tt.want)
					if p != (Passive{}) {
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
			if (err == nil) != (p.Port != 0) {
				t.Errorf("%q: %v, %v", r.Raw(), p, err)
			}
			if p.Host.IsValid() && p.Tolerances.Has(Masked|HostFragment) {
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

func TestPlainOctets(t *testing.T) {
	texts := []string{"Entering Passive Mode (127,0,0,1,158,113).", "ok (10,1,2,3,0,21)", "Entering Passive Mode. (1,2,3,4,5,6)"}
	testShortWay(t, texts, "0129*(),. -+x", func(text []byte) bool {
		octets, ok := plainOctets(text)
		if !ok {
			return false
		}
		p, d, f := readPASV(text)
		host, port := netip.AddrFrom4([4]byte(octets[:4])), uint16(octets[4])<<8|uint16(octets[5])
		if p.Host != host || p.Port != port || d != 0 || f.err != nil {
			t.Errorf("%q: %v, and the long way %v, %v, %v", text, octets, p, d, f.err)
		}
		return true
	})
}

func TestPlainPort(t *testing.T) {
	texts := []string{"Entering Extended Passive Mode (|||6446|)", "(|||1|)", "(|||65535|)"}
	testShortWay(t, texts, "0169|!(). -x", func(text []byte) bool {
		port, ok := plainPort(text)
		if !ok {
			return false
		}
		p, d, f := readEPSV(text)
		if p.Port != port || p.Host.IsValid() || d != 0 || f.err != nil {
			t.Errorf("%q: %v, and the long way %v, %v, %v", text, port, p, d, f.err)
		}
		return true
	})
}
