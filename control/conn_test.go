package control

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
)

// An exchange is the bytes that each side sends, in order: "S " or "C ", then the bytes.
type exchange []string

func (e exchange) run(c *Conn) {
	for _, turn := range e {
		if turn[0] == 'S' {
			c.Server([]byte(turn[2:]), time.Time{})
		} else {
			c.Client([]byte(turn[2:]), time.Time{})
		}
	}
}

func (e exchange) inSingleBytes() (single exchange) {
	for _, turn := range e {
		for _, b := range []byte(turn[2:]) {
			single = append(single, turn[:2]+string([]byte{b}))
		}
	}
	return single
}

// items renders the Items of a connection.
func items(run func(*Conn)) (got []string) {
	c := Conn{Handle: func(it *Item) {
		switch it.Kind {
		case CommandItem:
			got = append(got, fmt.Sprintf("C %d:%d %q", it.Line, it.Offset, it.Command.Line))
		case ReplyItem:
			got = append(got, fmt.Sprintf("S %d:%d %q", it.Line, it.Offset, it.Reply.Raw()))
		case ErrorItem, TLSItem:
			got = append(got, fmt.Sprintf("S %d:%d %v %q", it.Line, it.Offset, it.Err.Err, it.Reply.Raw()))
		case GapItem:
			got = append(got, "gap")
		case UnansweredItem:
			got = append(got, fmt.Sprintf("unanswered #%d %q %v", it.Seq, it.Command.Line, it.Pending.Preliminary))
		case OwedItem:
			got = append(got, fmt.Sprintf("owed #%d %q of %d", it.Seq, it.Command.Line, it.Waiting))
		case EndItem:
			if it.HungUp || it.Ending != RecordingEnds {
				got = append(got, fmt.Sprintf("end %d, hung up: %v", it.Ending, it.HungUp))
			}
		}
	}}
	run(&c)
	c.Close(RecordingEnds)
	return got
}

func TestItems(t *testing.T) {
	tests := []struct {
		name     string
		exchange exchange
		want     []string
	}{
		{"commands and replies", exchange{"S 220 a\r\n", "C USER x\r\nPASS y\r\n", "S 331 b\r\n230 c\r\n"}, []string{
			`S 1:0 "220 a\r\n"`, `C 1:0 "USER x"`, `C 2:8 "PASS y"`, `S 2:7 "331 b\r\n"`, `S 3:14 "230 c\r\n"`}},
		{"an unanswered command", exchange{"S 220 a\r\n", "C FOO\r\nSYST\r\n", "S 215 b\r\n", "C NOOP\r\n", "S 200 c\r\n"}, []string{
			`S 1:0 "220 a\r\n"`, `C 1:0 "FOO"`, `C 2:5 "SYST"`, `S 2:7 "215 b\r\n"`, `C 3:11 "NOOP"`, `unanswered #2 "FOO" false`, `S 3:14 "200 c\r\n"`}},
		{"no final reply", exchange{"S 220 a\r\n", "C RETR a\r\n", "S 150 b\r\n", "C RETR b\r\n", "S 150 c\r\n226 d\r\n"}, []string{
			`S 1:0 "220 a\r\n"`, `C 1:0 "RETR a"`, `S 2:7 "150 b\r\n"`, `C 2:8 "RETR b"`, `S 3:14 "150 c\r\n"`, `unanswered #2 "RETR a" true`, `S 4:21 "226 d\r\n"`}},
		{"owed replies", exchange{"S 220 a\r\n", "C NOOP\r\nPWD\r\n"}, []string{
			`S 1:0 "220 a\r\n"`, `C 1:0 "NOOP"`, `C 2:6 "PWD"`, `owed #2 "NOOP" of 2`, `owed #3 "PWD" of 2`}},
		{"a bare LF is part of the command", exchange{"C NOOP\r\nCWD a\nPWD\r\nQUIT"}, []string{
			`C 1:0 "NOOP"`, `C 2:6 "CWD a\nPWD"`, `C 4:17 "QUIT"`}},
		{"a bare LF ends all commands", exchange{"C NOOP\nPWD\n"}, []string{`C 1:0 "NOOP"`, `C 2:5 "PWD"`}},
		{"Telnet Synch", exchange{"C \xff\xf4\xff\xf2ABOR\r\n\xff\xfd\x06NOOP\r\n"}, []string{`C 1:0 "ABOR"`, `C 2:10 "NOOP"`}},
		{"TLS on both sides", exchange{"S 220 a\r\n", "C AUTH TLS\r\n", "S 234 b\r\n", "C \x16\x03\x01\x00\x03a\nb\x17\x03\x03\x00\x00CCC\r\n", "S \x16\x03\x03\x00\x01a200 c\r\n"}, []string{
			`S 1:0 "220 a\r\n"`, `C 1:0 "AUTH TLS"`, `S 2:7 "234 b\r\n"`, `C 2:23 "CCC"`,
			`S 3:14 not an FTP reply "\x16\x03\x03\x00\x01"`, `S 3:20 "200 c\r\n"`}},
		{"no TLS record", exchange{"C \x16\x02 x\r\n\x17\r\n"}, []string{`C 1:0 "\x16\x02 x"`, `C 2:6 "\x17"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, items(tt.exchange.run)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.want, items(tt.exchange.inSingleBytes().run)); diff != "" {
				t.Error("in single bytes: ", diff)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	var got []int64
	c := Conn{Handle: func(it *Item) { got = append(got, it.Time.Unix()) }}
	c.Server([]byte("220 a\r\n"), at(1))
	c.Client([]byte("RETR x\r\n"), at(2))
	c.Server([]byte("553-\r\n150 "), at(3))
	c.Server([]byte("b\r\n"), at(4))
	c.Client([]byte("QUIT\r\n"), at(5))
	c.Server([]byte("221 c\r\n"), at(6))
	if diff := cmp.Diff([]int64{1, 2, 4, 5, 6}, got); diff != "" {
		t.Error(diff)
	}
}

// The memory of a Conn is bounded.
func TestBoundedMemory(t *testing.T) {
	chunks := map[string]string{
		"line": "x", "blank lines": "\r\n", "Telnet": "\xff\xf1", "digits": "1", "stray lines": "x\n",
		"replies": "220 x\r\n", "multi-line": "220-x\r\n", "TLS": "\x16\x03\x03\x00\x01x",
	}
	for name, unit := range chunks {
		t.Run(name, func(t *testing.T) {
			const limit = 1 << 12
			c := Conn{Options: ftpreply.Options{MaxReply: limit}, Handle: func(*Item) {}}
			chunk := bytes.Repeat([]byte(unit), 1000/len(unit))
			for range 1000 {
				c.Server(chunk, time.Time{})
				c.Client(chunk, time.Time{})
				c.Client([]byte("\r\nPASS "+unit+"\n"), time.Time{})
			}
			kept := cap(c.window) + cap(c.splitter.line) + cap(c.lastLine) + len(c.doubt.held)*maxCommand
			if kept > 64<<10 {
				t.Errorf("%d bytes are kept", kept)
			}
			c.Close(RecordingEnds)
		})
	}
}

func TestEndings(t *testing.T) {
	greeting := func(c *Conn) { exchange{"S 220 a\r\n"}.run(c) }
	tests := []struct {
		name string
		run  func(*Conn)
		want []string
	}{
		{"a gap", func(c *Conn) { greeting(c); c.Gap(); greeting(c) }, []string{`S 1:0 "220 a\r\n"`, "gap", `S 1:0 "220 a\r\n"`}},
		{"the client hangs up", func(c *Conn) { greeting(c); c.HangUp(time.Time{}) }, []string{`S 1:0 "220 a\r\n"`, "end 0, hung up: true"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, items(tt.run)); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, how := range []Ending{RecordingEnds, ConnectionClosed, ConnectionLasts} {
		var last Item
		c := Conn{Handle: func(it *Item) { last = *it }}
		greeting(&c)
		c.Close(how)
		if last.Kind != EndItem || last.Ending != how || last.HungUp {
			t.Errorf("%d: %+v", how, last)
		}
	}
}

// Plain text after the reply that starts TLS is marked once.
func TestInjected(t *testing.T) {
	auth := exchange{"S 220 a\r\n", "C AUTH TLS\r\n"}
	tests := []struct {
		name string
		e    exchange
		want []string
	}{
		{"in one piece", exchange{"S 234 b\r\n230 c\r\n200 d\r\n"}, []string{"230 c\r\n"}},
		{"after it", exchange{"S 234 b\r\n", "S 230 c\r\n"}, []string{"230 c\r\n"}},
		{"a part of a line", exchange{"S 234 b\r\n23", "C \x16\x03\x01\x00\x00", "S 0 c\r\n"}, []string{"230 c\r\n"}},
		{"the client speaks first", exchange{"S 234 b\r\n", "C NOOP\r\n", "S 200 c\r\n"}, nil},
		{"the server gives up", exchange{"S 234 b\r\n421 c\r\n"}, nil},
		{"TLS", exchange{"S 234 b\r\n\x16\x03\x01\x00\x00"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			c := Conn{Handle: func(it *Item) {
				if it.Injected {
					got = append(got, string(it.Reply.Raw()))
				}
			}}
			append(auth[:2:2], tt.e...).run(&c)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
