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

// An Expectation is a reply that a reader returns, or may return.
type Expectation struct {
	Answer
	Optional bool // a reader may leave it out, or return it with any code and text
}

// Expectations returns the replies among the outcomes of v under [Default]. Optional are a
// reply that is too long, and an incomplete reply whose last line is complete: it has ended
// for a reader that takes any code, or any LF, for the end. The caller owns the result.
func (v *Vector) Expectations() (want []Expectation) {
	for _, o := range v.Want[Default] {
		switch {
		case o.Kind == KindReply:
			want = append(want, Expectation{Answer: Answer{o.Code, o.Lines}})
		case o.Kind == KindTooLong, (o.Kind == KindOpen || o.Kind == KindEOF) && strings.HasSuffix(o.Raw, "\n"):
			want = append(want, Expectation{Optional: true})
		}
	}
	return want
}

// fault compares the replies that a reader returned with those of v.
func (v *Vector) fault(got []Answer, err error, cut bool) string {
	want := v.Expectations()
	exact := v.Must()
	for i, a := range got {
		for len(want) > 1 && want[0].Optional && want[1].Code == a.Code {
			want = want[1:]
		}
		switch {
		case len(want) == 0:
			return fmt.Sprintf("reply %d (code %03d) was never sent", i+1, a.Code)
		case want[0].Optional:
		case want[0].Code != a.Code:
			return fmt.Sprintf("reply %d has code %03d, not %03d", i+1, a.Code, want[0].Code)
		case exact && a.Lines != nil && !slices.Equal(want[0].Lines, a.Lines):
			return fmt.Sprintf("reply %d (code %03d) has other lines", i+1, a.Code)
		}
		want = want[1:]
	}
	if exact && !cut && len(want) > 0 && !want[0].Optional {
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
			if !departures[d].Must {
				return false
			}
		}
	}
	return true
}

// note explains why the vector matters.
func (v *Vector) note() string {
	var notes []string
	for _, d := range v.Departures() {
		notes = append(notes, fmt.Sprintf("%s: %s (%s)", d.Name, d.Effect, d.Source))
	}
	return strings.Join(notes, "\n")
}

// describeWanted shows the replies that a reader has to return.
func describeWanted(v *Vector) string {
	var answers []Answer
	for _, e := range v.Expectations() {
		if !e.Optional {
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
