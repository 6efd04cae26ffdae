package payload

import (
	"bytes"
	"iter"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const protocolsSource = "RFC 2428, section 2; RFC 1639, section 4"

// Protocols is the list of the network protocols that a server can use, in its
// refusal of EPRT, EPSV, LPRT or LPSV. It views the reply.
//
// The numbers of a 522 are 1 for IPv4 and 2 for IPv6; those of a 521 are the address
// families of RFC 1639, 4 for IPv4 and 6 for IPv6.
type Protocols struct {
	Tolerances Tolerance
	list       []byte
}

// ParseProtocols reads "(1,2)" in a 522 or 521. Text without such a list is [ErrMissing]:
// the RFCs ask for one, but these codes have been taken for other refusals too.
func ParseProtocols(r ftpreply.Reply) (Protocols, error) {
	read := readProtocols
	switch r.Code() {
	case ftpreply.CodeNetworkProtocolNotSupported:
	case ftpreply.CodeDataConnectionAlreadyOpen: // 521
		read = readFamilies
	default:
		return Protocols{}, errCode(r, protocolsSource)
	}
	v, d, err := parseLines(r, read)
	v.Tolerances = d
	return v, err
}

// All iterates over the numbers. Names, which RFC 1639 allows and [NamesInList]
// reports, are left out.
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

// readFamilies reads the list of a 521, where RFC 1639 prints blanks behind the commas.
func readFamilies(text []byte) (Protocols, Tolerance, fault) {
	p, d, f := readProtocols(text)
	return p, d &^ ExtraSpace, f
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
		switch numbers, d, ok := judgeProtocols(list); {
		case !ok:
			return p, 0, fault{ErrRange, from, from + length, protocolsSource}
		case numbers > 0:
			return Protocols{list: list}, d, f
		}
	}
}

// judgeProtocols counts the numbers of a list; ok is false when one is too large.
func judgeProtocols(list []byte) (numbers int, d Tolerance, ok bool) {
	for item := range bytes.SplitSeq(list, []byte{','}) {
		_, found, isNumber := readProtocol(item)
		d |= found
		switch {
		case isNumber:
			numbers++
		case found == 0:
			return 0, 0, false
		}
	}
	return numbers, d, true
}

// readProtocol reads one item of the list: a number, perhaps behind words ("use 2").
// Neither ok nor a tolerance means a number that is too large.
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
