package lint

import (
	"bytes"
	"encoding/binary"
	"time"
)

// A Command is one line that the user-PI sent.
type Command struct {
	Line []byte    // without Telnet commands and without its end; at most 4096 bytes of it
	Cut  bool      // the line was longer, or the connection ended in it
	Time time.Time // of its last byte; zero when unknown

	from, to int  // where the verb stands in the line
	secret   bool // the argument is one
}

// Verb is the command's name in upper case.
func (c *Command) Verb() string {
	verb, _ := c.split()
	return string(bytes.ToUpper(verb))
}

// Argument is what stands behind the verb.
func (c *Command) Argument() []byte {
	_, argument := c.split()
	return argument
}

func (c *Command) split() (verb, argument []byte) {
	if c.to == 0 {
		c.findVerb()
	}
	return c.Line[c.from:c.to], c.Line[min(c.to+1, len(c.Line)):]
}

// findVerb finds the verb in the line; it is done once, when the command comes.
func (c *Command) findVerb() {
	from := 0
	for from < len(c.Line) && isBlank(c.Line[from]) {
		from++
	}
	to := from
	for to < len(c.Line) && !isBlank(c.Line[to]) {
		to++
	}
	c.from, c.to, c.secret = from, to, isSecretVerb(c.Line[from:to])
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' }

// maxCommand is how much of a command line is kept.
const maxCommand = 4096

// recordHeader is the length of the header of a TLS record (RFC 8446, section 5.1).
const recordHeader = 5

// A splitter finds the command lines among the bytes from the user-PI, and skips
// TLS records by their lengths. The first line tells what ends a line: if that is
// CR LF, a bare LF is part of the argument.
type splitter struct {
	line   []byte // the open line
	crlf   bool   // the first line ended in CR LF
	cr     bool   // the last byte was a CR
	cut    bool
	record int   // bytes of a TLS record that are still to come
	offset int64 // of the open line in the stream
	length int64 // of the open line, with what was not kept
	before int64 // LF before it
	lines  int64 // LF so far
}

// split calls yield for each line that is complete.
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
			if len(s.line) == recordHeader && s.line[1] == 3 {
				s.record = int(binary.BigEndian.Uint16(s.line[3:]))
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

// inHeader reports whether c goes on with what may be the header of a TLS record.
func (s *splitter) inHeader(c byte) bool {
	first := c
	if len(s.line) > 0 {
		first = s.line[0]
	}
	return first >= 0x14 && first <= 0x17 && len(s.line) < recordHeader &&
		(len(s.line) < 1 || c == 3 && len(s.line) == 1 || len(s.line) > 1 && s.line[1] == 3)
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

// commandLine cuts off the end of the line and what Telnet put in front of it:
// NUL and Telnet commands, such as the Synch signal before an ABOR (RFC 959,
// section 4.1.3).
func commandLine(line []byte) []byte {
	for n := len(line); n > 0 && (line[n-1] == '\r' || line[n-1] == '\n'); n-- {
		line = line[:n-1]
	}
	for len(line) > 0 && (line[0] == 0 || line[0] == 0xff) {
		switch {
		case line[0] == 0xff && len(line) > 2 && line[1] >= 251 && line[1] < 0xff:
			line = line[3:]
		case line[0] == 0xff:
			line = line[min(2, len(line)):]
		default:
			line = line[1:]
		}
	}
	return line
}
