package payload

import (
	"bytes"
	"encoding/binary"
)

// readRedacted recognises an address that a person or a log has replaced, in the last
// parentheses or brackets of the text, or at its end:
//
//	(x,x,x,x,4,1)
//	(***,***,***,***,162,237)
//	[xxx.xxx.xxx.xxx]
//	(|||xxxxx|)
//	(h1,h2,h3,h4,p1,p2)
//
// If the last two of six numbers were kept, they are the port.
func readRedacted(text []byte, source string) (p Passive, f fault, ok bool) {
	end := len(bytes.TrimRight(text, ").]}>| \t"))
	from := bytes.LastIndexAny(text[:end], "([{<") + 1
	bracketed := from > 0
	if !bracketed {
		from = bytes.LastIndexAny(text[:end], " \t=") + 1
	}
	tokens, replaced, said := 0, 0, false
	var last [2]uint64
	for token := range bytes.FieldsFuncSeq(text[from:end], isAddressSeparator) {
		n, to, fits := scanNumber(token, 0)
		switch {
		case to == len(token) && fits && n <= 255:
		case to == len(token) || !isPlaceholder(token):
			return p, f, false
		default:
			n = 1 << 8
			replaced++
			said = said || len(token) > 4 && isLetter(token[1]) && lower(token[0]) != lower(token[1])
		}
		tokens++
		last = [2]uint64{last[1], n}
	}
	// One character may be anything, and the last word may be a name.
	short := tokens < 4 && !(bracketed && (said || at(text, from) == '|'))
	if replaced == 0 || short {
		return p, f, false
	}
	if tokens == 6 && last[0] <= 255 && last[1] <= 255 {
		p.Port = binary.BigEndian.Uint16([]byte{byte(last[0]), byte(last[1])})
	}
	return p, fault{ErrRedacted, from, end, source}, true
}

func isAddressSeparator(c rune) bool {
	return c == ',' || c == '.' || c == '|' || c == ':' || c == ' '
}

// isPlaceholder reports whether a token replaces a number: a run of one character that is
// used for this, a name from a template, or a word that says so.
func isPlaceholder(token []byte) bool {
	for _, word := range [...]string{"redacted", "removed", "hidden", "masked", "censored",
		"h1", "h2", "h3", "h4", "p1", "p2", "a1", "a2", "a3", "a4"} {
		if equalFold(token, word) {
			return true
		}
	}
	for _, c := range token {
		if lower(c) != lower(token[0]) || bytes.IndexByte([]byte("xn*#?-_"), lower(c)) < 0 {
			return false
		}
	}
	return true
}
