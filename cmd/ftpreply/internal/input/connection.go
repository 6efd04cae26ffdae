package input

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
)

// ConnectionNames returns the number of a connection, its addresses, and the name of the server.
func ConnectionNames(c *Connection) []string {
	parts := []string{fmt.Sprintf("conn %d", c.Number)}
	if c.ServerAddr.IsValid() || c.ClientAddr.IsValid() {
		parts = append(parts, strings.TrimSpace(Address(c.ServerAddr)+" -> "+Address(c.ClientAddr)))
	}
	if c.Stats.Software != "" {
		parts = append(parts, SoftwareOf(c))
	}
	return parts
}

// Address returns an address, without the port if it is unknown.
func Address(a netip.AddrPort) string {
	switch {
	case !a.IsValid():
		return ""
	case a.Port() == 0:
		return a.Addr().String()
	default:
		return a.String()
	}
}

// SoftwareOf returns the name and version of the server as render.Text.
func SoftwareOf(c *Connection) string { return render.Text(c.Mask([]byte(c.Stats.Software))) }

// AppendVerb appends the verb of a command line in upper case, or nothing if dst has no room for it.
func AppendVerb(dst, line []byte) []byte {
	line = bytes.TrimLeft(line, " \t")
	if i := bytes.IndexAny(line, " \t"); i >= 0 {
		line = line[:i]
	}
	if len(line) > cap(dst) {
		return dst
	}
	for _, b := range line {
		if 'a' <= b && b <= 'z' {
			b -= 'a' - 'A'
		}
		dst = append(dst, b)
	}
	return dst
}
