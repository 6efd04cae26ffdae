package payload

import (
	"bytes"
	"iter"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const protocolsSource = "RFC 2428, section 2; RFC 1639, section 4"

// Protocols is the list of the network protocols that a server can use, in its refusal of
// EPRT, EPSV, LPRT or LPSV. It views the reply.
//
// The numbers of a 522 are 1 for IPv4 and 2 for IPv6. Those of a 521 are the address
// families of RFC 1639, 4 for IPv4 and 6 for IPv6.
type Protocols struct {
	Tolerances Tolerance
	list       []byte
}

// ParseProtocols reads "(1,2)" in a 522 or 521. The error for a text without such a list is
// [ErrMissing]: the RFCs ask for one, but servers also use these codes for other refusals.
func ParseProtocols(r ftpreply.Reply) (Protocols, error) {
	blanks := Tolerance(0)
	switch r.Code() {
	case ftpreply.CodeNetworkProtocolNotSupported: // 522
	case ftpreply.CodeDataConnectionAlreadyOpen: // 521
		blanks = ExtraSpace // RFC 1639 prints blanks after the commas
	default:
		return Protocols{}, errCode(r, protocolsSource)
	}
	v, d, err := parseLines(r, readProtocols)
	v.Tolerances = d &^ blanks
	return v, err
}

// readProtocols reads the list in the last parentheses that have one.
func readProtocols(text []byte) (p Protocols, d Tolerance, f fault) {
	for end := len(text); ; {
		from := bytes.LastIndexByte(text[:end], '(') + 1
		if from == 0 {
			return p, 0, fault{ErrMissing, 0, len(text), protocolsSource}
		}
		end = from - 1
		length := bytes.IndexByte(text[from:], ')')
		if length < 0 {
			continue
		}
		list := text[from : from+length]
		numbers, d := 0, Tolerance(0)
		for item := range bytes.SplitSeq(list, []byte{','}) {
			_, found, ok := readProtocol(item)
			d |= found
			switch {
			case ok:
				numbers++
			case found == 0:
				return p, 0, fault{ErrRange, from, from + length, protocolsSource}
			}
		}
		if numbers > 0 {
			return Protocols{list: list}, d, f
		}
	}
}

// readProtocol reads one item of the list: a number, perhaps after words ("use 2"). If the
// number is too large, ok is false and d is empty.
func readProtocol(item []byte) (n uint16, d Tolerance, ok bool) {
	word := bytes.Trim(item, " \t")
	if len(word) < len(item) {
		d |= ExtraSpace
	}
	from := bytes.LastIndexAny(word, " \t") + 1
	value, to, fits := scanNumber(word, from)
	switch {
	case to == from || to < len(word):
		return 0, NamesInList, false
	case !fits || value > 1<<16-1:
		return 0, 0, false
	case from > 0:
		d |= TextBefore
	}
	return uint16(value), d, true
}

// All yields the numbers. It leaves out the names that RFC 1639 allows and [NamesInList]
// reports.
func (p Protocols) All() iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for item := range bytes.SplitSeq(p.list, []byte{','}) {
			if n, _, ok := readProtocol(item); ok && !yield(n) {
				return
			}
		}
	}
}

// AppendProtocols appends a 522 reply to an EPRT. It fails on an empty list.
func AppendProtocols(dst []byte, protocols ...uint16) ([]byte, error) {
	if len(protocols) == 0 {
		return dst, appendError(ErrMissing, protocols, protocolsSource)
	}
	dst = append(dst, "522 Network protocol not supported, use ("...)
	for i, p := range protocols {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendUint(dst, uint64(p), 10)
	}
	return append(dst, ")\r\n"...), nil
}

func (p Protocols) describe() ([]Field, Tolerance) {
	protocols := []uint16{}
	for n := range p.All() {
		protocols = append(protocols, n)
	}
	return []Field{{"protocols", protocols}}, p.Tolerances
}
