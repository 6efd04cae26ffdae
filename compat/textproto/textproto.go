// Package textproto is a replacement for the part of net/textproto that FTP clients use. It reads
// replies with package ftpreply. A client only changes the import:
//
//	import "github.com/ftpreply/ftpreply/compat/textproto"
//
// [Error], [ProtocolError], [Writer] and [Pipeline] are the types of net/textproto, so errors.As
// in the callers of the client continues to work. The parts of net/textproto without a use in FTP
// are missing.
//
// # Differences
//
// Every reply of the form that the RFCs require is read as net/textproto reads it, and every LF
// ends a line, as there. [Reader.ReadResponse] differs only in these cases:
//
//   - deadline: if a deadline or another error of the connection comes inside a reply,
//     ReadResponse returns that error, and the next call returns the whole reply. net/textproto
//     returns a cut line as if it were whole, without an error, and loses the lines before it.
//   - cut: if the stream ends inside a reply, errors.Is reports io.ErrUnexpectedEOF for the
//     error, whose text has the bytes. net/textproto returns a cut line as above, or io.EOF.
//   - no-reply: a line that is not a reply gives one [ProtocolError], whatever its fourth byte
//     is. net/textproto takes "abc-" or "042-" for the first line of a multi-line reply without
//     an end and swallows everything that follows.
//   - tls: a run of TLS records gives one ProtocolError and is skipped by the lengths of the
//     records. net/textproto searches them for lines.
//   - limit: a reply has at most 1 MiB, unless [Reader.Options] sets another limit. A longer
//     one gives a ProtocolError, and the next call continues after it. net/textproto has no
//     limit.
//   - preamble: blank lines, NUL and Telnet commands before a code are skipped. They are
//     errors in net/textproto.
//   - bare-code: "200" alone is a reply with an empty text. It is an error in net/textproto.
//   - separator: a byte after the code that is not SP, hyphen or a digit begins the text. It
//     is an error in net/textproto.
//   - bare-terminator: the code alone ends a multi-line reply (RFC 3659, section 7.2).
//     net/textproto takes it for text and waits.
//   - cr-run: every CR before a LF belongs to the line ending. net/textproto leaves all but
//     one of them in the text, except in an interior line without a code.
//
// With a ProtocolError the code is always 0, and the text of the error differs.
//
// [Reader.ReadLine], [Reader.ReadLineBytes] and [Reader.ReadCodeLine] differ in one respect: if a
// deadline cuts a line, they consume nothing, and the next call returns the whole line, unless it
// is longer than the buffer of Reader.R. ReadCodeLine also rejects a line that the end of the
// stream has cut. While a reply is incomplete, after a deadline in ReadResponse, the three
// methods return a ProtocolError.
package textproto

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"

	"github.com/ftpreply/ftpreply"
)

// The types that need no change.
type (
	Error         = textproto.Error
	ProtocolError = textproto.ProtocolError
	Writer        = textproto.Writer
	Pipeline      = textproto.Pipeline
)

// NewWriter returns a Writer that writes to w.
func NewWriter(w *bufio.Writer) *Writer { return textproto.NewWriter(w) }

// A Conn is a control connection. Commands are written with its Writer and replies are read with
// its Reader. The Pipeline keeps both in order. Use [NewConn] or [Dial] to create one.
type Conn struct {
	Reader
	Writer
	Pipeline
	conn io.Closer
}

// NewConn returns a Conn over conn.
func NewConn(conn io.ReadWriteCloser) *Conn {
	return &Conn{
		Reader: Reader{R: bufio.NewReader(conn)},
		Writer: Writer{W: bufio.NewWriter(conn)},
		conn:   conn,
	}
}

// Dial connects to addr with net.Dial. The caller must close the Conn.
func Dial(network, addr string) (*Conn, error) {
	conn, err := net.Dial(network, addr)
	if err != nil {
		return nil, err
	}
	return NewConn(conn), nil
}

// Close closes the connection.
func (c *Conn) Close() error { return c.conn.Close() }

// Cmd formats a command and sends it when its turn in the pipeline comes. It returns the id to pass
// to StartResponse, which waits for the turn of the reply, and to EndResponse after it.
func (c *Conn) Cmd(format string, args ...any) (id uint, err error) {
	id = c.Next()
	c.StartRequest(id)
	defer c.EndRequest(id)
	if err := c.PrintfLine(format, args...); err != nil {
		return 0, err
	}
	return id, nil
}

// A Reader reads replies and lines. Only R must be set. A Reader is not safe for concurrent use.
type Reader struct {
	// R may be replaced between two replies. If it is read or reset inside a reply, after a
	// deadline, ReadResponse returns [ftpreply.ErrLostBytes] once and then continues.
	R *bufio.Reader

	// Options apply to replies. nil means
	//
	//	&ftpreply.Options{LineEnding: ftpreply.AnyLF}
	//
	// which ends lines as net/textproto does. The zero Options learn the line ending, so that a
	// file name in a reply cannot forge the end of the reply; see package ftpreply. The
	// Options may change between two calls. An incomplete reply is then judged again.
	Options *ftpreply.Options

	parser ftpreply.Parser
	parsed *bufio.Reader // the reader of parser
	lines  textproto.Reader
}

// NewReader returns a Reader that reads from r.
func NewReader(r *bufio.Reader) *Reader { return &Reader{R: r} }

// ReadResponse reads a reply and returns its code and its text, whose lines are joined by LF. An
// expectCode of one or two digits matches every code that begins with them. An expectCode of 0
// or less matches every code. A reply with another code is returned with an [*Error].
//
// A [ProtocolError] reports bytes that have been consumed. Any other error is an error of the
// connection or the end of the stream, except [ftpreply.ErrLostBytes].
func (r *Reader) ReadResponse(expectCode int) (code int, message string, err error) {
	reply, err := r.next()
	if err != nil {
		return 0, "", err
	}
	return judge(int(reply.Code()), string(reply.Text()), expectCode)
}

// next reads a reply that net/textproto would accept.
func (r *Reader) next() (ftpreply.Reply, error) {
	if r.parsed != r.R {
		r.parser.Reset(r.R)
		r.parsed = r.R
	}
	r.parser.Options = ftpreply.Options{LineEnding: ftpreply.AnyLF}
	if r.Options != nil {
		r.parser.Options = *r.Options
	}
	reply, err := r.parser.Next()
	syntax := new(ftpreply.SyntaxError)
	switch {
	case errors.As(err, &syntax) && syntax.Err != io.ErrUnexpectedEOF:
		return reply, ProtocolError(err.Error())
	case err == nil && reply.Code() < 100:
		return reply, ProtocolError(fmt.Sprintf("invalid reply code: %q", reply.Raw()))
	}
	return reply, err
}

// judge compares code with expectCode. An expectCode of four digits or more matches every code.
func judge(code int, message string, expectCode int) (int, string, error) {
	if 0 < expectCode && expectCode < 1000 &&
		expectCode != code && expectCode != code/10 && expectCode != code/100 {
		return code, message, &Error{Code: code, Msg: message}
	}
	return code, message, nil
}

// Pending returns the bytes read so far of an incomplete reply, after a deadline in ReadResponse.
// The slice is valid until the next call of a method of r.
func (r *Reader) Pending() []byte { return r.parser.Pending() }

// ReadLine reads a line and returns it without its ending, LF or CR LF.
func (r *Reader) ReadLine() (string, error) {
	if err := r.awaitLine(); err != nil && err != io.ErrUnexpectedEOF {
		return "", err
	}
	return r.lines.ReadLine()
}

// ReadLineBytes is ReadLine with a slice as the result, which the caller owns.
func (r *Reader) ReadLineBytes() ([]byte, error) {
	if err := r.awaitLine(); err != nil && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	return r.lines.ReadLineBytes()
}

// ReadCodeLine reads a line with a code and returns the code and the text. The first line of a
// multi-line reply is returned with a [ProtocolError], and the lines after it are not read.
// expectCode is as in ReadResponse. A client should use ReadResponse.
func (r *Reader) ReadCodeLine(expectCode int) (code int, message string, err error) {
	if err := r.awaitLine(); err != nil {
		return 0, "", err
	}
	return r.lines.ReadCodeLine(expectCode)
}

// awaitLine waits until R has buffered a whole line, or its buffer is full. It consumes nothing.
func (r *Reader) awaitLine() error {
	if open := r.Pending(); len(open) > 0 && r.parsed == r.R {
		return ProtocolError(fmt.Sprintf("a reply is incomplete: %q", open))
	}
	r.lines.R = r.R
	for {
		held, _ := r.R.Peek(r.R.Buffered())
		if bytes.IndexByte(held, '\n') >= 0 || len(held) == r.R.Size() {
			return nil
		}
		switch _, err := r.R.Peek(len(held) + 1); {
		case err == io.EOF && len(held) > 0:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
	}
}
