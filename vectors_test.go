package ftpreply

import (
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/replytest"
	"github.com/google/go-cmp/cmp"
)

// The settings under which a vector has expectations.
var vectorSettings = map[replytest.Setting]Options{
	replytest.Default: {},
	replytest.Strict:  {Reject: Strict},
	replytest.AnyCode: {AnyCode: true},
	replytest.AnyLF:   {LineEnding: AnyLF},
	replytest.CRLF:    {LineEnding: CRLF},
}

var deviationNamed = map[string]Deviation{"": 0}

func init() {
	for info := range Deviations() {
		deviationNamed[info.Name] = info.Deviation
	}
}

// TestVectors runs every vector under every setting through each reader of replies.
func TestVectors(t *testing.T) {
	for _, v := range replytest.Vectors() {
		for setting, expected := range v.Want {
			t.Run(v.Name+"/"+string(setting), func(t *testing.T) {
				o := vectorSettings[setting]
				o.MaxReply = v.MaxReply
				want := wantedOutcomes(t, expected)
				for reader, got := range vectorOutcomes(v, o) {
					if !reflect.DeepEqual(want, got) {
						t.Errorf("%s: %s (-want +got):\n%.3000s", v.Source(setting), reader, cmp.Diff(want, got))
					}
				}
			})
		}
	}
}

// TestRejectedPlaces rejects each deviation alone, which shows its first place.
func TestRejectedPlaces(t *testing.T) {
	for _, v := range replytest.Vectors() {
		var shown Deviation
		for _, what := range wantedOutcomes(t, v.Want[replytest.Default]) {
			shown |= what.Deviations
		}
		for _, info := range slices.Collect(Deviations()) {
			if shown&info.Deviation == 0 {
				continue
			}
			t.Run(v.Name+"/"+info.Name, func(t *testing.T) {
				o := Options{Reject: info.Deviation, MaxReply: v.MaxReply}
				want := reference(v.Input(), v.EOF, o)
				if diff := cmp.Diff(want, collectFramer(v.Segments, v.EOF, o)); diff != "" {
					t.Errorf("%s: (-want +got):\n%.3000s", v.Source(replytest.Default), diff)
				}
			})
		}
	}
}

// wantedOutcomes converts the outcomes of a vector to those of this package.
func wantedOutcomes(t *testing.T, expected []replytest.Outcome) (outcomes []outcome) {
	named := func(name string) Deviation {
		d, ok := deviationNamed[name]
		if !ok {
			t.Fatalf("no deviation %q", name)
		}
		return d
	}
	for _, e := range expected {
		what := outcome{
			Kind: e.Kind, Code: Code(e.Code), Multiline: e.Multiline, Raw: e.Raw, Lines: e.Lines, Offset: e.Offset, Line: e.Line,
			ErrOffset: e.ErrOffset, ErrLine: e.ErrLine, Rejected: named(e.Rejected),
		}
		for _, name := range e.Deviations {
			what.Deviations |= named(name)
		}
		if got, want := strings.Join(e.Deviations, ","), what.Deviations.String(); got != want {
			t.Errorf("%s are in another order than %s", got, want)
		}
		outcomes = append(outcomes, what)
	}
	return outcomes
}

// vectorOutcomes runs the vector through each reader, in segments and as a whole.
func vectorOutcomes(v *replytest.Vector, o Options) map[string][]outcome {
	whole := [][]byte{v.Input()}
	return map[string][]outcome{
		"the reference":           reference(v.Input(), v.EOF, o),
		"a Parser over segments":  collectParser(v.Reader(), o),
		"a Parser over the whole": collectParser(segmentReader(whole, v.EOF), o),
		"a Framer with segments":  collectFramer(v.Segments, v.EOF, o),
		"a Framer with the whole": collectFramer(whole, v.EOF, o),
		"each of the segments":    collectEach(v.Segments, v.EOF, o),
		"each of the whole":       collectEach(whole, v.EOF, o),
	}
}

// segmentReader delivers segments one by one, and then io.EOF, or a deadline if the stream is open.
func segmentReader(segments [][]byte, eof bool) io.Reader {
	return (&replytest.Vector{Segments: segments, EOF: eof}).Reader()
}

// vectorInputs returns the inputs of the vectors, without the long ones.
func vectorInputs() (inputs [][]byte) {
	for _, v := range replytest.Vectors() {
		if input := v.Input(); len(input) < 64<<10 {
			inputs = append(inputs, input)
		}
	}
	return inputs
}
