package transcript

import (
	"bytes"
	"slices"
	"time"
)

// An emitter takes the events of the lines, gives connections their numbers, and puts
// back the line ends that a log has lost.
type emitter struct {
	time   time.Time // of the line, put into its events; see at
	record int64

	exact    bool   // the lines have the ends of the wire
	foreign  bool   // the time of the line's prefix is used, whatever the format reads
	timed    bool   // the format has read a time
	source   string // of the line, by its prefixes
	clock    countedClock
	dayClock countedClock

	queue []Event
	taken int
	bytes []byte // the bytes of the queue's events

	numbers map[connKey]int
	order   []numbered // the keys of numbers from the oldest on, and stale ones
	count   int
	last    int // the connection of the last event
}

type connKey struct{ source, id string }

// numbered is a key with the number that it had.
type numbered struct {
	key  connKey
	conn int
}

func newEmitter(in *input) *emitter {
	return &emitter{
		exact:    in.format.keepsEnd && in.exact,
		clock:    countedClock{wrap: leapYear},
		dayClock: countedClock{wrap: day},
		foreign:  in.foreign,
		numbers:  map[connKey]int{},
	}
}

// begin starts a line.
func (o *emitter) begin(t time.Time, source string) {
	o.time, o.source = t, source
}

// at sets the time that the format has read for the line, unless it is zero.
func (o *emitter) at(t time.Time) {
	if t.IsZero() {
		return
	}
	o.timed = true
	if !o.foreign {
		o.time = t
	}
}

// readTime does so if b is a time. A zone that it does not name is taken for UTC.
func (o *emitter) readTime(b []byte, layout string) bool {
	t, err := time.Parse(layout, string(b))
	if err == nil {
		o.at(t)
	}
	return err == nil
}

// stampTime is the time of a prefix, since the first one where the date is not whole.
func (o *emitter) stampTime(m *leadMatch) time.Time {
	switch m.form {
	case stampYearless:
		return o.clock.at(m.time)
	case stampDayTime:
		return o.dayClock.at(m.time)
	default:
		return m.time
	}
}

// syslogTime is the time of a line, since the first one where there is no year.
func (o *emitter) syslogTime(s syslogLine) time.Time {
	if s.yearless {
		return o.clock.at(s.time)
	}
	return s.time
}

// lineEnd is what to put after a line of the server-PI. A line that has kept its end
// lacks only LF.
func (o *emitter) lineEnd() string {
	if o.exact {
		return "\n"
	}
	return "\r\n"
}

// server gives one line that the server-PI sent, and client one of the user-PI.
func (o *emitter) server(conn int, text []byte) {
	o.data(conn, Server, text, o.lineEnd())
}

func (o *emitter) client(conn int, text []byte) {
	o.data(conn, Client, bytes.TrimRight(text, "\r"), "\r\n")
}

// data gives bytes as they were, and what is to follow them.
func (o *emitter) data(conn int, side Side, text []byte, end string) {
	o.add(Event{Conn: conn, Side: side, Bytes: text}, end)
}

// closed reports that a connection has ended. It ignores a connection that has not begun.
func (o *emitter) closed(conn int) {
	if conn > 0 {
		o.add(Event{Kind: Closed, Conn: conn}, "")
	}
}

// lost reports that a line was skipped, which may have been of the connection spoken of last.
func (o *emitter) lost() {
	if o.last > 0 {
		o.add(Event{Kind: Gap, Conn: o.last, Side: Client}, "")
		o.add(Event{Kind: Gap, Conn: o.last, Side: Server}, "")
	}
}

// add queues an event, with the line's time and number when it has none, and end after
// its bytes.
func (o *emitter) add(e Event, end string) {
	if o.taken == len(o.queue) {
		o.queue, o.taken, o.bytes = o.queue[:0], 0, o.bytes[:0]
	}
	if e.Time.IsZero() {
		e.Time = o.time
	}
	if e.Record == 0 {
		e.Record = o.record
	}
	if o.last = e.Conn; e.Kind == Closed {
		o.last = 0
	}
	if e.Kind == Data {
		from := len(o.bytes)
		o.bytes = append(append(o.bytes, e.Bytes...), end...)
		e.Bytes = o.bytes[from:len(o.bytes):len(o.bytes)]
	}
	o.queue = append(o.queue, e)
}

func (o *emitter) take(e *Event) bool {
	if o.taken == len(o.queue) {
		return false
	}
	*e = o.queue[o.taken]
	o.taken++
	return true
}

// maxConns is the number of connections that an emitter distinguishes at a time.
const maxConns = 1 << 16

// conn returns the number of the connection that the log calls id, a new one the first
// time. With too many connections the oldest is taken for closed.
func (o *emitter) conn(id string) int {
	key := connKey{o.source, id}
	if n := o.numbers[key]; n > 0 {
		return n
	}
	if len(o.numbers) == maxConns {
		o.drop(o.oldest())
	}
	n := o.newConn()
	o.numbers[key] = n
	o.order = append(o.order, numbered{key, n})
	if len(o.order) > 2*maxConns {
		o.order = slices.DeleteFunc(o.order, o.isStale)
	}
	return n
}

// oldest returns the key that has been known longest. At least one must be known.
func (o *emitter) oldest() connKey {
	for o.isStale(o.order[0]) {
		o.order = o.order[1:]
	}
	return o.order[0].key
}

// isStale reports whether the key of n is forgotten, or has another number by now.
func (o *emitter) isStale(n numbered) bool { return o.numbers[n.key] != n.conn }

// forget ends the connection that the log calls id. The id may come again for another.
func (o *emitter) forget(id string) { o.drop(connKey{o.source, id}) }

func (o *emitter) drop(key connKey) {
	o.closed(o.numbers[key])
	delete(o.numbers, key)
}

// newConn returns the number of a further connection, from 1.
func (o *emitter) newConn() int {
	o.count++
	return o.count
}
