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
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
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
	defer conn.Close()
	p := player{conn: conn, lint: lint.Conn{Peer: addressOf(conn.RemoteAddr())}}
	p.lint.Item = func(it *lint.Item) {
		p.greeted = p.greeted || it.Kind == lint.ReplyItem && it.Reply.Code().Class() != ftpreply.Preliminary
	}
	p.lint.Report = func(d *lint.Diagnostic) {
		if text := describe(&p.lint, d); d.Severity >= least {
			t.Error(text)
		} else {
			t.Log(text)
		}
	}
	p.play(commands)
	p.lint.Close()
}

func addressOf(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// A player is the user-PI.
type player struct {
	conn    net.Conn
	lint    lint.Conn
	greeted bool
	closed  bool // by the server
}

func (p *player) play(commands []string) {
	p.read(Patience, func() bool { return p.greeted })
	for _, command := range commands {
		p.send(command)
		p.read(Patience, func() bool { return p.lint.Stats.Owed == 0 })
	}
	p.read(afterlife, func() bool { return false })
}

// send sends a command, unless the server has closed the connection: that is a finding
// if it owes something.
func (p *player) send(command string) {
	line := []byte(command + "\r\n")
	if p.closed || p.conn.SetWriteDeadline(time.Now().Add(Patience)) != nil {
		return
	}
	if _, err := p.conn.Write(line); err == nil {
		p.lint.Client(line, time.Now())
	}
}

// read reads until all is there that is waited for, or nothing comes any more.
func (p *player) read(patience time.Duration, enough func() bool) {
	buffer := make([]byte, 4096)
	deadline := time.Now().Add(patience)
	for !p.closed && !enough() {
		if p.conn.SetReadDeadline(deadline) != nil {
			p.closed = true
			return
		}
		n, err := p.conn.Read(buffer)
		p.lint.Server(buffer[:n], time.Now())
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		p.closed = err != nil
	}
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
