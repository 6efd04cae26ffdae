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

// bufferSize is the number of bytes that are read at a time. Package transcript wants as
// many to recognise a format.
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

// maxWindow is the memory that a zstd file may ask for: that of zstd --long.
const maxWindow = 128 << 20

func openZstd(r io.Reader) (io.Reader, error) {
	// Programs that read several files do so in parallel already.
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// limits bounds decompression.
type limits struct {
	free  int64 // decompressed bytes that may have any ratio
	ratio int64 // of decompressed to compressed bytes
	size  int64
}

// defaultLimits are generous: a log or a capture that is more than 1,000 times as long as its
// compressed form holds next to nothing.
var defaultLimits = limits{free: 64 << 20, ratio: 1000, size: 64 << 30}

// ErrExpansion means that a compressed recording has grown beyond the limits. See
// [Options.Unlimited].
var ErrExpansion = errors.New("decompressed size is beyond the limit")

// decompress returns the bytes of r, decompressed within the limits if r is compressed. With
// nil there are no limits. Read errors have an offset.
func decompress(r io.Reader, bound *limits) (*bufio.Reader, error) {
	counted := &offsetReader{r: r, of: "byte"}
	source := bufio.NewReaderSize(counted, bufferSize)
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
			if bound != nil {
				plain = &expansionReader{r: plain, compressed: counted, limits: *bound}
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

// An expansionReader ends with ErrExpansion when r has returned too many bytes.
type expansionReader struct {
	r          io.Reader
	compressed *offsetReader
	n          int64
	limits
}

func (e *expansionReader) Read(b []byte) (int, error) {
	if e.n > e.size || e.n > e.free && e.n/e.ratio > e.compressed.n {
		return 0, ErrExpansion
	}
	n, err := e.r.Read(b)
	e.n += int64(n)
	return n, err
}
