package payload

import "net/netip"

const lpsvSource = "RFC 1639, section 3"

// The address families of RFC 1639, section 2, that an Addr can hold.
const (
	familyIPv4 = 4
	familyIPv6 = 6
)

// readLPSV reads "(af,hal,h1,h2,...,pal,p1,p2...)": the family, the number of octets of the
// host, these octets, the number of octets of the port, these octets. Some servers print
// "(host, port)" instead, with an address as people write it.
func readLPSV(text []byte) (p Passive, d Tolerance, f fault) {
	var l numberList
	if !l.find(text, 5, lpsvSource) {
		if p, f, ok := readRedacted(text, lpsvSource); ok {
			return p, 0, f
		}
		return readLiteralPort(text, l.bad)
	}
	if l.bad.err != nil {
		return p, 0, l.bad
	}
	syntax := fault{ErrSyntax, l.from, l.to, lpsvSource}
	octets := l.octets[:min(l.count, len(l.octets))]
	family, hostLen := octets[0], int(octets[1])
	if len(octets) < l.count || len(octets) < 4+hostLen {
		return p, 0, syntax
	}
	host, port := octets[2:2+hostLen], octets[3+hostLen:]
	if int(octets[2+hostLen]) != len(port) {
		return p, 0, syntax
	}
	switch {
	case family == familyIPv4 && hostLen == 4, family == familyIPv6 && hostLen == 16:
		p.Host, _ = netip.AddrFromSlice(host)
	case family == familyIPv4, family == familyIPv6:
		return p, 0, syntax
	}
	number := uint64(0)
	for _, octet := range port {
		number = min(number<<8|uint64(octet), 1<<16)
	}
	if number > 65535 {
		return p, 0, fault{ErrRange, l.from, l.to, lpsvSource}
	}
	p.Port = uint16(number)
	return p, l.tolerances | l.around(text), l.judge(p.Port)
}

// readLiteralPort reads "(host, port)". f is the fault of the text if it has no such list
// either.
func readLiteralPort(text []byte, f fault) (Passive, Tolerance, fault) {
	host, d, i := literalHost(text)
	if i < 0 || d != LiteralHost {
		return Passive{}, 0, f
	}
	from := skipBlanks(text, i)
	port, to, pf := scanPort(text, from, lpsvSource)
	if to == from || at(text, skipBlanks(text, to)) != ')' {
		return Passive{}, 0, f
	}
	if from > i {
		d |= ExtraSpace
	}
	return Passive{Host: host, Port: port}, d, pf
}

// AppendLPSV appends a 228 reply. It fails if the address is missing or the port is 0.
func AppendLPSV(dst []byte, addr netip.AddrPort) ([]byte, error) {
	if !addr.IsValid() || addr.Port() == 0 {
		return dst, appendError(ErrRange, addr, lpsvSource)
	}
	host := addr.Addr().AsSlice()
	family := byte(familyIPv4)
	if len(host) == 16 {
		family = familyIPv6
	}
	dst = append(dst, "228 Entering Long Passive Mode ("...)
	dst = appendOctets(dst, family, byte(len(host)))
	dst = appendOctets(append(dst, ','), host...)
	dst = appendOctets(append(dst, ','), 2, byte(addr.Port()>>8), byte(addr.Port()))
	return append(dst, ")\r\n"...), nil
}
