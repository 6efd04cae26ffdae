package ftpreply_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/payload"
	"github.com/ftpreply/ftpreply/replytest"
)

// patience is the deadline for a reply. A real client waits for half a minute or longer.
const patience = 500 * time.Millisecond

// A client can log in and list a directory.
type client struct {
	conn     net.Conn
	replies  *ftpreply.Parser
	sequence dialogue.Sequencer
}

// reply waits for the final reply of a command, or for the greeting. started moves the data of a
// transfer.
func (c *client) reply(started func(ftpreply.Reply) error) (ftpreply.Reply, error) {
	c.conn.SetDeadline(time.Now().Add(patience))
	return dialogue.Await(c.replies, &c.sequence, started)
}

func (c *client) command(verb, arg string, started func(ftpreply.Reply) error) (ftpreply.Reply, error) {
	c.conn.SetDeadline(time.Now().Add(patience))
	if err := dialogue.Send(c.conn, c.replies, &c.sequence, verb, arg); err != nil {
		return ftpreply.Reply{}, err
	}
	return c.reply(started)
}

// login also accepts a server that needs no password.
func (c *client) login(user, password string) error {
	if _, err := c.reply(nil); err != nil {
		return err
	}
	r, err := c.command("USER", user, nil)
	if err == nil && r.Code() == ftpreply.CodeUsernameOKNeedPassword {
		r, err = c.command("PASS", password, nil)
	}
	if err != nil {
		return err
	}
	return r.Expect(2) // any completion reply
}

// list opens the data connection to the host of the control connection.
func (c *client) list() (listing []byte, err error) {
	r, err := c.command("EPSV", "", nil)
	if err != nil {
		return nil, err
	}
	passive, err := payload.ParsePassive(r)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(c.conn.RemoteAddr().String())
	if err != nil {
		return nil, err
	}
	data, err := net.DialTimeout("tcp", net.JoinHostPort(host, fmt.Sprint(passive.Port)), patience)
	if err != nil {
		return nil, err
	}
	defer data.Close()
	_, err = c.command("LIST", "", func(ftpreply.Reply) (err error) {
		listing, err = io.ReadAll(data)
		return err
	})
	return listing, err
}

// A small FTP client: greeting, login and a listing, with a deadline for each reply. The server
// ends one reply in LF after it has used CR LF, as a line from a file may. [dialogue.Await] reads
// it when the deadline has passed.
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
	c := client{conn: conn, replies: ftpreply.NewParser(conn)}
	if err := c.login("anonymous", "me@example.org"); err != nil {
		fmt.Println(err)
	}
	listing, err := c.list()
	fmt.Printf("%q, %v\n", listing, err)
	_, err = c.command("NOOP", "", nil)
	fmt.Println(err)
	conn.Close()
	fmt.Println(server.Close()) // a test would check this
	// Output:
	// "-rw-r--r-- 1 ftp ftp 5 Nov 22 10:25 a.txt\r\n", <nil>
	// ftpreply: 502 "unexpected"
	// replytest: unexpected command "NOOP"
}
