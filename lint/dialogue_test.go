package lint

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/control"
	"github.com/google/go-cmp/cmp"
)

// dialogueFindings lints an exchange behind a login, and renders rules and messages.
func dialogueFindings(peer netip.Addr, e Example) (got []string) {
	l := Linter{Peer: peer, Report: func(d *Diagnostic) { got = append(got, d.Rule.Name+": "+d.Message) }}
	c := control.Conn{Handle: l.Item}
	e.Run(&c)
	c.Close(control.RecordingEnds)
	return got
}

// What users of clients report of codes and of the order of replies, and what there
// is to say of it.
func TestFieldReports(t *testing.T) {
	tests := []struct {
		name string
		e    Example
		want []string
	}{
		{"C1: 250 ends a RETR", login("C RETR a\r\n", "S 150 go\r\n250 Requested file action okay, completed.\r\n"), nil},
		{"C1: 200 ends a STOR", login("C STOR a\r\n", "S 150 go\r\n200 done\r\n"), []string{
			"code-in-the-wild: no RFC lists 200 for STOR, but real servers send it"}},
		{"C1: 200 ends a RETR", login("C RETR a\r\n", "S 150 go\r\n200 done\r\n"), []string{
			"code-not-listed: 200 is not listed for RETR"}},
		{"C2: 125", login("C RETR a\r\n", "S 125 Data connection already open; Transfer starting.\r\n226 done\r\n"), nil},
		{"C2: no 1yz at all", login("C RETR a\r\n", "S 226 done\r\n"), []string{
			"code-in-the-wild: RFC 959, section 5.4, lists 226 for RETR, but after the preliminary reply"}},
		{"C2: 150, then 550", login("C RETR a\r\n", "S 150 go\r\n550 no\r\n"), []string{
			"code-in-the-wild: RFC 959, section 5.4, lists 550 for RETR, but before the preliminary reply"}},
		{"C2: 150, then 426", login("C RETR a\r\n", "S 150 go\r\n426 lost\r\n"), nil},
		{"C3: a second 150", login("C RETR a\r\n", "S 150-Accepted data connection\r\n150 303557.4 kbytes to download\r\n150 4.611 seconds\r\n"), []string{
			"second-preliminary: this 150 is a second preliminary reply to RETR",
			"owed-reply: the recording ends before the final reply to RETR"}},
		{"C4: 200 to DELE", login("C DELE a\r\n", "S 200 done\r\n"), []string{
			"code-in-the-wild: no RFC lists 200 for DELE, but real servers send it"}},
		{"C4: 200 to AUTH", Example{"S 220 a\r\n", "C AUTH TLS\r\n", "S 200 AUTH command ok; starting SSL connection...\r\n"}, []string{
			"code-in-the-wild: no RFC lists 200 for AUTH, but real servers send it"}},
		{"C4: 257 to CWD", login("C CWD a\r\n", "S 257 \"/a\"\r\n"), []string{
			"code-in-the-wild: no RFC lists 257 for CWD, but real servers send it"}},
		{"C4: a greeting of 200", Example{"S 200 hello\r\n"}, []string{
			"code-in-the-wild: no RFC lists 200 for the greeting, but real servers send it"}},
		{"C4: 150 to DELE", login("C DELE a\r\n", "S 150 soon\r\n"), []string{
			"wrong-class: 150 cannot answer DELE",
			"owed-reply: the recording ends before the final reply to DELE"}},
		{"C5: 226 before the data and behind them is one to the control connection", login("C RETR a\r\n", "S 150 go\r\n226 done\r\n"), nil},
		{"C5: 226, then 426", login("C RETR a\r\n", "S 150 go\r\n226 done\r\n426 lost\r\n"), []string{
			"extra-final-reply: RETR already had its final reply before this 426"}},
		{"C6: two replies to OPTS", login("C OPTS MLST type;\r\n", "S 500 Unknown option: MLST\r\n500 Unknown option: OPTS UTF8 type;\r\n"), []string{
			"extra-final-reply: OPTS already had its final reply before this 500"}},
		{"C6: two replies to CWD", login("C CWD a\r\n", "S 200 OK\r\n", "C PASV\r\n", "S 250 Directory successfully changed.\r\n227 Entering Passive Mode (192,0,2,1,4,51)\r\n"), []string{
			"code-in-the-wild: no RFC lists 200 for CWD, but real servers send it",
			"extra-final-reply: CWD already had its final reply before this 250"}},
		{"C6: one reply off", login("C RETR a\r\n", "S 150 go\r\n226 done\r\n", "C PWD\r\n", "S 226 Transfer complete\r\n", "C TYPE I\r\n", "S 257 \"/\" is the current directory\r\n", "C SIZE a\r\n", "S 200 Type set to I\r\n"), []string{
			"extra-final-reply: RETR already had its final reply before this 226",
			"owed-reply: the recording ends before the final reply to SIZE"}},
		{"C6: a broadcast", login("C NOOP\r\n", "S 200 ok\r\n", "S 214 ('test2')\r\n"), []string{
			"unsolicited-reply: no command waits for this 214 reply"}},
		{"C6: ABOR gets 426 and 226", login("C RETR a\r\n", "S 150 go\r\n", "C ABOR\r\n", "S 426 lost\r\n226 Since you see this ABOR must've succeeded\r\n"), nil},
		{"C7: 421 at any point", login("C CWD a\r\n", "S 421 Too many connections (8) from this IP\r\n"), nil},
		{"C7: 421 unasked", login("S 421 Login time exceeded\r\n"), []string{
			"unsolicited-reply: no command waits for this 421 reply"}},
		{"C7: 421 as the greeting", Example{"S 421 Too many connections\r\n"}, nil},
		{"C8: transient or permanent is the server's business", login("C MKD a\r\n", "S 450 Directory already exists\r\n"), nil},
		{"C8: too many users, as 530", Example{"S 220 a\r\n", "C USER x\r\n", "S 530 Sorry, the maximum number of clients (3) for this user are already connected.\r\n"}, nil},
		{"C8: 521 to MKD", login("C MKD a\r\n", "S 521 \"/a\" directory already exists\r\n"), []string{
			"code-in-the-wild: no RFC lists 521 for MKD, but real servers send it"}},
		{"C9: a multi-line error is one reply", login("C STOR a\r\n", "S 553-C:\\path\\file: Access denied.\r\n553 end\r\n"), nil},
		{"C10: a reply without an end", login("C STOR x\r\n", "S 553-\r\n553- not here\r\n150 opening\r\n", "C QUIT\r\n", "S 221 bye\r\n"), []string{
			"unterminated-reply: no line ends this 553 reply; if any code may end it, it ends here",
			"foreign-terminator: this reply ends with another code, 150, than it began with"}},
		{"C10: no reply", login("C FOO\r\n", "C NOOP\r\n", "S 200 ok\r\n", "C NOOP\r\n", "S 200 ok\r\n"), []string{
			"missing-reply: an unknown command got no reply"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, dialogueFindings(netip.Addr{}, tt.e)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAlignment(t *testing.T) {
	tests := []struct {
		name    string
		e       Example
		owed    int
		aligned bool
	}{
		{"in step", login("C NOOP\r\n", "S 200 ok\r\n"), 0, true},
		{"a command waits", login("C NOOP\r\n"), 1, true},
		{"one reply too many", login("C CWD a\r\n", "S 250 one\r\n250 two\r\n"), 0, false},
		{"a reply that was too long is one", login("C STAT\r\n", "S 211-a\r\n"+strings.Repeat("x", 500)+"\r\n211 End\r\n", "C NOOP\r\n", "S 200 ok\r\n"), 0, true},
		{"the replies alone", Example{"S 220 a\r\n331 b\r\n"}, 0, false},
		{"the commands alone", Example{"C USER x\r\n"}, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c control.Conn
			c.MaxReply = 300
			tt.e.Run(&c)
			c.Close(control.RecordingEnds)
			if c.Stats.Owed != tt.owed || c.Stats.Aligned != tt.aligned {
				t.Errorf("%+v", c.Stats)
			}
		})
	}
}

// The Command of a reply is the one that it answers.
func TestAnsweredCommand(t *testing.T) {
	var got []string
	c := control.Conn{Handle: func(it *control.Item) {
		if it.Kind == control.ReplyItem && it.Command != nil {
			got = append(got, fmt.Sprintf("%s %q", it.Reply.Code().String(), it.Command.Line))
		}
	}}
	e := login("C RETR a\r\n", "S 150 go\r\n", "C STAT\r\n", "S 211 running\r\n226 done\r\n")
	for range 5 {
		e = append(e, "C RETR b\r\n", "S 150 go\r\n", "C NOOP\r\nNOOP 2\r\nNOOP 3\r\nNOOP 4\r\nNOOP 5\r\nNOOP 6\r\n")
		e = append(e, "S 226 done\r\n200 1\r\n200 2\r\n200 3\r\n200 4\r\n200 5\r\n200 6\r\n")
	}
	for i, turn := range e {
		at := time.Unix(int64(i), 0) // which shows that the commands of a turn were sent together
		if turn[0] == 'S' {
			c.Server([]byte(turn[2:]), at)
		} else {
			c.Client([]byte(turn[2:]), at)
		}
	}
	want := []string{`331 "USER x"`, `230 "PASS y"`, `150 "RETR a"`, `211 "STAT"`, `226 "RETR a"`}
	for range 5 {
		want = append(want, `150 "RETR b"`, `226 "RETR b"`, `200 "NOOP"`)
		for n := 2; n <= 6; n++ {
			want = append(want, fmt.Sprintf(`200 "NOOP %d"`, n))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Behind a gap, and in the middle of a connection, nothing is said of what cannot be
// known.
func TestPartialRecordings(t *testing.T) {
	tests := []struct {
		name string
		run  func(*control.Conn)
		want []string
	}{
		{"from the middle", func(c *control.Conn) {
			Example{"S 250 changed\r\n", "C NOOP\r\n", "S 200 ok\r\n"}.Run(c)
		}, nil},
		{"from a command on", func(c *control.Conn) {
			Example{"C CWD a\r\n", "S 250 changed\r\n", "C NOOP\r\n", "S 350 ok\r\n"}.Run(c)
		}, []string{"wrong-class: 350 cannot answer NOOP"}},
		{"a gap", func(c *control.Conn) {
			login("C RETR a\r\n", "S 150 go\r\n2").Run(c)
			c.Gap()
			Example{"S  done\r\n250 changed\r\n", "C NOOP\r\n", "S 200 ok\r\n"}.Run(c)
		}, nil},
		{"a gap, and the piece of a line that looks like a reply", func(c *control.Conn) {
			login("C STAT\r\n", "S 211-status\r\n from 192.0.2.1\r\n at ").Run(c)
			c.Gap()
			Example{"S 127.0.0.1\r\n999 sheep\r\n211 end\r\n", "C NOOP\r\n", "S 299 ok\r\n"}.Run(c)
		}, []string{"unknown-code: the code 299 is in no table"}},
		{"a gap in a command", func(c *control.Conn) {
			login("C RE").Run(c)
			c.Gap()
			Example{"C TR a\r\nNOOP\r\n", "S 150 go\r\n226 done\r\n200 ok\r\n"}.Run(c)
		}, nil},
		{"a gap that may have swallowed USER ftp", func(c *control.Conn) {
			Example{"S 220 ready\r\n", "C USER a\r\n", "S 331 password\r\n"}.Run(c)
			c.Gap()
			Example{"C PASS me@example.com\r\n", "S 230 welcome me@example.com\r\n"}.Run(c)
		}, nil},
		{"a parting word", func(c *control.Conn) {
			login("C NOOP\r\n", "S 200 ok\r\n").Run(c)
			c.HangUp(time.Time{})
			Example{"S 221 You could at least say goodbye.\r\n"}.Run(c)
		}, []string{"unsolicited-reply: no command waits for this 221 reply"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			c := linted(func(d *Diagnostic) { got = append(got, d.Rule.Name+": "+d.Message) })
			tt.run(c)
			c.Close(control.RecordingEnds)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is told in clear was not said in clear, when it was sent under TLS.
func TestPrivate(t *testing.T) {
	for _, private := range []bool{false, true} {
		var got []string
		c := linted(func(d *Diagnostic) { got = append(got, d.Rule.Name) })
		Example{"S 220 ready\r\n", "C AUTH TLS\r\n", "S 234 go\r\n"}.Run(c)
		c.Private = private
		Example{"C USER a\r\n", "S 331 password\r\n", "C PASS hunter2\r\n", "S 230 in\r\n"}.Run(c)
		c.Close(control.RecordingEnds)
		if found := slices.Contains(got, "cleartext-password"); found == private {
			t.Errorf("private %v: %v", private, got)
		}
	}
}

func TestPeer(t *testing.T) {
	e := login("C PASV\r\n", "S 227 Entering Passive Mode (10,0,0,1,4,51)\r\n")
	tests := []struct {
		peer string
		want []string
	}{
		{"10.0.0.1", nil},
		{"::ffff:10.0.0.1", nil},
		{"192.0.2.1", []string{"foreign-passive-host: the host of this 227 reply is not the server"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, dialogueFindings(netip.MustParseAddr(tt.peer), e)); diff != "" {
			t.Errorf("%s: %s", tt.peer, diff)
		}
	}
}

// FuzzPrefix: what is found in the beginning of an exchange is found in the whole of it,
// first and in the same order; nothing panics.
func FuzzPrefix(f *testing.F) {
	for _, tc := range testCases(f) {
		if text := strings.Join(tc.exchange, "\x00"); len(text) < 1000 {
			f.Add([]byte(text), uint8(len(tc.exchange)/2))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, cut uint8) {
		e := exchangeOf(text)
		beginning, whole := soFar(e[:min(int(cut), len(e))]), soFar(e)
		if len(beginning) > len(whole) {
			t.Fatalf("%q\n%q", beginning, whole)
		}
		if diff := cmp.Diff(beginning, whole[:len(beginning)]); diff != "" {
			t.Error(diff)
		}
	})
}

// soFar renders the findings, without those at the end.
func soFar(e Example) (got []string) {
	got = []string{}
	e.Run(linted(func(d *Diagnostic) {
		offset, line, column := d.Position()
		got = append(got, fmt.Sprintf("%d %d:%d %s %s", offset, line, column, d.Rule.Name, d.Message))
	}))
	return got
}

// The finding says which side closed the connection first.
func TestWhoEnds(t *testing.T) {
	tests := []struct {
		how   control.Ending
		close func(*control.Conn)
		want  string
	}{
		{control.RecordingEnds, func(*control.Conn) {}, "the recording ends"},
		{control.ConnectionLasts, func(*control.Conn) {}, "the recording ends"},
		{control.ConnectionClosed, func(*control.Conn) {}, "the connection is closed"},
		{control.ConnectionClosed, func(c *control.Conn) { c.ServerHangUp(time.Time{}); c.HangUp(time.Time{}) }, "the server closes the connection"},
		{control.ConnectionClosed, func(c *control.Conn) { c.HangUp(time.Time{}); c.ServerHangUp(time.Time{}) }, "the client closes the connection"},
	}
	for _, tt := range tests {
		var got []string
		c := linted(func(d *Diagnostic) { got = append(got, d.Message) })
		Example{"S 220 ready\r\n", "C FEAT\r\n"}.Run(c)
		tt.close(c)
		c.Close(tt.how)
		if diff := cmp.Diff([]string{tt.want + " before the final reply to FEAT"}, got); diff != "" {
			t.Error(diff)
		}
	}
}

// A reply in which the client closes the connection proves little.
func TestClientClosesInAReply(t *testing.T) {
	tests := []struct {
		name  string
		close func(*control.Conn)
		want  Severity
	}{
		{"the recording ends", func(*control.Conn) {}, Error},
		{"the client closes", func(c *control.Conn) { c.HangUp(time.Time{}) }, Info},
		{"the client closes, and then the server", func(c *control.Conn) { c.HangUp(time.Time{}); c.ServerHangUp(time.Time{}) }, Info},
		{"the server closes, and then the client", func(c *control.Conn) { c.ServerHangUp(time.Time{}); c.HangUp(time.Time{}) }, Error},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []Severity
			c := linted(func(d *Diagnostic) { got = append(got, d.Severity) })
			Example{"S 220 ready\r\n", "C STAT\r\n", "S 211-one\r\n two\r\n"}.Run(c)
			tt.close(c)
			c.Close(control.ConnectionClosed)
			if diff := cmp.Diff([]Severity{tt.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
