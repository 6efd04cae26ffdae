package probetest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe/probetest"
	"github.com/ftpreply/ftpreply/replytest"
)

// A printer takes the place of a *testing.T. It prints the first line of each error.
type printer struct{ testing.TB }

func (printer) Helper()           {}
func (printer) Log(...any)        {}
func (printer) Fatal(args ...any) { fmt.Println(args...) }
func (printer) Error(args ...any) {
	first, _, _ := strings.Cut(fmt.Sprint(args...), "\n")
	fmt.Println(first)
}

// Pass the address of your server, the commands to send and the t of the test. A
// scripted server takes the place of yours here. Its reply to CWD is followed by
// another one, so a client takes that for the reply to the next command.
func ExampleRun() {
	server, err := replytest.Listen(
		replytest.Greet(replytest.Send("220 ready\r\n")),
		replytest.On("USER *", replytest.Send("331 Password?\r\n")),
		replytest.On("PASS *", replytest.Send("230 Have fun.\r\n")),
		replytest.On("CWD *", replytest.Send("250 Changed.\r\n250 Changed.\r\n")),
		replytest.On("QUIT", replytest.Send("221 Bye.\r\n"), replytest.HangUp()),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	var t printer // in a test: t *testing.T
	probetest.Run(t, server.Addr, lint.Warning, "USER ftptest", "PASS hunter2", "CWD /", "QUIT")
	// Output:
	// 5:1 warning: CWD already had its final reply before this 250  [extra-final-reply]
}
