package replytest

import (
	"io"
	"math/rand/v2"
	"net"
	"os"
)

// ErrDeadline is what a connection says whose deadline has passed: a net.Error with
// Timeout, which errors.Is takes for os.ErrDeadlineExceeded. A caller may read again.
var ErrDeadline error = &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}

// A Read is what one read from a connection gives: bytes, an error, or both at once.
// The zero Read is a read of nothing; behind a hundred of them a bufio.Reader has
// io.ErrNoProgress.
type Read struct {
	Bytes []byte
	Err   error
}

// A Reader gives what it is told, read by read.
type Reader struct{ reads []Read }

// NewReader returns a Reader that gives the reads in order. Bytes that do not fit are
// left for the next read, and the error comes with the last of them. Behind the last
// Read there is its error for ever, or io.EOF if it has none. The bytes are not copied.
func NewReader(reads ...Read) *Reader {
	last := Read{Err: io.EOF}
	if n := len(reads); n > 0 && reads[n-1].Err != nil {
		last.Err = reads[n-1].Err
	}
	return &Reader{append(append([]Read(nil), reads...), last)}
}

// Pieces returns a Reader that gives the pieces one by one, and a deadline in the place of
// each empty one. Behind the last it has io.EOF, or the deadline for ever if that is empty.
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

// Cut cuts b into pieces of 1 to most bytes. They view b.
func Cut(random *rand.Rand, b []byte, most int) (pieces [][]byte) {
	for len(b) > 0 {
		n := min(1+random.IntN(most), len(b))
		pieces = append(pieces, b[:n])
		b = b[n:]
	}
	return pieces
}

// Faults delivers b as badly as a connection can: in pieces of 1 to most bytes, with
// reads of nothing, with deadlines before a piece or together with it, with
// io.ErrNoProgress, and at the end with io.EOF, now and then together with the last
// piece. A caller that reads again after every error but io.EOF gets all of b.
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
