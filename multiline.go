package ftpreply

import (
	"errors"
	"io"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply/internal/plain"
	"github.com/ftpreply/ftpreply/internal/wire"
)

// How the framer works
//
// The input is cut at every LF into segments. Framer.scan looks for the LF and notes unusual
// bytes on the way. Framer.judge, the one switch over the states below, then decides what the
// segment is. Nothing is decided before the LF has arrived, so the result does not depend on
// how the input is cut into windows. Both indices are kept between calls:
//
//	                   0 <= segment <= scanned <= len(window)
//
//	window:  220-Welcome CR LF 220 Ser
//	         |_______________| |_____|
//	              judged       scanned, its LF is still to come
//
// A segment ends a line, unless the server is known to end its lines with CR LF and no CR
// precedes this LF. The line then continues in the next segment.
//
//	                  .----------------------------------------------.
//	                  v                                              |
//	blank line .-> atStart --- ddd SP, ddd, ddd other ---> (complete)|
//	           '-----'| |                                     ^      |
//	                  | '--- ddd- --> inside --- ddd SP, ddd--'      |
//	                  |               |    ^                         |
//	                  |               '----'  any other line         |
//	                  '--- anything else ---> (ErrNotReply)----------'
//
// inText, inLast, inJunk and inBare mean that the kind of the line is known and its end is
// not: after a bare LF, or after bytes that were dropped because the reply is too long.
//
// Most lines need no judgement. Package plain finds them in fewer steps; the lines that it
// leaves go the way described above.

// A state is the kind of the line to which the open segment belongs.
type state uint8

const (
	atStart state = iota // a line between two replies, from its beginning
	inside               // a line in a multi-line reply, from its beginning
	inText               // the rest of an interior line
	inLast               // the rest of the line that completes the reply
	inJunk               // the rest of a line that is not a reply
	inBare               // after the reply's code and CR: the last line if only CR and LF follow
	inTLS                // TLS records
)

// A Framer finds replies in bytes that the caller has read, such as the buffer of an event
// loop or the payload of reassembled packets. [Parser] is the form that reads from an
// io.Reader. The zero Framer is ready for use. A Framer is not safe for concurrent use.
type Framer struct {
	Options
	learned LineEnding // Learned until the first reply is complete
	state   state
	record  int // bytes of a TLS record that are still to come
	open    openReply

	offset, line       int64 // the beginning of the window; lines count from 0 here
	posOffset, posLine int64 // the beginning of the bytes that Next has returned
	looked             int64 // bytes looked at, by which tests assert linear cost
}

// openReply is the state of the incomplete reply. All indices are in the window.
type openReply struct {
	segment  int  // the beginning of the open segment, or of its rest while skipping
	scanned  int  // window[:scanned] has been looked at
	examined int  // window[:examined] has been looked at by plain.Interior
	skipping bool // the reply is too long and has been reported

	crs   int // CR in the open segment
	run   int // length of the last run of CR
	crEnd int // end of that run

	code       Code // in the first line
	last       Code // in the line that completes the reply
	multiline  bool
	prefix     uint32 // the wire.Head of the first line of a multi-line reply
	opener     int    // the first digit of the first line
	deviations Deviation
	odd        Deviation // of the bytes in the open segment
	lines      int64     // LF in window[:scanned]
	judgedBy   reading
}

// oddText marks bytes above 127 in openReply.deviations. They are judged when the reply is
// complete.
const oddText = endOfDeviations

// errSkipped means that next has finished skipping an oversized reply or a run of TLS records.
var errSkipped = errors.New("skipped")

// Reset makes f forget everything except its Options, for another connection or after a gap
// in a capture. It learns the line ending again.
func (f *Framer) Reset() { *f = Framer{Options: f.Options} }

// Pos returns where in the stream the bytes begin that Next has returned: the offset from 0,
// and the line from 1, where every LF ends a line.
func (f *Framer) Pos() (offset, line int64) { return f.posOffset, f.posLine + 1 }

// Next returns the first reply in window, and the number n of bytes that it has consumed.
// window begins with the first byte that no call has consumed. atEOF reports that nothing
// follows window.
//
// The error is [ErrShort] if the reply is incomplete. Call Next again with window[n:] and
// more bytes after it. n is 0 unless bytes are skipped. No work is repeated.
//
// A *[SyntaxError] consumes the bytes that it is about, and the Reply holds them. At the end
// of the stream the error is io.EOF. [ErrLostBytes] reports a window that is shorter than
// what remained of the window before.
//
// The Reply views window.
func (f *Framer) Next(window []byte, atEOF bool) (r Reply, n int, err error) {
	if f.idle() && f.takesPlain() {
		n, looked := plain.Reply(window)
		f.looked += int64(looked)
		if n > 0 {
			f.consumePlain(n, 1, 0)
			return newPlainReply(window[:n]), n, nil
		}
	}
	return f.judgedReply(window, atEOF)
}

// Each calls yield with every result that Next would return for window, without [ErrShort]
// and io.EOF. It stops when the rest of window is an incomplete reply, at the end of the
// stream, or after yield has returned false. It returns the number of bytes consumed; pass
// the others to the next call with more bytes after them. Each is faster than Next.
//
// The Replies view window, which must not change during the call. The Options may change;
// they apply from the next reply on.
func (f *Framer) Each(window []byte, atEOF bool, yield func(Reply, error) bool) (n int) {
	var batch plain.Batch
	for more := true; more; {
		if f.idle() && f.takesPlain() {
			f.looked += int64(batch.Find(window[n:]))
			for more && !batch.Empty() && f.takesPlain() {
				raw := batch.Next()
				replies, _ := batch.Taken()
				f.posOffset, f.posLine = f.offset+int64(batch.Last()), f.line+int64(replies-1)
				more = yield(newPlainReply(raw), nil)
			}
			if replies, length := batch.Taken(); replies > 0 {
				f.consumePlain(length, replies, batch.Last())
				n += length
				continue
			}
		}
		r, m, err := f.judgedReply(window[n:], atEOF)
		n += m
		if err == ErrShort || err == io.EOF {
			break
		}
		more = yield(r, err)
	}
	return n
}

// idle reports whether the framer is between two replies and has looked at no byte of the next.
func (f *Framer) idle() bool { return f.open.scanned == 0 && f.state == atStart }

// consumePlain advances past n bytes that hold the given number of plain replies. last is the
// offset of the last one.
func (f *Framer) consumePlain(n, replies, last int) {
	if f.learned == Learned {
		f.learned = CRLF
	}
	f.posOffset, f.posLine = f.offset+int64(last), f.line+int64(replies-1)
	f.offset += int64(n)
	f.line += int64(replies)
}

// judgedReply is Next without the short way for a plain reply.
func (f *Framer) judgedReply(window []byte, atEOF bool) (r Reply, n int, err error) {
	switch o := &f.open; {
	case o.scanned > len(window):
		f.forget()
		return Reply{}, 0, ErrLostBytes
	case o.scanned > 0 && !o.skipping && o.judgedBy != f.reading():
		f.forget() // judge the bytes again
	}
	for {
		r, m, err := f.next(window[n:], atEOF)
		n += m
		if err == io.EOF {
			f.posOffset, f.posLine = f.offset, f.line
		}
		if err != errSkipped {
			return r, n, err
		}
	}
}

// next is judgedReply up to the end of what it skips.
func (f *Framer) next(window []byte, atEOF bool) (Reply, int, error) {
	if f.state == inTLS {
		return f.skipRecords(window, atEOF)
	}
	o := &f.open
	limited := window
	if !o.skipping {
		limited = window[:min(len(window), f.limit())]
	}
	for {
		if f.state == inside && o.segment == o.scanned {
			f.passPlainLines(limited)
		}
		if f.state == atStart && wire.IsRecord(limited[o.segment:]) {
			switch known := min(len(window)-o.segment, wire.RecordHeader); {
			case o.segment > 0 && o.segment+wire.RecordHeader > f.limit() && len(limited) == f.limit():
				return f.exceed(limited)
			case known == wire.RecordHeader, known > 1 && atEOF:
				return f.enterRecords(window)
			case !atEOF:
				return f.short()
			}
		}
		if !f.scan(limited) {
			break
		}
		if v := f.judge(limited[o.segment:o.scanned]); v != undecided {
			return f.finish(limited[:o.scanned], v)
		}
	}
	switch {
	case o.skipping:
		return f.skip(window, atEOF)
	case len(limited) == f.limit():
		return f.exceed(limited)
	case !atEOF:
		return f.short()
	case len(window) == 0:
		return Reply{}, 0, io.EOF
	default:
		return f.fail(f.partial(window), 0, io.ErrUnexpectedEOF)
	}
}

func (f *Framer) short() (Reply, int, error) {
	f.open.judgedBy = f.reading()
	return Reply{}, 0, ErrShort
}

// passPlainLines advances past the plain lines with which the open segment begins.
func (f *Framer) passPlainLines(window []byte) {
	o := &f.open
	known := o.examined - o.segment
	lines, next, printable, examined := plain.Interior(window[o.segment:], o.prefix, known)
	f.looked += int64(printable + max(0, examined-max(0, known)))
	o.examined = o.segment + examined
	o.scanned = o.segment + printable
	o.segment += next
	o.lines += int64(lines)
}

// scan advances past the next LF and reports whether there is one. On the way it counts the
// CR and notes the unusual bytes.
func (f *Framer) scan(window []byte) bool {
	o := &f.open
	i := o.scanned
	for {
		i = wire.NextOdd(window, i)
		if i == len(window) {
			break
		}
		c := window[i]
		i++
		switch {
		case c == '\n':
			f.looked += int64(i - o.scanned)
			o.scanned = i
			o.lines++
			return true
		case c == '\r':
			if o.crEnd != i-1 {
				o.run = 0
			}
			o.run++
			o.crs++
			o.crEnd = i
		case c >= utf8.RuneSelf:
			o.odd |= oddText
		case c == 0:
			o.odd |= NUL
		case c != '\t':
			o.odd |= ControlByte
		}
	}
	f.looked += int64(i - o.scanned)
	o.scanned = i
	return false
}

// endRun returns the number of CR before the LF that scan has just found.
func (o *openReply) endRun() int {
	if o.crEnd == o.scanned-1 {
		return o.run
	}
	return 0
}

// A verdict is the decision about the bytes of the open reply.
type verdict uint8

const (
	undecided verdict = iota
	complete
	notReply
)

// judge is the state machine. It decides what the segment is that scan has completed.
func (f *Framer) judge(segment []byte) verdict {
	o := &f.open
	head := 0
	if f.state == atStart {
		head = wire.PreambleLen(segment)
	}
	line := segment[head:]
	content := line[:wire.ContentLen(line)]
	run := o.endRun()
	blank := f.state == atStart && len(content) == 0
	onlyCRLF := f.LineEnding == CRLF || f.LineEnding == Learned && f.learned == CRLF
	ends := run > 0 || blank || !onlyCRLF // the LF ends the line
	if ends {
		line = content
	}

	// Deviations of the line ending and of the bytes.
	switch {
	case run > 1:
		o.deviations |= CRRun
	case run == 1:
	case ends:
		o.deviations |= BareLF
	default:
		o.deviations |= LFInText
	}
	if o.crs > run {
		o.deviations |= BareCR
	}
	if len(segment) > wire.MaxLine {
		o.deviations |= LongLine
	}
	if head > 0 { // the bytes of Telnet commands are not text
		f.looked += int64(len(segment))
		o.odd = oddBytes(segment[head:])
		o.deviations |= preambleDeviations(segment[:head])
	}
	o.deviations |= o.odd
	begin := o.segment
	o.segment, o.crs, o.odd = o.scanned, 0, 0

	// The kind of the line, and its deviations.
	switch f.state {
	case atStart:
		if blank {
			o.deviations |= BlankLine
			return undecided
		}
		o.opener = begin + head
		f.openLine(line)
	case inside:
		c, s := lookAt(line)
		if f.isLast(c, s) {
			o.deviations |= lastDeviation(c == o.code, s)
			o.last, f.state = c, inLast
		} else {
			o.deviations |= interiorDeviation(c == o.code, s)
			f.state = inText
		}
	case inBare: // RFC 3659, section 7.2
		if len(line) > 0 {
			f.state = inText
		}
	case inText: // after a bare LF
		c, s := lookAt(content)
		o.deviations |= hiddenDeviation(c == o.code, s)
	case inLast, inJunk: // after a bare LF
		_, s := lookAt(content)
		o.deviations |= hiddenDeviation(false, s)
	}

	// The end of the line, and what it completes.
	switch {
	case !ends:
		return undecided
	case f.state == inText:
		f.state = inside
		return undecided
	case f.state == inJunk:
		return notReply
	default:
		return complete
	}
}

// openLine decides what a reply is from its first line, or from the beginning of it.
func (f *Framer) openLine(line []byte) {
	o := &f.open
	c, s := lookAt(line)
	switch s {
	case wire.NoCode, wire.Digit:
		f.state = inJunk
	case wire.Hyphen: // RFC 959, section 4.2
		o.code, o.multiline, o.prefix = c, true, wire.Head(line)
		f.state = inText
	default:
		o.code, o.last = c, c
		o.deviations |= openerDeviation(s)
		f.state = inLast
	}
}

// isLast reports whether a line with the code c and the separator s ends the open multi-line
// reply: the first line's code and SP (RFC 959, section 4.2), or that code alone (RFC 3659,
// section 7.2).
func (f *Framer) isLast(c Code, s wire.Separator) bool {
	same := c == f.open.code
	return s == wire.Space && (same || f.AnyCode) || s == wire.LineEnd && same
}

// finish returns what the verdict completes: a reply, or a line that is not one.
func (f *Framer) finish(raw []byte, v verdict) (Reply, int, error) {
	o := &f.open
	if v == complete && f.learned == Learned {
		f.learned = AnyLF
		if o.endRun() > 0 {
			f.learned = CRLF
		}
	}
	if o.skipping {
		f.begin(len(raw))
		return Reply{}, len(raw), errSkipped
	}
	d := o.deviations
	if d.HasAny(oddText) {
		f.looked += int64(len(raw) - o.opener)
		d |= oddBytes(raw[o.opener:])
	}
	if v == notReply {
		return f.fail(newReply(raw, 0, false, d, o.opener), o.opener, ErrNotReply)
	}
	r := newReply(raw, o.last, o.multiline, d|codeDeviation(o.last), o.opener)
	if r.Deviations().HasAny(f.Reject) {
		return f.reject(r)
	}
	f.begin(len(raw))
	return r, len(raw), nil
}

// begin consumes n bytes and makes f ready for the next reply.
func (f *Framer) begin(n int) {
	f.posOffset, f.posLine = f.offset, f.line
	f.offset += int64(n)
	f.line += f.open.lines
	f.state = atStart
	f.open = openReply{}
}

// forget makes f ready for a reply that begins with the window.
func (f *Framer) forget() { f.open, f.state, f.record = openReply{}, atStart, 0 }

// partial returns the incomplete reply. Its code is set as soon as a byte follows the digits.
func (f *Framer) partial(window []byte) Reply {
	o := &f.open
	if f.passing(window) {
		return Reply{}
	}
	c, multiline, opener := o.code, o.multiline, o.opener
	if f.state == atStart {
		opener = o.segment + wire.PreambleLen(window[o.segment:])
		switch code, s := lookAt(window[opener:]); s {
		case wire.NoCode, wire.LineEnd, wire.Digit:
		default:
			c, multiline = code, s == wire.Hyphen
		}
	}
	d := o.deviations | oddBytes(window[opener:])
	return newReply(window, c, multiline, d, opener)
}

// passing reports whether window holds bytes that are skipped. A single byte after a TLS
// record may be the beginning of a line.
func (f *Framer) passing(window []byte) bool {
	return f.open.skipping || f.state == inTLS && len(window) > 1
}
