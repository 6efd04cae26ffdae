package replytest

import (
	"bytes"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed testdata/vectors.txt
var vectorText string

const vectorFile = "replytest/testdata/vectors.txt" // its head explains the notation

// A Setting names the options of an ftpreply.Parser.
type Setting string

// The settings. A vector has expectations under each of the first four, and under CRLF
// where the result differs.
const (
	Default Setting = "default" // ftpreply.Options{}
	Strict  Setting = "strict"  // Reject: ftpreply.Strict
	AnyCode Setting = "anycode" // AnyCode: true
	AnyLF   Setting = "anylf"   // LineEnding: ftpreply.AnyLF
	CRLF    Setting = "crlf"    // LineEnding: ftpreply.CRLF
)

var settings = []Setting{Default, Strict, AnyCode, AnyLF, CRLF}

// A Vector is an input with the outcomes that a reader of replies should report for it.
type Vector struct {
	Name     string
	Segments [][]byte // the input in the pieces in which it arrives; a deadline between two of them changes nothing
	EOF      bool     // the stream ends after the input; otherwise it stays open
	MaxReply int      // the limit of a reply in bytes; 0 means the default of package ftpreply
	Want     map[Setting][]Outcome

	lines map[Setting]int
}

// Input returns a copy of the whole input.
func (v *Vector) Input() []byte { return bytes.Join(v.Segments, nil) }

// Reader returns a Reader that delivers the input in its segments, then io.EOF, or
// [ErrDeadline] for ever if the stream stays open.
func (v *Vector) Reader() *Reader {
	var reads []Read
	for _, segment := range v.Segments {
		reads = append(reads, Read{Bytes: segment})
	}
	if !v.EOF {
		reads = append(reads, Read{Err: ErrDeadline})
	}
	return NewReader(reads...)
}

// Source returns the file and the line that state the expectations under a setting.
func (v *Vector) Source(s Setting) string { return fmt.Sprintf("%s:%d", vectorFile, v.lines[s]) }

// A Kind is the kind of an [Outcome].
type Kind string

// The kinds of outcomes, with the error by which package ftpreply reports each.
const (
	KindReply    Kind = "reply"
	KindRejected Kind = "rejected"  // ErrRejected: a reply with a deviation that the options reject
	KindNotReply Kind = "not-reply" // ErrNotReply
	KindTooLong  Kind = "too-long"  // ErrTooLong
	KindEOF      Kind = "eof"       // io.ErrUnexpectedEOF: the stream ends inside a reply
	KindOpen     Kind = "open"      // an incomplete reply, and the stream stays open
)

// An Outcome is the result of a reader of replies for some bytes. Bytes that are skipped,
// such as TLS records and the rest of a reply that is too long, belong to no outcome.
type Outcome struct {
	Kind         Kind
	Code         int    // 0 if unknown
	Raw          string // the bytes, including those skipped before the code
	Offset, Line int64  // of the first byte of Raw: offsets count from 0, lines from 1, and every LF ends a line; unset for KindOpen

	// For KindReply and KindRejected only.
	Multiline  bool     // a hyphen follows the first code
	Lines      []string // the texts of the lines
	Deviations []string // names, in the order of ftpreply.Deviations

	// For errors: the position in the error, and the first deviation that was rejected.
	ErrOffset, ErrLine int64
	Rejected           string
}

// Vectors returns the vectors of package ftpreply: more than two hundred inputs, some of them
// longer than 1 MiB. The caller owns the result.
func Vectors() []*Vector {
	vectors, err := parseVectors(vectorText)
	if err != nil {
		panic(err) // the text is part of the program
	}
	return vectors
}

func parseVectors(text string) (vectors []*Vector, err error) {
	for i, line := range strings.Split(text, "\n") {
		s := &scanner{tokens: tokenPattern.FindAllString(line, -1)}
		switch word := s.next(); {
		case word == "" || word[0] == '#':
			continue
		case word == "vector":
			v := &Vector{Name: s.next(), Want: map[Setting][]Outcome{}, lines: map[Setting]int{}}
			s.check(!slices.ContainsFunc(vectors, func(o *Vector) bool { return o.Name == v.Name }), "a second %s", v.Name)
			vectors = append(vectors, v)
		case len(vectors) == 0:
			s.check(false, "%s stands before the first vector", word)
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
			return nil, fmt.Errorf("%s: vector %s: %w", vectorFile, v.Name, err)
		}
	}
	return vectors, nil
}

// property reads one line of a vector: input or expectation.
func (v *Vector) property(word string, s *scanner, line int) {
	switch word {
	case "max":
		v.MaxReply = s.number(s.next())
	case "in":
		v.Segments = append(v.Segments, s.text())
		for s.accept("|") {
			v.Segments = append(v.Segments, s.text())
		}
		v.EOF = s.accept("EOF")
	default:
		var named []Setting
		for _, name := range strings.Split(word, ",") {
			setting := Setting(name)
			s.check(slices.Contains(settings, setting), "no setting %q", name)
			if _, ok := v.lines[setting]; !ok {
				v.lines[setting] = line
			}
			named = append(named, setting)
		}
		v.expect(named, s)
	}
}

// expect reads the rest of the line after the names of the settings.
func (v *Vector) expect(named []Setting, s *scanner) {
	set := func(outcomes []Outcome) {
		for _, setting := range named {
			v.Want[setting] = slices.Clone(outcomes)
		}
	}
	switch {
	case s.accept("nothing"):
		set(nil)
	case s.accept("="):
		set(v.Want[Setting(s.next())])
	case s.accept("rejects"):
		if v.Want[named[0]] == nil {
			set(v.Want[Default])
		}
		s.reject(v.Want[named[0]])
		set(v.Want[named[0]])
	default:
		set(append(v.Want[named[0]], s.outcome(v.Input())))
	}
}

// complete checks that every setting has expectations, and sets the bytes of each reply:
// they reach to the next outcome, because nothing is lost between the two.
func (v *Vector) complete() error {
	for _, setting := range settings {
		if _, ok := v.lines[setting]; !ok && setting != CRLF {
			return fmt.Errorf("no expectation under %s", setting)
		}
	}
	for _, outcomes := range v.Want {
		end := len(v.Input())
		for i := len(outcomes) - 1; i >= 0; i-- {
			o := &outcomes[i]
			switch o.Kind {
			case KindOpen:
				end -= len(o.Raw)
				continue
			case KindReply, KindRejected:
				if int(o.Offset) > end {
					return fmt.Errorf("a reply at %d begins after %d", o.Offset, end)
				}
				o.Raw = string(v.Input()[o.Offset:end])
			}
			end = int(o.Offset)
		}
	}
	return nil
}

// A scanner reads the tokens of one line. After its first error its results are
// meaningless but harmless.
type scanner struct {
	tokens []string
	err    error
}

var (
	tokenPattern     = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\S[^\s"]*`)
	timesPattern     = regexp.MustCompile(`^([0-9]+)([*x])$`)
	placePattern     = regexp.MustCompile(`^([0-9]+):([0-9]+)$`)
	codePattern      = regexp.MustCompile(`^([0-9]{3})(-?)$`)
	deviationPattern = regexp.MustCompile(`^[a-z0-9-]+$`)
)

func (s *scanner) check(ok bool, format string, args ...any) {
	if !ok && s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}

// next returns the next token, or "" at the end of the line.
func (s *scanner) next() string {
	token := s.peek()
	s.tokens = s.tokens[min(1, len(s.tokens)):]
	return token
}

func (s *scanner) peek() string {
	if len(s.tokens) == 0 {
		return ""
	}
	return s.tokens[0]
}

func (s *scanner) accept(token string) bool {
	if s.peek() != token {
		return false
	}
	s.next()
	return true
}

func (s *scanner) number(token string) int {
	n, err := strconv.Atoi(token)
	s.check(err == nil, "%q is no number", token)
	return n
}

// times reads a number that is followed by the sign; without one it returns 1.
func (s *scanner) times(sign string) int {
	if m := timesPattern.FindStringSubmatch(s.peek()); m != nil && m[2] == sign {
		s.next()
		return s.number(m[1])
	}
	return 1
}

// text reads quoted strings with their repetitions, joined by +.
func (s *scanner) text() (text []byte) {
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

// place reads an offset and a line.
func (s *scanner) place() (offset, line int64) {
	token := s.next()
	m := placePattern.FindStringSubmatch(token)
	if m == nil {
		s.check(false, "%q is no offset:line", token)
		return 0, 0
	}
	return int64(s.number(m[1])), int64(s.number(m[2]))
}

// code reads a code and an optional hyphen.
func (s *scanner) code() (code int, hyphen, ok bool) {
	m := codePattern.FindStringSubmatch(s.peek())
	if m == nil {
		return 0, false, false
	}
	s.next()
	return s.number(m[1]), m[2] != "", true
}

// outcome reads any outcome but a rejected reply.
func (s *scanner) outcome(input []byte) (o Outcome) {
	if s.accept(string(KindOpen)) {
		n := s.number(s.next())
		return Outcome{Kind: KindOpen, Raw: string(input[max(0, len(input)-n):])}
	}
	o.Offset, o.Line = s.place()
	if o.Offset > int64(len(input)) {
		s.check(false, "%d is beyond the input", o.Offset)
		return o
	}
	if code, hyphen, ok := s.code(); ok {
		o.Kind, o.Code, o.Multiline = KindReply, code, hyphen
		o.Lines = s.lines()
		o.Deviations = s.deviations()
		return o
	}
	o.Kind = Kind(s.next())
	s.check(o.Kind == KindNotReply || o.Kind == KindTooLong || o.Kind == KindEOF, "no kind %q", o.Kind)
	o.Code, _, _ = s.code()
	o.Raw = s.raw(input[o.Offset:])
	o.ErrOffset, o.ErrLine = o.Offset, o.Line
	if s.accept("at") {
		o.ErrOffset, o.ErrLine = s.place()
	}
	return o
}

// lines reads texts with their repetitions.
func (s *scanner) lines() (lines []string) {
	for s.peek() != "" && s.peek()[0] != '[' && s.err == nil {
		n := s.times("x")
		lines = append(lines, slices.Repeat([]string{string(s.text())}, n)...)
	}
	return lines
}

// deviations reads an optional list of names in brackets.
func (s *scanner) deviations() (names []string) {
	list, ok := strings.CutPrefix(s.next(), "[")
	if !ok {
		return nil
	}
	for _, name := range strings.Split(strings.TrimSuffix(list, "]"), ",") {
		names = append(names, s.deviation(name))
	}
	return names
}

func (s *scanner) deviation(name string) string {
	s.check(deviationPattern.MatchString(name), "%q is no name of a deviation", name)
	return name
}

// raw reads the bytes of an error: a text, or their number.
func (s *scanner) raw(rest []byte) string {
	n, ok := strings.CutPrefix(s.peek(), "bytes:")
	if !ok {
		return string(s.text())
	}
	s.next()
	return string(rest[:min(s.number(n), len(rest))])
}

// reject reads which reply is rejected, the deviation, and its position.
func (s *scanner) reject(outcomes []Outcome) {
	offset, _ := s.place()
	i := slices.IndexFunc(outcomes, func(o Outcome) bool { return o.Offset == offset && o.Kind == KindReply })
	if i < 0 {
		s.check(false, "no reply at %d", offset)
		return
	}
	outcomes[i].Kind = KindRejected
	s.check(s.accept("for"), "no for")
	outcomes[i].Rejected = s.deviation(s.next())
	s.check(s.accept("at"), "no at")
	outcomes[i].ErrOffset, outcomes[i].ErrLine = s.place()
}
