package payload_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// parse frames one reply; a client has its replies from an ftpreply.Parser.
func parse(raw string) ftpreply.Reply {
	r, err := ftpreply.Parse([]byte(raw))
	if err != nil {
		panic(err)
	}
	return r
}

// A client asks for passive mode, decides what to make of the host, and is told which
// tolerances were taken.
func Example() {
	peer := netip.MustParseAddr("192.0.2.1")
	p, err := payload.ParsePassive(parse("227 Entering Passive Mode 10,0,0,5,4,51.\r\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	host := p.Host
	if p.HostClass(peer) != payload.HostSame {
		host = peer
	}
	fmt.Println(netip.AddrPortFrom(host, p.Port))
	fmt.Println(p.Tolerances)
	// Output:
	// 192.0.2.1:1075
	// no-parentheses
}

// The code of the reply says how to read it, whatever the command was.
func ExampleParsePassive() {
	peer := netip.MustParseAddr("192.0.2.1")
	for _, raw := range []string{
		"227 Entering Passive Mode (192,0,2,1,4,51).\r\n",
		"227 Entering Passive Mode (***,***,***,***,4,51).\r\n",
		"228 Entering Long Passive Mode (4,4,10,0,0,5,2,4,51)\r\n",
		"229 Entering Extended Passive Mode (|||1075|)\r\n",
		"229 Entering Extended Passive Mode (|||0|)\r\n",
	} {
		p, err := payload.ParsePassive(parse(raw))
		if err != nil {
			fmt.Println(p.Port, err)
			continue
		}
		fmt.Printf("%d %v %q\n", p.Port, p.HostClass(peer), p.Tolerances)
	}
	// Output:
	// 1075 same ""
	// 1075 payload: redacted at offset 27: "***,***,***,***,4,51" (RFC 959, section 5.3.2; RFC 1123, section 4.1.2.6)
	// 1075 private ""
	// 1075 absent ""
	// 0 payload: out of range at offset 39: "0" (RFC 2428, sections 2 and 3)
}

// A server answers PASV.
func ExampleAppendPASV() {
	raw, err := payload.AppendPASV(nil, netip.MustParseAddrPort("192.0.2.1:1075"))
	fmt.Printf("%q %v\n", raw, err)
	// Output:
	// "227 Entering Passive Mode (192,0,2,1,4,51)\r\n" <nil>
}

// Errors say what, where and by which rule; a path with a control character comes with its error.
func ExampleParsePath() {
	for _, raw := range []string{
		"257 \"/my \"\"new\"\" dir\" created\r\n",
		"257 Directory created\r\n",
		"257 \"/a\rSTOR evil\" is the current directory\r\n",
	} {
		p, err := payload.ParsePath(parse(raw))
		fmt.Printf("%q %v\n", p.Name, err)
		if errors.Is(err, payload.ErrMissing) {
			fmt.Println("the server does not say where it is")
		}
	}
	// Output:
	// "/my \"new\" dir" <nil>
	// "" payload: nothing there to read at offset 4: "Directory created" (RFC 959, appendix II; RFC 2640, section 3.1)
	// the server does not say where it is
	// "/a\rSTOR evil" payload: control character in the path at offset 7: "\rSTOR evil" (RFC 959, appendix II; RFC 2640, section 3.1)
}

// A server answers MKD.
func ExampleAppendPath() {
	raw, err := payload.AppendPath(nil, `/my "new" dir`, "created")
	fmt.Printf("%q %v\n", raw, err)
	// Output:
	// "257 \"/my \"\"new\"\" dir\" created\r\n" <nil>
}

func ExampleParseFeatures() {
	f, err := payload.ParseFeatures(parse("211-Features:\r\n AUTH TLS\r\n AUTH SSL\r\n MLST type*;size*;perm;\r\n REST STREAM\r\n UTF8\r\n211 End\r\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.HasValue("AUTH", "TLS"), f.HasValue("REST", "STREAM"), f.Has("UTF8"), f.Has("HOST"))
	for fact, sent := range f.Values("MLST") {
		fmt.Printf("%s sent by default: %v\n", fact, sent)
	}
	// Output:
	// true true true false
	// type sent by default: true
	// size sent by default: true
	// perm sent by default: false
}

func ExampleFeatures_All() {
	f, _ := payload.ParseFeatures(parse("211-FEAT\r\n    SIZE\r\n    REST STREAM\r\n211 END\r\n"))
	for label, params := range f.All() {
		fmt.Printf("%s %q\n", label, params)
	}
	fmt.Println(f.Tolerances)
	// Output:
	// SIZE ""
	// REST "STREAM"
	// wide-indent
}

func ExampleAppendFeatures() {
	raw, err := payload.AppendFeatures(nil, "UTF8", "MLST type*;size*;")
	fmt.Printf("%q %v\n", raw, err)
	// Output:
	// "211-Features:\r\n UTF8\r\n MLST type*;size*;\r\n211 End\r\n" <nil>
}

func ExampleParseSize() {
	for _, raw := range []string{"213 812\r\n", "213 812 bytes\r\n", "213 -1\r\n"} {
		s, err := payload.ParseSize(parse(raw))
		fmt.Println(s.Bytes, s.Tolerances, err)
	}
	// Output:
	// 812  <nil>
	// 812 text-after <nil>
	// 0  payload: not in the grammar at offset 4: "-1" (RFC 3659, section 4.1)
}

func ExampleAppendSize() {
	fmt.Printf("%q\n", payload.AppendSize(nil, 812))
	// Output:
	// "213 812\r\n"
}

func ExampleParseModTime() {
	m, err := payload.ParseModTime(parse("213 20260102030405.123\r\n"))
	fmt.Println(m.Time, err)

	m, err = payload.ParseModTime(parse("213 191260102030405\r\n"))
	fmt.Println(m.Time, errors.Is(err, payload.ErrYear2000))
	// Output:
	// 2026-01-02 03:04:05.123 +0000 UTC <nil>
	// 2026-01-02 03:04:05 +0000 UTC true
}

func ExampleAppendModTime() {
	raw, err := payload.AppendModTime(nil, time.Date(2026, 1, 2, 3, 4, 5, 123e6, time.UTC))
	fmt.Printf("%q %v\n", raw, err)
	// Output:
	// "213 20260102030405.123\r\n" <nil>
}

func ExampleParseFactTime() {
	f, err := payload.ParseFactTime(parse("213 Modify=20260102030405; my file\r\n"))
	fmt.Printf("%s %v %q %v\n", f.Fact, f.Time, f.Path, err)
	// Output:
	// Modify 2026-01-02 03:04:05 +0000 UTC "my file" <nil>
}

func ExampleTolerance() {
	f, _ := payload.ParseFeatures(parse("211-FEAT\r\n    SIZE\r\n211-MDTM\r\n211 END\r\n"))
	for bit := range f.Tolerances.Each() {
		info, _ := bit.Info()
		fmt.Println(info.Name+":", info.Summary)
	}
	// Output:
	// wide-indent: A line of the list begins with more than one space.
	// code-prefix: A line of the list begins with the code and a hyphen.
}

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
