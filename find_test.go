package ftpreply

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// The places of each deviation are in brackets.
func TestFind(t *testing.T) {
	fill := strings.Repeat("x", wire.MaxLine-len("220 "))
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
			for stop := 1; stop <= places; stop++ { // range panics if Find continues
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

// Find yields one requested deviation after the other, and ends when the loop does.
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
			for stop := 1; stop <= len(got); stop++ { // range panics if Find continues
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
