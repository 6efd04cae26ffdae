package payload

import (
	"bytes"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

// ParsePort reads the argument of PORT (RFC 959, section 4.1.2), LPRT (RFC 1639, section 4)
// or EPRT (RFC 2428, section 2), with which a client names the address and the port of its
// data connection. verb is in upper case.
//
// Do not trust the address: a server that connects to another host than the client can be
// used to attack that host (RFC 2577, section 3).
//
// The error is a [*ftpreply.ReplyError] with 501 if the argument does not follow the grammar,
// or with 522 for an unknown protocol of EPRT: these are the replies of a server.
func ParsePort(verb string, argument []byte) (netip.AddrPort, error) {
	argument = bytes.TrimRight(argument, " ")
	var numbers [21]byte // of an LPRT with IPv6; more need an allocation
	switch verb {
	case "PORT":
		if n, ok := octets(numbers[:0], argument); ok && len(n) == 6 {
			return netip.AddrPortFrom(netip.AddrFrom4([4]byte(n)), uint16(n[4])<<8|uint16(n[5])), nil
		}
	case "LPRT":
		n, ok := octets(numbers[:0], argument)
		if !ok || len(n) < 2 || len(n) != int(n[1])+5 || n[len(n)-3] != 2 {
			break
		}
		if addr, ok := netip.AddrFromSlice(n[2 : 2+int(n[1])]); ok {
			return netip.AddrPortFrom(addr, uint16(n[len(n)-2])<<8|uint16(n[len(n)-1])), nil
		}
	case "EPRT":
		if len(argument) == 0 {
			break
		}
		f := bytes.Split(argument, argument[:1]) // the client chooses the delimiter
		if len(f) != 5 || len(f[0]) > 0 || len(f[4]) > 0 {
			break
		}
		if version := string(f[1]); version != "1" && version != "2" {
			return netip.AddrPort{}, refusal(522, "network protocol not supported, use (1,2)")
		}
		addr, err := netip.ParseAddr(string(f[2]))
		port, portErr := strconv.ParseUint(string(f[3]), 10, 16)
		if err == nil && portErr == nil && addr.Is4() == (string(f[1]) == "1") && addr.Zone() == "" {
			return netip.AddrPortFrom(addr, uint16(port)), nil
		}
	}
	return netip.AddrPort{}, refusal(501, fmt.Sprintf("invalid argument of %s", verb))
}

func refusal(code ftpreply.Code, text string) error {
	return &ftpreply.ReplyError{Code: code, Class: code.Class(), Text: text}
}

// octets appends to n the numbers below 256 in b, which have commas between them.
func octets(n, b []byte) (_ []byte, ok bool) {
	for field := range bytes.SplitSeq(b, []byte{','}) {
		value, err := strconv.ParseUint(string(field), 10, 8)
		if err != nil || len(field) > 3 {
			return nil, false
		}
		n = append(n, byte(value))
	}
	return n, true
}
