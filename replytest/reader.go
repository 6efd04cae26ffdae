package replytest

import (
	"io"
	"math/rand/v2"
	"net"
	"os"
)

// ErrDeadline is the error of a connection whose deadline has passed: a net.Error with
// Timeout, for which errors.Is(err, os.ErrDeadlineExceeded) is true. A caller may read again.
var ErrDeadline error = &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}

// A Read is the result of one read from a connection: bytes, an error, or both at once.
// The zero Read returns 0, nil; after a hundred of them a bufio.Reader returns
// io.ErrNoProgress.
type Read struct {
	Bytes []byte
	Err   error
}

// A Reader returns prepared results, read by read.
type Reader struct{ reads []Read }

// NewReader returns a Reader that returns the reads in order. Bytes that do not fit into the
// caller's slice remain for the next read, and the error comes with the last of them. After
// the last Read, its error is returned for ever, or io.EOF if it has no error. The bytes are
// not copied.
func NewReader(reads ...Read) *Reader {
	last := Read{Err: io.EOF}
	if n := len(reads); n > 0 && reads[n-1].Err != nil {
		last.Err = reads[n-1].Err
	}
	return &Reader{append(append([]Read(nil), reads...), last)}
}

// Pieces returns a Reader that returns the pieces one by one, and ErrDeadline in the place of
// each empty piece. After the last piece it returns io.EOF, or ErrDeadline for ever if the
// last piece is empty.
func Pieces(pieces ...string) *Reader {
	var reads []Read
	for _, piece := range pieces {
		read := Read{Bytes: []byte(piece)}
		if piece == "" {
			read.Err = ErrDeadline
		}
		reads = append(reads, read)
	}
	return NewReader(reads...)
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	now := &r.reads[0]
	n := copy(p, now.Bytes)
	if now.Bytes = now.Bytes[n:]; len(now.Bytes) > 0 {
		return n, nil
	}
	err := now.Err
	if len(r.reads) > 1 {
		r.reads = r.reads[1:]
	}
	return n, err
}

// Cut cuts b into pieces of 1 to most bytes. The pieces view b.
func Cut(random *rand.Rand, b []byte, most int) (pieces [][]byte) {
	for len(b) > 0 {
		n := min(1+random.IntN(most), len(b))
		pieces = append(pieces, b[:n])
		b = b[n:]
	}
	return pieces
}

// Faults returns a Reader that delivers b as badly as a connection can: in pieces of 1 to most
// bytes, with empty reads, with deadlines before a piece or together with it, with
// io.ErrNoProgress, and with io.EOF after the last piece or together with it. A caller that
// reads again after every error but io.EOF gets all of b.
func Faults(random *rand.Rand, b []byte, most int) *Reader {
	var reads []Read
	for _, piece := range Cut(random, b, most) {
		switch random.IntN(8) {
		case 0:
			reads = append(reads, Read{}, Read{Bytes: piece})
		case 1:
			reads = append(reads, Read{Err: ErrDeadline}, Read{Bytes: piece})
		case 2:
			reads = append(reads, Read{Err: io.ErrNoProgress}, Read{Bytes: piece})
		case 3:
			reads = append(reads, Read{Bytes: piece, Err: ErrDeadline})
		default:
			reads = append(reads, Read{Bytes: piece})
		}
	}
	if n := len(reads); n > 0 && random.IntN(2) == 0 {
		reads[n-1].Err = io.EOF
	}
	return NewReader(append(reads, Read{Err: io.EOF})...)
}
