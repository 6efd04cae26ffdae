package ftpreply_test

import (
	"errors"
	"fmt"

	"github.com/ftpreply/ftpreply"
)

// A connection is the state of one control connection in an event loop. The zero connection is
// ready for use.
type connection struct {
	framer ftpreply.Framer
	window []byte // bytes that no reply has consumed yet
}

// received takes the bytes that have arrived, and calls handle for each complete reply. closed
// reports the end of the stream.
func (c *connection) received(b []byte, closed bool, handle func(ftpreply.Reply, error) bool) {
	c.window = append(c.window, b...)
	n := c.framer.Each(c.window, closed, handle)
	c.window = append(c.window[:0], c.window[n:]...) // invalidates the replies
}

// An event loop passes on the bytes that arrive on many control connections, in any pieces,
// without a goroutine for each connection.
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
