package textproto_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"math/rand/v2"
	"net"
	std "net/textproto"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/compat/textproto"
	"github.com/ftpreply/ftpreply/replytest"
	"github.com/google/go-cmp/cmp"
)

// A responder is the common part of both packages.
type responder interface {
	ReadResponse(expectCode int) (code int, message string, err error)
}

// answer describes the results of ReadResponse and ReadCodeLine.
func answer(code int, message string, err error) string {
	unexpected := new(textproto.Error)
	var protocol textproto.ProtocolError
	switch {
	case err == nil:
		return fmt.Sprintf("%d %q", code, message)
	case errors.As(err, &unexpected):
		return fmt.Sprintf("%d %q unexpected %d %q", code, message, unexpected.Code, unexpected.Msg)
	case errors.As(err, &protocol):
		return "protocol"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "cut"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "deadline"
	}
	return err.Error()
}

// answers reads until the end of the stream, which is not in the list, or until two
// deadlines have passed one after the other.
func answers(r responder) (list []string) {
	for deadlines := 0; deadlines < 2; {
		what := answer(r.ReadResponse(0))
		if what == "EOF" {
			break
		}
		list = append(list, what)
		if deadlines++; what != "deadline" {
			deadlines = 0
		}
	}
	return list
}

// pieces are a stream; an empty one is a deadline.
func pieces(list ...string) *bufio.Reader { return bufio.NewReader(replytest.Pieces(list...)) }

// Each case of the package documentation, in both packages. A stream ends in EOF unless its
// last piece is empty: then it stays open.
func TestDifferences(t *testing.T) {
	const deadline, cut, protocol = "deadline", "cut", "protocol"
	seen := map[string]bool{}
	for _, test := range []struct {
		class  string
		pieces []string
		std    []string
		ours   []string
	}{
		{"deadline", []string{"213 1048", "", "576\r\n"}, []string{`213 "1048"`, protocol}, []string{deadline, `213 "1048576"`}},
		{"deadline", []string{"220-a\r\nb\r\n", "", "220 c\r\n"}, []string{deadline, `220 "c"`}, []string{deadline, `220 "a\nb\nc"`}},
		{"deadline", []string{"220-a\r\n22", "", "0 c\r\n", ""}, []string{deadline, deadline}, []string{deadline, `220 "a\nc"`, deadline, deadline}},
		{"deadline", []string{"2", "", "20 a\r\n"}, []string{protocol, protocol}, []string{deadline, `220 "a"`}},

		{"cut", []string{"213 1048"}, []string{`213 "1048"`}, []string{cut}},
		{"cut", []string{"22"}, []string{protocol}, []string{cut}},
		{"cut", []string{"220-a\r\nb\r\n"}, nil, []string{cut}},
		{"cut", []string{"220-a\r\n220 b"}, []string{`220 "a\nb"`}, []string{cut}},

		{"no-reply", []string{"abc-hi\r\n", "220 a\r\n331 b\r\n"}, nil, []string{protocol, `220 "a"`, `331 "b"`}},
		{"no-reply", []string{"SSH-2.0-OpenSSH_9\r\n", ""}, []string{deadline, deadline}, []string{protocol, deadline, deadline}},
		{"no-reply", []string{"042-hi\r\n042 a\r\n220 b\r\n"}, nil, []string{protocol, `220 "b"`}},

		{"tls", []string{"\x16\x03\x01\x00\x07a\nb\nc\nd220 a\r\n"}, []string{protocol, protocol, protocol, protocol}, []string{protocol, `220 "a"`}},

		{"limit", []string{"220 " + strings.Repeat("x", 1<<20) + "\r\n", "331 b\r\n"},
			[]string{fmt.Sprintf("220 %q", strings.Repeat("x", 1<<20)), `331 "b"`}, []string{protocol, `331 "b"`}},

		{"preamble", []string{"\r\n220 a\r\n"}, []string{protocol, `220 "a"`}, []string{`220 "a"`}},
		{"preamble", []string{"\x00220 a\r\n"}, []string{protocol}, []string{`220 "a"`}},
		{"preamble", []string{"\xff\xfe\x06200 ok\r\n"}, []string{protocol}, []string{`200 "ok"`}},

		{"bare-code", []string{"200\r\n"}, []string{protocol}, []string{`200 ""`}},
		{"separator", []string{"200:ok\r\n"}, []string{protocol}, []string{`200 ":ok"`}},
		{"separator", []string{"200\tok\r\n"}, []string{protocol}, []string{`200 "\tok"`}},

		{"bare-terminator", []string{"220-a\r\n220\r\n331 b\r\n"}, nil, []string{`220 "a\n"`, `331 "b"`}},
		{"bare-terminator", []string{"220-a\r\n220\r\n", ""}, []string{deadline, deadline}, []string{`220 "a\n"`, deadline, deadline}},

		{"cr-run", []string{"220 a\r\r\n"}, []string{`220 "a\r"`}, []string{`220 "a"`}},
		{"cr-run", []string{"220-a\r\r\nb\r\r\n220-c\r\r\n220 d\r\r\n"}, []string{`220 "a\r\nb\nc\r\nd\r"`}, []string{`220 "a\nb\nc\nd"`}},
	} {
		seen[test.class] = true
		t.Run(test.class, func(t *testing.T) {
			if diff := cmp.Diff(test.std, answers(std.NewReader(pieces(test.pieces...)))); diff != "" {
				t.Errorf("%.100q: net/textproto (-want +got):\n%.1000s", test.pieces, diff)
			}
			if diff := cmp.Diff(test.ours, answers(textproto.NewReader(pieces(test.pieces...)))); diff != "" {
				t.Errorf("%.100q: ours (-want +got):\n%.1000s", test.pieces, diff)
			}
		})
	}
	if diff := cmp.Diff(documented(t), seen); diff != "" {
		t.Errorf("the package documentation lists others (-documented +tested):\n%s", diff)
	}
}

// documented are the names of the cases in the package documentation.
func documented(t *testing.T) map[string]bool {
	file, err := parser.ParseFile(token.NewFileSet(), "textproto.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  - ([a-z-]+): `).FindAllStringSubmatch(file.Doc.Text(), -1) {
		names[m[1]] = true
	}
	return names
}

// A reading is the result of ReadResponse and the number of bytes that it consumed.
type reading struct {
	answer   string
	consumed int
}

func readFirst(input []byte, of func(*bufio.Reader) responder) reading {
	source := bytes.NewReader(input)
	buffered := bufio.NewReader(source)
	what := answer(of(buffered).ReadResponse(0))
	return reading{what, len(input) - source.Len() - buffered.Buffered()}
}

func ours(r *bufio.Reader) responder   { return textproto.NewReader(r) }
func theirs(r *bufio.Reader) responder { return std.NewReader(r) }

// classOf is the case of the package documentation that what begins the input belongs to, or
// nothing. It is decided by how package ftpreply describes it. Of a reply it also gives the
// repaired bytes, which net/textproto has to read as ours reads the original. The cases
// deadline and limit need another setting.
func classOf(input []byte) (class string, repaired []byte) {
	f := ftpreply.Framer{Options: ftpreply.Options{LineEnding: ftpreply.AnyLF}}
	r, _, err := f.Next(input, true)
	syntax := new(ftpreply.SyntaxError)
	preamble := preambleOf(r)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "cut", nil
	case errors.As(err, &syntax) && syntax.Resembles() == "a TLS record":
		return "tls", nil
	case (err != nil || r.Code() < 100) && len(r.Raw()) > 4 && r.Raw()[3] == '-':
		return "no-reply", nil
	case err != nil && preamble > 0:
		return "preamble", nil
	}
	if preamble > 0 {
		class = "preamble"
	}
	repaired = r.Raw()[preamble:]
	for _, repair := range []struct {
		class     string
		deviation ftpreply.Deviation
		pattern   string
		by        string
	}{
		{"cr-run", ftpreply.CRRun, `\r+\n`, "\r\n"},
		{"bare-code", ftpreply.BareCode, `^\d{3}`, "$0 "},
		{"separator", ftpreply.BadSeparator, `^\d{3}`, "$0 "},
		{"bare-terminator", ftpreply.BareTerminator, `\r?\n$`, " $0"},
	} {
		if r.Deviations().HasAny(repair.deviation) {
			class = repair.class
			repaired = regexp.MustCompile(repair.pattern).ReplaceAll(repaired, []byte(repair.by))
		}
	}
	return class, repaired
}

// preambleOf returns the number of bytes before the line with the code, or that line's own Telnet
// commands.
func preambleOf(r ftpreply.Reply) int {
	n := len(r.Raw())
	for line := range r.Lines() {
		n -= len(line.Raw())
	}
	return n
}

// compare goes through the input reply by reply, and compares the results of both packages each time, and what both
// make of the rest. It counts the replies on which they agree, and the cases in which not.
func compare(t *testing.T, input []byte, agreed *int, differed map[string]int) {
	t.Helper()
	for len(input) > 0 {
		us, them := readFirst(input, ours), readFirst(input, theirs)
		class, repaired := classOf(input)
		switch {
		case us == them:
			*agreed++
		case class == "":
			t.Fatalf("%.300q\n ours: %.200s, %d bytes\n net/textproto: %.200s, %d bytes", input, us.answer, us.consumed, them.answer, them.consumed)
		case repaired != nil && readFirst(repaired, theirs) != reading{us.answer, len(repaired)}:
			t.Fatalf("%.300q\n ours: %.200s\n net/textproto of %.300q: %.200s", input, us.answer, repaired, readFirst(repaired, theirs).answer)
		case repaired == nil && us.answer != "cut" && us.answer != "protocol":
			t.Fatalf("%.300q\n ours: %.200s, which is not in the case %s", input, us.answer, class)
		default:
			differed[class]++
		}
		if us.consumed == 0 {
			t.Fatalf("%.300q: nothing is consumed", input)
		}
		input = input[us.consumed:]
	}
}

// TestNoOtherDifferences looks for further differences in recordings of real servers, the vectors and random streams.
func TestNoOtherDifferences(t *testing.T) {
	agreed, differed := 0, map[string]int{}
	recordings, err := filepath.Glob("../../testdata/captures/*/*/server*.raw")
	if err != nil || len(recordings) == 0 {
		t.Fatalf("%d recordings, %v", len(recordings), err)
	}
	for _, name := range recordings {
		recording, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, recording, &agreed, differed)
	}
	for _, v := range replytest.Vectors() {
		if input := v.Input(); len(input) < 1<<20 {
			compare(t, input, &agreed, differed)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		stream, _ := replytest.RandomStream(random, 10)
		if n := len(stream); random.IntN(2) == 0 {
			stream = stream[:random.IntN(n)]
		}
		compare(t, stream, &agreed, differed)
	}
	for class := range documented(t) {
		if differed[class] == 0 && class != "deadline" && class != "limit" {
			t.Errorf("no %s among them", class)
		}
	}
	if agreed < 1000 {
		t.Errorf("they agree on only %d replies", agreed)
	}
}

func FuzzReadResponse(f *testing.F) {
	for _, v := range replytest.Vectors() {
		if input := v.Input(); len(input) < 8<<10 {
			f.Add(input)
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		if len(input) < 64<<10 { // below the limit
			agreed := 0
			compare(t, input, &agreed, map[string]int{})
		}
	})
}

// A reply is the same whatever errors of the connection come in the middle of it.
func TestFaults(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		stream, _ := replytest.RandomStream(random, 10)
		want := answers(textproto.NewReader(bufio.NewReader(bytes.NewReader(stream))))
		var got []string
		r := textproto.NewReader(bufio.NewReader(replytest.Faults(random, stream, 20)))
		for {
			code, message, err := r.ReadResponse(0)
			if err == io.EOF {
				break
			}
			if err != replytest.ErrDeadline && err != io.ErrNoProgress {
				got = append(got, answer(code, message, err))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-whole +in pieces):\n%s", stream, diff)
		}
	}
}

// The expected code is judged as in net/textproto.
func TestExpectedCode(t *testing.T) {
	for _, input := range []string{"220 a\r\n", "550 no\r\n", "550-a\r\nb\r\n550 c\r\n", "099 a\r\n", "999 a\r\n"} {
		for _, expect := range []int{-1, 0, 1, 2, 5, 9, 10, 22, 55, 99, 100, 220, 550, 999, 1000, 2200} {
			got := answer(ours(bufio.NewReader(strings.NewReader(input))).ReadResponse(expect))
			want := answer(theirs(bufio.NewReader(strings.NewReader(input))).ReadResponse(expect))
			if got != want {
				t.Errorf("%q, expected %d: got %s, want %s", input, expect, got, want)
			}
		}
	}
}

// The text of an error contains the peer's bytes, quoted.
func TestErrorTexts(t *testing.T) {
	for _, test := range []struct{ input, want string }{
		{"SSH-2.0-x\r\n", `ftpreply: line 1 (offset 0): not an FTP reply, looks like an SSH server: "SSH-2.0-x\r\n"`},
		{"042 x\r\n", `invalid reply code: "042 x\r\n"`},
		{"213 1048", `ftpreply: line 1 (offset 0): unexpected EOF: "213 1048"`},
	} {
		if _, _, err := ours(bufio.NewReader(strings.NewReader(test.input))).ReadResponse(0); err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

// With one field the client chooses the line ending, and the end of an incomplete reply.
func TestOptions(t *testing.T) {
	r := textproto.NewReader(pieces("220 a\r\n213-b\r\nx\n213 y\r\n213 c\r\n", "331 d\n", ""))
	r.Options = &ftpreply.Options{}
	want := []string{`220 "a"`, `213 "b\nx\n213 y\nc"`, "deadline", "deadline"}
	if diff := cmp.Diff(want, answers(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := string(r.Pending()); got != "331 d\n" {
		t.Errorf("%q is pending", got)
	}
	r.Options = nil
	if got := answer(r.ReadResponse(0)); got != `331 "d"` {
		t.Errorf("got %s", got)
	}
	if len(r.Pending()) > 0 {
		t.Errorf("%q is pending", r.Pending())
	}

	r = textproto.NewReader(bufio.NewReader(strings.NewReader("220 a\r\n331 b\r\n")))
	r.Options = &ftpreply.Options{MaxReply: 6}
	if got := answers(r); cmp.Diff([]string{"protocol", "protocol"}, got) != "" {
		t.Errorf("got %q", got)
	}
}

// Lines are read as by net/textproto, but for a deadline.
func TestLines(t *testing.T) {
	type lines interface {
		ReadLine() (string, error)
		ReadLineBytes() ([]byte, error)
		ReadCodeLine(int) (int, string, error)
	}
	readers := map[string]func(r lines) string{
		"ReadLine":      func(r lines) string { line, err := r.ReadLine(); return fmt.Sprintf("%q %v", line, err) },
		"ReadLineBytes": func(r lines) string { line, err := r.ReadLineBytes(); return fmt.Sprintf("%q %v", line, err) },
		"ReadCodeLine":  func(r lines) string { return answer(r.ReadCodeLine(2)) },
	}
	for _, input := range []string{"220 a\r\n", "220-a\n", "550 a\r\n", "\r\n", "", "junk\r\n", "22\r\n", strings.Repeat("x", 5000) + "\r\nb\r\n", "cut"} {
		for name, read := range readers {
			if input == "cut" && name == "ReadCodeLine" {
				continue
			}
			us, them := textproto.NewReader(pieces(input)), std.NewReader(bufio.NewReader(strings.NewReader(input)))
			if input == "" {
				us = textproto.NewReader(bufio.NewReader(strings.NewReader("")))
			}
			for range 2 {
				if got, want := read(us), read(them); got != want {
					t.Errorf("%.20q: %s gives %.100s, want %.100s", input, name, got, want)
				}
			}
		}
	}
	for name, want := range map[string][]string{
		"ReadLine":      {`"" read tcp: i/o timeout`, `"220 ab" <nil>`, `"cut" <nil>`, `"" EOF`},
		"ReadLineBytes": {`"" read tcp: i/o timeout`, `"220 ab" <nil>`, `"cut" <nil>`, `"" EOF`},
		"ReadCodeLine":  {"deadline", `220 "ab"`, "cut"},
	} {
		r := textproto.NewReader(pieces("220 a", "", "b\r\ncut"))
		for _, want := range want {
			if got := readers[name](r); got != want {
				t.Errorf("%s gives %s, want %s", name, got, want)
			}
		}
	}
}

// A reply that is open is not read as lines, and lines and replies may alternate.
func TestLinesAndReplies(t *testing.T) {
	r := textproto.NewReader(pieces("one\r\n220 a\r\ntwo\r\n220-b\r\n", "", "220 c\r\nthree\r\n"))
	var got []string
	line := func() {
		line, err := r.ReadLine()
		got = append(got, fmt.Sprintf("%q %v", line, err))
	}
	reply := func() { got = append(got, answer(r.ReadResponse(0))) }
	line()
	reply()
	line()
	reply()
	line()
	reply()
	line()
	want := []string{`"one" <nil>`, `220 "a"`, `"two" <nil>`, "deadline", `"" a reply is incomplete: "220-b\r\n"`, `220 "b\nc"`, `"three" <nil>`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A client may replace R by another reader, as after AUTH TLS, without NewReader.
func TestAnotherReader(t *testing.T) {
	r := &textproto.Reader{R: pieces("220 a\r\n331", "")}
	if got := answers(r); cmp.Diff([]string{`220 "a"`, "deadline", "deadline"}, got) != "" {
		t.Errorf("got %q", got)
	}
	r.R = bufio.NewReader(strings.NewReader("line\r\n230 b\r\n"))
	if line, err := r.ReadLine(); line != "line" || err != nil {
		t.Errorf("got %q, %v", line, err)
	}
	if got := answers(r); cmp.Diff([]string{`230 "b"`}, got) != "" {
		t.Errorf("got %q", got)
	}
}

// A whole session over a connection, with two commands under way at once.
func TestConn(t *testing.T) {
	server, err := replytest.Listen(
		replytest.Greet(replytest.Send("220 ready\r\n")),
		replytest.On("ONE *", replytest.Pause(10*time.Millisecond), replytest.Send("200 one\r\n")),
		replytest.On("TWO", replytest.Send("200 two\r\n")),
	)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := textproto.Dial("tcp", server.Addr)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.ReadResponse(220); err != nil {
		t.Error(err)
	}
	first, err := conn.Cmd("ONE %d", 1)
	if err != nil {
		t.Fatal(err)
	}
	second, err := conn.Cmd("TWO")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for id, want := range map[uint]string{second: "two", first: "one"} {
		wait.Go(func() {
			conn.StartResponse(id)
			defer conn.EndResponse(id)
			if _, message, err := conn.ReadResponse(2); message != want || err != nil {
				t.Errorf("got %q, %v, want %q", message, err, want)
			}
		})
	}
	wait.Wait()
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"ONE 1", "TWO"}, server.Commands()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := conn.Cmd("THREE"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v from a closed connection", err)
	}
	if _, err := textproto.Dial("tcp", server.Addr); err == nil {
		t.Error("no error from a closed port")
	}
}

// A slowConn notes whether two writes overlap.
type slowConn struct {
	io.ReadWriteCloser
	writing  atomic.Int32
	overlaps atomic.Int32
}

func (c *slowConn) Write(b []byte) (int, error) {
	if c.writing.Add(1) > 1 {
		c.overlaps.Add(1)
	}
	time.Sleep(time.Millisecond)
	c.writing.Add(-1)
	return len(b), nil
}

// Commands that are sent at the same time wait for each other.
func TestConcurrentCommands(t *testing.T) {
	slow := new(slowConn)
	conn := textproto.NewConn(slow)
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			if _, err := conn.Cmd("NOOP"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := slow.overlaps.Load(); n > 0 {
		t.Errorf("%d writes overlap", n)
	}
}

// A reader that is used or reset inside a reply gives an error, once.
func TestLostBytes(t *testing.T) {
	for name, use := range map[string]func(r *bufio.Reader){
		"read":  func(r *bufio.Reader) { r.ReadByte() },
		"reset": func(r *bufio.Reader) { r.Reset(strings.NewReader("221 b\r\n")) },
	} {
		t.Run(name, func(t *testing.T) {
			source := replytest.NewReader(replytest.Read{Bytes: []byte("220-a\r\n22")},
				replytest.Read{Err: replytest.ErrDeadline}, replytest.Read{Bytes: []byte("0 c\r\n221 b\r\n")})
			buffered := bufio.NewReader(source)
			r := textproto.NewReader(buffered)
			if _, _, err := r.ReadResponse(0); err != replytest.ErrDeadline || string(r.Pending()) != "220-a\r\n22" {
				t.Fatalf("got %v, %q pending", err, r.Pending())
			}
			use(buffered)
			if _, _, err := r.ReadResponse(0); err != ftpreply.ErrLostBytes || r.Pending() != nil {
				t.Fatalf("got %v, %q pending", err, r.Pending())
			}
			for { // the rest of the first reply
				code, message, err := r.ReadResponse(0)
				if code == 221 && message == "b" && err == nil {
					return
				}
				if err != nil && !errors.As(err, new(textproto.ProtocolError)) {
					t.Fatalf("got %d %q, %v", code, message, err)
				}
			}
		})
	}
}
