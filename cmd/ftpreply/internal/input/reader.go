package input

import (
	"cmp"
	"io"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/transcript"
)

// A Connection is one of a recording.
type Connection struct {
	control.Conn
	course
}

// A course is what happened to a connection, beside what was said.
type course struct {
	Number                 int
	ServerAddr, ClientAddr netip.AddrPort // where the recording tells
	Begun, Ended           time.Time      // the first and the last that was heard; zero when unknown
	Gaps                   int            // how often something is missing
	heard                  int64          // the number of the last event

	Gapped func(*transcript.Event) // unless nil, is called with every gap
}

// A Sink takes what is read of one recording. Those of several are at work at a time.
type Sink interface {
	// open prepares a connection.
	Open(*Connection)
	// close has been told all about the connection.
	Close(*Connection)
	// done is called when all was read, in the order of the input, one after the other.
	Done()
}

// An eventReader reads a recording of one format.
type eventReader interface {
	Next() (transcript.Event, error)
}

// A reader brings what is read of a recording to its sink.
type reader struct {
	in     *Input
	sink   Sink
	conns  map[int]*Connection
	last   *Connection
	most   int   // connections that may be open
	events int64 // so far
	pieces int64 // events with data, of any connection
	ends   bool  // the recording tells when connections end
	forgot bool  // some were open, and were closed for want of room
}

// maxOpen is how many connections of a recording may be open. Not all formats tell when
// one has ended; one takes some kilobytes.
const maxOpen = 1 << 15

func newReader(in *Input, s Sink) *reader {
	return &reader{in: in, sink: s, conns: map[int]*Connection{}, most: maxOpen}
}

// readAll reads the recording. Everything before an error has been given to the sink. An
// incomplete exchange at the end proves nothing if the recording could not be read to its end, or
// if it shows the ends of connections.
func (r *reader) readAll(events eventReader) error {
	e, err := events.Next()
	for ; err == nil; e, err = events.Next() {
		r.ends = r.ends || e.Kind == transcript.Closed
		if e.Kind == transcript.Data {
			r.pieces++
		}
		if r.in.filter.wants(e.Conn) {
			r.give(&e)
		}
	}
	whole := err == io.EOF
	for _, number := range slices.Sorted(maps.Keys(r.conns)) {
		c := r.conns[number]
		how := control.RecordingEnds
		switch {
		case !whole:
			c.Gap()
		case r.ends:
			how = control.ConnectionLasts
		}
		r.close(c, how)
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
		if c.Begun.IsZero() {
			c.Begun = e.Time
		}
		c.Ended = e.Time
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
		c.Gaps++
		c.Gap()
		if c.Gapped != nil {
			c.Gapped(e)
		}
	case transcript.HangUp:
		if e.Side == transcript.Client {
			c.HangUp()
		}
	case transcript.Closed:
		r.close(c, control.ConnectionClosed)
	}
}

// connection is the one that an event is of.
func (r *reader) connection(e *transcript.Event) *Connection {
	if r.last != nil && r.last.Number == e.Conn {
		return r.last
	}
	c := r.conns[e.Conn]
	if c == nil {
		if len(r.conns) == r.most {
			r.forgetHalf()
		}
		c = r.Open(e)
		r.conns[e.Conn] = c
	}
	r.last = c
	return c
}

// connections that were closed are used again: many are short.
var connections = sync.Pool{New: func() any { return new(Connection) }}

func (r *reader) Open(e *transcript.Event) *Connection {
	c := connections.Get().(*Connection)
	c.course = course{Number: e.Conn, ServerAddr: e.Server, ClientAddr: e.Client, Begun: e.Time}
	c.Options = ftpreply.Options{LineEnding: r.in.lineEnding.Value, AnyCode: r.in.anyCode, MaxReply: r.in.maxReply}
	c.Secrets = r.in.secrets.Value
	r.sink.Open(c)
	if r.forgot {
		c.Gap() // it may be one of those
	}
	return c
}

// forgetHalf closes the half of the connections that were heard of longest ago.
func (r *reader) forgetHalf() {
	r.forgot = true
	oldest := slices.SortedFunc(maps.Values(r.conns), func(a, b *Connection) int { return cmp.Compare(a.heard, b.heard) })
	for _, c := range oldest[:(len(oldest)+1)/2] {
		c.Gap()
		r.close(c, control.RecordingEnds)
	}
}

// Close forgets a connection.
func (r *reader) close(c *Connection, how control.Ending) {
	c.Close(how)
	r.sink.Close(c)
	delete(r.conns, c.Number)
	r.last = nil
	c.Handle = nil
	c.Reset()
	connections.Put(c)
}
