package ftpreply

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A Reply is a view of the bytes of one reply. It is four words wide and is
// passed by value.
//
// A Reply that [Parser.Next] or [Framer.Next] returned is valid until their next
// call, since it views a buffer of theirs; [Reply.Clone] gives one that stays.
// The zero Reply has no bytes and code 0.
type Reply struct {
	raw  []byte
	meta meta
}

// meta packs what the framer found out about a reply, so that a Reply stays in
// registers:
//
//	 63           39 38        15  14         10 9       0
//	+---------------+------------+--------------+----------+
//	| opener        | deviations | multi-line 1 | code     |
//	+---------------+------------+--------------+----------+
//
// The opener is the index in raw of the first digit of the code: what stands
// before it (blank lines, NUL, Telnet commands) belongs to the reply all the same.
type meta uint64

const (
	codeBits       = 10
	multilineBit   = 1 << codeBits
	deviationShift = 15
	openerShift    = 39

	// maxLimit bounds Options.MaxReply, so that every opener fits.
	maxLimit = 1<<(64-openerShift) - 1
)

// A reply's bytes have no room behind them, so that nothing is appended over the next one.
func newReply(raw []byte, c Code, multiline bool, d Deviation, opener int) Reply {
	m := meta(c) | meta(d)<<deviationShift | meta(opener)<<openerShift
	if multiline {
		m |= multilineBit
	}
	return Reply{raw[:len(raw):len(raw)], m}
}

// newPlainReply is newReply for a plain reply of one line.
func newPlainReply(raw []byte) Reply {
	c, _ := oneLineCode(head(raw))
	return Reply{raw[:len(raw):len(raw)], plainMetas[c&(1<<codeBits-1)]}
}

// plainMetas has the meta of a plain reply of one line for each code.
var plainMetas = func() (metas [1 << codeBits]meta) {
	for c := range metas {
		metas[c] = newReply(nil, Code(c), false, codeDeviation(Code(c)), 0).meta
	}
	return metas
}()

// Code is the reply code. With [Options.AnyCode] it is that of the last line.
func (r Reply) Code() Code { return Code(r.meta & (1<<codeBits - 1)) }

// Multiline reports whether the reply has the multi-line form of RFC 959,
// section 4.2: a hyphen behind the code of its first line.
func (r Reply) Multiline() bool { return r.meta&multilineBit != 0 }

// Deviations is the set of departures from the grammar that the reply shows.
func (r Reply) Deviations() Deviation {
	return Deviation(r.meta>>deviationShift) & (endOfDeviations - 1)
}

func (r Reply) opener() int { return int(r.meta >> openerShift) }

// Raw is the reply as it came, line ends included, and all that was skipped
// before its code: blank lines, NUL and Telnet commands. The bytes are lent; to append
// to them copies them.
func (r Reply) Raw() []byte { return r.raw }

// Clone is the same reply with bytes of its own.
func (r Reply) Clone() Reply { return Reply{slices.Clone(r.raw), r.meta} }

// Text is the text of the reply: of a one-line reply what stands behind the code
// and its separator, lent; of a multi-line reply the texts of its lines, joined by
// LF, in new memory. It is not decoded and not trimmed.
func (r Reply) Text() []byte {
	if text, ok := r.plainText(); ok {
		return text
	}
	if !r.Multiline() {
		line := r.raw[r.opener():]
		end := contentLen(line, false)
		_, s := lookAt(line)
		return line[s.openerPrefixLen():end]
	}
	text := make([]byte, 0, len(r.raw))
	for l := range r.Lines() {
		text = append(append(text, l.Text()...), '\n')
	}
	return bytes.TrimSuffix(text, []byte{'\n'})
}

// String returns the code and the quoted text in one printable line, for messages and
// logs: 550 "No such file". The peer's control characters are escaped.
func (r Reply) String() string { return fmt.Sprintf("%v %q", r.Code(), r.Text()) }

// plainText is the text of a whole one-line reply that departs from nothing.
func (r Reply) plainText() (text []byte, ok bool) {
	n := len(r.raw)
	if r.Code() == 0 || r.meta>>codeBits != 0 || n < codeLen+3 || r.raw[codeLen] != ' ' || r.raw[n-2] != '\r' || r.raw[n-1] != '\n' {
		return nil, false
	}
	return r.raw[codeLen+1 : n-2], true
}

// A Line is a view of one line of a reply; it is valid as long as the [Reply].
type Line struct {
	raw       []byte
	text, end int32 // the text is raw[text:end]; no reply has more than 32 MiB
}

// Raw is the whole line.
func (l Line) Raw() []byte { return l.raw }

// Prefix is the code and the separator in front of the text, or nothing: the
// first and the last line have one, and an interior line that begins with the
// reply's code and a hyphen. A separator that is neither SP nor hyphen is text.
func (l Line) Prefix() []byte { return l.raw[:l.text] }

// Text is the line without its prefix and its end.
func (l Line) Text() []byte { return l.raw[l.text:l.end] }

// Ending is the line end, a LF and the CR before it; a line that was cut off has none.
func (l Line) Ending() []byte { return l.raw[l.end:] }

// Lines iterates over the lines of the reply, the first one being that with the
// code. A multi-line reply is split at every LF, also at one that its server
// does not take for a line end ([LFInText]); what stands behind such a LF is text.
// In a one-line reply a LF is text.
func (r Reply) Lines() iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for s := range r.segments(r.Multiline()) {
			raw := r.raw[s.from:s.to]
			end := contentLen(raw, false)
			if !yield(Line{raw, int32(s.prefixLen()), int32(end)}) {
				return
			}
		}
	}
}

// A segment is a line of a reply as [Reply.Lines] splits it, with what the
// framer thought of it.
//
// Four fields at most, in four words at most, as in [Line]: more are not passed in
// registers, and took twice the time.
type segment struct {
	from, to int // in the reply's raw bytes
	prefix
}

// A prefix is what a line begins with.
type prefix struct {
	place     place
	code      Code
	separator separator
	same      bool // the code is the opener's
}

// A place says which line of a reply a segment is.
type place uint8

const (
	interiorLine place = iota // also every line that does not begin with a digit
	openerLine
	lastLine     // the one that ends a multi-line reply
	hiddenLine   // behind a LF in the text of an interior line
	trailingLine // behind a LF in the text of the last line
)

// segments iterates over the lines of the reply, split at every LF or at none.
func (r Reply) segments(split bool) iter.Seq[segment] {
	return func(yield func(segment) bool) {
		opener, _ := lookAt(r.raw[r.opener():])
		last := r.lastLine()
		for from := r.opener(); from < len(r.raw); {
			to := len(r.raw)
			if i := bytes.IndexByte(r.raw[from:], '\n'); i >= 0 && split {
				to = from + i + 1
			}
			s := segment{from: from, to: to}
			if isDigit(r.raw[from]) {
				behind := r.textLF() && from > r.opener() && r.raw[from-2] != '\r'
				s.code, s.separator = lookAt(r.raw[from : from+contentLen(r.raw[from:to], r.textLF() && !behind)])
				s.same = s.code == opener
				s.place = r.placeOf(s, last, behind)
			}
			if !yield(s) {
				return
			}
			from = to
		}
	}
}

// textLF reports whether a bare LF is text of the reply.
func (r Reply) textLF() bool { return r.Deviations().HasAny(LFInText) }

// lastLine is the index where the last line of the reply begins.
func (r Reply) lastLine() int {
	end := bytes.TrimSuffix(r.raw[r.opener():], []byte{'\n'})
	for {
		i := bytes.LastIndexByte(end, '\n')
		if i <= 0 || !r.textLF() || end[i-1] == '\r' {
			return r.opener() + i + 1
		}
		end = end[:i]
	}
}

// placeOf says which line of the reply s is; only the line at index last can end
// it. Behind says that s stands behind a LF that is text.
func (r Reply) placeOf(s segment, last int, behind bool) place {
	switch {
	case s.from == r.opener():
		return openerLine
	case s.from > last:
		return trailingLine
	case s.from == last && s.code == r.Code() && (s.separator == space || s.separator == lineEnd):
		return lastLine
	case behind:
		return hiddenLine
	default:
		return interiorLine
	}
}

// prefixLen is the length of what is not text at the beginning of the line.
func (s segment) prefixLen() int {
	switch s.place {
	case openerLine:
		return s.separator.openerPrefixLen()
	case interiorLine:
		if s.same && s.separator == hyphen {
			return s.separator.prefixLen()
		}
		return 0
	case lastLine:
		return s.separator.prefixLen()
	default:
		return 0
	}
}

// deviation is what is wrong with the code and the separator of the line.
func (s segment) deviation() Deviation {
	switch s.place {
	case openerLine:
		return openerDeviation(s.separator)
	case lastLine:
		return lastDeviation(s.same, s.separator)
	case interiorLine:
		return interiorDeviation(s.same, s.separator)
	case hiddenLine:
		return hiddenDeviation(s.same, s.separator)
	default:
		return hiddenDeviation(false, s.separator)
	}
}

// AppendReply appends a reply that any peer can read, with one line or more, to
// dst. Interior lines that a reader could take for something else, because they are empty
// or begin with a digit, get the code and a hyphen in front (RFC 959, section 4.2); the
// others stand as they are. Without lines the text is empty.
//
// The code must be between 100 and 559 or 600 and 699, and no line may hold CR, LF
// or NUL; otherwise the error says so, and dst is returned as it was.
func AppendReply(dst []byte, c Code, lines ...string) ([]byte, error) {
	if codeDeviation(c).HasAny(CodeOutOfRange) {
		return dst, fmt.Errorf("ftpreply: code %v is out of range", c.String())
	}
	for i, line := range lines {
		if at := strings.IndexAny(line, "\r\n\x00"); at >= 0 {
			return dst, fmt.Errorf("ftpreply: %q at %d in line %d of the text: %q", line[at], at, i+1, line)
		}
	}
	last := len(lines) - 1
	for i, line := range lines {
		switch {
		case i == last:
			dst = append(append(dst, c.String()...), ' ')
		case i == 0, line == "", isDigit(line[0]):
			dst = append(append(dst, c.String()...), '-')
		}
		dst = append(append(dst, line...), "\r\n"...)
	}
	if last < 0 {
		dst = append(append(dst, c.String()...), " \r\n"...)
	}
	return dst, nil
}
