package input

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/control"
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

// noted is a sink that notes its input.
type noted struct {
	lines []string
	end   control.Item // the latest EndItem
}

func (n *noted) Open(c *Connection) {
	how := "opened"
	if c.Continued {
		how = "continued"
	}
	n.lines = append(n.lines, fmt.Sprintf("%d %s: %v to %v", c.Number, how, c.ServerAddr, c.ClientAddr))
	rules := lint.Linter{Report: func(d *lint.Diagnostic) { n.lines = append(n.lines, fmt.Sprintf("%d %s", c.Number, d.Rule.Name)) }}
	c.Handle = func(it *control.Item) {
		switch it.Kind {
		case control.CommandItem:
			n.lines = append(n.lines, fmt.Sprintf("%d %s", c.Number, it.Command.Verb()))
		case control.ReplyItem, control.ErrorItem:
			n.lines = append(n.lines, fmt.Sprintf("%d %v", c.Number, it.Reply.Code().String()))
		case control.EndItem:
			n.end = *it
		}
		rules.Item(it)
	}
}

func (n *noted) Close(c *Connection) {
	n.lines = append(n.lines, fmt.Sprintf("%d closed: %v, hung up: %v, %v",
		c.Number, n.end.Ending == control.ConnectionClosed, n.end.HungUp, c.Ended.Sub(c.Begun)))
}

func (n *noted) Done() {}

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
			r := newReader(&Input{filter: filter{connections: tt.only}}, n)
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

// Connections that never end are closed when too many are open. Their incomplete replies prove
// nothing, and a later part of one says so.
func TestOpenConnectionsAreBounded(t *testing.T) {
	n := &noted{}
	r := newReader(&Input{}, n)
	r.most = 3
	r.readAll(&events{[]transcript.Event{serverSays(1, "220-a\r\n"), serverSays(2, "220 b\r\n"), serverSays(3, "220 c\r\n"), serverSays(1, "b\r\n"),
		serverSays(4, "220 d\r\n"), serverSays(2, "331 e\r\n")}, io.EOF})
	want := []string{"1" + opened, "2" + opened, "2 220", "3" + opened, "3 220",
		"2 closed: false, hung up: false, 0s", "3 closed: false, hung up: false, 0s", "4" + opened, "4 220", "2 continued: 192.0.2.1:21 to 192.0.2.2:4000", "2 331",
		"1 220", "1 unterminated-reply", "1 closed: false, hung up: false, 0s",
		"2 closed: false, hung up: false, 0s", "4 closed: false, hung up: false, 0s"}
	if diff := cmp.Diff(want, n.lines); diff != "" {
		t.Error(diff)
	}
}
