//go:build ignore

// This file is copied into the client by run.sh, without its first line.

package ftp_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/replytest"
	"github.com/jlaffaye/ftp"
)

// An impatientConn waits for each read only so long.
type impatientConn struct{ net.Conn }

func (c impatientConn) Read(b []byte) (int, error) {
	c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	return c.Conn.Read(b)
}

// TestGains plays misbehaving servers, and prints the results of the client over
// net/textproto (before) and over compat/textproto (after).
func TestGains(t *testing.T) {
	for _, test := range []struct {
		name          string
		turn          replytest.Turn
		before, after string
	}{
		{"a size that a deadline cuts", replytest.On("SIZE *", replytest.Send("213 1048"), replytest.Pause(400*time.Millisecond), replytest.Send("576\r\n")),
			"1048 <nil>", "0 i/o timeout"},
		{"a size that the end of the stream cuts", replytest.On("SIZE *", replytest.Send("213 1048"), replytest.HangUp()),
			"1048 <nil>", `0 ftpreply: line 8 (offset 67): unexpected EOF: "213 1048"`},
		{"an SSH server", replytest.Greet(replytest.Send("SSH-2.0-OpenSSH_9\r\n")),
			"i/o timeout", `ftpreply: line 1 (offset 0): not an FTP reply, looks like an SSH server: "SSH-2.0-OpenSSH_9\r\n"`},
		{"a Telnet command before the code", replytest.On("SIZE *", replytest.Send("\xff\xf1213 1048576\r\n")),
			"0 short response: ", "1048576 <nil>"},
		{"the code alone", replytest.On("TYPE I", replytest.Send("200\r\n")),
			"short response: ", "1048576 <nil>"},
		{"a greeting of 4 MiB", replytest.Greet(replytest.Send("220-" + strings.Repeat("x", 4<<20) + "\r\n220 ready\r\n")),
			"1048576 <nil>", "ftpreply: line 1 (offset 0): reply exceeds the limit"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, err := replytest.Listen(
				test.turn,
				replytest.Greet(replytest.Send("220 ready\r\n")),
				replytest.On("USER *", replytest.Send("331 password\r\n")),
				replytest.On("PASS *", replytest.Send("230 in\r\n")),
				replytest.On("FEAT", replytest.Send("211-\r\n SIZE\r\n211 End\r\n")),
				replytest.On("TYPE I", replytest.Send("200 binary\r\n")),
				replytest.On("SIZE *", replytest.Send("213 1048576\r\n")),
				replytest.On("QUIT", replytest.HangUp()),
			)
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			want := test.before
			if os.Getenv("TREE") == "after" {
				want = test.after
			}
			got := sizeOf(server.Addr)
			fmt.Printf("%-6s  %-38s  %.90s\n", os.Getenv("TREE"), test.name, got)
			if !strings.HasPrefix(got, want) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// sizeOf logs in and asks for the size of a file. Addresses are left out of errors.
func sizeOf(address string) string {
	dial := func(network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		return impatientConn{conn}, err
	}
	client, err := ftp.Dial(address, ftp.DialWithDialFunc(dial))
	if err != nil {
		return text(err)
	}
	defer client.Quit()
	if err := client.Login("anonymous", "me"); err != nil {
		return text(err)
	}
	size, err := client.FileSize("a")
	return fmt.Sprint(size) + " " + text(err)
}

func text(err error) string {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return "i/o timeout"
	}
	return fmt.Sprint(err)
}
