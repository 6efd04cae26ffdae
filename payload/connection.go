package payload

import (
	"net/netip"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const connectionSource = "de facto, from ESTA and ESTP of Pure-FTPd; the form is that of RFC 2428, section 2"

// Connection is the data connection that is ready for a transfer, as the 225 to ESTA
// (passive mode) or ESTP (active mode) shows it.
type Connection struct {
	Peer       netip.AddrPort // of the server
	Tolerances Tolerance
}

// ParseConnection reads "(|1|192.0.2.1|1024|)" in a 225. The 225 to ABOR has no address; the
// error is then [ErrMissing].
func ParseConnection(r ftpreply.Reply) (Connection, error) {
	v, d, err := parseAs(r, ftpreply.CodeDataConnectionOpenNoTransfer, connectionSource, func(text []byte) (v Connection, d Tolerance, f fault) {
		p, d, f := readExtended(text)
		if f.err == nil && !p.Host.IsValid() {
			f = fault{ErrSyntax, 0, len(text), connectionSource}
		}
		if f.err != nil {
			f.source = connectionSource
			return v, 0, f
		}
		return Connection{Peer: p.AddrPort()}, d &^ FilledFields, f
	})
	v.Tolerances = d
	return v, err
}

// AppendConnection appends a 225 reply. It fails if the address is missing or the port is 0.
func AppendConnection(dst []byte, peer netip.AddrPort) ([]byte, error) {
	if !peer.IsValid() || peer.Port() == 0 {
		return dst, appendError(ErrRange, peer, connectionSource)
	}
	addr := peer.Addr().Unmap().WithZone("")
	protocol := "|1|"
	if addr.Is6() {
		protocol = "|2|"
	}
	dst = addr.AppendTo(append(append(dst, "225 Connected from ("...), protocol...))
	dst = strconv.AppendUint(append(dst, '|'), uint64(peer.Port()), 10)
	return append(dst, "|)\r\n"...), nil
}

func (v Connection) describe() ([]Field, Tolerance) {
	return []Field{{"port", v.Peer.Port()}, {"host", v.Peer.Addr().String()}}, v.Tolerances
}
