package ftpreply

import (
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
	"unicode/utf8"
)

// How the framer works
//
// The input is cut at every LF into segments. Framer.scan looks for the LF and
// notes odd bytes on its way; Framer.judge, the one switch over the states below,
// then decides what the segment is. Nothing is decided before the LF is there, so
// it does not matter in which pieces the input comes. Both indices are kept
// between calls:
//
//	                   0 <= segment <= scanned <= len(window)
//
//	window:  220-Welcome CR LF 220 Ser
//	         |_______________| |_____|
//	              judged       scanned, its LF is still to come
//
// A segment ends a line unless the server is known to end its lines with CR LF
// and the LF has no CR before it; then the line goes on in the next segment.
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
// inText, inLast, inJunk and inBare are the rest of a line whose kind is known:
// behind a bare LF, or behind bytes that were dropped because the reply is too long.
//
// Most lines need no judgement: printable ASCII of up to 512 bytes, CR LF, nothing that
// could be mistaken. plainReply and findPlainReplies take replies of one such line,
// passPlainLines those inside a multi-line reply; what they leave goes the way above.

// A state says where in the stream the open segment stands.
type state uint8

const (
	atStart state = iota // of a line, between two replies
	inside               // at the start of a line in a multi-line reply
	inText               // in an interior line
	inLast               // in the line that completes the reply
	inJunk               // in a line that is no reply
	inBare               // behind the reply's code and CR: the last line if nothing but CR follows
	inTLS                // in TLS records
)

// LineEnding says what ends a line of a reply.
type LineEnding uint8

const (
	// Learned: LF and CR LF end lines until the first reply is complete; the line
	// that completes it decides. If it ended in CR LF, only CR LF ends a line from
	// then on, otherwise LF and CR LF.
	Learned LineEnding = iota
	// CRLF: only CR LF ends a line (RFC 959, section 4.2; RFC 2640, section 3.1).
	CRLF
	// AnyLF: LF and CR LF end lines.
	AnyLF
)

// DefaultMaxReply is the limit that an Options.MaxReply of 0 stands for: 1 MiB.
const DefaultMaxReply = 1 << 20

// minLimit is the least limit: with a code and a separator the kind of a line is known.
const minLimit = codeLen + 1

// Options are embedded in [Framer] and [Parser]. The zero value is the default.
// They may be changed between two calls of Next; what is pending is then judged
// anew, which is the way out of a reply that does not end.
type Options struct {
	// LineEnding fixes what ends a line instead of learning it.
	LineEnding LineEnding
	// AnyCode lets a line with any code and a SP end a multi-line reply, against
	// RFC 959, section 4.2. Its code is then that of the reply.
	AnyCode bool
	// Reject names departures with which a reply comes back with a *SyntaxError
	// (ErrRejected). Where the reply ends does not change.
	Reject Deviation
	// MaxReply limits the bytes of one reply, of what is skipped before its code,
	// and of a line that is no reply. 0 means DefaultMaxReply; more than 32 MiB count
	// as 32 MiB.
	MaxReply int
}

func (o Options) limit() int {
	if o.MaxReply <= 0 {
		return DefaultMaxReply
	}
	return min(max(o.MaxReply, minLimit), maxLimit)
}

// A Framer finds the replies in the bytes that the caller brings, as an event loop
// or reassembled packets do. The zero Framer is ready for use. [Parser] is the one that reads.
type Framer struct {
	Options
	learned LineEnding // Learned until the first reply is complete
	state   state
	record  int // bytes of a TLS record that are still to come
	open    openReply

	offset, line       int64 // where the window begins; lines count from 0 here
	posOffset, posLine int64 // of what Next returned
	looked             int64 // bytes looked at, to assert that the cost is linear
}

// openReply is what is known of the reply that is not complete. All indices are
// in the window.
type openReply struct {
	segment  int  // where the open segment begins, or its rest while skipping
	scanned  int  // window[:scanned] has been looked at
	skipping bool // the reply is too long and was reported

	classified int // window[:classified] has been before passPlainBlocks

	crs   int // CR in the open segment
	run   int // length of the last run of CR
	crEnd int // where that run ends

	code       Code // the opener's
	last       Code // that of the line that completes the reply
	multiline  bool
	prefix     uint32 // the opener's code and the hyphen
	opener     int
	deviations Deviation // of the segments that were judged, with oddText
	odd        Deviation // of the bytes of the open segment
	lines      int64     // LF among the scanned bytes
	judgedBy   reading
}

// reading is the part of Options that decides where a reply ends, or is given up.
type reading struct {
	lineEnding LineEnding
	anyCode    bool
	limit      int32
}

// oddText marks bytes above 127: what they are is judged when the reply is complete.
const oddText = endOfDeviations

// errSkipped: what was too long, or TLS, is behind us.
var errSkipped = errors.New("skipped")

// Reset makes f forget all but its Options, for another connection or behind a
// gap in a capture: line endings are learned anew.
func (f *Framer) Reset() { *f = Framer{Options: f.Options} }

// Pos is where in the stream the bytes begin that Next returned last: the offset
// from 0 and the line from 1, where every LF ends a line.
func (f *Framer) Pos() (offset, line int64) { return f.posOffset, f.posLine + 1 }

// Next returns the first reply in the window and the number of bytes that it
// consumed. The window begins with the first byte that no call has consumed;
// atEOF says that nothing will follow it.
//
// With [ErrShort] the reply is not complete: call Next again with the rest of the
// window, without the n bytes consumed, and more behind it. Here n is 0 unless
// something is skipped. No work is repeated.
//
// A *[SyntaxError] consumes what it is about, and the Reply holds these bytes. At
// the end of the stream the error is io.EOF.
//
// The Reply views the window.
func (f *Framer) Next(window []byte, atEOF bool) (r Reply, n int, err error) {
	if r, n := f.plainReply(window); n > 0 {
		return r, n, nil
	}
	return f.judgedReply(window, atEOF)
}

// Each calls yield with all that Next would return for the window and what is left of it,
// one after the other, until yield returns false. It returns the number of bytes that were
// consumed, and then no error; otherwise [ErrShort], or io.EOF at the end of the stream.
// It is faster than Next, since it finds many one-line replies at a time.
//
// The Replies view the window. It must not change meanwhile; the Options may, and hold from
// the next reply on.
func (f *Framer) Each(window []byte, atEOF bool, yield func(Reply, error) bool) (n int, err error) {
	for n < len(window) || atEOF {
		m, more := f.eachPlain(window[n:], yield)
		n += m
		if !more {
			return n, nil
		}
		if m > 0 {
			continue
		}
		r, m, err := f.judgedReply(window[n:], atEOF)
		n += m
		if err == ErrShort || err == io.EOF {
			return n, err
		}
		if !yield(r, err) {
			return n, nil
		}
	}
	return n, ErrShort
}

// eachPlain is Each for the plain one-line replies that the window begins with. It reports
// whether to go on.
func (f *Framer) eachPlain(window []byte, yield func(Reply, error) bool) (n int, more bool) {
	var ends [maxPlainReplies]uint16
	found, taken, last := f.findPlainReplies(window, &ends), 0, 0
	for more = true; more && taken < found && f.takesPlain(); taken++ {
		last, n = n, int(ends[taken])
		f.posOffset, f.posLine = f.offset+int64(last), f.line+int64(taken)
		more = yield(newPlainReply(window[last:n]), nil)
	}
	if taken > 0 {
		f.consumePlain(n, taken, last)
	}
	return n, more
}

// judgedReply is Next for what is no plain reply of one line.
func (f *Framer) judgedReply(window []byte, atEOF bool) (r Reply, n int, err error) {
	if f.open.scanned > 0 && !f.open.skipping && f.open.judgedBy != f.reading() {
		f.open = openReply{}
		f.state = atStart
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

// plainReply is Next for a plain reply of one line, which most are; n is 0 when there
// is something to judge.
func (f *Framer) plainReply(window []byte) (r Reply, n int) {
	if !f.idle() || !f.takesPlain() {
		return Reply{}, 0
	}
	n = f.plainReplyEnd(window, 0)
	if n == 0 {
		return Reply{}, 0
	}
	f.consumePlain(n, 1, 0)
	return newPlainReply(window[:n]), n
}

// maxPlainReplies is how many plain one-line replies are found at a time.
const maxPlainReplies = 64

// findPlainReplies notes where the plain one-line replies end that the window begins with,
// and returns how many there are.
func (f *Framer) findPlainReplies(window []byte, ends *[maxPlainReplies]uint16) (found int) {
	if !f.idle() || !f.takesPlain() || len(window) <= codeLen || window[codeLen] != ' ' {
		return 0
	}
	window = window[:min(len(window), math.MaxUint16)]
	found, more := f.findInBlocks(window, ends)
	for end := 0; more && found < maxPlainReplies; found++ {
		if found > 0 {
			end = int(ends[found-1])
		}
		if end = f.plainReplyEnd(window, end); end == 0 {
			break
		}
		ends[found] = uint16(end)
	}
	return found
}

// plainReplyEnd is the index behind the plain one-line reply at i, or 0 if there is none.
func (f *Framer) plainReplyEnd(window []byte, i int) int {
	if i+codeLen >= len(window) {
		return 0
	}
	if _, ok := oneLineCode(head(window[i:])); !ok {
		return 0
	}
	end := nextOdd(window[:min(len(window), i+maxPlainLine)], i+minLimit)
	f.looked += int64(end - i)
	if !endsPlainLine(window, i, end) {
		return 0
	}
	return end + 2
}

// consumePlain goes on behind n bytes of so many plain one-line replies, the last of which
// begins at an index.
func (f *Framer) consumePlain(n, replies, last int) {
	if f.learned == Learned {
		f.learned = CRLF
	}
	f.posOffset, f.posLine = f.offset+int64(last), f.line+int64(replies-1)
	f.offset += int64(n)
	f.line += int64(replies)
}

// idle reports whether nothing is known of the reply that is next.
func (f *Framer) idle() bool { return f.open.scanned == 0 && f.state == atStart }

// takesPlain reports whether a plain line needs no further check: nothing is rejected,
// and MaxReply is the default or allows maxPlainLine.
func (o *Options) takesPlain() bool { return o.Reject == 0 && uint(o.MaxReply-1) >= maxPlainLine-1 }

// next is Next up to the end of what is skipped.
func (f *Framer) next(window []byte, atEOF bool) (Reply, int, error) {
	if f.state == inTLS {
		return f.skipRecords(window, atEOF)
	}
	limited := window
	if !f.open.skipping {
		limited = window[:min(len(window), f.limit())]
	}
	for {
		f.passPlainLines(limited)
		if at := f.open.segment; f.atRecord(limited) {
			switch known := min(len(window)-at, recordHeader); {
			case at > 0 && at+recordHeader > f.limit() && len(limited) == f.limit():
				return f.exceed(limited)
			case known == recordHeader, known > 1 && atEOF:
				return f.enterRecords(window)
			case !atEOF:
				return f.short()
			}
		}
		if !f.scan(limited) {
			break
		}
		if v := f.judge(limited[f.open.segment:f.open.scanned]); v != undecided {
			return f.finish(limited[:f.open.scanned], v)
		}
	}
	switch {
	case f.open.skipping:
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

func (f *Framer) reading() reading { return reading{f.LineEnding, f.AnyCode, int32(f.limit())} }

func (f *Framer) short() (Reply, int, error) {
	f.open.judgedBy = f.reading()
	return Reply{}, 0, ErrShort
}

// onlyCRLF reports whether a bare LF is text.
func (f *Framer) onlyCRLF() bool {
	return f.LineEnding == CRLF || f.LineEnding == Learned && f.learned == CRLF
}

// passPlainLines goes on behind the interior lines of a multi-line reply that need
// no judgement, as most do: plain ones that begin with no digit, or with the
// opener's code and a hyphen.
func (f *Framer) passPlainLines(window []byte) {
	o := &f.open
	if f.state != inside || o.crs > 0 || o.odd != 0 {
		return
	}
	line, i := o.segment, o.scanned // of the first line a part may have been looked at
	for {
		if i == line && i >= o.classified {
			i = f.passPlainBlocks(window, i)
			line = i
		}
		if line+codeLen >= len(window) || isDigit(window[line]) && head(window[line:]) != o.prefix {
			break
		}
		end := nextOdd(window, i)
		if !endsPlainLine(window, line, end) {
			f.looked += int64(end - i)
			i = end
			break
		}
		f.looked += int64(end + 2 - i)
		i = end + 2
		line = i
		o.lines++
	}
	o.scanned, o.segment = i, line
}

// scan goes on behind the next LF and reports whether there is one. It counts
// the CR and notes the odd bytes on its way.
func (f *Framer) scan(window []byte) bool {
	o := &f.open
	i := o.scanned
	for {
		i = nextOdd(window, i)
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

// endRun is the number of CR before the LF that has just been scanned.
func (o *openReply) endRun() int {
	if o.crEnd == o.scanned-1 {
		return o.run
	}
	return 0
}

// A verdict on the pending bytes.
type verdict uint8

const (
	undecided verdict = iota
	complete
	notReply
)

// judge decides what the segment is, which has just been scanned up to its LF.
func (f *Framer) judge(segment []byte) verdict {
	o := &f.open
	head := 0
	if f.state == atStart {
		head = preambleLen(segment)
	}
	line := segment[head:]
	run := o.endRun()
	blank := f.state == atStart && contentLen(line, false) == 0
	ends := run > 0 || blank || !f.onlyCRLF()

	f.noteSegment(segment, head, run, ends)
	v := f.step(line[:contentLen(line, !ends)], head, blank, ends)

	o.segment = o.scanned
	o.crs, o.odd = 0, 0
	return v
}

// noteSegment adds the departures of the bytes and of the line end of a segment.
func (f *Framer) noteSegment(segment []byte, head, run int, ends bool) {
	o := &f.open
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
	if len(segment) > maxPlainLine {
		o.deviations |= LongLine
	}
	if head > 0 { // the bytes of Telnet commands are no text
		f.looked += int64(len(segment))
		o.odd = oddBytes(segment[head:])
		o.deviations |= preambleDeviations(segment[:head])
	}
	o.deviations |= o.odd
}

// step is the state machine: one call a segment. The line is the segment without
// what stands before the code and, if the LF ends it, without its end.
func (f *Framer) step(line []byte, head int, blank, ends bool) verdict {
	o := &f.open
	switch f.state {
	case atStart:
		if blank {
			o.deviations |= BlankLine
			return undecided
		}
		o.opener = o.segment + head
		if !f.openLine(line) {
			return f.interior(ends)
		}
	case inside:
		c, s := lookAt(line)
		if !f.isLast(c, s) {
			o.deviations |= interiorDeviation(c == o.code, s)
			return f.interior(ends)
		}
		o.deviations |= lastDeviation(c == o.code, s)
		f.enterLast(c)
	case inText:
		f.noteHidden(line, true)
		return f.interior(ends)
	case inBare: // RFC 3659, section 7.2
		if len(line) > 0 {
			return f.interior(ends)
		}
	default:
		f.noteHidden(line, false)
	}
	switch {
	case !ends:
		return undecided
	case f.state == inJunk:
		return notReply
	default:
		return complete
	}
}

// openLine decides what begins with the line: false means a multi-line reply.
func (f *Framer) openLine(line []byte) (oneLine bool) {
	o := &f.open
	c, s := lookAt(line)
	switch s {
	case noCode, digit:
		f.state = inJunk
		return true
	case hyphen: // RFC 959, section 4.2
		o.code, o.multiline, o.prefix = c, true, head(line)
		return false
	default:
		o.code = c
		o.deviations |= openerDeviation(s)
		f.enterLast(c)
		return true
	}
}

// interior goes on behind a segment that is text of a multi-line reply.
func (f *Framer) interior(ends bool) verdict {
	f.state = inText
	if ends {
		f.state = inside
	}
	return undecided
}

// enterLast goes on in the line that completes the reply, which has code c.
func (f *Framer) enterLast(c Code) {
	f.open.last = c
	f.state = inLast
}

// isLast reports whether a line that begins so is the last one: with the opener's code
// and SP (RFC 959, section 4.2), or with that code alone (RFC 3659, section 7.2).
func (f *Framer) isLast(c Code, s separator) bool {
	same := c == f.open.code
	return s == space && (same || f.AnyCode) || s == lineEnd && same
}

// noteHidden judges what stands behind a LF that is text.
func (f *Framer) noteHidden(line []byte, interior bool) {
	c, s := lookAt(line[:contentLen(line, false)])
	f.open.deviations |= hiddenDeviation(interior && c == f.open.code, s)
}

// finish returns what is complete: a reply, or a line that is none.
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

// begin consumes n bytes and starts with a new reply.
func (f *Framer) begin(n int) {
	f.posOffset, f.posLine = f.offset, f.line
	f.offset += int64(n)
	f.line += f.open.lines
	f.state = atStart
	f.open = openReply{}
}

// fail consumes the bytes of r, which are no reply; the error is about those from an index on.
func (f *Framer) fail(r Reply, at int, reason error) (Reply, int, error) {
	err := f.syntaxError(r, at, reason)
	f.begin(len(r.raw))
	return r, len(r.raw), err
}

// reject is fail for a reply that is one, but not such as the caller wants.
func (f *Framer) reject(r Reply) (Reply, int, error) {
	rejected := r.Deviations() & f.Reject
	at := 0
	for from := range r.Find(rejected) {
		at = from
		break
	}
	err := f.syntaxError(r, at, ErrRejected)
	err.Deviation = rejected
	f.begin(len(r.raw))
	return r, len(r.raw), err
}

// syntaxError is about the bytes of r from an index on.
func (f *Framer) syntaxError(r Reply, at int, reason error) *SyntaxError {
	return &SyntaxError{
		Err:       reason,
		Offset:    f.offset + int64(at),
		Line:      f.line + int64(bytes.Count(r.raw[:at], []byte{'\n'})) + 1,
		Deviation: r.Deviations(),
		Text:      slices.Clone(r.raw[at:min(at+maxQuoted, len(r.raw))]),
	}
}

// passing reports whether the window holds what is being skipped. Behind a TLS
// record a lone byte may be the beginning of a line.
func (f *Framer) passing(window []byte) bool {
	return f.open.skipping || f.state == inTLS && len(window) > 1
}

// partial is what there is of the open reply. Its code is known as soon as a
// byte behind the digits is there.
func (f *Framer) partial(window []byte) Reply {
	o := &f.open
	if f.passing(window) {
		return Reply{}
	}
	c, multiline, opener := o.code, o.multiline, o.opener
	if f.state == atStart {
		opener = o.segment + preambleLen(window[o.segment:])
		switch code, s := lookAt(window[opener:]); s {
		case noCode, lineEnd, digit:
		default:
			c, multiline = code, s == hyphen
		}
	}
	d := o.deviations | oddBytes(window[opener:])
	return newReply(window, c, multiline, d, opener)
}

// exceed reports a reply that is too long, and arranges for its rest to be skipped.
func (f *Framer) exceed(window []byte) (Reply, int, error) {
	r := f.partial(window)
	n := f.enterLine(window)
	err := f.syntaxError(r, 0, ErrTooLong)
	if f.state == atStart {
		f.begin(n) // only blank lines and Telnet commands so far: the reply is still to come
		r.raw = r.raw[:n]
		return r, n, err
	}
	f.open.skipping = true
	f.drop(n)
	return r, n, err
}

// skip drops all of the window that does not decide where the reply ends.
func (f *Framer) skip(window []byte, atEOF bool) (Reply, int, error) {
	if atEOF {
		f.begin(len(window))
		return Reply{}, len(window), io.EOF
	}
	n := f.enterLine(window)
	f.drop(n)
	return Reply{}, n, ErrShort
}

// enterLine decides what kind of line has been begun, from the head of its first
// segment, and returns how many bytes are needed no longer: all, or those before
// a head that is too short to tell.
func (f *Framer) enterLine(window []byte) int {
	o := &f.open
	rest := window[o.segment:]
	switch f.state {
	case atStart:
		head := preambleLen(rest)
		rest = rest[head:]
		if len(rest) <= codeLen || head == 0 && resemblesTLS(rest) {
			return o.segment + head
		}
		if !f.openLine(rest) {
			f.state = inText
		}
	case inside:
		if len(rest) <= codeLen {
			return o.segment
		}
		c, s := lookAt(rest)
		switch {
		case f.isLast(c, s):
			f.enterLast(c)
		case c == o.code && s == otherByte && onlyCR(rest[codeLen:]):
			f.state = inBare
		default:
			f.state = inText
		}
	case inBare:
		if !onlyCR(rest) {
			f.state = inText
		}
	}
	return len(window)
}

// drop consumes n bytes of the open reply.
func (f *Framer) drop(n int) {
	o := &f.open
	f.posOffset, f.posLine = f.offset, f.line
	f.offset += int64(n)
	f.line += o.lines
	o.lines = 0
	o.segment = 0
	o.scanned -= n
	o.classified -= n
	o.crEnd -= n
}

// atRecord reports whether a TLS record may begin where a line begins.
func (f *Framer) atRecord(window []byte) bool {
	return f.state == atStart && resemblesTLS(window[f.open.segment:])
}

// enterRecords reports a run of TLS records, of which it consumes the first header.
func (f *Framer) enterRecords(window []byte) (Reply, int, error) {
	at := f.open.segment
	header := window[at:min(at+recordHeader, len(window))]
	r := newReply(window[:at+len(header)], 0, false, f.open.deviations, at)
	r, n, err := f.fail(r, at, ErrNotReply)
	f.line += int64(bytes.Count(header, []byte{'\n'}))
	f.state = inTLS
	f.record = recordLen(header)
	return r, n, err
}

// skipRecords goes on behind the run of TLS records.
func (f *Framer) skipRecords(window []byte, atEOF bool) (Reply, int, error) {
	n := 0
	for {
		m := min(f.record, len(window)-n)
		n += m
		f.record -= m
		rest := window[n:]
		if len(rest) < recordHeader || !resemblesTLS(rest) {
			break
		}
		f.record = recordHeader + recordLen(rest)
	}
	rest := window[n:]
	err := errSkipped
	switch more := len(rest) == 0 || resemblesTLS(rest) && (len(rest) > 1 || !atEOF); {
	case more && !atEOF:
		err = ErrShort
	case more:
		n = len(window) // what is left is no record, and no line
		fallthrough
	default:
		f.state = atStart
	}
	f.offset += int64(n)
	f.line += int64(bytes.Count(window[:n], []byte{'\n'}))
	return Reply{}, n, err
}
