// Package columns writes rows as a Parquet file.
package columns

import (
	"errors"
	"io"
	"time"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// A Writer writes rows of one type. The rows of a group are kept in memory, so a group ends after a
// number of rows or bytes.
type Writer[T any] struct {
	out  *parquet.GenericWriter[T]
	row  [1]T
	rows int
	size int
	err  error
}

// Limits of a row group. rowSize is what a row takes at least.
const (
	groupRows = 1 << 17
	groupSize = 32 << 20
	rowSize   = 200
)

// NewWriter returns a Writer to the output of the command, which must not be a terminal.
func NewWriter[T any](a *cli.App) (*Writer[T], error) {
	if render.IsTerminal(a.Stdout) {
		return nil, errors.New("a terminal cannot show Parquet; name a file with --output")
	}
	return newWriter[T](a.Out), nil
}

func newWriter[T any](out io.Writer) *Writer[T] {
	return &Writer[T]{out: parquet.NewGenericWriter[T](out,
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}), parquet.CreatedBy("ftpreply", cli.Version(), ""))}
}

// Add writes a row. size is the length of its strings. Close returns the first error.
func (w *Writer[T]) Add(row T, size int) {
	if w.err != nil {
		return
	}
	w.row[0] = row
	_, w.err = w.out.Write(w.row[:])
	w.rows++
	w.size += rowSize + size
	if w.err == nil && (w.rows >= groupRows || w.size >= groupSize) {
		w.err = w.out.Flush()
		w.rows, w.size = 0, 0
	}
}

// Close writes the end of the file.
func (w *Writer[T]) Close() error { return errors.Join(w.err, w.out.Close()) }

// Text returns bytes as UTF-8. Each byte that is not UTF-8 becomes U+FFFD, as in JSON.
func Text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return string([]rune(string(b)))
}

// Optional returns a pointer to a value, or nil if it is zero.
func Optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// Clock returns a time as microseconds since 1970, or as seconds since the start of a recording
// whose times are relative. Both are nil if the time is unknown.
func Clock(rec *input.Recording, t time.Time) (micro *int64, elapsed *float64) {
	switch {
	case t.IsZero() || rec.Format.Clock == transcript.NoClock:
	case rec.Format.Clock == transcript.RelativeClock:
		seconds := t.Sub(transcript.Epoch).Seconds()
		elapsed = &seconds
	default:
		n := t.UnixMicro()
		micro = &n
	}
	return micro, elapsed
}

// otherVerbs stands for a verb that is in no table, which may be a secret that was sent at the
// wrong time.
const otherVerbs = "(other)"

var verbs = func() map[string]*string {
	all := map[string]*string{}
	for verb := range dialogue.Verbs() {
		all[verb] = &verb
	}
	return all
}()

// Verb returns the verb of a command line in upper case, or "(other)".
func Verb(line []byte) *string {
	var buf [8]byte
	if verb := verbs[string(input.AppendVerb(buf[:0], line))]; verb != nil {
		return verb
	}
	other := otherVerbs
	return &other
}
