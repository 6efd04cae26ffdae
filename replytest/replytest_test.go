package replytest_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/replytest"
	"github.com/google/go-cmp/cmp"
)

// read gives the outcomes of a Parser; errors of the reader that pass are counted.
func read(t *testing.T, r io.Reader, o ftpreply.Options) (outcomes []replytest.Outcome, passed int) {
	t.Helper()
	p := ftpreply.NewParser(r)
	p.Options = o
	for {
		reply, err := p.Next()
		syntax := new(ftpreply.SyntaxError)
		switch {
		case err == io.EOF:
			return outcomes, passed
		case errors.Is(err, os.ErrDeadlineExceeded), err == io.ErrNoProgress:
			passed++
			continue
		case err != nil && !errors.As(err, &syntax):
			t.Fatal(err)
		}
		what := replytest.Outcome{Kind: replytest.KindReply, Code: int(reply.Code()), Raw: string(reply.Raw())}
		what.Offset, what.Line = p.Pos()
		if err != nil {
			what.Kind = replytest.KindNotReply
			what.ErrOffset, what.ErrLine = syntax.Offset, syntax.Line
			outcomes = append(outcomes, what)
			continue
		}
		what.Multiline = reply.Multiline()
		for line := range reply.Lines() {
			what.Lines = append(what.Lines, string(line.Text()))
		}
		for d := range reply.Deviations().Each() {
			what.Deviations = append(what.Deviations, d.String())
		}
		outcomes = append(outcomes, what)
	}
}

func TestRandomReply(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	for range 1000 {
		want := replytest.RandomReply(random)
		if !ftpreply.Valid([]byte(want.Raw)) {
			t.Fatalf("%q departs from the RFCs", want.Raw)
		}
		got, _ := read(t, strings.NewReader(want.Raw), ftpreply.Options{})
		if diff := cmp.Diff([]replytest.Outcome{want}, got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", want.Raw, diff)
		}
	}
}

func TestRandomOddReply(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 0))
	seen := map[string]bool{}
	for range 1000 {
		want := replytest.RandomOddReply(random)
		got, _ := read(t, strings.NewReader(want.Raw), ftpreply.Options{LineEnding: ftpreply.CRLF})
		if diff := cmp.Diff([]replytest.Outcome{want}, got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", want.Raw, diff)
		}
		for _, name := range want.Deviations {
			seen[name] = true
		}
	}
	for info := range ftpreply.Deviations() {
		// A line that ends in a bare LF does not end under CRLF, and another code ends no reply by default.
		never := info.Deviation.HasAny(ftpreply.BareLF | ftpreply.ForeignTerminator)
		if seen[info.Name] == never {
			t.Errorf("%s: seen is %v", info.Name, !never)
		}
	}
}

// A stream is read as it was made up, with all the faults that a connection has.
func TestRandomStream(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 0))
	passed := 0
	for range 200 {
		stream, want := replytest.RandomStream(random, 1+random.IntN(20))
		got, n := read(t, replytest.Faults(random, stream, 40), ftpreply.Options{})
		passed += n
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", stream, diff)
		}
	}
	if passed == 0 {
		t.Error("no fault")
	}
}

// Whoever reads again after every error but io.EOF gets all bytes; each fault occurs.
func TestFaults(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 0))
	input := []byte(strings.Repeat("0123456789", 1000))
	faults := map[string]int{}
	for range 10 {
		r := replytest.Faults(random, input, 7)
		var got []byte
		for buffer, fault := make([]byte, 5), ""; fault != "EOF" && fault != "EOF with bytes"; {
			n, err := r.Read(buffer)
			got = append(got, buffer[:n]...)
			fault = faultOf(t, n, err)
			faults[fault]++
		}
		if !bytes.Equal(got, input) {
			t.Errorf("got %d bytes of %d, or others", len(got), len(input))
		}
	}
	for _, fault := range []string{"deadline", "deadline with bytes", "no progress", "nothing", "EOF", "EOF with bytes"} {
		if faults[fault] == 0 {
			t.Errorf("no %s among %v", fault, faults)
		}
	}
}

func faultOf(t *testing.T, n int, err error) (fault string) {
	var timeout net.Error
	switch {
	case err == nil && n > 0:
		return ""
	case err == nil:
		return "nothing"
	case err == io.EOF:
		fault = "EOF"
	case err == io.ErrNoProgress:
		fault = "no progress"
	case errors.As(err, &timeout) && timeout.Timeout() && errors.Is(err, os.ErrDeadlineExceeded):
		fault = "deadline"
	default:
		t.Fatal(err)
	}
	if n > 0 {
		fault += " with bytes"
	}
	return fault
}

func TestReader(t *testing.T) {
	if err := iotest.TestReader(replytest.NewReader(replytest.Read{Bytes: []byte("abc")}, replytest.Read{Bytes: []byte("de"), Err: io.EOF}), []byte("abcde")); err != nil {
		t.Error(err)
	}
	r := replytest.NewReader(replytest.Read{Err: replytest.ErrDeadline})
	for range 3 {
		if n, err := r.Read(make([]byte, 4)); n != 0 || err != replytest.ErrDeadline {
			t.Errorf("got %d, %v", n, err)
		}
	}
}

func TestVectors(t *testing.T) {
	vectors := replytest.Vectors()
	if len(vectors) < 100 {
		t.Errorf("got %d vectors", len(vectors))
	}
	open, ended := 0, 0
	for _, v := range vectors {
		got, err := io.ReadAll(v.Reader())
		if want := v.Input(); !bytes.Equal(got, want) {
			t.Errorf("%s: read %q of %q", v.Name, got, want)
		}
		if v.EOF {
			ended++
		} else if open++; err != replytest.ErrDeadline {
			t.Errorf("%s: got %v at the end", v.Name, err)
		}
		if v.EOF && err != nil {
			t.Errorf("%s: got %v at the end", v.Name, err)
		}
	}
	if open == 0 || ended == 0 {
		t.Errorf("%d streams stay open, %d end", open, ended)
	}
}

// play sends lines to a server-PI and returns all that it sends.
func play(t *testing.T, conn net.Conn, lines string) string {
	t.Helper()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(conn, lines)
		sent <- err
	}()
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Error(err)
	}
	conn.Close()
	<-sent // it fails when the server-PI has hung up
	return string(got)
}

func TestServe(t *testing.T) {
	quit := replytest.On("QUIT", replytest.Send("221 bye\r\n"), replytest.HangUp())
	boom := errors.New("boom")
	for _, test := range []struct {
		name     string
		turns    []replytest.Turn
		lines    string
		want     string
		commands []string
		err      string
	}{
		{"nothing", nil, "QUIT\n", "502 unexpected\r\n", []string{"QUIT"}, `replytest: unexpected command "QUIT"`},
		{"patterns", []replytest.Turn{replytest.Greet(replytest.Send("220 a\r\n")), replytest.On("user *", replytest.Send("331 b\r\n")), quit},
			"USER /a/b\r\nQuit\r\n", "220 a\r\n331 b\r\n221 bye\r\n", []string{"USER /a/b", "Quit"}, ""},
		{"one turn for every NOOP", []replytest.Turn{replytest.On("NOOP", replytest.Send("200 a\r\n")), quit},
			"NOOP\r\nNOOP\r\nQUIT\r\n", "200 a\r\n200 a\r\n221 bye\r\n", []string{"NOOP", "NOOP", "QUIT"}, ""},
		{"in their order", []replytest.Turn{replytest.On("NOOP", replytest.Send("200 a\r\n")), replytest.On("NOOP", replytest.Send("200 b\r\n")), quit},
			"NOOP\r\nNOOP\r\nNOOP\r\nQUIT\r\n", "200 a\r\n200 b\r\n200 b\r\n221 bye\r\n", []string{"NOOP", "NOOP", "NOOP", "QUIT"}, ""},
		{"unexpected", []replytest.Turn{quit}, "FEAT\r\nQUIT\r\n", "502 unexpected\r\n221 bye\r\n", []string{"FEAT", "QUIT"},
			`replytest: unexpected command "FEAT"`},
		{"silence", []replytest.Turn{replytest.On("NOOP"), quit}, "NOOP\r\nQUIT\r\n", "221 bye\r\n", []string{"NOOP", "QUIT"}, ""},
		{"a fault of its own", []replytest.Turn{replytest.On("NOOP", func(c net.Conn) (net.Conn, error) { return c, boom })},
			"NOOP\r\n", "", []string{"NOOP"}, "boom"},
		{"a pause", []replytest.Turn{replytest.Greet(replytest.Send("22"), replytest.Pause(time.Millisecond), replytest.Send("0 a\r\n")), quit},
			"QUIT\r\n", "220 a\r\n221 bye\r\n", []string{"QUIT"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, err := replytest.Listen(test.turns...)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := net.Dial("tcp", server.Addr)
			if err != nil {
				t.Fatal(err)
			}
			if test.name == "nothing" { // which never hangs up
				time.AfterFunc(50*time.Millisecond, func() { conn.(*net.TCPConn).CloseWrite() })
			}
			if got := play(t, conn, test.lines); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			err = server.Close()
			if got := errorText(err); got != test.err {
				t.Errorf("got %q, want %q", got, test.err)
			}
			if diff := cmp.Diff(test.commands, server.Commands()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			unexpected := new(replytest.UnexpectedCommand)
			if errors.As(err, &unexpected) != strings.Contains(test.err, "unexpected") {
				t.Errorf("%v: is it an unexpected command?", err)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Over a pipe, and with a user-PI that goes in the middle of a reply.
func TestServePipe(t *testing.T) {
	ours, theirs := net.Pipe()
	done := make(chan error)
	go func() {
		_, err := replytest.Serve(theirs, replytest.Greet(replytest.Send("220 ready\r\n")))
		done <- err
	}()
	if _, err := io.ReadFull(ours, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	ours.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// Close ends a session whose user-PI stays, and every connection has the script anew. No
// goroutine is left.
func TestServerClose(t *testing.T) {
	before := runtime.NumGoroutine()
	server, err := replytest.Listen(replytest.Greet(replytest.Send("220 ready\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		conn, err := net.Dial("tcp", server.Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		greeting := make([]byte, 11)
		if _, err := io.ReadFull(conn, greeting); err != nil || string(greeting) != "220 ready\r\n" {
			t.Errorf("got %q, %v", greeting, err)
		}
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if got := server.Commands(); !slices.Equal(got, nil) {
		t.Errorf("got %q", got)
	}
	if _, err := net.Dial("tcp", server.Addr); err == nil {
		t.Error("it still listens")
	}
	for wait := time.Millisecond; runtime.NumGoroutine() > before; wait *= 2 { // the last are on their way out
		if wait > time.Second {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		time.Sleep(wait)
	}
}
