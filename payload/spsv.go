package payload

import (
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const spsvSource = "de facto, from SPSV of Pure-FTPd"

// ParseSPSV reads a 227 to SPSV, whose text is only the port: "227 54321". A 227 to another
// command is for [ParsePassive].
func ParseSPSV(r ftpreply.Reply) (Passive, error) {
	p, d, err := parseAs(r, ftpreply.CodeEnteringPassiveMode, spsvSource, func(text []byte) (Passive, Tolerance, fault) {
		from, d, f := findNumber(text, spsvSource)
		if f.err != nil {
			return Passive{}, 0, f
		}
		port, end, f := scanPort(text, from, spsvSource)
		if f.err != nil {
			return Passive{}, 0, f
		}
		after, alone := tail(text, end)
		if !alone {
			return Passive{}, 0, fault{ErrSyntax, from, len(text), spsvSource}
		}
		return Passive{Port: port}, d | after, f
	})
	p.Tolerances = d
	return p, err
}

// AppendSPSV appends a 227 reply to SPSV. It fails if the port is 0.
func AppendSPSV(dst []byte, port uint16) ([]byte, error) {
	if port == 0 {
		return dst, appendError(ErrRange, port, spsvSource)
	}
	dst = strconv.AppendUint(append(dst, "227 "...), uint64(port), 10)
	return append(dst, "\r\n"...), nil
}
