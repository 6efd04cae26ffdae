package control

import (
	"slices"
	"testing"
	"time"
)

// followed returns the session of an exchange, and the transfers that ended.
func followed(e exchange, how Ending) (s Session, ended []*Transfer) {
	c := Conn{Handle: func(it *Item) {
		if t := s.Item(it); t != nil {
			ended = append(ended, t)
		}
	}}
	e.run(&c)
	c.Close(how)
	return s, ended
}

func TestSession(t *testing.T) {
	s, ended := followed(exchange{
		"S 220 a\r\n", "C USER joe\r\n", "S 331 b\r\n", "C PASS x\r\n", "S 530 c\r\n", "C USER ann\r\n", "S 230 d\r\n",
		"C SIZE a\r\n", "S 213 7\r\n", "C REST 5\r\n", "S 350 e\r\n", "C RETR a\r\n", "S 150 f\r\n226 g\r\n",
		"C STOR b c\r\n", "S 550 h\r\n", "C LIST\r\n", "S 150 i\r\n426 j\r\n", "C NLST\r\n",
	}, ConnectionClosed)
	if string(s.User) != "ann" || s.Login != LoginAccepted || s.Code != 230 || s.Refused != 1 || s.End != EndClosed {
		t.Errorf("%+v", s)
	}
	if len(s.Waiting) != 1 || s.Waiting[0].Verb != "NLST" {
		t.Errorf("%d transfers wait", len(s.Waiting))
	}
	want := []Transfer{
		{Verb: "RETR", Restart: 5, Size: 7, SizeSource: "SIZE", Code: 226, Outcome: Completed},
		{Verb: "STOR", Code: 550, Outcome: Failed},
		{Verb: "LIST", Code: 426, Outcome: Aborted},
	}
	for i, got := range ended {
		w := want[i]
		if got.Verb != w.Verb || got.Restart != w.Restart || got.Size != w.Size || got.SizeSource != w.SizeSource || got.Code != w.Code || got.Outcome != w.Outcome {
			t.Errorf("got %+v, want %+v", *got, w)
		}
	}
	if len(ended) != len(want) || string(ended[1].Argument()) != "b c" {
		t.Errorf("%d transfers", len(ended))
	}
}

func TestSessionEnd(t *testing.T) {
	tests := []struct {
		name string
		e    exchange
		how  Ending
		want SessionEnd
	}{
		{"nothing is known", exchange{"S 220 a\r\n"}, RecordingEnds, EndOpen},
		{"the recording was cut", exchange{"S 220 a\r\n"}, ConnectionLasts, EndOpen},
		{"closed", exchange{"S 220 a\r\n"}, ConnectionClosed, EndClosed},
		{"QUIT", exchange{"S 220 a\r\n", "C QUIT\r\n", "S 221 b\r\n"}, ConnectionClosed, EndQuit},
		{"421", exchange{"S 421 a\r\n"}, ConnectionClosed, EndServer},
		{"421 that refuses one command", exchange{"S 220 a\r\n", "C PORT 1\r\n", "S 421 b\r\n", "C NOOP\r\n", "S 200 c\r\n"}, ConnectionClosed, EndClosed},
		{"the parting message of Pure-FTPd", exchange{"S 220 a\r\n", "C PASV\r\n", "S 227 b\r\n", "C QUIT\r\n", "S 227 Logout.\r\n"}, ConnectionClosed, EndQuit},
		{"in clear after TLS", exchange{"S 220 a\r\n", "C AUTH TLS\r\n", "S 234 b\r\n\x16\x03\x01\x00\x00", "C NOOP\r\n", "S 200 c\r\n"}, ConnectionClosed, EndClosed},
		{"TLS", exchange{"S 220 a\r\n", "C AUTH TLS\r\n", "S 234 b\r\n\x16\x03\x01\x00\x00"}, ConnectionClosed, EndTLS},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if s, _ := followed(tt.e, tt.how); s.End != tt.want {
				t.Errorf("got %v, want %v", s.End, tt.want)
			}
		})
	}
	var s Session
	c := Conn{Handle: func(it *Item) { s.Item(it) }}
	c.HangUp(time.Time{})
	c.Close(ConnectionClosed)
	if s.End != EndHangUp {
		t.Errorf("got %v, want %v", s.End, EndHangUp)
	}
}

// A client that does not wait for replies does not fill the memory.
func TestWaitingTransfersAreBounded(t *testing.T) {
	s, _ := followed(slices.Concat(exchange{"S 220 a\r\n"}, slices.Repeat(exchange{"C LIST\r\n"}, 2*maxWaiting)), RecordingEnds)
	if len(s.Waiting) != maxWaiting {
		t.Errorf("%d transfers", len(s.Waiting))
	}
}

// What a recording says beside the bytes is passed on.
func TestTypedAndTransferred(t *testing.T) {
	var s Session
	var got *Transfer
	typed := 0
	c := Conn{Typed: true}
	c.Handle = func(it *Item) {
		if it.Command != nil && it.Command.Typed {
			typed++
		}
		if t := s.Item(it); t != nil {
			got = t
		}
	}
	at := time.Time{}
	c.Server([]byte("220 a\r\n"), at)
	c.Client([]byte("REST 100\r\n"), at)
	c.Server([]byte("350 b\r\n"), at)
	c.Client([]byte("RETR c\r\n"), at)
	c.Server([]byte("150 d (9 bytes)\r\n"), at)
	c.Transferred = 1800
	c.Server([]byte("226 e\r\n"), at)
	c.Close(RecordingEnds)
	if typed != 5 {
		t.Errorf("%d items have a typed command, want 5", typed)
	}
	if got == nil || got.Size != 1900 || got.SizeSource != "log" {
		t.Errorf("transfer %+v", got)
	}
}
