package ftpreply

import (
	"bytes"
	"iter"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// Find returns an iterator over the places in [Reply.Raw] at which the reply has the
// deviations in d, as half-open ranges: one deviation after the other, lowest bit first, and
// the places of each in ascending order. It reads the reply again.
func (r Reply) Find(d Deviation) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for bit := range (d & r.Deviations()).Each() {
			more := true
			switch bit {
			case BareLF, LFInText, BareCR, CRRun, LongLine:
				more = r.findLineEnds(bit, yield)
			case NUL, TelnetCommand, BlankLine:
				more = r.findInPreamble(bit, yield) && r.findBytes(bit, yield)
			case ControlByte, NotUTF8, IACInText:
				more = r.findBytes(bit, yield)
			default:
				more = r.findPrefixes(bit, yield)
			}
			if !more {
				return
			}
		}
	}
}

// findLineEnds yields the deviations of the line endings, the CR inside lines, and the excess
// of a line that is too long. In a reply with LFInText, BareLF applies only to blank lines.
func (r Reply) findLineEnds(bit Deviation, yield func(int, int) bool) bool {
	from := 0
	for line := range bytes.Lines(r.raw) {
		content := from + wire.ContentLen(line)
		to := from + len(line)
		end := to - 1 // the LF, if the line was not cut
		bareLF := end == content
		isText := r.textLF() && to > r.opener()
		ok := true
		switch {
		case bit == LongLine && len(line) > wire.MaxLine:
			ok = yield(from+wire.MaxLine, to)
		case bit == BareCR:
			ok = findRuns(r.raw[:content], from, '\r', yield)
		case bit == CRRun && end-content > 1:
			ok = yield(content, end)
		case bit == LFInText && bareLF && isText, bit == BareLF && bareLF && !isText:
			ok = yield(end, to)
		}
		if !ok {
			return false
		}
		from = to
	}
	return true
}

// findRuns yields the runs of c in b, from index from on.
func findRuns(b []byte, from int, c byte, yield func(int, int) bool) bool {
	for {
		i := bytes.IndexByte(b[from:], c)
		if i < 0 {
			return true
		}
		start := from + i
		for from = start; from < len(b) && b[from] == c; {
			from++
		}
		if !yield(start, from) {
			return false
		}
	}
}

// findInPreamble yields the elements of one kind before the code.
func (r Reply) findInPreamble(bit Deviation, yield func(int, int) bool) bool {
	for b, i := r.raw[:r.opener()], 0; i < len(b); {
		n, d := preambleElement(b[i:])
		if d == bit && !yield(i, i+n) {
			return false
		}
		i += max(n, 1)
	}
	return true
}

// findBytes yields the unusual bytes of one kind from the code on.
func (r Reply) findBytes(bit Deviation, yield func(int, int) bool) bool {
	for i := wire.NextOdd(r.raw, r.opener()); i < len(r.raw); i = wire.NextOdd(r.raw, i) {
		n, d := oddByte(r.raw[i:])
		if d.HasAny(bit) && !yield(i, i+n) {
			return false
		}
		i += n
	}
	return true
}

// findPrefixes yields the codes and separators that have the deviation.
func (r Reply) findPrefixes(bit Deviation, yield func(int, int) bool) bool {
	for s := range r.segments(true) {
		d := s.deviation()
		if s.code == r.Code() && (s.place == lastLine || s.place == openerLine) {
			d |= codeDeviation(s.code)
		}
		if !d.HasAny(bit) {
			continue
		}
		from, to := s.from, s.from+wire.CodeLen
		switch bit {
		case BadSeparator:
			from, to = to, to+1
		case InnerCode, ForeignTerminator, HiddenReply:
			to = s.from + s.separator.PrefixLen()
		}
		if !yield(from, to) {
			return false
		}
	}
	return true
}
