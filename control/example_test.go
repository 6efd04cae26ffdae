package control_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/transcript"
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

// printRecording prints a recording without its times.
func printRecording(recording io.Reader) {
	r, err := transcript.Open(recording, "exchange")
	if err != nil {
		fmt.Println(err)
		return
	}
	for e, err := r.Next(); err == nil; e, err = r.Next() {
		if e.Kind == transcript.Data {
			fmt.Printf("%v: %q\n", e.Side, e.Bytes)
		}
	}
}

// A client records its control connection. "ftpreply lint" reads the file.
func ExampleRecorder_Client() {
	var file bytes.Buffer
	recorder := control.NewRecorder(&file, control.MaskSecrets)

	dialed, server := net.Pipe() // of net.Dial
	conn := recorder.Client(dialed)
	go func() {
		lines := bufio.NewReader(server)
		for _, reply := range []string{"220 ready", "331 password?", "530 not s3cret"} {
			fmt.Fprint(server, reply, "\r\n")
			lines.ReadString('\n')
		}
	}()

	replies := bufio.NewReader(conn)
	for _, command := range []string{"USER joe", "PASS s3cret", "QUIT"} {
		replies.ReadString('\n')
		fmt.Fprint(conn, command, "\r\n")
	}
	conn.Close()

	printRecording(&file)
	// Output:
	// server: "220 ready\r\n"
	// client: "USER joe\r\n"
	// server: "331 password?\r\n"
	// client: "PASS ****\r\n"
	// server: "530 not ****\r\n"
	// client: "QUIT\r\n"
}

// A server records the control connection of each of its clients in one file.
func ExampleRecorder_Server() {
	var file bytes.Buffer
	recorder := control.NewRecorder(&file, control.MaskSecrets)

	accepted, client := net.Pipe() // of net.Listener.Accept
	go func() {
		replies := bufio.NewReader(client)
		replies.ReadString('\n')
		io.WriteString(client, "NOOP\r\n")
		replies.ReadString('\n')
		client.Close()
	}()

	conn := recorder.Server(accepted)
	fmt.Fprint(conn, "220 ready\r\n")
	for commands := bufio.NewScanner(conn); commands.Scan(); {
		fmt.Fprint(conn, "502 no ", commands.Text(), "\r\n")
	}
	conn.Close()

	printRecording(&file)
	// Output:
	// server: "220 ready\r\n"
	// client: "NOOP\r\n"
	// server: "502 no NOOP\r\n"
}
