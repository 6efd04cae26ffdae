package ftpreply_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
)

func ExampleParser() {
	connection := strings.NewReader("220 ready\r\n" +
		"250-Listing a.txt\r\n Type=file;Size=5; a.txt\r\n250 End\r\n" +
		"hello\r\n" +
		"221 bye\r\n")
	p := ftpreply.NewParser(connection)
	for {
		reply, err := p.Next()
		if err == io.EOF {
			break
		}
		if syntax := new(ftpreply.SyntaxError); errors.As(err, &syntax) {
			fmt.Println(err) // its bytes have been consumed
			continue
		}
		if err != nil {
			fmt.Println(err) // of the connection
			break
		}
		fmt.Printf("%d %v: %q\n", reply.Code(), reply.Code().Class(), reply.Text())
	}
	// Output:
	// 220 completion: "ready"
	// 250 completion: "Listing a.txt\n Type=file;Size=5; a.txt\nEnd"
	// ftpreply: line 5 (offset 65): not an FTP reply: "hello\r\n"
	// 221 completion: "bye"
}

func ExampleParser_Upgrade() {
	plain := strings.NewReader("220 ready\r\n234 go ahead\r\n230 injected\r\n")
	p := ftpreply.NewParser(plain)
	for range 2 {
		if _, err := p.Next(); err != nil {
			fmt.Println(err)
		}
	}
	// A real caller has a tls.Conn here, over the same connection.
	encrypted := strings.NewReader("230 hello\r\n")
	if err := p.Upgrade(encrypted); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ftpreply: plaintext is buffered after the reply
}

func ExampleFramer() {
	var f ftpreply.Framer
	var window []byte
	for _, packet := range []string{"220 rea", "dy\r\n331 who", "\r\n"} {
		window = append(window, packet...)
		for {
			reply, n, err := f.Next(window, false)
			if err == nil {
				fmt.Printf("%d %q\n", reply.Code(), reply.Text())
			}
			window = window[n:]
			if err == ftpreply.ErrShort {
				fmt.Printf("%q waits for more\n", window)
				break
			}
		}
	}
	// Output:
	// "220 rea" waits for more
	// 220 "ready"
	// "331 who" waits for more
	// 331 "who"
	// "" waits for more
}

// Some servers end a line in LF after they have used CR LF. After a deadline, a client can have the
// pending bytes judged by looser rules.
func ExampleOptions() {
	client, server := net.Pipe()
	defer client.Close()
	go io.WriteString(server, "220 ready\r\n331 password?\n")

	p := ftpreply.NewParser(client)
	for range 3 {
		reply, err := p.Next()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			fmt.Printf("stuck at %q\n", p.Pending())
			p.LineEnding = ftpreply.AnyLF
			continue
		}
		fmt.Printf("%q [%v] %v\n", reply.Text(), reply.Deviations(), err)
		client.SetReadDeadline(time.Now()) // a real client waits for seconds
	}
	// Output:
	// "ready" [] <nil>
	// stuck at "331 password?\n"
	// "password?" [bare-lf] <nil>
}

func ExampleReply_Lines() {
	reply, err := ftpreply.Parse([]byte("211-Features:\r\n UTF8\r\n211-SIZE\r\n211 End\r\n"))
	if err != nil {
		fmt.Println(err)
	}
	for line := range reply.Lines() {
		fmt.Printf("%-6q %-11q %q\n", line.Prefix(), line.Text(), line.Ending())
	}
	// Output:
	// "211-" "Features:" "\r\n"
	// ""     " UTF8"     "\r\n"
	// "211-" "SIZE"      "\r\n"
	// "211 " "End"       "\r\n"
}

func ExampleReply_Find() {
	reply, err := ftpreply.Parse([]byte("211-Features:\n 226 x\r\n226 y\n211\n"))
	if err != nil {
		fmt.Println(err)
	}
	for deviation := range reply.Deviations().Each() {
		for from, to := range reply.Find(deviation) {
			fmt.Printf("%v: %q at %d\n", deviation, reply.Raw()[from:to], from)
		}
	}
	// Output:
	// bare-lf: "\n" at 13
	// bare-lf: "\n" at 27
	// bare-lf: "\n" at 31
	// inner-code: "226 " at 22
	// bare-terminator: "211" at 28
}

func ExampleReplyError() {
	reply, err := ftpreply.Parse([]byte("550 No such file.\r\n"))
	if err != nil {
		fmt.Println(err)
	}
	err = reply.Expect(2) // any completion reply
	fmt.Println(err)
	fmt.Println(errors.Is(err, &ftpreply.ReplyError{Code: ftpreply.CodeFileUnavailable}))
	fmt.Println(errors.Is(err, &ftpreply.ReplyError{Class: ftpreply.TransientNegative}))
	fmt.Println(errors.Is(err, ftpreply.ErrServiceClosing))
	// Output:
	// ftpreply: 550 "No such file."
	// true
	// false
	// false
}

func ExampleAppendReply() {
	b, err := ftpreply.AppendReply(nil, ftpreply.CodeServiceReady, "Welcome.", "220 days a year", "", "Have fun.")
	fmt.Printf("%q, %v\n", b, err)
	_, err = ftpreply.AppendReply(nil, ftpreply.CodeServiceReady, "a\r\n230 b")
	fmt.Println(err)
	// Output:
	// "220-Welcome.\r\n220-220 days a year\r\n220-\r\n220 Have fun.\r\n", <nil>
	// ftpreply: unsafe line: "\r" at byte 1 of line 1 of the text: "a\r\n230 b"
}

func ExampleAppendCommand() {
	line, err := ftpreply.AppendCommand(nil, "RETR", "caf\xe9 \xff.txt")
	fmt.Printf("%q, %v\n", line, err)

	// A name from a user or a web form cannot smuggle in another command.
	_, err = ftpreply.AppendCommand(nil, "RETR", "a.txt\r\nDELE b.txt")
	fmt.Println(err)
	// Output:
	// "RETR caf\xe9 \xff\xff.txt\r\n", <nil>
	// ftpreply: unsafe line: "\r" at byte 5 of the argument of RETR
}

// A proxy reads the commands of a client from the bytes that have arrived so far.
func ExampleCommandFramer() {
	var framer ftpreply.CommandFramer
	window := []byte("USER anonymous\r\nRETR a\nb\r\nQU")
	for {
		command, n, err := framer.Next(window, false)
		if err != nil {
			fmt.Printf("%v, %q is left\n", err, window)
			break
		}
		fmt.Printf("%s %q\n", command.Verb(), command.Arg())
		window = window[n:]
	}
	// Output:
	// USER "anonymous"
	// RETR "a\nb"
	// ftpreply: the reply or command is incomplete, "QU" is left
}

func ExampleReply_Rewrite() {
	reply, err := ftpreply.Parse([]byte("530-Login incorrect.\r\n530 PASS hunter2 was wrong\r\n"))
	if err != nil {
		fmt.Println(err)
	}
	masked := reply.Rewrite(func(text []byte) []byte {
		return bytes.ReplaceAll(text, []byte("hunter2"), []byte("****"))
	})
	fmt.Println(masked)
	// Output:
	// 530 "Login incorrect.\nPASS **** was wrong"
}
