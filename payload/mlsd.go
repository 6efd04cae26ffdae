package payload

import (
	"bytes"
	"strings"
)

// ParseMLSD reads one line of the data that MLSD sends, with or without its line ending. The
// path is not decoded, because the data connection does not use Telnet. Offsets in its
// errors are offsets in the line. The error for a line without a path is [ErrMissing].
//
// With [ErrUnsafePath] the Facts are returned as well.
func ParseMLSD(line []byte) (Facts, error) {
	text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
	from := skipBlanks(text, 0)
	e := readList(text, from, factsInPlace)
	switch {
	case e.shape == factsInPlace && from > 0:
		e.tolerances |= ExtraSpace
	case e.shape == noEntry && 0 < from && from < len(text) && text[0] == ' ':
		e = entry{shape: pathAlone, text: text, path: 1} // no facts, and the SP before the path
	case e.shape == noEntry:
		return Facts{}, fault{ErrMissing, 0, len(text), factsSource}.inText(text, 0)
	}
	v := Facts{Path: text[e.path:], Tolerances: e.tolerances, first: e}
	switch i := bytes.IndexFunc(v.Path, isUnsafeRune); {
	case e.ambiguous:
		return Facts{}, fault{ErrAmbiguous, e.path, len(text), factsSource}.inText(text, 0)
	case len(v.Path) == 0:
		return Facts{}, fault{ErrMissing, e.path, len(text), factsSource}.inText(text, 0)
	case i >= 0:
		return v, fault{ErrUnsafePath, e.path + i, len(text), factsSource}.inText(text, 0)
	case bytes.IndexByte(v.Path, '\t') >= 0:
		v.Tolerances |= TabInName
	}
	return v, nil
}

// AppendMLSD appends one line for MLSD to send, including its CR LF. It fails as AppendFacts
// does, on a CR in the path, and on an empty path.
func AppendMLSD(dst []byte, path string, facts ...Fact) ([]byte, error) {
	if err := checkEntry(path, facts); err != nil {
		return dst, err
	}
	if path == "" || strings.ContainsAny(path, "\x00\n\r") {
		return dst, appendError(ErrUnsafePath, path, factsSource)
	}
	return append(append(appendFactList(dst, facts), path...), "\r\n"...), nil
}
