// Package payload reads and writes the machine-readable texts of FTP replies:
// where to connect for data, which path was made, what a server can do, how large
// and how old a file is.
//
// # Terms
//
// The text of a reply is what stands behind its code; RFC 959 leaves it free for
// all but a few codes. The payload is the part of it that a program needs, such as
// the six numbers of a 227. Everything around it is words, which no reader here
// looks at.
//
// There are two functions to each payload. ParseX takes a whole reply, as package
// ftpreply frames it, and gives an X; the fields of X are the payload. AppendX is
// its inverse: it appends a whole reply, the CR LF of its last line included, and
// what it wrote ParseX reads as it was. Append fails, and appends nothing, when the
// value cannot be said in the grammar.
//
//	227  passive mode              ParsePassive           AppendPASV
//	228  long passive mode         ParsePassive           AppendLPSV
//	229  extended passive mode     ParsePassive           AppendEPSV
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
//	120  ready in some minutes     ParseDelay             AppendDelay
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
// 213 answers several commands, and so do 200, 250 and 350: whoever sent the command
// chooses the reader. [Of] chooses it by the verb, or as well as it can by the shape.
//
// # Lines
//
// No RFC says which line of a multi-line reply has the payload of a 227, 257 or
// 213. Servers put it on the last one, and some on another; the last line that
// shows anything like the payload is the one that is read. Lists (FEAT, MLST,
// STAT) have their own rules.
//
// # Tolerance
//
// Real servers leave out parentheses, indent by four spaces, add a full stop. The
// readers here are tolerant of shapes as long as only one reading is possible, and
// note each tolerance they took in the Tolerances of the result. They are strict
// about values: a number is ASCII digits, without a sign, and in its range; a date
// exists. No input makes them panic, and none is read past its end.
//
// # Bytes
//
// A text is bytes. Nothing is decoded but what the control connection itself
// encodes: in a pathname the doubled IAC of Telnet and the NUL behind a CR. A
// []byte in a result views the reply's bytes, so it is valid as long as the Reply is,
// unless its documentation says that it is a copy. To keep it, clone it, or the
// Reply before it is parsed.
//
// # Errors
//
// Every error of a Parse function is an *[Error]: which of the reasons below it
// is, where in the reply, the bytes at fault, and the RFC. Two errors come with a
// value, because somebody who reads a log wants it: [ErrUnsafePath] with the path,
// [ErrYear2000] with the time that was meant. A client treats both as failures.
package payload

import (
	"errors"
	"fmt"

	"github.com/ftpreply/ftpreply"
)

// The reasons in [Error.Err].
var (
	// ErrCode: the reply has a code that does not carry this payload.
	ErrCode = errors.New("the reply has another code")
	// ErrMissing: the text shows nothing like the payload.
	ErrMissing = errors.New("nothing there to read")
	// ErrSyntax: what looks like the payload does not follow the grammar, in no shape that is known.
	ErrSyntax = errors.New("not in the grammar")
	// ErrRange: a number, a date or a port that does not exist, or that the result cannot hold.
	ErrRange = errors.New("out of range")
	// ErrUnsafePath: a control character in a path. A client that sent it back, in a
	// CWD say, could send a command that the server chose.
	ErrUnsafePath = errors.New("control character in the path")
	// ErrYear2000: a year printed as "19" and the years since 1900, which makes 2026 into 19126.
	ErrYear2000 = errors.New("year counted from 1900 behind a 19")
)

// maxErrorText is how many bytes an [Error] keeps.
const maxErrorText = 64

// An Error says what of a reply could not be read, where, and by which rule.
type Error struct {
	Err    error  // ErrCode, ErrMissing, ErrSyntax, ErrRange, ErrUnsafePath or ErrYear2000
	Offset int    // of the text at fault in Reply.Raw
	Text   []byte // the text at fault, at most 64 bytes, a copy
	Source string // the rule, such as "RFC 2428, section 3"
}

// Error gives the reason, the place, the peer's bytes, quoted, and the rule. The wording may change.
func (e *Error) Error() string {
	return fmt.Sprintf("payload: %v at offset %d: %q (%s)", e.Err, e.Offset, e.Text, e.Source)
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// A fault is what a reader of one text found wrong, as a range of that text. The
// zero fault is none. It costs nothing to make: only when the whole reply turns
// out to be unreadable does it become an *Error.
type fault struct {
	err      error
	from, to int
	source   string
}

// in makes an error of f, which was found in the text of the given line of r,
// counted from 0. It is nil for the zero fault.
func (f fault) in(r ftpreply.Reply, line int) error {
	if f.err == nil {
		return nil
	}
	text, offset := lineText(r, line)
	return f.inText(text, offset)
}

// inText makes an error of f, which was found in a text with that offset. It is nil
// for the zero fault.
func (f fault) inText(text []byte, offset int) error {
	if f.err == nil {
		return nil
	}
	from := min(f.from, len(text))
	to := min(max(f.to, from), len(text), from+maxErrorText)
	return &Error{f.err, offset + from, append([]byte(nil), text[from:to]...), f.source}
}

// lineText gives the text of the given line of r and its offset in the raw bytes.
// The lines are the end of the raw bytes; a preamble may stand before them.
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

// checkCode says whether r may carry a payload whose code is want. Another code of
// the same class is a tolerance: clients live by the first digit.
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

// errCode is the error of a reply whose code carries no such payload.
func errCode(r ftpreply.Reply, source string) error {
	_, offset := lineText(r, 0)
	for l := range r.Lines() {
		prefix := l.Prefix()
		return &Error{ErrCode, offset - len(prefix), append([]byte(nil), prefix...), source}
	}
	return &Error{ErrCode, offset, nil, source}
}

// parseLines gives what parse makes of the last line of r that shows anything
// like the payload, that is, of which parse does not say ErrMissing.
func parseLines[T any](r ftpreply.Reply, parse func(text []byte) (T, Tolerance, fault)) (v T, d Tolerance, err error) {
	if !r.Multiline() {
		v, d, f := parse(r.Text())
		if f.err == nil {
			return v, d, nil
		}
		return v, d, f.in(r, 0)
	}
	f := fault{err: ErrMissing}
	line, lines := 0, 0
	for l := range r.Lines() {
		if lv, ld, lf := parse(l.Text()); lf.err != ErrMissing || f.err == ErrMissing {
			v, d, f, line = lv, ld, lf, lines
		}
		lines++
	}
	if f.err == nil && line != lines-1 {
		d |= OtherLine
	}
	return v, d, f.in(r, line)
}

// appendError is the error of an Append function about a value that it cannot write.
func appendError(reason error, value any, source string) error {
	return fmt.Errorf("payload: %w: %q (%s)", reason, fmt.Sprint(value), source)
}
