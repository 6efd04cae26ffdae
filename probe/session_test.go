package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
)

// piped returns a session whose server sends the pieces, each after the client has sent a line.
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

// TestEmptyLine has servers that answer an empty line, or do not.
func TestEmptyLine(t *testing.T) {
	tests := []struct {
		name, says string
		aligned    bool
	}{
		{"no reply", "", true}, {"a reply", "500 what?\r\n", true}, {"two replies", "500 what?\r\n500 what?\r\n", false},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := piped(t, Options{}, "220 hi\r\n", "200 ok\r\n", tt.says)
			s.Greeting(t.Context())
			s.Do(t.Context(), "NOOP")
			s.Do(t.Context(), "")
			if _, err := s.Linger(t.Context(), time.Millisecond); err != nil || s.Aligned() != tt.aligned {
				t.Errorf("%v, aligned: %v", err, s.Aligned())
			}
		})
	}
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

// TestCancelled cancels calls. The next call must not be affected.
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
