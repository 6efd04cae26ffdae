package ftpreply_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
	"github.com/ftpreply/ftpreply/replytest"
)

// patience is the deadline for a reply. A real client waits for half a minute or longer.
const patience = 500 * time.Millisecond

// A client can log in and list a directory.
type client struct {
	conn    net.Conn
	replies *ftpreply.Parser
}

// reply waits for a reply with one of the codes. If the deadline passes inside a reply, it judges
// the bytes once more, by the rules of the most lenient clients.
func (c *client) reply(want ...ftpreply.Code) (ftpreply.Reply, error) {
	c.conn.SetDeadline(time.Now().Add(patience))
	r, err := c.replies.Next()
	if errors.Is(err, os.ErrDeadlineExceeded) && len(c.replies.Pending()) > 0 {
		fmt.Printf("stuck at %q\n", c.replies.Pending())
		strict := c.replies.Options
		c.replies.LineEnding, c.replies.AnyCode = ftpreply.AnyLF, true
		r, err = c.replies.Next()
		c.replies.Options = strict
	}
	if err != nil {
		return r, err
	}
	return r, r.Expect(want...)
}

func (c *client) command(line string, want ...ftpreply.Code) (ftpreply.Reply, error) {
	c.conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c.conn, line+"\r\n"); err != nil {
		return ftpreply.Reply{}, err
	}
	return c.reply(want...)
}

// login takes a server that wants no password as well: a number of one digit is a class.
func (c *client) login(user, password string) error {
	if _, err := c.reply(2); err != nil {
		return err
	}
	r, err := c.command("USER "+user, 2, 3)
	if err == nil && r.Code() == ftpreply.CodeUsernameOKNeedPassword {
		_, err = c.command("PASS "+password, 2)
	}
	return err
}

// list opens the data connection to the host of the control connection.
func (c *client) list() (string, error) {
	r, err := c.command("EPSV", ftpreply.CodeEnteringExtendedPassiveMode)
	if err != nil {
		return "", err
	}
	passive, err := payload.ParsePassive(r)
	if err != nil {
		return "", err
	}
	host, _, err := net.SplitHostPort(c.conn.RemoteAddr().String())
	if err != nil {
		return "", err
	}
	data, err := net.DialTimeout("tcp", net.JoinHostPort(host, fmt.Sprint(passive.Port)), patience)
	if err != nil {
		return "", err
	}
	defer data.Close()
	if _, err := c.command("LIST", 1); err != nil {
		return "", err
	}
	listing, err := io.ReadAll(data)
	if err != nil {
		return "", err
	}
	_, err = c.reply(2)
	return string(listing), err
}

// A small FTP client: greeting, login and a listing, with a deadline for each reply. The
// server ends one of them with a LF after it used CR LF before, which is how a line that
// comes from a file may look.
func Example_client() {
	data, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer data.Close()
	_, port, _ := strings.Cut(data.Addr().String(), ":")
	sendListing := func(control net.Conn) (net.Conn, error) {
		conn, err := data.Accept()
		if err != nil {
			return control, err
		}
		defer conn.Close()
		_, err = io.WriteString(conn, "-rw-r--r-- 1 ftp ftp 5 Nov 22 10:25 a.txt\r\n")
		return control, err
	}
	server, err := replytest.Listen(
		replytest.Greet(replytest.Send("220-Welcome to the archive.\r\n220 days a year, at least.\r\n")),
		replytest.On("USER *", replytest.Send("331 Password?\r\n")),
		replytest.On("PASS *", replytest.Send("230 Have fun!\n")),
		replytest.On("EPSV", replytest.Send("229 Go on (|||"+port+"|)\r\n")),
		replytest.On("LIST", replytest.Send("150 Here it comes.\r\n"), sendListing, replytest.Send("226 Done.\r\n")),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	conn, err := net.Dial("tcp", server.Addr)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := client{conn, ftpreply.NewParser(conn)}
	if err := c.login("anonymous", "me@example.org"); err != nil {
		fmt.Println(err)
	}
	listing, err := c.list()
	fmt.Printf("%q, %v\n", listing, err)
	_, err = c.command("NOOP", 2)
	fmt.Println(err)
	conn.Close()
	fmt.Println(server.Close()) // a test would check this
	// Output:
	// stuck at "230 Have fun!\n"
	// "-rw-r--r-- 1 ftp ftp 5 Nov 22 10:25 a.txt\r\n", <nil>
	// ftpreply: 502 "unexpected"
	// replytest: unexpected command "NOOP"
}
