// Package probetest lints the replies of an FTP server in the server's own tests: it
// sends a list of commands and fails the test on the findings of package lint.
//
//	func TestServer(t *testing.T) {
//		address := start(t) // the server, on a free port
//		probetest.Run(t, address, lint.Warning,
//			"FEAT", "USER ftptest", "PASS hunter2", "PWD", "CDUP", "NOOP", "QUIT")
//	}
//
// Each command waits for the final reply to the one before. The commands need no data
// connection; a RETR shows how the server answers without one.
package probetest

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
)

// Patience is how long to wait for a connection and for each reply. After that Run
// gives the command up and sends the next one.
const Patience = 5 * time.Second

// lingerTime is how long to wait for unsolicited replies after the last command.
const lingerTime = 100 * time.Millisecond

// Run connects to the TCP address, and then does the same as [RunConn].
func Run(t testing.TB, address string, least lint.Severity, commands ...string) {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, Patience)
	if err != nil {
		t.Fatal(err)
	}
	RunConn(t, conn, least, commands...)
}

// RunConn reads the greeting from conn, sends the commands and reads their replies. The
// commands have no line ending. Each finding of severity least or above is an error of
// t, each other finding is logged, with passwords masked. A missing reply is a finding
// too. RunConn closes conn.
func RunConn(t testing.TB, conn net.Conn, least lint.Severity, commands ...string) {
	t.Helper()
	report := func(d *lint.Diagnostic) {
		if text := describe(d); d.Severity >= least {
			t.Error(text)
		} else {
			t.Log(text)
		}
	}
	s := probe.NewSession(conn, probe.Options{Limits: probe.Limits{Reply: Patience}, Report: report})
	defer s.Close()
	// Errors are ignored: the linter reports each reply that is missing.
	ctx := context.Background()
	s.Greeting(ctx)
	for _, command := range commands {
		s.Do(ctx, command)
	}
	s.Linger(ctx, lingerTime)
}

// describe returns a finding in the form of "ftpreply lint", without its context.
func describe(d *lint.Diagnostic) string {
	var b strings.Builder
	_, line, column := d.Position()
	fmt.Fprintf(&b, "%d:%d %s: %s  [%s]\n", line, column, d.Severity, d.Message, d.Rule.Name)
	e := d.Excerpt()
	fmt.Fprintf(&b, "    %q\n", string(e.Line.Head)+string(e.Line.Mark)+string(e.Line.Tail))
	if d.Item.Command != nil {
		fmt.Fprintf(&b, "    command: %q\n", d.Item.Mask(d.Item.Command.Line))
	}
	fmt.Fprintf(&b, "    %s: %s", d.Note, d.Rule.RFC)
	return b.String()
}
