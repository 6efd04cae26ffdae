package replytest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// An Answer is one reply as a reader under test returns it.
type Answer struct {
	Code int

	// Lines holds the text of each line without the code and the line ending. Nil means
	// that the reader does not keep the text; then only codes are compared.
	Lines []string
}

// Check runs the [Vectors] on a reader of replies, one subtest for each vector. newReader
// returns a function that reads the next reply from r each time it is called.
//
// Every vector is delivered in one piece, byte by byte, and cut in two at every place with
// a deadline ([ErrDeadline]) at the cut. Check calls the function until it returns an error
// other than a deadline.
//
// A reply that follows the RFCs must be read exactly ([Vector.Must]). If the server departs
// from them, the reader may also give up or wait. In no case may it return a reply that the
// server did not send: such a reader takes text for a reply, or a part of a reply for the
// whole, and assigns every later reply to the wrong command. A failure shows the bytes, the
// expected and the returned replies, and the consequence.
func Check(t *testing.T, newReader func(r io.Reader) func() (Answer, error)) {
	for _, v := range Vectors() {
		t.Run(v.Name, func(t *testing.T) {
			for _, fault := range check(v, newReader) {
				t.Error(fault)
			}
		})
	}
}

// A delivery is one way in which a vector reaches the reader.
type delivery struct {
	name   string
	reader *Reader
	cut    bool // there is a deadline in the middle; the reader may give up at it
}

// Vectors longer than these are not delivered byte by byte, and not cut at every place.
const (
	maxBytewise = 4096
	maxCut      = 256
)

// deliveries returns every way in which Check delivers v.
func (v *Vector) deliveries() (all []delivery) {
	input := v.Input()
	last := Read{Err: ErrDeadline}
	if v.EOF {
		last.Err = io.EOF
	}
	all = append(all, delivery{name: "in one piece", reader: NewReader(Read{Bytes: input}, last)})
	if len(input) <= maxBytewise {
		var reads []Read
		for i := range input {
			reads = append(reads, Read{Bytes: input[i : i+1]})
		}
		all = append(all, delivery{name: "byte by byte", reader: NewReader(append(reads, last)...)})
	}
	if len(input) <= maxCut {
		for i := 1; i < len(input); i++ {
			all = append(all, delivery{
				name:   fmt.Sprintf("with a deadline after %d bytes", i),
				reader: NewReader(Read{Bytes: input[:i], Err: ErrDeadline}, Read{Bytes: input[i:]}, last),
				cut:    true,
			})
		}
	}
	return all
}

// check returns a text for each kind of failure of the reader on v.
func check(v *Vector, newReader func(io.Reader) func() (Answer, error)) (faults []string) {
	if v.MaxReply != 0 {
		return nil // such a vector is about the limit of package ftpreply
	}
	reported := map[string]bool{}
	for _, d := range v.deliveries() {
		got, err := readAll(newReader(d.reader))
		fault := v.fault(got, err, d.cut)
		if fault == "" || reported[fault] {
			continue
		}
		reported[fault] = true
		faults = append(faults, fmt.Sprintf("%s\nbytes:    %s, delivered %s\nexpected: %s\nreturned: %s\n%s",
			fault, abbreviated(v.Input()), d.name, describeWanted(v), describe(got), v.note()))
	}
	return faults
}

// maxReads bounds the calls of a reader that returns nothing but deadlines.
const maxReads = 4

// readAll calls next until it returns an error that no further call can overcome.
func readAll(next func() (Answer, error)) (got []Answer, err error) {
	for deadlines := 0; deadlines < maxReads; {
		var a Answer
		a, err = next()
		switch {
		case err == nil:
			got, deadlines = append(got, a), 0
		case errors.Is(err, ErrDeadline):
			deadlines++
		default:
			return got, err
		}
	}
	return got, err
}

// An expectation is a reply that a reader returns, or may return.
type expectation struct {
	Answer
	optional bool // a reader may leave it out, or return it with any code and text
}

// expectations returns the replies among the outcomes of v. Optional are a reply that is too
// long, and an incomplete reply whose last line is complete: it has ended for a reader that
// takes any code, or any LF, for the end.
func (v *Vector) expectations() (want []expectation) {
	for _, o := range v.Want[Default] {
		switch {
		case o.Kind == KindReply:
			want = append(want, expectation{Answer: Answer{o.Code, o.Lines}})
		case o.Kind == KindTooLong, (o.Kind == KindOpen || o.Kind == KindEOF) && strings.HasSuffix(o.Raw, "\n"):
			want = append(want, expectation{optional: true})
		}
	}
	return want
}

// fault compares the replies that a reader returned with those of v.
func (v *Vector) fault(got []Answer, err error, cut bool) string {
	want := v.expectations()
	exact := v.Must()
	for i, a := range got {
		for len(want) > 1 && want[0].optional && want[1].Code == a.Code {
			want = want[1:]
		}
		switch {
		case len(want) == 0:
			return fmt.Sprintf("reply %d (code %03d) was never sent", i+1, a.Code)
		case want[0].optional:
		case want[0].Code != a.Code:
			return fmt.Sprintf("reply %d has code %03d, not %03d", i+1, a.Code, want[0].Code)
		case exact && a.Lines != nil && !slices.Equal(want[0].Lines, a.Lines):
			return fmt.Sprintf("reply %d (code %03d) has other lines", i+1, a.Code)
		}
		want = want[1:]
	}
	if exact && !cut && len(want) > 0 && !want[0].optional {
		return fmt.Sprintf("reply %d (code %03d) is missing; the reader returned %v", len(got)+1, want[0].Code, err)
	}
	return ""
}

// Must reports whether the RFCs require a reader to read every reply of the vector. If not,
// a reader may also give up or wait, but it must not return any other reply.
func (v *Vector) Must() bool {
	for _, o := range v.Want[Default] {
		if o.Kind != KindReply && o.Kind != KindOpen {
			return false
		}
		for _, d := range o.Deviations {
			if !departures[d].must {
				return false
			}
		}
	}
	return true
}

// A departure is a way in which a reply differs from the grammar of RFC 959.
type departure struct {
	must   bool   // the RFCs require a reader to read the reply all the same
	source string // document and section
	effect string // the consequence for a reader that does otherwise
}

// departures has an entry for each deviation that a vector names.
var departures = map[string]departure{
	"inner-code": {true, "RFC 959, section 4.2",
		"Only the code of the first line and a space end a multi-line reply. A reader that ends it at any code acts on the wrong code and is one reply off afterwards."},
	"unpadded-digits": {true, "RFC 959, section 4.2",
		"Text that begins with digits does not end a multi-line reply."},
	"unknown-code": {true, "RFC 1123, section 4.1.2.11",
		"A client decides by the first digit, so it must read codes that it does not know."},
	"hidden-reply": {false, "RFC 959, section 4.2; RFC 2640, section 3.1",
		"The server ends its lines with CR LF, so a bare LF is text, often of a file name. A reader that ends lines at any LF lets every user of the server forge replies."},
	"lf-in-text": {false, "RFC 2640, section 3.1",
		"The server ends its lines with CR LF, so a bare LF is text."},
	"bare-lf":            {false, "RFC 959, section 4.2", "The server ends its lines with LF alone."},
	"cr-run":             {false, "RFC 959, section 4.2", "The line ends in more than one CR."},
	"bare-cr":            {false, "RFC 1123, section 2.3", "A CR inside a line is text."},
	"nul":                {false, "RFC 854", "A NUL is data, or padding before a code."},
	"control-byte":       {false, "RFC 959, section 4.2", "Control characters are data."},
	"not-utf8":           {false, "RFC 2640, section 2.2", "Text may be in any encoding."},
	"iac-in-text":        {false, "RFC 854", "A single byte 255 in text is data of a server that does not double it."},
	"telnet-command":     {false, "RFC 854", "A Telnet command may precede the code."},
	"blank-line":         {false, "RFC 959, section 4.2", "A blank line before the code is not a reply."},
	"bare-code":          {false, "RFC 959, section 4.2", "The code stands without the space that belongs to it."},
	"bad-separator":      {false, "RFC 959, section 4.2", "Neither a space nor a hyphen follows the code."},
	"code-out-of-range":  {false, "RFC 959, section 4.2", "The code is outside the range of the RFCs."},
	"bare-terminator":    {false, "RFC 3659, section 7.2", "The last line is the code alone. A reader that waits for the space waits until its deadline."},
	"foreign-terminator": {false, "RFC 959, section 4.2", "The reply ends with another code than it began with."},
	"long-line":          {false, "RFC 959, section 4.2", "The line has more than 512 bytes."},
}

// note explains why the vector matters.
func (v *Vector) note() string {
	var notes []string
	for _, o := range v.Want[Default] {
		switch o.Kind {
		case KindNotReply:
			notes = append(notes, "A line without a code is not a reply (RFC 959, section 4.2).")
		case KindEOF, KindOpen:
			notes = append(notes, "The stream contains an incomplete reply. A reader that returns it hands a cut text to its caller.")
		case KindTooLong:
			notes = append(notes, "A reply is longer than 1 MiB. A reader may refuse it, but must not take an inner line for a reply.")
		}
		for _, d := range o.Deviations {
			notes = append(notes, fmt.Sprintf("%s: %s (%s)", d, departures[d].effect, departures[d].source))
		}
	}
	slices.Sort(notes)
	return strings.Join(slices.Compact(notes), "\n")
}

// describeWanted shows the replies that a reader has to return.
func describeWanted(v *Vector) string {
	var answers []Answer
	for _, e := range v.expectations() {
		if !e.optional {
			answers = append(answers, e.Answer)
		}
	}
	return describe(answers)
}

// describe shows replies, at most eight of them, with abbreviated lines.
func describe(answers []Answer) string {
	const most = 8
	var shown []string
	for _, a := range answers[:min(most, len(answers))] {
		text := fmt.Sprintf("%03d", a.Code)
		for _, line := range a.Lines[:min(most, len(a.Lines))] {
			text += " " + abbreviated([]byte(line))
		}
		shown = append(shown, text)
	}
	if len(answers) > most {
		shown = append(shown, fmt.Sprintf("and %d more", len(answers)-most))
	}
	if len(shown) == 0 {
		return "no reply"
	}
	return strings.Join(shown, "; ")
}

// abbreviated quotes b, or its beginning and its length.
func abbreviated(b []byte) string {
	const most = 120
	if len(b) <= most {
		return fmt.Sprintf("%q", b)
	}
	return fmt.Sprintf("%q… (%d bytes)", b[:most], len(b))
}
