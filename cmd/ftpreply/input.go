package main

import (
	"bufio"
	"cmp"
	"io"
	"maps"
	"net/netip"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/spf13/cobra"
)

// input is how recordings are read, the same in all subcommands.
type input struct {
	app        *app
	from       string
	lineEnding choice[ftpreply.LineEnding]
	anyCode    bool
	maxReply   int
	secrets    choice[lint.SecretPolicy]
	ports      []uint16
	jobs       int
	filter     filter
	verbose    bool
}

func (a *app) newInput(cmd *cobra.Command) *input {
	in := &input{
		app: a,
		lineEnding: newChoice("learned", map[string]ftpreply.LineEnding{
			"learned": ftpreply.Learned, "crlf": ftpreply.CRLF, "lf": ftpreply.AnyLF}),
		secrets: newChoice("mask", map[string]lint.SecretPolicy{
			"mask": lint.MaskSecrets, "hash": lint.HashSecrets, "show": lint.ShowSecrets}),
	}
	f := cmd.Flags()
	f.StringVar(&in.from, "from", "", "`format` of the input instead of the one it is recognised by: "+formatNames())
	f.Func("ftp-port", "`port` of a server in a packet capture, beside 21 and 2121; may be repeated", in.addPort)
	in.lineEnding.addTo(cmd, "line-ending", "what ends a line")
	f.BoolVar(&in.anyCode, "any-code", false, "let any code and a space end a multi-line reply")
	f.IntVar(&in.maxReply, "max-reply", ftpreply.DefaultMaxReply, "longest reply, in bytes")
	in.secrets.addTo(cmd, "secrets", "how passwords are shown")
	f.IntVarP(&in.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how many files are read at a time")
	in.filter.addTo(cmd)
	f.BoolVarP(&in.verbose, "verbose", "v", false, "show what is left out otherwise")
	completeWith(cmd, "from", formatList)
	return in
}

func (in *input) addPort(text string) error {
	port, err := strconv.ParseUint(text, 10, 16)
	in.ports = append(in.ports, uint16(port))
	return err
}

// A recording is one file of the input.
type recording struct {
	source string
	format *transcript.Format
	out    *bufio.Writer // what is written here appears in the order of the input
	lost   fidelity.Set  // the details that the format has not kept

	filter   *filter
	filtered int64 // what the filter has left out
}

// proves reports whether what a rule finds in the recording is so.
func (r *recording) proves(rule *lint.Rule) bool { return rule.Needs&r.lost == 0 }

// selects reports whether the user has asked for the item, and counts it if not.
func (r *recording) selects(it *lint.Item) bool {
	if r.filter.selects(it) {
		return true
	}
	r.filtered++
	return false
}

// A connection is one of a recording.
type connection struct {
	lint.Conn
	course
}

// A course is what happened to a connection, beside what was said.
type course struct {
	number         int
	server, client netip.AddrPort // where the recording tells
	begun, ended   time.Time      // the first and the last that was heard; zero when unknown
	gaps           int            // how often something is missing
	heard          int64          // the number of the last event
	isClosed       bool           // the recording has the end of it
	isHungUp       bool           // the user-PI has closed its side

	gapped func(*transcript.Event) // unless nil, is called with every gap
}

// A sink takes what is read of one recording. Those of several are at work at a time.
type sink interface {
	// open prepares a connection.
	open(*connection)
	// close has been told all about the connection.
	close(*connection)
	// done is called when all was read, in the order of the input, one after the other.
	done()
}

// An eventReader reads a recording of one format.
type eventReader interface {
	Next() (transcript.Event, error)
}

// A reader brings what is read of a recording to its sink.
type reader struct {
	in     *input
	sink   sink
	conns  map[int]*connection
	last   *connection
	most   int   // connections that may be open
	events int64 // so far
	ends   bool  // the recording tells when connections end
	forgot bool  // some were open, and were closed for want of room
}

// maxOpen is how many connections of a recording may be open. Not all formats tell when
// one has ended; one takes some kilobytes.
const maxOpen = 1 << 15

func newReader(in *input, s sink) *reader {
	return &reader{in: in, sink: s, conns: map[int]*connection{}, most: maxOpen}
}

// readAll reads the recording. With an error what came before it has been given. What is
// open at the end proves nothing if the recording could not be read to its end, or if it
// tells when connections end.
func (r *reader) readAll(events eventReader) error {
	ahead := readAhead(events)
	e, err := ahead.Next()
	for ; err == nil; e, err = ahead.Next() {
		r.ends = r.ends || e.Kind == transcript.Closed
		if r.in.filter.wants(e.Conn) {
			r.give(e)
		}
	}
	whole := err == io.EOF
	for _, number := range slices.Sorted(maps.Keys(r.conns)) {
		c := r.conns[number]
		switch {
		case !whole:
			c.Gap()
		case r.ends:
			c.Cut()
		}
		r.close(c)
	}
	if whole {
		return nil
	}
	return err
}

func (r *reader) give(e *transcript.Event) {
	c := r.connection(e)
	r.events++
	c.heard = r.events
	if !e.Time.IsZero() {
		if c.begun.IsZero() {
			c.begun = e.Time
		}
		c.ended = e.Time
	}
	switch e.Kind {
	case transcript.Data:
		c.Private = e.TLS
		if e.Side == transcript.Client {
			c.Client(e.Bytes, e.Time)
		} else {
			c.Server(e.Bytes, e.Time)
		}
	case transcript.Gap:
		c.gaps++
		c.Gap()
		if c.gapped != nil {
			c.gapped(e)
		}
	case transcript.HangUp:
		if e.Side == transcript.Client {
			c.isHungUp = true
			c.HangUp()
		}
	case transcript.Closed:
		c.isClosed = true
		r.close(c)
	}
}

// connection is the one that an event is of.
func (r *reader) connection(e *transcript.Event) *connection {
	if r.last != nil && r.last.number == e.Conn {
		return r.last
	}
	c := r.conns[e.Conn]
	if c == nil {
		if len(r.conns) == r.most {
			r.forgetHalf()
		}
		c = r.open(e)
		r.conns[e.Conn] = c
	}
	r.last = c
	return c
}

// connections that were closed are used again: many are short.
var connections = sync.Pool{New: func() any { return new(connection) }}

func (r *reader) open(e *transcript.Event) *connection {
	c := connections.Get().(*connection)
	c.course = course{number: e.Conn, server: e.Server, client: e.Client, begun: e.Time}
	c.Options = ftpreply.Options{LineEnding: r.in.lineEnding.value, AnyCode: r.in.anyCode, MaxReply: r.in.maxReply}
	c.Secrets = r.in.secrets.value
	c.Peer = e.Server.Addr()
	r.sink.open(c)
	if r.forgot {
		c.Gap() // it may be one of those
	}
	return c
}

// forgetHalf closes the half of the connections that were heard of longest ago.
func (r *reader) forgetHalf() {
	r.forgot = true
	oldest := slices.SortedFunc(maps.Values(r.conns), func(a, b *connection) int { return cmp.Compare(a.heard, b.heard) })
	for _, c := range oldest[:(len(oldest)+1)/2] {
		c.Gap()
		r.close(c)
	}
}

// close forgets a connection.
func (r *reader) close(c *connection) {
	c.Close()
	r.sink.close(c)
	delete(r.conns, c.number)
	r.last = nil
	c.Item, c.Report = nil, nil
	c.Reset()
	connections.Put(c)
}
