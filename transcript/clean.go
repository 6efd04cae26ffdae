package transcript

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// This file removes the additions of a file or a terminal to a text: the marks and the encoding of
// a text file, and colour.

// bufferSize is how much is read at a time, and how much there is to recognise a format by.
const bufferSize = 64 << 10

func newBuffer(r io.Reader) *bufio.Reader { return bufio.NewReaderSize(r, bufferSize) }

// peekAll looks as far ahead as the buffer goes. An error that comes after the first
// bytes will come again.
func peekAll(r *bufio.Reader) ([]byte, error) {
	b, err := r.Peek(bufferSize)
	if len(b) > 0 || err == io.EOF {
		err = nil
	}
	return b, err
}

// mixedEnds reports whether some lines end in CR LF and others in LF. A file where all
// are alike has the ends of its own line discipline.
func mixedEnds(b []byte) bool {
	crlf := bytes.Count(b, []byte("\r\n"))
	return crlf > 0 && crlf < bytes.Count(b, []byte("\n"))
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// wholeLines are the lines without CR and the mark of UTF-8. The last one may have been
// cut and is left out when there are others.
func wholeLines(b []byte) []byte {
	if i := bytes.LastIndexByte(b, '\n'); len(b) == bufferSize && i >= 0 {
		b = b[:i]
	}
	return eachLine(bytes.TrimPrefix(b, byteOrderMark), func(line []byte) []byte {
		return bytes.TrimRight(line, "\r")
	})
}

func eachLine(b []byte, change func([]byte) []byte) []byte {
	text := make([]byte, 0, len(b)+1)
	for line := range linesOf(b) {
		text = append(append(text, change(line)...), '\n')
	}
	return text
}

// isColoured reports whether a fair share of the lines begins with colour. The lines of a
// server may do so too, as far as a log shows them bare.
func isColoured(text []byte) bool {
	coloured := linesLike(func(line []byte) bool { return colourLen(line) > 0 })(text)
	return 4*coloured > bytes.Count(text, []byte{'\n'})
}

// withoutColour takes NUL and the escape sequences that select colour (ECMA-48, SGR) from the
// beginning of a line, and where there were some a reset from its end.
func withoutColour(line []byte) []byte {
	rest := line
	for {
		n := colourLen(rest)
		if n == 0 {
			break
		}
		rest = rest[n:]
	}
	if len(rest) < len(line) {
		rest = bytes.TrimSuffix(rest, []byte("\x1b[0m"))
		rest = bytes.TrimSuffix(rest, []byte("\x1b[m"))
	}
	return rest
}

func colourLen(b []byte) int {
	if len(b) > 0 && b[0] == 0 {
		return 1
	}
	if !bytes.HasPrefix(b, []byte("\x1b[")) {
		return 0
	}
	for i, c := range b[2:] {
		if c == 'm' {
			return i + 3
		}
		if c != ';' && (c < '0' || '9' < c) {
			break
		}
	}
	return 0
}

// utf16Order recognises UTF-16 by its mark with an ASCII character after it: the mark alone
// is also a Telnet command, IAC DONT.
func utf16Order(b []byte) binary.ByteOrder {
	switch {
	case len(b) < 4:
		return nil
	case b[0] == 0xff && b[1] == 0xfe && isText(b[2]) && b[3] == 0:
		return binary.LittleEndian
	case b[0] == 0xfe && b[1] == 0xff && b[2] == 0 && isText(b[3]):
		return binary.BigEndian
	}
	return nil
}

func isText(c byte) bool {
	return c == '\t' || c == '\r' || c == '\n' || c == 0x1b || ' ' <= c && c <= '~'
}

// utf16Reader reads UTF-16 as UTF-8 (RFC 2781). A lone surrogate is read as U+FFFD.
type utf16Reader struct {
	source *bufio.Reader
	order  binary.ByteOrder
	begun  bool
	out    []byte
	err    error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.fill()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *utf16Reader) fill() {
	r, err := u.unit()
	if err == nil && utf16.IsSurrogate(r) {
		next, _ := u.source.Peek(2)
		if len(next) == 2 {
			if pair := utf16.DecodeRune(r, rune(u.order.Uint16(next))); pair != utf8.RuneError {
				u.source.Discard(2)
				r = pair
			}
		}
	}
	u.err = err
	if err == nil && (u.begun || r != 0xfeff) {
		u.out = utf8.AppendRune(u.out[:0], r)
	}
	u.begun = true
}

func (u *utf16Reader) unit() (rune, error) {
	var b [2]byte
	if _, err := io.ReadFull(u.source, b[:]); err != nil {
		return 0, err
	}
	return rune(u.order.Uint16(b[:])), nil
}
