package probetest

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/lint"
	"github.com/google/go-cmp/cmp"
)

// A recorder is a testing.TB that keeps errors and logs.
type recorder struct {
	testing.TB
	errors, logs []string
}

func (r *recorder) Helper()           {}
func (r *recorder) Error(args ...any) { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *recorder) Log(args ...any)   { r.logs = append(r.logs, fmt.Sprint(args...)) }

// serve answers each command with the reply that replies has for its verb. It closes the
// connection at a verb without a reply.
func serve(conn net.Conn, greeting string, replies map[string]string) {
	defer conn.Close()
	conn.Write([]byte(greeting))
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		verb, _, _ := strings.Cut(lines.Text(), " ")
		reply, ok := replies[verb]
		if !ok {
			return
		}
		conn.Write([]byte(reply))
	}
}

func TestRunConn(t *testing.T) {
	replies := map[string]string{
		"USER": "331 password\r\n",
		"PASS": "230 in\r\n",
		"ECHO": "500 ECHO\x01\r\n",
		"CDUP": "250 changed\r\n",
		"CWD":  "250 one\r\n250 two\r\n",
		"PASV": "227 Entering Passive Mode (1,2,3,400,5,6)\r\n",
		"QUIT": "221 bye\r\n",
	}
	tests := []struct {
		name         string
		greeting     string
		commands     []string
		errors, logs []string // the rules
	}{
		{"clean", "220 ready\r\n", []string{"USER x", "PASS s3cret", "QUIT"}, nil, nil},
		{"information", "220 ready\r\n", []string{"USER x", "PASS s3cret", "CDUP", "QUIT"}, nil, []string{"code-in-the-wild"}},
		{"a warning and an error", "220-hello\r\n220 ready\r\n", []string{"CWD a", "PASV", "QUIT"}, []string{"extra-final-reply", "passive-range"}, nil},
		{"the server closes", "220 ready\r\n", []string{"FOO", "QUIT"}, nil, []string{"owed-reply"}},
		{"an extra reply at the end", "220 ready\r\n", []string{"CWD a"}, []string{"extra-final-reply"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ours, theirs := net.Pipe()
			go serve(theirs, tt.greeting, replies)
			r := &recorder{TB: t}
			RunConn(r, ours, lint.Warning, tt.commands...)
			if diff := cmp.Diff(tt.errors, rulesOf(r.errors)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.logs, rulesOf(r.logs)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func rulesOf(texts []string) (rules []string) {
	for _, text := range texts {
		_, rule, _ := strings.Cut(text, "[")
		rule, _, _ = strings.Cut(rule, "]")
		rules = append(rules, rule)
	}
	return rules
}

func TestRun(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		serve(conn, "220 ready\r\n", map[string]string{
			"PASS": "503 PASS s3cret: USER first\r\n",
			"PASV": "227 Entering Passive Mode (192,0,2,1,4,51)\r\n",
			"QUIT": "221 bye\r\n",
		})
	}()
	r := &recorder{TB: t}
	Run(r, listener.Addr().String(), lint.Warning, "PASS s3cret", "PASV", "QUIT")
	want := []string{
		"2:10 error: this 503 reply repeats the secret of its command  [secret-in-reply]\n" +
			"    \"503 PASS ****: USER first\\r\\n\"\n" +
			"    command: \"PASS ****\"\n" +
			"    a secret: RFC 959, section 4.1.1, has the reply to PASS without it",
		"3:5 warning: the host of this 227 reply is not the server  [foreign-passive-host]\n" +
			"    \"227 Entering Passive Mode (192,0,2,1,4,51)\\r\\n\"\n" +
			"    command: \"PASV\"\n" +
			"    another host: RFC 959, section 4.1.2; RFC 2577, section 3",
	}
	if diff := cmp.Diff(want, r.errors); diff != "" {
		t.Error(diff)
	}
}
