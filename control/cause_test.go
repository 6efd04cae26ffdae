package control

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// timed is an exchange in which each turn begins with a time in milliseconds: "120 S 220 a".
// CR LF is added to its lines. "close C" and "close S" are the ends of the sides.
type timed string

func (e timed) run(c *Conn) {
	for line := range strings.Lines(string(e)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		c.Record++
		ms, turn, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(ms)
		if err != nil {
			panic(err)
		}
		at := time.Unix(1000, 0).Add(time.Duration(n) * time.Millisecond)
		text, err := strconv.Unquote(`"` + turn[2:] + `"`)
		if err != nil {
			panic(err)
		}
		switch {
		case turn == "- S":
			c.ServerHangUp(at)
		case turn == "- C":
			c.HangUp(at)
		case turn[0] == 'S':
			c.Server([]byte(text+"\r\n"), at)
		default:
			c.Client([]byte(text+"\r\n"), at)
		}
	}
}

const entered timed = `
	0 S 220 ready
	10 C USER joe
	20 S 331 password
	30 C PASS hunter2
	40 S 230 in
`

func TestCause(t *testing.T) {
	tests := []struct {
		name     string
		exchange timed
		how      Ending
		want     string // a trailing "!" means that something failed
		record   int64
	}{
		{"nothing", "", RecordingEnds, "the recording has no reply", 0},
		{"QUIT", entered + "50 C QUIT\n60 S 221 bye\n", ConnectionClosed, "the client quit", 7},
		{"the recording ends", entered, RecordingEnds, "the recording ends", 5},
		{"the client closes", entered + "2040 - C", ConnectionClosed, "the client closed 2.0 s after the last reply, without QUIT", 6},
		{"the server closes", entered + "300040 - S", ConnectionClosed, "the server closed 300 s after the last reply, without 421!", 6},
		{"a close after FEAT", entered + "100 C FEAT\n122 - S", ConnectionClosed, "the server closed 22 ms after FEAT without a reply!", 6},
		{"no reply", entered + "100 C FEAT", RecordingEnds, "FEAT: no reply before the recording ends!", 6},
		{"a cut recording", entered + "100 C FEAT", ConnectionLasts, "FEAT: no reply before the recording ends", 6},
		{"silence after 150", entered + "100 C RETR x\n200 S 150 go\n118200 - C", ConnectionClosed,
			"RETR x: 150, then 118 s of silence until the client closed!", 6},
		{"silence after 150 and ABOR", entered + "100 C RETR x\n200 S 150 go\n300 C ABOR\n30300 - C", ConnectionClosed,
			"RETR x: 150, then ABOR, then 30 s of silence until the client closed!", 6},
		{"an open transfer", entered + "100 C RETR x\n200 S 150 go", RecordingEnds, "RETR x: 150, no final reply before the recording ends!", 6},
		{"no such file", entered + "100 C RETR nosuch\n200 S 550 No such file\n300 C QUIT\n400 S 221 bye", ConnectionClosed,
			"RETR nosuch: 550 No such file; then QUIT!", 7},
		{"a coarse clock and a transfer", entered + "100 C RETR x\n100 S 150 a\n100 S 426 b", RecordingEnds, "RETR x: 150, then 426 b!", 8},
		{"ACCT that is unknown", entered + "100 C ACCT x\n100 S 502 no", RecordingEnds, "ACCT ****: 502 no!", 7},
		{"a coarse clock", entered + "100 C FEAT\n100 - S", ConnectionClosed, "the server closed after FEAT without a reply!", 6},
		{"several failures", entered + "100 C RETR a\n200 S 550 b\n300 C RETR c\n400 S 550 d", RecordingEnds, "RETR a: 550 b (and 1 more)!", 7},
		{"a wrong password", "0 S 220 a\n10 C USER joe\n20 S 331 b\n30 C PASS hunter2\n2030 S 530 Login incorrect for hunter2.\n2031 - S", ConnectionClosed,
			"login refused: 530 Login incorrect for ****.; the server closed 1 ms after the last reply!", 5},
		{"a second try", "0 S 220 a\n10 C USER joe\n20 S 530 no\n" + timed(strings.Replace(string(entered), "0 S 220 ready", "", 1)), RecordingEnds, "the recording ends", 7},
		{"a writable root", "0 S 220 a\n10 C USER joe\n20 S 331 b\n30 C PASS x\n40 S 500 OOPS: vsftpd: refusing to run with writable root\n41 - S", ConnectionClosed,
			"login refused: 500 OOPS: vsftpd: refusing to run with writable root; the server closed 1 ms after the last reply!", 5},
		{"TLS is required", "0 S 220 a\n10 C USER joe\n20 S 530 Non-anonymous sessions must use encryption.\n30 C QUIT\n40 S 221 b", ConnectionClosed,
			"login refused: 530 Non-anonymous sessions must use encryption.; then QUIT!", 3},
		{"a refused greeting", "0 S 421 Too many users\n1 - S", ConnectionClosed,
			"refused by the greeting: 421 Too many users; the server closed 1 ms after the last reply!", 1},
		{"a timeout", entered + "100 C NOOP\n110 S 200 ok\n300100 S 421 Timeout\n300101 - S", ConnectionClosed,
			"421 Timeout, 300 s after NOOP; the server closed 1 ms after the last reply!", 8},
		{"a full disk", entered + "100 C STOR big\n110 S 150 go\n5110 S 452 No space left", RecordingEnds,
			"STOR big: 150, then 452 No space left 5.0 s later!", 8},
		{"a killed data connection", entered + "100 C RETR big\n110 S 150 go\n5110 S 426 Connection reset", RecordingEnds,
			"RETR big: 150, then 426 Connection reset 5.0 s later!", 8},
		{"ABOR", entered + "100 C RETR big\n110 S 150 go\n200 C ABOR\n210 S 426 Aborted\n220 S 226 ok", RecordingEnds,
			"RETR big: 150, then 426 Aborted after ABOR!", 9},
		{"PASV after NAT", entered + "100 C PASV\n110 S 227 ok (192,168,1,20,4,5)\n120 C LIST\n60110 S 425 Cannot open", RecordingEnds,
			"LIST: 425 Cannot open; PASV announced 192.168.1.20, the control connection goes to 203.0.113.7!", 9},
		{"PASV that is not used", entered + "100 C PASV\n110 S 227 ok (192,168,1,20,4,5)\n60110 - C", ConnectionClosed,
			"PASV announced 192.168.1.20, the control connection goes to 203.0.113.7; no transfer followed!", 8},
		{"active mode that is blocked", entered + "100 C PORT 10,0,0,1,4,5\n110 S 200 ok\n120 C LIST\n60110 S 425 Cannot connect", RecordingEnds,
			"LIST: 425 Cannot connect; the server was to connect as in PORT 10,0,0,1,4,5!", 9},
		{"after CCC", "0 S 220 a\n10 C AUTH TLS\n20 S 234 go\n30 S \\x16\\x03\\x01\\x00\\x01a\n40 S 200 clear\n50 C QUIT\n60 S 221 bye", ConnectionClosed,
			"the client quit", 7},
		{"PASV that works", entered + "100 C PASV\n110 S 227 ok (203,0,113,7,4,5)\n120 C LIST\n130 S 150 go\n140 S 226 ok", RecordingEnds, "the recording ends", 10},
		{"another way to transfer", entered + "100 C EPSV\n110 S 500 what\n120 C PASV\n130 S 227 ok (203,0,113,7,4,5)\n140 C LIST\n150 S 150 go\n160 S 226 ok", RecordingEnds,
			"the recording ends", 12},
		{"a minor refusal", entered + "100 C SYST\n110 S 502 no\n120 C PWD\n130 S 257 \\\"/\\\"", RecordingEnds, "the recording ends", 9},
		{"a minor refusal at the end", entered + "100 C MKD x\n110 S 550 no\n120 C QUIT\n130 S 221 bye", ConnectionClosed, "MKD x: 550 no; then QUIT!", 7},
		{"an unknown command", entered + "100 C XCRC x\n110 S 500 what\n120 C NOOP\n130 S 200 ok", RecordingEnds, "the recording ends", 9},
		{"no answer to QUIT", entered + "100 C QUIT\n101 - S", ConnectionClosed, "the server closed 1 ms after QUIT without a reply", 7},
		{"TLS", "0 S 220 a\n10 C AUTH TLS\n20 S 234 go\n30 S \\x16\\x03\\x01\\x00\\x01a", RecordingEnds, "TLS from packet 4 on", 4},
		{"no TLS", "0 S 220 a\n10 C AUTH TLS\n20 S 234 go\n25 - S", ConnectionClosed, "the server closed without TLS after the reply to AUTH TLS!", 4},
		{"SSH", "0 S SSH-2.0-OpenSSH_9.6\n10 - C", ConnectionClosed,
			"the server sent bytes that look like an SSH server; the client closed!", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			causes := Causes{Unit: "packet", Server: netip.MustParseAddr("203.0.113.7")}
			var got Cause
			c := Conn{Handle: func(it *Item) {
				causes.Item(it)
				if it.Kind == EndItem {
					got = causes.Cause(it)
				}
			}}
			tt.exchange.run(&c)
			c.Close(tt.how)
			text := got.Text
			if got.Failed {
				text += "!"
			}
			if text != tt.want || got.Record != tt.record {
				t.Errorf("got %q, record %d\nwant %q, record %d", text, got.Record, tt.want, tt.record)
			}
		})
	}
}

// The memory of Causes is bounded, and secrets do not get into it.
func TestCausesAreBounded(t *testing.T) {
	var causes Causes
	var got Cause
	c := Conn{Handle: func(it *Item) {
		causes.Item(it)
		if it.Kind == EndItem {
			got = causes.Cause(it)
		}
	}}
	long := strings.Repeat("\u65e5", 10_000)
	exchange{"S 220 a\r\n"}.run(&c)
	for range 1000 {
		exchange{"C CWD " + long + "\r\n", "S 550 " + long + "\r\n", "C PASS hunter2\r\n", "S 530 hunter2\r\n"}.run(&c)
	}
	c.Close(RecordingEnds)
	if len(causes.failures) != maxFailures || causes.more != 2000-maxFailures || len(causes.command) > maxCommand {
		t.Errorf("%d failures, %d more, a command of %d bytes", len(causes.failures), causes.more, len(causes.command))
	}
	if !utf8.ValidString(got.Text) || len(got.Text) > 3*maxCauseText || !strings.HasSuffix(got.Text, " (and 1999 more)") {
		t.Errorf("%d bytes: %q", len(got.Text), got.Text)
	}
	for _, f := range causes.failures {
		if strings.Contains(f.argument+f.Text, "hunter2") {
			t.Errorf("%+v", f)
		}
	}
}

// Nothing is allocated while all commands succeed.
func TestCausesDoNotAllocate(t *testing.T) {
	causes := Causes{}
	c := Conn{Handle: causes.Item}
	command, reply := []byte("NOOP\r\n"), []byte("200 ok\r\n")
	step := func() {
		c.Client(command, time.Time{})
		c.Server(reply, time.Time{})
	}
	exchange{"S 220 a\r\n"}.run(&c)
	step()
	if n := testing.AllocsPerRun(100, step); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Whatever the bytes, there is a short text, which does not have the password.
func FuzzCause(f *testing.F) {
	f.Add("0 S 220 a\n10 C USER joe\n20 S 331 b\n", uint8(0))
	f.Add("0 S 220 a\n10 C RETR x\n20 S 150 b\n30 - C", uint8(1))
	f.Add("0 S 421 a\n10 - S", uint8(1))
	f.Add(string(entered)+"100 C PASV\n110 S 227 ok (192,168,1,20,4,5)\n120 C LIST\n60110 S 425 no", uint8(2))
	f.Fuzz(func(t *testing.T, turns string, how uint8) {
		causes := Causes{Unit: "line"}
		var got *Cause
		c := Conn{Handle: func(it *Item) {
			causes.Item(it)
			if it.Kind == EndItem {
				cause := causes.Cause(it)
				got = &cause
			}
		}}
		c.Client([]byte("PASS hunter2-hunter2\r\n"), time.Unix(1, 0))
		at := time.Unix(2, 0)
		for turn := range strings.SplitSeq(turns, "\n") {
			c.Record++
			at = at.Add(time.Duration(len(turn)) * time.Second)
			switch _, rest, _ := strings.Cut(turn, " "); {
			case rest == "- S":
				c.ServerHangUp(at)
			case rest == "- C":
				c.HangUp(at)
			case rest == "gap":
				c.Gap()
			case strings.HasPrefix(rest, "S "):
				c.Server([]byte(rest[2:]+"\r\n"), at)
			case strings.HasPrefix(rest, "C "):
				c.Client([]byte(rest[2:]+"\r\n"), at)
			}
		}
		c.Close(Ending(how % 3))
		if got == nil || got.Text == "" || len(got.Text) > 8*maxCauseText || strings.Contains(got.Text, "hunter2-hunter2") {
			t.Errorf("%+v", got)
		}
	})
}
