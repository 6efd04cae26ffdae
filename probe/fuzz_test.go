package probe

import (
	"context"
	"io"
	"net"
	"testing"
	"time"
)

// FuzzSession is a server that says anything, in two pieces, and closes the connection:
// the session must not panic or hang, and must keep a bounded number of replies.
func FuzzSession(f *testing.F) {
	for _, seed := range []string{
		"", "220 hi\r\n331 x\r\n230 y\r\n229 E (|||1|)\r\n", "220-hi\r\n220", "\x16\x03\x01", "220 a\n331 b\r\n",
		"220 hi\r\n234 go\r\n230 in\r\n", "421 no\r\n", "220 hi\r\n\xff\xfe\x06200 x\r\n", "220 x\r\n150 a\r\n150 b\r\n",
		"220 hi\r\n227 E (192,0,2,1,4,51)\r\n", "220 hi\r\n211-F\r\n REST STREAM\r\n\r\n211 E\r\n",
	} {
		f.Add([]byte(seed), uint8(len(seed)/2))
	}
	f.Fuzz(func(t *testing.T, said []byte, cut uint8) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			go io.Copy(io.Discard, theirs)
			at := min(int(cut), len(said))
			theirs.Write(said[:at])
			theirs.Write(said[at:])
		}()
		s := NewSession(ours, Options{Limits: Limits{Reply: time.Second, Linger: time.Millisecond, Bytes: 1 << 16}, Recording: NewRecording(io.Discard)})
		defer s.Close()
		ctx := context.Background()
		s.Greeting(ctx)
		for _, line := range []string{"USER x", "NOOP\r\nFEAT", "NOOP a\nNOOP b"} {
			a, err := s.Do(ctx, line)
			if len(a) > maxReplies {
				t.Errorf("%d replies", len(a))
			}
			if err == nil && s.closed == nil && s.finals < s.sent && s.sequencer.Owed() > 0 {
				t.Errorf("%q: it did not wait", line)
			}
			labels(a.Final())
		}
		s.Linger(ctx, time.Millisecond)
	})
}
