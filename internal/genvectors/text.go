package main

import (
	"bytes"
	"fmt"
	"strings"
)

// A text is a string of bytes in parts. Long repetitions are one part with a count.
type text []part

type part struct {
	Base64  []byte `json:"base64"`
	Escaped string `json:"escaped"`         // the same bytes, to read
	Count   int    `json:"count,omitempty"` // how often the part is repeated; 0 means once
}

const (
	compressFrom = 200 // the length from which a text is compressed
	maxPeriod    = 64  // the longest part that is searched for repetitions
	minRun       = 64  // the fewest bytes of a repetition
)

// newText returns b as a text.
func newText(b []byte) text {
	t := text{}
	add := func(b []byte, count int) {
		if len(b) > 0 {
			t = append(t, part{b, escape(b), count})
		}
	}
	begin := 0
	for i := 0; i < len(b) && len(b) >= compressFrom; {
		period, count := repetition(b[i:])
		if count == 0 {
			i++
			continue
		}
		add(b[begin:i], 0)
		add(b[i:i+period], count)
		i += period * count
		begin = i
	}
	add(b[begin:], 0)
	return t
}

// repetition returns the repetition with which b begins, or 0, 0.
func repetition(b []byte) (period, count int) {
	for period = 1; period <= min(maxPeriod, len(b)/2); period++ {
		end := period
		for end < len(b) && b[end] == b[end-period] {
			end++
		}
		if count = end / period; count > 1 && end >= max(minRun, 4*period) {
			return period, count
		}
	}
	return 0, 0
}

// bytes returns the bytes of the text.
func (t text) bytes() []byte {
	var b bytes.Buffer
	for _, p := range t {
		b.Write(bytes.Repeat(p.Base64, max(1, p.Count)))
	}
	return b.Bytes()
}

// escape writes bytes in the escapes that C, Python, Perl and JavaScript share.
func escape(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		switch {
		case c == '\r':
			s.WriteString(`\r`)
		case c == '\n':
			s.WriteString(`\n`)
		case c == '\t':
			s.WriteString(`\t`)
		case c == '\\':
			s.WriteString(`\\`)
		case c < ' ' || c > '~':
			fmt.Fprintf(&s, `\x%02x`, c)
		default:
			s.WriteByte(c)
		}
	}
	return s.String()
}
