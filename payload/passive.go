package payload

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const (
	pasvSource     = "RFC 959, section 5.3.2; RFC 1123, section 4.1.2.6"
	lpsvSource     = "RFC 1639, section 3"
	extendedSource = "RFC 2428, sections 2 and 3"
)

// Passive is where the server-DTP listens for the data connection.
type Passive struct {
	// Host is the address in the reply. It is the zero Addr when there is none: in
	// a 229, where the host is that of the control connection, and where it was
	// masked, mutilated or of another protocol than IP.
	//
	// It is what the server says, nothing more. A server behind NAT says an address
	// that cannot be reached, a hostile one that of somebody else, so most clients
	// connect to the peer of the control connection and ignore it (RFC 6384, section 6).
	Host       netip.Addr
	Port       uint16 // 1 to 65535
	Tolerances Tolerance
}

// AddrPort is Host and Port; it is not valid when there is no Host.
func (p Passive) AddrPort() netip.AddrPort { return netip.AddrPortFrom(p.Host, p.Port) }

// HostClass says how Host looks from a client whose control connection goes to
// peer. The zero peer is none that is known; nothing is the same as that.
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

// sharedSpace is what providers use inside their own networks.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// A HostClass is how the host of a [Passive] compares with the peer of the control
// connection. It is data; what to do with it is the client's decision.
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

// String gives the class in one word: "absent", "same", "unspecified", "loopback", "private" or "other".
func (c HostClass) String() string {
	if int(c) >= len(hostClassNames) {
		return "HostClass(" + strconv.Itoa(int(c)) + ")"
	}
	return hostClassNames[c]
}

// ParsePassive reads a 227 (PASV), 228 (LPSV) or 229 (EPSV). It goes by the code of the reply
// and not by the command: servers and address translators answer EPSV with 227 and PASV with 229.
//
// A port of 0 is an error, since nobody can connect to it.
func ParsePassive(r ftpreply.Reply) (p Passive, err error) {
	if p, ok := plainPassive(r); ok {
		return p, nil
	}
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
	if err != nil {
		return Passive{}, err
	}
	p.Tolerances = d
	return p, nil
}

// AppendPASV appends a 227 reply. It fails unless the address is IPv4 and the port is not 0.
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

// AppendLPSV appends a 228 reply. It fails unless there is an address and the port is not 0.
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

// AppendEPSV appends a 229 reply. It fails when the port is 0.
func AppendEPSV(dst []byte, port uint16) ([]byte, error) {
	if port == 0 {
		return dst, appendError(ErrRange, port, extendedSource)
	}
	dst = append(dst, "229 Entering Extended Passive Mode (|||"...)
	dst = strconv.AppendUint(dst, uint64(port), 10)
	return append(dst, "|)\r\n"...), nil
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

// plainPassive reads a reply of one line that is just as the grammar has it, as nearly all
// are, in half the time; ok is false for every other.
func plainPassive(r ftpreply.Reply) (p Passive, ok bool) {
	if r.Multiline() {
		return p, false
	}
	switch r.Code() {
	case ftpreply.CodeEnteringPassiveMode:
		octets, ok := plainOctets(r.Text())
		return Passive{Host: netip.AddrFrom4([4]byte(octets[:4])), Port: binary.BigEndian.Uint16(octets[4:])}, ok
	case ftpreply.CodeEnteringExtendedPassiveMode:
		port, ok := plainPort(r.Text())
		return Passive{Port: port}, ok
	default:
		return p, false
	}
}

// readPASV reads "(h1,h2,h3,h4,p1,p2)" in whatever stands around it.
func readPASV(text []byte) (p Passive, d Tolerance, f fault) {
	var l numberList
	if !l.find(text, 6, pasvSource) {
		return readMutilated(text, l.bad)
	}
	d = l.tolerances | l.around(text)
	if l.count > 6 {
		d |= ExtraNumbers
	}
	if l.masked&(1<<4|1<<5) != 0 {
		return p, 0, fault{ErrMissing, l.from, l.to, pasvSource}
	}
	if l.masked == 0 {
		p.Host = netip.AddrFrom4([4]byte(l.octets[:4]))
	}
	p.Port = binary.BigEndian.Uint16(l.octets[4:])
	return p, d, l.judge(p.Port)
}

// plainOctets reads "(h1,h2,h3,h4,p1,p2)" with nothing but words around it; ok is false for
// every other text, and for a port of 0.
func plainOctets(text []byte) (octets [6]byte, ok bool) {
	i := behindWords(text)
	for n := range octets {
		value, end := uint(0), i
		for end < len(text) && isDigit(text[end]) {
			value = value*10 + uint(text[end]-'0')
			end++
		}
		if digits := end - i; value > 255 || digits == 0 || digits > 3 || digits > 1 && text[i] == '0' || end == len(text) {
			return octets, false
		}
		octets[n] = byte(value)
		if text[end] != ',' {
			return octets, n == 5 && text[end] == ')' && octets[4]|octets[5] != 0
		}
		i = end + 1
	}
	return octets, false
}

// behindWords is the index behind the first parenthesis, or behind the text if there is a
// number before it.
func behindWords(text []byte) (i int) {
	const words = "Entering Passive Mode (" // of RFC 959, section 4.2.2, and of most servers
	if len(text) > len(words) && string(text[:len(words)]) == words {
		return len(words)
	}
	for i < len(text) && text[i] != '(' {
		if isDigit(text[i]) || text[i] == '*' {
			return len(text)
		}
		i++
	}
	return i + 1
}

// readMutilated reads "(host,p1,p2)", what servers print that were written for
// IPv4 and have an IPv6 address: the whole of it ("::1"), or what stands behind its last
// colon ("1"). Such a piece is no host. f is what was wrong with the text otherwise.
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

// literalHost reads the host of "(host,...": an address, or up to four hexadecimal
// digits, which are a piece of one. i is the index behind the comma, -1 when there is no such thing.
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

func isNotHex(c rune) bool {
	return !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F')
}

// The address families of RFC 1639, section 2, that an Addr can hold.
const (
	familyIPv4 = 4
	familyIPv6 = 6
)

// readLPSV reads "(af,hal,h1,h2,...,pal,p1,p2...)": the family, the number of octets
// of the host, these, the number of octets of the port, these.
func readLPSV(text []byte) (p Passive, d Tolerance, f fault) {
	var l numberList
	if !l.find(text, 5, lpsvSource) {
		return readLiteralPort(text, l.bad)
	}
	if l.bad.err != nil {
		return p, 0, l.bad
	}
	host, port := l.split()
	if port == nil || l.masked != 0 {
		return p, 0, fault{ErrSyntax, l.from, l.to, lpsvSource}
	}
	switch family := l.octets[0]; {
	case family == familyIPv4 && len(host) == 4, family == familyIPv6 && len(host) == 16:
		p.Host, _ = netip.AddrFromSlice(host)
	case family == familyIPv4, family == familyIPv6:
		return p, 0, fault{ErrSyntax, l.from, l.to, lpsvSource}
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

// split gives the octets of the host and those of the port by the lengths in the
// list; port is nil when the lengths do not fit.
func (l *numberList) split() (host, port []byte) {
	octets := l.octets[:min(l.count, len(l.octets))]
	hostLen := int(octets[1])
	if len(octets) < l.count || len(octets) < 4+hostLen {
		return nil, nil
	}
	host, port = octets[2:2+hostLen], octets[3+hostLen:]
	if int(octets[2+hostLen]) != len(port) {
		return nil, nil
	}
	return host, port
}

// readLiteralPort reads "(host, port)" with an address as people write it.
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

// scanPort reads a port number; to is the index behind its digits.
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

// maxOctets is how many numbers a list may have to be kept. That of a 228 for IPv6
// has 21, and no family of RFC 1639 has addresses much longer than that.
const maxOctets = 32

// A numberList is a run of comma-separated numbers in a text: "127,0,0,1,4,51".
// Asterisks stand for a number that was masked.
type numberList struct {
	octets     [maxOctets]byte
	count      int    // of all numbers, also of those that are not kept
	masked     uint32 // bit i: number i is masked
	from, to   int    // in the text
	tolerances Tolerance
	bad        fault  // the first number that is no octet; what find has instead of a list
	source     string // of the rule
}

// find reads the first list of at least that many numbers. Prose may have digits
// and commas too, so shorter ones are passed over; when there is no other, bad is the longest of them.
func (l *numberList) find(text []byte, least int, source string) bool {
	digits := Tolerance(0)
	short := fault{ErrMissing, 0, len(text), source}
	for i, longest := 0, 1; i < len(text); i++ {
		if text[i] > '9' || !isDigit(text[i]) && text[i] != '*' {
			continue
		}
		l.scan(text, i, source)
		if l.count >= least {
			l.tolerances |= digits
			return true
		}
		if l.count > longest {
			longest, short = l.count, fault{ErrSyntax, l.from, l.to, source}
		}
		if isDigit(text[i]) {
			digits = DigitsBefore
		}
		i = l.to
	}
	l.bad = short
	return false
}

// scan reads the list that begins at text[i].
func (l *numberList) scan(text []byte, i int, source string) {
	l.from, l.to, l.source = i, i, source
	l.count, l.masked, l.tolerances, l.bad = 0, 0, 0, fault{}
	if c := at(text, i-1); c == '-' || c == '+' {
		l.from--
		l.blame(ErrSyntax, l.from, i+1)
	}
	for space := Tolerance(0); ; {
		end := l.number(text, i)
		if end == i {
			return
		}
		l.to = end
		l.tolerances |= space
		comma := skipBlanks(text, end)
		if at(text, comma) != ',' {
			return
		}
		if i = skipBlanks(text, comma+1); i > end+1 {
			space = ExtraSpace
		}
	}
}

// number reads one number of the list; the result is i when there is none.
func (l *numberList) number(text []byte, i int) int {
	value, end := scanOctet(text, i)
	switch {
	case end == i:
		return l.noNumber(text, i)
	case value > 255:
		l.blame(ErrRange, i, end)
	case text[i] == '0' && end > i+1:
		l.tolerances |= LeadingZeros
	}
	l.add(byte(value))
	return end
}

// scanOctet reads the digits of text from i on; value is above 255 for every larger
// number.
func scanOctet(text []byte, i int) (value uint, end int) {
	for end = i; end < len(text) && isDigit(text[end]); end++ {
		if value <= 255 {
			value = value*10 + uint(text[end]-'0')
		}
	}
	return value, end
}

// noNumber reads what may stand in place of a number: asterisks, or a number with a
// sign. Signed octets exist, as a bug of servers, and are a fault.
func (l *numberList) noNumber(text []byte, i int) int {
	c := at(text, i)
	if (c == '-' || c == '+') && isDigit(at(text, i+1)) {
		l.blame(ErrSyntax, i, i+2)
		return l.number(text, i+1)
	}
	end := i
	for end < len(text) && text[end] == '*' {
		end++
	}
	if end > i {
		l.masked |= 1 << min(l.count, maxOctets-1)
		l.tolerances |= Masked
		l.add(0)
	}
	return end
}

func (l *numberList) add(octet byte) {
	if l.count < maxOctets {
		l.octets[l.count] = octet
	}
	l.count++
}

// blame notes what is wrong with a number, unless one before it was wrong.
func (l *numberList) blame(reason error, from, to int) {
	if l.bad.err == nil {
		l.bad = fault{reason, from, to, l.source}
	}
}

// judge is the fault of a list that stands for a host and a port.
func (l *numberList) judge(port uint16) fault {
	if l.bad.err == nil && port == 0 {
		return fault{ErrRange, l.from, l.to, l.source}
	}
	return l.bad
}

// around judges the parentheses of the list.
func (l *numberList) around(text []byte) Tolerance {
	before, behind := l.from-1, skipBlanks(text, l.to)
	for isBlank(at(text, before)) {
		before--
	}
	switch {
	case at(text, before) != '(' || at(text, behind) != ')':
		return NoParentheses
	case before < l.from-1 || behind > l.to:
		return ExtraSpace
	default:
		return 0
	}
}

// plainPort reads "(|||port|)" at the end of a text; ok is false for every other text, and
// for a port of 0.
func plainPort(text []byte) (port uint16, ok bool) {
	const open, end = "(|||", "|)"
	i := bytes.IndexByte(text, '(')
	if i < 0 || len(text)-i <= len(open)+len(end) || string(text[i:i+len(open)]) != open || string(text[len(text)-len(end):]) != end {
		return 0, false
	}
	n := uint(0)
	digits := text[i+len(open) : len(text)-len(end)]
	for _, c := range digits {
		if !isDigit(c) || n == 0 && c == '0' {
			return 0, false
		}
		n = n*10 + uint(c-'0')
	}
	return uint16(n), n <= 65535 && len(digits) <= 5
}

// readEPSV reads "(|||port|)" in whatever stands around it.
func readEPSV(text []byte) (Passive, Tolerance, fault) {
	p, d, f := readExtended(text)
	if f.err == ErrMissing {
		return readUnbracketed(text, f)
	}
	return p, d, f
}

// readExtended reads "(dprotocoldaddressdportd)" in the first parentheses that
// hold it; d is any delimiter that is no digit.
func readExtended(text []byte) (p Passive, d Tolerance, f fault) {
	f = fault{ErrMissing, 0, len(text), extendedSource}
	for i, c := range text {
		if c != '(' {
			continue
		}
		fp, fd, end, ff := readFields(text, i+1)
		if ff.err == nil {
			return fp, fd | closing(text, end), ff
		}
		if f.err == ErrMissing && ff.err != ErrMissing {
			f = ff
		}
	}
	return p, 0, f
}

// closing judges what stands behind the last delimiter.
func closing(text []byte, i int) Tolerance {
	if i == len(text) {
		return NoParentheses
	}
	if i < len(text)-1 {
		return TextBehind
	}
	return 0
}

// readUnbracketed reads "|||port|" without parentheses.
func readUnbracketed(text []byte, f fault) (Passive, Tolerance, fault) {
	for i := 0; i+3 < len(text); i++ {
		c := text[i]
		if isDelimiter(c) && text[i+1] == c && text[i+2] == c && isDigit(text[i+3]) {
			port, end, pf := scanPort(text, i+3, extendedSource)
			if pf.err == nil && at(text, end) != c {
				pf = fault{ErrSyntax, i, len(text), extendedSource}
			}
			return Passive{Port: port}, NoParentheses | delimiterTolerance(c), pf
		}
	}
	return Passive{}, 0, f
}

// isDelimiter reports whether c, without parentheses around, can only be a delimiter.
func isDelimiter(c byte) bool {
	return '!' <= c && c <= '~' && !isDigit(c) && (lower(c) < 'a' || lower(c) > 'z')
}

func delimiterTolerance(c byte) Tolerance {
	if c != '|' {
		return OtherDelimiter
	}
	return 0
}

// readFields reads the fields behind the parenthesis at text[from-1]; end is the index of
// the parenthesis that closes them, or len(text).
func readFields(text []byte, from int) (p Passive, d Tolerance, end int, f fault) {
	missing := fault{ErrMissing, from, len(text), extendedSource}
	syntax := fault{ErrSyntax, from, len(text), extendedSource}
	first := skipBlanks(text, from)
	c := at(text, first)
	protocol, next, ok := cutField(text, first+1, c)
	if !ok || c <= ' ' || c > '~' || len(protocol) > 1 {
		return p, 0, 0, missing
	}
	address, next, ok := cutField(text, next, c)
	if !ok || isDigit(c) {
		return p, 0, 0, syntax
	}
	digits := skipBlanks(text, next)
	port, last, f := scanPort(text, digits, extendedSource)
	if f.err != nil {
		return p, 0, 0, f
	}
	host, filled, ok := fieldHost(protocol, address)
	end, d, closed := endFields(text, last, c)
	if !ok || !closed {
		return p, 0, 0, syntax
	}
	if first > from || digits > next {
		d |= ExtraSpace
	}
	if text[digits] == '0' {
		d |= LeadingZeros
	}
	return Passive{Host: host, Port: port}, d | filled | delimiterTolerance(c), end, fault{}
}

// endFields reads the last delimiter and looks for the parenthesis behind it, where a text may
// end too. Without the delimiter the parenthesis must be there: a number that
// nothing ends may have been cut off.
func endFields(text []byte, i int, delimiter byte) (end int, d Tolerance, ok bool) {
	last := skipBlanks(text, i)
	end = last
	if at(text, last) == delimiter {
		end = skipBlanks(text, last+1)
		ok = end == len(text)
	} else {
		d = MissingDelimiter
	}
	if last > i || d == 0 && end > last+1 {
		d |= ExtraSpace
	}
	return end, d, ok || at(text, end) == ')'
}

// cutField gives the field that begins at text[i] and the index behind its delimiter.
func cutField(text []byte, i int, delimiter byte) (field []byte, next int, ok bool) {
	if i > len(text) {
		return nil, len(text), false
	}
	n := bytes.IndexByte(text[i:], delimiter)
	if n < 0 {
		return nil, len(text), false
	}
	return text[i : i+n], i + n + 1, true
}

// fieldHost reads the fields of protocol (1 IPv4, 2 IPv6) and address, each of
// which may be empty, as both should be.
func fieldHost(protocol, address []byte) (host netip.Addr, d Tolerance, ok bool) {
	if len(address) > 0 {
		addr, err := netip.ParseAddr(string(address))
		if err != nil {
			return host, 0, false
		}
		host, d = addr.WithZone(""), FilledFields
	}
	switch string(protocol) {
	case "":
		return host, d, true
	case "1":
		return host, FilledFields, !host.IsValid() || host.Is4()
	case "2":
		return host, FilledFields, !host.IsValid() || host.Is6()
	default:
		return host, 0, false
	}
}
