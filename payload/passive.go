package payload

import (
	"bytes"
	"errors"
	"net/netip"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

// Passive is the address at which the server listens for the data connection.
type Passive struct {
	// Host is the address in the reply. It is the zero Addr if the reply has none: in a
	// 229, where the host is that of the control connection, and in a reply whose host is
	// mutilated or of another protocol than IP.
	//
	// Do not trust it. A server after a NAT gives an address that cannot be reached, and a
	// hostile server gives an address of another host. Most clients therefore ignore it and
	// connect to the peer of the control connection (RFC 6384, section 6).
	Host       netip.Addr
	Port       uint16 // 1 to 65535
	Tolerances Tolerance
}

// ParsePassive reads a 227 (PASV), 228 (LPSV) or 229 (EPSV). It goes by the code of the reply
// and not by the command, because servers and address translators answer EPSV with 227 and
// PASV with 229.
//
// A port of 0 is an error, because a client cannot connect to it. With [ErrRedacted] the Port
// is returned as well, unless it was redacted too.
func ParsePassive(r ftpreply.Reply) (p Passive, err error) {
	var d Tolerance
	switch r.Code() {
	case ftpreply.CodeEnteringPassiveMode:
		p, d, err = parseLines(r, readPASV)
	case ftpreply.CodeEnteringLongPassiveMode:
		p, d, err = parseLines(r, readLPSV)
	case ftpreply.CodeEnteringExtendedPassiveMode:
		p, d, err = parseLines(r, readEPSV)
	default:
		return p, errCode(r, "RFC 959, section 5.4; RFC 1639; RFC 2428")
	}
	if err != nil && !errors.Is(err, ErrRedacted) {
		return Passive{}, err
	}
	p.Tolerances = d
	return p, err
}

// AddrPort returns Host and Port. It is not valid if Host is not.
func (p Passive) AddrPort() netip.AddrPort { return netip.AddrPortFrom(p.Host, p.Port) }

// A HostClass compares the host of a [Passive] with the peer of the control connection. It is
// data; the client decides how to use it.
type HostClass uint8

const (
	HostAbsent      HostClass = iota // the reply has no host: use the peer
	HostSame                         // the peer
	HostUnspecified                  // 0.0.0.0 or ::
	HostLoopback                     // 127.0.0.0/8 or ::1
	HostPrivate                      // private, shared or link-local (RFC 1918, 6598, 3927, 4193, 4291)
	HostOther                        // any other address
)

var hostClassNames = [...]string{"absent", "same", "unspecified", "loopback", "private", "other"}

// String returns the class in one word: "absent", "same", "unspecified", "loopback",
// "private" or "other".
func (c HostClass) String() string {
	if int(c) >= len(hostClassNames) {
		return "HostClass(" + strconv.Itoa(int(c)) + ")"
	}
	return hostClassNames[c]
}

// sharedSpace is the address space that providers use inside their own networks.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// HostClass returns the class of Host for a client whose control connection goes to peer. If
// peer is the zero Addr, the result is never HostSame.
func (p Passive) HostClass(peer netip.Addr) HostClass {
	host := p.Host.Unmap()
	switch {
	case !host.IsValid():
		return HostAbsent
	case host == peer.Unmap().WithZone(""):
		return HostSame
	case host.IsUnspecified():
		return HostUnspecified
	case host.IsLoopback():
		return HostLoopback
	case host.IsPrivate(), host.IsLinkLocalUnicast(), sharedSpace.Contains(host):
		return HostPrivate
	default:
		return HostOther
	}
}

func (p Passive) describe() (fields []Field, d Tolerance) {
	if p.Port != 0 {
		fields = []Field{{"port", p.Port}}
	}
	if p.Host.IsValid() {
		fields = append(fields, Field{"host", p.Host.String()}, Field{"host_class", p.HostClass(netip.Addr{}).String()})
	}
	return fields, p.Tolerances
}

// literalHost reads the host of "(host,...": an address, or up to four hexadecimal digits,
// which are a piece of one. i is the index after the comma, or -1 if there is no such host.
func literalHost(text []byte) (host netip.Addr, d Tolerance, i int) {
	from := bytes.LastIndexByte(text, '(') + 1
	n := bytes.IndexByte(text[from:], ',')
	if from == 0 || n < 0 {
		return host, 0, -1
	}
	literal := text[from : from+n]
	if addr, err := netip.ParseAddr(string(literal)); err == nil {
		return addr.WithZone(""), LiteralHost, from + n + 1
	}
	if n > 4 || bytes.ContainsFunc(literal, isNotHex) {
		return host, 0, -1
	}
	return host, HostFragment, from + n + 1
}

// scanPort reads a port number. to is the index after its digits.
func scanPort(text []byte, from int, source string) (port uint16, to int, f fault) {
	n, to, ok := scanNumber(text, from)
	if to == from {
		return 0, to, fault{ErrSyntax, from, len(text), source}
	}
	if !ok || n == 0 || n > 65535 {
		return 0, to, fault{ErrRange, from, to, source}
	}
	return uint16(n), to, fault{}
}

// appendOctets appends numbers with commas between them.
func appendOctets(dst []byte, octets ...byte) []byte {
	for i, o := range octets {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendUint(dst, uint64(o), 10)
	}
	return dst
}
