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
