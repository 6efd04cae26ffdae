package payload

import (
	"bytes"
	"net/netip"
	"strconv"
)

const extendedSource = "RFC 2428, sections 2 and 3"

// readEPSV reads "(|||port|)" anywhere in a text, or "|||port|" without parentheses.
func readEPSV(text []byte) (Passive, Tolerance, fault) {
	p, d, f := readExtended(text)
	if f.err == nil {
		return p, d, f
	}
	if p, redacted, ok := readRedacted(text, extendedSource); ok {
		return p, 0, redacted
	}
	if f.err != ErrMissing {
		return Passive{}, 0, f
	}
	for i := 0; i+3 < len(text); i++ {
		c := text[i]
		isDelimiter := '!' <= c && c <= '~' && !isDigit(c) && !isLetter(c)
		if isDelimiter && text[i+1] == c && text[i+2] == c && isDigit(text[i+3]) {
			port, end, pf := scanPort(text, i+3, extendedSource)
			if pf.err == nil && at(text, end) != c {
				pf = fault{ErrSyntax, i, len(text), extendedSource}
			}
			return Passive{Port: port}, NoParentheses | delimiterTolerance(c), pf
		}
	}
	return Passive{}, 0, f
}

// readExtended reads "(dprotocoldaddressdportd)" in the first parentheses that hold it. The
// delimiter d is any character but a digit.
func readExtended(text []byte) (p Passive, d Tolerance, f fault) {
	f = fault{ErrMissing, 0, len(text), extendedSource}
	for i, c := range text {
		if c != '(' {
			continue
		}
		fp, fd, end, ff := readFields(text, i+1)
		switch {
		case ff.err != nil && f.err == ErrMissing && ff.err != ErrMissing:
			f = ff
		case ff.err != nil:
		case end == len(text):
			return fp, fd | NoParentheses, ff
		case end < len(text)-1:
			return fp, fd | TextAfter, ff
		default:
			return fp, fd, ff
		}
	}
	return p, 0, f
}

func delimiterTolerance(c byte) Tolerance {
	if c != '|' {
		return OtherDelimiter
	}
	return 0
}

// readFields reads the fields after the parenthesis at text[from-1]. end is the index of the
// parenthesis that closes them, or len(text).
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

// cutField returns the field that begins at text[i] and the index after its delimiter.
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

// endFields reads the last delimiter and finds the parenthesis after it, which may be missing
// at the end of a text. Without the delimiter the parenthesis must be there, because a number
// without an end may have been cut off.
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

// fieldHost reads the fields of protocol (1 IPv4, 2 IPv6) and address. Each may be empty, and
// both should be.
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

// AppendEPSV appends a 229 reply. It fails if the port is 0.
func AppendEPSV(dst []byte, port uint16) ([]byte, error) {
	if port == 0 {
		return dst, appendError(ErrRange, port, extendedSource)
	}
	dst = append(dst, "229 Entering Extended Passive Mode (|||"...)
	dst = strconv.AppendUint(dst, uint64(port), 10)
	return append(dst, "|)\r\n"...), nil
}
