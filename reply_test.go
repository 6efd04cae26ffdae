package ftpreply

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/replytest"
	"github.com/google/go-cmp/cmp"
)

var onlyCRLF = Options{LineEnding: CRLF}

// first is what a Framer says of the beginning of the input.
func first(o Options, input string) (Reply, error) {
	f := Framer{Options: o}
	r, _, err := f.Next([]byte(input), true)
	return r, err
}

// The places of each departure stand in brackets.
func TestFind(t *testing.T) {
	fill := strings.Repeat("x", maxPlainLine-len("220 "))
	seen := Deviation(0)
	for _, test := range []struct {
		name      string
		deviation Deviation
		options   Options
		marked    string
	}{
		{"one line", BareLF, Options{}, "220 a[\n]"},
		{"every line", BareLF, Options{}, "220-a[\n]b\r\n[\n]220 c[\n]"},
		{"a blank line in CRLF mode", BareLF, onlyCRLF, "[\n]\r\n[\n]220 a\nb\r\n"},
		{"one line", LFInText, onlyCRLF, "\n220 a[\n]b[\n]c\r\n"},
		{"every line", LFInText, onlyCRLF, "220-a[\n]b\r\n[\n]\r\n220 c[\n]\r\n"},
		{"the separator", LFInText, onlyCRLF, "220[\n]a\r\n"},
		{"one line", HiddenReply, onlyCRLF, "500 x\n[230 ]y\nz\n[331-]\n[213]\n2301\n23\r\n"},
		{"the own code", HiddenReply, onlyCRLF, "500 x\n[500 ]y\n[500-]z\r\n"},
		{"an interior line", HiddenReply, onlyCRLF, "213-a\r\nx\n[213 ]y\n213-z\n[214-]z\n[213]\r\r\n213 b\r\n"},
		{"another code in an interior line", HiddenReply, onlyCRLF, "213-a\r\nx\n[214-]y\r\n213 b\r\n"},
		{"the opener's line", HiddenReply, onlyCRLF, "213-a\n[213 ]y\n213-z\r\n213 b\r\n"},
		{"the last line", HiddenReply, onlyCRLF, "213-a\r\n213 b\n[213-]c\n[214 ]d\n213x\r\n"},
		{"runs", BareCR, Options{}, "220 [\r]a[\r\r]b\r\r\n"},
		{"behind the code", BareCR, Options{}, "220[\r]a\r\n"},
		{"before an end that is none", BareCR, onlyCRLF, "220-[\r]a\n[\r]b\r\n220 c[\r] \r\n"},
		{"with a long line", BareLF, Options{}, "220 " + fill + "x[\n]"},
		{"with a run of CR", LongLine, Options{}, "220-a\r\r\n220 " + fill + "[\r\n]"},
		{"every line", CRRun, Options{}, "[\r\r]\n220-a[\r\r]\nb\r\n220 c[\r\r\r]\n"},
		{"before the code and in the text", NUL, Options{}, "[\x00]\r\n[\x00][\x00]220 a[\x00][\x00]b\r\n"},
		{"beside Telnet commands", NUL, Options{}, "\xff\xf1[\x00]\xff\xfb\x00220 a\r\n"},
		{"but not TAB", ControlByte, Options{}, "220 [\x01][\x1f]\t[\x7f]~\r\n"},
		{"Latin-1 and a cut character", NotUTF8, Options{}, "220 é[\xe9]\ufffd[\xe2][\x82]\r\n"},
		{"IAC", NotUTF8, Options{}, "220 [\xff\xff][\xff] [\xfe]\r\n"},
		{"pairs from the left", IACInText, Options{}, "220 [\xff]a\xff\xff[\xff]\r\n"},
		{"two bytes and three", TelnetCommand, Options{}, "[\xff\xf1]\r\n[\xff\xfb\x01][\xff\xf9]220 a\r\n"},
		{"all of them", BlankLine, Options{}, "[\r\n][\n]\x00[\r\r\n]220 a\r\n"},
		{"one line", BareCode, Options{}, "\r\n[220]\r\n"},
		{"one line", BadSeparator, Options{}, "220[:]a\r\n"},
		{"a CR", BadSeparator, Options{}, "220[\r]a\r\n"},
		{"a LF", BadSeparator, onlyCRLF, "220[\n]a\r\n"},
		{"one line", CodeOutOfRange, Options{}, "[999] a\r\n"},
		{"first and last line", CodeOutOfRange, Options{}, "[560]-a\r\n560-b\r\n[560] c\r\n"},
		{"the last line alone", CodeOutOfRange, Options{AnyCode: true}, "220-a\r\n[099] b\r\n"},
		{"another code first", CodeOutOfRange, Options{AnyCode: true}, "999-a\r\n[099] b\r\n"},
		{"one line", UnknownCode, Options{}, "[299] a\r\n"},
		{"three digits, and what follows", InnerCode, Options{}, "220-a\r\n[230 ]b\r\n[231]\r\n[232-]c\r\n 233 d\r\n220 e\r\n"},
		{"three digits, and others", UnpaddedDigits, Options{}, "220-a\r\n[220]5\r\n[220]:b\r\n[123]4\r\n[999]x\r\n220-c\r\n22\r\n220 d\r\n"},
		{"the own code", UnpaddedDigits, onlyCRLF, "220-a\r\n[220]\nb\r\n220 c\r\n"},
		{"multi-line", BareTerminator, Options{}, "220-a\r\n[220]\r\n"},
		{"multi-line", ForeignTerminator, Options{AnyCode: true}, "220-a\r\n[226 ]b\r\n"},
		{"one byte", LongLine, Options{}, "220 " + fill + "[\n]"},
		{"the LF alone", LongLine, Options{}, "220 " + fill[1:] + "\r[\n]"},
		{"more, in two lines", LongLine, Options{}, "220-" + fill + "[x\r\n]" + "b\r\n220 " + fill + "[\r\n]"},
	} {
		t.Run(test.deviation.String()+"/"+test.name, func(t *testing.T) {
			seen |= test.deviation
			input := strings.NewReplacer("[", "", "]", "").Replace(test.marked)
			r, err := first(test.options, input)
			if err != nil || string(r.Raw()) != input {
				t.Fatalf("got %q, %v", r.Raw(), err)
			}
			marked, behind, places := "", 0, 0
			for from, to := range r.Find(test.deviation) {
				marked += input[behind:from] + "[" + input[from:to] + "]"
				behind = to
				places++
			}
			if diff := cmp.Diff(test.marked, marked+input[behind:]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for stop := 1; stop <= places; stop++ { // range panics if Find goes on
				n := 0
				for range r.Find(test.deviation) {
					if n++; n == stop {
						break
					}
				}
			}
		})
	}
	if seen != endOfDeviations-1 {
		t.Errorf("no place of %v", (endOfDeviations-1)&^seen)
	}
}

// Find gives one departure after the other, only those that were asked for, and
// ends when its caller has enough.
func TestFindOrder(t *testing.T) {
	r, err := first(Options{}, "\n\x00220-\x1b\n230 \x00\n220\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name       string
		deviations Deviation
		want       []string
	}{
		{"none", 0, nil},
		{"others", HiddenReply | LongLine, nil},
		{"two and another", NUL | BareLF | BadSeparator, []string{"0-1", "7-8", "13-14", "17-18", "1-2", "12-13"}},
		{"the rest", ^(BareLF | NUL), []string{"6-7", "0-1", "8-12", "14-17"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for from, to := range r.Find(test.deviations) {
				got = append(got, fmt.Sprintf("%d-%d", from, to))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for stop := 1; stop <= len(got); stop++ { // range panics if Find goes on
				n := 0
				for range r.Find(test.deviations) {
					if n++; n == stop {
						break
					}
				}
			}
		})
	}
}

// A parsedLine is a Line in its parts.
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
			for range r.Lines() { // range panics if Lines goes on
				break
			}
		})
	}
}

// What is appended to the bytes of a reply does not reach those of the next one.
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

// A clone has its own bytes, and all else that the reply has.
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

// The iterators over departures end when their caller has enough.
func TestDeviationsStop(t *testing.T) {
	for range Deviations() {
		break
	}
	for range Strict.Each() {
		break
	}
	if got, want := slices.Collect((BareLF | CRRun | LongLine).Each()), []Deviation{BareLF, CRRun, LongLine}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := (BareLF | endOfDeviations).String(); got != "bare-lf" {
		t.Errorf("a bit without a name gives %q", got)
	}
	if info, ok := endOfDeviations.Info(); ok {
		t.Errorf("a bit without a name gives %v", info)
	}
	if got := (endOfDeviations - 1) &^ Strict; got != NotUTF8|UnknownCode|LongLine {
		t.Errorf("%v are legal", got)
	}
}

func TestAppendReply(t *testing.T) {
	for _, test := range []struct {
		name  string
		code  Code
		lines []string
		want  string
	}{
		{"no line", 220, nil, "220 \r\n"},
		{"an empty line", 220, []string{""}, "220 \r\n"},
		{"one line", 220, []string{"ready"}, "220 ready\r\n"},
		{"one line that begins with a digit", 213, []string{"1048576"}, "213 1048576\r\n"},
		{"two lines", 220, []string{"a", "b"}, "220-a\r\n220 b\r\n"},
		{"interior lines", 211, []string{"", " UTF8", "", "0", "9", "211 x", "/", ":", "\t", "x", ""},
			"211-\r\n UTF8\r\n211-\r\n211-0\r\n211-9\r\n211-211 x\r\n/\r\n:\r\n\t\r\nx\r\n211 \r\n"},
		{"the lowest code", 100, []string{"a"}, "100 a\r\n"},
		{"the highest code", 699, []string{"a"}, "699 a\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := AppendReply([]byte("before "), test.code, test.lines...)
			if want := "before " + test.want; string(got) != want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
}

// What cannot be written is not.
func TestAppendReplyErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		code  Code
		lines []string
		want  string
	}{
		{"a code of two digits", 99, nil, `ftpreply: code 099 is out of range`},
		{"a code between the ranges", 560, []string{"a"}, `ftpreply: code 560 is out of range`},
		{"a code of four digits", 2200, []string{"a"}, `ftpreply: code 2200 is out of range`},
		{"CR", 220, []string{"a\rb"}, `ftpreply: '\r' at 1 in line 1 of the text: "a\rb"`},
		{"LF in the second line", 220, []string{"a", "\n"}, `ftpreply: '\n' at 0 in line 2 of the text: "\n"`},
		{"NUL", 220, []string{"abc\x00"}, `ftpreply: '\x00' at 3 in line 1 of the text: "abc\x00"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := AppendReply([]byte("before"), test.code, test.lines...)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if string(got) != "before" {
				t.Errorf("got %q with the error", got)
			}
		})
	}
}

// Parse takes one whole reply; Valid takes it if no RFC forbids it.
func TestParse(t *testing.T) {
	for _, test := range []struct {
		name  string
		input string
		code  Code
		err   string
		valid bool
	}{
		{"one line", "220 a\r\n", 220, "", true},
		{"multi-line", "220-a\r\n220 b\r\n", 220, "", true},
		{"legal departures", "299 \xe9" + strings.Repeat("x", 600) + "\r\n", 299, "", true},
		{"a forbidden departure", "220 a\n", 220, "", false},
		{"nothing", "", 0, `ftpreply: line 1 (offset 0): unexpected EOF: ""`, false},
		{"blank lines", "\r\n\r\n", 0, `ftpreply: line 1 (offset 0): unexpected EOF: "\r\n\r\n"`, false},
		{"a cut line", "220 a", 220, `ftpreply: line 1 (offset 0): unexpected EOF: "220 a"`, false},
		{"a cut reply", "220-a\r\n220 b", 220, `ftpreply: line 1 (offset 0): unexpected EOF: "220-a\r\n220 b"`, false},
		{"no reply", "hello\r\n220 a\r\n", 0, `ftpreply: line 1 (offset 0): not an FTP reply: "hello\r\n"`, false},
		{"a letter first", "a20 b\r\n", 0, `ftpreply: line 1 (offset 0): not an FTP reply: "a20 b\r\n"`, false},
		{"a letter second", "2a0 b\r\n", 0, `ftpreply: line 1 (offset 0): not an FTP reply: "2a0 b\r\n"`, false},
		{"a letter third", "22a b\n", 0, `ftpreply: line 1 (offset 0): not an FTP reply: "22a b\n"`, false},
		{"a reply behind", "220-a\r\n220 b\r\n230 c\r\n", 220, `ftpreply: line 3 (offset 14): bytes behind the reply: "230 c\r\n"`, false},
		{"a blank line behind", "220 a\r\n\n", 220, `ftpreply: line 2 (offset 7): bytes behind the reply: "\n"`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := Parse([]byte(test.input))
			got := ""
			if err != nil {
				got = err.Error()
				var syntax *SyntaxError
				if !errors.As(err, &syntax) {
					t.Errorf("the error is a %T", err)
				}
			}
			if got != test.err || r.Code() != test.code {
				t.Errorf("got code %d, %s\nwant %d, %s", r.Code(), got, test.code, test.err)
			}
			if got := Valid([]byte(test.input)); got != test.valid {
				t.Errorf("valid is %v", got)
			}
		})
	}
}

// The texts of errors in full, each from the last of the outcomes of an input.
func TestSyntaxErrorTexts(t *testing.T) {
	x := strings.Repeat("x", 200)
	for _, test := range []struct {
		name    string
		options Options
		input   string
		reason  error
		want    string
	}{
		{"no reply", Options{}, "hello\r\n", ErrNotReply, `line 1 (offset 0): not an FTP reply: "hello\r\n"`},
		{"where it is", Options{}, "220 a\r\n\n\x00\xff\xf1he\xffllo\r\n", ErrNotReply, `line 3 (offset 11): not an FTP reply: "he\xffllo\r\n"`},
		{"a long one", Options{}, x + "\r\n", ErrNotReply, `line 1 (offset 0): not an FTP reply: "` + x[:128] + `"`},
		{"digits", Options{}, "2200 a\r\n", ErrNotReply, `line 1 (offset 0): not an FTP reply: "2200 a\r\n"`},
		{"SSH", Options{}, "SSH-2.0-OpenSSH_9.9\r\n", ErrNotReply,
			`line 1 (offset 0): not an FTP reply, looks like an SSH server: "SSH-2.0-OpenSSH_9.9\r\n"`},
		{"HTTP", Options{}, "HTTP/1.1 400 Bad Request\r\n", ErrNotReply,
			`line 1 (offset 0): not an FTP reply, looks like an HTTP response: "HTTP/1.1 400 Bad Request\r\n"`},
		{"HTML", Options{}, "<html>\n", ErrNotReply, `line 1 (offset 0): not an FTP reply, looks like HTML or XML: "<html>\n"`},
		{"a byte order mark", Options{}, "\ufeff220 a\r\n", ErrNotReply,
			`line 1 (offset 0): not an FTP reply, looks like a byte order mark before the text: "\ufeff220 a\r\n"`},
		{"UTF-16, high byte first", Options{}, "\xfe\xff\x002\x002\x000\n", ErrNotReply,
			`line 1 (offset 0): not an FTP reply, looks like UTF-16 text: "\xfe\xff\x002\x002\x000\n"`},
		{"UTF-16, low byte first", Options{}, "\xff\xfe\r\n", ErrNotReply,
			`line 1 (offset 0): not an FTP reply, looks like UTF-16 text: "\xff\xfe\r\n"`},
		{"POP3", Options{}, "+OK ready\r\n", ErrNotReply, `line 1 (offset 0): not an FTP reply, looks like a POP3 server: "+OK ready\r\n"`},
		{"IMAP", Options{}, "* OK ready\r\n", ErrNotReply, `line 1 (offset 0): not an FTP reply, looks like an IMAP server: "* OK ready\r\n"`},
		{"VNC", Options{}, "RFB 003.008\n", ErrNotReply, `line 1 (offset 0): not an FTP reply, looks like a VNC server: "RFB 003.008\n"`},
		{"a TLS record", Options{}, "220 a\r\n\x16\x03\x01\x00\x02ab", ErrNotReply,
			`line 2 (offset 7): not an FTP reply, looks like a TLS record: "\x16\x03\x01\x00\x02"`},
		{"a cut TLS record", Options{}, "\x15\x03", ErrNotReply, `line 1 (offset 0): not an FTP reply, looks like a TLS record: "\x15\x03"`},
		{"a control byte", Options{}, "\x16\x04\n", ErrNotReply, `line 1 (offset 0): not an FTP reply: "\x16\x04\n"`},
		{"a cut line", Options{}, "220 a\r\n331", io.ErrUnexpectedEOF, `line 2 (offset 7): unexpected EOF: "331"`},
		{"a cut line of another protocol", Options{}, "SSH-", io.ErrUnexpectedEOF, `line 1 (offset 0): unexpected EOF: "SSH-"`},
		{"too long", Options{MaxReply: 8}, "220 a\r\n331 abcdef\r\n", ErrTooLong, `line 2 (offset 7): reply exceeds the limit: "331 abcd"`},
		{"rejected for one", Options{Reject: BareLF | NUL}, "220 a\r\n\x00331-a\r\n331 b\r\n", ErrRejected,
			`line 2 (offset 7): reply rejected for nul: "\x00331-a\r\n331 b\r\n"`},
		{"rejected for two", Options{Reject: Strict}, "220-a\r\n230 b\r\n220 \x1b\r\n", ErrRejected,
			`line 3 (offset 18): reply rejected for control-byte,inner-code: "\x1b\r\n"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Framer{Options: test.options}
			var last error
			for rest := []byte(test.input); len(rest) > 0; {
				_, n, err := f.Next(rest, true)
				if err != nil && err != io.EOF {
					last = err
				}
				rest = rest[n:]
			}
			if !errors.Is(last, test.reason) {
				t.Fatalf("got %v, want %v", last, test.reason)
			}
			if diff := cmp.Diff("ftpreply: "+test.want, last.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	lone := &SyntaxError{Err: ErrNotReply, Line: 1, Text: []byte{0x16}}
	if got, want := lone.Error(), `ftpreply: line 1 (offset 0): not an FTP reply: "\x16"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What is known of a reply that comes with an error.
func TestReplyWithError(t *testing.T) {
	for _, test := range []struct {
		name       string
		options    Options
		input      string
		code       Code
		multiline  bool
		deviations Deviation // of the error; and of the reply, where none is rejected
	}{
		{"no reply", Options{}, "\r\n\xff\xf1h\x1b\xe9\n", 0, false, BlankLine | TelnetCommand | ControlByte | NotUTF8 | BareLF},
		{"a TLS record", Options{}, "\r\n\x16\x03\x01\x00\x00", 0, false, BlankLine},
		{"a cut code", Options{}, "220", 0, false, 0},
		{"a cut number", Options{}, "2201", 0, false, 0},
		{"a cut line", Options{}, "\x00220 \x1b\xe9", 220, false, ControlByte | NotUTF8},
		{"cut in UTF-8", Options{}, "220 é\xe2\x82", 220, false, NotUTF8},
		{"cut behind UTF-8", Options{}, "220 é", 220, false, 0},
		{"cut behind IAC IAC", Options{}, "220 \xff\xff", 220, false, NotUTF8},
		{"cut behind IAC", Options{}, "220 \xff\xff\xff", 220, false, NotUTF8 | IACInText},
		{"cut behind CR", Options{}, "220-a\rb\r\nc\r", 220, true, BareCR},
		{"a cut line with another code", Options{}, "220-a\r\n230 b", 220, true, 0},
		{"a cut first line", Options{}, "220-a", 220, true, 0},
		{"a cut interior line", Options{}, "220-a\n\x1b\xe9\r\n230\r\n\xff", 220, true, BareLF | ControlByte | InnerCode | NotUTF8 | IACInText},
		{"a cut last line", Options{AnyCode: true}, "220-a\r\n230 b", 220, true, 0},
		{"too long", Options{MaxReply: 12}, "220-\n231\r\n\x00\xe9\r\n220 a\r\n", 220, true, BareLF | InnerCode | NUL | NotUTF8},
		{"too long, one line", Options{MaxReply: 8}, "220 abcdef\r\n", 220, false, 0},
		{"rejected", Options{Reject: BareLF | NUL}, "220-\x1b\x00\r\n220 a\r\n", 220, true, NUL},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := first(test.options, test.input)
			if r.Code() != test.code || r.Multiline() != test.multiline {
				t.Errorf("got code %d, multi-line %v", r.Code(), r.Multiline())
			}
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got %v", err)
			}
			if syntax.Deviation != test.deviations {
				t.Errorf("the error shows %v, want %v", syntax.Deviation, test.deviations)
			}
			if syntax.Err != ErrRejected && r.Deviations() != test.deviations {
				t.Errorf("the reply shows %v, want %v", r.Deviations(), test.deviations)
			}
			for from, to := range r.Find(^Deviation(0)) {
				if from >= to || to > len(r.Raw()) {
					t.Errorf("a place from %d to %d", from, to)
				}
			}
			for from := range r.Find(^r.Deviations()) {
				t.Errorf("a place at %d for what it does not show", from)
			}
		})
	}
}

// All departures of a reply, and no other.
func TestDeviationsOfReply(t *testing.T) {
	for input, want := range map[string]Deviation{
		"220 " + strings.Repeat("x", maxPlainLine-6) + "\r\n":                0,
		"220-a\r\n" + strings.Repeat(" plain\r\n", 100) + "\té\r\n220 b\r\n": 0,
		"220-a\n" + strings.Repeat("x", maxPlainLine) + "\r\n220 b\r\n":      BareLF | LongLine,
		"220 \xe9\x00\x1b\r\n":                  NotUTF8 | NUL | ControlByte,
		"220 \x1b\x00\xe9\r\n":                  NotUTF8 | NUL | ControlByte,
		"220 \xe9\x1b\x00\r\n":                  NotUTF8 | NUL | ControlByte,
		"220-\x00\r\n\x1b\r\n\xe9\r\n220 b\r\n": NotUTF8 | NUL | ControlByte,
		// Telnet commands before the code are no text, but the text behind them is.
		"\x00220 a\r\n":                                  NUL,
		"\xff\xf1220 a\r\n":                              TelnetCommand,
		"\xff\xfb\x01220 a\r\n":                          TelnetCommand,
		"\xff\xf1220 \x1b\r\n":                           TelnetCommand | ControlByte,
		"\xff\xf1220 \x00\r\n":                           TelnetCommand | NUL,
		"\xff\xf1220 \xe9\r\n":                           TelnetCommand | NotUTF8,
		"\xff\xf1220 \xff\r\n":                           TelnetCommand | NotUTF8 | IACInText,
		"\xff\xf1220 é\r\n":                              TelnetCommand,
		"\xff\xf1\r\n\x00220 a\r\n":                      TelnetCommand | BlankLine | NUL,
		"\xff\xf1220-a\r\n\xff\xf1\r\n\x1b\r\n220 b\r\n": TelnetCommand | NotUTF8 | IACInText | ControlByte,
	} {
		if r, err := first(Options{}, input); err != nil || r.Deviations() != want {
			t.Errorf("%q: got %v, %v, want %v", input, r.Deviations(), err, want)
		}
	}
}

// An error keeps a copy of the bytes.
func TestSyntaxErrorText(t *testing.T) {
	input := []byte("hello\r\n")
	_, _, err := new(Framer).Next(input, true)
	clear(input)
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || string(syntax.Text) != "hello\r\n" {
		t.Errorf("got %v", err)
	}
}

// replyOf is a one-line reply with a code.
func replyOf(t *testing.T, c Code) Reply {
	t.Helper()
	r, err := Parse(fmt.Appendf(nil, "%03d text\r\n", uint16(c)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestErr(t *testing.T) {
	for _, test := range []struct {
		code           Code
		failed         bool
		temporary      bool
		notImplemented bool
	}{
		{0, true, false, false}, {99, true, false, false},
		{100, false, false, false}, {200, false, false, false}, {399, false, false, false},
		{400, true, true, false}, {421, true, true, false}, {499, true, true, false},
		{500, true, false, true}, {501, true, false, true}, {502, true, false, true},
		{503, true, false, false}, {504, true, false, true}, {522, true, false, true},
		{530, true, false, false}, {550, true, false, false}, {599, true, false, false},
		{631, true, false, false}, {999, true, false, false},
	} {
		t.Run(test.code.String(), func(t *testing.T) {
			err := replyOf(t, test.code).Err()
			if (err != nil) != test.failed {
				t.Fatalf("got %v", err)
			}
			if err == nil {
				return
			}
			var reply *ReplyError
			if !errors.As(err, &reply) {
				t.Fatalf("got a %T", err)
			}
			if diff := cmp.Diff(&ReplyError{test.code, test.code.Class(), "text"}, reply); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if reply.Temporary() != test.temporary || reply.NotImplemented() != test.notImplemented {
				t.Errorf("temporary is %v, not implemented is %v", reply.Temporary(), reply.NotImplemented())
			}
		})
	}
	if err := (Reply{}).Err(); err == nil {
		t.Error("a reply of no bytes is no error")
	}
}

func TestReplyError(t *testing.T) {
	for _, test := range []struct {
		code   Code
		target error
		want   bool
	}{
		{421, ErrServiceClosing, true},
		{421, &ReplyError{Code: CodeServiceNotAvailable}, true},
		{421, &ReplyError{Class: TransientNegative}, true},
		{421, &ReplyError{Code: CodeServiceNotAvailable, Class: TransientNegative, Text: "text"}, true},
		{421, &ReplyError{}, true},
		{421, &ReplyError{Code: CodeFileUnavailable}, false},
		{421, &ReplyError{Class: PermanentNegative}, false},
		{421, &ReplyError{Code: CodeServiceNotAvailable, Class: PermanentNegative}, false},
		{421, &ReplyError{Code: CodeServiceNotAvailable, Text: "other"}, false},
		{421, io.EOF, false},
		{550, ErrServiceClosing, false},
		{550, &ReplyError{Code: 55}, false},
		{0, &ReplyError{Class: PermanentNegative}, false},
		{0, ErrServiceClosing, false},
	} {
		err := fmt.Errorf("RETR: %w", replyOf(t, test.code).Err())
		if got := errors.Is(err, test.target); got != test.want {
			t.Errorf("%v is %#v: %v", err, test.target, got)
		}
	}
	r, err := Parse([]byte("550-a\r\n\xff \"b\"\r\n550 c\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Err().Error(), `ftpreply: 550 "a\n\xff \"b\"\nc"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := replyOf(t, 99).Err().Error(), `ftpreply: 099 "text"`; got != want {
		t.Errorf("got %s, want %s", got, want)
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

func TestExpect(t *testing.T) {
	for _, test := range []struct {
		code Code
		want []Code
		ok   bool
	}{
		{220, nil, false},
		{220, []Code{220}, true}, {220, []Code{221}, false}, {220, []Code{230, 220}, true}, {220, []Code{230, 221}, false},
		{220, []Code{2}, true}, {299, []Code{2}, true}, {300, []Code{2}, false}, {199, []Code{2}, false},
		{220, []Code{22}, true}, {229, []Code{22}, true}, {230, []Code{22}, false}, {219, []Code{22}, false},
		{100, []Code{10}, true}, {109, []Code{10}, true}, {110, []Code{10}, false}, {199, []Code{9}, false}, {999, []Code{9}, true},
		{999, []Code{99}, true}, {100, []Code{100}, true}, {150, []Code{1, 2}, true}, {550, []Code{2, 550}, true},
		{99, []Code{9}, false}, {1, []Code{100}, false}, {10, []Code{100}, false}, {99, []Code{0}, true},
	} {
		err := replyOf(t, test.code).Expect(test.want...)
		if (err == nil) != test.ok {
			t.Errorf("%d among %d: %v", test.code, test.want, err)
		}
		if err != nil && !errors.Is(err, &ReplyError{Code: test.code}) {
			t.Errorf("%d among %d: %v", test.code, test.want, err)
		}
	}
}

// A step of TestPos is one call of Next, whose window has all that was not consumed.
type step struct {
	n            int // bytes consumed
	offset, line int64
	err          error
}

func TestPos(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		input   string
		eof     bool
		want    []step
	}{
		{"nothing", Options{}, "", true, []step{{0, 0, 1, io.EOF}}},
		{"replies", Options{}, "220 a\r\n220-b\r\n220 c\r\n\r\n331 d\r\n", true,
			[]step{{7, 0, 1, nil}, {14, 7, 2, nil}, {9, 21, 4, nil}, {0, 30, 6, io.EOF}}},
		{"LF was learned", Options{}, "220 a\n331 b\r\n331-c\r\n331 d\r\n230 e\n", true,
			[]step{{6, 0, 1, nil}, {7, 6, 2, nil}, {14, 13, 3, nil}, {6, 27, 5, nil}}},
		{"the last reply stays", Options{}, "220 a\r\n33", false, []step{{7, 0, 1, nil}, {0, 0, 1, ErrShort}, {0, 0, 1, ErrShort}}},
		{"nothing pending", Options{}, "220 a\r\n", false, []step{{7, 0, 1, nil}, {0, 0, 1, ErrShort}}},
		{"no reply", Options{}, "\r\njunk\r\n220 a\r\n", true, []step{{8, 0, 1, ErrNotReply}, {7, 8, 3, nil}, {0, 15, 4, io.EOF}}},
		{"cut", Options{}, "220 a\r\n\r\n33", true, []step{{7, 0, 1, nil}, {4, 7, 2, io.ErrUnexpectedEOF}, {0, 11, 3, io.EOF}}},
		{"rejected", Options{Reject: BareLF}, "220 a\r\n\n331 b\r\n", true, []step{{7, 0, 1, nil}, {8, 7, 2, ErrRejected}, {0, 15, 4, io.EOF}}},
		{"too long", Options{MaxReply: 10}, "220-a\r\nx\r\ny\r\n220 b\r\n221 c\r\n", true,
			[]step{{10, 0, 1, ErrTooLong}, {17, 20, 5, nil}, {0, 27, 6, io.EOF}}},
		{"too long and cut", Options{MaxReply: 10}, "220-a\r\nx\r\ny\r\n22", true, []step{{10, 0, 1, ErrTooLong}, {5, 15, 4, io.EOF}, {0, 15, 4, io.EOF}}},
		{"too many blank lines", Options{MaxReply: 4}, "\n\n\n\n220\n", true, []step{{4, 0, 1, ErrTooLong}, {4, 4, 5, nil}, {0, 8, 6, io.EOF}}},
		{"TLS records", Options{}, "\n\x16\x03\n\x00\x02\n\n\x17\x03\n\x00\x01x220 a\r\n", true,
			[]step{{6, 0, 1, ErrNotReply}, {15, 14, 6, nil}, {0, 21, 7, io.EOF}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Framer{Options: test.options}
			rest := []byte(test.input)
			for _, want := range test.want {
				_, n, err := f.Next(rest, test.eof)
				rest = rest[n:]
				offset, line := f.Pos()
				if !errors.Is(err, want.err) || n != want.n || offset != want.offset || line != want.line {
					t.Fatalf("got %d bytes, %d:%d, %v, want %v", n, offset, line, err, want)
				}
			}
		})
	}
}

// What is pending is judged anew when the Options have changed.
func TestOptionsBetweenCalls(t *testing.T) {
	for _, test := range []struct {
		name          string
		before, after Options
		input, more   string // before and after the change
		raw           string
		deviations    Deviation
		err           error
	}{
		{"any LF", onlyCRLF, Options{LineEnding: AnyLF}, "220 a\n", "", "220 a\n", BareLF, nil},
		{"any LF, learned", onlyCRLF, Options{}, "220 a\n", "", "220 a\n", BareLF, nil},
		{"any LF, multi-line", onlyCRLF, Options{LineEnding: AnyLF}, "220-a\r\nb\n220 c\n", "", "220-a\r\nb\n220 c\n", BareLF, nil},
		{"any LF, no reply", onlyCRLF, Options{LineEnding: AnyLF}, "junk\n220 a\n", "", "junk\n", BareLF, ErrNotReply},
		{"CR LF", Options{LineEnding: AnyLF}, onlyCRLF, "220-a\nb\r\n", "220 b\r\n", "220-a\nb\r\n220 b\r\n", LFInText, nil},
		{"any code", Options{}, Options{AnyCode: true}, "220-a\r\n226 b\r\n220 c", "", "220-a\r\n226 b\r\n", ForeignTerminator, nil},
		{"its own code", Options{AnyCode: true}, Options{}, "220-a\r\n226 ", "b\r\n220 c\r\n", "220-a\r\n226 b\r\n220 c\r\n", InnerCode, nil},
		{"reject", Options{}, Options{Reject: BareLF}, "220-a\n", "220 b\r\n", "220-a\n220 b\r\n", BareLF, ErrRejected},
		{"reject no longer", Options{Reject: BareLF}, Options{}, "220-a\n", "220 b\r\n", "220-a\n220 b\r\n", BareLF, nil},
		{"a higher limit", Options{MaxReply: 8}, Options{MaxReply: 9}, "220 abc", "\r\n", "220 abc\r\n", 0, nil},
		{"a lower limit", Options{}, Options{MaxReply: 8}, "220 abcde", "\r\n", "220 abcd", 0, ErrTooLong},
		{"a lower limit, multi-line", Options{}, Options{MaxReply: 12}, "220-a\r\nbcdef\r\n", "220 c\r\n", "220-a\r\nbcdef", 0, ErrTooLong},
		{"a lower limit and any LF", onlyCRLF, Options{MaxReply: 8, LineEnding: AnyLF}, "220-a\nb\n220 c\n", "", "220-a\nb\n", BareLF, ErrTooLong},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Framer{Options: test.before}
			if r, n, err := f.Next([]byte(test.input), false); n != 0 || err != ErrShort {
				t.Fatalf("before the change: got %q, %d bytes, %v", r.Raw(), n, err)
			}
			f.Options = test.after
			r, n, err := f.Next([]byte(test.input+test.more), false)
			if string(r.Raw()) != test.raw || n != len(test.raw) || r.Deviations() != test.deviations || !errors.Is(err, test.err) {
				t.Errorf("got %q, %d bytes, %v, %v, want %q, %v, %v", r.Raw(), n, r.Deviations(), err, test.raw, test.deviations, test.err)
			}
		})
	}
}

// At every limit, and however the input is cut, it is as the reference says.
func TestEveryLimit(t *testing.T) {
	for _, input := range []string{
		"\n\x16\x03\x01\x00\x02ab220 a\r\n",
		"\r\n\r\n\x16\x03\n\x00\x02ab220 a\r\n",
		"\r\n\x15\x03\x01\x00\x02ab\x17\x03\x01\x00\x00\x17\x03\x01\x00\x09220 abcde220 a\r\n",
		"\x00\x16\x03abcdefgh\r\n220 a\r\n",
		"\x00\xff\xf1\r\n\xff\xfb\x01220 abc\r\n221 b\r\n",
		"\xff\r\n\xff\xfb\r\n220 a\r\n",
		"000-a\r\nabc\r\n000 b\r\n220 c\r\n",
		"220-a\r\n220\r\r\r\n220\r\rb\r\n221 c\r\n",
		"220-a\r\n220\r\rb\r\n220\r\n221 c\r\n",
		"220-a\n220\nb\n220 c\r\n220 d\n221 e\r\n",
		"220-a\r\nbcde220 f\r\n220 g\r\n221 h\r\n",
		"220-a\r\n2201\r\n220-\r\n220:\r\n221 b\r\n220 c\r\n222 d\r\n",
		"220 a\r\n213-b\n213 c\r\n213 d\n213 e\r\n220 f\r\n",
		"213-a\r\n" + strings.Repeat("b\r\n213-\r\n", 4) + "213\r\n220 c\r\n",
		"2200 a\n220 b\r\njunk\n220 c\r\n220 d\r\n",
		"220 a\n220-b\r\n220 c\r\n220 d\n220 e\r\n220 f\n",
	} {
		for _, base := range []Options{{}, {AnyCode: true}, {LineEnding: CRLF}, {LineEnding: AnyLF}} {
			for limit := minLimit; limit <= len(input)+1; limit++ {
				o := base
				o.MaxReply = limit
				want := reference([]byte(input), true, o)
				for _, size := range []int{1, 3, len(input)} {
					cut := pieces([]byte(input), size)
					if diff := cmp.Diff(want, collectFramer(cut, true, o)); diff != "" {
						t.Fatalf("%q, %+v, pieces of %d, push (-reference +got):\n%s", input, o, size, diff)
					}
					if diff := cmp.Diff(want, collectParser(segmentReader(cut, true), o)); diff != "" {
						t.Fatalf("%q, %+v, pieces of %d, pull (-reference +got):\n%s", input, o, size, diff)
					}
					small := bufio.NewReaderSize(segmentReader(cut, true), 16)
					if diff := cmp.Diff(want, collectParser(small, o)); diff != "" {
						t.Fatalf("%q, %+v, pieces of %d, borrowed buffer (-reference +got):\n%s", input, o, size, diff)
					}
				}
			}
		}
	}
}

// The limit holds for a plain line, too, and has bounds of its own.
func TestLimitOfPlainLine(t *testing.T) {
	line := "220 " + strings.Repeat("x", 1000) + "\r\n"
	for _, test := range []struct{ max, limit, n int }{
		{-1, 1 << 20, len(line)}, {0, 1 << 20, len(line)},
		{1, minLimit, minLimit}, {600, 600, 600}, {maxLimit, maxLimit, len(line)}, {math.MaxInt, maxLimit, len(line)},
	} {
		o := Options{MaxReply: test.max}
		if got := o.limit(); got != test.limit {
			t.Errorf("%d stands for %d, want %d", test.max, got, test.limit)
		}
		got := collectFramer([][]byte{[]byte(line + "221 b\r\n")}, true, o)
		if len(got) != 2 || len(got[0].Raw) != test.n || (got[0].Kind == replytest.KindReply) != (test.n == len(line)) || !strings.HasPrefix(got[1].Raw, "221 ") {
			t.Errorf("limit %d: got %v", test.max, got)
		}
	}
}

// What looks like a reply is none in a TLS record, nor in the rest of a line that is too long.
func TestNoReplyWhereNoneBegins(t *testing.T) {
	for _, test := range []struct {
		name     string
		options  Options
		segments []string
		want     []string // what is returned
	}{
		{"a TLS record", Options{}, []string{"\x16\x03\x01\x00\x07", "220 a\r\n", "221 b\r\n"}, []string{"\x16\x03\x01\x00\x07", "221 b\r\n"}},
		{"a long line", Options{MaxReply: 512}, []string{"220 " + strings.Repeat("x", 508), "220 a\r\n", "221 b\r\n"},
			[]string{"220 " + strings.Repeat("x", 508), "221 b\r\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Framer{Options: test.options}
			var window []byte
			var got []string
			for _, segment := range test.segments {
				window = append(window, segment...)
				for {
					r, n, err := f.Next(window, false)
					window = window[n:]
					if err == ErrShort {
						break
					}
					got = append(got, string(r.Raw()))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Buffered counts what was read and not returned, wherever it is: in the reader,
// in a window over its buffer, or in the spill.
func TestBuffered(t *testing.T) {
	const window, long = 16, 100
	for _, test := range []struct {
		name, pending string
		borrowed      bool
	}{
		{"nothing", "", false},
		{"one byte", "3", false},
		{"a window", "331 b", false},
		{"a spill", "331 " + strings.Repeat("x", 2*4096), false},
		{"nothing, borrowed", "", true},
		{"a window, borrowed", "331 b", true},
		{"a full window, borrowed", "331 " + strings.Repeat("x", window-4), true},
		{"a spill, borrowed", "331 " + strings.Repeat("x", long), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := segmentReader([][]byte{[]byte("220 a\r\n" + test.pending)}, false)
			if test.borrowed {
				r = bufio.NewReaderSize(r, window)
			}
			p := NewParser(r)
			if _, err := p.Next(); err != nil {
				t.Fatal(err)
			}
			if len(p.Pending()) > 0 {
				t.Errorf("%q is pending behind a reply", p.Pending())
			}
			if got, err := p.Next(); err != replytest.ErrDeadline || string(got.Raw()) != test.pending {
				t.Errorf("got %q, %v", got.Raw(), err)
			}
			if string(p.Pending()) != test.pending || p.Buffered() != len(test.pending) {
				t.Errorf("got %d buffered and %q pending, want %q", p.Buffered(), p.Pending(), test.pending)
			}
			if err := p.Upgrade(strings.NewReader("")); (err == ErrBuffered) != (test.pending != "") {
				t.Errorf("got %v from Upgrade", err)
			}

			// Reset forgets it all.
			p.Reset(strings.NewReader("230 c\n230 d\n"))
			if len(p.Pending()) > 0 || p.Buffered() > 0 {
				t.Errorf("%q is pending after Reset, %d buffered", p.Pending(), p.Buffered())
			}
			for _, want := range []string{"230 c\n", "230 d\n"} {
				if r, err := p.Next(); err != nil || string(r.Raw()) != want {
					t.Errorf("got %q, %v, want %q", r.Raw(), err, want)
				}
			}
		})
	}
}

// What a caller's own reader holds counts before the first Next, and less what the
// caller has taken.
func TestBufferedOfBorrowedReader(t *testing.T) {
	r := bufio.NewReader(strings.NewReader("220 a\r\nHELLO"))
	if _, err := r.Peek(1); err != nil {
		t.Fatal(err)
	}
	p := NewParser(r)
	if got := p.Buffered(); got != 12 {
		t.Errorf("got %d before the first reply", got)
	}
	if _, err := p.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Discard(3); err != nil {
		t.Fatal(err)
	}
	if got := p.Buffered(); got != 2 {
		t.Errorf("got %d behind the reply and what was taken", got)
	}
}

// A spill that is judged anew may hold more than one reply.
func TestSpillJudgedAnew(t *testing.T) {
	for _, size := range []int{16, 17, 23, 4096} {
		source := segmentReader([][]byte{[]byte("220 a\r\n331 b\n230 c\n213-d\ne\n213 f\n22")}, false)
		p := NewParser(bufio.NewReaderSize(source, size))
		var got []string
		for deadlines := 0; deadlines < 2; {
			r, err := p.Next()
			switch err {
			case nil:
				got = append(got, fmt.Sprintf("%s+%d", r.Raw(), p.Buffered()))
			case replytest.ErrDeadline:
				p.LineEnding = AnyLF
				deadlines++
			default:
				t.Fatal(err)
			}
		}
		got = append(got[1:], string(p.Pending())) // behind the first the reader may hold more or less
		want := []string{"331 b\n+22", "230 c\n+16", "213-d\ne\n213 f\n+2", "22"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("size %d (-want +got):\n%s", size, diff)
		}
	}
}

// While something is skipped nothing is pending, and an error of the reader brings no reply.
func TestDeadlineWhileSkipping(t *testing.T) {
	for _, test := range []struct {
		name  string
		input string
		err   error
	}{
		{"too long", "220-abcdefgh\r\n220 x", ErrTooLong},
		{"TLS", "\x16\x03\x01\x00\x07220 a", ErrNotReply},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := NewParser(segmentReader([][]byte{[]byte(test.input)}, false))
			p.MaxReply = 8
			if _, err := p.Next(); !errors.Is(err, test.err) {
				t.Fatalf("got %v, want %v", err, test.err)
			}
			if r, err := p.Next(); err != replytest.ErrDeadline || len(r.Raw()) > 0 || r.Code() != 0 {
				t.Errorf("got %q, code %d, %v", r.Raw(), r.Code(), err)
			}
			if len(p.Pending()) > 0 {
				t.Errorf("%q is pending", p.Pending())
			}
		})
	}
}

// The one test of four bytes says the same as the look at each.
func TestHead(t *testing.T) {
	for at := range 4 {
		for b := range 256 {
			for _, line := range []string{"000 ", "259 ", "999 "} {
				line := []byte(line)
				line[at] = byte(b)
				c, s := lookAt(line)
				got, ok := oneLineCode(head(line))
				if ok != (s == space) {
					t.Errorf("%q is the head of one line: %v", line, ok)
				}
				if ok && got != c {
					t.Errorf("%q has code %d", line, got)
				}
			}
		}
	}
}

// The text of one line is lent.
func TestTextAllocations(t *testing.T) {
	r := replyOf(t, 220)
	if n := testing.AllocsPerRun(10, func() { r.Text() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// All ends when its caller has enough, and behind an error of the reader.
func TestAll(t *testing.T) {
	p := NewParser(segmentReader([][]byte{[]byte("220 a\r\njunk\r\n331 b\r\n230 c")}, false))
	for r, err := range p.All() {
		if string(r.Raw()) != "220 a\r\n" || err != nil {
			t.Errorf("got %q, %v", r.Raw(), err)
		}
		break
	}
	var got []string
	for r, err := range p.All() {
		got = append(got, fmt.Sprintf("%s %v", r.Text(), err))
		if len(got) > 3 {
			break
		}
	}
	want := []string{`junk ftpreply: line 2 (offset 7): not an FTP reply: "junk\r\n"`, "b <nil>", "c read tcp: i/o timeout"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The errors that come without a position say whose they are.
func TestErrorTexts(t *testing.T) {
	for err, want := range map[error]string{
		ErrShort:          "ftpreply: the reply is not complete",
		ErrServiceClosing: "ftpreply: service closing control connection",
		ErrBuffered:       "ftpreply: plaintext is buffered behind the reply",
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// All parts of a Reply fit, at their largest.
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
