package recording

import (
	"errors"
	"io"
	"time"
)

// errPause is a temporary error: no bytes have come for a while, and some had come before.
// The function peekAll of package transcript takes it, as any error after the first bytes,
// for the end of the bytes that it can look at.
var errPause = errors.New("the recording pauses")

// A pauseReader returns errPause when r is silent for too long, until it is released.
type pauseReader struct {
	r      io.Reader
	length time.Duration // of a pause; 0 means that r may be silent
	after  func(time.Duration) <-chan time.Time

	some    bool // bytes have come
	paused  bool // errPause was returned since the last bytes
	pending chan piece
	rest    piece
}

// A piece is the result of a Read.
type piece struct {
	b   []byte
	err error
}

// release makes the following Reads wait as long as r does.
func (p *pauseReader) release() { p.length = 0 }

func (p *pauseReader) Read(b []byte) (int, error) {
	if p.length == 0 && p.pending == nil && len(p.rest.b) == 0 && p.rest.err == nil {
		return p.r.Read(b)
	}
	if len(p.rest.b) == 0 && p.rest.err == nil {
		if err := p.wait(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.rest.b)
	p.rest.b = p.rest.b[n:]
	p.some, p.paused = p.some || n > 0, false
	if len(p.rest.b) > 0 {
		return n, nil
	}
	err := p.rest.err
	p.rest.err = nil
	return n, err
}

// wait waits for the next piece. Only one Read of r is under way at a time, and it goes on
// after a pause.
func (p *pauseReader) wait() error {
	if p.pending == nil {
		pending := make(chan piece, 1)
		p.pending = pending
		go func() {
			b := make([]byte, bufferSize)
			n, err := p.r.Read(b)
			pending <- piece{b[:n], err}
		}()
	}
	var pause <-chan time.Time // never, before the first bytes
	if p.length > 0 && p.some && !p.paused {
		pause = p.after(p.length)
	}
	select {
	case p.rest = <-p.pending:
		p.pending = nil
		return nil
	case <-pause:
		p.paused = true
		return errPause
	}
}
