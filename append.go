package ftpreply

import (
	"fmt"
	"io"
	"strings"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// Parse reads b as one whole reply with the default Options. See [Options.Parse].
func Parse(b []byte) (Reply, error) { return Options{}.Parse(b) }

// Parse reads b as one whole reply. Bytes after the reply are an error ([ErrTrailing]), and so
// is everything that [Parser.Next] would report. Errors have the type *[SyntaxError]. The
// Reply views b.
func (o Options) Parse(b []byte) (Reply, error) {
	f := Framer{Options: o}
	r, n, err := f.Next(b, true)
	switch {
	case err == io.EOF:
		return r, f.syntaxError(r, 0, io.ErrUnexpectedEOF)
	case err == nil && n < len(b):
		rest := Reply{raw: b[n:]}
		return r, f.syntaxError(rest, 0, ErrTrailing)
	}
	return r, err
}

// Valid reports whether b is one whole reply without a deviation in [Strict].
func Valid(b []byte) bool {
	r, err := Parse(b)
	return err == nil && !r.Deviations().HasAny(Strict)
}

// AppendReply appends a reply with the code c to dst, in a form that every reader understands.
// Each of lines becomes one line. An interior line that a reader could mistake, because it is
// empty or begins with a digit, gets the code and a hyphen in front (RFC 959, section 4.2); the
// other interior lines are appended unchanged. Without lines the text is empty.
//
// c must be between 100 and 559 or between 600 and 699, and no line may contain CR, LF or NUL.
// Otherwise AppendReply returns dst unchanged and an error that wraps [ErrUnsafe].
func AppendReply(dst []byte, c Code, lines ...string) ([]byte, error) {
	if codeDeviation(c).HasAny(CodeOutOfRange) {
		return dst, fmt.Errorf("%w: code %v is out of range", ErrUnsafe, c)
	}
	for i, line := range lines {
		if at := strings.IndexAny(line, "\r\n\x00"); at >= 0 {
			return dst, fmt.Errorf("%w: %q at byte %d of line %d of the text: %q", ErrUnsafe, line[at:at+1], at, i+1, line)
		}
	}
	last := len(lines) - 1
	for i, line := range lines {
		switch {
		case i == last:
			dst = append(append(dst, c.String()...), ' ')
		case i == 0, line == "", wire.IsDigit(line[0]):
			dst = append(append(dst, c.String()...), '-')
		}
		dst = append(append(dst, line...), "\r\n"...)
	}
	if last < 0 {
		dst = append(append(dst, c.String()...), " \r\n"...)
	}
	return dst, nil
}

// AppendCommand appends a command line to dst: verb, SP, arg and CR LF, or verb and CR LF if arg
// is empty. It doubles each IAC (byte 255) of arg, as Telnet requires (RFC 959, section 4.1.3;
// RFC 854), and changes nothing else.
//
// verb must begin with a letter and have only letters and digits (XSHA256). arg must not contain
// CR, LF or NUL, which could end the command and begin another one. Otherwise AppendCommand
// returns dst unchanged and an error that wraps [ErrUnsafe]. The error does not quote arg, which
// may be a password.
func AppendCommand(dst []byte, verb, arg string) ([]byte, error) {
	for i := range len(verb) {
		if c := verb[i]; !(c|0x20-'a' <= 'z'-'a' || i > 0 && wire.IsDigit(c)) {
			return dst, fmt.Errorf("%w: %q at byte %d of the verb", ErrUnsafe, verb[i:i+1], i)
		}
	}
	if verb == "" {
		return dst, fmt.Errorf("%w: the verb is empty", ErrUnsafe)
	}
	if at := strings.IndexAny(arg, "\r\n\x00"); at >= 0 {
		return dst, fmt.Errorf("%w: %q at byte %d of the argument of %s", ErrUnsafe, arg[at:at+1], at, verb)
	}
	dst = append(dst, verb...)
	if arg != "" {
		dst = append(dst, ' ')
	}
	for i := range len(arg) {
		if arg[i] == wire.IAC {
			dst = append(dst, wire.IAC)
		}
		dst = append(dst, arg[i])
	}
	return append(dst, "\r\n"...), nil
}
