package input

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/klauspost/compress/zstd"
)

// bufferSize is how much of a file is read at a time.
const bufferSize = 64 << 10

// compressions are recognised by what a file begins with, whatever its name.
var compressions = []struct {
	name, magic string
	open        func(io.Reader) (io.Reader, error)
}{
	{"gzip", "\x1f\x8b\x08", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"bzip2", "BZh", func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{"zstd", "\x28\xb5\x2f\xfd", openZstd},
}

func openZstd(r io.Reader) (io.Reader, error) {
	// Files are read in parallel already.
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// decompressed returns what r holds, be it compressed or not. Read errors say where.
func decompressed(r io.Reader) (*bufio.Reader, error) {
	source := bufio.NewReaderSize(&offsetReader{r: r, of: "byte"}, bufferSize)
	head, err := peekMagic(source)
	if err != nil {
		return nil, err
	}
	for _, c := range compressions {
		if bytes.HasPrefix(head, []byte(c.magic)) {
			plain, err := c.open(source)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			return bufio.NewReaderSize(&offsetReader{r: plain, of: c.name + ": decompressed byte"}, bufferSize), nil
		}
	}
	return source, nil
}

// peekMagic looks at the first bytes, as many as there are at once; a pipe may bring them
// slowly.
func peekMagic(r *bufio.Reader) ([]byte, error) {
	const longest = 4
	if _, err := r.Peek(longest); err != nil && err != io.EOF {
		return nil, err
	}
	return r.Peek(r.Buffered())
}

// An offsetReader tells in its errors how far it came.
type offsetReader struct {
	r  io.Reader
	of string // what is counted
	n  int64
}

func (o *offsetReader) Read(b []byte) (int, error) {
	n, err := o.r.Read(b)
	o.n += int64(n)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%s %d: %w", o.of, o.n, cli.WithoutPath(err))
	}
	return n, err
}
