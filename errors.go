package ftpreply

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// The reasons in [SyntaxError.Err]; io.ErrUnexpectedEOF is a further one.
var (
	// ErrNotReply: a line that does not begin with a reply code. It is skipped.
	ErrNotReply = errors.New("not an FTP reply")
	// ErrTooLong: a reply has more than [Options.MaxReply] bytes. It is skipped.
	ErrTooLong = errors.New("reply exceeds the limit")
	// ErrRejected: a reply has departures of [Options.Reject].
	ErrRejected = errors.New("reply rejected")
	// ErrTrailing: [Parse] found bytes behind the reply.
	ErrTrailing = errors.New("bytes behind the reply")
)

var (
	// ErrShort is what [Framer.Next] and [Framer.Each] return when they need more bytes.
	ErrShort = errors.New("ftpreply: the reply is not complete")
	// ErrServiceClosing matches the [ReplyError] of a 421, which a server-PI may
	// send at any moment before it closes the control connection (RFC 959, section 5.4).
	ErrServiceClosing = errors.New("ftpreply: service closing control connection")
	// ErrBuffered is what [Parser.Upgrade] returns when plaintext is buffered.
	ErrBuffered = errors.New("ftpreply: plaintext is buffered behind the reply")
)

// maxQuoted is how many of the peer's bytes an error keeps.
const maxQuoted = 128

// A SyntaxError is about bytes that are not a reply, or not one that the caller
// wants. Errors of the reader never come as a SyntaxError.
type SyntaxError struct {
	Err       error     // ErrNotReply, ErrTooLong, ErrRejected, ErrTrailing or io.ErrUnexpectedEOF
	Offset    int64     // where the bytes begin in the stream, from 0
	Line      int64     // the same as a line number, from 1; every LF ends a line
	Deviation Deviation // departures that had been found; with ErrRejected those rejected
	Text      []byte    // the first of these bytes, at most 128, a copy
}

// Error gives the position, the reason and the peer's bytes, quoted. The wording may change.
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

// resemblances are the beginnings of what is met where FTP was expected.
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

// Resembles names what a line that is no reply looks like, such as "an SSH server" or
// "a TLS record". It is empty for anything else and for other reasons than ErrNotReply.
func (e *SyntaxError) Resembles() string {
	if e.Err != ErrNotReply {
		return ""
	}
	if len(e.Text) > 1 && resemblesTLS(e.Text) {
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

// Temporary reports a transient negative reply: the same command may succeed
// later (RFC 959, section 4.2). Some servers send a permanent code where a limit
// of connections has been reached; Text has their words.
func (e *ReplyError) Temporary() bool { return e.Code.Class() == TransientNegative }

// NotImplemented reports that the server-PI does not know the command or its
// parameter (500, 501, 502, 504) or the network protocol (522): another command
// may do, such as PASV for EPSV.
func (e *ReplyError) NotImplemented() bool {
	switch e.Code {
	case CodeSyntaxError, CodeSyntaxErrorInParameters, CodeCommandNotImplemented,
		CodeCommandParameterNotImplemented, CodeNetworkProtocolNotSupported:
		return true
	}
	return false
}

// Err is nil for a preliminary, completion or intermediate reply (1yz, 2yz, 3yz),
// and a *[ReplyError] for every other.
func (r Reply) Err() error {
	switch r.Code().Class() {
	case Preliminary, Completion, Intermediate:
		return nil
	}
	return r.replyError()
}

// Expect is nil when the reply has one of the codes, and a *[ReplyError]
// otherwise, whatever its class. A number of one digit stands for a class and one
// of two digits for a group in it: Expect(2), Expect(22), Expect(220).
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
