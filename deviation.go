package ftpreply

import (
	"bytes"
	"iter"
	"math/bits"
	"strings"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// A Deviation is a set of deviations from the grammar of replies, one bit for each. The framer
// collects them while it looks for the end of a reply. [Reply.Find] computes their places on
// demand.
type Deviation uint32

// The bits of a Deviation. Their order may change between versions; their names do not.
const (
	BareLF            Deviation = 1 << iota // a line ends in LF without CR
	LFInText                                // a LF without CR where only CR LF ends lines
	HiddenReply                             // bytes after a bare LF that look like a reply
	BareCR                                  // a CR that belongs to no line ending
	CRRun                                   // more than one CR in a line ending
	NUL                                     // a NUL, before the code or in the text
	ControlByte                             // another control character except TAB
	NotUTF8                                 // bytes that are not UTF-8
	TelnetCommand                           // Telnet commands before the code
	IACInText                               // a single IAC (byte 255) after the code
	BlankLine                               // a blank line before the reply
	BareCode                                // a one-line reply that is only a code
	BadSeparator                            // neither SP nor hyphen after the code
	CodeOutOfRange                          // a code outside 100-559 and 6yz
	UnknownCode                             // a code that is not in the table
	InnerCode                               // an interior line that begins with another code
	UnpaddedDigits                          // an interior line that otherwise begins with three digits
	BareTerminator                          // a last line that is only a code
	ForeignTerminator                       // a last line with another code (Options.AnyCode)
	LongLine                                // a line of more than 512 bytes

	endOfDeviations
)

// Strict is the set of all deviations that an RFC forbids. It does not contain those that are
// legal: text that is not ASCII, a code outside the table, and a long line.
const Strict = (endOfDeviations - 1) &^ (NotUTF8 | UnknownCode | LongLine)

// A DeviationInfo describes one bit of a [Deviation].
type DeviationInfo struct {
	Deviation Deviation
	Name      string // in kebab-case
	Summary   string // one sentence
	Source    string // the RFC and section that forbid it, or the reason why it is legal
}

var deviationInfos = [...]DeviationInfo{
	{BareLF, "bare-lf",
		"A line ends in LF alone; CR LF is the Telnet end of line.",
		"RFC 959, section 4.2; RFC 1123, section 4.1.2.10"},
	{LFInText, "lf-in-text",
		"The server ends its lines with CR LF, so this LF is part of the text: often a file name or an echoed command.",
		"RFC 959, section 4.2; RFC 2640, section 3.1"},
	{HiddenReply, "hidden-reply",
		"The bytes after a bare LF look like a reply to every reader that ends lines at any LF.",
		"RFC 959, section 4.2; RFC 2640, section 3.1"},
	{BareCR, "bare-cr",
		"A line contains a CR without a LF after it; some readers end the line there.",
		"RFC 854, the NVT printer and keyboard; RFC 5198, section 2"},
	{CRRun, "cr-run",
		"More than one CR precedes the LF; some readers see an additional line.",
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
		"Telnet commands precede the code, in answer to Telnet commands of the client.",
		"RFC 1123, section 4.1.2.12; RFC 3659, section 2.2.1"},
	{IACInText, "iac-in-text",
		"A byte 255 that is not doubled begins a command to a reader that speaks Telnet.",
		"RFC 854, the command structure; RFC 3659, section 2.2"},
	{BlankLine, "blank-line",
		"A blank line precedes the reply; it is not a reply, and some readers fail on it.",
		"RFC 959, section 4.2"},
	{BareCode, "bare-code",
		"The reply is a code without the SP that belongs to it.",
		"RFC 959, section 4.2; allowed to LANG by RFC 2640, section 4.2 and to HOST by RFC 7151, section 3.1"},
	{BadSeparator, "bad-separator",
		"The byte after the code is neither SP nor hyphen; many readers see no reply in this line.",
		"RFC 959, section 4.2"},
	{CodeOutOfRange, "code-out-of-range",
		"The code is outside the ranges in which the RFCs define codes: 100 to 559, and 6yz.",
		"RFC 959, section 4.2; RFC 2228, section 5"},
	{UnknownCode, "unknown-code",
		"The code is in no table; its first digit still determines the next step.",
		"legal: RFC 1123, section 4.1.2.11"},
	{InnerCode, "inner-code",
		"A line inside the reply begins with another code; many readers take it for the end of the reply.",
		"RFC 959, section 4.2"},
	{UnpaddedDigits, "unpadded-digits",
		"A line inside the reply begins with three digits and should have been padded in front.",
		"RFC 959, section 4.2"},
	{BareTerminator, "bare-terminator",
		"The last line is the code without a SP; many readers continue to wait.",
		"RFC 959, section 4.2; allowed to MLST by RFC 3659, section 7.2"},
	{ForeignTerminator, "foreign-terminator",
		"The last line has another code than the first.",
		"RFC 959, section 4.2"},
	{LongLine, "long-line",
		"One line has more than 512 bytes, which is more than old readers hold.",
		"legal: no RFC sets a maximum, RFC 2228, section 10 forbids one for 63z"},
}

// Deviations returns an iterator over the descriptions of all deviations, in the order of the
// bits.
func Deviations() iter.Seq[DeviationInfo] {
	return func(yield func(DeviationInfo) bool) {
		for _, info := range deviationInfos {
			if !yield(info) {
				return
			}
		}
	}
}

// Info returns the description of the lowest bit of d. ok is false if d is 0.
func (d Deviation) Info() (info DeviationInfo, ok bool) {
	i := bits.TrailingZeros32(uint32(d))
	if i >= len(deviationInfos) {
		return DeviationInfo{}, false
	}
	return deviationInfos[i], true
}

// HasAny reports whether d contains at least one of the bits of x.
func (d Deviation) HasAny(x Deviation) bool { return d&x != 0 }

// Each returns an iterator over the bits of d, lowest first.
func (d Deviation) Each() iter.Seq[Deviation] {
	return func(yield func(Deviation) bool) {
		for ; d != 0; d &= d - 1 {
			if !yield(d & -d) {
				return
			}
		}
	}
}

// String returns the names of the bits of d, separated by commas.
func (d Deviation) String() string {
	var names []string
	for bit := range d.Each() {
		if info, ok := bit.Info(); ok {
			names = append(names, info.Name)
		}
	}
	return strings.Join(names, ",")
}

// The functions below judge single lines and bytes. The framer uses them while it looks for
// the end of a reply, and Reply.Find to find the places.

// openerDeviation judges the separator of a one-line reply.
func openerDeviation(s wire.Separator) Deviation {
	switch s {
	case wire.LineEnd:
		return BareCode
	case wire.Other:
		return BadSeparator
	default:
		return 0
	}
}

// interiorDeviation judges the beginning of an interior line. same reports that its code is
// that of the first line.
func interiorDeviation(same bool, s wire.Separator) Deviation {
	switch {
	case s == wire.NoCode, s == wire.Hyphen && same:
		return 0
	case s == wire.Digit, s == wire.Other, same:
		return UnpaddedDigits
	default:
		return InnerCode
	}
}

// lastDeviation judges the line that ends a multi-line reply.
func lastDeviation(same bool, s wire.Separator) Deviation {
	switch {
	case !same:
		return ForeignTerminator
	case s == wire.LineEnd:
		return BareTerminator
	default:
		return 0
	}
}

// hiddenDeviation judges the bytes after a LF that is text. A reader that ends lines at any LF
// takes the reply's own code and a hyphen for an interior line.
func hiddenDeviation(interior bool, s wire.Separator) Deviation {
	if s == wire.Space || s == wire.LineEnd || s == wire.Hyphen && !interior {
		return HiddenReply
	}
	return 0
}

// preambleElement returns the length and the deviation of the element with which b begins:
// a NUL, a Telnet command or a blank line, which have no meaning before a code. n is 0 for
// other bytes. b must not be empty.
func preambleElement(b []byte) (n int, d Deviation) {
	if b[0] == 0 {
		return 1, NUL
	}
	if n := wire.TelnetLen(b); n > 0 {
		return n, TelnetCommand
	}
	if end := bytes.IndexByte(b, '\n') + 1; end > 0 && wire.ContentLen(b[:end]) == 0 {
		return end, BlankLine
	}
	return 0, 0
}

// preambleDeviations returns the deviations of the elements of b, whose length is that of
// wire.PreambleLen.
func preambleDeviations(b []byte) (d Deviation) {
	for len(b) > 0 {
		n, element := preambleElement(b)
		d |= element
		b = b[n:]
	}
	return d
}

// oddByte returns the length and the deviations of the first character of b.
func oddByte(b []byte) (n int, d Deviation) {
	switch c := b[0]; {
	case c == 0:
		return 1, NUL
	case c == wire.IAC && len(b) > 1 && b[1] == wire.IAC:
		return 2, NotUTF8 // IAC IAC is how Telnet writes one byte 255
	case c == wire.IAC:
		return 1, NotUTF8 | IACInText
	case c < ' ' && c != '\t' && c != '\r' && c != '\n', c == wire.DEL:
		return 1, ControlByte
	case c < utf8.RuneSelf:
		return 1, 0
	}
	if _, n := utf8.DecodeRune(b); n > 1 {
		return n, 0
	}
	return 1, NotUTF8
}

// oddBytes returns the deviations that oddByte finds in b.
func oddBytes(b []byte) (d Deviation) {
	for i := wire.NextOdd(b, 0); i < len(b); i = wire.NextOdd(b, i) {
		n, odd := oddByte(b[i:])
		d |= odd
		i += n
	}
	return d
}
