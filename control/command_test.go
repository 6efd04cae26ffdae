package control

import (
	"strings"
	"testing"
	"time"
)

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
	c := Conn{Handle: func(it *Item) { got = *it.Command }}
	c.Client([]byte("STOR "+strings.Repeat("x", 10000)+"\r\n"), time.Time{})
	if len(got.Line) != maxCommand || !got.Cut {
		t.Errorf("%d bytes are kept, cut is %v", len(got.Line), got.Cut)
	}
}
