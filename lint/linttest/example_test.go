package linttest_test

import (
	"testing"

	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/lint/linttest"
	"github.com/ftpreply/ftpreply/replytest"
)

// A test of a server, with a scripted one in the place of yours. It fails with every
// warning and every error that package lint finds in the replies.
func TestServer(t *testing.T) {
	server, err := replytest.Listen(
		replytest.Greet(replytest.Send("220 ready\r\n")),
		replytest.On("USER *", replytest.Send("331 Password?\r\n")),
		replytest.On("PASS *", replytest.Send("230 Have fun.\r\n")),
		replytest.On("PWD", replytest.Send("257 \"/\" is current\r\n")),
		replytest.On("QUIT", replytest.Send("221 Bye.\r\n"), replytest.HangUp()),
	)
	if err != nil {
		t.Fatal(err)
	}
	linttest.Run(t, server.Addr, lint.Warning, "USER ftptest", "PASS hunter2", "PWD", "QUIT")
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}
