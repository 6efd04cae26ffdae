package ftpreply_test

import (
	"errors"
	"fmt"

	"github.com/ftpreply/ftpreply"
)

// A connection is what an event loop keeps of one control connection. The zero
// connection is ready for use.
type connection struct {
	framer ftpreply.Framer
	window []byte // what no reply has consumed yet
}

// received is called with what has arrived, and handles each reply that is whole. It is
// called with closed at the end of the stream, with bytes or without.
func (c *connection) received(b []byte, closed bool, handle func(ftpreply.Reply, error) bool) {
	c.window = append(c.window, b...)
	n := c.framer.Each(c.window, closed, handle)
	c.window = append(c.window[:0], c.window[n:]...) // the replies viewed it until here
}

// An event loop pushes what arrives on many control connections, in whatever pieces, and
// no connection has a goroutine that waits for it.
func Example_eventLoop() {
	connections := map[string]*connection{"a": {}, "b": {}}
	events := []struct {
		from   string
		bytes  string
		closed bool
	}{
		{"a", "220 rea", false},
		{"b", "220-Welcome\r\n220 days a ", false},
		{"a", "dy\r\n", false},
		{"b", "year\r\n331 Password?\r\n23", false},
		{"a", "SSH-2.0\r\n", true},
		{"b", "", true},
	}
	for _, event := range events {
		connections[event.from].received([]byte(event.bytes), event.closed, func(r ftpreply.Reply, err error) bool {
			if syntax := new(ftpreply.SyntaxError); errors.As(err, &syntax) {
				fmt.Printf("%s: %v\n", event.from, err)
				return true
			}
			fmt.Printf("%s: %d %q\n", event.from, r.Code(), r.Text())
			return true
		})
	}
	// Output:
	// a: 220 "ready"
	// b: 220 "Welcome\ndays a year"
	// b: 331 "Password?"
	// a: ftpreply: line 2 (offset 11): not an FTP reply, looks like an SSH server: "SSH-2.0\r\n"
	// b: ftpreply: line 4 (offset 45): unexpected EOF: "23"
}
