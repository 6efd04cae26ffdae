package lint

import (
	"bytes"
	"errors"
	"net/netip"
	"time"

	"github.com/ftpreply/ftpreply"
)

// A Conn lints one control connection. Fill in the fields, then tell it what
// crossed the wire, by Server and Client, and at last call Close. The zero Conn is
// ready for use.
type Conn struct {
	ftpreply.Options

	// Item, unless nil, is called with every command and reply, in order.
	Item func(*Item)
	// Report, unless nil, is called with every finding, behind the Item it is about.
	// The Diagnostic is lent until Report returns.
	Report func(*Diagnostic)
	// Secrets says what is shown in the place of passwords.
	Secrets SecretPolicy
	// Peer is the address of the server-PI, if it is known.
	Peer netip.Addr
	// Private says that what follows was sent under TLS, though it is told in clear. It may
	// change between calls.
	Private bool

	// Stats is what is known of the connection so far.
	Stats Stats

	framer ftpreply.Framer
	window []byte // what has been received of the open reply
	idle   int    // calls since it was needed
	doubt  doubt

	commands splitter
	heard    time.Time // when the server-PI spoke last
	spoke    time.Time // when the user-PI did
	owed     int       // commands since the last reply
	accepted bool      // there was a 234, so TLS may follow (RFC 4217, section 4)
	torn     bool      // something is missing just before
	item     Item      // the latest
	sending  Command   // the latest
	seq      int64
	finding  *Diagnostic // the latest, which was lent
	secrets  secrets
	framed   []byte // what the framer looks at
	consumed int64  // where in the stream that begins
	lastLine []byte // of the server-PI before that

	pairing  pairing
	evidence evidence
}

// A doubt is that of a user-PI that has spoken while a reply was open: it may have
// seen the end of the reply, by another reading, or may not have waited. What the
// server-PI sends next decides; the commands are held until then.
type doubt struct {
	reading Reading // Given: there is none
	at      int     // what had been received of the reply
	held    []Item
}

// maxHeld is how many commands are held; a user-PI that sends more does not wait.
const maxHeld = 16

// Server takes bytes from the server-PI that were received at a time, which may be
// zero.
func (c *Conn) Server(b []byte, at time.Time) {
	window := b
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
	c.heard = at
	c.keep(c.frame(window, false))
}

// Client takes bytes from the user-PI.
func (c *Conn) Client(b []byte, at time.Time) {
	c.spoke = at
	c.evidence.clientSpeaks(len(c.window) > 0)
	c.wonder()
	c.commands.split(b, c.sent)
	c.secrets.learnOpen(c.commands.line)
}

// HangUp says that the user-PI has closed its side of the connection. What the
// server-PI sends behind that is a parting word.
func (c *Conn) HangUp() { c.pairing.sequencer.HangUp() }

// Gap says that bytes of either side are missing here: the recording lost them, or
// it begins in the middle. What is open is given up without a finding.
func (c *Conn) Gap() {
	c.torn = true
	c.flush()
	c.torn = true
	c.framer.Reset()
	c.consumed, c.lastLine = 0, c.lastLine[:0]
	c.commands.next()
	c.pairing.gap()
	c.evidence.gap()
}

// Cut says, before Close, that the recording ends here and the connection does not. A reply
// that is open proves nothing then.
func (c *Conn) Cut() { c.torn = true }

// Close says that the connection, or the recording of it, has ended.
func (c *Conn) Close() {
	c.flush()
	if line := commandLine(c.commands.line); len(line) > 0 {
		c.commands.cut = true
		c.sent(line)
	}
	if c.Report != nil {
		c.judgeOwed()
	}
}

// Reset makes c forget the connection, to lint another one. What the caller has filled in
// stays, but Stats, and so does some memory.
func (c *Conn) Reset() {
	held := c.doubt.held
	clear(held)
	*c = Conn{
		Options: c.Options, Item: c.Item, Report: c.Report, Secrets: c.Secrets, Peer: c.Peer, Private: c.Private,

		doubt:    doubt{held: held[:0]},
		commands: splitter{line: c.commands.line[:0]},
		finding:  c.finding,
		lastLine: c.lastLine[:0],
		pairing:  pairing{sending: c.pairing.emptied()},
		evidence: evidence{features: c.evidence.features[:0], user: c.evidence.user[:0]},
	}
}

// flush hands on all that the server-PI has sent. What is torn is given up; otherwise
// another reading may find the end of the open reply.
func (c *Conn) flush() {
	if c.doubt.reading == Given && !c.torn {
		c.doubt.reading, c.doubt.at = c.otherReading(true)
	}
	window := c.window
	if c.doubt.reading != Given {
		window = window[c.settle(window, true):]
	}
	c.frame(window, true)
	c.window = nil
}

// A window larger than smallWindow is let go when it has not been needed for
// that many calls. A peer that sends one long reply after another gets no new one
// each time.
const (
	smallWindow = 64 << 10
	maxIdle     = 64
)

// keep stores what the framer did not consume.
func (c *Conn) keep(rest []byte) {
	c.window = append(c.window[:0], rest...)
	if len(rest) > 0 {
		c.idle = 0
	} else if c.idle++; c.idle > maxIdle && cap(c.window) > smallWindow {
		c.window = nil
	}
}

// frame hands on every reply in the window, and returns the rest.
func (c *Conn) frame(window []byte, atEOF bool) []byte {
	c.framer.Options = c.doubt.reading.apply(c.Options)
	c.framed = window
	before := c.seq
	it := &c.item
	*it = Item{Time: c.heard}
	n := c.framer.Each(window, atEOF, func(r ftpreply.Reply, err error) bool {
		it.Reply, it.Command = r, nil
		if err == nil && r.Deviations() == 0 {
			c.emitReply(it)
			return true
		}
		c.qualify(it, err)
		if it.Kind == ReplyItem {
			c.emitReply(it)
		} else {
			c.emit(it)
		}
		*it = Item{Reply: r, Time: c.heard}
		return true
	})
	if c.seq != before {
		c.lastLine = append(c.lastLine[:0], lastLineOf(it.Reply)...)
	}
	c.consumed += int64(n)
	return window[n:]
}

// locate fills in where the reply is that the framer has just found. That is seldom asked for.
func (c *Conn) locate(it *Item) {
	it.Offset, it.Line = c.framer.Pos()
	it.End = it.Offset + int64(len(it.Reply.Raw()))
}

// lineBefore is the last line before an item of the server-PI, or the end of it.
func (c *Conn) lineBefore(it *Item) []byte {
	if at := it.Offset - c.consumed; at > 0 {
		return lastLine(c.framed[:at])
	}
	return c.lastLine
}

// wonder looks, when the user-PI speaks, whether it saw the end of the open reply.
// A user-PI that has more than one command under way does not wait for replies.
func (c *Conn) wonder() {
	if len(c.window) > 0 && c.doubt.reading == Given && c.owed <= 1 {
		c.doubt.reading, c.doubt.at = c.otherReading(false)
	}
}

// otherReading is one by which what has been received is whole replies, or Given.
// At the end of the connection another reply may have begun. It returns how many
// bytes they have.
func (c *Conn) otherReading(atEOF bool) (r Reading, n int) {
	if len(c.window) == 0 {
		return Given, 0
	}
	for r = AnyLF; r < numberOfReadings; r++ {
		n, err := c.tryReading(r)
		if n == len(c.window) || atEOF && n > 0 && err == ftpreply.ErrShort {
			return r, n
		}
	}
	return Given, 0
}

// tryReading counts the bytes of the whole replies in the window.
func (c *Conn) tryReading(reading Reading) (n int, err error) {
	framer := c.framer
	framer.Options = reading.apply(c.Options)
	for n < len(c.window) && err == nil {
		var used int
		_, used, err = framer.Next(c.window[n:], false)
		if err == nil {
			n += used
		}
	}
	return n, err
}

// maxUndecided is how many bytes are waited for.
const maxUndecided = 1 << 10

// nextLine is the line behind the doubt, or as much of it as decides; nil while it
// is not there.
func (c *Conn) nextLine(window []byte) []byte {
	next := window[c.doubt.at:]
	next = next[:min(maxUndecided, len(next))]
	if i := bytes.IndexByte(next, '\n'); i >= 0 {
		return next[:i+1]
	}
	if len(next) < maxUndecided {
		return nil
	}
	return next
}

// decide ends the doubt, and returns how much of the window was used. If the next
// line looks like a reply, the user-PI had seen the end of the one before; unless
// that line is the very end that was missing.
func (c *Conn) decide(window, next []byte) int {
	otherReading := beginsReply(next)
	if c.doubt.reading == AnyCode {
		framer := c.framer
		framer.Options = Given.apply(c.Options)
		_, _, err := framer.Next(window[:c.doubt.at+len(next)], false)
		otherReading = otherReading && err != nil
	}
	return c.settle(window, otherReading)
}

// settle hands on what was open if the other reading is right, then the commands
// that were held, and returns how much of the window it used.
func (c *Conn) settle(window []byte, otherReading bool) int {
	used := 0
	if otherReading {
		used = c.doubt.at
		c.frame(window[:used], false)
	}
	held := c.doubt.held
	c.doubt = doubt{}
	for i := range held {
		c.emit(&held[i])
	}
	return used
}

// beginsReply reports whether a line is likely to be the first of a reply.
func beginsReply(line []byte) bool {
	return len(line) > 3 && isDigit(line[0]) && isDigit(line[1]) && isDigit(line[2]) &&
		bytes.IndexByte([]byte(" -\r\n"), line[3]) >= 0
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// qualify says of what is no plain reply what it is, and by which reading.
func (c *Conn) qualify(it *Item, err error) {
	c.locate(it)
	d := it.Reply.Deviations()
	if d.HasAny(ftpreply.BareLF | ftpreply.ForeignTerminator) {
		it.Reading = c.doubt.reading // without them, any reading gives the same
	}
	if c.torn && err == nil && d.HasAny(unlikely) {
		raw := it.Reply.Raw()
		err = &ftpreply.SyntaxError{Err: ftpreply.ErrNotReply, Offset: it.Offset, Line: it.Line,
			Deviation: d, Text: bytes.Clone(raw[:min(maxQuoted, len(raw))])}
	}
	if err != nil && errors.As(err, &it.Err) {
		it.Kind = ErrorItem
		if c.accepted && isTLS(it.Err) {
			it.Kind = TLSItem
		}
	}
}

// unlikely are departures that say, behind a gap, that a line is none from its beginning:
// "127.0.0.1".
const unlikely = ftpreply.BadSeparator | ftpreply.CodeOutOfRange | ftpreply.UnknownCode

// maxQuoted is how much an error quotes of such a line.
const maxQuoted = 128

// sent hands on a command, or holds it while there is a doubt.
func (c *Conn) sent(line []byte) {
	s := &c.commands
	c.sending.Line, c.sending.Cut, c.sending.Time = line, s.cut, c.spoke
	c.sending.findVerb()
	c.secrets.learn(&c.sending)
	it := &c.item
	*it = Item{Kind: CommandItem, Time: c.spoke, Command: &c.sending}
	it.Offset, it.End, it.Line = s.offset, s.offset+s.length, s.before+1
	if c.doubt.reading != Given && len(c.doubt.held) < maxHeld {
		c.hold(*it)
		return
	}
	c.emit(it)
}

// hold keeps a command for later.
func (c *Conn) hold(it Item) {
	kept := *it.Command
	kept.Line = bytes.Clone(kept.Line)
	it.Command = &kept
	c.doubt.held = append(c.doubt.held, it)
}

// emitReply counts a reply, hands it on and judges it.
func (c *Conn) emitReply(it *Item) {
	c.seq++
	it.Seq = c.seq
	if c.Stats.Replies == 0 {
		c.Stats.begin(it.Reply)
	}
	c.Stats.Replies++
	c.owed, c.torn = 0, false
	if it.Reply.Code() == ftpreply.CodeAuthMechanismAccepted {
		c.accepted = true
	}
	c.pairing.answered(it)
	if c.Stats.Commands > 0 {
		c.Stats.follow(&c.pairing.sequencer)
	}
	if c.Item != nil {
		c.locate(it)
		c.Item(it)
	}
	if c.Report != nil {
		c.judgeReply(it)
	}
}

// emit does so with any other item.
func (c *Conn) emit(it *Item) {
	c.seq++
	it.Seq = c.seq
	c.secrets.cut = it.Kind == ErrorItem // the reply that it holds may go on
	c.note(it)
	if c.Item != nil {
		c.Item(it)
	}
	if c.Report != nil {
		c.judge(it)
	}
	c.secrets.cut = false
}

// note keeps what is needed of an item later.
func (c *Conn) note(it *Item) {
	switch it.Kind {
	case CommandItem:
		c.owed++
		c.pairing.sent(it)
		if len(it.Command.Line) > 0 {
			c.Stats.Commands++
		}
	case TLSItem:
		c.Stats.TLS = true
		c.pairing.gap() // what is said under TLS cannot be seen
	case ErrorItem:
		c.pairing.failed(it)
	}
	c.Stats.follow(&c.pairing.sequencer)
}

// isTLS reports whether the bytes that are no reply begin as a TLS record does.
func isTLS(err *ftpreply.SyntaxError) bool {
	t := err.Text
	return len(t) > 1 && 0x14 <= t[0] && t[0] <= 0x17 && t[1] == 3
}
