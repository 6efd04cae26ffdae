package ftpreply

import (
	"bytes"
	"iter"
	"math/bits"
	"strings"
)

// A Deviation is a set of departures from the grammar of replies, one bit each.
// The framer notes them in the pass that looks for the end of the reply; where
// they stand in the reply is computed on demand, by [Reply.Find].
type Deviation uint32

// The departures. The order is that of the bits; it may change between versions,
// the names do not.
const (
	BareLF            Deviation = 1 << iota // a line ends in LF without CR
	LFInText                                // a bare LF where only CR LF ends lines
	HiddenReply                             // what looks like a reply behind a bare LF
	BareCR                                  // a CR that belongs to no line end
	CRRun                                   // more than one CR in a line end
	NUL                                     // a NUL, before the code or in the text
	ControlByte                             // another control character, TAB excepted
	NotUTF8                                 // bytes that are not UTF-8
	TelnetCommand                           // Telnet commands before the code
	IACInText                               // a lone IAC (byte 255) behind the code
	BlankLine                               // a blank line before the reply
	BareCode                                // a one-line reply of a code alone
	BadSeparator                            // no SP and no hyphen behind the code
	CodeOutOfRange                          // a code outside 100-559 and 6yz
	UnknownCode                             // a code that is not in the table
	InnerCode                               // an interior line that begins with another code
	UnpaddedDigits                          // an interior line that begins with three digits otherwise
	BareTerminator                          // a last line of a code alone
	ForeignTerminator                       // a last line with another code (Options.AnyCode)
	LongLine                                // a line of more than 512 bytes

	endOfDeviations
)

// Strict is all that an RFC forbids. Text that is not ASCII, a code outside the
// table and a long line are legal, so they are not in it.
const Strict = (endOfDeviations - 1) &^ (NotUTF8 | UnknownCode | LongLine)

// maxPlainLine is the longest line, LF included, that is no [LongLine]: what the
// fixed buffers of old user-PIs hold. No RFC gives a maximum.
const maxPlainLine = 512

// A DeviationInfo describes one bit of a [Deviation].
type DeviationInfo struct {
	Deviation Deviation
	Name      string // kebab-case
	Summary   string // one sentence
	Source    string // RFC and section that say so, or why there is none
}

var deviationInfos = [...]DeviationInfo{
	{BareLF, "bare-lf",
		"A line ends in LF alone; CR LF is the Telnet end of line.",
		"RFC 959, section 4.2; RFC 1123, section 4.1.2.10"},
	{LFInText, "lf-in-text",
		"The server ends its lines with CR LF, so this LF is part of the text: often a file name or an echoed command.",
		"RFC 959, section 4.2; RFC 2640, section 3.1"},
	{HiddenReply, "hidden-reply",
		"What stands behind a bare LF looks like a reply of its own to every reader that ends lines at any LF.",
		"RFC 959, section 4.2; RFC 2640, section 3.1"},
	{BareCR, "bare-cr",
		"A CR stands in a line without a LF behind it; some readers end the line there.",
		"RFC 854, the NVT printer and keyboard; RFC 5198, section 2"},
	{CRRun, "cr-run",
		"More than one CR stands before the LF; some readers see an additional line.",
		"RFC 854, the NVT printer and keyboard; RFC 959, section 4.2"},
	{NUL, "nul",
		"A NUL is no operation to Telnet and the end of the string to a reader in C.",
		"RFC 854, the NVT printer and keyboard; RFC 2640, section 3.1"},
	{ControlByte, "control-byte",
		"A control character that is not TAB: a terminal that prints the reply may obey it.",
		"RFC 959, section 5.3.2; RFC 2389, section 2.1"},
	{NotUTF8, "not-utf8",
		"The text has bytes that are not UTF-8; readers that decode it may fail.",
		"legal: RFC 959 names no character set, RFC 2640, section 4.1 asks for UTF-8 after LANG"},
	{TelnetCommand, "telnet-command",
		"Telnet commands stand before the code, as an answer to the user-PI's own.",
		"RFC 1123, section 4.1.2.12; RFC 3659, section 2.2.1"},
	{IACInText, "iac-in-text",
		"A byte 255 that is not doubled begins a command to a reader that speaks Telnet.",
		"RFC 854, the command structure; RFC 3659, section 2.2"},
	{BlankLine, "blank-line",
		"A blank line stands before the reply; it is no reply, and some readers fail on it.",
		"RFC 959, section 4.2"},
	{BareCode, "bare-code",
		"The reply is a code without the SP that belongs to it.",
		"RFC 959, section 4.2; allowed to LANG by RFC 2640, section 4.2 and to HOST by RFC 7151, section 3.1"},
	{BadSeparator, "bad-separator",
		"The byte behind the code is neither SP nor hyphen; many readers see no reply in this line.",
		"RFC 959, section 4.2"},
	{CodeOutOfRange, "code-out-of-range",
		"The code is outside the ranges in which the RFCs define codes: 100 to 559, and 6yz.",
		"RFC 959, section 4.2; RFC 2228, section 5"},
	{UnknownCode, "unknown-code",
		"The code is in no table; its first digit still says what to do.",
		"legal: RFC 1123, section 4.1.2.11"},
	{InnerCode, "inner-code",
		"A line inside the reply begins with another code; many readers take it for the end of the reply.",
		"RFC 959, section 4.2"},
	{UnpaddedDigits, "unpadded-digits",
		"A line inside the reply begins with three digits and should have been padded in front.",
		"RFC 959, section 4.2"},
	{BareTerminator, "bare-terminator",
		"The last line is the code without a SP; many readers go on waiting.",
		"RFC 959, section 4.2; allowed to MLST by RFC 3659, section 7.2"},
	{ForeignTerminator, "foreign-terminator",
		"The reply was ended by a line with another code than its first.",
		"RFC 959, section 4.2"},
	{LongLine, "long-line",
		"More than 512 bytes stand in one line, which is more than old readers hold.",
		"legal: no RFC gives a maximum, RFC 2228, section 10 forbids one for 63z"},
}

// Deviations lists the description of every departure, in the order of the bits.
func Deviations() iter.Seq[DeviationInfo] {
	return func(yield func(DeviationInfo) bool) {
		for _, info := range deviationInfos {
			if !yield(info) {
				return
			}
		}
	}
}

// Info describes the lowest bit of d; ok is false when there is none.
func (d Deviation) Info() (info DeviationInfo, ok bool) {
	i := bits.TrailingZeros32(uint32(d))
	if i >= len(deviationInfos) {
		return DeviationInfo{}, false
	}
	return deviationInfos[i], true
}

// HasAny reports whether d contains at least one of the bits of x.
func (d Deviation) HasAny(x Deviation) bool { return d&x != 0 }

// Each iterates over the bits of d, the lowest first.
func (d Deviation) Each() iter.Seq[Deviation] {
	return func(yield func(Deviation) bool) {
		for ; d != 0; d &= d - 1 {
			if !yield(d & -d) {
				return
			}
		}
	}
}

// String gives the names of the bits of d, separated by commas.
func (d Deviation) String() string {
	var names []string
	for bit := range d.Each() {
		if info, ok := bit.Info(); ok {
			names = append(names, info.Name)
		}
	}
	return strings.Join(names, ",")
}

// Find iterates over the places in [Reply.Raw] where the reply shows the
// departures of d, as half-open ranges: one departure after the other, the
// places of each in ascending order. It reads the reply anew.
func (r Reply) Find(d Deviation) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for bit := range (d & r.Deviations()).Each() {
			if !r.find(bit, yield) {
				return
			}
		}
	}
}

// find yields the places of one departure that the reply is known to show.
func (r Reply) find(bit Deviation, yield func(int, int) bool) bool {
	switch bit {
	case BareLF, LFInText, BareCR, CRRun, LongLine:
		return r.findLineEnds(bit, yield)
	case NUL, TelnetCommand, BlankLine:
		return r.findInPreamble(bit, yield) && r.findBytes(bit, yield)
	case ControlByte, NotUTF8, IACInText:
		return r.findBytes(bit, yield)
	default:
		return r.findPrefixes(bit, yield)
	}
}

// findLineEnds yields what is wrong with the line ends, and the part of a line
// that is too long. In a reply with LFInText a bare LF ends blank lines only.
func (r Reply) findLineEnds(bit Deviation, yield func(int, int) bool) bool {
	from := 0
	for line := range bytes.Lines(r.raw) {
		content := from + contentLen(line, false)
		to := from + len(line)
		end := to - 1 // the LF, if the line was not cut
		bareLF := end == content
		isText := r.textLF() && to > r.opener()
		ok := true
		switch {
		case bit == LongLine && len(line) > maxPlainLine:
			ok = yield(from+maxPlainLine, to)
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

// findRuns yields the runs of c in b from an index on.
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

// findInPreamble yields what stands before the code.
func (r Reply) findInPreamble(bit Deviation, yield func(int, int) bool) bool {
	for b, i := r.raw[:r.opener()], 0; i < len(b); {
		n, d := preambleElement(b[i:])
		if d == bit && !yield(i, i+n) {
			return false
		}
		i += n
	}
	return true
}

// findBytes yields what is odd among the bytes from the code on.
func (r Reply) findBytes(bit Deviation, yield func(int, int) bool) bool {
	for i := nextOdd(r.raw, r.opener()); i < len(r.raw); i = nextOdd(r.raw, i) {
		n, d := oddByte(r.raw[i:])
		if d.HasAny(bit) && !yield(i, i+n) {
			return false
		}
		i += n
	}
	return true
}

// findPrefixes yields the codes and the separators that are wrong.
func (r Reply) findPrefixes(bit Deviation, yield func(int, int) bool) bool {
	for s := range r.segments(true) {
		d := s.deviation()
		if s.code == r.Code() && (s.place == lastLine || s.place == openerLine) {
			d |= codeDeviation(s.code)
		}
		if d.HasAny(bit) {
			from, to := s.fault(bit)
			if !yield(from, to) {
				return false
			}
		}
	}
	return true
}

// fault is the part of the line's beginning that a departure is about.
func (s segment) fault(bit Deviation) (from, to int) {
	switch bit {
	case BadSeparator:
		return s.from + codeLen, s.from + codeLen + 1
	case InnerCode, ForeignTerminator, HiddenReply:
		return s.from, s.from + s.separator.prefixLen()
	default:
		return s.from, s.from + codeLen
	}
}
