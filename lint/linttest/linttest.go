// Package linttest lints an FTP server under test: it plays a list of commands, and
// fails the test on what package lint finds in the exchange.
//
//	func TestServer(t *testing.T) {
//		address := start(t) // the server, on a free port
//		linttest.Run(t, address, lint.Warning,
//			"FEAT", "USER ftptest", "PASS hunter2", "PWD", "CDUP", "NOOP", "QUIT")
//	}
//
// The commands are played in lock-step: each waits for the final reply to the one
// before. They need no data connection; a RETR shows what a server says without one.
package linttest

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

// Patience is how long a reply is waited for. A command whose reply does not come
// is given up, and the next one is sent.
const Patience = 5 * time.Second

// afterlife is how long it is waited for replies that nobody asked for, at the end.
const afterlife = 100 * time.Millisecond

// Run connects to the TCP address and does as [RunConn].
func Run(t testing.TB, address string, least lint.Severity, commands ...string) {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, Patience)
	if err != nil {
		t.Fatal(err)
	}
	RunConn(t, conn, least, commands...)
}

// RunConn reads the greeting, sends the commands, which have no line end, and reads
// their replies. Each finding that is at least so severe is an error of the test, with
// passwords masked; each other is logged. It closes conn.
func RunConn(t testing.TB, conn net.Conn, least lint.Severity, commands ...string) {
	t.Helper()
	var s *probe.Session
	report := func(d *lint.Diagnostic) {
		if text := describe(s.Lint, d); d.Severity >= least {
			t.Error(text)
		} else {
			t.Log(text)
		}
	}
	s = probe.NewSession(conn, probe.Options{Limits: probe.Limits{Reply: Patience}, Report: report})
	defer s.Close()
	play(s, commands)
}

// play goes on whatever happens: what is owed is a finding of the linter.
func play(s *probe.Session, commands []string) {
	ctx := context.Background()
	s.Greeting(ctx)
	for _, command := range commands {
		s.Do(ctx, command)
	}
	s.Linger(ctx, afterlife)
}

// describe renders a finding as ftpreply lint does, in short.
func describe(c *lint.Conn, d *lint.Diagnostic) string {
	var b strings.Builder
	_, line, column := d.Position()
	fmt.Fprintf(&b, "%d:%d %s: %s  [%s]\n", line, column, d.Severity, d.Message, d.Rule.Name)
	e := d.Excerpt()
	fmt.Fprintf(&b, "    %q\n", string(e.Line.Head)+string(e.Line.Mark)+string(e.Line.Tail))
	if d.Item.Command != nil {
		fmt.Fprintf(&b, "    command: %q\n", c.Mask(d.Item.Command.Line))
	}
	fmt.Fprintf(&b, "    %s: %s", d.Note, d.Rule.RFC)
	return b.String()
}
