package lint

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
)

// items renders what a Conn hands on.
func items(run func(*Conn)) (got []string) {
	c := Conn{Item: func(it *Item) {
		switch it.Kind {
		case CommandItem:
			got = append(got, fmt.Sprintf("C %d:%d %q", it.Line, it.Offset, it.Command.Line))
		case ReplyItem:
			got = append(got, fmt.Sprintf("S %d:%d %q", it.Line, it.Offset, it.Reply.Raw()))
		default:
			got = append(got, fmt.Sprintf("S %d:%d %v %q", it.Line, it.Offset, it.Err.Err, it.Reply.Raw()))
		}
	}}
	run(&c)
	c.Close()
	return got
}

func TestItems(t *testing.T) {
	tests := []struct {
		name     string
		exchange Example
		want     []string
	}{
		{"commands and replies", Example{"S 220 a\r\n", "C USER x\r\nPASS y\r\n", "S 331 b\r\n230 c\r\n"}, []string{
			`S 1:0 "220 a\r\n"`, `C 1:0 "USER x"`, `C 2:8 "PASS y"`, `S 2:7 "331 b\r\n"`, `S 3:14 "230 c\r\n"`}},
		{"a bare LF is part of the command", Example{"C NOOP\r\nCWD a\nPWD\r\nQUIT"}, []string{
			`C 1:0 "NOOP"`, `C 2:6 "CWD a\nPWD"`, `C 4:17 "QUIT"`}},
		{"a bare LF ends all commands", Example{"C NOOP\nPWD\n"}, []string{`C 1:0 "NOOP"`, `C 2:5 "PWD"`}},
		{"Telnet Synch", Example{"C \xff\xf4\xff\xf2ABOR\r\n\xff\xfd\x06NOOP\r\n"}, []string{`C 1:0 "ABOR"`, `C 2:10 "NOOP"`}},
		{"TLS on both sides", Example{"S 220 a\r\n", "C AUTH TLS\r\n", "S 234 b\r\n", "C \x16\x03\x01\x00\x03a\nb\x17\x03\x03\x00\x00CCC\r\n", "S \x16\x03\x03\x00\x01a200 c\r\n"}, []string{
			`S 1:0 "220 a\r\n"`, `C 1:0 "AUTH TLS"`, `S 2:7 "234 b\r\n"`, `C 2:23 "CCC"`,
			`S 3:14 not an FTP reply "\x16\x03\x03\x00\x01"`, `S 3:20 "200 c\r\n"`}},
		{"no TLS record", Example{"C \x16\x02 x\r\n\x17\r\n"}, []string{`C 1:0 "\x16\x02 x"`, `C 2:6 "\x17"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, items(tt.exchange.Run)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.want, items(tt.exchange.inSingleBytes().Run)); diff != "" {
				t.Error("in single bytes: ", diff)
			}
		})
	}
}

func (e Example) inSingleBytes() (single Example) {
	for _, turn := range e {
		for _, b := range []byte(turn[2:]) {
			single = append(single, turn[:2]+string([]byte{b}))
		}
	}
	return single
}

func TestCommand(t *testing.T) {
	tests := []struct{ line, verb, argument string }{
		{"RETR a b", "RETR", "a b"},
		{" pass x", "PASS", "x"},
		{"PASS\tx", "PASS", "x"},
		{"QUIT", "QUIT", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		c := Command{Line: []byte(tt.line)}
		if c.Verb() != tt.verb || string(c.Argument()) != tt.argument {
			t.Errorf("%q: got %q and %q", tt.line, c.Verb(), c.Argument())
		}
	}
}

func TestLongCommandIsCut(t *testing.T) {
	var got Command
	c := Conn{Item: func(it *Item) { got = *it.Command }}
	c.Client([]byte("STOR "+strings.Repeat("x", 10000)+"\r\n"), time.Time{})
	if len(got.Line) != maxCommand || !got.Cut {
		t.Errorf("%d bytes are kept, cut is %v", len(got.Line), got.Cut)
	}
}

func TestTimes(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	var got []int64
	c := Conn{Item: func(it *Item) { got = append(got, it.Time.Unix()) }}
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

func TestStats(t *testing.T) {
	tests := []struct {
		server string
		want   Stats
	}{
		{"220 (vsFTPd 3.0.3)\r\n", Stats{Replies: 1, LineEnd: "CR LF", Software: "vsFTPd 3.0.3"}},
		{"220 Microsoft FTP Service\r\n", Stats{Replies: 1, LineEnd: "CR LF", Software: "Microsoft FTP Service"}},
		{"220 Welcome to ProFTPD Server Version v1.3.8b-x. Ready\r\n", Stats{Replies: 1, LineEnd: "CR LF", Software: "ProFTPD"}},
		{"220 PROFTPD version 1.3.8b.\r\n", Stats{Replies: 1, LineEnd: "CR LF", Software: "PROFTPD 1.3.8b"}},
		{"220 FileZilla Server/v0.9.60 beta\r\n", Stats{Replies: 1, LineEnd: "CR LF", Software: "FileZilla Server 0.9.60"}},
		{"220 notvsFTPd xvsftpd 3\r\n", Stats{Replies: 1, LineEnd: "CR LF"}},
		{"220-not ProFTPD 1.0\n220 Pure-FTPd\n", Stats{Replies: 1, LineEnd: "LF", Software: "Pure-FTPd"}},
		{"220 ready\r\n234 go\r\n\x16\x03\x03\x00\x00", Stats{Replies: 2, LineEnd: "CR LF", TLS: true}},
		{"", Stats{}},
	}
	for _, tt := range tests {
		var c Conn
		c.Server([]byte(tt.server), time.Time{})
		c.Close()
		if diff := cmp.Diff(tt.want, c.Stats); diff != "" {
			t.Errorf("%q: %s", tt.server, diff)
		}
	}
}

// What is kept of a connection is bounded, whatever comes.
func TestBoundedMemory(t *testing.T) {
	chunks := map[string]string{
		"line": "x", "blank lines": "\r\n", "Telnet": "\xff\xf1", "digits": "1", "stray lines": "x\n",
		"replies": "220 x\r\n", "multi-line": "220-x\r\n", "TLS": "\x16\x03\x03\x00\x01x",
	}
	for name, unit := range chunks {
		t.Run(name, func(t *testing.T) {
			const limit = 1 << 12
			c := Conn{Options: ftpreply.Options{MaxReply: limit}, Report: func(*Diagnostic) {}}
			chunk := bytes.Repeat([]byte(unit), 1000/len(unit))
			for range 1000 {
				c.Server(chunk, time.Time{})
				c.Client(chunk, time.Time{})
				c.Client([]byte("\r\nPASS "+unit+"\n"), time.Time{})
			}
			kept := cap(c.window) + cap(c.commands.line) + cap(c.lastLine) + len(c.doubt.held)*maxCommand
			if kept > 64<<10 || len(c.secrets.known) > maxSecrets {
				t.Errorf("%d bytes and %d secrets are kept", kept, len(c.secrets.known))
			}
			c.Close()
		})
	}
}

// FuzzConn: nothing panics, all bytes of the server are in some item or skipped,
// places are inside the item, and the pieces in which the bytes come do not matter.
func FuzzConn(f *testing.F) {
	for _, tc := range testCases(f) {
		if text := strings.Join(tc.exchange, "\x00"); len(text) < 1000 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e := exchangeOf(text)
		if diff := cmp.Diff(everything(e), everything(e.inSingleBytes())); diff != "" {
			t.Error(diff)
		}
	})
}

// exchangeOf makes an exchange of any bytes: turns are separated by NUL.
func exchangeOf(text []byte) (e Example) {
	for turn := range bytes.SplitSeq(text, []byte{0}) {
		if len(turn) > 2 && (turn[0] == 'S' || turn[0] == 'C') {
			e = append(e, string(turn))
		}
	}
	return e
}

// everything renders items and findings.
func everything(e Example) (got []string) {
	var found []string
	got = items(func(c *Conn) {
		c.Options.MaxReply = 64
		c.Report = func(d *Diagnostic) {
			offset, line, column := d.Position()
			found = append(found, fmt.Sprintf("%d %d:%d %d %s %s %+v", offset, line, column, d.Places, d.Rule.Name, d.Message, d.Excerpt().Line))
		}
		e.Run(c)
	})
	return append(got, found...)
}

// The line before a finding is the one that the server-PI sent before, in whatever pieces
// it came; nothing is before what is missing.
func TestLineBefore(t *testing.T) {
	const first, second, odd = "220 a\r\n", "220 b\r\n", "220 c\rd\r\n"
	tests := []struct {
		name   string
		pieces []string // "" is a gap
		want   string
	}{
		{"in one piece", []string{first + second + odd}, second},
		{"in a piece of its own", []string{first, second, odd}, second},
		{"in two pieces", []string{first + second + odd[:5], odd[5:]}, second},
		{"its last line", []string{"220-a\r\n220 b\r\n" + odd}, second},
		{"behind a gap", []string{first, "", second + odd}, second},
		{"behind a gap, in pieces", []string{first, "", second, odd}, second},
		{"right behind a gap", []string{first + second, "", odd}, ""},
		{"the first", []string{odd}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := []string{}
			c := Conn{}
			c.Report = func(d *Diagnostic) {
				if d.Rule.Name != "bare-cr" {
					return
				}
				before := ""
				if e := d.Excerpt(); e.Before != nil {
					before = string(e.Before.Head) + string(e.Before.Mark) + string(e.Before.Tail)
				}
				got = append(got, before)
			}
			for _, piece := range tt.pieces {
				if piece == "" {
					c.Gap()
				} else {
					c.Server([]byte(piece), time.Time{})
				}
			}
			c.Close()
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A Conn that has linted another connection before is as good as a new one.
func TestReset(t *testing.T) {
	var got []string
	record := func(c *Conn) {
		c.Item = func(it *Item) {
			got = append(got, fmt.Sprintf("%d %d:%d %d %q", it.Seq, it.Line, it.Offset, it.Kind, c.Mask(it.bytes())))
		}
		c.Report = func(d *Diagnostic) {
			e := d.Excerpt()
			if e.Before == nil {
				e.Before = &ExcerptLine{}
			}
			got = append(got, fmt.Sprintf("%s %s %d %d %q", d.Rule.Name, d.Message, d.From, d.To, [][]byte{e.Before.Head, e.Line.Head, e.Line.Mark, e.Line.Tail}))
		}
	}
	used := new(Conn)
	record(used)
	play := func(c *Conn, exchange Example) []string {
		got = nil
		exchange.Run(c)
		c.Close()
		return append(got, fmt.Sprintf("%+v", c.Stats))
	}
	long := Example{"S 220 a\r\n"}
	for i := range 2 * minSending {
		long = append(long, fmt.Sprintf("C STAT %d\r\n", i))
	}
	exchanges := []Example{{"S 220-a\r\n", "C PASS secret\r\n", "C open"}, {"S 220 secret\r\n331 open\r\n"}, long, long}
	for r := range Rules() {
		exchanges = append(exchanges, r.Bad, r.Good)
	}
	for _, exchange := range exchanges {
		fresh := new(Conn)
		record(fresh)
		want := play(fresh, exchange)
		if diff := cmp.Diff(want, play(used, exchange)); diff != "" {
			t.Errorf("%q: (-new +reset)\n%s", exchange, diff)
		}
		used.Reset()
	}
}

// A connection costs less when another one was linted before. What is left is for the
// password and the name of the server.
func TestResetAllocations(t *testing.T) {
	lint := func(c *Conn) {
		play(c, cleanTurns)
		c.Close()
	}
	report := func(*Diagnostic) {}
	fresh := testing.AllocsPerRun(100, func() { lint(&Conn{Report: report}) })
	used := &Conn{Report: report}
	again := testing.AllocsPerRun(100, func() {
		lint(used)
		used.Reset()
	})
	if again > fresh/2 {
		t.Errorf("%v allocations, of %v for a new one", again, fresh)
	}
}

// A reply that is open when the recording ends is no fault of the server's.
func TestCut(t *testing.T) {
	for name, tt := range map[string]struct {
		exchange Example
		cut      bool
		want     []string
	}{
		"the connection ends in a reply":      {Example{"S 220 a\r\n", "C STAT\r\n", "S 211-b\r\n c"}, false, []string{"unterminated-reply"}},
		"the recording ends in a reply":       {Example{"S 220 a\r\n", "C STAT\r\n", "S 211-b\r\n c"}, true, nil},
		"the recording ends before a reply":   {Example{"S 220 a\r\n", "C STAT\r\n"}, true, []string{"owed-reply"}},
		"it ends where any LF would end it":   {Example{"S 220 a\r\n", "C STAT\r\n", "S 213-b\r\nnl\n213 c\n"}, true, nil},
		"it ends where any code would end it": {Example{"S 220 a\r\n", "C STAT\r\n", "S 213-b\r\n150 c\r\n"}, true, nil},
		"the recording ends in the greeting":  {Example{"S 220-a\r\n"}, true, nil},
		"the recording ends in a line":        {Example{"S 220 a\r\nab"}, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			c := Conn{Report: func(d *Diagnostic) { got = append(got, d.Rule.Name) }}
			tt.exchange.Run(&c)
			if tt.cut {
				c.Cut()
			}
			c.Close()
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
