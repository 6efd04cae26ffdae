package transcript

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// A lineLog decodes a log of lines. It is told each of them in turn, without its end, the
// file's marks, colour and syslog prefix, and gives events to out; line is lent until it
// returns. An error ends the recording.
type lineLog interface {
	line(line []byte, out *emitter) error
}

// An ender is a lineLog that wants to know when there are no more lines.
type ender interface {
	end(out *emitter)
}

// maxLine bounds a line of a recording.
const maxLine = 4 << 20

// lines makes the decoder of a format out of its lineLog.
func lines(newLog func() lineLog) func(*input) func(*Event) error {
	return func(in *input) func(*Event) error {
		d := &lineDecoder{in: in, newLog: newLog, logs: map[string]lineLog{}, out: newEmitter(in)}
		return d.next
	}
}

type lineDecoder struct {
	in     *input
	newLog func() lineLog
	logs   map[string]lineLog // by what syslog says of their writer
	out    *emitter
	buf    []byte
	ended  bool
}

func (d *lineDecoder) next(e *Event) error {
	for {
		if d.out.take(e) {
			return nil
		}
		if d.ended {
			return io.EOF
		}
		if err := d.step(); err != nil {
			return fmt.Errorf("line %d: %w", d.out.record, err)
		}
	}
}

// step reads one line and has it decoded.
func (d *lineDecoder) step() (err error) {
	d.out.record++
	d.buf, err = readLine(d.in.Reader, d.buf[:0])
	if err == io.EOF {
		d.ended = true
		d.endAll()
		return nil
	}
	if err != nil {
		return err
	}
	line := d.clean(d.buf)
	return d.log().line(line, d.out)
}

// maxWriters is how many writers are told apart at a time.
const maxWriters = 1 << 10

// log is the one that the line is of.
func (d *lineDecoder) log() lineLog {
	l := d.logs[d.out.source]
	if l == nil {
		if len(d.logs) == maxWriters {
			d.endAll()
		}
		l = d.newLog()
		d.logs[d.out.source] = l
	}
	return l
}

func (d *lineDecoder) endAll() {
	source := d.out.source
	for _, name := range slices.Sorted(maps.Keys(d.logs)) {
		if l, ok := d.logs[name].(ender); ok {
			d.out.begin(time.Time{}, name)
			l.end(d.out)
		}
	}
	clear(d.logs)
	d.out.begin(d.out.time, source)
}

// clean takes from a line what is not the log's.
func (d *lineDecoder) clean(line []byte) []byte {
	if d.out.record == 1 {
		line = bytes.TrimPrefix(line, byteOrderMark)
	}
	line = bytes.TrimSuffix(line, []byte{'\n'})
	if !d.out.exact {
		line = bytes.TrimRight(line, "\r")
	}
	if d.in.colour && !d.in.format.colour {
		line = withoutColour(line)
	}
	d.out.begin(time.Time{}, "")
	if d.in.syslog && !d.in.format.syslog {
		if s, ok := parseSyslog(line); ok {
			d.out.begin(d.out.syslogTime(s), s.host+" "+s.tag+"["+s.pid+"]")
			line = withoutColour(s.text)
		}
	}
	return line
}

// readLine appends one line with its end to buf, which must not grow beyond maxLine.
func readLine(r *bufio.Reader, buf []byte) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		buf = append(buf, part...)
		switch {
		case len(buf) > maxLine:
			return buf, fmt.Errorf("longer than %d bytes", maxLine)
		case err == nil, err == io.EOF && len(buf) > 0:
			return buf, nil
		case err != bufio.ErrBufferFull:
			return buf, err
		}
	}
}

// An emitter takes the events of the lines, gives connections their numbers, and puts
// back the line ends that a log has lost.
type emitter struct {
	time   time.Time // of the line, put into its events; a decoder may set it
	record int64

	exact  bool   // the lines have the ends of the wire
	source string // of the line, by its syslog prefix
	clock  countedClock

	queue []Event
	taken int
	bytes []byte // what the queue's events hold

	numbers map[connKey]int
	oldest  []connKey // of numbers, in the order they were given
	count   int
}

type connKey struct{ source, id string }

func newEmitter(in *input) *emitter {
	return &emitter{
		exact:   in.format.keepsEnd && in.exact,
		clock:   countedClock{wrap: leapYear},
		numbers: map[connKey]int{},
	}
}

// begin starts a line.
func (o *emitter) begin(t time.Time, source string) {
	o.time, o.source = t, source
}

// readTime sets the time of the line if b is one. A zone that it does not name is taken
// for UTC.
func (o *emitter) readTime(b []byte, layout string) bool {
	t, err := time.Parse(layout, string(b))
	if err == nil {
		o.time = t
	}
	return err == nil
}

// syslogTime is the time of a line, since the first one where there is no year.
func (o *emitter) syslogTime(s syslogLine) time.Time {
	if s.yearless {
		return o.clock.at(s.time)
	}
	return s.time
}

// lineEnd is what to put behind a line of the server-PI. A line that has kept its end
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

// closed tells that a connection has ended. It is nothing to a connection that has not begun.
func (o *emitter) closed(conn int) {
	if conn > 0 {
		o.add(Event{Kind: Closed, Conn: conn}, "")
	}
}

// add queues an event, with the line's time and number when it has none, and end behind
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

// maxConns is how many connections are told apart at a time.
const maxConns = 1 << 16

// conn is the number of the connection that the log knows as id; the first time, a new
// one. With too many the oldest is taken for closed.
func (o *emitter) conn(id string) int {
	key := connKey{o.source, id}
	if n := o.numbers[key]; n > 0 {
		return n
	}
	if len(o.oldest) == maxConns {
		o.drop(o.oldest[0])
		o.oldest = o.oldest[1:]
	}
	o.oldest = append(o.oldest, key)
	o.numbers[key] = o.newConn()
	return o.numbers[key]
}

// forget ends the connection that the log knows as id; the id may come again for another.
func (o *emitter) forget(id string) {
	key := connKey{o.source, id}
	for i, old := range o.oldest {
		if old == key {
			o.oldest = append(o.oldest[:i], o.oldest[i+1:]...)
			break
		}
	}
	o.drop(key)
}

func (o *emitter) drop(key connKey) {
	o.closed(o.numbers[key])
	delete(o.numbers, key)
}

// newConn is the number of a further connection, from 1.
func (o *emitter) newConn() int {
	o.count++
	return o.count
}

// linesOf yields the lines of a text without their LF.
func linesOf(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for line := range bytes.Lines(text) {
			if !yield(bytes.TrimSuffix(line, []byte{'\n'})) {
				return
			}
		}
	}
}

// linesLike recognises a format by the shape of its lines.
func linesLike(own func(line []byte) bool) func(head []byte) int {
	return func(head []byte) (n int) {
		for line := range linesOf(head) {
			if own(line) {
				n++
			}
		}
		return n
	}
}

// linesWith does the same for lines in each of which the mark stands: to find that first
// takes a hundredth of the time.
func linesWith(mark string, own func(line []byte) bool) func(head []byte) int {
	return func(head []byte) (n int) {
		for {
			at := bytes.Index(head, []byte(mark))
			if at < 0 {
				return n
			}
			from, to := bytes.LastIndexByte(head[:at], '\n')+1, len(head)
			if i := bytes.IndexByte(head[at:], '\n'); i >= 0 {
				to = at + i
			}
			if own(head[from:to]) {
				n++
			}
			head = head[to:]
		}
	}
}

// seen is the format with the fidelity that a recording with this head has.
func (f *Format) seen(h *head) *Format {
	own := *f
	if f.keepsEnd && !h.exact {
		own.Keeps &^= fidelity.LineEnds
	}
	if h.syslog && f.Clock == NoClock {
		own.Clock = h.clock()
	}
	return &own
}

func (h *head) clock() Clock {
	line, _, _ := bytes.Cut(h.text, []byte{'\n'})
	if s, ok := parseSyslog(line); ok && s.yearless {
		return RelativeClock
	}
	return AbsoluteClock
}
