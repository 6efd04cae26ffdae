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
// Otherwise AppendReply returns dst unchanged and an error.
func AppendReply(dst []byte, c Code, lines ...string) ([]byte, error) {
	if codeDeviation(c).HasAny(CodeOutOfRange) {
		return dst, fmt.Errorf("ftpreply: code %v is out of range", c)
	}
	for i, line := range lines {
		if at := strings.IndexAny(line, "\r\n\x00"); at >= 0 {
			return dst, fmt.Errorf("ftpreply: %q at %d in line %d of the text: %q", line[at], at, i+1, line)
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
