package transcript

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"time"
)

// A lineLog decodes a log of lines. It gets each of them in turn, without its end, the
// file's marks, colour and syslog prefix, and gives events to out; line is valid until it
// returns. An error ends the recording.
type lineLog interface {
	line(line []byte, out *emitter) error
}

// An ender is a lineLog that wants to know when there are no more lines.
type ender interface {
	end(out *emitter)
}

// A failer is a lineLog that goes on after lines that it cannot read. Its error, if any, comes
// at the end of the recording.
type failer interface {
	// fail counts a line that cannot be read.
	fail(line int64, reason error)
	failure() error
}

// maxLine is the length of the longest line that is read. Longer ones are skipped.
const maxLine = 4 << 20

// lines makes the decoder of a format out of its lineLog.
func lines(newLog func() lineLog) func(*input) func(*Event) error {
	return func(in *input) func(*Event) error {
		in.out = newEmitter(in)
		d := &lineDecoder{in: in, newLog: newLog, logs: map[string]lineLog{}, out: in.out}
		return d.next
	}
}

type lineDecoder struct {
	in     *input
	newLog func() lineLog
	logs   map[string]lineLog // by what syslog says of their writer
	out    *emitter
	buf    []byte
	match  leadMatch // of the prefix of a line
	ended  bool
	failed error // of a failer
}

func (d *lineDecoder) next(e *Event) error {
	for {
		if d.out.take(e) {
			return nil
		}
		if d.ended {
			return cmp.Or(d.failed, io.EOF)
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
	switch {
	case err == io.EOF:
		d.ended = true
		d.endAll()
		return nil
	case err == errLongLine:
		d.in.skipped++
		d.out.lost()
		if l, ok := d.log().(failer); ok {
			l.fail(d.out.record, errLongLine)
		}
		return nil
	case err != nil:
		return err
	}
	line, ok := d.clean(d.buf)
	if !ok {
		return nil
	}
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
		if l, ok := d.logs[name].(failer); ok && d.failed == nil {
			d.failed = l.failure()
		}
		if l, ok := d.logs[name].(ender); ok {
			d.out.begin(time.Time{}, name)
			l.end(d.out)
		}
	}
	clear(d.logs)
	d.out.begin(d.out.time, source)
}

// clean removes the parts of a line that are not the log's. It reports false for a line that is
// not of the log at all.
func (d *lineDecoder) clean(line []byte) ([]byte, bool) {
	if d.out.record == 1 {
		line = bytes.TrimPrefix(line, byteOrderMark)
	}
	line = bytes.TrimSuffix(line, []byte{'\n'})
	if !d.out.exact {
		line = bytes.TrimRight(line, "\r")
	}
	return d.in.unwrap(line, &d.match, d.out)
}

var errLongLine = errors.New("a line is too long")

// readLine appends one line with its end to buf. Of a line longer than maxLine it reads all
// and returns errLongLine.
func readLine(r *bufio.Reader, buf []byte) ([]byte, error) {
	n := 0
	for {
		part, err := r.ReadSlice('\n')
		if n += len(part); n <= maxLine {
			buf = append(buf, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
		case err != nil && (err != io.EOF || n == 0):
			return buf, err
		case n > maxLine:
			return buf[:0], errLongLine
		default:
			return buf, nil
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

// linesWith does the same for lines that contain the mark: to find that first
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

// clock returns what the times count from that syslog has put before the lines.
func (h *head) clock() Clock {
	if !h.wrap.syslog {
		return NoClock
	}
	line, _, _ := bytes.Cut(h.text, []byte{'\n'})
	if s, ok := parseSyslog(line); ok && s.yearless {
		return RelativeClock
	}
	return AbsoluteClock
}
