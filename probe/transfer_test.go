package probe

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// TestTransferNeedsAHost is about connections that have no address.
func TestTransferNeedsAHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := piped(t, Options{}, "220 hi\r\n")
		s.Greeting(t.Context())
		if done, err := s.Transfer(t.Context(), Transfer{Opener: "PASV", Command: "LIST"}); err != nil || !errors.Is(done.Err, ErrNoHost) {
			t.Errorf("%v, %v", done.Err, err)
		}
	})
}

// TestDataHasALimit is a server that sends data without end.
func TestDataHasALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, map[string]func(*client, string){"LIST": func(c *client, _ string) {
			c.transfer(func(data net.Conn) {
				for {
					if _, err := data.Write(make([]byte, 4096)); err != nil {
						return
					}
				}
			})
		}})
		session := login(t, s)
		done, err := session.Transfer(t.Context(), Transfer{Opener: "EPSV", Command: "LIST"})
		if err != nil || done.Err == nil || int64(len(done.Data)) != quick.Bytes {
			t.Errorf("%d bytes, %v, %v", len(done.Data), done.Err, err)
		}
	})
}

// TestDataHasATime is a server that keeps the data connection open, and one that does not
// open it.
func TestDataHasATime(t *testing.T) {
	tests := []struct {
		name   string
		opener string
		do     func(*client, string)
	}{
		{"no end", "EPSV", func(c *client, _ string) {
			c.say("150 here")
			c.passive.Accept()
		}},
		{"no connection", "PORT", func(c *client, _ string) { c.say("150 here") }},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			session := login(t, serve(t, map[string]func(*client, string){"LIST": tt.do}))
			session.options.Limits.Transfer = 50 * time.Millisecond
			done, err := session.Transfer(t.Context(), Transfer{Opener: tt.opener, Command: "LIST"})
			if done.Err == nil || !errors.Is(err, ErrNoReply) {
				t.Errorf("%v, %v", done.Err, err)
			}
		})
	}
}
