package payload

import (
	"iter"
	"math/bits"
	"strings"
)

// A Tolerance is a set of variants that a reader accepted, one bit each. All payloads share
// the bits: the same bit means the same variant everywhere.
type Tolerance uint64

// The tolerances. The order of the bits may change between versions. The names do not
// change.
const (
	OtherCode        Tolerance = 1 << iota // another code of the same class
	OtherLine                              // the payload is not on the last line
	TextBefore                             // words before a payload that should come first
	TextAfter                              // words after a payload that should be the whole text
	ExtraSpace                             // spaces where the grammar has none, or one
	TrailingSpace                          // spaces at the end
	NoParentheses                          // a parenthesis is missing
	LeadingZeros                           // numbers filled up with zeros
	DigitsBefore                           // digits in the words before the numbers
	LiteralHost                            // an address as text instead of its octets
	HostFragment                           // a piece of an IPv6 address instead of octets
	OtherDelimiter                         // not the delimiter that the RFC recommends
	FilledFields                           // fields that should be empty are not
	MissingDelimiter                       // the last delimiter is missing
	UndoubledQuote                         // a quote in a path that was not doubled
	NoQuotes                               // a path in single quotes, or without quotes
	NoIndent                               // a list line without the SP at its start
	WideIndent                             // a list line with more than one SP at its start
	TabIndent                              // a list line with a TAB at its start
	CodePrefix                             // a list line with the code at its start
	BlankLine                              // a blank line in a list
	OtherCase                              // letters in the other case
	InexactTime                            // a leap second, or more than nine digits of a fraction
	NoLabel                                // the word that says what the number means is missing
	NoPadding                              // the "=" of base64 or the zeros of a checksum are missing
	MalformedFact                          // a fact that is not name=value; it was left out
	SplitEntry                             // the facts of one entry are on several lines
	NamesInList                            // names in a list of numbers
	NoCodePrefix                           // a line without the code that it must begin with
	MissingSpace                           // the SP before a path is missing
	TabInName                              // a TAB in a name
	EmptyName                              // nothing between the quotes of a path
	OtherLabel                             // not the words that the RFC has before the value
	OneLine                                // a list in the only line of a reply

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
		"The reply has a different code of the same class than the one that carries this payload.",
		"RFC 959, section 5.4"},
	{OtherLine, "other-line",
		"The payload of a multi-line reply is not on the last line, where most readers look for it.",
		"RFC 959, section 4.2"},
	{TextBefore, "text-before",
		"Words precede a payload that should be at the start of the text.",
		"RFC 959, appendix II; RFC 3659, sections 3.1 and 4.1"},
	{TextAfter, "text-after",
		"Words follow a payload that should be at the end of the text.",
		"RFC 2428, section 3; RFC 3659, sections 3.1 and 4.1"},
	{ExtraSpace, "extra-space",
		"The text has spaces where the grammar has none, or more spaces than one.",
		"RFC 959, section 5.3.2; RFC 2428, section 3; RFC 3659, section 4.1"},
	{TrailingSpace, "trailing-space",
		"The payload ends in spaces.",
		"RFC 2389, section 3.2; RFC 3659, sections 3.1 and 4.1"},
	{NoParentheses, "no-parentheses",
		"The numbers lack one or both of their parentheses.",
		"RFC 959, section 4.2.1; RFC 1123, section 4.1.2.6; RFC 1639, section 3; RFC 2428, section 3"},
	{LeadingZeros, "leading-zeros",
		"A number begins with extra zeros; some readers take it for octal.",
		"RFC 959, section 5.3.2"},
	{DigitsBefore, "digits-before",
		"The words before the list contain digits; a reader that looks for the first digit is misled.",
		"RFC 1123, section 4.1.2.6"},
	{LiteralHost, "literal-host",
		"The host is an address as people write it, not the octets of the list.",
		"RFC 959, section 5.3.2; RFC 1639, section 3"},
	{HostFragment, "host-fragment",
		"The host is a piece of an IPv6 address and cannot be used; the port can be read.",
		"RFC 959, section 5.3.2"},
	{OtherDelimiter, "other-delimiter",
		"The delimiter is legal but is not the vertical bar; several readers accept only that.",
		"RFC 2428, section 2"},
	{FilledFields, "filled-fields",
		"The fields of protocol and address, which should be empty, are filled.",
		"RFC 2428, section 3"},
	{MissingDelimiter, "missing-delimiter",
		"The delimiter after the last value is missing.",
		"RFC 2428, section 3; RFC 3659, section 7.2"},
	{UndoubledQuote, "undoubled-quote",
		"A quote in the path was not doubled; the end of the path was inferred from the space after it.",
		"RFC 959, appendix II"},
	{NoQuotes, "no-quotes",
		"The path is in single quotes, or has no quotes.",
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
		"A word is spelled in the other case than in its definition.",
		"RFC 959, section 4.2.1; RFC 2389, section 3.2"},
	{InexactTime, "inexact-time",
		"The time is a leap second, for which the next second is given, or its fraction was cut to nanoseconds.",
		"RFC 3659, section 2.3"},
	{NoLabel, "no-label",
		"The word that says what the number means is missing.",
		"RFC 959, section 4.2.1"},
	{NoPadding, "no-padding",
		"The value lacks its padding: the = of base64 or the leading zeros of a checksum.",
		"RFC 2228, section 10"},
	{MalformedFact, "malformed-fact",
		"A fact is not a name, an equals sign and a value; it was left out.",
		"RFC 3659, section 7.2"},
	{SplitEntry, "split-entry",
		"The facts of one entry are on several lines.",
		"RFC 3659, section 7.2"},
	{NamesInList, "names-in-list",
		"A list of numbers contains names.",
		"RFC 1639, section 4"},
	{NoCodePrefix, "no-code-prefix",
		"A line begins without the code and hyphen that each line of this reply must have.",
		"RFC 2228, section 5.2"},
	{MissingSpace, "missing-space",
		"The space between the facts and the path is missing.",
		"RFC 3659, section 7.2"},
	{TabInName, "tab-in-name",
		"A name contains a TAB.",
		"RFC 2640, section 3.1"},
	{EmptyName, "empty-name",
		"The path between the quotes is empty.",
		"RFC 959, appendix II"},
	{OtherLabel, "other-label",
		"The words before the value are not the words of the RFC.",
		"RFC 3659, section 7.9.1"},
	{OneLine, "one-line",
		"The list is in the only line of the reply.",
		"RFC 959, section 4.2"},
}

// Tolerances yields the description of every tolerance, in the order of the bits.
func Tolerances() iter.Seq[ToleranceInfo] {
	return func(yield func(ToleranceInfo) bool) {
		for _, info := range toleranceInfos {
			if !yield(info) {
				return
			}
		}
	}
}

// Info describes the lowest bit of d. ok is false if d is empty.
func (d Tolerance) Info() (info ToleranceInfo, ok bool) {
	i := bits.TrailingZeros64(uint64(d))
	if i >= len(toleranceInfos) {
		return ToleranceInfo{}, false
	}
	return toleranceInfos[i], true
}

// HasAny reports whether d and x have a bit in common.
func (d Tolerance) HasAny(x Tolerance) bool { return d&x != 0 }

// Each yields the bits of d, the lowest first.
func (d Tolerance) Each() iter.Seq[Tolerance] {
	return func(yield func(Tolerance) bool) {
		for ; d != 0; d &= d - 1 {
			if !yield(d & -d) {
				return
			}
		}
	}
}

// String returns the names of the bits of d, separated by commas.
func (d Tolerance) String() string {
	var names []string
	for bit := range d.Each() {
		if info, ok := bit.Info(); ok {
			names = append(names, info.Name)
		}
	}
	return strings.Join(names, ",")
}
