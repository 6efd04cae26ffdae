package ftpreply

import (
	"bytes"
	"io"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// MaxCommand is the length in bytes, line ending included, of the longest command line that a
// [CommandFramer] returns whole.
const MaxCommand = 4096

// A Command is a view of one command line. It is valid as long as the bytes that it views.
type Command struct {
	raw            []byte
	from, to, text int32 // the verb is raw[from:to], the line without its ending raw[:text]
}

func newCommand(raw []byte) Command {
	head := wire.PreambleLen(raw)
	text := max(head, len(bytes.TrimRight(raw, "\r\n")))
	from, to := wire.Verb(raw[head:text])
	return Command{raw, int32(head + from), int32(head + to), int32(text)}
}

// Raw returns the whole line, with its ending and any NUL and Telnet commands in front.
func (c Command) Raw() []byte { return c.raw }

// Verb returns the verb as the client has sent it, in upper or lower case. It is empty for a
// blank line.
func (c Command) Verb() []byte { return c.raw[c.from:c.to] }

// Arg returns the bytes after the verb and one separator, SP or TAB, without the line ending. It
// is not decoded: an IAC is still doubled. It may be a password; see RFC 959, section 4.1.1.
func (c Command) Arg() []byte { return c.raw[min(c.to+1, c.text):c.text] }

// A CommandFramer finds the command lines in the bytes that a client sends, for servers, proxies
// and captures. It is the counterpart of [Framer]. The zero CommandFramer is ready for use.
//
// Until the first line is complete, LF and CR LF both end a line. If the first line ended in
// CR LF, only CR LF ends a line from then on, and a bare LF belongs to the argument. TLS
// records are skipped by their lengths.
type CommandFramer struct {
	begun    bool // a line is complete
	crLF     bool // the first line ended in CR LF
	skipping bool // the line is too long and has been reported
	cr       bool // the last byte of the incomplete line is CR
	scanned  int  // window[:scanned] does not end the line
	record   int  // bytes of a TLS record that are still to come
}

// Next returns the first command line in window, and the number n of bytes that it has consumed.
// window begins with the first byte that no call has consumed. atEOF reports that nothing
// follows window.
//
// The error is [ErrShort] if the line is incomplete. Call Next again with window[n:] and more
// bytes after it; n is 0 unless bytes are skipped. For a line longer than [MaxCommand], Next
// returns its first MaxCommand bytes with [ErrTooLong] and skips the others. If the stream ends
// inside a line, Next returns that part with io.ErrUnexpectedEOF, and then io.EOF.
// [ErrLostBytes] reports a window that is shorter than what remained of the window before.
//
// The Command views window.
func (f *CommandFramer) Next(window []byte, atEOF bool) (c Command, n int, err error) {
	if f.scanned > len(window) {
		f.scanned, f.cr = 0, false
		return Command{}, 0, ErrLostBytes
	}
	for {
		rest := window[n:]
		if f.record > 0 {
			m := min(f.record, len(rest))
			f.record -= m
			n += m
			if m == len(rest) {
				return Command{}, n, shortOrEOF(atEOF)
			}
			continue
		}
		if !f.skipping && wire.IsRecord(rest) {
			if len(rest) < wire.RecordHeader && !atEOF {
				return Command{}, n, ErrShort
			}
			if len(rest) > 1 {
				f.record = wire.RecordHeader + wire.RecordLen(rest)
				continue
			}
		}
		if !f.skipping {
			rest = rest[:min(len(rest), MaxCommand)]
		}
		ended := f.scan(rest)
		switch {
		case f.skipping:
			n += f.scanned
			f.scanned, f.skipping = 0, !ended
			if !ended {
				return Command{}, n, shortOrEOF(atEOF)
			}
			continue
		case ended:
			err = nil
		case len(rest) == MaxCommand:
			f.skipping, err = true, ErrTooLong
		case !atEOF:
			return Command{}, n, ErrShort
		case len(rest) == 0:
			return Command{}, n, io.EOF
		default:
			err = io.ErrUnexpectedEOF
		}
		line := rest[:f.scanned]
		f.scanned = 0
		return newCommand(line), n + len(line), err
	}
}

// scan advances past the LF that ends the line, or to the end of b, and reports whether there is
// such a LF.
func (f *CommandFramer) scan(b []byte) bool {
	for f.scanned < len(b) {
		i := bytes.IndexByte(b[f.scanned:], '\n')
		if i < 0 {
			f.cr = b[len(b)-1] == '\r'
			f.scanned = len(b)
			break
		}
		cr := i == 0 && f.cr || i > 0 && b[f.scanned+i-1] == '\r'
		f.scanned += i + 1
		f.cr = false
		if f.crLF && !cr {
			continue
		}
		if !f.begun {
			f.begun, f.crLF = true, cr
		}
		return true
	}
	return false
}

func shortOrEOF(atEOF bool) error {
	if atEOF {
		return io.EOF
	}
	return ErrShort
}
