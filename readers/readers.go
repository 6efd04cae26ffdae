// Package readers models how well-known FTP clients read replies.
//
// A [Model] is the reply reader of one program in one version, as a small state machine. Its
// [Reader] takes the bytes that a server sent and yields the replies that the program would
// take from them, so that their ends can be compared with the ends that package ftpreply
// finds. A program that takes a reply too early, too late or twice assigns every later reply
// to the wrong command.
//
// The models describe where a reply ends and which code it gets. They do not describe which
// codes the program expects at a place of the session. The models were written from the
// programs' behaviour and source, and are compared with recorded runs of the real programs
// in the interop module.
package readers

import (
	"iter"
	"unicode/utf8"
)

// A Model is the reply reader of one program.
type Model struct {
	Name    string // as in the list of clients of package lint
	Version string
	Source  string // the place in the program that the model describes

	// DropsUnasked is set for a program that ignores replies that arrive together with the
	// reply to its latest command. The Reader yields them all the same.
	DropsUnasked bool

	lines lines
	total int // the most bytes of one reply; 0: no limit
	open  int // the most bytes of a multi-line reply that a read leaves incomplete; 0: no limit

	// judge decides about a complete line.
	judge func(*Reader, line) verdict
}

// All returns the models, in a fixed order.
func All() iter.Seq[*Model] {
	return func(yield func(*Model) bool) {
		for i := range models {
			if !yield(&models[i]) {
				return
			}
		}
	}
}

// Named returns the model of that name, or nil.
func Named(name string) *Model {
	for m := range All() {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// A Reply is a reply as the program takes it.
type Reply struct {
	Code       int   // 0 if the program sees no code
	Class      int   // the first digit as the program computes it; a BSD client takes any byte for a digit
	Begin, End int64 // offsets in the stream; the bytes from Begin to End include lines that the program skips
}

// A State is the state of a program that has read all bytes so far.
type State uint8

const (
	Idle    State = iota // the last reply is complete, and no byte follows it
	Inside               // the program waits for the rest of a reply
	Failed               // the program has reported an error; it reads no more
	Crashed              // the program has raised an exception that its users do not expect
)

// String returns the name in lower case.
func (s State) String() string {
	return [...]string{"idle", "inside a reply", "failed", "crashed"}[s]
}

// A verdict is the decision about a line.
type verdict uint8

const (
	more verdict = iota // the reply goes on
	done                // the line completes the reply
	skip                // the line belongs to no reply
	fail                // the program reports an error
)

// A Reader reads one stream as the program of its Model does. It uses constant memory.
type Reader struct {
	model  *Model
	offset int64 // of the next byte
	begin  int64 // of the reply that is next
	state  State
	open   bool // inside a multi-line reply
	opener int  // the code of its first line
	code   int  // the code of the reply so far
	class  int  // its first digit
	line   line
	cr     bool   // the last byte was a CR
	utf8   []byte // the bytes of an incomplete character
	telnet []byte // the bytes of an incomplete Telnet command
}

// NewReader returns a Reader at the start of a stream.
func (m *Model) NewReader() *Reader { return &Reader{model: m} }

// State returns the state after all bytes so far.
func (r *Reader) State() State {
	if r.state == Idle && r.offset > r.begin {
		return Inside
	}
	return r.state
}

// headLen is how many bytes of a line are kept. No model looks at more.
const headLen = 8

// A line is a line of the stream without its ending.
type line struct {
	head   [headLen]byte
	length int // all bytes, kept or not
	crs    int // CR at the end
}

// at returns the byte at index i, or 0 if the line is shorter.
func (l *line) at(i int) byte {
	if i < min(l.length-l.crs, headLen) {
		return l.head[i]
	}
	return 0
}

func (l *line) empty() bool { return l.length == l.crs }

// drop removes the first byte.
func (l *line) drop() {
	copy(l.head[:], l.head[1:])
	l.length--
}

// code returns the number that the first three bytes form, and whether they are digits.
func (l *line) code() (code int, ok bool) {
	for i := range 3 {
		digit := l.at(i) - '0'
		if digit > 9 {
			return 0, false
		}
		code = 10*code + int(digit)
	}
	return code, true
}

// lines says how a program splits the stream into lines.
type lines struct {
	ending    ending
	most      int  // the most bytes of a line; 0: no limit
	strictCR  bool // only one CR before the LF belongs to the line ending
	telnet    telnet
	utf8      bool // bytes that are not UTF-8 raise an exception
	keepsLast bool // a line that the end of the stream cuts counts as a line
	perRead   bool // the end of a read ends a line, even if its LF is missing
}

type ending uint8

const (
	anyLF     ending = iota // LF, with or without CR
	crlf                    // CR LF
	universal               // LF, CR LF or CR
)

// A telnet says how a program reads Telnet commands (RFC 854).
type telnet uint8

const (
	dataOnly telnet = iota // it does not know them
	removed                // it removes them, and takes a doubled IAC for one byte of data
	dropped                // it removes them, a doubled IAC too
)

// Write reads b, the next bytes of the stream, and yields the replies that they complete.
// Some programs treat the bytes of one read as a unit: b stands for one read.
// The sequence must be used once, and to its end.
func (r *Reader) Write(b []byte) iter.Seq[Reply] {
	rules := &r.model.lines
	return func(yield func(Reply) bool) {
		if rules.utf8 && r.state == Idle && !r.isUTF8(b) {
			r.state = Crashed // the program decodes all that it has read before it looks for lines
		}
		for i := 0; i < len(b) && r.state == Idle; {
			ends := false
			if r.cr && rules.ending == universal && b[i] != '\n' {
				ends = true // the CR before b[i] ends a line
			} else {
				ends = r.take(b[i])
				i++
			}
			if ends {
				if reply, ok := r.endLine(); ok && !yield(reply) {
					return
				}
			}
		}
		if rules.perRead && r.state == Idle && r.line.length > 0 {
			if reply, ok := r.endLine(); ok && !yield(reply) {
				return
			}
		}
		if most := r.model.open; most > 0 && r.open && r.offset-r.begin > int64(most) {
			r.state = Failed
		}
	}
}

// End reads the end of the stream. Some programs take a line that it cuts for a whole line.
func (r *Reader) End() (reply Reply, ok bool) {
	if r.state != Idle || r.offset == r.begin {
		return reply, false
	}
	if r.model.lines.keepsLast && r.line.length > 0 {
		reply, ok = r.endLine()
	}
	if !ok && r.state == Idle {
		r.state = Failed
	}
	return reply, ok
}

// take reads one byte, and reports whether it ends a line.
func (r *Reader) take(c byte) (ends bool) {
	rules := &r.model.lines
	r.offset++
	if most := r.model.total; most > 0 && r.offset-r.begin > int64(most) {
		r.state = Failed
		return false
	}
	if rules.telnet != dataOnly && r.inTelnet(c) {
		return false
	}
	afterCR := r.cr
	r.cr = c == '\r'
	if c == '\n' && (rules.ending != crlf || afterCR) {
		return true
	}
	l := &r.line
	if l.length < headLen {
		l.head[l.length] = c
	}
	l.length++
	switch {
	case c != '\r':
		l.crs = 0
	case rules.strictCR:
		l.crs = 1
	default:
		l.crs++
	}
	if rules.most > 0 && l.length > rules.most {
		r.state = Failed
	}
	return false
}

// endLine judges the line that is complete.
func (r *Reader) endLine() (reply Reply, ok bool) {
	l := r.line
	r.line, r.cr = line{}, false
	r.class = int(l.at(0)) - '0'
	v := r.model.judge(r, l)
	switch v {
	case done:
		reply = Reply{Code: r.code, Class: r.class, Begin: r.begin, End: r.offset}
		fallthrough
	case skip:
		r.open, r.opener, r.code = false, 0, 0
		r.begin = r.offset
	case fail:
		r.state = Failed
	}
	return reply, v == done
}

// inTelnet reports whether c is part of a Telnet command (RFC 854).
func (r *Reader) inTelnet(c byte) bool {
	const iac, will, dont = 255, 251, 254
	switch {
	case len(r.telnet) == 0 && c != iac:
		return false
	case len(r.telnet) == 1 && c == iac: // a doubled IAC
		r.telnet = r.telnet[:0]
		return r.model.lines.telnet == dropped
	case len(r.telnet) == 1 && (c < will || c > dont), len(r.telnet) == 2:
		r.telnet = r.telnet[:0]
	default:
		r.telnet = append(r.telnet, c)
	}
	return true
}

// isUTF8 reports whether b continues the text of the reads before it.
func (r *Reader) isUTF8(b []byte) bool {
	for _, c := range b {
		r.utf8 = append(r.utf8, c)
		if utf8.FullRune(r.utf8) {
			if char, n := utf8.DecodeRune(r.utf8); char == utf8.RuneError && n == 1 {
				return false
			}
			r.utf8 = r.utf8[:0]
		}
	}
	return true
}

// Read returns the replies that the program takes from b, delivered in one piece, and its
// state afterwards.
func (m *Model) Read(b []byte) (replies []Reply, state State) {
	r := m.NewReader()
	for reply := range r.Write(b) {
		replies = append(replies, reply)
	}
	return replies, r.State()
}
