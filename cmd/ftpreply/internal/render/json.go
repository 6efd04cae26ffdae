package render

import (
	"bufio"
	"encoding/json"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// A JSONWriter writes JSON objects, one a line.
type JSONWriter struct {
	Out    *bufio.Writer
	buffer []byte
}

// NewJSONWriter returns a JSONWriter that writes to out.
func NewJSONWriter(out *bufio.Writer) *JSONWriter { return &JSONWriter{Out: out} }

// maxKeptBuffer is the size up to which the buffer is kept for the next object.
const maxKeptBuffer = 64 << 10

// Buffer returns an empty buffer for an object that the caller appends and gives to WriteObject.
func (w *JSONWriter) Buffer() []byte { return w.buffer[:0] }

// WriteObject writes one object, which begins as the result of Buffer. An error of the underlying
// writer is returned by the next Flush of Out.
func (w *JSONWriter) WriteObject(object []byte) {
	object = append(object, '\n')
	w.Out.Write(object)
	w.buffer = object
	if cap(object) > maxKeptBuffer {
		w.buffer = nil
	}
}

// Write writes one object that occurs seldom, by reflection.
func (w *JSONWriter) Write(v any) { w.WriteObject(AppendJSON(w.Buffer(), v)) }

// AppendJSON appends any value as encoding/json writes it, without the escapes for HTML and with
// those of AppendString. It uses reflection.
func AppendJSON(dst []byte, v any) []byte {
	b := appender(dst)
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // no value of the command can fail
	}
	text := b[len(dst) : len(b)-1]
	return append(dst, SafeJSON(text)...)
}

// An appender is a slice of bytes to which an encoder writes.
type appender []byte

func (a *appender) Write(b []byte) (int, error) {
	*a = append(*a, b...)
	return len(b), nil
}

// AppendString appends a string as encoding/json writes it, without the escapes for HTML. The
// characters that Text escapes and encoding/json does not are escaped too.
func AppendString[S ~string | ~[]byte](dst []byte, s S) []byte {
	return appendString(dst, s, &plainBytes, false)
}

// AppendHTMLString is AppendString with the escapes for HTML.
func AppendHTMLString[S ~string | ~[]byte](dst []byte, s S) []byte {
	return appendString(dst, s, &plainHTMLBytes, true)
}

// The bytes that are never escaped.
var plainBytes, plainHTMLBytes = plainExcept(`"\#`), plainExcept(`"\#<>&`)

func plainExcept(special string) (plain [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		plain[c] = true
	}
	for i := range special {
		plain[special[i]] = false
	}
	return plain
}

func appendString[S ~string | ~[]byte](dst []byte, s S, plain *[256]bool, html bool) []byte {
	dst = append(dst, '"')
	i := 0
	for i < len(s) && plain[s[i]] {
		i++
	}
	dst = append(dst, s[:i]...)
	if i < len(s) {
		dst = appendEscaped(dst, []byte(s[i:]), html)
	}
	return append(dst, '"')
}

// appendEscaped appends the inner part of a string. jsontext escapes quotation marks, backslashes
// and control characters.
func appendEscaped(dst, s []byte, html bool) []byte {
	last := 0
	for i, n := 0, 0; i < len(s); i += n {
		var r rune
		r, n = utf8.DecodeRune(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
		case r == '#' && isCommand(s[i:]):
		case html && (r == '<' || r == '>' || r == '&'):
		case r >= 0x7f && !isVisible(r):
		default:
			continue
		}
		dst = appendEscape(appendInner(dst, s[last:i]), r)
		last = i + n
	}
	return appendInner(dst, s[last:])
}

// appendInner appends s in quotation marks and takes them off.
func appendInner(dst, s []byte) []byte {
	at := len(dst) - 1
	before := dst[at]
	dst, _ = jsontext.AppendQuote(dst[:at], s) // s is UTF-8
	dst[at] = before
	return dst[:len(dst)-1]
}

func appendEscape(dst []byte, r rune) []byte {
	const digits = "0123456789abcdef"
	var units [2]uint16
	for _, u := range utf16.AppendRune(units[:0], r) {
		dst = append(dst, '\\', 'u', digits[u>>12], digits[u>>8&0xf], digits[u>>4&0xf], digits[u&0xf])
	}
	return dst
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
			out = appendEscape(append(out, text[last:i]...), r)
			last = i + n
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
