package payload

import (
	"encoding/binary"
	"iter"
	"net/netip"

	"github.com/ftpreply/ftpreply"
)

const stripedSource = "GFD.020, SPAS"

// Striped is the list of the addresses at which the stripes of a GridFTP server listen, in
// its 229 to SPAS. It views the reply.
//
//	229-Entering Striped Passive Mode
//	 192,0,2,1,173,202
//	 192,0,2,2,173,203
//	229 End
type Striped struct {
	Tolerances Tolerance
	reply      ftpreply.Reply
}

// ParseStriped reads the lines between the first and the last of a 229 to SPAS. Each is six
// numbers, as in a 227. The error for a reply without an address is [ErrMissing].
func ParseStriped(r ftpreply.Reply) (Striped, error) {
	other, err := checkCode(r, ftpreply.CodeEnteringExtendedPassiveMode, stripedSource)
	if err != nil {
		return Striped{}, err
	}
	v := Striped{Tolerances: other, reply: r}
	i, addresses := 0, 0
	for l := range r.Lines() {
		if interior := i > 0 && !isLast(r, l); interior && skipBlanks(l.Text(), 0) < len(l.Text()) {
			_, f := readStripe(l.Text())
			if f.err != nil {
				return Striped{}, f.in(r, i)
			}
			v.Tolerances |= unindent(l).tolerances
			addresses++
		} else if interior {
			v.Tolerances |= BlankLine
		}
		i++
	}
	if addresses == 0 {
		return Striped{}, fault{err: ErrMissing, source: stripedSource}.in(r, 0)
	}
	return v, nil
}

func readStripe(text []byte) (addr netip.AddrPort, f fault) {
	var l numberList
	if !l.find(text, 6, stripedSource) {
		return addr, l.bad
	}
	if l.count > 6 && l.bad.err == nil {
		return addr, fault{ErrAmbiguous, l.from, l.to, stripedSource}
	}
	port := binary.BigEndian.Uint16(l.octets[4:])
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte(l.octets[:4])), port), l.judge(port)
}

// All yields the addresses in the order of the reply.
func (v Striped) All() iter.Seq[netip.AddrPort] {
	return func(yield func(netip.AddrPort) bool) {
		for l := range interiorLines(v.reply) {
			if addr, f := readStripe(l.Text()); f.err == nil && !yield(addr) {
				return
			}
		}
	}
}

// AppendStriped appends a 229 reply to SPAS. It fails without an address, if an address is
// not IPv4, and if a port is 0.
func AppendStriped(dst []byte, addrs ...netip.AddrPort) ([]byte, error) {
	if len(addrs) == 0 {
		return dst, appendError(ErrMissing, addrs, stripedSource)
	}
	reply := append(dst, "229-Entering Striped Passive Mode\r\n"...)
	for _, addr := range addrs {
		host := addr.Addr().Unmap()
		if !host.Is4() || addr.Port() == 0 {
			return dst, appendError(ErrRange, addr, stripedSource)
		}
		octets := host.As4()
		reply = appendOctets(append(reply, ' '), octets[:]...)
		reply = appendOctets(append(reply, ','), byte(addr.Port()>>8), byte(addr.Port()))
		reply = append(reply, "\r\n"...)
	}
	return append(reply, "229 End\r\n"...), nil
}

func (v Striped) describe() ([]Field, Tolerance) {
	addresses := []string{}
	for addr := range v.All() {
		addresses = append(addresses, addr.String())
	}
	return []Field{{"addresses", addresses}}, v.Tolerances
}
