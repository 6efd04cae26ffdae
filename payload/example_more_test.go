package payload_test

import (
	"encoding/json"
	"fmt"
	"net/netip"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// A program that prints replies asks for whatever payload there is.
func ExampleOf() {
	for _, reply := range []struct{ verb, raw string }{
		{"PASV", "227 Entering Passive Mode 127,0,0,1,4,51\r\n"},
		{"SIZE", "213 812\r\n"},
		{"MLST", "250-Listing\r\n type=file; x y\r\n250 End\r\n"},
		{"", "120 Service ready in 003 minutes.\r\n"},
	} {
		b, err := json.Marshal(payload.Of(parse(reply.raw), reply.verb))
		fmt.Println(string(b), err)
	}
	// Output:
	// {"kind":"passive","port":1075,"host":"127.0.0.1","host_class":"loopback","tolerances":["no-parentheses"]} <nil>
	// {"kind":"size","size":812} <nil>
	// {"kind":"facts","facts":{"type":"file"},"path":"x y"} <nil>
	// {"kind":"delay","minutes":3} <nil>
}

func ExampleParseFacts() {
	v, err := payload.ParseFacts(parse("250-Begin\r\n    Type=dir;Perm=el;Modify=20260102030405; with space\r\n250 End\r\n"))
	modify, _ := v.Modify()
	perm, _ := v.Permissions()
	fmt.Printf("%q %v %v %v\n", v.Path, v.Type(), perm, modify)
	fmt.Println(v.Tolerances, err)
	// Output:
	// "with space" dir el 2026-01-02 03:04:05 +0000 UTC
	// wide-indent <nil>
}

func ExampleParseMLSD() {
	line, _ := payload.AppendMLSD(nil, "a b", payload.Fact{Name: "size", Value: "812"})
	v, err := payload.ParseMLSD(line)
	size, _ := v.Size()
	fmt.Printf("%q is %q with %d octets, %v\n", line, v.Path, size, err)
	// Output: "size=812; a b\r\n" is "a b" with 812 octets, <nil>
}

func ExampleParseListing() {
	v, err := payload.ParseListing(parse("213-STAT\r\n-rw-r--r-- a\r\n213-more\r\n213 End\r\n"))
	for line := range v.All() {
		fmt.Printf("%q\n", line)
	}
	fmt.Println(err)
	// Output:
	// "-rw-r--r-- a"
	// "213-more"
	// <nil>
}

func ExampleParseSystem() {
	v, err := payload.ParseSystem(parse("215 UNIX Type: L8\r\n"))
	fmt.Printf("%s %v\n", v.Name, err)
	// Output: UNIX <nil>
}

func ExampleParseTransferSize() {
	v, err := payload.ParseTransferSize(parse("150 ASCII data connection for /bin/ls (137.167.104.91,37445) (0 bytes).\r\n"))
	fmt.Println(v.Bytes, err)
	// Output: 0 <nil>
}

func ExampleParseUniqueName() {
	v, err := payload.ParseUniqueName(parse("150-FILE: pureftpd.6b02c408\r\n150 Accepted data connection\r\n"))
	fmt.Printf("%s %v %v\n", v.Name, v.Tolerances, err)
	// Output: pureftpd.6b02c408 other-line <nil>
}

func ExampleParseMarker() {
	v, err := payload.ParseMarker(parse("110 MARK 1234 = 5678\r\n"))
	fmt.Printf("%s %s %v\n", v.Sent, v.Received, err)
	// Output: 1234 5678 <nil>
}

func ExampleParseDelay() {
	v, err := payload.ParseDelay(parse("120 Service ready in 003 minutes.\r\n"))
	fmt.Println(v.Minutes, err)
	// Output: 3 <nil>
}

func ExampleParseRestart() {
	v, err := payload.ParseRestart(parse("350 Restarting at 802816.\r\n"))
	fmt.Println(v.Offset, err)
	// Output: 802816 <nil>
}

func ExampleParseProtectionBuffer() {
	v, err := payload.ParseProtectionBuffer(parse("200 PBSZ=0 successful\r\n"))
	fmt.Println(v.Size, err)
	// Output: 0 <nil>
}

func ExampleParseFactSelection() {
	v, err := payload.ParseFactSelection(parse("200 MLST OPTS type;size;\r\n"))
	fmt.Println(v.Has("Type"), v.Has("perm"), err)
	// Output: true false <nil>
}

func ExampleParseDigest() {
	v, err := payload.ParseDigest(parse("250-Computing CRC32 digest\r\n250 C70B3765\r\n"))
	fmt.Printf("%s %v\n", v.Hex, err)
	// Output: C70B3765 <nil>
}

func ExampleParseHashAlgorithm() {
	v, err := payload.ParseHashAlgorithm(parse("200 SHA-256\r\n"))
	fmt.Println(v.Name, err)
	// Output: SHA-256 <nil>
}

func ExampleParseConnection() {
	raw, _ := payload.AppendConnection(nil, netip.MustParseAddrPort("192.0.2.1:1024"))
	v, err := payload.ParseConnection(parse(string(raw)))
	fmt.Printf("%q %v %v\n", raw, v.Peer, err)
	// Output: "225 Connected from (|1|192.0.2.1|1024|)\r\n" 192.0.2.1:1024 <nil>
}

func ExampleParseTranslation() {
	v, err := payload.ParseTranslation(parse("216 EPSVEPRT enabled\r\n"))
	fmt.Println(v.Commands, err)
	// Output: EPSVEPRT <nil>
}

func ExampleParseProtocols() {
	v, err := payload.ParseProtocols(parse("522 Network protocol not supported, use (1,2)\r\n"))
	for protocol := range v.All() {
		fmt.Println(protocol)
	}
	fmt.Println(err)
	// Output:
	// 1
	// 2
	// <nil>
}

func ExampleParseSecurityData() {
	raw, _ := payload.AppendSecurityData(nil, ftpreply.CodeSecurityDataNeeded, []byte("token"))
	v, err := payload.ParseSecurityData(parse(string(raw)))
	fmt.Printf("%q %s %v\n", raw, v.Token, err)
	// Output: "335 ADAT=dG9rZW4=\r\n" token <nil>
}

func ExampleParseChallenge() {
	v, err := payload.ParseChallenge(parse("336 Challenge is \"otp-md5 98 ke1234\".\r\n"))
	fmt.Printf("%s %v\n", v.Text, err)
	// Output: otp-md5 98 ke1234 <nil>
}

// The security mechanism here does nothing at all; that of a client calls gss_unwrap.
func ExampleParseProtected() {
	unprotect := func(token []byte) ([]byte, error) { return token, nil }
	v, err := payload.ParseProtected(parse("632-MjMwIFVzZXI=\r\n632 IGxvZ2dlZCBpbg==\r\n"), unprotect)
	fmt.Println(uint16(v.Reply.Code()), string(v.Reply.Text()), err)
	// Output: 230 User logged in <nil>
}
