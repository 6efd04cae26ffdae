// Package payload reads and writes the machine-readable texts of FTP replies: the address
// of a data connection, the path of a new directory, the features of a server, the size
// and the time of a file.
//
// # Terms
//
// The text of a reply is the part after its code. RFC 959 leaves it free for most codes.
// The payload is the part of the text that a program needs, such as the six numbers of a
// 227. The rest is words, and the readers here ignore it.
//
// Each payload has two functions. ParseX takes a whole reply, as package ftpreply frames
// it, and returns an X; the fields of X are the payload. AppendX is its inverse: it appends
// a whole reply, including the CR LF of its last line, and ParseX reads that reply back
// unchanged. Append fails, and appends nothing, if the grammar cannot express the value.
//
//	227  passive mode              ParsePassive           AppendPASV
//	228  long passive mode         ParsePassive           AppendLPSV
//	229  extended passive mode     ParsePassive           AppendEPSV
//	227  SPSV                      ParseSPSV              AppendSPSV
//	229  SPAS                      ParseStriped           AppendStriped
//	257  PWD, MKD                  ParsePath              AppendPath
//	211  FEAT                      ParseFeatures          AppendFeatures
//	213  SIZE                      ParseSize              AppendSize
//	213  MDTM                      ParseModTime           AppendModTime
//	213  MFMT, MFCT                ParseFactTime          AppendFactTime
//	250  MLST; 213 to MFF          ParseFacts             AppendFacts
//	     a line of MLSD data       ParseMLSD              AppendMLSD
//	213  STAT; 211, 212 too        ParseListing           AppendListing
//	213  HASH; 250, 251 to others  ParseDigest            AppendDigest
//	215  SYST                      ParseSystem            AppendSystem
//	150  size of a RETR; 125       ParseTransferSize      AppendTransferSize
//	150  STOU; 125                 ParseUniqueName        AppendUniqueName
//	110  restart marker            ParseMarker            AppendMarker
//	111  range marker              ParseRanges            AppendRanges
//	112  performance marker        ParsePerformance       AppendPerformance
//	120  ready in some minutes     ParseDelay             AppendDelay
//	210  SITE ZONE                 ParseZone              AppendZone
//	350  REST, RANG                ParseRestart           AppendRestart
//	200  PBSZ                      ParseProtectionBuffer  AppendProtectionBuffer
//	200  OPTS MLST                 ParseFactSelection     AppendFactSelection
//	200  OPTS HASH                 ParseHashAlgorithm     AppendHashAlgorithm
//	216  ALGS                      ParseTranslation       AppendTranslation
//	225  ESTA, ESTP                ParseConnection        AppendConnection
//	522  EPRT, EPSV; 521 to LPRT   ParseProtocols         AppendProtocols
//	335  ADAT; 235, 334            ParseSecurityData      AppendSecurityData
//	336  challenge                 ParseChallenge         AppendChallenge
//	632  protected; 631, 633       ParseProtected         AppendProtected
//
// 213 answers several commands, and so do 200, 250 and 350. The client that sent the
// command chooses the reader. [Of] chooses it by the verb, or by the shape of the text if
// the verb is unknown.
//
// # Lines
//
// No RFC says which line of a multi-line reply has the payload of a 227, 257 or 213. Most
// servers put it on the last line, and some put it on another. The readers use the last
// line that looks like the payload. Lists (FEAT, MLST, STAT) have their own rules.
//
// # Tolerance
//
// Real servers omit parentheses, indent by four spaces, or add a full stop. The readers
// accept such shapes if only one reading is possible, and note each one in the Tolerances
// of the result. They are strict about values: a number is ASCII digits without a sign and
// in its range, and a date must exist. They never panic, and they never read past the end
// of the reply.
//
// # Bytes
//
// Text is bytes. The readers decode only the encoding of the control connection itself: in
// a pathname, IAC IAC is one byte 255, and CR NUL is CR. A []byte in a result views the
// bytes of the reply, and is valid as long as the Reply is, unless its documentation says
// that it is a copy. To keep it, clone it, or clone the Reply before it is parsed.
//
// # Errors
//
// Every error of a Parse function is an *[Error]. It has the reason, the offset in the
// reply, the bytes at fault, and the RFC. Three errors come with a value, for programs that
// show a log: [ErrUnsafePath] with the path, [ErrYear2000] with the time that was meant, and
// [ErrRedacted] with the part that can be read. A client treats them as failures.
package payload

import (
	"errors"
	"fmt"

	"github.com/ftpreply/ftpreply"
)

// The reasons in [Error.Err].
var (
	// ErrCode means that the reply has a code that does not carry this payload.
	ErrCode = errors.New("the reply has another code")
	// ErrMissing means that the text has nothing that looks like the payload.
	ErrMissing = errors.New("nothing there to read")
	// ErrSyntax means that the text looks like the payload but follows neither its grammar
	// nor any known variant.
	ErrSyntax = errors.New("not in the grammar")
	// ErrAmbiguous means that the text has more than one reading: two sizes, or more numbers
	// than an address has.
	ErrAmbiguous = errors.New("more than one reading")
	// ErrRedacted means that a person or a log has replaced the value, for example by
	// asterisks. It says nothing about the server.
	ErrRedacted = errors.New("redacted")
	// ErrRange means that a number, a date or a port does not exist, or that the result
	// cannot hold it.
	ErrRange = errors.New("out of range")
	// ErrUnsafePath means that a path has a control character. A client that sends the path
	// back, for example in a CWD, could send a command that the server chose.
	ErrUnsafePath = errors.New("control character in the path")
	// ErrYear2000 means that a year was printed as "19" and the years since 1900, so that
	// 2026 became 19126.
	ErrYear2000 = errors.New("year counted from 1900 after a 19")
)

// maxErrorText is the number of bytes that an [Error] keeps.
const maxErrorText = 64

// An Error describes why a payload could not be read.
type Error struct {
	Err    error  // one of the errors above; for ParseProtected also that of its callback
	Offset int    // of the text at fault in Reply.Raw
	Text   []byte // the text at fault, at most 64 bytes, a copy
	Source string // the rule, such as "RFC 2428, section 3"
}

// Error returns the reason, the place, the peer's bytes, quoted, and the rule. The wording
// may change.
func (e *Error) Error() string {
	return fmt.Sprintf("payload: %v at offset %d: %q (%s)", e.Err, e.Offset, e.Text, e.Source)
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// A fault is an error at text[from:to] of one line. The zero fault means success. It is
// cheap to make; it becomes an *Error only if the whole reply turns out to be unreadable.
type fault struct {
	err      error
	from, to int
	source   string
}

// in returns f, found in the given line of r, counted from 0, as an error. It returns nil
// for the zero fault.
func (f fault) in(r ftpreply.Reply, line int) error {
	if f.err == nil {
		return nil
	}
	text, offset := lineText(r, line)
	return f.inText(text, offset)
}

// inText returns f, found in a text at that offset, as an error. It returns nil for the
// zero fault.
func (f fault) inText(text []byte, offset int) error {
	if f.err == nil {
		return nil
	}
	from := min(f.from, len(text))
	to := min(max(f.to, from), len(text), from+maxErrorText)
	return &Error{f.err, offset + from, append([]byte(nil), text[from:to]...), f.source}
}

// lineText returns the text of the given line of r and its offset in the raw bytes. A
// preamble may precede the first line, so the offset is counted from the end.
func lineText(r ftpreply.Reply, line int) (text []byte, offset int) {
	offset = len(r.Raw())
	i := 0
	for l := range r.Lines() {
		if i == line {
			text = l.Text()
			offset += len(l.Prefix())
		}
		if i >= line {
			offset -= len(l.Raw())
		}
		i++
	}
	return text, offset
}

// lineAt returns the given line of r without its line ending, and its offset in the raw bytes.
func lineAt(r ftpreply.Reply, line int) (_ []byte, offset int) {
	text, offset := lineText(r, line)
	i := 0
	for l := range r.Lines() {
		if i == line {
			n := len(l.Prefix())
			return l.Raw()[:n+len(text)], offset - n
		}
		i++
	}
	return nil, offset
}

// checkCode reports whether r may carry a payload whose code is want. Another code of the
// same class is tolerated, because clients decide by the first digit.
func checkCode(r ftpreply.Reply, want ftpreply.Code, source string) (Tolerance, error) {
	switch {
	case r.Code() == want:
		return 0, nil
	case r.Code().Class() == want.Class():
		return OtherCode, nil
	default:
		return 0, errCode(r, source)
	}
}

// errCode returns the error for a reply whose code carries no such payload.
func errCode(r ftpreply.Reply, source string) error {
	_, offset := lineText(r, 0)
	for l := range r.Lines() {
		prefix := l.Prefix()
		return &Error{ErrCode, offset - len(prefix), append([]byte(nil), prefix...), source}
	}
	return &Error{ErrCode, offset, nil, source}
}

// parseAs checks the code of r and reads its lines.
func parseAs[T any](r ftpreply.Reply, want ftpreply.Code, source string, read func(text []byte) (T, Tolerance, fault)) (v T, d Tolerance, err error) {
	other, err := checkCode(r, want, source)
	if err != nil {
		return v, 0, err
	}
	v, d, err = parseLines(r, read)
	return v, d | other, err
}

// parseLines returns the result of read for the last line of r that looks like the payload,
// which is the last one for which read does not return ErrMissing.
func parseLines[T any](r ftpreply.Reply, read func(text []byte) (T, Tolerance, fault)) (v T, d Tolerance, err error) {
	if !r.Multiline() {
		v, d, f := read(r.Text())
		if f.err == nil {
			return v, d, nil
		}
		return v, d, f.in(r, 0)
	}
	f := fault{err: ErrMissing}
	line, lines := 0, 0
	for l := range r.Lines() {
		if lv, ld, lf := read(l.Text()); lf.err != ErrMissing || f.err == ErrMissing {
			v, d, f, line = lv, ld, lf, lines
		}
		lines++
	}
	if f.err == nil && line != lines-1 {
		d |= OtherLine
	}
	return v, d, f.in(r, line)
}

// appendError returns the error of an Append function for a value that it cannot write.
func appendError(reason error, value any, source string) error {
	return fmt.Errorf("payload: %w: %q (%s)", reason, fmt.Sprint(value), source)
}
