package ftpreply

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var onlyCRLF = Options{LineEnding: CRLF}

// first returns the first result of a Framer for the input.
func first(o Options, input string) (Reply, error) {
	f := Framer{Options: o}
	r, _, err := f.Next([]byte(input), true)
	return r, err
}

// A parsedLine has the parts of a Line.
type parsedLine struct{ Prefix, Text, Ending string }

func TestLines(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		input   string
		text    string
		want    []parsedLine
	}{
		{"one line", Options{}, "220 a b \r\n", "a b ", []parsedLine{{"220 ", "a b ", "\r\n"}}},
		{"no text", Options{}, "220 \n", "", []parsedLine{{"220 ", "", "\n"}}},
		{"a code alone", Options{}, "220\r\r\n", "", []parsedLine{{"220", "", "\r\r\n"}}},
		{"no separator", Options{}, "220:a\r\n", ":a", []parsedLine{{"220", ":a", "\r\n"}}},
		{"a CR as separator", Options{}, "220\ra\r\n", "\ra", []parsedLine{{"220", "\ra", "\r\n"}}},
		{"LF in the text", onlyCRLF, "500 a\n500 b\n\r\n", "a\n500 b\n", []parsedLine{{"500 ", "a\n500 b\n", "\r\n"}}},
		{"LF as separator", onlyCRLF, "500\n\r\n", "\n", []parsedLine{{"500", "\n", "\r\n"}}},
		{"behind a preamble", Options{}, "\r\n\x00\xff\xf1220 a\r\n", "a", []parsedLine{{"220 ", "a", "\r\n"}}},
		{"multi-line", Options{}, "220-a\r\n b\n\r\n220 c\r\n", "a\n b\n\nc",
			[]parsedLine{{"220-", "a", "\r\n"}, {"", " b", "\n"}, {"", "", "\r\n"}, {"220 ", "c", "\r\n"}}},
		{"multi-line behind a preamble", Options{}, "\n\xff\xf1220-\r\n220 \r\n", "\n",
			[]parsedLine{{"220-", "", "\r\n"}, {"220 ", "", "\r\n"}}},
		{"a prefix inside behind a preamble", Options{}, "\r\n220-a\r\n220-b\r\n220 c\r\n", "a\nb\nc",
			[]parsedLine{{"220-", "a", "\r\n"}, {"220-", "b", "\r\n"}, {"220 ", "c", "\r\n"}}},
		{"a bare last line behind LF in the text", onlyCRLF, "213-a\nb\r\n213\r\n", "a\nb\n",
			[]parsedLine{{"213-", "a", "\n"}, {"", "b", "\r\n"}, {"213", "", "\r\n"}}},
		{"prefixes inside", Options{}, "220-a\r\n220-b\r\n221-c\r\n220\tc\r\n2201\r\n220 d\r\n", "a\nb\n221-c\n220\tc\n2201\nd",
			[]parsedLine{{"220-", "a", "\r\n"}, {"220-", "b", "\r\n"}, {"", "221-c", "\r\n"}, {"", "220\tc", "\r\n"}, {"", "2201", "\r\n"}, {"220 ", "d", "\r\n"}}},
		{"a bare last line", Options{}, "220-a\r\n220-\r\n220\r\n", "a\n\n",
			[]parsedLine{{"220-", "a", "\r\n"}, {"220-", "", "\r\n"}, {"220", "", "\r\n"}}},
		{"another code last", Options{AnyCode: true}, "220-a\r\n226-b\r\n226 c\r\n", "a\n226-b\nc",
			[]parsedLine{{"220-", "a", "\r\n"}, {"", "226-b", "\r\n"}, {"226 ", "c", "\r\n"}}},
		{"behind LF in an interior line", onlyCRLF, "213-a\r\n213-x\n213-y\n213 z\r\n213-w\r\n213 b\r\n", "a\nx\n213-y\n213 z\nw\nb",
			[]parsedLine{{"213-", "a", "\r\n"}, {"213-", "x", "\n"}, {"", "213-y", "\n"}, {"", "213 z", "\r\n"}, {"213-", "w", "\r\n"}, {"213 ", "b", "\r\n"}}},
		{"behind LF in the first line", onlyCRLF, "213-a\n213-b\r\n213-c\r\n213 d\r\n", "a\n213-b\nc\nd",
			[]parsedLine{{"213-", "a", "\n"}, {"", "213-b", "\r\n"}, {"213-", "c", "\r\n"}, {"213 ", "d", "\r\n"}}},
		{"behind LF in the last line", onlyCRLF, "213-a\r\n213 b\n213-c\n213 d\r\n", "a\nb\n213-c\n213 d",
			[]parsedLine{{"213-", "a", "\r\n"}, {"213 ", "b", "\n"}, {"", "213-c", "\n"}, {"", "213 d", "\r\n"}}},
		{"LF behind the code of an interior line", onlyCRLF, "213-a\r\n213\n213 x\r\n213 b\r\n", "a\n213\n213 x\nb",
			[]parsedLine{{"213-", "a", "\r\n"}, {"", "213", "\n"}, {"", "213 x", "\r\n"}, {"213 ", "b", "\r\n"}}},
		{"empty lines behind LF", onlyCRLF, "213-\n\n\r\n213 \n\r\n", "\n\n\n\n",
			[]parsedLine{{"213-", "", "\n"}, {"", "", "\n"}, {"", "", "\r\n"}, {"213 ", "", "\n"}, {"", "", "\r\n"}}},
		{"cut in the code", Options{}, "22", "22", []parsedLine{{"", "22", ""}}},
		{"cut behind the code", Options{}, "220", "", []parsedLine{{"220", "", ""}}},
		{"cut in the text", Options{}, "220 a\r", "a\r", []parsedLine{{"220 ", "a\r", ""}}},
		{"cut in a last line", Options{}, "220-a\r\n220 b", "a\nb", []parsedLine{{"220-", "a", "\r\n"}, {"220 ", "b", ""}}},
		{"cut in an interior line", Options{}, "220-a\r\n230 b", "a\n230 b", []parsedLine{{"220-", "a", "\r\n"}, {"", "230 b", ""}}},
		{"cut behind a code", Options{}, "220-a\r\n220:b", "a\n220:b", []parsedLine{{"220-", "a", "\r\n"}, {"", "220:b", ""}}},
		{"cut in a blank line", Options{}, "\r\n\xff\xf1", "", nil},
		{"a line that is no reply", Options{}, "\n2201 a\r\n", "2201 a", []parsedLine{{"", "2201 a", "\r\n"}}},
		{"one that looks like a reply", Options{}, "abc d\r\n", "abc d", []parsedLine{{"", "abc d", "\r\n"}}},
		{"an empty text", Options{}, "220 \r\n", "", []parsedLine{{"220 ", "", "\r\n"}}},
		{"nothing", Options{}, "", "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := first(test.options, test.input)
			var got []parsedLine
			for l := range r.Lines() {
				got = append(got, parsedLine{string(l.Prefix()), string(l.Text()), string(l.Ending())})
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := string(r.Text()); got != test.text {
				t.Errorf("got the text %q, want %q", got, test.text)
			}
			for range r.Lines() { // range panics if Lines continues
				break
			}
		})
	}
}

// An append to the bytes of a reply does not reach those of the next one.
func TestRawHasNoRoom(t *testing.T) {
	const input = "220 a\r\n331-b\r\n331 c\r\n\x00230 d\r\nno reply\r\n220 e\r\n"
	check := func(r Reply, err error) bool {
		if len(r.Raw()) == 0 || cap(r.Raw()) != len(r.Raw()) {
			t.Errorf("%q has room for %d, %v", r.Raw(), cap(r.Raw()), err)
		}
		return true
	}
	for r, err := range NewParser(strings.NewReader(input)).All() {
		check(r, err)
	}
	for r, err := range NewParser(bufio.NewReader(strings.NewReader(input))).All() {
		check(r, err)
	}
	new(Framer).Each([]byte(input), true, check)
}

// A clone has its own bytes and equals the reply otherwise.
func TestClone(t *testing.T) {
	input := []byte("\r\n220-a\n220 b\r\n")
	r, _, err := new(Framer).Next(input, true)
	if err != nil {
		t.Fatal(err)
	}
	clone := r.Clone()
	clear(input)
	if got := string(clone.Raw()); got != "\r\n220-a\n220 b\r\n" {
		t.Errorf("got %q", got)
	}
	if got := string(clone.Text()); got != "a\nb" || clone.Code() != 220 || !clone.Multiline() || clone.Deviations() != BlankLine|BareLF {
		t.Errorf("got %d %q, multi-line %v, %v", clone.Code(), got, clone.Multiline(), clone.Deviations())
	}
}

func TestString(t *testing.T) {
	for input, want := range map[string]string{
		"":                                 `000 ""`,
		"220 a\x1b[2J\r\n":                 `220 "a\x1b[2J"`,
		"007\r\n":                          `007 ""`,
		"550-a\r\n\xff \"b\"\r\n550 c\r\n": `550 "a\n\xff \"b\"\nc"`,
	} {
		r, _ := Parse([]byte(input))
		if got := fmt.Sprint(r); got != want {
			t.Errorf("%q: got %s, want %s", input, got, want)
		}
	}
}

// Text of a one-line reply does not allocate.
func TestTextAllocations(t *testing.T) {
	r := replyOf(t, 220)
	if n := testing.AllocsPerRun(10, func() { r.Text() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The largest values of all parts of a Reply fit.
func TestMeta(t *testing.T) {
	r := newReply(nil, 999, true, endOfDeviations-1, maxLimit)
	if r.Code() != 999 || !r.Multiline() || r.Deviations() != endOfDeviations-1 || r.opener() != maxLimit {
		t.Errorf("got %d, %v, %v, %d", r.Code(), r.Multiline(), r.Deviations(), r.opener())
	}
	r = newReply(nil, 0, false, oddText, 0)
	if r.Code() != 0 || r.Multiline() || r.Deviations() != 0 || r.opener() != 0 {
		t.Errorf("got %d, %v, %v, %d", r.Code(), r.Multiline(), r.Deviations(), r.opener())
	}
}

func TestRewrite(t *testing.T) {
	mask := func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("secret"), []byte("****")) }
	for _, test := range []struct {
		name, input, want string
		options           Options
		edit              func([]byte) []byte
	}{
		{"one line", "331 secret?\r\n", "331 ****?\r\n", Options{}, mask},
		{"nothing", "331 ok\r\n", "331 ok\r\n", Options{}, mask},
		{"preamble", "\r\n\x00\xff\xf1500 secret\r\n", "\r\n\x00\xff\xf1500 ****\r\n", Options{}, mask},
		{"multi-line", "230-secret\r\n230-a secret\r\n secret 2\r\n230 secret\r\n", "230-****\r\n230-a ****\r\n **** 2\r\n230 ****\r\n", Options{}, mask},
		{"bare LF", "211-a\r\n secret\n211 secret\n\r\n211 b\r\n", "211-a\r\n ****\n211 ****\n\r\n211 b\r\n", Options{LineEnding: CRLF}, mask},
		{"LF in one line", "500 secret\n211 secret\r\n", "500 ****\n211 ****\r\n", Options{LineEnding: CRLF}, mask},
		{"any code", "553-secret\r\n150 secret\r\n", "553-****\r\n150 ****\r\n", Options{AnyCode: true}, mask},
		{"odd separator", "220:secret\n", "220:****\n", Options{}, mask},
		{"empty", "220-secret\r\nsecret\r\n220 b\r\n", "220-\r\n\r\n220 \r\n", Options{}, func([]byte) []byte { return nil }},
		{"new lines", "220-a\r\nb\r\n220 c\r\n", "220-  220 x\r\n  220 x\r\n220   220 x\r\n", Options{}, func([]byte) []byte { return []byte("\r\n220 x") }},
		{"looks like the end", "220-a\r\nsecret\r\n220 b\r\n", "220-220 x\r\n220 x\r\n220 220 x\r\n", Options{}, func([]byte) []byte { return []byte("220 x") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := test.options.Parse([]byte(test.input))
			if err != nil {
				t.Fatal(err)
			}
			got := r.Rewrite(test.edit)
			if string(got.Raw()) != test.want || string(r.Raw()) != test.input || cap(got.Raw()) != len(got.Raw()) {
				t.Fatalf("got %q of %q", got.Raw(), r.Raw())
			}
			if got.Code() != r.Code() || got.Multiline() != r.Multiline() || got.Deviations() != r.Deviations() {
				t.Errorf("got %v, %v, %v", got.Code(), got.Multiline(), got.Deviations())
			}
			old := slices.Collect(r.Lines())
			for i, l := range slices.Collect(got.Lines()) {
				if !bytes.Equal(l.Prefix(), old[i].Prefix()) || !bytes.Equal(l.Ending(), old[i].Ending()) {
					t.Errorf("line %d: %q %q, was %q %q", i, l.Prefix(), l.Ending(), old[i].Prefix(), old[i].Ending())
				}
			}
		})
	}
	plain, _ := Parse([]byte("220 a\r\n"))
	if n := testing.AllocsPerRun(100, func() { plain.Rewrite(same) }); n != 0 {
		t.Errorf("%v allocations without a change", n)
	}
}

func same(text []byte) []byte { return text }

// Parse reads a reply under the Options of the parser that found it.
func TestOptionsParse(t *testing.T) {
	input := []byte("211-Features:\r\n x\n211 \r\n211 End\r\n")
	if r, err := (Options{LineEnding: CRLF}).Parse(input); err != nil || len(r.Raw()) != len(input) {
		t.Errorf("CRLF: got %q, %v", r.Raw(), err)
	}
	if _, err := Parse(input); !errors.Is(err, ErrTrailing) {
		t.Errorf("default: got %v", err)
	}
}
