package textproto_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/compat/textproto"
	"github.com/ftpreply/ftpreply/replytest"
)

// A client that learns the line ending, and continues after an incomplete reply. Here the server
// ends one with a LF after it used CR LF before.
func ExampleConn() {
	ours, theirs := net.Pipe()
	go replytest.Serve(theirs,
		replytest.Greet(replytest.Send("220 ready\r\n")),
		replytest.On("USER *", replytest.Send("331 Password?\n")),
		replytest.On("PASS *", replytest.Send("530-No.\r\n530 Not today.\r\n")),
	)
	c := ours
	conn := textproto.NewConn(c)
	conn.Options = &ftpreply.Options{} // or LineEnding: ftpreply.CRLF
	defer conn.Close()

	read := func(expectCode int) (err error) {
		ours.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		code, message, err := conn.ReadResponse(expectCode)
		if errors.Is(err, os.ErrDeadlineExceeded) && len(conn.Pending()) > 0 {
			conn.Options = nil
			code, message, err = conn.ReadResponse(expectCode)
		}
		fmt.Printf("%d %q\n", code, message)
		return err
	}
	command := func(expectCode int, format string, args ...any) error {
		if _, err := conn.Cmd(format, args...); err != nil {
			return err
		}
		return read(expectCode)
	}

	fmt.Println(read(220))
	fmt.Println(command(331, "USER %s", "me"))
	unexpected := new(textproto.Error)
	if err := command(230, "PASS secret"); errors.As(err, &unexpected) {
		fmt.Println("no login:", unexpected.Code)
	}
	// Output:
	// 220 "ready"
	// <nil>
	// 331 "Password?"
	// <nil>
	// 530 "No.\nNot today."
	// no login: 530
}
