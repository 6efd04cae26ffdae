package payload

import "github.com/ftpreply/ftpreply"

const (
	markerWord   = "MARK"
	markerSource = "RFC 959, section 4.2.1; RFC 1123, section 4.1.3.4"
)

// Marker is a restart marker in a transfer in block or compressed mode: one place in the
// data stream, as each of the two sides knows it. A marker is one or more printable ASCII
// characters without SP. It may contain an equals sign.
type Marker struct {
	Sent       []byte // the sender's position, as it was in the data stream
	Received   []byte // the position of the side that received it
	Tolerances Tolerance
}

// ParseMarker reads the 110 of a transfer, whose text is exactly "MARK ssss = rrrr". Code
// 251, which had this text before RFC 959, is read with [OtherCode].
func ParseMarker(r ftpreply.Reply) (Marker, error) {
	other, err := OtherCode, error(nil)
	if r.Code() != ftpreply.CodeMD5Digest { // 251
		if other, err = checkCode(r, ftpreply.CodeRestartMarkerReply, markerSource); err != nil {
			return Marker{}, err
		}
	}
	m, d, err := parseLines(r, func(text []byte) (m Marker, d Tolerance, f fault) {
		// Split at the spaces, because a marker may contain an equals sign.
		var words [4][]byte // MARK, ssss, =, rrrr
		end := 0
		for i := range words {
			from := skipBlanks(text, end)
			if gap := text[end:from]; string(gap) != " "[:min(i, 1)] {
				d |= ExtraSpace
			}
			end = from + wordLen(text[from:])
			words[i] = text[from:end:end]
		}
		switch {
		case !equalFold(words[0], markerWord):
			return m, 0, fault{ErrMissing, 0, len(text), markerSource}
		case string(words[2]) != "=", !isWord(words[1]), !isWord(words[3]):
			return m, 0, fault{ErrSyntax, len(words[0]), len(text), markerSource}
		}
		after, _ := tail(text, end)
		return Marker{Sent: words[1], Received: words[3]}, d | after | caseOf(words[0], markerWord), fault{}
	})
	m.Tolerances = d | other
	return m, err
}

// AppendMarker appends a 110 reply. It fails if one of the strings is not a marker.
func AppendMarker(dst []byte, sent, received string) ([]byte, error) {
	for _, marker := range [...]string{sent, received} {
		if !isWord(marker) {
			return dst, appendError(ErrSyntax, marker, markerSource)
		}
	}
	return append(append(append(append(append(dst,
		"110 "+markerWord+" "...), sent...), " = "...), received...), "\r\n"...), nil
}

func (v Marker) describe() ([]Field, Tolerance) {
	return []Field{{"sent", string(v.Sent)}, {"received", string(v.Received)}}, v.Tolerances
}
