package control

import (
	"strings"
	"testing"
	"time"
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
