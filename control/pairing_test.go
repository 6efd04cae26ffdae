package control

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The memory for commands that wait is bounded.
func TestPipelineWithoutReplies(t *testing.T) {
	c := Conn{Handle: func(*Item) {}}
	c.Server([]byte("220 a\r\n"), time.Time{})
	line := []byte("NOOP " + strings.Repeat("x", 10000) + "\r\n")
	for range 1000 {
		c.Client(line, time.Time{})
	}
	kept := 0
	for i := range c.pairing.sending {
		kept += cap(c.pairing.sending[i].command.Line)
	}
	if len(c.pairing.sending) > maxSending || kept > maxSending*2*maxCommand {
		t.Errorf("%d commands and %d bytes are kept", len(c.pairing.sending), kept)
	}
	c.Close(RecordingEnds)
}

// A client that has waited in vain before it goes on has not pipelined: the reply that comes
// at once after its next command is the reply to that, although the code fits both.
func TestPatience(t *testing.T) {
	for _, tt := range []struct {
		wait time.Duration
		want []string
	}{
		{10 * time.Millisecond, []string{"NOOP 1", "NOOP 2"}},
		{3 * time.Second, []string{"NOOP 2", "NOOP 3"}},
	} {
		var got []string
		c := Conn{Handle: func(it *Item) {
			if it.Kind == ReplyItem && it.Command != nil {
				got = append(got, string(it.Command.Line))
			}
		}}
		at := time.Unix(1, 0)
		c.Server([]byte("220 a\r\n"), at)
		c.Client([]byte("NOOP 1\r\n"), at)
		at = at.Add(tt.wait)
		c.Client([]byte("NOOP 2\r\n"), at)
		c.Server([]byte("200 b\r\n"), at)
		at = at.Add(tt.wait)
		c.Client([]byte("NOOP 3\r\n"), at)
		c.Server([]byte("200 c\r\n"), at)
		c.Close(RecordingEnds)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%v: %s", tt.wait, diff)
		}
	}
}
