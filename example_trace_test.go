package ftpreply_test

import (
	"fmt"
	"io"
	"net"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/replytest"
)

// A tracedConn passes the bytes of both directions to a control.Conn.
type tracedConn struct {
	net.Conn
	trace control.Conn
}

func (c *tracedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.trace.Server(b[:n], time.Now())
	return n, err
}

func (c *tracedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.trace.Client(b[:n], time.Now())
	return n, err
}

func (c *tracedConn) Close() error {
	c.trace.Close(control.ConnectionClosed)
	return c.Conn.Close()
}

// A connection that logs its commands and replies without passwords, and the findings of
// package lint. The client that uses it does not notice.
func Example_trace() {
	ours, theirs := net.Pipe()
	go replytest.Serve(theirs,
		replytest.Greet(replytest.Send("220 ready\r\n")),
		replytest.On("USER *", replytest.Send("331 Password?\r\n")),
		replytest.On("PASS *", replytest.Send("530 Wrong: s3cret\n230 in\r\n")),
	)
	conn := &tracedConn{Conn: ours}
	rules := lint.Linter{Report: func(d *lint.Diagnostic) {
		if d.Severity >= lint.Warning {
			fmt.Printf("%v: %s\n", d.Severity, d.Rule.Name)
		}
	}}
	conn.trace.Handle = func(it *control.Item) {
		switch it.Kind {
		case control.CommandItem:
			fmt.Printf("> %q\n", it.Mask(it.Command.Line))
		case control.ReplyItem:
			fmt.Printf("< %q\n", it.Mask(it.Reply.Raw()))
		}
		rules.Item(it)
	}

	replies := ftpreply.NewParser(conn)
	for _, command := range []string{"USER anna", "PASS s3cret", ""} {
		if _, err := replies.Next(); err != nil {
			fmt.Println(err)
		}
		if command != "" {
			io.WriteString(conn, command+"\r\n")
		}
	}
	conn.Close()
	// Output:
	// < "220 ready\r\n"
	// > "USER anna"
	// < "331 Password?\r\n"
	// > "PASS ****"
	// < "530 Wrong: ****\n230 in\r\n"
	// warning: hidden-reply
	// error: secret-in-reply
}
