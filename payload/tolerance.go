package payload

import (
	"iter"
	"math/bits"
	"strings"
)

// A Tolerance is a set of tolerances that a reader took, one bit each. All
// payloads share them: the same bit is the same departure wherever it is met.
type Tolerance uint32

// The tolerances. The order is that of the bits; it may change between versions,
// the names do not.
const (
	OtherCode        Tolerance = 1 << iota // another code of the same class
	OtherLine                              // the payload is not on the last line
	TextBefore                             // words where the payload should begin
	TextBehind                             // words behind a payload that should be the whole text
	ExtraSpace                             // spaces where the grammar has none, or one
	TrailingSpace                          // spaces at the end
	NoParentheses                          // a parenthesis is missing
	LeadingZeros                           // numbers filled up with zeros
	ExtraNumbers                           // more numbers than the grammar has
	DigitsBefore                           // digits in the words before the numbers
	LiteralHost                            // an address as text where its octets belong
	HostFragment                           // a piece of an IPv6 address where octets belong
	Masked                                 // asterisks for the host, as logs write it
	OtherDelimiter                         // not the delimiter that the RFC recommends
	FilledFields                           // fields that should be empty are not
	MissingDelimiter                       // the last delimiter is missing
	UndoubledQuote                         // a quote in a path that was not doubled
	NoQuotes                               // a path in single quotes, or in none
	NoIndent                               // a list line without the SP in front
	WideIndent                             // a list line with more than one SP in front
	TabIndent                              // a list line with a TAB in front
	CodePrefix                             // a list line with the code in front
	BlankLine                              // a blank line in a list
	OtherCase                              // letters in the other case
	InexactTime                            // a leap second, or more than nine digits of a fraction
	NoLabel                                // the word that says what the number means is missing
	NoPadding                              // "=" of base64 or zeros of a checksum are missing
	MalformedFact                          // a fact that is no name=value; it was left out
	SplitEntry                             // the facts of one entry stand on several lines
	NamesInList                            // names where numbers belong
	NoCodePrefix                           // a line without the code that belongs in front

	endOfTolerances
)

// A ToleranceInfo describes one bit of a [Tolerance].
type ToleranceInfo struct {
	Tolerance Tolerance
	Name      string // kebab-case
	Summary   string // one sentence
	Source    string // RFC and section of the rule that was waived
}

var toleranceInfos = [...]ToleranceInfo{
	{OtherCode, "other-code",
		"The reply has another code of the same class than the one that carries this payload.",
		"RFC 959, section 5.4"},
	{OtherLine, "other-line",
		"The payload of a multi-line reply is not on the last line, where most readers look for it.",
		"RFC 959, section 4.2"},
	{TextBefore, "text-before",
		"Words stand where the payload should begin.",
		"RFC 959, appendix II; RFC 3659, sections 3.1 and 4.1"},
	{TextBehind, "text-behind",
		"Words stand behind a payload that should be the end of the text.",
		"RFC 2428, section 3; RFC 3659, sections 3.1 and 4.1"},
	{ExtraSpace, "extra-space",
		"Spaces stand where the grammar has none, or more of them than one.",
		"RFC 959, section 5.3.2; RFC 2428, section 3; RFC 3659, section 4.1"},
	{TrailingSpace, "trailing-space",
		"Spaces stand at the end of the payload.",
		"RFC 2389, section 3.2; RFC 3659, sections 3.1 and 4.1"},
	{NoParentheses, "no-parentheses",
		"The numbers stand without their parentheses, or with one of them.",
		"RFC 959, section 4.2.1; RFC 1123, section 4.1.2.6; RFC 1639, section 3; RFC 2428, section 3"},
	{LeadingZeros, "leading-zeros",
		"A number is filled up with zeros in front; some readers take it for octal.",
		"RFC 959, section 5.3.2"},
	{ExtraNumbers, "extra-numbers",
		"More numbers stand in the list than it has; the first ones were taken.",
		"RFC 959, section 5.3.2"},
	{DigitsBefore, "digits-before",
		"Digits stand in the words before the list; a reader that looks for the first digit is misled.",
		"RFC 1123, section 4.1.2.6"},
	{LiteralHost, "literal-host",
		"The host is an address as people write it, not as the list's octets.",
		"RFC 959, section 5.3.2; RFC 1639, section 3"},
	{HostFragment, "host-fragment",
		"The host is a piece of an IPv6 address and says nothing; the port can be read.",
		"RFC 959, section 5.3.2"},
	{Masked, "masked",
		"The host is hidden behind asterisks: a log was read, not the connection.",
		"RFC 959, section 5.3.2"},
	{OtherDelimiter, "other-delimiter",
		"The delimiter is legal but not the vertical bar; several readers know no other.",
		"RFC 2428, section 2"},
	{FilledFields, "filled-fields",
		"The fields of protocol and address, which should be empty, are filled.",
		"RFC 2428, section 3"},
	{MissingDelimiter, "missing-delimiter",
		"The delimiter behind the last value is missing.",
		"RFC 2428, section 3; RFC 3659, section 7.2"},
	{UndoubledQuote, "undoubled-quote",
		"A quote in the path was not doubled; where the path ends was inferred from the space behind it.",
		"RFC 959, appendix II"},
	{NoQuotes, "no-quotes",
		"The path stands in single quotes, or in none.",
		"RFC 959, appendix II"},
	{NoIndent, "no-indent",
		"A line of the list does not begin with a space.",
		"RFC 2389, section 3.2; RFC 3659, section 7.2"},
	{WideIndent, "wide-indent",
		"A line of the list begins with more than one space.",
		"RFC 2389, section 3.2; RFC 3659, section 7.2"},
	{TabIndent, "tab-indent",
		"A line of the list begins with a TAB.",
		"RFC 2389, section 3.2; RFC 3659, section 7.2"},
	{CodePrefix, "code-prefix",
		"A line of the list begins with the code and a hyphen.",
		"RFC 2389, section 3.2; RFC 3659, section 7.2"},
	{BlankLine, "blank-line",
		"A line of the list is blank.",
		"RFC 2389, section 3.2; RFC 3659, section 7.2"},
	{OtherCase, "other-case",
		"A word is spelt in the other case than its definition.",
		"RFC 959, section 4.2.1; RFC 2389, section 3.2"},
	{InexactTime, "inexact-time",
		"The time is a leap second, for which the next second is given, or its fraction was cut to nanoseconds.",
		"RFC 3659, section 2.3"},
	{NoLabel, "no-label",
		"The word that says what the number means is missing.",
		"RFC 959, section 4.2.1"},
	{NoPadding, "no-padding",
		"The value is short of its filling: the = of base64 or the zeros of a checksum.",
		"RFC 2228, section 10"},
	{MalformedFact, "malformed-fact",
		"A fact is not a name, an equals sign and a value; it was left out.",
		"RFC 3659, section 7.2"},
	{SplitEntry, "split-entry",
		"The facts of one entry stand on several lines.",
		"RFC 3659, section 7.2"},
	{NamesInList, "names-in-list",
		"Names stand in a list of numbers.",
		"RFC 1639, section 4"},
	{NoCodePrefix, "no-code-prefix",
		"A line begins without the code and hyphen that each line of this reply must have.",
		"RFC 2228, section 5.2"},
}

// Tolerances lists the description of every tolerance, in the order of the bits.
func Tolerances() iter.Seq[ToleranceInfo] {
	return func(yield func(ToleranceInfo) bool) {
		for _, info := range toleranceInfos {
			if !yield(info) {
				return
			}
		}
	}
}

// Info describes the lowest bit of d; ok is false when there is none.
func (d Tolerance) Info() (info ToleranceInfo, ok bool) {
	i := bits.TrailingZeros32(uint32(d))
	if i >= len(toleranceInfos) {
		return ToleranceInfo{}, false
	}
	return toleranceInfos[i], true
}

// Has reports whether d and x have a bit in common.
func (d Tolerance) Has(x Tolerance) bool { return d&x != 0 }

// Each iterates over the bits of d, the lowest first.
func (d Tolerance) Each() iter.Seq[Tolerance] {
	return func(yield func(Tolerance) bool) {
		for ; d != 0; d &= d - 1 {
			if !yield(d & -d) {
				return
			}
		}
	}
}

// String gives the names of the bits of d, separated by commas.
func (d Tolerance) String() string {
	var names []string
	for bit := range d.Each() {
		if info, ok := bit.Info(); ok {
			names = append(names, info.Name)
		}
	}
	return strings.Join(names, ",")
}
