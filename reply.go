package ftpreply

import (
	"bytes"
	"fmt"
	"iter"
	"slices"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// A Reply is a view of the bytes of one reply. It is four words wide and is passed by value.
//
// A Reply from [Parser.Next] or [Framer.Next] views their buffer and is valid until the next
// call. Use [Reply.Clone] to keep it longer. The zero Reply has no bytes and the code 0.
type Reply struct {
	raw  []byte
	meta meta
}

// meta packs the findings of the framer, so that a Reply stays in registers:
//
//	 63           39 38        15  14         10 9       0
//	+---------------+------------+--------------+----------+
//	| opener        | deviations | multi-line 1 | code     |
//	+---------------+------------+--------------+----------+
//
// The opener is the index in raw of the first digit of the code. The bytes before it (blank
// lines, NUL, Telnet commands) belong to the reply too.
type meta uint64

const (
	codeBits       = 10
	multilineBit   = 1 << codeBits
	deviationShift = 15
	openerShift    = 39

	// maxLimit bounds Options.MaxReply, so that every opener fits.
	maxLimit = 1<<(64-openerShift) - 1
)

// newReply limits the capacity of raw, so that an append copies it instead of writing over
// the bytes of the next reply.
func newReply(raw []byte, c Code, multiline bool, d Deviation, opener int) Reply {
	m := meta(c) | meta(d)<<deviationShift | meta(opener)<<openerShift
	if multiline {
		m |= multilineBit
	}
	return Reply{raw[:len(raw):len(raw)], m}
}

// newPlainReply is newReply for a reply that package plain has found.
func newPlainReply(raw []byte) Reply {
	c, _ := wire.OneLineCode(wire.Head(raw))
	return Reply{raw[:len(raw):len(raw)], plainMetas[c&(1<<codeBits-1)]}
}

// plainMetas has the meta of a plain reply for each code.
var plainMetas = func() (metas [1 << codeBits]meta) {
	for c := range metas {
		metas[c] = newReply(nil, Code(c), false, codeDeviation(Code(c)), 0).meta
	}
	return metas
}()

// Code returns the reply code. With [Options.AnyCode] it is the code of the last line.
func (r Reply) Code() Code { return Code(r.meta & (1<<codeBits - 1)) }

// Multiline reports whether the reply has the multi-line form of RFC 959, section 4.2: a
// hyphen after the code of its first line.
func (r Reply) Multiline() bool { return r.meta&multilineBit != 0 }

// Deviations returns the set of the reply's deviations from the grammar.
func (r Reply) Deviations() Deviation {
	return Deviation(r.meta>>deviationShift) & (endOfDeviations - 1)
}

func (r Reply) opener() int { return int(r.meta >> openerShift) }

// Raw returns all bytes of the reply, including the line endings and the blank lines, NULs
// and Telnet commands before the code. The slice is valid as long as r. An append copies it.
func (r Reply) Raw() []byte { return r.raw }

// Clone returns a copy of r that owns its bytes.
func (r Reply) Clone() Reply { return Reply{slices.Clone(r.raw), r.meta} }

// String returns the code and the quoted text in one printable line, for messages and logs:
// 550 "No such file". Control characters of the peer are escaped.
func (r Reply) String() string { return fmt.Sprintf("%v %q", r.Code(), r.Text()) }

// Text returns the text of the reply without decoding or trimming it. For a one-line reply
// it is the part after the code and its separator, as a slice that is valid as long as r. For a
// multi-line reply it is the texts of all lines joined by LF, in new memory.
func (r Reply) Text() []byte {
	n := len(r.raw)
	if r.Code() != 0 && r.meta>>codeBits == 0 && n > wire.CodeLen+2 && r.raw[wire.CodeLen] == ' ' && r.raw[n-2] == '\r' && r.raw[n-1] == '\n' {
		return r.raw[wire.CodeLen+1 : n-2] // one line without a deviation
	}
	if !r.Multiline() {
		line := r.raw[r.opener():]
		_, s := lookAt(line)
		return line[s.PrefixLen():wire.ContentLen(line)]
	}
	text := make([]byte, 0, len(r.raw))
	for l := range r.Lines() {
		text = append(append(text, l.Text()...), '\n')
	}
	return bytes.TrimSuffix(text, []byte{'\n'})
}

// Rewrite returns a reply in which edit has replaced the text of each line, for example to
// mask a secret. The code, the deviations, the prefixes and endings of the lines and the bytes
// before the code stay the same; nothing is parsed again. [Reply.Find] then finds only the
// deviations whose bytes are left.
//
// edit must not change its argument, which is valid during the call. Its result may have any
// length. If the result has a CR or LF more than the text, each of them becomes SP, so
// that the lines stay the same. If edit changes nothing, Rewrite returns r; otherwise the
// result owns its bytes.
func (r Reply) Rewrite(edit func(text []byte) []byte) Reply {
	raw, kept := []byte(nil), 0 // r.raw[:kept] is in raw, edited
	at := r.opener()
	for l := range r.Lines() {
		old := l.Text()
		from := at + int(l.text)
		at += len(l.raw)
		text := edit(old)
		if bytes.Equal(text, old) {
			continue
		}
		raw = append(raw, r.raw[kept:from]...)
		start := len(raw)
		raw = append(raw, text...)
		kept = from + len(old)
		for _, end := range []byte("\r\n") {
			if one := []byte{end}; bytes.Count(text, one) > bytes.Count(old, one) {
				copy(raw[start:], bytes.ReplaceAll(raw[start:], one, []byte{' '}))
			}
		}
	}
	if kept == 0 {
		return r
	}
	raw = append(raw, r.raw[kept:]...)
	return Reply{raw[:len(raw):len(raw)], r.meta}
}

// A Line is a view of one line of a reply. It is valid as long as the [Reply].
type Line struct {
	raw       []byte
	text, end int32 // the text is raw[text:end]; a reply has at most 32 MiB
}

// Raw returns the whole line.
func (l Line) Raw() []byte { return l.raw }

// Prefix returns the code and the separator before the text. The first and the last line have
// a prefix, and so has an interior line that begins with the reply's code and a hyphen; for
// other lines Prefix is empty. A separator that is neither SP nor hyphen belongs to the text.
func (l Line) Prefix() []byte { return l.raw[:l.text] }

// Text returns the line without its prefix and its ending.
func (l Line) Text() []byte { return l.raw[l.text:l.end] }

// Ending returns the line ending: a LF and the CR before it. It is empty for a line that the
// end of the stream has cut.
func (l Line) Ending() []byte { return l.raw[l.end:] }

// Lines returns an iterator over the lines of the reply, beginning with the line that has the
// code. A multi-line reply is split at every LF, even at one that does not end a line for its
// server ([LFInText]); all that follows such a LF is text. In a one-line reply a LF is text.
func (r Reply) Lines() iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for s := range r.segments(r.Multiline()) {
			raw := r.raw[s.from:s.to]
			if !yield(Line{raw, int32(s.prefixLen()), int32(wire.ContentLen(raw))}) {
				return
			}
		}
	}
}

// A segment is a line of a reply as [Reply.Lines] splits it, with the framer's view of it.
//
// segment and Line have at most four fields in at most four words. Larger structs are not
// passed in registers, which doubled the time.
type segment struct {
	from, to int // in the reply's raw bytes
	prefix
}

// A prefix describes the beginning of a line.
type prefix struct {
	place     place
	code      Code
	separator wire.Separator
	same      bool // the code is that of the first line
}

// A place is the role of a segment in its reply.
type place uint8

const (
	interiorLine place = iota // also every line that does not begin with a digit
	openerLine
	lastLine     // the line that ends a multi-line reply
	hiddenLine   // after a LF in the text of an interior line
	trailingLine // after a LF in the text of the last line
)

// lookAt returns the code and the separator with which line begins. The caller has removed
// the line ending.
func lookAt(line []byte) (Code, wire.Separator) {
	c, s := wire.Code(line)
	return Code(c), s
}

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
			if wire.IsDigit(r.raw[from]) {
				line := r.raw[from:to]
				hidden := r.textLF() && from > r.opener() && !bytes.HasSuffix(r.raw[:from], crLF)
				if !r.textLF() || hidden || bytes.HasSuffix(line, crLF) {
					line = line[:wire.ContentLen(line)]
				}
				s.code, s.separator = lookAt(line)
				s.same = s.code == opener
				s.place = r.placeOf(s, last, hidden)
			}
			if !yield(s) {
				return
			}
			from = to
		}
	}
}

var crLF = []byte("\r\n")

// textLF reports whether a bare LF is text of the reply.
func (r Reply) textLF() bool { return r.Deviations().HasAny(LFInText) }

// lastLine returns the index of the last line of the reply.
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

// placeOf returns the role of s. Only the line at index last can end the reply. hidden reports
// that s follows a LF that is text.
func (r Reply) placeOf(s segment, last int, hidden bool) place {
	switch {
	case s.from == r.opener():
		return openerLine
	case s.from > last:
		return trailingLine
	case s.from == last && s.code == r.Code() && (s.separator == wire.Space || s.separator == wire.LineEnd):
		return lastLine
	case hidden:
		return hiddenLine
	default:
		return interiorLine
	}
}

// prefixLen returns the length of the part at the beginning of the line that is not text.
func (s segment) prefixLen() int {
	switch s.place {
	case openerLine, lastLine:
		return s.separator.PrefixLen()
	case interiorLine:
		if s.same && s.separator == wire.Hyphen {
			return s.separator.PrefixLen()
		}
	}
	return 0
}

// deviation returns the deviations of the line's code and separator.
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
