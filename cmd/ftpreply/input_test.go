package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/google/go-cmp/cmp"
)

// events is a recording that is at hand.
type events struct {
	all []transcript.Event
	err error
}

func (e *events) Next() (transcript.Event, error) {
	if len(e.all) == 0 {
		return transcript.Event{}, e.err
	}
	next := e.all[0]
	e.all = e.all[1:]
	return next, nil
}

// noted is the sink that notes what it is given.
type noted struct{ lines []string }

func (n *noted) open(c *connection) {
	n.lines = append(n.lines, fmt.Sprintf("%d opened: %v to %v", c.number, c.server, c.client))
	c.Item = func(it *lint.Item) {
		what := it.Reply.Code().String()
		if it.Kind == lint.CommandItem {
			what = it.Command.Verb()
		}
		n.lines = append(n.lines, fmt.Sprintf("%d %s", c.number, what))
	}
	c.Report = func(d *lint.Diagnostic) { n.lines = append(n.lines, fmt.Sprintf("%d %s", c.number, d.Rule.Name)) }
}

func (n *noted) close(c *connection) {
	n.lines = append(n.lines, fmt.Sprintf("%d closed: %v, hung up: %v, %v", c.number, c.isClosed, c.isHungUp, c.ended.Sub(c.begun)))
}

func (n *noted) done() {}

var (
	serverAddress = netip.MustParseAddrPort("192.0.2.1:21")
	clientAddress = netip.MustParseAddrPort("192.0.2.2:4000")
)

func serverSays(conn int, text string) transcript.Event {
	return transcript.Event{Conn: conn, Side: transcript.Server, Bytes: []byte(text), Server: serverAddress, Client: clientAddress}
}

func clientSays(conn int, text string) transcript.Event {
	return transcript.Event{Conn: conn, Side: transcript.Client, Bytes: []byte(text)}
}

func at(e transcript.Event, seconds int) transcript.Event {
	e.Time = transcript.Epoch.Add(time.Duration(seconds) * time.Second)
	return e
}

const opened = " opened: 192.0.2.1:21 to 192.0.2.2:4000"

func TestEventsComeToTheSink(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name string
		all  []transcript.Event
		err  error
		only []int // connections
		want []string
	}{
		{"two connections at a time", []transcript.Event{serverSays(1, "220 a\r"), serverSays(2, "220 b\r\n"), serverSays(1, "\n")}, io.EOF, nil,
			[]string{"1" + opened, "2" + opened, "2 220", "1 220", "1 closed: false, hung up: false, 0s", "2 closed: false, hung up: false, 0s"}},
		{"times", []transcript.Event{at(serverSays(1, "220 a\r\n"), 3), clientSays(1, "NOOP\r\n"), at(serverSays(1, "200 a\r\n"), 5)}, io.EOF, nil,
			[]string{"1" + opened, "1 220", "1 NOOP", "1 200", "1 closed: false, hung up: false, 2s"}},
		{"a number that comes again", []transcript.Event{serverSays(1, "220-a\r\n"), {Kind: transcript.Closed, Conn: 1}, serverSays(1, "421 b\r\n")}, io.EOF, nil,
			[]string{"1" + opened, "1 220", "1 unterminated-reply", "1 closed: true, hung up: false, 0s",
				"1" + opened, "1 421", "1 closed: false, hung up: false, 0s"}},
		{"a gap", []transcript.Event{serverSays(1, "220-a\r\n"), {Kind: transcript.Gap, Conn: 1}, serverSays(1, "of a line\r\n221 b\r\n")}, io.EOF, nil,
			[]string{"1" + opened, "1 220", "1 000", "1 221", "1 closed: false, hung up: false, 0s"}},
		{"a parting word", []transcript.Event{serverSays(1, "220 a\r\n"), clientSays(1, "NOOP\r\n"), serverSays(1, "200 a\r\n"),
			{Kind: transcript.HangUp, Conn: 1, Side: transcript.Client}, serverSays(1, "200 b\r\n")}, io.EOF, nil,
			[]string{"1" + opened, "1 220", "1 NOOP", "1 200", "1 200", "1 unsolicited-reply", "1 closed: false, hung up: true, 0s"}},
		{"an error proves nothing", []transcript.Event{serverSays(1, "220 a\r\n"), clientSays(1, "NOOP\r\n"), serverSays(1, "200-a\r\n")}, broken, nil,
			[]string{"1" + opened, "1 220", "1 NOOP", "1 200", "1 closed: false, hung up: false, 0s"}},
		{"a recording that ends in a reply", []transcript.Event{serverSays(1, "220-a\r\n")}, io.EOF, nil,
			[]string{"1" + opened, "1 220", "1 unterminated-reply", "1 closed: false, hung up: false, 0s"}},
		{"one that tells when connections end", []transcript.Event{serverSays(1, "220-a\r\n"), serverSays(2, "220 b\r\n"), {Kind: transcript.Closed, Conn: 2}}, io.EOF, []int{1},
			[]string{"1" + opened, "1 220", "1 closed: false, hung up: false, 0s"}},
		{"one of two", []transcript.Event{serverSays(1, "220 a\r\n"), serverSays(2, "220 b\r\n")}, io.EOF, []int{2},
			[]string{"2" + opened, "2 220", "2 closed: false, hung up: false, 0s"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := &noted{}
			r := newReader(&input{filter: filter{connections: tt.only}}, n)
			err := r.readAll(&events{tt.all, tt.err})
			if tt.err == io.EOF && err != nil || tt.err != io.EOF && err != tt.err {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(tt.want, n.lines); diff != "" {
				t.Error(diff)
			}
			if len(r.conns) > 0 {
				t.Errorf("%d connections are kept", len(r.conns))
			}
		})
	}
}

// The address of the server-PI is what a 227 is compared with.
func TestPeerIsTheServer(t *testing.T) {
	var got []string
	r := newReader(&input{}, &noted{})
	c := r.connection(&transcript.Event{Conn: 1, Server: serverAddress})
	c.Report = func(d *lint.Diagnostic) { got = append(got, d.Rule.Name) }
	c.Server([]byte("220 a\r\n"), time.Time{})
	c.Client([]byte("PASV\r\n"), time.Time{})
	c.Server([]byte("227 (192,0,2,9,4,1)\r\n"), time.Time{})
	if diff := cmp.Diff([]string{"foreign-passive-host"}, got); diff != "" {
		t.Error(diff)
	}
}

// Connections that never end are closed when there is no room for more; what is open in
// them proves nothing.
func TestOpenConnectionsAreBounded(t *testing.T) {
	n := &noted{}
	r := newReader(&input{}, n)
	r.most = 3
	r.readAll(&events{[]transcript.Event{serverSays(1, "220-a\r\n"), serverSays(2, "220 b\r\n"), serverSays(3, "220 c\r\n"), serverSays(1, "b\r\n"),
		serverSays(4, "220 d\r\n"), serverSays(2, "331 e\r\n")}, io.EOF})
	want := []string{"1" + opened, "2" + opened, "2 220", "3" + opened, "3 220",
		"2 closed: false, hung up: false, 0s", "3 closed: false, hung up: false, 0s", "4" + opened, "4 220", "2" + opened, "2 331",
		"1 220", "1 unterminated-reply", "1 closed: false, hung up: false, 0s",
		"2 closed: false, hung up: false, 0s", "4 closed: false, hung up: false, 0s"}
	if diff := cmp.Diff(want, n.lines); diff != "" {
		t.Error(diff)
	}
}

func TestTurnWriter(t *testing.T) {
	var out bytes.Buffer
	w := &turnWriter{out: &out, come: make(chan struct{})}
	fmt.Fprint(w, "a")
	fmt.Fprint(w, strings.Repeat("b", maxKept-1))
	if out.Len() > 0 {
		t.Error("it writes before its turn")
	}
	written := make(chan struct{})
	go func() {
		fmt.Fprint(w, "c") // waits
		close(written)
	}()
	select {
	case <-written:
		t.Error("it keeps without end")
	case <-time.After(10 * time.Millisecond):
	}
	close(w.come)
	<-written
	fmt.Fprint(w, "d")
	if err := w.flush(); err != nil || out.String() != "a"+strings.Repeat("b", maxKept-1)+"cd" {
		t.Errorf("%d bytes, error %v", out.Len(), err)
	}
}

// badWriter fails after some bytes.
type badWriter struct{ room int }

var errFull = errors.New("full")

func (w *badWriter) Write(b []byte) (int, error) {
	if w.room -= len(b); w.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// When nothing can be written any more, reading ends, with an error, in all subcommands.
func TestWriteErrorsEndTheRun(t *testing.T) {
	in := writeFile(t, "in.raw", bytes.Repeat([]byte("220 \x01\r\n"), 1500))
	for _, args := range [][]string{{"parse"}, {"lint", "-v"}, {"lint", "--format", "ndjson"}, {"lint", "--format", "sarif"}, {"stats"}, {"sessions"}} {
		for _, room := range []int{0, 100, 9000} {
			var stderr bytes.Buffer
			w := &badWriter{room: room}
			a := newApp(t.Context(), nil, w, &stderr)
			status := a.run(append(args, in, in, in))
			if w.room < 0 && (status != exitTrouble || strings.Count(stderr.String(), "full") != 1) {
				t.Errorf("%v in %d bytes: status %d, %s", args, room, status, &stderr)
			}
		}
	}
}

// waiting is input that never comes.
type waiting struct{ cancel func() }

func (w *waiting) Read([]byte) (int, error) {
	w.cancel()
	select {}
}

// Ctrl-C ends the reading, also of what does not come, and what was read is reported.
func TestInterrupt(t *testing.T) {
	greeting := writeFile(t, "in.raw", []byte("220 a\r\n"))
	for _, args := range [][]string{{"lint", greeting, "-"}, {"stats", greeting, "-"}, {"sessions", greeting, "-"}} {
		ctx, cancel := contextToCancel(t)
		var out, stderr bytes.Buffer
		a := newApp(ctx, io.MultiReader(strings.NewReader("220 b\r\n221 "), &waiting{cancel}), &out, &stderr)
		if status := a.run(append(args, "--from", "raw", "-j", "1")); status != exitInterrupted {
			t.Errorf("%v: status %d", args, status)
		}
		if !strings.Contains(out.String(), "2 files, 2 connections") || !strings.Contains(stderr.String(), "interrupted") {
			t.Errorf("%v: %s%s", args, &out, &stderr)
		}
	}
}

func TestAbandonable(t *testing.T) {
	ctx, cancel := contextToCancel(t)
	r := newAbandonable(ctx, io.MultiReader(strings.NewReader("abc"), strings.NewReader("de")))
	got, err := io.ReadAll(bufio.NewReaderSize(r, 16))
	if string(got) != "abcde" || err != nil {
		t.Errorf("%q, error %v", got, err)
	}
	r = newAbandonable(ctx, &waiting{cancel})
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, ctx.Err()) {
		t.Errorf("error %v", err)
	}
}

func TestOutputOfPipes(t *testing.T) {
	var o outputFile
	o.path = "/dev/null"
	if err := o.open(); err != nil {
		t.Skip(err)
	}
	if _, err := o.file.WriteString("x"); err != nil || o.temp {
		t.Errorf("error %v", err)
	}
	if err := o.finish(nil); err != nil {
		t.Error(err)
	}
}

func TestUnproved(t *testing.T) {
	tests := []struct {
		lost fidelity.Set
		want ftpreply.Deviation
	}{
		{0, 0},
		{fidelity.AllBytes, ftpreply.NUL | ftpreply.ControlByte | ftpreply.TelnetCommand | ftpreply.IACInText | ftpreply.NotUTF8},
		{fidelity.LineEnds, ftpreply.BareLF | ftpreply.LFInText | ftpreply.BareCR | ftpreply.CRRun | ftpreply.HiddenReply |
			ftpreply.InnerCode | ftpreply.UnpaddedDigits | ftpreply.BareCode | ftpreply.BareTerminator},
	}
	for _, tt := range tests {
		if got := unproved(tt.lost); got != tt.want {
			t.Errorf("without %v: %v, want %v", tt.lost, got, tt.want)
		}
	}
}

// However many files are read at a time, and however much each has to say, the output is
// the same, also of what adds up.
func TestOrderOfOutput(t *testing.T) {
	const enough = maxKept / 400 // replies, for more than is kept
	var names []string
	for i, replies := range []int{enough, 1, 0, enough, 2, enough, 3} {
		text := strings.Repeat(fmt.Sprintf("22%d \x01\r\nstray\r\n", i), replies)
		names = append(names, writeFile(t, "in.raw", []byte(text)))
	}
	for _, args := range [][]string{{"parse"}, {"lint", "-v"}, {"lint", "--format", "ndjson", "--code", "220,224"}, {"lint", "--format", "junit"},
		{"lint", "--format", "sarif"}, {"stats"}, {"sessions", "--format", "ndjson"}} {
		run := func(jobs string) (int, string) {
			status, out, stderr := runApp(append(append(args, "-j", jobs), names...)...)
			return status, string(out) + string(stderr)
		}
		wantStatus, want := run("1")
		for _, jobs := range []string{"2", "5"} {
			if status, got := run(jobs); status != wantStatus || got != want {
				t.Errorf("%v -j %s: status %d, %d bytes, want %d, %d bytes", args, jobs, status, len(got), wantStatus, len(want))
			}
		}
		if !strings.Contains(want, "empty") {
			t.Errorf("%v does not tell of the empty file", args)
		}
	}
}
