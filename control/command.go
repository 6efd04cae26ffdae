package control

import (
	"bytes"
	"time"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// A Command is one line that the client sent. Only Line must be set to use the methods.
type Command struct {
	Line  []byte    // without Telnet commands and the line ending; at most its first 4096 bytes
	Cut   bool      // the line was longer, or the connection ended in it
	Typed bool      // as a user typed it; see Conn.Typed
	Time  time.Time // of its last byte; zero when unknown

	verb, secret span // places in Line
	read         bool // they are known
}

// Verb returns the verb in upper case. It has no part of a secret.
func (c *Command) Verb() string {
	verb, _ := c.split()
	return string(bytes.ToUpper(verb))
}

// IsVerb reports whether the verb is name, which is in upper case. It does not allocate.
func (c *Command) IsVerb(name string) bool {
	verb, _ := c.split()
	return isFold(verb, name)
}

// Argument returns the bytes after the verb and one blank. They are a part of Line.
func (c *Command) Argument() []byte {
	_, argument := c.split()
	return argument
}

// IsSecret reports whether the line contains a secret, such as a password.
func (c *Command) IsSecret() bool {
	c.split()
	return c.secret.to > 0
}

// Secret returns the secret in the line without the blanks around it, or nil. It is a part of
// Line. In a Command of an Item the password of an anonymous user is not a secret, nor is one
// that is the user's name.
func (c *Command) Secret() []byte {
	if !c.IsSecret() {
		return nil
	}
	return c.Line[c.secret.from:c.secret.to]
}

// split returns the parts of the line. The line is read once for each command.
func (c *Command) split() (verb, argument []byte) {
	if !c.read {
		c.verb.from, c.verb.to = wire.Verb(c.Line)
		if c.secret = secretPlace(c.Line); c.secret.to > 0 && c.secret.from <= c.verb.to {
			c.verb.to = max(c.verb.from, c.secret.from-1) // as in PASS:hunter2
		}
		c.read = true
	}
	return c.Line[c.verb.from:c.verb.to], c.Line[min(c.verb.to+1, len(c.Line)):]
}

// isFold reports whether b is the word, which consists of upper-case letters, in any case.
func isFold(b []byte, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i := range len(word) {
		if b[i] != word[i] && b[i]^0x20 != word[i] {
			return false
		}
	}
	return true
}

// maxCommand is the number of bytes of a command line that are kept.
const maxCommand = 4096

// A splitter finds the command lines in the bytes of the client, and skips TLS records by
// their lengths. It learns the line ending from the first line: if that ends in CR LF, a
// bare LF is part of the argument from then on.
type splitter struct {
	line   []byte // the incomplete line
	crlf   bool   // the first line ended in CR LF
	cr     bool   // the last byte was a CR
	cut    bool
	tls    bool  // there was a TLS record
	record int   // bytes of a TLS record that are still to be skipped
	offset int64 // of the incomplete line in the stream
	length int64 // of the incomplete line, with the bytes that were not kept
	before int64 // LF before it
	lines  int64 // LF so far
}

// split calls yield with each line that is complete.
func (s *splitter) split(b []byte, yield func(line []byte)) {
	for len(b) > 0 {
		n := 1
		switch {
		case s.record > 0:
			n = min(s.record, len(b))
			s.record -= n
			s.offset += int64(n)
		case s.inHeader(b[0]):
			s.keep(b[:1])
			if len(s.line) == wire.RecordHeader {
				s.tls = true
				s.record = wire.RecordLen(s.line)
				s.next()
			}
		default:
			if n = bytes.IndexByte(b, '\n') + 1; n == 0 {
				s.keep(b)
				return
			}
			cr := n > 1 && b[n-2] == '\r' || n == 1 && s.cr
			if len(s.line) == 0 && n <= maxCommand && (cr || !s.crlf) { // the whole line is here
				s.lines++
				s.length, s.crlf = int64(n), cr
				yield(commandLine(b[:n]))
				s.next()
				break
			}
			s.keep(b[:n])
			s.lines++
			if s.crlf && !cr {
				break
			}
			s.crlf = cr
			yield(commandLine(s.line))
			s.next()
		}
		b = b[n:]
	}
}

// inHeader reports whether c can continue the header of a TLS record.
func (s *splitter) inHeader(c byte) bool {
	switch len(s.line) {
	case 0:
		return wire.IsRecord([]byte{c})
	case 1:
		return wire.IsRecord([]byte{s.line[0], c})
	default:
		return len(s.line) < wire.RecordHeader && wire.IsRecord(s.line)
	}
}

func (s *splitter) keep(b []byte) {
	room := maxCommand - len(s.line)
	s.cut = s.cut || len(bytes.TrimRight(b, "\r\n")) > room
	s.line = append(s.line, b[:min(room, len(b))]...)
	s.length += int64(len(b))
	s.cr = b[len(b)-1] == '\r'
}

func (s *splitter) next() {
	s.offset += s.length
	s.line, s.cut, s.length, s.before = s.line[:0], false, 0, s.lines
}

// commandLine returns the line without its line ending and without the NUL and Telnet
// commands before the verb, such as the Synch signal before an ABOR (RFC 959, section
// 4.1.3).
func commandLine(line []byte) []byte {
	line = bytes.TrimRight(line, "\r\n")
	return line[wire.PreambleLen(line):]
}
