package recording

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/klauspost/compress/zstd"
)

// bufferSize is the number of bytes that are read at a time.
const bufferSize = 64 << 10

// compressions lists the compressed formats with the bytes that each begins with.
var compressions = []struct {
	name, magic string
	open        func(io.Reader) (io.Reader, error)
}{
	{"gzip", "\x1f\x8b\x08", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"bzip2", "BZh", func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{"zstd", "\x28\xb5\x2f\xfd", openZstd},
}

func openZstd(r io.Reader) (io.Reader, error) {
	// The command reads several files in parallel already.
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// decompress returns the bytes of r, decompressed if r is compressed. Read errors have an offset.
func decompress(r io.Reader) (*bufio.Reader, error) {
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

// peekMagic returns the buffered bytes of r, 4 at least unless r is shorter. It does not
// wait for more, because a pipe may be slow.
func peekMagic(r *bufio.Reader) ([]byte, error) {
	const longest = 4
	if _, err := r.Peek(longest); err != nil && err != io.EOF {
		return nil, err
	}
	return r.Peek(r.Buffered())
}

// An offsetReader adds the offset to the errors of a reader.
type offsetReader struct {
	r  io.Reader
	of string // the bytes that n counts
	n  int64
}

func (o *offsetReader) Read(b []byte) (int, error) {
	n, err := o.r.Read(b)
	o.n += int64(n)
	if err != nil && err != io.EOF {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err // the caller knows the name of the file
		}
		err = fmt.Errorf("%s %d: %w", o.of, o.n, err)
	}
	return n, err
}
