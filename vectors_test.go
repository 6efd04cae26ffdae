package ftpreply

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const vectorFile = "testdata/vectors.txt" // which says how it is written

// The settings under which a vector has expectations; crlf only where it says so.
var vectorSettings = map[string]Options{
	"default": {},
	"strict":  {Reject: Strict},
	"anycode": {AnyCode: true},
	"anylf":   {LineEnding: AnyLF},
	"crlf":    {LineEnding: CRLF},
}

// A vector is an input, and what is expected of it under each setting.
type vector struct {
	name     string
	segments [][]byte
	eof      bool
	max      int
	want     map[string][]outcome
	lines    map[string]int // where the file says so
}

func (v *vector) input() []byte { return bytes.Join(v.segments, nil) }

// TestVectors runs every vector under every setting through each reader of replies.
func TestVectors(t *testing.T) {
	vectors, err := readVectors()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		for setting, want := range v.want {
			t.Run(v.name+"/"+setting, func(t *testing.T) {
				o := vectorSettings[setting]
				o.MaxReply = v.max
				for reader, got := range v.outcomes(o) {
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s:%d: %s (-want +got):\n%.3000s", vectorFile, v.lines[setting], reader, diff)
					}
				}
			})
		}
	}
}

// TestRejectedPlaces rejects each departure alone, which shows where its first place
// is said to be.
func TestRejectedPlaces(t *testing.T) {
	vectors, err := readVectors()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		var shown Deviation
		for _, what := range v.want["default"] {
			shown |= what.Deviations
		}
		for _, info := range slices.Collect(Deviations()) {
			if shown&info.Deviation == 0 {
				continue
			}
			t.Run(v.name+"/"+info.Name, func(t *testing.T) {
				o := Options{Reject: info.Deviation, MaxReply: v.max}
				want := reference(v.input(), v.eof, o)
				if diff := cmp.Diff(want, collectFramer(v.segments, v.eof, o)); diff != "" {
					t.Errorf("%s:%d: (-want +got):\n%.3000s", vectorFile, v.lines["default"], diff)
				}
			})
		}
	}
}

// outcomes runs the vector through each reader, in segments and as a whole.
func (v *vector) outcomes(o Options) map[string][]outcome {
	whole := [][]byte{v.input()}
	return map[string][]outcome{
		"the reference":           reference(v.input(), v.eof, o),
		"a Parser over segments":  collectParser(newSegmentReader(v.segments, v.eof), o),
		"a Parser over the whole": collectParser(newSegmentReader(whole, v.eof), o),
		"a Framer with segments":  collectFramer(v.segments, v.eof, o),
		"a Framer with the whole": collectFramer(whole, v.eof, o),
	}
}

// errDeadline is what a connection says that has nothing to read for now.
var errDeadline = errors.New("deadline")

// A segmentReader delivers segments one by one, then an error of its own.
type segmentReader struct {
	segments [][]byte
	end      error
}

// newSegmentReader ends with io.EOF, or with errDeadline when the stream is open.
func newSegmentReader(segments [][]byte, eof bool) *segmentReader {
	if eof {
		return &segmentReader{slices.Clone(segments), io.EOF}
	}
	return &segmentReader{slices.Clone(segments), errDeadline}
}

func (r *segmentReader) Read(p []byte) (n int, err error) {
	for len(r.segments) > 0 && len(r.segments[0]) == 0 {
		r.segments = r.segments[1:]
	}
	if len(r.segments) == 0 {
		return 0, r.end
	}
	n = copy(p, r.segments[0])
	r.segments[0] = r.segments[0][n:]
	return n, nil
}

// vectorInputs gives the inputs of the vectors as seeds, without the long ones.
func vectorInputs() (inputs [][]byte) {
	vectors, err := readVectors()
	if err != nil {
		panic(err)
	}
	for _, v := range vectors {
		if input := v.input(); len(input) < 64<<10 {
			inputs = append(inputs, input)
		}
	}
	return inputs
}

func readVectors() (vectors []*vector, err error) {
	file, err := os.ReadFile(vectorFile)
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(string(file), "\n") {
		s := &vectorScanner{tokens: vectorToken.FindAllString(line, -1)}
		switch word := s.next(); {
		case word == "" || word[0] == '#':
			continue
		case word == "vector":
			v := &vector{name: s.next(), want: map[string][]outcome{}, lines: map[string]int{}}
			s.check(!slices.ContainsFunc(vectors, func(o *vector) bool { return o.name == v.name }), "a second %s", v.name)
			vectors = append(vectors, v)
		default:
			vectors[len(vectors)-1].property(word, s, i+1)
		}
		s.check(len(s.tokens) == 0, "cannot read on at %q", s.tokens)
		if s.err != nil {
			return nil, fmt.Errorf("%s:%d: %w", vectorFile, i+1, s.err)
		}
	}
	for _, v := range vectors {
		if err := v.complete(); err != nil {
			return nil, fmt.Errorf("%s: vector %s: %w", vectorFile, v.name, err)
		}
	}
	return vectors, nil
}

// property takes one line of a vector: of its input, or of what is expected.
func (v *vector) property(word string, s *vectorScanner, line int) {
	switch word {
	case "max":
		v.max = s.number(s.next())
	case "in":
		v.segments = append(v.segments, s.text())
		for s.accept("|") {
			v.segments = append(v.segments, s.text())
		}
		v.eof = s.accept("EOF")
	default:
		settings := strings.Split(word, ",")
		for _, setting := range settings {
			if _, ok := vectorSettings[setting]; !ok {
				s.check(false, "no setting %q", setting)
				return
			}
			if _, ok := v.lines[setting]; !ok {
				v.lines[setting] = line
			}
		}
		v.expect(settings, s)
	}
}

// expect takes what stands behind the names of the settings.
func (v *vector) expect(settings []string, s *vectorScanner) {
	set := func(outcomes []outcome) {
		for _, setting := range settings {
			v.want[setting] = slices.Clone(outcomes)
		}
	}
	switch {
	case s.accept("nothing"):
		set(nil)
	case s.accept("="):
		set(v.want[s.next()])
	case s.accept("rejects"):
		if v.want[settings[0]] == nil {
			set(v.want["default"])
		}
		s.reject(v.want[settings[0]])
		set(v.want[settings[0]])
	default:
		set(append(v.want[settings[0]], s.outcome(v.input())))
	}
}

// complete checks that no setting was forgotten, and gives each reply its bytes:
// they reach to the next outcome, since nothing is lost between the two.
func (v *vector) complete() error {
	for setting := range vectorSettings {
		if _, ok := v.lines[setting]; !ok && setting != "crlf" {
			return fmt.Errorf("nothing is said of %s", setting)
		}
	}
	for _, outcomes := range v.want {
		end := len(v.input())
		for i := len(outcomes) - 1; i >= 0; i-- {
			what := &outcomes[i]
			switch what.Kind {
			case kindOpen:
				end -= len(what.Raw)
				continue
			case kindReply, kindRejected:
				what.Raw = string(v.input()[what.Offset:end])
			}
			end = int(what.Offset)
		}
	}
	return nil
}

// A vectorScanner takes one line of the file to pieces. After its first error it
// makes no sense, but no harm either.
type vectorScanner struct {
	tokens []string
	err    error
}

var (
	vectorToken     = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\S[^\s"]*`)
	vectorTimes     = regexp.MustCompile(`^([0-9]+)([*x])$`)
	vectorPlace     = regexp.MustCompile(`^([0-9]+):([0-9]+)$`)
	vectorCode      = regexp.MustCompile(`^([0-9]{3})(-?)$`)
	vectorDeviation = map[string]Deviation{}
)

func init() {
	for info := range Deviations() {
		vectorDeviation[info.Name] = info.Deviation
	}
}

func (s *vectorScanner) check(ok bool, format string, args ...any) {
	if !ok && s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}

// next takes a token; it is empty at the end of the line.
func (s *vectorScanner) next() string {
	token := s.peek()
	s.tokens = s.tokens[min(1, len(s.tokens)):]
	return token
}

func (s *vectorScanner) peek() string {
	if len(s.tokens) == 0 {
		return ""
	}
	return s.tokens[0]
}

func (s *vectorScanner) accept(token string) bool {
	if s.peek() != token {
		return false
	}
	s.next()
	return true
}

func (s *vectorScanner) number(token string) int {
	n, err := strconv.Atoi(token)
	s.check(err == nil, "%q is no number", token)
	return n
}

// times takes a number that is followed by the sign; it is 1 when there is none.
func (s *vectorScanner) times(sign string) int {
	if m := vectorTimes.FindStringSubmatch(s.peek()); m != nil && m[2] == sign {
		s.next()
		return s.number(m[1])
	}
	return 1
}

// text takes quoted strings, with their numbers of times, joined by +.
func (s *vectorScanner) text() (text []byte) {
	for {
		n := s.times("*")
		token := s.next()
		part, err := strconv.Unquote(token)
		s.check(err == nil, "%q is no quoted text", token)
		text = append(text, strings.Repeat(part, n)...)
		if !s.accept("+") {
			return text
		}
	}
}

// place takes an offset and a line.
func (s *vectorScanner) place() (offset, line int64) {
	token := s.next()
	m := vectorPlace.FindStringSubmatch(token)
	if m == nil {
		s.check(false, "%q is no offset:line", token)
		return 0, 0
	}
	return int64(s.number(m[1])), int64(s.number(m[2]))
}

// code takes a code and its hyphen, if there is one.
func (s *vectorScanner) code() (c Code, hyphen, ok bool) {
	m := vectorCode.FindStringSubmatch(s.peek())
	if m == nil {
		return 0, false, false
	}
	s.next()
	return Code(s.number(m[1])), m[2] != "", true
}

func (s *vectorScanner) deviation(name string) Deviation {
	d, ok := vectorDeviation[name]
	s.check(ok, "no deviation %q", name)
	return d
}

// outcome takes anything but a rejected reply.
func (s *vectorScanner) outcome(input []byte) (what outcome) {
	if s.accept(kindOpen) {
		n := s.number(s.next())
		return outcome{Kind: kindOpen, Raw: string(input[max(0, len(input)-n):])}
	}
	what.Offset, what.Line = s.place()
	if code, hyphen, ok := s.code(); ok {
		what.Kind, what.Code, what.Multiline = kindReply, code, hyphen
		what.Lines = s.lines()
		what.Deviations = s.deviations()
		return what
	}
	what.Kind = s.next()
	s.check(what.Kind == kindNotReply || what.Kind == kindTooLong || what.Kind == kindEOF, "no kind %q", what.Kind)
	what.Code, _, _ = s.code()
	what.Raw = s.raw(input[what.Offset:])
	what.ErrOffset, what.ErrLine = what.Offset, what.Line
	if s.accept("at") {
		what.ErrOffset, what.ErrLine = s.place()
	}
	return what
}

// lines takes texts, with the number of lines that they stand for.
func (s *vectorScanner) lines() (lines []string) {
	for s.peek() != "" && s.peek()[0] != '[' && s.err == nil {
		n := s.times("x")
		lines = append(lines, slices.Repeat([]string{string(s.text())}, n)...)
	}
	return lines
}

func (s *vectorScanner) deviations() (d Deviation) {
	token := s.next()
	if token == "" {
		return 0
	}
	for _, name := range strings.Split(strings.Trim(token, "[]"), ",") {
		d |= s.deviation(name)
	}
	return d
}

// raw takes the bytes of an error, as a text or as their number.
func (s *vectorScanner) raw(rest []byte) string {
	n, ok := strings.CutPrefix(s.peek(), "bytes:")
	if !ok {
		return string(s.text())
	}
	s.next()
	return string(rest[:min(s.number(n), len(rest))])
}

// reject takes which of the replies is rejected, for what, and where that is.
func (s *vectorScanner) reject(outcomes []outcome) {
	offset, _ := s.place()
	i := slices.IndexFunc(outcomes, func(o outcome) bool { return o.Offset == offset && o.Kind == kindReply })
	if i < 0 {
		s.check(false, "no reply at %d", offset)
		return
	}
	outcomes[i].Kind = kindRejected
	s.check(s.accept("for"), "no for")
	outcomes[i].Rejected = s.deviation(s.next())
	s.check(s.accept("at"), "no at")
	outcomes[i].ErrOffset, outcomes[i].ErrLine = s.place()
}
