package render

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// A JSONWriter writes JSON objects, one a line.
type JSONWriter struct {
	Out    *bufio.Writer
	buffer bytes.Buffer
}

// NewJSONWriter returns a JSONWriter that writes to out.
func NewJSONWriter(out *bufio.Writer) *JSONWriter { return &JSONWriter{Out: out} }

// maxKeptBuffer is the size up to which the buffer is kept for the next object.
const maxKeptBuffer = 64 << 10

// Write writes one object. An error of the underlying writer is returned by the next Flush of
// Out.
func (w *JSONWriter) Write(v any) {
	w.buffer.Reset()
	enc := json.NewEncoder(&w.buffer)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // no value of the command can fail
	}
	w.Out.Write(SafeJSON(w.buffer.Bytes()))
	if w.buffer.Cap() > maxKeptBuffer {
		w.buffer = bytes.Buffer{}
	}
}

// SafeJSON escapes the characters in JSON that Text escapes and encoding/json does not. The
// value stays the same. The result may share the memory of text.
func SafeJSON(text []byte) []byte {
	if isPlain(text) {
		return text
	}
	var out []byte
	last := 0
	for i, n := 0, 0; i < len(text); i += n {
		var r rune
		r, n = utf8.DecodeRune(text[i:])
		if r >= 0x7f && !isVisible(r) || r == '#' && isCommand(text[i:]) {
			out = append(out, text[last:i]...)
			last = i + n
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
	}
	return append(out, text[last:]...)
}

// isPlain reports whether text is ASCII without DEL and without "##".
func isPlain(text []byte) bool {
	for i, c := range text {
		if c >= 0x7f || c == '#' && i > 0 && text[i-1] == '#' {
			return false
		}
	}
	return true
}
