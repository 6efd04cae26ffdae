package pcap

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"

	"github.com/ftpreply/ftpreply/transcript"
)

// A connection through a proxy begins with a dialogue with the proxy, which is not FTP:
// SOCKS (RFC 1928, RFC 1929, and version 4), CONNECT of HTTP (RFC 9110, section 9.3.6), or
// the header in which a load balancer gives a server the address of the client (PROXY
// protocol, haproxy.org/download/1.8/doc/proxy-protocol.txt). It is removed.

// maxPreamble bounds the bytes of each side that are kept while a preamble is incomplete.
const maxPreamble = 4 << 10

// A preamble describes the dialogue with a proxy.
type preamble struct {
	length         [2]int         // of the bytes of the server and of the client
	server, client netip.AddrPort // the ends of the connection that the preamble names
	forward        bool           // the server of the connection in the capture is a proxy
}

// address sets the addresses of an event. The address of a server after a proxy is not
// known if the client has named its host.
func (p *preamble) address(e *transcript.Event) {
	if p.forward || p.server.IsValid() {
		e.Server = p.server
	}
	if p.client.IsValid() {
		e.Client = p.client
	}
}

// The sides as indexes, in the order of the conversation with a proxy.
const byServer, byClient = 0, 1

var proxyV2 = []byte("\r\n\r\n\x00\r\nQUIT\n")

// mayBePreamble reports whether a client that begins so may talk to a proxy.
func mayBePreamble(client []byte) bool {
	if len(client) == 0 {
		return false
	}
	for _, begin := range [][]byte{{4, 1}, {5}, []byte("PROXY "), []byte("CONNECT "), proxyV2} {
		n := min(len(begin), len(client))
		if bytes.Equal(begin[:n], client[:n]) {
			return true
		}
	}
	return false
}

// findPreamble reads the preamble at the start of a connection. The answer is no if it is
// missing, and perhaps if it is incomplete.
func findPreamble(server, client []byte) (p preamble, is answer) {
	if !mayBePreamble(client) {
		return p, no
	}
	switch client[0] {
	case 'P':
		is = p.proxyV1(client)
	case '\r':
		is = p.proxyV2(client)
	case 'C':
		p.forward = true
		is = p.connect(server, client)
	case 4:
		p.forward = true
		is = p.socks4(server, client)
	case 5:
		p.forward = true
		is = p.socks5(server, client)
	}
	if !p.forward && is == perhaps && len(server) > 0 {
		is = no // a server answers only after the whole header
	}
	return p, is
}

// proxyV1 reads a line such as "PROXY TCP4 192.0.2.1 192.0.2.9 40000 21".
func (p *preamble) proxyV1(client []byte) answer {
	const longest = 107
	line, _, whole := bytes.Cut(client, []byte("\r\n"))
	switch {
	case len(line) > longest:
		return no
	case !whole:
		return perhaps
	}
	p.length[byClient] = len(line) + 2
	if f := strings.Fields(string(line)); len(f) == 6 {
		p.client, _ = netip.ParseAddrPort(joinHostPort(f[2], f[4]))
		p.server, _ = netip.ParseAddrPort(joinHostPort(f[3], f[5]))
	}
	return yes
}

func joinHostPort(host, port string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + port
}

func (p *preamble) proxyV2(client []byte) answer {
	const header = 16
	if len(client) < header {
		return perhaps
	}
	length := header + int(binary.BigEndian.Uint16(client[14:]))
	if len(client) < length {
		return perhaps
	}
	p.length[byClient] = length
	size := map[byte]int{0x11: 4, 0x21: 16}[client[13]] // TCP over IPv4, over IPv6
	if b := client[header:length]; size > 0 && len(b) >= 2*size+4 {
		from, _ := netip.AddrFromSlice(b[:size])
		to, _ := netip.AddrFromSlice(b[size : 2*size])
		ports := b[2*size:]
		p.client = netip.AddrPortFrom(from, binary.BigEndian.Uint16(ports))
		p.server = netip.AddrPortFrom(to, binary.BigEndian.Uint16(ports[2:]))
	}
	return yes
}

func (p *preamble) connect(server, client []byte) answer {
	end := []byte("\r\n\r\n")
	request, _, asked := bytes.Cut(client, end)
	response, _, answered := bytes.Cut(server, end)
	if !asked || !answered {
		if n := min(len(server), 5); string(server[:n]) != "HTTP/"[:n] {
			return no
		}
		return perhaps
	}
	if status := bytes.Fields(response); len(status) < 2 || status[1][0] != '2' {
		return no
	}
	p.length = [2]int{byServer: len(response) + len(end), byClient: len(request) + len(end)}
	p.server, _ = netip.ParseAddrPort(string(bytes.Fields(request)[1]))
	return yes
}

func (p *preamble) socks4(server, client []byte) answer {
	const fixed, reply, granted = 8, 8, 90
	if len(client) < fixed {
		return perhaps
	}
	port, ip := binary.BigEndian.Uint16(client[2:]), [4]byte(client[4:8])
	strings := 1 // the user, and a host name after an address that is not one
	if ip[0] == 0 && ip[1] == 0 && ip[2] == 0 && ip[3] != 0 {
		strings = 2
	}
	length := fixed
	for range strings {
		n := bytes.IndexByte(client[length:], 0)
		if n < 0 {
			return perhaps
		}
		length += n + 1
	}
	switch {
	case len(server) < reply:
		return perhaps
	case server[0] != 0 || server[1] != granted:
		return no
	}
	p.length = [2]int{byServer: reply, byClient: length}
	if strings == 1 {
		p.server = netip.AddrPortFrom(netip.AddrFrom4(ip), port)
	}
	return yes
}

func (p *preamble) socks5(server, client []byte) answer {
	const version, password, passwordVersion = 5, 2, 1
	if len(client) < 2 || len(server) < 2 {
		return perhaps
	}
	if server[0] != version {
		return no
	}
	s, c := 2, 2+int(client[1]) // after the methods of authentication
	switch server[1] {
	case 0:
	case password: // a user and a password, each after its length
		if len(client) < c+2 || len(client) < c+3+int(client[c+1]) {
			return perhaps
		}
		c += 2 + int(client[c+1])
		c += 1 + int(client[c])
		if s += 2; len(server) < s {
			return perhaps
		}
		if server[s-2] != passwordVersion || server[s-1] != 0 {
			return no
		}
	default:
		return no
	}
	to, requestLength, is := socks5Address(client, c)
	if is != yes {
		return is
	}
	_, replyLength, is := socks5Address(server, s)
	if is != yes {
		return is
	}
	if server[s+1] != 0 {
		return no
	}
	p.length = [2]int{byServer: s + replyLength, byClient: c + requestLength}
	p.server = to
	return yes
}

// socks5Address reads a request or a reply of SOCKS 5: the version, a command or a status,
// a reserved byte, an address and a port.
func socks5Address(b []byte, at int) (to netip.AddrPort, length int, is answer) {
	const version, header, ipv4, name, ipv6 = 5, 4, 1, 3, 4
	if len(b) < at+header+1 {
		return to, 0, perhaps
	}
	b = b[at:]
	if b[0] != version {
		return to, 0, no
	}
	var size int
	switch b[3] {
	case ipv4:
		size = 4
	case ipv6:
		size = 16
	case name:
		size = 1 + int(b[header])
	default:
		return to, 0, no
	}
	length = header + size + 2
	if len(b) < length {
		return to, 0, perhaps
	}
	if addr, ok := netip.AddrFromSlice(b[header : header+size]); ok && b[3] != name {
		to = netip.AddrPortFrom(addr, binary.BigEndian.Uint16(b[header+size:]))
	}
	return to, length, yes
}
