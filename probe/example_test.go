package probe_test

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
	"github.com/ftpreply/ftpreply/replytest"
)

// A Session lints each reply. Here the server sends one reply too many.
func ExampleSession() {
	conn, server := net.Pipe()
	go func() {
		io.WriteString(server, "220 ready\r\n")
		server.Read(make([]byte, 100))
		io.WriteString(server, "200 yes\r\n200 and again\r\n")
	}()

	s := probe.NewSession(conn, probe.Options{Report: func(d *lint.Diagnostic) { fmt.Println(d.Severity, d.Message) }})
	defer s.Close()
	ctx := context.Background()
	s.Greeting(ctx)
	answer, err := s.Do(ctx, "NOOP")
	fmt.Println(answer.Final().Code(), err)
	// Output:
	// warning NOOP already had its final reply before this 200
	// 200 <nil>
}

// Run tests a server. A scripted server takes the place of a real one here.
func ExampleRun() {
	server, err := replytest.Listen(
		replytest.Greet(replytest.Send("220 ready\r\n")),
		replytest.On("NOOP", replytest.Send("250 Okay.\r\n")),
		replytest.On("QUIT", replytest.Send("221 Bye.\r\n"), replytest.HangUp()),
		replytest.On("*", replytest.Send("502 Not here.\r\n")),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	report, err := probe.Run(context.Background(), probe.Config{
		Address: server.Addr, Sections: []string{"RFC 959 4.1.3", "RFC 959 4.2"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, result := range report.Results {
		if result.Outcome == probe.Failed {
			fmt.Printf("%s: %s\n", result.Check.Name, result.Reason)
		}
	}
	fmt.Println(report.Count(probe.Passed), "passed")
	// Output:
	// noop: "NOOP": got 250 "Okay.", not 200 or 530
	// 2 passed
}
