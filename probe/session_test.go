package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/google/go-cmp/cmp"
)

// piped is a session whose server says what it is told, one piece for each line that it gets.
func piped(t *testing.T, o Options, pieces ...string) *Session {
	t.Helper()
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		buffer := make([]byte, 4096)
		for _, piece := range pieces {
			if _, err := io.WriteString(theirs, piece); err != nil {
				return
			}
			if _, err := theirs.Read(buffer); err != nil {
				return
			}
		}
		io.Copy(io.Discard, theirs)
	}()
	o.Limits = quick
	s := NewSession(ours, o)
	t.Cleanup(func() { s.Close() })
	return s
}

func TestDo(t *testing.T) {
	tests := []struct {
		name  string
		says  string
		line  string
		codes []ftpreply.Code
		err   error
	}{
		{"one reply", "200 ok\r\n", "NOOP", []ftpreply.Code{200}, nil},
		{"a preliminary reply first", "150 a\r\n226 b\r\n", "LIST", []ftpreply.Code{150, 226}, nil},
		{"a code that the command cannot get", "331 what\r\n", "NOOP", []ftpreply.Code{331}, nil},
		{"two commands", "200 a\r\n215 b\r\n", "NOOP\r\nSYST", []ftpreply.Code{200, 215}, nil},
		{"no command", "", "", nil, nil},
		{"no reply", "", "NOOP", nil, ErrNoReply},
		{"half a reply", "200 o", "NOOP", nil, ErrNoReply},
		{"one reply of two", "200 a\r\n", "NOOP\r\nSYST", []ftpreply.Code{200}, ErrNoReply},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := piped(t, Options{}, "220 hi\r\n", tt.says)
			if _, err := s.Greeting(t.Context()); err != nil {
				t.Fatal(err)
			}
			a, err := s.Do(t.Context(), tt.line)
			if !errors.Is(err, tt.err) {
				t.Errorf("the error is %v, want %v", err, tt.err)
			}
			var codes []ftpreply.Code
			for _, r := range a {
				codes = append(codes, r.Code())
			}
			if diff := cmp.Diff(tt.codes, codes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFinal(t *testing.T) {
	parse := func(text string) ftpreply.Reply {
		r, err := ftpreply.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if code := (Answer{}).Final().Code(); code != 0 {
		t.Errorf("nothing: %d", uint16(code))
	}
	if code := (Answer{parse("150 a\r\n")}).Final().Code(); code != 0 {
		t.Errorf("150: %d", uint16(code))
	}
	if code := (Answer{parse("150 a\r\n"), parse("226 b\r\n")}).Final().Code(); code != 226 {
		t.Errorf("226: %d", uint16(code))
	}
}

func TestDoOnAClosedConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		theirs.Close()
		s := NewSession(ours, Options{})
		defer s.Close()
		if _, err := s.Greeting(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("the greeting: %v", err)
		}
		if _, err := s.Do(t.Context(), "NOOP"); !errors.Is(err, ErrClosed) || s.Open() || s.Aligned() {
			t.Errorf("NOOP: %v", err)
		}
	})
}

func TestLinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := piped(t, Options{}, "220 hi\r\n", "200 a\r\n200 b\r\n")
		s.Greeting(t.Context())
		if _, err := s.Do(t.Context(), "NOOP"); err != nil {
			t.Fatal(err)
		}
		a, err := s.Linger(t.Context(), 10*time.Millisecond)
		if err != nil || len(a) != 2 {
			t.Errorf("%d replies, error %v", len(a), err)
		}
		if s.Aligned() {
			t.Error("it is aligned in spite of a reply too many")
		}
	})
}

func TestContextEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := piped(t, Options{}, "")
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		s.options.Limits.Reply = time.Minute
		if _, err := s.Greeting(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the error is %v", err)
		}
	})
}

// TestPlaintextBehind234 has a server, or somebody on the way, say more than the 234.
func TestPlaintextBehind234(t *testing.T) {
	tests := []struct {
		name, says string
		rules      []string
		err        error
	}{
		{"a reply", "234 go\r\n230 you are in\r\n", []string{"data-after-234"}, ftpreply.ErrBuffered},
		{"a piece of one", "234 go\r\n230 you", nil, ftpreply.ErrBuffered},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			var rules []string
			s := piped(t, Options{Report: func(d *lint.Diagnostic) { rules = append(rules, d.Rule.Name) }}, "220 hi\r\n", tt.says)
			s.Greeting(t.Context())
			s.Do(t.Context(), "AUTH TLS")
			if err := s.StartTLS(t.Context()); !errors.Is(err, tt.err) {
				t.Errorf("the error is %v", err)
			}
			for _, want := range tt.rules {
				if !strings.Contains(strings.Join(rules, " "), want) {
					t.Errorf("found %s, not %s", rules, want)
				}
			}
		})
	}
}

func TestImplicitTLS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := newMemory()
		plain, err := network.Listen(t.Context(), "tcp", "127.0.0.1:990")
		if err != nil {
			t.Fatal(err)
		}
		l := tls.NewListener(plain, certificate())
		defer l.Close()
		go func() {
			if conn, err := l.Accept(); err == nil {
				io.WriteString(conn, "220 hi\r\n")
				io.Copy(io.Discard, conn)
			}
		}()
		var saved bytes.Buffer
		s, err := Dial(t.Context(), l.Addr().String(), Options{Limits: quick, TLS: &tls.Config{InsecureSkipVerify: true}, Recording: NewRecording(&saved), network: network})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.StartTLS(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a, err := s.Greeting(t.Context()); err != nil || a.Final().Code() != 220 {
			t.Errorf("the greeting: %v", err)
		}
		if _, ok := s.TLS(); !ok || !strings.Contains(saved.String(), `"dir":"S","tls":true,"bytes":"MjIwIGhpDQo="`) {
			t.Errorf("saved: %s", saved.String())
		}
	})
}

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

func login(t *testing.T, s *server) *Session {
	t.Helper()
	session, err := Dial(t.Context(), s.address, Options{Limits: quick, network: s.network})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	_, err = session.Greeting(t.Context())
	for _, line := range []string{"USER x", "PASS hunter2x9"} {
		if err == nil {
			_, err = session.Do(t.Context(), line)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// A failing writer is a disk that is full.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestRecordingFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := NewRecording(failing{})
		s := piped(t, Options{Recording: rec}, "220 hi\r\n")
		s.Greeting(t.Context())
		if !errors.Is(rec.Err(), os.ErrClosed) {
			t.Errorf("the error is %v", rec.Err())
		}
	})
}

// TestRecordingCutsNoSecret has a server repeat a password in two pieces.
func TestRecordingCutsNoSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			for _, piece := range []string{"220 hi\r\n", "", "503 PASS hunt", "er2x9: USER first\r\n"} {
				if piece == "" {
					theirs.Read(make([]byte, 100))
				}
				io.WriteString(theirs, piece)
			}
		}()
		var saved bytes.Buffer
		s := NewSession(ours, Options{Limits: quick, Recording: NewRecording(&saved)})
		s.Greeting(t.Context())
		s.Do(t.Context(), "PASS hunter2x9")
		s.Close()
		if n := strings.Count(saved.String(), "\n"); n != 3 {
			t.Errorf("%d records:\n%s", n, saved.String())
		}
		if !strings.Contains(saved.String(), "NTAzIFBBU1MgKioqKjogVVNFUiBmaXJzdA0K") { // 503 PASS ****: USER first
			t.Error(saved.String())
		}
	})
}

// A call that was cancelled leaves nothing behind that would end the next one.
func TestCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 300
		says := []string{"220 hi\r\n"}
		for range calls {
			says = append(says, "200 ok\r\n")
		}
		s := piped(t, Options{}, says...)
		if _, err := s.Greeting(t.Context()); err != nil {
			t.Fatal(err)
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		for i := range calls {
			if _, err := s.Linger(cancelled, time.Second); !errors.Is(err, context.Canceled) {
				t.Fatalf("%d: %v", i, err)
			}
			if a, err := s.Do(t.Context(), "NOOP"); err != nil || len(a) != 1 {
				t.Fatalf("%d: %d replies, %v", i, len(a), err)
			}
		}
	})
}
