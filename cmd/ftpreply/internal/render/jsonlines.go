package render

import (
	"bufio"
	"bytes"
	"encoding/json"
)

// A JsonWriter writes JSON objects, one a line.
type JsonWriter struct {
	Out    *bufio.Writer
	buffer bytes.Buffer
}

func NewJSONWriter(out *bufio.Writer) *JsonWriter { return &JsonWriter{Out: out} }

// maxKeptBuffer is how large a buffer is kept for the next object.
const maxKeptBuffer = 64 << 10

func (w *JsonWriter) Write(v any) {
	w.buffer.Reset()
	enc := json.NewEncoder(&w.buffer)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // no value of ours can fail
	}
	w.Out.Write(EscapeUnprintable(w.buffer.Bytes()))
	if w.buffer.Cap() > maxKeptBuffer {
		w.buffer = bytes.Buffer{}
	}
}
