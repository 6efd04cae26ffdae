package payload

import (
	"encoding/binary"
	"net/netip"
)

const pasvSource = "RFC 959, section 5.3.2; RFC 1123, section 4.1.2.6"

// readPASV reads "(h1,h2,h3,h4,p1,p2)" anywhere in a text.
func readPASV(text []byte) (p Passive, d Tolerance, f fault) {
	if p, ok := plainPASV(text); ok {
		return p, 0, f
	}
	var l numberList
	if !l.find(text, 6, pasvSource) {
		if p, f, ok := readRedacted(text, pasvSource); ok {
			return p, 0, f
		}
		return readMutilated(text, l.bad)
	}
	if l.count > 6 && l.bad.err == nil {
		return p, 0, fault{ErrAmbiguous, l.from, l.to, pasvSource}
	}
	p.Host = netip.AddrFrom4([4]byte(l.octets[:4]))
	p.Port = binary.BigEndian.Uint16(l.octets[4:])
	return p, l.tolerances | l.around(text), l.judge(p.Port)
}

// plainPASV reads a text that follows the grammar exactly, as nearly all do, in a quarter of
// the time. ok is false for every other text, and for a port of 0.
func plainPASV(text []byte) (p Passive, ok bool) {
	const words = "Entering Passive Mode (" // of RFC 959, section 4.2.2, and of most servers
	i := len(words)
	if len(text) <= i || string(text[:i]) != words {
		for i = 0; ; i++ {
			if i == len(text) || isDigit(text[i]) {
				return p, false
			}
			if text[i] == '(' {
				i++
				break
			}
		}
	}
	var octets [6]byte
	for n := range octets {
		value, end := uint(0), i
		for end < len(text) && isDigit(text[end]) {
			value = value*10 + uint(text[end]-'0')
			end++
		}
		separator := byte(',')
		if n == 5 {
			separator = ')'
		}
		if digits := end - i; value > 255 || digits == 0 || digits > 3 || digits > 1 && text[i] == '0' || at(text, end) != separator {
			return p, false
		}
		octets[n] = byte(value)
		i = end + 1
	}
	p = Passive{Host: netip.AddrFrom4([4]byte(octets[:4])), Port: binary.BigEndian.Uint16(octets[4:])}
	return p, p.Port != 0
}

// readMutilated reads "(host,p1,p2)", which servers written for IPv4 print for an IPv6
// address: the whole address ("::1"), or the part after its last colon ("1"). Such a part is
// not a host. f is the fault of the text if it has no such list either.
func readMutilated(text []byte, f fault) (Passive, Tolerance, fault) {
	host, d, i := literalHost(text)
	if i < 0 {
		return Passive{}, 0, f
	}
	var l numberList
	l.scan(text, skipBlanks(text, i), pasvSource)
	if l.count != 2 || at(text, skipBlanks(text, l.to)) != ')' {
		return Passive{}, 0, f
	}
	p := Passive{Host: host, Port: binary.BigEndian.Uint16(l.octets[:])}
	return p, d | l.tolerances, l.judge(p.Port)
}

// AppendPASV appends a 227 reply. It fails if the address is not IPv4 or the port is 0.
func AppendPASV(dst []byte, addr netip.AddrPort) ([]byte, error) {
	host := addr.Addr().Unmap()
	if !host.Is4() || addr.Port() == 0 {
		return dst, appendError(ErrRange, addr, pasvSource)
	}
	octets := host.As4()
	dst = append(dst, "227 Entering Passive Mode ("...)
	dst = appendOctets(dst, octets[:]...)
	dst = appendOctets(append(dst, ','), byte(addr.Port()>>8), byte(addr.Port()))
	return append(dst, ")\r\n"...), nil
}
