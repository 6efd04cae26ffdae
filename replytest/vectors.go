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

const vectorFile = "replytest/testdata/vectors.txt" // which says how it is written

// A Setting is a way of reading replies. It names options of an ftpreply.Parser.
type Setting string

// The settings. A vector has expectations under each of the first four, and under CRLF
// where that has more to say.
const (
	Default Setting = "default" // ftpreply.Options{}
	Strict  Setting = "strict"  // Reject: ftpreply.Strict
	AnyCode Setting = "anycode" // AnyCode: true
	AnyLF   Setting = "anylf"   // LineEnding: ftpreply.AnyLF
	CRLF    Setting = "crlf"    // LineEnding: ftpreply.CRLF
)

var settings = []Setting{Default, Strict, AnyCode, AnyLF, CRLF}

// A Vector is an input, and what a reader of replies is to make of it.
type Vector struct {
	Name     string
	Segments [][]byte // the input in the pieces in which it arrives; a deadline between two of them changes nothing
	EOF      bool     // the stream ends behind it; otherwise it stays open
	MaxReply int      // the limit of a reply in bytes; 0 is that of package ftpreply
	Want     map[Setting][]Outcome

	lines map[Setting]int
}

// Input is all of the input in one piece.
func (v *Vector) Input() []byte { return bytes.Join(v.Segments, nil) }

// Reader delivers the input in its segments. Behind them it has io.EOF, or
// [ErrDeadline] for ever when the stream stays open.
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

// Source is the file and the line where it is said what is expected under a setting.
func (v *Vector) Source(s Setting) string { return fmt.Sprintf("%s:%d", vectorFile, v.lines[s]) }

// A Kind is that of an [Outcome].
type Kind string

// The kinds of an outcome, and the error with which package ftpreply reports it.
const (
	KindReply    Kind = "reply"
	KindRejected Kind = "rejected"  // ErrRejected: a reply, but not such as is wanted
	KindNotReply Kind = "not-reply" // ErrNotReply
	KindTooLong  Kind = "too-long"  // ErrTooLong
	KindEOF      Kind = "eof"       // io.ErrUnexpectedEOF: the stream ends in it
	KindOpen     Kind = "open"      // no whole reply yet, and the stream is open
)

// An Outcome is what a reader of replies says about some bytes. Bytes that are skipped,
// behind a reply that was too long and in TLS records, are in no outcome.
type Outcome struct {
	Kind         Kind
	Code         int    // 0 where it is not known
	Raw          string // the bytes, with what is skipped before the code
	Offset, Line int64  // where Raw begins: from 0, and from 1, every LF ending a line; not of KindOpen

	// Of KindReply and KindRejected alone.
	Multiline  bool     // there is a hyphen behind the first code
	Lines      []string // the texts of the lines
	Deviations []string // the names of the departures, in the order of ftpreply.Deviations

	// Of an error: what it points at, and the first departure that was rejected.
	ErrOffset, ErrLine int64
	Rejected           string
}

// Vectors lists the vectors of package ftpreply: some two hundred inputs, some of them
// longer than a MiB. The caller owns what it gets.
func Vectors() []*Vector {
	vectors, err := parseVectors(vectorText)
	if err != nil {
		panic(err) // a test reads the same text
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

// property takes one line of a vector: of its input, or of what is expected.
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

// expect takes what stands behind the names of the settings.
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

// complete checks that no setting was forgotten, and gives each reply its bytes:
// they reach to the next outcome, since nothing is lost between the two.
func (v *Vector) complete() error {
	for _, setting := range settings {
		if _, ok := v.lines[setting]; !ok && setting != CRLF {
			return fmt.Errorf("nothing is said of %s", setting)
		}
	}
	for _, outcomes := range v.Want {
		end := len(v.Input())
		for i := len(outcomes) - 1; i >= 0; i-- {
			what := &outcomes[i]
			switch what.Kind {
			case KindOpen:
				end -= len(what.Raw)
				continue
			case KindReply, KindRejected:
				if int(what.Offset) > end {
					return fmt.Errorf("a reply at %d begins behind %d", what.Offset, end)
				}
				what.Raw = string(v.Input()[what.Offset:end])
			}
			end = int(what.Offset)
		}
	}
	return nil
}

// A scanner takes one line of the file to pieces. After its first error it makes no
// sense, but no harm either.
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

// next takes a token; it is empty at the end of the line.
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

// times takes a number that is followed by the sign; it is 1 when there is none.
func (s *scanner) times(sign string) int {
	if m := timesPattern.FindStringSubmatch(s.peek()); m != nil && m[2] == sign {
		s.next()
		return s.number(m[1])
	}
	return 1
}

// text takes quoted strings, with their numbers of times, joined by +.
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

// place takes an offset and a line.
func (s *scanner) place() (offset, line int64) {
	token := s.next()
	m := placePattern.FindStringSubmatch(token)
	if m == nil {
		s.check(false, "%q is no offset:line", token)
		return 0, 0
	}
	return int64(s.number(m[1])), int64(s.number(m[2]))
}

// code takes a code and its hyphen, if there is one.
func (s *scanner) code() (code int, hyphen, ok bool) {
	m := codePattern.FindStringSubmatch(s.peek())
	if m == nil {
		return 0, false, false
	}
	s.next()
	return s.number(m[1]), m[2] != "", true
}

// outcome takes anything but a rejected reply.
func (s *scanner) outcome(input []byte) (what Outcome) {
	if s.accept(string(KindOpen)) {
		n := s.number(s.next())
		return Outcome{Kind: KindOpen, Raw: string(input[max(0, len(input)-n):])}
	}
	what.Offset, what.Line = s.place()
	if what.Offset > int64(len(input)) {
		s.check(false, "%d is behind the input", what.Offset)
		return what
	}
	if code, hyphen, ok := s.code(); ok {
		what.Kind, what.Code, what.Multiline = KindReply, code, hyphen
		what.Lines = s.lines()
		what.Deviations = s.deviations()
		return what
	}
	what.Kind = Kind(s.next())
	s.check(what.Kind == KindNotReply || what.Kind == KindTooLong || what.Kind == KindEOF, "no kind %q", what.Kind)
	what.Code, _, _ = s.code()
	what.Raw = s.raw(input[what.Offset:])
	what.ErrOffset, what.ErrLine = what.Offset, what.Line
	if s.accept("at") {
		what.ErrOffset, what.ErrLine = s.place()
	}
	return what
}

// lines takes texts, with the number of lines that they stand for.
func (s *scanner) lines() (lines []string) {
	for s.peek() != "" && s.peek()[0] != '[' && s.err == nil {
		n := s.times("x")
		lines = append(lines, slices.Repeat([]string{string(s.text())}, n)...)
	}
	return lines
}

// deviations takes names in brackets, if there are any.
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

// raw takes the bytes of an error, as a text or as their number.
func (s *scanner) raw(rest []byte) string {
	n, ok := strings.CutPrefix(s.peek(), "bytes:")
	if !ok {
		return string(s.text())
	}
	s.next()
	return string(rest[:min(s.number(n), len(rest))])
}

// reject takes which of the replies is rejected, for what, and where that is.
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
