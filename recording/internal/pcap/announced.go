package pcap

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
)

// The two sides of a control connection announce where a data connection will go: the
// server in a 227, 228 or 229, the client with PORT, LPRT or EPRT (RFC 959, RFC 1639, RFC
// 2428). A connection to such an endpoint is a data connection, whatever its bytes.

// maxAnnouncement is the longest line that is searched for an announcement.
const maxAnnouncement = 512

// A talk holds the state of a control connection that few of them need.
type talk struct {
	rest    [2][]byte // the beginning of a line of each side that has not ended
	proxied *preamble // the dialogue with a proxy that was removed, or nil
}

func (c *conn) needTalk() *talk {
	if c.talk == nil {
		c.talk = &talk{}
	}
	return c.talk
}

// listen looks for announcements in the bytes of a control connection.
func (r *Reader) listen(c *conn, from side, b []byte) {
	for len(b) > 0 {
		line, rest, whole := bytes.Cut(b, []byte{'\n'})
		b = rest
		if c.talk != nil && c.talk.rest[from] != nil {
			t := &c.talk.rest[from]
			*t = append(*t, line[:min(len(line), maxAnnouncement-len(*t))]...)
			if !whole {
				return
			}
			line, *t = *t, nil
		} else if !whole {
			line = line[:min(len(line), maxAnnouncement)]
			if mayAnnounce(line, from == c.server) {
				line = bytes.Clone(line)
			} else {
				line = noAnnouncement
			}
			c.needTalk().rest[from] = line
			return
		}
		if len(line) > 4 && mayAnnounce(line, from == c.server) {
			r.announce(c, from, line)
		}
	}
}

// noAnnouncement replaces the beginning of an incomplete line that cannot be an
// announcement. It has the greatest length, so that the rest of the line is ignored.
var noAnnouncement = make([]byte, maxAnnouncement)

// mayAnnounce reports whether a line may be an announcement, by its first byte.
func mayAnnounce(line []byte, byServer bool) bool {
	switch line[0] {
	case '2':
		return byServer
	case 'P', 'p', 'L', 'l', 'E', 'e':
		return !byServer
	}
	return false
}

// announce notes the endpoint that a line announces, if it does. It also notes the port
// with the address of the side that sent the line: the other address may be wrong, as
// seen from the place of the capture.
func (r *Reader) announce(c *conn, from side, line []byte) {
	var addr netip.Addr
	var port uint16
	switch {
	case from == c.server && line[0] == '2' && line[1] == '2':
		switch line[2] {
		case '7':
			addr, port = hostPort(line[3:])
		case '8':
			addr, port = longHostPort(line[3:])
		case '9':
			addr, port = extendedHostPort(line[3:])
		}
	case from != c.server && line[4] == ' ':
		switch verb := line[:4]; {
		case bytes.EqualFold(verb, []byte("PORT")):
			addr, port = hostPort(line[4:])
		case bytes.EqualFold(verb, []byte("LPRT")):
			addr, port = longHostPort(line[4:])
		case bytes.EqualFold(verb, []byte("EPRT")):
			addr, port = extendedHostPort(line[4:])
		}
	}
	if port == 0 {
		return
	}
	e := c.endpoint(from)
	binary.BigEndian.PutUint16(e[addrLen:], port)
	r.announced.add(e)
	if addr.IsValid() {
		as16 := addr.As16()
		copy(e[:], as16[:])
		r.announced.add(e)
	}
}

// numbers returns the first run in b of at least n numbers below 256 with commas between
// them, or nil.
func numbers(b []byte, n int) []byte {
	var run []byte
	for len(b) > 0 {
		digits := len(b) - len(bytes.TrimLeft(b, "0123456789"))
		value, err := strconv.ParseUint(string(b[:digits]), 10, 8)
		if err != nil {
			run = nil
			b = b[max(1, digits):]
			continue
		}
		run, b = append(run, byte(value)), b[digits:]
		switch {
		case len(b) > 0 && b[0] == ',':
			b = bytes.TrimLeft(b[1:], " ")
		case len(run) >= n:
			return run
		default:
			run = nil
		}
	}
	if len(run) < n {
		return nil
	}
	return run
}

// hostPort reads the numbers of a 227 and of PORT.
func hostPort(b []byte) (netip.Addr, uint16) {
	n := numbers(b, 6)
	if n == nil {
		return netip.Addr{}, 0
	}
	return netip.AddrFrom4([4]byte(n)), binary.BigEndian.Uint16(n[4:])
}

// longHostPort reads the numbers of a 228 and of LPRT: the version of IP, the length of
// the address, the address, the length of the port, and the port.
func longHostPort(b []byte) (addr netip.Addr, port uint16) {
	n := numbers(b, 9)
	if n == nil {
		return addr, 0
	}
	length := 2 + int(n[1])
	if len(n) < length+3 || n[length] != 2 {
		return addr, 0
	}
	addr, _ = netip.AddrFromSlice(n[2:length])
	return addr, binary.BigEndian.Uint16(n[length+1:])
}

// extendedHostPort reads the fields of a 229 and of EPRT: the version of IP, the address
// and the port, of which a 229 has only the last. The sender chooses the delimiter between
// them.
func extendedHostPort(b []byte) (addr netip.Addr, port uint16) {
	if i := bytes.IndexByte(b, '('); i >= 0 {
		b = b[i+1:]
	} else if i := bytes.Index(b, []byte("|||")); i >= 0 {
		b = b[i:]
	}
	b = bytes.TrimLeft(b, " ")
	if len(b) == 0 {
		return addr, 0
	}
	fields := bytes.SplitN(b, b[:1], 5)
	if len(fields) < 5 {
		return addr, 0
	}
	value, err := strconv.ParseUint(string(fields[3]), 10, 16)
	if err != nil {
		return addr, 0
	}
	addr, _ = netip.ParseAddr(string(fields[2]))
	return addr.WithZone(""), uint16(value)
}
