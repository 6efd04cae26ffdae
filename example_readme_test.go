package ftpreply_test

import (
	"fmt"
	"net"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/replytest"
)

// readGreeting is the first example of the README.
func readGreeting(conn net.Conn) error {
	p := ftpreply.NewParser(conn)
	conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	greeting, err := p.Next()
	if err != nil {
		return err // after a deadline, Next may be called again: nothing is lost
	}
	if err := greeting.Err(); err != nil {
		return err // for 4yz and 5yz, a *ReplyError with code and text
	}
	fmt.Printf("%d %s\n", greeting.Code(), greeting.Text())
	return nil
}

// The greeting of a server that accepts the connection, and of one that refuses it.
func Example_greeting() {
	for _, greeting := range []string{"220 ready\r\n", "421 too many connections\r\n"} {
		client, server := net.Pipe()
		go replytest.Serve(server, replytest.Greet(replytest.Send(greeting)))
		fmt.Println(readGreeting(client))
		client.Close()
	}
	// Output:
	// 220 ready
	// <nil>
	// ftpreply: 421 "too many connections"
}
