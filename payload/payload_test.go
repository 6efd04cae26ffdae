package payload

import (
	"bytes"
	"errors"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// TestDocuments checks that docs/payloads.md and the package documentation name every
// reader and every writer of the package.
func TestDocuments(t *testing.T) {
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	p, err := doc.NewFromFiles(set, files, "github.com/ftpreply/ftpreply/payload")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../docs/payloads.md")
	if err != nil {
		t.Fatal(err)
	}
	funcs := p.Funcs
	for _, typ := range p.Types {
		funcs = append(funcs, typ.Funcs...)
	}
	found := 0
	for _, f := range funcs {
		if !strings.HasPrefix(f.Name, "Parse") && !strings.HasPrefix(f.Name, "Append") {
			continue
		}
		found++
		if !strings.Contains(string(page), "`"+f.Name+"`") {
			t.Errorf("docs/payloads.md does not list %s", f.Name)
		}
		if f.Name != "ParsePort" && !strings.Contains(p.Doc, f.Name) {
			t.Errorf("the package documentation does not list %s", f.Name)
		}
	}
	if found == 0 {
		t.Error("no readers found")
	}
}

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

// checkPlace fails unless e quotes the bytes at its offset, and a rule.
func checkPlace(t *testing.T, r ftpreply.Reply, e *Error) {
	t.Helper()
	if e.Offset < 0 || e.Offset > len(r.Raw()) || !bytes.HasPrefix(r.Raw()[e.Offset:], e.Text) {
		t.Errorf("%q is not at offset %d of %q", e.Text, e.Offset, r.Raw())
	}
	if !strings.Contains(e.Source, "section") && !strings.Contains(e.Source, "RFC") && !strings.Contains(e.Source, "appendix") && !strings.Contains(e.Source, "GFD.") && !strings.HasPrefix(e.Source, "de facto") {
		t.Errorf("source %q names no rule", e.Source)
	}
}

// checkResult is what every fuzz target asks of a result: an error is an *Error
// about bytes of the reply, and tolerances are known ones.
func checkResult(t *testing.T, r ftpreply.Reply, d Tolerance, err error) {
	t.Helper()
	if d >= endOfTolerances {
		t.Errorf("unknown tolerances %#x", uint64(d))
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

// TestErrorPlace: the offset is one in the raw bytes, whatever precedes the
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
		{"after a blank line", "\r\n213 1x\r\n", 6, "1x"},
		{"after a Telnet command", "\xff\xfe\x06213 1x\r\n", 7, "1x"},
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

// TestZeroReply: every reader returns ErrCode for the zero Reply.
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

// A parseTest is a reply and what a Parse function makes of it: with a reason, at is the
// text at fault.
type parseTest[T any] struct {
	name, raw string
	want      T
	reason    error
	at        string
}

func testParse[T any](t *testing.T, parse func(ftpreply.Reply) (T, error), tests []parseTest[T]) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := reply(t, tt.raw)
			got, err := parse(r)
			checkError(t, r, err, tt.reason, tt.at)
			if diff := cmp.Diff(tt.want, got, comparable, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// fuzzParse feeds raw replies, and texts under the codes, to a Parse function. Whatever
// it reads is checked once more by check, unless that is nil.
func fuzzParse[T any](f *testing.F, parse func(ftpreply.Reply) (T, error), tolerances func(T) Tolerance,
	tests []parseTest[T], check func(t *testing.T, v T), codes ...string) {
	for _, tt := range tests {
		f.Add([]byte(tt.raw))
		if len(tt.raw) > 6 {
			f.Add([]byte(tt.raw[4 : len(tt.raw)-2]))
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		fuzzReplies(input, func(r ftpreply.Reply) {
			v, err := parse(r)
			checkResult(t, r, tolerances(v), err)
			if err == nil && check != nil {
				check(t, v)
			}
		}, codes...)
	})
}

// reparse gives what parse makes of what an Append function wrote.
func reparse[T any](t testing.TB, raw []byte, err error, parse func(ftpreply.Reply) (T, error)) (v T) {
	t.Helper()
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	v, err = parse(reply(t, string(raw)))
	if err != nil {
		t.Fatalf("parse %q: %v", raw, err)
	}
	return v
}

// equal reports whether two results are the same; empty and nil bytes are.
func equal[T any](a, b T) bool {
	return cmp.Equal(a, b, comparable, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{}))
}

// forAll runs a property.
func forAll(t *testing.T, condition any, gens ...gopter.Gen) {
	t.Helper()
	properties := gopter.NewProperties(nil)
	properties.Property(t.Name(), prop.ForAll(condition, gens...))
	properties.TestingRun(t)
}

// bytesOf generates strings of at least that many bytes, all of which are allowed.
func bytesOf(least int, allowed func(byte) bool) gopter.Gen {
	return gen.SliceOf(gen.UInt8()).Map(func(b []byte) string {
		s := ""
		for _, c := range b {
			if allowed(c) {
				s += string([]byte{c})
			}
		}
		for c := byte('a'); len(s) < least; c++ {
			s += string([]byte{c})
		}
		return s
	})
}

// inWord says which bytes a word may have; inLine, which a line of text may have; inPath, which
// a pathname may have that is safe.
func inWord(c byte) bool { return '!' <= c && c <= '~' }

func inLine(c byte) bool { return c != 0 && c != '\r' && c != '\n' }

func inPath(c byte) bool { return !isControl(c) }
