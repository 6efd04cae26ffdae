package payload

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
)

// reply frames raw, which must be one whole reply.
func reply(t testing.TB, raw string) ftpreply.Reply {
	t.Helper()
	r, err := ftpreply.Parse([]byte(raw))
	if err != nil {
		t.Fatalf("Parse(%q): %v", raw, err)
	}
	return r
}

// testShortWay gives compare many texts that are like one of those given: with up to three
// bytes changed, and some cut. It is to compare the short way of reading a text with the
// long way, and reports whether the text is plain, so that there is a short way. Some must be,
// and some not.
func testShortWay(t *testing.T, texts []string, alphabet string, compare func(text []byte) (plain bool)) {
	random := rand.New(rand.NewPCG(1, 2))
	plain := 0
	for range 100_000 {
		b := []byte(texts[random.IntN(len(texts))])
		for range random.IntN(4) {
			b[random.IntN(len(b))] = alphabet[random.IntN(len(alphabet))]
		}
		if random.IntN(4) == 0 {
			b = b[:random.IntN(len(b))]
		}
		if compare(b) {
			plain++
		}
	}
	if plain < 10_000 || plain > 90_000 {
		t.Errorf("%d of the texts are plain", plain)
	}
}

// comparable lets cmp compare by ==, and times by their instant.
var comparable = cmp.Options{
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
	cmp.Comparer(time.Time.Equal),
}

// checkError fails unless err is an *Error with that reason about that text of r,
// which must be where it says.
func checkError(t *testing.T, r ftpreply.Reply, err, reason error, text string) {
	t.Helper()
	if reason == nil {
		if err != nil {
			t.Errorf("error %v, want none", err)
		}
		return
	}
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, reason) {
		t.Errorf("error %v, want %v", err, reason)
		return
	}
	if string(e.Text) != text {
		t.Errorf("error about %q, want %q", e.Text, text)
	}
	checkPlace(t, r, e)
}

// checkPlace fails unless e quotes what stands at its offset, and a rule.
func checkPlace(t *testing.T, r ftpreply.Reply, e *Error) {
	t.Helper()
	if e.Offset < 0 || e.Offset > len(r.Raw()) || !bytes.HasPrefix(r.Raw()[e.Offset:], e.Text) {
		t.Errorf("%q is not at offset %d of %q", e.Text, e.Offset, r.Raw())
	}
	if !strings.Contains(e.Source, "section") && !strings.Contains(e.Source, "RFC") && !strings.Contains(e.Source, "appendix") {
		t.Errorf("source %q names no rule", e.Source)
	}
}

// checkResult is what every fuzz target asks of a result: an error is an *Error
// about bytes of the reply, and tolerances are known ones.
func checkResult(t *testing.T, r ftpreply.Reply, d Tolerance, err error) {
	t.Helper()
	if d >= endOfTolerances {
		t.Errorf("unknown tolerances %#x", uint32(d))
	}
	if err == nil {
		return
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v is no *Error", err)
	}
	checkPlace(t, r, e)
}

// fuzzReplies calls check with what the input is as a reply, and as the text of
// one-line and multi-line replies with the codes.
func fuzzReplies(input []byte, check func(ftpreply.Reply), codes ...string) {
	if r, err := ftpreply.Parse(input); err == nil {
		check(r)
	}
	for _, code := range codes {
		for _, raw := range []string{
			code + " " + string(input) + "\r\n",
			code + "-" + string(input) + "\r\n" + code + " \r\n",
			code + "-\r\n " + string(input) + "\r\n" + code + " End\r\n",
		} {
			if r, err := ftpreply.Parse([]byte(raw)); err == nil {
				check(r)
			}
		}
	}
}

func TestErrorText(t *testing.T) {
	_, err := ParsePassive(reply(t, "227 Entering Passive Mode (127,0,0,1,300,51).\r\n"))
	const want = `payload: out of range at offset 37: "300" (RFC 959, section 5.3.2; RFC 1123, section 4.1.2.6)`
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant  %s", err, want)
	}
}

// TestErrorPlace: the offset is one in the raw bytes, whatever stands before the
// line, and the text is a copy of at most 64 bytes.
func TestErrorPlace(t *testing.T) {
	tests := []struct {
		name, raw string
		offset    int
		text      string
	}{
		{"one line", "213 x1 y\r\n", 4, "x1 y"},
		{"last line", "213-a\r\n213 1x\r\n", 11, "1x"},
		{"first line", "213-1x\r\n213 \r\n", 4, "1x"},
		{"interior line with the code", "213-\r\n213-1x\r\n213 end\r\n", 10, "1x"},
		{"interior line without", "213-\r\n 1x\r\n213 end\r\n", 7, "1x"},
		{"behind a blank line", "\r\n213 1x\r\n", 6, "1x"},
		{"behind a Telnet command", "\xff\xfe\x06213 1x\r\n", 7, "1x"},
		{"nothing", "213 \r\n", 4, ""},
		{"bare code", "213\r\n", 3, ""},
		{"long", "213 1" + strings.Repeat("x", 100) + "\r\n", 4, "1" + strings.Repeat("x", 63)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raw := []byte(tt.raw)
			r, err := ftpreply.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			_, err = ParseSize(r)
			clear(raw)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.Offset != tt.offset || string(e.Text) != tt.text {
				t.Errorf("%q at %d, want %q at %d", e.Text, e.Offset, tt.text, tt.offset)
			}
		})
	}
}

func TestCode(t *testing.T) {
	tests := []struct {
		name, raw string
		tolerance Tolerance
		reason    error
		text      string
	}{
		{"its own", "213 5\r\n", 0, nil, ""},
		{"another completion", "250 5\r\n", OtherCode, nil, ""},
		{"permanent negative", "550 5\r\n", 0, ErrCode, "550 "},
		{"preliminary", "150 5\r\n", 0, ErrCode, "150 "},
		{"multi-line", "\r\n550-5\r\n550 5\r\n", 0, ErrCode, "550-"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := reply(t, tt.raw)
			s, err := ParseSize(r)
			checkError(t, r, err, tt.reason, tt.text)
			if s.Tolerances != tt.tolerance {
				t.Errorf("tolerances %v, want %v", s.Tolerances, tt.tolerance)
			}
		})
	}
}

// TestZeroReply: no reader looks into a reply that is none.
func TestZeroReply(t *testing.T) {
	var r ftpreply.Reply
	_, passive := ParsePassive(r)
	_, path := ParsePath(r)
	_, features := ParseFeatures(r)
	_, size := ParseSize(r)
	_, modTime := ParseModTime(r)
	_, factTime := ParseFactTime(r)
	for _, err := range []error{passive, path, features, size, modTime, factTime} {
		checkError(t, r, err, ErrCode, "")
	}
}

func TestToleranceTable(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	names := map[string]bool{}
	bit := Tolerance(1)
	for info := range Tolerances() {
		if info.Tolerance != bit {
			t.Errorf("%s: bit %#x, want %#x", info.Name, uint32(info.Tolerance), uint32(bit))
		}
		if !kebab.MatchString(info.Name) || names[info.Name] {
			t.Errorf("bad or second name %q", info.Name)
		}
		if !strings.HasSuffix(info.Summary, ".") || !strings.Contains(info.Source, "RFC") {
			t.Errorf("%s: summary %q, source %q", info.Name, info.Summary, info.Source)
		}
		if got, ok := info.Tolerance.Info(); !ok || got != info || info.Tolerance.String() != info.Name {
			t.Errorf("%s: Info %v %v, String %q", info.Name, got, ok, info.Tolerance)
		}
		names[info.Name] = true
		bit <<= 1
	}
	if bit != endOfTolerances {
		t.Errorf("the table ends at %#x, the bits at %#x", uint32(bit), uint32(endOfTolerances))
	}
}

func TestToleranceSet(t *testing.T) {
	d := NoQuotes | OtherCode | Masked
	var bits []Tolerance
	for bit := range d.Each() {
		bits = append(bits, bit)
	}
	if diff := cmp.Diff([]Tolerance{OtherCode, Masked, NoQuotes}, bits); diff != "" {
		t.Error(diff)
	}
	for bit := range d.Each() {
		if bit != OtherCode {
			t.Errorf("first bit %v", bit)
		}
		break
	}
	if d.String() != "other-code,masked,no-quotes" || Tolerance(0).String() != "" {
		t.Errorf("String %q", d)
	}
	if !d.Has(Masked|BlankLine) || d.Has(BlankLine) {
		t.Error("Has")
	}
	if info, ok := endOfTolerances.Info(); ok {
		t.Errorf("Info of no bit: %v", info)
	}
	if info, ok := Tolerance(0).Info(); ok {
		t.Errorf("Info of 0: %v", info)
	}
}

func TestScanNumber(t *testing.T) {
	tests := []struct {
		text string
		n    uint64
		end  int
		ok   bool
	}{
		{"", 0, 0, true},
		{"x", 0, 0, true},
		{"-1", 0, 0, true},
		{"0", 0, 1, true},
		{"007x", 7, 3, true},
		{"18446744073709551615", 1<<64 - 1, 20, true},
		{"18446744073709551616", 0, 20, false},
		{"18446744073709551620", 0, 20, false},
		{"99999999999999999999x", 0, 20, false},
		{"0000000000000000000000001", 1, 25, true},
		{"٣", 0, 0, true},
	}
	for _, tt := range tests {
		n, end, ok := scanNumber([]byte(tt.text), 0)
		if ok != tt.ok || end != tt.end || ok && n != tt.n {
			t.Errorf("%q: %d %d %v, want %d %d %v", tt.text, n, end, ok, tt.n, tt.end, tt.ok)
		}
	}
}
