// Package textproto is the part of net/textproto that FTP clients use, over the parser of
// package ftpreply. A client that imports it instead changes nothing else:
//
//	import "github.com/ftpreply/ftpreply/compat/textproto"
//
// [Error], [ProtocolError], [Writer] and [Pipeline] are the types of net/textproto, so that
// errors.As in the client's callers goes on working. What is not here has no use in FTP.
//
// # What is different
//
// Any reply of the form that the RFCs want is read as net/textproto reads it, and as there
// every LF ends a line. [Reader.ReadResponse] differs in these cases, and in no others:
//
//   - deadline: when a deadline, or another error of the connection, comes in the middle of
//     a reply, that error is returned, and the next call returns the whole reply.
//     net/textproto returns a line that was cut as if it were whole, without an error, and
//     forgets the lines before it.
//   - cut: when the stream ends in the middle of a reply, the error is one for which
//     errors.Is says io.ErrUnexpectedEOF, with the bytes in its text. net/textproto returns a
//     cut line as above, or io.EOF.
//   - no-reply: a line that is no reply is one [ProtocolError], whatever its fourth byte.
//     net/textproto takes "abc-", or "042-", for the beginning of a multi-line reply without
//     an end, and swallows all that follows.
//   - tls: TLS records are one ProtocolError, and skipped by their lengths. net/textproto
//     looks for lines in them.
//   - limit: a reply has at most 1 MiB, unless [Reader.Options] says otherwise. What is longer
//     is a ProtocolError, and the next call goes on behind it. net/textproto has no limit.
//   - preamble: blank lines, NUL and Telnet commands before a code are skipped. In
//     net/textproto they are errors.
//   - bare-code: "200" alone is a reply with an empty text, an error in net/textproto.
//   - separator: a byte behind the code that is neither SP, hyphen nor digit begins the text;
//     it is an error in net/textproto.
//   - bare-terminator: the code alone ends a multi-line reply (RFC 3659, section 7.2).
//     net/textproto takes it for text and waits.
//   - cr-run: all CR before a LF belong to the line end. net/textproto leaves all but one of
//     them in the text, unless it is an interior line without a code.
//
// With a ProtocolError the code is always 0, and the text of the error is another.
//
// [Reader.ReadLine], [Reader.ReadLineBytes] and [Reader.ReadCodeLine] differ in this: when a
// deadline cuts a line, nothing is consumed, and the next call returns the whole of it, unless
// it is longer than the buffer of Reader.R. ReadCodeLine also takes no line that the end of the
// stream has cut. While a reply is open, behind a deadline in ReadResponse, they return a
// ProtocolError.
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

// What needs no change.
type (
	Error         = textproto.Error
	ProtocolError = textproto.ProtocolError
	Writer        = textproto.Writer
	Pipeline      = textproto.Pipeline
)

// NewWriter returns a Writer that writes to w.
func NewWriter(w *bufio.Writer) *Writer { return textproto.NewWriter(w) }

// A Conn is a control connection: commands are written with its Writer, replies read with
// its Reader, and the Pipeline keeps both in order.
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

// Dial connects to the address, as net.Dial does.
func Dial(network, addr string) (*Conn, error) {
	conn, err := net.Dial(network, addr)
	if err != nil {
		return nil, err
	}
	return NewConn(conn), nil
}

// Close closes the connection.
func (c *Conn) Close() error { return c.conn.Close() }

// Cmd sends a command, formatted, in its turn of the pipeline. It returns the id with which
// StartResponse waits for the turn of its reply, and EndResponse ends that.
func (c *Conn) Cmd(format string, args ...any) (id uint, err error) {
	id = c.Next()
	c.StartRequest(id)
	defer c.EndRequest(id)
	if err := c.PrintfLine(format, args...); err != nil {
		return 0, err
	}
	return id, nil
}

// A Reader reads replies and lines. It needs only R.
type Reader struct {
	R *bufio.Reader

	// Options are those with which replies are read; nil stands for
	//
	//	&ftpreply.Options{LineEnding: ftpreply.AnyLF}
	//
	// which ends lines as net/textproto does. The zero Options learn what ends a line, so
	// that no file name in a reply can forge its end; see package ftpreply. They may be
	// changed at any time: what is open is judged anew.
	Options *ftpreply.Options

	parser ftpreply.Parser
	parsed *bufio.Reader // what the parser reads from
	lines  textproto.Reader
}

// NewReader returns a Reader that reads from r.
func NewReader(r *bufio.Reader) *Reader { return &Reader{R: r} }

// ReadResponse reads a reply and returns its code and its text, the lines of which are joined
// by LF. The expected code may have one or two digits, which stand for all codes that begin
// with them; 0 and less expect nothing. A reply with another code comes with an [*Error].
//
// A [ProtocolError] is about bytes that have been consumed. Any other error is that of the
// connection, or says that the stream has ended.
func (r *Reader) ReadResponse(expectCode int) (code int, message string, err error) {
	reply, err := r.next()
	if err != nil {
		return 0, "", err
	}
	return judge(int(reply.Code()), string(reply.Text()), expectCode)
}

// next reads a reply that net/textproto would take for one.
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

// judge compares with the expected code. From four digits on nothing is expected.
func judge(code int, message string, expectCode int) (int, string, error) {
	if 0 < expectCode && expectCode < 1000 &&
		expectCode != code && expectCode != code/10 && expectCode != code/100 {
		return code, message, &Error{Code: code, Msg: message}
	}
	return code, message, nil
}

// Pending is what has been read of the open reply, behind a deadline in ReadResponse. The
// bytes are lent until the next call.
func (r *Reader) Pending() []byte { return r.parser.Pending() }

// ReadLine reads a line and returns it without its LF or CR LF.
func (r *Reader) ReadLine() (string, error) {
	if err := r.awaitLine(); err != nil && err != io.ErrUnexpectedEOF {
		return "", err
	}
	return r.lines.ReadLine()
}

// ReadLineBytes is ReadLine for bytes, which are the caller's.
func (r *Reader) ReadLineBytes() ([]byte, error) {
	if err := r.awaitLine(); err != nil && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	return r.lines.ReadLineBytes()
}

// ReadCodeLine reads a line with a code and returns the code and the text. A line that begins
// a multi-line reply comes with a [ProtocolError]; the lines behind it are left to be read. The
// expected code is as in ReadResponse, which is what a client should use.
func (r *Reader) ReadCodeLine(expectCode int) (code int, message string, err error) {
	if err := r.awaitLine(); err != nil {
		return 0, "", err
	}
	return r.lines.ReadCodeLine(expectCode)
}

// awaitLine waits for a whole line, or as much of it as fits. It consumes nothing.
func (r *Reader) awaitLine() error {
	if open := r.Pending(); len(open) > 0 && r.parsed == r.R {
		return ProtocolError(fmt.Sprintf("a reply is open: %q", open))
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
