package replytest

import (
	"cmp"
	"slices"
)

// A Departure is a way in which a stream differs from replies in the grammar of RFC 959,
// section 4.2.
type Departure struct {
	Name   string // of the ftpreply.Deviation, or of the Kind of an error
	Must   bool   // the RFCs require a reader to read the reply all the same
	Bug    Bug    // the mistake that readers make here
	Source string // document and section
	Effect string // the consequence for a reader that makes the mistake
}

// A Bug is a kind of mistake in a reader of replies.
type Bug string

// The kinds of mistakes.
const (
	EarlyEnd  Bug = "early-end"  // it ends a reply at a line of text, and is one reply ahead afterwards
	LateEnd   Bug = "late-end"   // it does not see the end, and waits
	WrongCode Bug = "wrong-code" // it acts on another code than the server sent
	WrongText Bug = "wrong-text" // it alters or loses text
	Refusal   Bug = "refusal"    // it fails on a reply that has one reading
	Partial   Bug = "partial"    // it returns an incomplete reply, or a line that is not a reply
)

// Departures returns the departures of the outcomes under [Default], in the order of their
// names, each once. The caller owns the result.
func (v *Vector) Departures() (all []Departure) {
	for _, o := range v.Want[Default] {
		for _, name := range append([]string{string(o.Kind)}, o.Deviations...) {
			if d, ok := departures[name]; ok {
				d.Name = name
				all = append(all, d)
			}
		}
	}
	slices.SortFunc(all, func(a, b Departure) int { return cmp.Compare(a.Name, b.Name) })
	return slices.Compact(all)
}

const (
	grammar    = "RFC 959, section 4.2"
	incomplete = "The stream contains an incomplete reply. A reader that returns it hands a cut text to its caller."
)

// departures has an entry for each deviation that a vector names, and for each kind of error.
var departures = map[string]Departure{
	"inner-code": {Must: true, Bug: EarlyEnd, Source: grammar,
		Effect: "Only the code of the first line and a space end a multi-line reply. A reader that ends it at any code acts on the wrong code and is one reply off afterwards."},
	"unpadded-digits": {Must: true, Bug: EarlyEnd, Source: grammar,
		Effect: "Text that begins with digits does not end a multi-line reply."},
	"unknown-code": {Must: true, Bug: Refusal, Source: "RFC 1123, section 4.1.2.11",
		Effect: "A client decides by the first digit, so it must read codes that it does not know."},
	"hidden-reply": {Bug: EarlyEnd, Source: "RFC 959, section 4.2; RFC 2640, section 3.1",
		Effect: "The server ends its lines with CR LF, so a bare LF is text, often of a file name. A reader that ends lines at any LF lets every user of the server forge replies."},
	"lf-in-text": {Bug: WrongText, Source: "RFC 2640, section 3.1",
		Effect: "The server ends its lines with CR LF, so a bare LF is text."},
	"bare-lf":           {Bug: LateEnd, Source: grammar, Effect: "The server ends its lines with LF alone."},
	"cr-run":            {Bug: WrongText, Source: grammar, Effect: "The line ends in more than one CR."},
	"bare-cr":           {Bug: WrongText, Source: "RFC 1123, section 2.3", Effect: "A CR inside a line is text."},
	"nul":               {Bug: WrongText, Source: "RFC 854", Effect: "A NUL is data, or padding before a code."},
	"control-byte":      {Bug: WrongText, Source: grammar, Effect: "Control characters are data."},
	"not-utf8":          {Bug: Refusal, Source: "RFC 2640, section 2.2", Effect: "Text may be in any encoding."},
	"iac-in-text":       {Bug: WrongText, Source: "RFC 854", Effect: "A single byte 255 in text is data of a server that does not double it."},
	"telnet-command":    {Bug: Refusal, Source: "RFC 854", Effect: "A Telnet command may precede the code."},
	"blank-line":        {Bug: Partial, Source: grammar, Effect: "A blank line before the code is not a reply."},
	"bare-code":         {Bug: Refusal, Source: grammar, Effect: "The space after the code is missing."},
	"bad-separator":     {Bug: Refusal, Source: grammar, Effect: "Neither a space nor a hyphen follows the code."},
	"code-out-of-range": {Bug: Refusal, Source: grammar, Effect: "The code is outside the range of the RFCs."},
	"bare-terminator": {Bug: LateEnd, Source: "RFC 3659, section 7.2",
		Effect: "The last line is the code alone. A reader that waits for the space waits until its deadline."},
	"foreign-terminator": {Bug: WrongCode, Source: grammar, Effect: "The reply ends with another code than it began with."},
	"long-line":          {Bug: Refusal, Source: grammar, Effect: "The line has more than 512 bytes."},

	string(KindNotReply): {Bug: Partial, Source: grammar, Effect: "A line without a code is not a reply."},
	string(KindEOF):      {Bug: Partial, Source: grammar, Effect: incomplete},
	string(KindOpen):     {Bug: Partial, Source: grammar, Effect: incomplete},
	string(KindTooLong): {Bug: Partial, Source: grammar,
		Effect: "A reply is longer than 1 MiB. A reader may refuse it, but must not take an inner line for a reply."},
}
