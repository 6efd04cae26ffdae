package page

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
)

// report returns the report on one recording, whose connections are played by run.
func report(t *testing.T, connections int, run func(*control.Conn)) (string, *Report) {
	t.Helper()
	var out bytes.Buffer
	r := New(&input.Input{App: &cli.App{Out: bufio.NewWriter(&out)}})
	sink := r.Begin(&input.Recording{Source: "in.log", Format: &transcript.Format{Name: "exchange", Clock: transcript.RelativeClock}}, lint.Config{})
	for i := range connections {
		c := &input.Connection{}
		c.Number, c.Begun, c.Ended = i+1, transcript.Epoch, transcript.Epoch.Add(12*time.Second)
		sink.Open(c)
		run(&c.Conn)
		c.Close(control.RecordingEnds)
		sink.Close(c)
	}
	sink.Done()
	if err := r.Write(); err != nil {
		t.Fatal(err)
	}
	r.out.Flush()
	return out.String(), r
}

func TestReport(t *testing.T) {
	at := transcript.Epoch
	got, _ := report(t, 1, func(c *control.Conn) {
		for i, turn := range []string{"S 220 ready\r\n", "C RETR <x>\r\n", "S 150 go\r\n", "S 426 lost\r\n", "C NOOP\r\n", "S 200 \x01\r\n"} {
			c.Record = int64(i + 1)
			at = at.Add(2 * time.Second)
			if turn[0] == 'S' {
				c.Server([]byte(turn[2:]), at)
			} else {
				c.Client([]byte(turn[2:]), at)
			}
		}
	})
	for _, want := range []string{
		"<li>1 file</li>", "<li>4 replies</li>", `<li class="bad">1 connection on which something failed</li>`,
		"RETR &lt;x&gt;: 150, then 426 lost 2.0 s later", "2.0 s of silence", ">control-byte<", `<mark>\x01</mark>`,
		`class="transfer"`, "in.log:6", `<rect class="aborted"`, "<code>NOOP</code> 1 reply, below 2.05 s",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// Links to rows and to connections lead somewhere, and no ID is used twice.
func TestLinks(t *testing.T) {
	got, _ := report(t, 3, func(c *control.Conn) {
		lint.Example{"S 220 \x01\r\n", "C X\r\n", "S 500 \x01\r\n"}.Run(c)
		c.Gap()
		c.Gap()
	})
	ids := map[string]bool{}
	for _, part := range strings.Split(got, ` id="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		if ids[id] && id != "" {
			t.Errorf("%q is used twice", id)
		}
		ids[id] = true
	}
	links := strings.Split(got, `href="#`)[1:]
	if len(links) < 6 {
		t.Errorf("%d links", len(links))
	}
	for _, part := range links {
		if id, _, _ := strings.Cut(part, `"`); !ids[id] {
			t.Errorf("%q is missing", id)
		}
	}
}

// The report without data is small.
func TestSize(t *testing.T) {
	if got, _ := report(t, 0, nil); len(got) > 300<<10 || !strings.Contains(got, "No connections.") {
		t.Errorf("%d bytes", len(got))
	}
}

// The memory is bounded, and the report says what it leaves out.
func TestLimits(t *testing.T) {
	got, r := report(t, 1, func(c *control.Conn) {
		command, reply := []byte("NOOP\r\n"), []byte("200 \x01\r\n")
		for range 20_000 {
			c.Client(command, time.Time{})
			c.Server(reply, time.Time{})
		}
	})
	if rows := strings.Count(got, "<tr id="); rows != maxFirst+maxLast || r.body.Shown[0].size() != rows {
		t.Errorf("%d rows", rows)
	}
	for _, want := range []string{
		fmt.Sprintf("%d rows are left out", 40_000-maxFirst-maxLast), fmt.Sprintf("%d commands and replies are left out", 40_000-maxFirst-maxLast),
		fmt.Sprintf("Of this rule, %d more are not listed.", 20_000-maxFindings), ">#40000<",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if len(got) > 4<<20 {
		t.Errorf("%d bytes", len(got))
	}

	got, r = report(t, maxConnections+100, func(c *control.Conn) { lint.Example{"S 220 a\r\n"}.Run(c) })
	if len(r.body.Shown) != maxConnections || !strings.Contains(got, "100 connections are left out.") {
		t.Errorf("%d connections", len(r.body.Shown))
	}

	long := []byte("220-x\r\n" + strings.Repeat(strings.Repeat("x", 390)+"\r\n", 10) + "220 x\r\n")
	_, r = report(t, 8, func(c *control.Conn) {
		for range maxFirst {
			c.Server(long, time.Time{})
		}
	})
	if r.body.bytes > 2*maxBytes || r.body.leftRows == 0 {
		t.Errorf("%d bytes, %d rows are left out", r.body.bytes, r.body.leftRows)
	}
}
