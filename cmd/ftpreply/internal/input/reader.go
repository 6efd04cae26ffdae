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

// A Connection is a control connection of a recording.
type Connection struct {
	control.Conn
	course
}

// A course is the course of a connection, apart from its bytes.
type course struct {
	Number                 int            // in the recording, from 1
	ServerAddr, ClientAddr netip.AddrPort // zero if unknown
	Begun, Ended           time.Time      // of the first and last event; zero if unknown
	Gaps                   int            // number of places where bytes are missing

	// Continued is set if the sink has been given another part of the connection before. The
	// reader closes a connection that is silent for long when too many are open.
	Continued bool

	// Gapped, unless nil, is called with every gap.
	Gapped func(*transcript.Event)

	heard int64 // number of the last event
}

// A Sink receives the contents of one recording. Its methods are called in one goroutine, except
// for Done. A Sink may have a method Pause(), which is called when a live recording has no more
// events for a while.
type Sink interface {
	// Open prepares a connection. It may set Handle and Gapped.
	Open(*Connection)
	// Close is called after the last Item of a connection.
	Close(*Connection)
	// Done is called after everything else, for one recording after the other.
	Done()
}

// An eventReader reads a recording of one format.
type eventReader interface {
	Next() (transcript.Event, error)
}

// A reader gives the connections of a recording to its sink.
type reader struct {
	in     *Input
	sink   Sink
	conns  map[int]*Connection // that are open
	last   *Connection
	most   int   // connections that may be open
	events int64 // so far
	paused int64 // events before the last pause
	pieces int64 // events with data, of any connection
	ends   bool  // the recording shows the ends of connections

	secrets control.SharedSecrets // of all connections

	// parted has the numbers of connections that were closed to make room, until it is full.
	parted map[int]bool
}

// Limits of memory. An open connection takes some kilobytes, and not all formats show when one
// ends.
const (
	maxOpen   = 1 << 15
	maxParted = 1 << 20
)

func newReader(in *Input, s Sink) *reader {
	r := &reader{in: in, sink: s, conns: map[int]*Connection{}, most: maxOpen, parted: map[int]bool{}}
	r.secrets.Key = []byte(in.secretsKey)
	return r
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

// pause delivers the items that the connections and the sink hold back for later events.
func (r *reader) pause() {
	for _, number := range slices.Sorted(maps.Keys(r.conns)) {
		if c := r.conns[number]; c.heard > r.paused {
			c.Flush()
		}
	}
	r.paused = r.events
	if sink, ok := r.sink.(interface{ Pause() }); ok {
		sink.Pause()
	}
}

func (r *reader) give(e *transcript.Event) {
	c := r.connection(e)
	r.events++
	c.heard, c.Record, c.Typed, c.Transferred = r.events, e.Record, e.Typed, e.Transferred
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
			c.HangUp(e.Time)
		} else {
			c.ServerHangUp(e.Time)
		}
	case transcript.Closed:
		delete(r.parted, c.Number) // a later connection may have this number
		r.close(c, control.ConnectionClosed)
	}
}

// connection returns the connection of an event.
func (r *reader) connection(e *transcript.Event) *Connection {
	if r.last != nil && r.last.Number == e.Conn {
		return r.last
	}
	c := r.conns[e.Conn]
	if c == nil {
		if len(r.conns) == r.most {
			r.makeRoom()
		}
		c = r.open(e)
		r.conns[e.Conn] = c
	}
	r.last = c
	return c
}

// connections holds closed connections for reuse, because many connections are short.
var connections = sync.Pool{New: func() any { return new(Connection) }}

func (r *reader) open(e *transcript.Event) *Connection {
	c := connections.Get().(*Connection)
	c.course = course{Number: e.Conn, ServerAddr: e.Server, ClientAddr: e.Client, Begun: e.Time, Continued: r.parted[e.Conn]}
	c.Options = ftpreply.Options{LineEnding: r.in.lineEnding.Value, AnyCode: r.in.anyCode, MaxReply: r.in.maxReply}
	c.Secrets, c.Shared = r.in.secrets.Value, &r.secrets
	r.sink.Open(c)
	if c.Continued || len(r.parted) == maxParted {
		c.Gap()
	}
	return c
}

// makeRoom closes the half of the connections that have been silent for longest.
func (r *reader) makeRoom() {
	oldest := slices.SortedFunc(maps.Values(r.conns), func(a, b *Connection) int { return cmp.Compare(a.heard, b.heard) })
	for _, c := range oldest[:(len(oldest)+1)/2] {
		if len(r.parted) < maxParted {
			r.parted[c.Number] = true
		}
		c.Gap()
		r.close(c, control.RecordingEnds)
	}
}

// close closes a connection and forgets it.
func (r *reader) close(c *Connection, how control.Ending) {
	c.Close(how)
	r.sink.Close(c)
	delete(r.conns, c.Number)
	r.last = nil
	c.Handle, c.Shared = nil, nil
	c.Reset()
	connections.Put(c)
}
