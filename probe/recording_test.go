package probe

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/google/go-cmp/cmp"
)

// TestWordIsKept looks for the password wherever it may have got to.
func TestWordIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var saved bytes.Buffer
		s := serve(t, map[string]func(*client, string){"PASS": func(c *client, argument string) {
			c.login = true
			c.say("230 in with " + argument)
		}})
		c := config(s)
		c.Recording = NewRecording(&saved)
		r, err := Run(t.Context(), c)
		if err != nil || c.Recording.Err() != nil {
			t.Fatal(err, c.Recording.Err())
		}
		var said strings.Builder
		for _, result := range r.Results {
			said.WriteString(result.Reason)
			for _, turn := range result.Turns {
				said.WriteString(turn.Command + strings.Join(turn.Replies, ""))
			}
			for _, f := range result.Findings {
				said.WriteString(f.Command + string(f.Excerpt.Line.Head) + string(f.Excerpt.Line.Mark) + string(f.Excerpt.Line.Tail))
			}
		}
		reader, err := transcript.Open(&saved, "")
		if err != nil {
			t.Fatal(err)
		}
		for {
			e, err := reader.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			said.Write(e.Bytes)
		}
		if strings.Contains(said.String(), "hunter2x9") {
			t.Error("the password is there")
		}
		if !strings.Contains(said.String(), "PASS ****") || !strings.Contains(said.String(), "230 in with ****") {
			t.Error("what was said is not there")
		}
	})
}

// TestRecordingIsWhatWasJudged lints the recording anew: the findings are the same.
func TestRecordingIsWhatWasJudged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var saved bytes.Buffer
		s := serve(t, map[string]func(*client, string){"NOOP": func(c *client, _ string) { c.say("200 a\r\n200 b") }})
		c := config(s)
		c.Recording = NewRecording(&saved)
		c.Sections = []string{"RFC 959 5.3"}
		var want, got []string
		c.Found = func(_ int, _ *control.Conn, d *lint.Diagnostic) { want = append(want, d.Fingerprint()) }
		if _, err := Run(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		reader, err := transcript.Open(&saved, "")
		if err != nil {
			t.Fatal(err)
		}
		conns := map[int]*control.Conn{}
		for {
			e, err := reader.Next()
			if err != nil {
				break
			}
			if conns[e.Conn] == nil {
				rules := &lint.Linter{Report: func(d *lint.Diagnostic) { got = append(got, d.Fingerprint()) }}
				conns[e.Conn] = &control.Conn{Handle: rules.Item}
			}
			if e.Side == transcript.Client {
				conns[e.Conn].Client(e.Bytes, e.Time)
			} else {
				conns[e.Conn].Server(e.Bytes, e.Time)
			}
		}
		for _, conn := range conns {
			conn.Close(control.RecordingEnds)
		}
		slices.Sort(want)
		slices.Sort(got)
		want, got = slices.Compact(want), slices.Compact(got) // a repeated check reports nothing again
		if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
			t.Errorf("%d findings\n%s", len(want), diff)
		}
	})
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
