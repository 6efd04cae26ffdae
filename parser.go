package ftpreply

import (
	"bufio"
	"errors"
	"io"
	"iter"
)

// A Parser reads replies from a control connection. It never looks further than
// the reader has been read already, and never waits for more than one reply needs.
//
// A Parser is not safe for concurrent use. Its Options may be set at any time
// between two calls.
type Parser struct {
	Options
	framer Framer

	// source is &own, or the *bufio.Reader of the caller. What the parser has taken
	// of the stream and not consumed is either the spill, when the open reply is
	// longer than the source's buffer, or the window, which views that buffer:
	//
	//	source's buffer:  |  consumed  |       window       |
	//	                               |_ open reply ... ...|
	//
	// A window of our own is searched for many plain one-line replies at once. Those
	// that were taken are consumed when the next search or any other reply settles it.
	source  *bufio.Reader
	own     bufio.Reader
	window  []byte
	spill   []byte
	found   int                     // plain one-line replies that the window begins with
	taken   int                     // how many of them were returned
	at      int                     // where the last of these ends
	ends    [maxPlainReplies]uint16 // where each ends
	eof     bool
	waiting bool   // what is unconsumed is an open reply
	lent    []byte // see poisonStale
}

// NewParser returns a Parser that reads from r. A *bufio.Reader is used as it is:
// after Next it stands right behind the reply. Any other reader is read ahead.
func NewParser(r io.Reader) *Parser {
	p := new(Parser)
	p.Reset(r)
	return p
}

// Reset makes p read another control connection. It keeps the Options and the
// buffers, and forgets all else; line endings are learned anew.
func (p *Parser) Reset(r io.Reader) {
	p.readFrom(r)
	p.framer.Reset()
}

// Upgrade makes p go on reading from r, which is the same control connection over
// TLS, after a 234 (RFC 4217, section 4), or in clear after a CCC. What was learned
// about line endings stays. If plaintext is buffered already it returns
// [ErrBuffered] and changes nothing: the peer, or somebody in between, has sent
// what must not be taken for a reply under TLS. The connection should be closed.
func (p *Parser) Upgrade(r io.Reader) error {
	if p.Buffered() > 0 {
		return ErrBuffered
	}
	p.readFrom(r)
	return nil
}

func (p *Parser) readFrom(r io.Reader) {
	p.settle()
	p.window, p.spill, p.eof = nil, p.spill[:0], false
	if b, ok := r.(*bufio.Reader); ok {
		p.source = b
		return
	}
	p.source = &p.own
	p.own.Reset(r)
}

// Buffered is the number of bytes that have been read and not returned: of the
// open reply, and of what the peer has sent behind it.
func (p *Parser) Buffered() int {
	if p.source == &p.own && len(p.spill) == 0 {
		return len(p.window) - p.at
	}
	return len(p.spill) + p.source.Buffered()
}

// Pending is what has been read of the open reply: in what a caller has been
// waiting whose deadline passed. The bytes are lent until the next call of Next.
func (p *Parser) Pending() []byte {
	if !p.waiting || p.framer.passing(p.unconsumed()) {
		return nil
	}
	return p.unconsumed()
}

// Pos is where in the stream the bytes begin that Next returned last: the offset
// from 0 and the line from 1, where every LF ends a line.
func (p *Parser) Pos() (offset, line int64) {
	if p.taken == 0 {
		return p.framer.Pos()
	}
	return p.framer.offset + int64(p.lastTaken()), p.framer.line + int64(p.taken)
}

// lastTaken is where the reply that was taken last begins.
func (p *Parser) lastTaken() int {
	if p.taken == 1 {
		return 0
	}
	return int(p.ends[p.taken-2])
}

// Next reads the next reply. The Reply views a buffer and is valid until the next
// call of a method of p.
//
// With an error the Reply is what there is of one. A *[SyntaxError] is about bytes
// that have been consumed, and Next can be called again: it goes on with the next
// line, or behind the end of a reply that was too long. An error of the reader (a
// deadline) is returned as it is and changes nothing: Next can be called again as
// well. At the end of the stream the error is io.EOF, after a *[SyntaxError] with
// io.ErrUnexpectedEOF if the stream ends inside a reply.
func (p *Parser) Next() (Reply, error) {
	if poisonStale {
		p.poison()
	}
	if (p.taken == p.found || !p.takesPlain()) && !p.find() {
		return p.read()
	}
	end := int(p.ends[p.taken])
	raw := p.window[p.at:end]
	p.at = end
	p.taken++
	return newPlainReply(raw), nil
}

// read is Next when no reply was found.
func (p *Parser) read() (Reply, error) {
	for {
		r, err := p.frame()
		p.waiting = err == ErrShort
		if !p.waiting {
			return r, err
		}
		if err := p.fill(); err != nil {
			return p.framer.partial(p.unconsumed()), err
		}
		if p.find() {
			return p.Next()
		}
	}
}

// find looks for plain one-line replies in the window, if it is ours.
func (p *Parser) find() bool {
	p.settle()
	p.framer.Options = p.Options
	if p.source != &p.own {
		p.look() // the caller may have read from it
	} else if len(p.spill) == 0 {
		p.found = p.framer.findPlainReplies(p.window, &p.ends)
	}
	p.waiting = false
	return p.found > 0
}

// settle consumes the replies that were taken, and forgets the others that were found.
func (p *Parser) settle() {
	if p.taken > 0 {
		p.framer.consumePlain(p.at, p.taken, p.lastTaken())
		p.window = p.window[p.at:]
	}
	p.found, p.taken, p.at = 0, 0, 0
}

// frame asks the framer for what there is.
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
		p.lent = p.window[:n]
	}
	p.window = p.window[n:]
	return r, err
}

// frameSpill is frame for a reply that is longer than the source's buffer: what
// that buffer holds is appended to the spill first, and consumed as far as needed.
func (p *Parser) frameSpill() (Reply, error) {
	held := len(p.spill)
	p.spill = append(p.spill, p.window...)
	r, n, err := p.framer.Next(p.spill, p.eof)
	if poisonStale && err != ErrShort {
		p.lent = p.spill[:n]
	}
	switch {
	case err == ErrShort:
		p.window = nil
		if n > 0 { // what is skipped leaves a few bytes, at most
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

// fill waits for at least one more byte, or the end of the stream.
func (p *Parser) fill() error {
	p.discard()
	if len(p.window) == p.source.Size() {
		p.spill = append(p.spill, p.window...)
		p.window = nil
		p.discard()
	}
	_, err := p.source.Peek(len(p.window) + 1)
	p.look()
	if err == io.EOF {
		p.eof = true
		return nil
	}
	return err
}

// look takes all that the source has buffered as the window.
func (p *Parser) look() { p.window, _ = p.source.Peek(p.source.Buffered()) }

// discard makes the source forget what stands before the window.
func (p *Parser) discard() { p.source.Discard(p.source.Buffered() - len(p.window)) }

// unconsumed is what the open reply has so far.
func (p *Parser) unconsumed() []byte {
	if len(p.spill) > 0 {
		return p.spill
	}
	return p.window[p.at:]
}

// poisonStale makes Next overwrite the bytes that the call before has consumed, so
// that tests fail when they are used too long. The caller's own buffer is spared.
var poisonStale = false

func (p *Parser) poison() {
	for _, stale := range [][]byte{p.lent, p.window[:p.at]} {
		for i := range stale {
			stale[i] = '#'
		}
	}
	p.lent = nil
}

// All iterates over the replies to the end of the stream, and goes on after a
// *[SyntaxError]. Any other error but io.EOF is the last one.
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

// Parse reads b as one whole reply. Bytes behind it are an error (ErrTrailing), and
// so is what [Parser.Next] would report; errors are of type *[SyntaxError]. The
// Reply views b.
func Parse(b []byte) (Reply, error) {
	var f Framer
	r, n, err := f.Next(b, true)
	switch {
	case err == io.EOF:
		return r, f.syntaxError(r, 0, io.ErrUnexpectedEOF)
	case err == nil && n < len(b):
		rest := Reply{raw: b[n:]}
		return r, f.syntaxError(rest, 0, ErrTrailing)
	}
	return r, err
}

// Valid reports whether b is one whole reply without a departure of [Strict].
func Valid(b []byte) bool {
	r, err := Parse(b)
	return err == nil && !r.Deviations().HasAny(Strict)
}
