package ftpreply

import (
	"bufio"
	"errors"
	"hash/maphash"
	"io"
	"iter"

	"github.com/ftpreply/ftpreply/internal/plain"
)

// A Parser reads replies from a control connection. Use [NewParser] or [Parser.Reset] to set
// the reader. A Parser is not safe for concurrent use. Its Options may be changed between two
// calls.
type Parser struct {
	Options
	framer Framer

	// source is &own, or the *bufio.Reader of the caller. The bytes that were read and not
	// returned begin with the spill, if the reply is longer than the source's buffer, or with
	// the window, which views that buffer:
	//
	//	source's buffer:  |  consumed  |         window           |
	//	                               |  batch  |  open reply ...|
	//
	// The batch is a run of plain replies at the start of a window of our own. It is
	// consumed by settle, when its replies have been returned or something else happens.
	source  *bufio.Reader
	own     bufio.Reader
	window  []byte
	spill   []byte
	batch   plain.Batch
	eof     bool
	waiting bool   // the unconsumed bytes are an incomplete reply
	held    uint64 // the hash of the window in the caller's reader while waiting
	stale   []byte // see poisonStale
}

// NewParser returns a Parser that reads from r. If r is a *bufio.Reader, the Parser uses it
// directly: after Next it is positioned at the first byte after the reply. It is then an error
// to use it in the middle of a reply ([ErrLostBytes]). Any other reader is read ahead.
func NewParser(r io.Reader) *Parser {
	p := new(Parser)
	p.Reset(r)
	return p
}

// Reset makes p read another control connection. It keeps the Options and the buffers and
// forgets everything else. The line ending is learned again.
func (p *Parser) Reset(r io.Reader) {
	p.readFrom(r)
	p.framer.Reset()
}

// Upgrade makes p continue with r, which is the same control connection over TLS, after a 234
// (RFC 4217, section 4), or in clear after CCC. The learned line ending is kept.
//
// If plaintext is buffered, Upgrade returns [ErrBuffered] and changes nothing. The server or
// an attacker in between has sent bytes that must not be read as a reply under TLS
// (CVE-2021-22947). Close the connection.
func (p *Parser) Upgrade(r io.Reader) error {
	if p.Buffered() > 0 {
		return ErrBuffered
	}
	p.readFrom(r)
	return nil
}

func (p *Parser) readFrom(r io.Reader) {
	p.settle()
	p.window, p.spill, p.eof, p.waiting = nil, p.spill[:0], false, false
	if b, ok := r.(*bufio.Reader); ok {
		p.source = b
		return
	}
	p.source = &p.own
	p.own.Reset(r)
}

// Buffered returns the number of bytes that have been read from the connection and not
// returned by Next: those of an incomplete reply and all that follow it.
func (p *Parser) Buffered() int {
	if p.source == &p.own && len(p.spill) == 0 {
		_, taken := p.batch.Taken()
		return len(p.window) - taken
	}
	return len(p.spill) + p.source.Buffered()
}

// Pending returns the bytes read so far of an incomplete reply, for use after a read deadline.
// It returns nil between two replies, and while an oversized reply or TLS records are being
// skipped. The slice is valid until the next call of a method of p.
func (p *Parser) Pending() []byte {
	if !p.waiting || p.framer.passing(p.unconsumed()) {
		return nil
	}
	return p.unconsumed()
}

// Pos returns where in the stream the bytes begin that Next has returned: the offset from 0,
// and the line from 1, where every LF ends a line.
func (p *Parser) Pos() (offset, line int64) {
	if replies, _ := p.batch.Taken(); replies > 0 {
		return p.framer.offset + int64(p.batch.Last()), p.framer.line + int64(replies)
	}
	return p.framer.Pos()
}

// Next reads the next reply. It blocks only until one reply is complete, and inspects only
// bytes that the reader has already delivered. The Reply views a buffer and is valid until the
// next call of a method of p; use [Reply.Clone] to keep it.
//
// With an error, the Reply holds the bytes that there are of one. After a *[SyntaxError] its
// bytes are consumed, and Next can be called again: it continues with the next line, or after
// the end of an oversized reply. An error of the reader, such as a deadline, is returned
// unchanged and changes nothing, so Next can be called again. At the end of the stream the
// error is io.EOF, after a *[SyntaxError] with io.ErrUnexpectedEOF if the stream ends inside a
// reply. [ErrLostBytes] reports that the caller has used the *bufio.Reader inside a reply.
func (p *Parser) Next() (Reply, error) {
	if poisonStale {
		p.poison()
	}
	if (p.batch.Empty() || !p.takesPlain()) && !p.find() {
		return p.read()
	}
	return newPlainReply(p.batch.Next()), nil
}

// find fills the batch from a window of our own and reports whether it holds a reply.
func (p *Parser) find() bool {
	p.settle()
	p.framer.Options = p.Options
	if p.source != &p.own || len(p.spill) > 0 || !p.framer.idle() || !p.takesPlain() {
		return false
	}
	p.framer.looked += int64(p.batch.Find(p.window))
	return !p.batch.Empty()
}

// read is Next without a batch.
func (p *Parser) read() (Reply, error) {
	if p.source != &p.own {
		if err := p.look(); err != nil {
			return Reply{}, err
		}
	}
	for {
		r, err := p.frame()
		p.waiting = err == ErrShort
		if !p.waiting {
			return r, err
		}
		if err := p.fill(); err != nil {
			if p.source != &p.own {
				p.held = maphash.Bytes(hashSeed, p.window)
			}
			return p.framer.partial(p.unconsumed()), err
		}
		if p.find() {
			p.waiting = false
			return newPlainReply(p.batch.Next()), nil
		}
	}
}

// settle consumes the replies that the batch has returned, and forgets the others.
func (p *Parser) settle() {
	if replies, length := p.batch.Taken(); replies > 0 {
		p.framer.consumePlain(length, replies, p.batch.Last())
		p.window = p.window[length:]
	}
	p.batch.Forget()
}

// frame asks the framer for the next reply in the spill or the window.
func (p *Parser) frame() (Reply, error) {
	if len(p.spill) > 0 {
		return p.frameSpill()
	}
	if p.source != &p.own {
		r, n, err := p.framer.Next(p.window, p.eof)
		p.window = p.window[n:]
		p.discard()
		return r, err
	}
	r, n, err := p.framer.judgedReply(p.window, p.eof)
	if poisonStale && err != ErrShort {
		p.stale = p.window[:n]
	}
	p.window = p.window[n:]
	return r, err
}

// frameSpill is frame for a reply that is longer than the source's buffer. It appends the
// window to the spill first, and consumes of the window only the bytes of the reply.
func (p *Parser) frameSpill() (Reply, error) {
	held := len(p.spill)
	p.spill = append(p.spill, p.window...)
	r, n, err := p.framer.Next(p.spill, p.eof)
	if poisonStale && err != ErrShort {
		p.stale = p.spill[:n]
	}
	switch {
	case err == ErrShort:
		p.window = nil
		if n > 0 { // bytes were skipped, and at most a few are left
			p.spill = append(p.spill[:0], p.spill[n:]...)
		}
	case n < held:
		p.spill = p.spill[n:held]
	default:
		p.window = p.window[n-held:]
		p.spill = p.spill[:0]
	}
	p.discard()
	return r, err
}

// fill waits for at least one more byte, or for the end of the stream.
func (p *Parser) fill() error {
	p.discard()
	if len(p.window) == p.source.Size() {
		p.spill = append(p.spill, p.window...)
		p.window = nil
		p.discard()
	}
	_, err := p.source.Peek(len(p.window) + 1)
	p.window, _ = p.source.Peek(p.source.Buffered())
	if err == io.EOF {
		p.eof = true
		return nil
	}
	return err
}

// look sets the window to the bytes that the caller's reader has buffered. They may be any
// bytes, unless a reply is incomplete: then they must begin with the window that p has seen.
func (p *Parser) look() error {
	seen := len(p.window)
	p.window, _ = p.source.Peek(p.source.Buffered())
	if p.waiting && (len(p.window) < seen || maphash.Bytes(hashSeed, p.window[:seen]) != p.held) {
		p.waiting, p.spill = false, p.spill[:0]
		p.framer.forget()
		return ErrLostBytes
	}
	return nil
}

var hashSeed = maphash.MakeSeed()

// discard consumes the bytes of the source before the window.
func (p *Parser) discard() { p.source.Discard(p.source.Buffered() - len(p.window)) }

// unconsumed returns the bytes read so far of the incomplete reply.
func (p *Parser) unconsumed() []byte {
	if len(p.spill) > 0 {
		return p.spill
	}
	_, taken := p.batch.Taken()
	return p.window[taken:]
}

// poisonStale makes Next overwrite the bytes that the previous call has returned, so that a
// test fails if it uses them too long. The buffer of a caller's *bufio.Reader is spared.
var poisonStale = false

func (p *Parser) poison() {
	_, taken := p.batch.Taken()
	for _, stale := range [][]byte{p.stale, p.window[:taken]} {
		for i := range stale {
			stale[i] = '#'
		}
	}
	p.stale = nil
}

// All returns an iterator over the replies up to the end of the stream. It continues after a
// *[SyntaxError]. Any other error, except io.EOF, is yielded and ends the iteration.
//
// Each Reply is valid only in its own turn of the loop. To collect replies, collect
// [Reply.Clone] of each:
//
//	for r, err := range p.All() {
//		if err != nil {
//			return err
//		}
//		replies = append(replies, r.Clone())
//	}
func (p *Parser) All() iter.Seq2[Reply, error] {
	return func(yield func(Reply, error) bool) {
		for {
			r, err := p.Next()
			if err == io.EOF || !yield(r, err) {
				return
			}
			if err != nil && !errors.As(err, new(*SyntaxError)) {
				return
			}
		}
	}
}
