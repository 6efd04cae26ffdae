package control_test

import (
	"fmt"
	"time"

	"github.com/ftpreply/ftpreply/control"
)

// exchange passes the bytes of both sides to a Conn, as a recording or a proxy sees them.
func exchange(c *control.Conn) {
	c.Server([]byte("220 ready\r\n"), time.Time{})
	c.Client([]byte("USER joe\r\n"), time.Time{})
	c.Server([]byte("331 password?\r\n"), time.Time{})
	c.Client([]byte("PASS s3cret\r\n"), time.Time{})
	c.Server([]byte("230 in\r\n"), time.Time{})
	c.Client([]byte("RETR a.txt\r\n"), time.Time{})
	c.Server([]byte("150 opening (12 bytes)\r\n"), time.Time{})
	c.Server([]byte("226 done\r\n"), time.Time{})
	c.Close(control.ConnectionClosed)
}

// A Conn delivers the commands and the replies of a connection, in order.
func ExampleConn() {
	exchange(&control.Conn{Handle: func(it *control.Item) {
		switch it.Kind {
		case control.CommandItem:
			fmt.Printf("> %s\n", it.Mask(it.Command.Line))
		case control.ReplyItem:
			verb := "the greeting"
			if it.Command != nil {
				verb = it.Command.Verb()
			}
			fmt.Printf("< %s (answers %s)\n", it.Mask(it.Reply.Text()), verb)
		case control.EndItem:
			fmt.Println("closed:", it.Ending == control.ConnectionClosed)
		}
	}})
	// Output:
	// < ready (answers the greeting)
	// > USER joe
	// < password? (answers USER)
	// > PASS ****
	// < in (answers PASS)
	// > RETR a.txt
	// < opening (12 bytes) (answers RETR)
	// < done (answers RETR)
	// closed: true
}

// A Session describes the work that was done on a connection.
func ExampleSession() {
	var s control.Session
	exchange(&control.Conn{Handle: func(it *control.Item) {
		if t := s.Item(it); t != nil {
			fmt.Printf("%s %s: %v, %d bytes\n", t.Verb, t.Argument(), t.Outcome, t.Size)
		}
	}})
	fmt.Printf("%s: %v, %v\n", s.User, s.Login, s.End)
	// Output:
	// RETR a.txt: completed, 12 bytes
	// joe: accepted, closed
}
