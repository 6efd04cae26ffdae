package probe_test

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
)

// A session lints what it hears.
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
