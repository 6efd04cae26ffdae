package dialogue_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/replytest"
)

func TestAwait(t *testing.T) {
	transfer := errors.New("transfer failed")
	data := func(text string) replytest.Read { return replytest.Read{Bytes: []byte(text)} }
	deadline := replytest.Read{Err: replytest.ErrDeadline}
	for _, test := range []struct {
		name    string
		reads   []replytest.Read
		options ftpreply.Options
		failed  error // of started
		text    string
		want    error // errors.Is; nil means no error
		started int
	}{
		{"final", []replytest.Read{data("226 done\r\n")}, ftpreply.Options{}, nil, "done", nil, 0},
		{"preliminary", []replytest.Read{data("150 a\r\n226 b\r\n")}, ftpreply.Options{}, nil, "b", nil, 1},
		{"markers", []replytest.Read{data("150 a\r\n110 MARK 1 = 1\r\n226 b\r\n")}, ftpreply.Options{}, nil, "b", nil, 1},
		{"second preliminary", []replytest.Read{data("150 a\r\n150 b\r\n226 c\r\n")}, ftpreply.Options{}, nil, "c", nil, 1},
		{"intermediate", []replytest.Read{data("350 a\r\n")}, ftpreply.Options{}, nil, "a", nil, 0},
		{"negative", []replytest.Read{data("550 no\r\n")}, ftpreply.Options{}, nil, "no", &ftpreply.ReplyError{Code: 550}, 0},
		{"421", []replytest.Read{data("421 bye\r\n")}, ftpreply.Options{}, nil, "bye", ftpreply.ErrServiceClosing, 0},
		{"421 after 150", []replytest.Read{data("150 a\r\n421 bye\r\n226 b\r\n")}, ftpreply.Options{}, nil, "bye", ftpreply.ErrServiceClosing, 1},
		{"transfer failed", []replytest.Read{data("150 a\r\n226 b\r\n")}, ftpreply.Options{}, transfer, "b", transfer, 1},
		{"both failed", []replytest.Read{data("150 a\r\n426 b\r\n")}, ftpreply.Options{}, transfer, "b", &ftpreply.ReplyError{Code: 426}, 1},
		{"not a reply", []replytest.Read{data("SSH-2.0\r\n226 b\r\n")}, ftpreply.Options{}, nil, "SSH-2.0", ftpreply.ErrNotReply, 0},
		{"closed", nil, ftpreply.Options{}, nil, "", io.EOF, 0},
		{"deadline", []replytest.Read{deadline, data("226 b\r\n")}, ftpreply.Options{}, nil, "", os.ErrDeadlineExceeded, 0},
		{"another code ends it", []replytest.Read{data("553-a\r\n150-b\r\n226 c\r\n"), deadline}, ftpreply.Options{}, nil, "a\n150-b\nc", nil, 0},
		{"a LF ends it", []replytest.Read{data("226 c\n"), deadline}, ftpreply.Options{LineEnding: ftpreply.CRLF}, nil, "c", nil, 0},
		{"stuck for every reader", []replytest.Read{data("226-c\r\n22"), deadline, deadline, data("6 d\r\n")}, ftpreply.Options{}, nil, "c\n22", os.ErrDeadlineExceeded, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := ftpreply.NewParser(replytest.NewReader(test.reads...))
			p.Options = test.options
			var s dialogue.Sequencer
			s.Reply(220)
			s.Command("RETR", "a")
			started := 0
			r, err := dialogue.Await(p, &s, func(r ftpreply.Reply) error {
				if started++; r.Code().Class() != ftpreply.Preliminary {
					t.Errorf("started by %v", r)
				}
				return test.failed
			})
			if string(r.Text()) != test.text || !errors.Is(err, test.want) || (err == nil) != (test.want == nil) || started != test.started {
				t.Errorf("got %v, %v, started %d times", r, err, started)
			}
			if test.failed != nil && !errors.Is(err, test.failed) {
				t.Errorf("got %v, without %v", err, test.failed)
			}
			if p.Options != test.options {
				t.Errorf("the Options are %+v", p.Options)
			}
		})
	}
}

func TestSend(t *testing.T) {
	p := ftpreply.NewParser(replytest.Pieces("220 a\r\n331 early\r\n"))
	var s dialogue.Sequencer
	var sent bytes.Buffer
	if _, err := dialogue.Await(p, &s, nil); err != nil {
		t.Fatal(err)
	}
	if err := dialogue.Send(&sent, p, &s, "USER", "a"); err != dialogue.ErrUnread || sent.Len() > 0 || s.Owed() != 0 {
		t.Fatalf("got %v, %q sent, %d owed", err, sent.Bytes(), s.Owed())
	}
	dialogue.Await(p, &s, nil)
	if err := dialogue.Send(&sent, p, &s, "USER", "a\r\nb"); !errors.Is(err, ftpreply.ErrUnsafe) || sent.Len() > 0 || s.Owed() != 0 {
		t.Fatalf("got %v, %q sent, %d owed", err, sent.Bytes(), s.Owed())
	}
	if err := dialogue.Send(&sent, p, &s, "USER", "a\xff"); err != nil || sent.String() != "USER a\xff\xff\r\n" || s.Owed() != 1 {
		t.Errorf("got %v, %q sent, %d owed", err, sent.Bytes(), s.Owed())
	}
	closed, other := net.Pipe()
	closed.Close()
	other.Close()
	if err := dialogue.Send(closed, p, &s, "PASS", "secret"); !errors.Is(err, io.ErrClosedPipe) || bytes.Contains([]byte(err.Error()), []byte("secret")) {
		t.Errorf("got %v", err)
	}
}

// A client of a few lines: it logs in, retrieves a file over a data connection that is open
// already, and quits.
func ExampleAwait() {
	conn, server := net.Pipe()
	go func() {
		lines := bufio.NewReader(server)
		io.WriteString(server, "220 ready\r\n")
		for _, reply := range []string{"331 password\r\n", "230-hello\r\n230 in\r\n", "150 here it comes\r\n226 done\r\n", "221 bye\r\n"} {
			lines.ReadString('\n')
			io.WriteString(server, reply)
		}
	}()

	replies := ftpreply.NewParser(conn)
	var sequence dialogue.Sequencer
	command := func(verb, arg string, started func(ftpreply.Reply) error) (ftpreply.Reply, error) {
		conn.SetDeadline(time.Now().Add(time.Minute))
		if err := dialogue.Send(conn, replies, &sequence, verb, arg); err != nil {
			return ftpreply.Reply{}, err
		}
		return dialogue.Await(replies, &sequence, started)
	}

	fmt.Println(dialogue.Await(replies, &sequence, nil))
	fmt.Println(command("USER", "anonymous", nil))
	fmt.Println(command("PASS", "guest@example.com", nil))
	fmt.Println(command("RETR", "a.txt", func(started ftpreply.Reply) error {
		fmt.Println("transfer:", started)
		return nil
	}))
	fmt.Println(command("QUIT", "", nil))
	// Output:
	// 220 "ready" <nil>
	// 331 "password" <nil>
	// 230 "hello\nin" <nil>
	// transfer: 150 "here it comes"
	// 226 "done" <nil>
	// 221 "bye" <nil>
}
