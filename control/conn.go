package control

import (
	"bytes"
	"errors"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/internal/wire"
)

// A Conn reads one control connection. Set the fields, call Server and Client with the
// bytes of each side as they arrive, and finally call Close. The zero Conn is ready for
// use.
type Conn struct {
	ftpreply.Options

	// Handle, unless nil, is called with every Item, in the order of the connection. The
	// Item is valid until Handle returns; [Item.Clone] copies it.
	Handle func(*Item)
	// Secrets selects the text that replaces passwords.
	Secrets SecretPolicy
	// Shared, unless nil, holds the secrets that the Conn shares with others. Set it before
	// the first bytes.
	Shared *SharedSecrets
	// Private reports that the bytes that follow were sent under TLS and decrypted by
	// whoever recorded them. It may change between calls.
	Private bool
	// Record is the number of the line or packet of the recording that the bytes that follow
	// come from. It may change between calls. Items have it as [Item.Record].
	Record int64
	// Typed reports that the commands that follow are copied from a terminal where a user
	// typed them, and are not the bytes that were sent. It may change between calls.
	Typed bool
	// Transferred is the number of bytes that the transfer moved whose reply follows, if the
	// recording has it; otherwise 0. It may change between calls.
	Transferred int64

	// Stats describes the connection so far. It is read-only.
	Stats Stats

	framer   ftpreply.Framer
	window   []byte // bytes of the incomplete reply
	idle     int    // calls since the window was needed
	consumed int64  // offset in the stream where the window begins
	lastLine []byte // last line that the server sent before the window
	doubt    doubt
	attempts []attempt // to read the window in another way; empty if none was made
	looked   int64     // bytes looked at again or copied, by which tests assert linear cost

	splitter   splitter
	heard      time.Time // when the server last sent bytes
	heardIn    int64     // Record of these bytes
	marks      marks     // where the records begin in the window
	spoke      time.Time // when the client last sent bytes
	spokeIn    int64     // Record of these bytes
	joined     bool      // the client's latest bytes have held a command, and the server has not spoken since
	owed       int       // commands since the last reply
	accepted   bool      // the server has sent a 234 or 334, so TLS may follow (RFC 4217, section 4)
	torn       bool      // bytes are missing just before, and no reply is known to be whole since
	mended     int       // while torn: replies in a row
	spoken     bool      // while torn: the client has sent bytes
	hungUp     bool      // the client has closed its side, before the server has
	serverDone bool      // the server has closed its side, before the client has
	closed     time.Time // when the first of them did
	closes     bool      // the latest reply announced the end of the connection
	upgrade    upgrade
	seq        int64
	item       Item    // the latest
	command    Command // the latest
	secrets    secrets
	hidden     int64 // length of the secrets so far, which Offset and End of later commands leave out
	pairing    pairing
}

// upgrade follows the moment at which the connection turns into TLS. After the reply that
// starts TLS, the client must send the next byte.
type upgrade struct {
	starts   bool // the reply was sent, and the client has sent nothing since
	injected bool // the server had already sent more when the client sent its first byte
}

// clientSends records that the client sends bytes. open reports that the server has sent a
// part of a line before them.
func (u *upgrade) clientSends(open bool) {
	u.injected = u.injected || u.starts && open
	u.starts = false
}

// Server reads bytes that the server sent. The zero time means that the time is unknown.
// b is not retained.
func (c *Conn) Server(b []byte, at time.Time) {
	c.share()
	window := b
	c.marks.add(c.consumed+int64(len(c.window)), c.Record, len(c.window) == 0)
	if len(c.window) > 0 {
		c.window = append(c.window, b...)
		window = c.window
	}
	if c.doubt.reading != Given {
		next := c.nextLine(window)
		if next == nil {
			return
		}
		window = window[c.decide(window, next):]
	}
	c.heard, c.heardIn, c.joined = at, c.Record, false
	c.keep(c.frame(window, len(window), false))
}

// Client reads bytes that the client sent. The zero time means that the time is unknown.
// b is not retained.
func (c *Conn) Client(b []byte, at time.Time) {
	c.share()
	c.joined = c.joined && at.Equal(c.spoke) && c.Record == c.spokeIn
	c.spoke, c.spokeIn, c.spoken = at, c.Record, true
	c.torn = c.torn && c.mended == 0
	c.upgrade.clientSends(len(c.window) > 0)
	c.wonder()
	c.splitter.split(b, c.sent)
	c.secrets.learnOpen(c.splitter.line)
}

func (c *Conn) share() {
	if c.secrets.shared == nil {
		c.secrets.shared = c.Shared
	}
}

// HangUp records that the client has closed its side of the connection. A reply after it
// is a parting message. The zero time means that the time is unknown.
func (c *Conn) HangUp(at time.Time) {
	if !c.serverDone && !c.hungUp {
		c.hungUp, c.closed = true, at
	}
	c.pairing.hindsight.HangUp()
}

// ServerHangUp records that the server has closed its side of the connection. The zero time
// means that the time is unknown.
func (c *Conn) ServerHangUp(at time.Time) {
	if !c.serverDone && !c.hungUp {
		c.serverDone, c.closed = true, at
	}
}

// Gap records that bytes of either side are missing here: the recording has lost them, or
// begins in the middle of the connection. An incomplete reply and an incomplete command
// are dropped, and no command is owed a reply any more.
func (c *Conn) Gap() {
	c.torn = true
	c.flush()
	c.torn, c.mended, c.spoken = true, 0, false
	c.framer.Reset()
	c.consumed, c.lastLine, c.marks = 0, c.lastLine[:0], c.marks[:0]
	c.splitter.next()
	c.secrets.gap()
	c.upgrade = upgrade{}
	c.pairing.hindsight.Gap()
	c.pairing.hindsight.Other()
	c.item = Item{Kind: GapItem, Torn: true, Record: c.Record, secrets: &c.secrets}
	c.decided(&c.item, nil)
}

// Flush delivers the Items that are held because later ones may explain them. It is for a
// live connection that pauses: the verdicts on these Items are then the best so far.
func (c *Conn) Flush() {
	c.pairing.hindsight.Flush()
	c.deliverHeld()
}

// Close ends the connection, or the recording of it. It delivers everything that is
// incomplete, then an [OwedItem] for each command that still waits, then an [EndItem].
func (c *Conn) Close(how Ending) {
	c.torn = c.torn || how == ConnectionLasts
	c.flush()
	if line := commandLine(c.splitter.line); len(line) > 0 {
		c.splitter.cut = true
		c.sent(line)
	}
	if how == ConnectionLasts {
		c.pairing.hindsight.Cut()
	} else {
		c.pairing.hindsight.End()
	}
	c.deliverHeld()
	c.closeOwed(how)
	c.item = Item{
		Kind: EndItem, Time: later(later(c.heard, c.spoke), c.closed), Record: c.Record, Ending: how,
		HungUp: c.hungUp, ServerHungUp: c.serverDone, secrets: &c.secrets,
	}
	c.deliver(&c.item)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// closeOwed delivers the commands that still wait at the end. After a goodbye the server
// owes nothing, except replies that it skipped: those to commands before one that it
// answered. If the server was never heard, only one side was recorded, and nothing is known.
func (c *Conn) closeOwed(how Ending) {
	if c.Stats.Replies == 0 {
		return
	}
	waiting := c.pairing.hindsight.Owed()
	for p := range c.pairing.hindsight.Pending() {
		it := c.pairing.item(p, &c.secrets)
		switch {
		case it == nil, c.pairing.hindsight.Blind() && !p.Preliminary:
		case !c.closes:
			it.Kind, it.Waiting, it.Ending = OwedItem, waiting, how
			it.HungUp, it.ServerHungUp = c.hungUp, c.serverDone
			c.deliver(it)
		case p.Overtaken:
			c.deliver(it)
		}
	}
}

// Reset makes c forget the connection and its Stats, so that it can read another one. The
// other exported fields and some memory are kept.
func (c *Conn) Reset() {
	held := c.doubt.held
	clear(held)
	c.pairing.reset()
	*c = Conn{
		Options: c.Options, Handle: c.Handle, Secrets: c.Secrets, Shared: c.Shared, Private: c.Private, Record: c.Record,

		doubt:    doubt{held: held[:0]},
		splitter: splitter{line: c.splitter.line[:0]},
		lastLine: c.lastLine[:0],
		marks:    c.marks[:0],
		pairing:  c.pairing,
		secrets:  c.secrets.reset(),
	}
}

// Mask returns b, bytes of either side, with every known secret replaced as c.Secrets
// says. The result may be b itself. While Handle runs, [Item.Mask] hides more: it also
// knows where a secret may be cut off.
func (c *Conn) Mask(b []byte) []byte { return c.secrets.mask(b, c.Secrets, c.context()) }

// context returns the facts about the latest bytes of the connection on which masking depends.
func (c *Conn) context() context {
	return context{own: c.secrets.latest, blind: !c.secrets.seen}
}

// flush delivers everything that the server has sent. If the recording is torn here, the
// incomplete reply is given up; otherwise another reading may find its end.
func (c *Conn) flush() {
	if c.doubt.reading == Given && !c.torn {
		c.doubt.reading, c.doubt.at = c.otherReading(true)
	}
	window := c.window
	if c.doubt.reading != Given {
		window = window[c.settle(window, !c.torn):]
	}
	c.frame(window, len(window), true)
	c.window = nil
}

// keep releases a window larger than smallWindow after maxIdle calls that did not need it.
// A peer that sends one long reply after another does not cause an allocation for each.
const (
	smallWindow = 64 << 10
	maxIdle     = 64
)

// keep stores the bytes that the framer did not consume. If it has consumed none of the window,
// they are already there.
func (c *Conn) keep(rest []byte) {
	if len(rest) == 0 || len(rest) != len(c.window) {
		c.looked += int64(len(rest))
		c.window = append(c.window[:0], rest...)
		c.marks = c.marks[:copy(c.marks, c.marks.from(c.consumed))]
	}
	if len(rest) > 0 {
		c.idle = 0
	} else if c.idle++; c.idle > maxIdle && cap(c.window) > smallWindow {
		c.window = nil
	}
}

// frame delivers every reply that begins in the first n bytes of the window, and returns the
// bytes after the last one.
func (c *Conn) frame(window []byte, n int, atEOF bool) []byte {
	c.framer.Options = c.doubt.reading.apply(c.Options)
	before := c.seq
	it := &c.item
	c.begin(it, window)
	end := c.consumed + int64(n)
	used := c.framer.Each(window, atEOF, func(r ftpreply.Reply, err error) bool {
		it.Reply, it.Command = r, nil
		it.Offset, it.Line = c.framer.Pos()
		it.End = it.Offset + int64(len(r.Raw()))
		it.at = int(it.Offset - c.consumed)
		more := it.End < end
		if err == nil && r.Deviations() == 0 {
			c.reply(it)
			return more
		}
		c.qualify(it, err)
		if it.Kind == ReplyItem {
			c.reply(it)
		} else {
			c.notReply(it)
		}
		c.begin(it, window)
		it.Reply = r
		return more
	})
	if c.seq != before {
		c.lastLine = append(c.lastLine[:0], lastLineOf(it.Reply)...)
	}
	c.consumed += int64(used)
	if used > 0 {
		c.attempts = c.attempts[:0]
	}
	return window[used:]
}

// begin prepares an Item of the server for a reply in the window.
func (c *Conn) begin(it *Item, window []byte) {
	*it = Item{
		Time: c.heard, Record: c.heardIn, Transferred: c.Transferred, marks: c.marks, Private: c.Private, Torn: c.torn, HungUp: c.hungUp,
		window: window, lastLine: c.lastLine, secrets: &c.secrets, blind: !c.secrets.seen,
	}
}

// lastLineOf returns the last line of a reply.
func lastLineOf(r ftpreply.Reply) []byte {
	if r.Multiline() || r.Deviations() != 0 {
		return lastLine(r.Raw())
	}
	return r.Raw()
}

// lastLine returns the last line of b, with its end.
func lastLine(b []byte) []byte {
	end := bytes.TrimSuffix(b, []byte{'\n'})
	return b[bytes.LastIndexByte(end, '\n')+1:]
}

// qualify sets the kind and the reading of an Item that is not a plain reply.
func (c *Conn) qualify(it *Item, err error) {
	d := it.Reply.Deviations()
	if d.HasAny(ftpreply.BareLF | ftpreply.ForeignTerminator) {
		it.Reading = c.doubt.reading // without these two, every reading gives the same result
	}
	if c.torn && err == nil && d.HasAny(unlikely) {
		raw := it.Reply.Raw()
		err = &ftpreply.SyntaxError{Err: ftpreply.ErrNotReply, Offset: it.Offset, Line: it.Line,
			Deviation: d, Text: bytes.Clone(raw[:min(maxQuoted, len(raw))])}
	}
	if err != nil && errors.As(err, &it.Err) {
		it.Kind = ErrorItem
		tls := len(it.Err.Text) > 1 && wire.IsRecord(it.Err.Text)
		if tls && (c.accepted || c.splitter.tls || c.Stats.Replies == 0) {
			it.Kind = TLSItem
		}
	}
}

// unlikely lists deviations that show, after a gap, that the bytes are the end of a line
// and not the beginning of a reply: "127.0.0.1".
const unlikely = ftpreply.BadSeparator | ftpreply.CodeOutOfRange | ftpreply.UnknownCode

// maxQuoted is the number of bytes of such a line that an error quotes.
const maxQuoted = 128
