package ftpreply

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// The reasons in [SyntaxError.Err]. A further one is io.ErrUnexpectedEOF.
var (
	// ErrNotReply means that a line does not begin with a reply code. The line is skipped.
	ErrNotReply = errors.New("not an FTP reply")
	// ErrTooLong means that a reply has more than [Options.MaxReply] bytes. It is skipped.
	ErrTooLong = errors.New("reply exceeds the limit")
	// ErrRejected means that a reply has deviations in [Options.Reject].
	ErrRejected = errors.New("reply rejected")
	// ErrTrailing means that [Parse] has found bytes after the reply.
	ErrTrailing = errors.New("bytes after the reply")
)

var (
	// ErrShort is returned by [Framer.Next] if it needs more bytes.
	ErrShort = errors.New("ftpreply: the reply or command is incomplete")
	// ErrLostBytes is returned by [Framer.Next] and [Parser.Next] if bytes of an incomplete
	// reply have disappeared: the window is shorter than what remained of the window before,
	// or the caller has read from the Parser's *bufio.Reader, or reset it, in the middle of a
	// reply. The incomplete reply is discarded, and the next call begins a new one.
	ErrLostBytes = errors.New("ftpreply: bytes of the incomplete reply have disappeared from the window or the bufio.Reader")
	// ErrUnsafe is wrapped by the errors of [AppendReply] and [AppendCommand]: the line would mean
	// something else to its reader.
	ErrUnsafe = errors.New("ftpreply: unsafe line")
	// ErrServiceClosing matches the [ReplyError] of a 421, which a server may send at any time
	// before it closes the control connection (RFC 959, section 5.4).
	ErrServiceClosing = errors.New("ftpreply: service closing control connection")
	// ErrBuffered is returned by [Parser.Upgrade] if plaintext is buffered.
	ErrBuffered = errors.New("ftpreply: plaintext is buffered after the reply")
)

// maxQuoted is the number of the peer's bytes that an error keeps.
const maxQuoted = 128

// A SyntaxError reports bytes that are not a reply, or not a reply that the caller accepts.
// Errors of the reader are never wrapped in a SyntaxError.
type SyntaxError struct {
	Err       error     // ErrNotReply, ErrTooLong, ErrRejected, ErrTrailing or io.ErrUnexpectedEOF
	Offset    int64     // the beginning of the bytes in the stream, from 0
	Line      int64     // the line of Offset, from 1; every LF ends a line
	Deviation Deviation // the deviations found so far; with ErrRejected, the rejected ones
	Text      []byte    // a copy of the first of the bytes, at most 128
}

// Error returns the position, the reason and the quoted bytes of the peer. The wording may
// change between versions.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ftpreply: line %d (offset %d): %v", e.Line, e.Offset, e.Err)
	if what := e.Resembles(); what != "" {
		fmt.Fprintf(&b, ", looks like %s", what)
	}
	if e.Err == ErrRejected {
		fmt.Fprintf(&b, " for %v", e.Deviation)
	}
	fmt.Fprintf(&b, ": %q", e.Text)
	return b.String()
}

// Unwrap returns e.Err.
func (e *SyntaxError) Unwrap() error { return e.Err }

// resemblances are the beginnings of other protocols and formats that appear in place of FTP.
var resemblances = []struct{ prefix, what string }{
	{"SSH-", "an SSH server"},
	{"HTTP/", "an HTTP response"},
	{"<", "HTML or XML"},
	{"\xef\xbb\xbf", "a byte order mark before the text"},
	{"\xfe\xff", "UTF-16 text"},
	{"\xff\xfe", "UTF-16 text"},
	{"+OK", "a POP3 server"},
	{"* OK", "an IMAP server"},
	{"RFB ", "a VNC server"},
}

// Resembles returns a description of the protocol or format that the bytes look like, such as
// "an SSH server" or "a TLS record". It returns "" if they look like nothing known, and for
// every reason except ErrNotReply.
func (e *SyntaxError) Resembles() string {
	if e.Err != ErrNotReply {
		return ""
	}
	if len(e.Text) > 1 && wire.IsRecord(e.Text) {
		return "a TLS record"
	}
	for _, r := range resemblances {
		if bytes.HasPrefix(e.Text, []byte(r.prefix)) {
			return r.what
		}
	}
	return ""
}

// A ReplyError reports a negative reply, or a reply with an unexpected code.
// It is also a pattern for errors.Is, which compares only the fields that are set:
//
//	errors.Is(err, &ftpreply.ReplyError{Code: ftpreply.CodeFileUnavailable})
//	errors.Is(err, &ftpreply.ReplyError{Class: ftpreply.TransientNegative})
//	errors.Is(err, ftpreply.ErrServiceClosing)
type ReplyError struct {
	Code  Code   // the reply's code
	Class Class  // the class of Code
	Text  string // the text of all lines, as Reply.Text returns it; bytes of the peer
}

// Error returns the code and the quoted text.
func (e *ReplyError) Error() string { return fmt.Sprintf("ftpreply: %v %q", e.Code, e.Text) }

// Is reports whether e matches target. A *ReplyError matches if each of its fields is
// either zero or equal to that of e. [ErrServiceClosing] matches the code 421.
func (e *ReplyError) Is(target error) bool {
	t, ok := target.(*ReplyError)
	if !ok {
		return target == ErrServiceClosing && e.Code == CodeServiceNotAvailable
	}
	return (t.Code == 0 || t.Code == e.Code) &&
		(t.Class == 0 || t.Class == e.Code.Class()) &&
		(t.Text == "" || t.Text == e.Text)
}

// Temporary reports whether the reply is a transient negative one (4yz): the same command may
// succeed later (RFC 959, section 4.2). Some servers send a permanent code at a limit of
// connections; Text then has the reason.
func (e *ReplyError) Temporary() bool { return e.Code.Class() == TransientNegative }

// NotImplemented reports whether the server does not support the command or its parameter (500,
// 501, 502, 504) or the network protocol (522). Another command may work, such as PASV in
// place of EPSV.
func (e *ReplyError) NotImplemented() bool {
	switch e.Code {
	case CodeSyntaxError, CodeSyntaxErrorInParameters, CodeCommandNotImplemented,
		CodeCommandParameterNotImplemented, CodeNetworkProtocolNotSupported:
		return true
	}
	return false
}

// Err returns nil for a preliminary, completion or intermediate reply (1yz, 2yz, 3yz), and a
// *[ReplyError] for every other reply.
func (r Reply) Err() error {
	switch r.Code().Class() {
	case Preliminary, Completion, Intermediate:
		return nil
	}
	return r.replyError()
}

// Expect returns nil if the reply has one of the codes in want, and otherwise a *[ReplyError]
// of whatever class. A number of one digit matches a class, and a number of two digits
// matches a group within a class: Expect(2), Expect(22), Expect(220).
func (r Reply) Expect(want ...Code) error {
	c := r.Code()
	for _, w := range want {
		if w == c || w == c/100 || w >= 10 && w == c/10 {
			return nil
		}
	}
	return r.replyError()
}

func (r Reply) replyError() error {
	return &ReplyError{r.Code(), r.Code().Class(), string(r.Text())}
}

// fail consumes the bytes of r and returns an error about those from index at on.
func (f *Framer) fail(r Reply, at int, reason error) (Reply, int, error) {
	err := f.syntaxError(r, at, reason)
	f.begin(len(r.raw))
	return r, len(r.raw), err
}

// reject consumes r, which has deviations that the caller does not accept.
func (f *Framer) reject(r Reply) (Reply, int, error) {
	rejected := r.Deviations() & f.Reject
	at := 0
	for from := range r.Find(rejected) {
		at = from
		break
	}
	err := f.syntaxError(r, at, ErrRejected)
	err.Deviation = rejected
	f.begin(len(r.raw))
	return r, len(r.raw), err
}

// syntaxError returns an error about the bytes of r from index at on.
func (f *Framer) syntaxError(r Reply, at int, reason error) *SyntaxError {
	return &SyntaxError{
		Err:       reason,
		Offset:    f.offset + int64(at),
		Line:      f.line + int64(bytes.Count(r.raw[:at], []byte{'\n'})) + 1,
		Deviation: r.Deviations(),
		Text:      slices.Clone(r.raw[at:min(at+maxQuoted, len(r.raw))]),
	}
}
