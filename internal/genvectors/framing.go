package main

import (
	"reflect"

	"github.com/ftpreply/ftpreply/replytest"
)

type (
	framingVector struct {
		ID         string               `json:"id"`
		Segments   []text               `json:"segments"`
		EOF        bool                 `json:"eof"`
		MaxReply   int                  `json:"max_reply,omitempty"`
		Grade      string               `json:"grade"`
		Expected   []expected           `json:"expected"`
		Departures []departure          `json:"departures,omitempty"`
		Outcomes   map[string][]outcome `json:"outcomes"`
	}
	expected struct {
		Code     int    `json:"code"` // 0 if optional
		Lines    []line `json:"lines,omitempty"`
		Optional bool   `json:"optional,omitempty"`
	}
	line struct {
		Text   text `json:"text"`
		Repeat int  `json:"repeat,omitempty"`
	}
	departure struct {
		Name   string `json:"name"`
		Grade  string `json:"grade"`
		Bug    string `json:"bug"`
		RFC    string `json:"rfc"`
		Effect string `json:"effect"`
	}
	outcome struct {
		Kind        string   `json:"kind"`
		Code        int      `json:"code"` // 0 if unknown
		Offset      int64    `json:"offset"`
		End         int64    `json:"end"`
		Line        int64    `json:"line,omitempty"`
		Multiline   bool     `json:"multiline,omitempty"`
		Lines       []line   `json:"lines,omitempty"`
		Deviations  []string `json:"deviations,omitempty"`
		ErrorOffset *int64   `json:"error_offset,omitempty"`
		ErrorLine   int64    `json:"error_line,omitempty"`
		Rejected    string   `json:"rejected,omitempty"`
	}
)

const (
	must     = "must"
	tolerate = "tolerate"
)

func grade(isMust bool) string {
	if isMust {
		return must
	}
	return tolerate
}

// framing returns the vectors of package replytest.
func framing() (vectors []any) {
	for _, v := range replytest.Vectors() {
		w := framingVector{ID: v.Name, EOF: v.EOF, MaxReply: v.MaxReply, Grade: grade(v.Must()),
			Expected: []expected{}, Outcomes: map[string][]outcome{}}
		for _, segment := range v.Segments {
			w.Segments = append(w.Segments, newText(segment))
		}
		for _, e := range v.Expectations() {
			w.Expected = append(w.Expected, expected{e.Code, newLines(e.Lines), e.Optional})
		}
		for _, d := range v.Departures() {
			w.Departures = append(w.Departures, departure{d.Name, grade(d.Must), string(d.Bug), d.Source, d.Effect})
		}
		for setting, outcomes := range v.Want {
			if setting == replytest.Default || !reflect.DeepEqual(outcomes, v.Want[replytest.Default]) {
				w.Outcomes[string(setting)] = newOutcomes(outcomes, len(v.Input()))
			}
		}
		vectors = append(vectors, w)
	}
	return vectors
}

// newOutcomes returns the outcomes for an input of n bytes.
func newOutcomes(all []replytest.Outcome, n int) []outcome {
	list := []outcome{}
	for _, o := range all {
		w := outcome{Kind: string(o.Kind), Code: o.Code, Offset: o.Offset, End: o.Offset + int64(len(o.Raw)), Line: o.Line,
			Multiline: o.Multiline, Lines: newLines(o.Lines), Deviations: o.Deviations, ErrorLine: o.ErrLine, Rejected: o.Rejected}
		if o.ErrLine > 0 {
			w.ErrorOffset = &o.ErrOffset
		}
		if o.Kind == replytest.KindOpen {
			w.Offset, w.End = int64(n-len(o.Raw)), int64(n)
		}
		list = append(list, w)
	}
	return list
}

// newLines joins equal lines that follow each other.
func newLines(texts []string) (lines []line) {
	for i := 0; i < len(texts); {
		n := 1
		for i+n < len(texts) && texts[i+n] == texts[i] {
			n++
		}
		l := line{Text: newText([]byte(texts[i]))}
		if n > 1 {
			l.Repeat = n
		}
		lines = append(lines, l)
		i += n
	}
	return lines
}
