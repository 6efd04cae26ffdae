package control

import (
	"bytes"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/internal/wire"
)

// A Reading is the rule by which the end of a reply was found. All but [Given] are ways
// out of a reply that had not ended when the client spoke or the connection ended.
type Reading uint8

const (
	Given            Reading = iota // the rules of ftpreply.Options, as they were given
	AnyLF                           // a bare LF ends a line
	AnyCode                         // any code and a space end a multi-line reply
	AnyLFAndAnyCode                 // both
	numberOfReadings = iota
)

// apply returns the options that read a reply by r.
func (r Reading) apply(o ftpreply.Options) ftpreply.Options {
	if r == AnyLF || r == AnyLFAndAnyCode {
		o.LineEnding = ftpreply.AnyLF
	}
	o.AnyCode = o.AnyCode || r == AnyCode || r == AnyLFAndAnyCode
	o.Reject = 0 // a Conn delivers the deviations that a parser may reject
	return o
}

// A doubt records that the client sent a command while a reply was incomplete. Either the
// client reads more leniently and considers the reply finished, or it pipelines. The next
// line of the server decides. Until then the commands are held.
type doubt struct {
	reading Reading // by which the reply is finished; Given without a doubt
	at      int     // bytes received of the reply when the client spoke
	looked  int     // bytes after at that have no LF
	held    []Item
}

// maxHeld is the number of commands held. A client that sends more does not wait for
// replies.
const maxHeld = 16

// wonder looks, when the client speaks, for a reading by which the incomplete reply is
// finished. A client that has more than one command under way does not wait for replies.
func (c *Conn) wonder() {
	if len(c.window) > 0 && !c.torn && c.doubt.reading == Given && c.owed <= 1 {
		c.doubt.reading, c.doubt.at = c.otherReading(false)
	}
}

// An attempt reads the window by another reading. It goes on where it was when the window grows.
type attempt struct {
	framer ftpreply.Framer
	whole  int   // bytes of the window that are whole replies
	given  int   // bytes of the window that the framer has seen
	err    error // of the framer; it is ErrShort while more bytes may help
}

// otherReading returns the first reading by which the window consists of whole replies,
// and their length; or Given. At the end of the connection the beginning of another reply
// may follow them.
func (c *Conn) otherReading(atEOF bool) (Reading, int) {
	if len(c.window) == 0 {
		return Given, 0
	}
	if len(c.attempts) == 0 {
		for r := AnyLF; r < numberOfReadings; r++ {
			c.attempts = append(c.attempts, attempt{framer: c.framer, err: ftpreply.ErrShort})
			c.attempts[r-AnyLF].framer.Options = r.apply(c.Options)
		}
	}
	for i := range c.attempts {
		a := &c.attempts[i]
		c.extend(a)
		if a.whole == len(c.window) || atEOF && a.whole > 0 && a.err == ftpreply.ErrShort {
			return AnyLF + Reading(i), a.whole
		}
	}
	return Given, 0
}

// extend gives the attempt the bytes that the window has got since.
func (c *Conn) extend(a *attempt) {
	if a.given == len(c.window) || a.err != ftpreply.ErrShort {
		return
	}
	c.looked += int64(len(c.window) - a.given)
	a.given = len(c.window)
	for a.err = nil; a.err == nil && a.whole < len(c.window); {
		var used int
		if _, used, a.err = a.framer.Next(c.window[a.whole:], false); a.err == nil {
			a.whole += used
		}
	}
	if a.err == nil {
		a.err = ftpreply.ErrShort
	}
}

// maxUndecided is the number of bytes after which a line decides although it is incomplete.
const maxUndecided = 1 << 10

// nextLine returns the line after the doubt, or as much of it as decides; nil if more
// bytes are needed.
func (c *Conn) nextLine(window []byte) []byte {
	next := window[c.doubt.at:]
	next = next[:min(maxUndecided, len(next))]
	c.looked += int64(len(next) - c.doubt.looked)
	if i := bytes.IndexByte(next[c.doubt.looked:], '\n'); i >= 0 {
		return next[:c.doubt.looked+i+1]
	}
	if c.doubt.looked = len(next); len(next) < maxUndecided {
		return nil
	}
	return next
}

// decide ends the doubt, and returns the number of bytes of the window that it used. If
// the next line looks like a reply, the client had seen the end of the one before; unless
// that line is the end that was missing.
func (c *Conn) decide(window, next []byte) int {
	otherReading := beginsReply(next)
	if c.doubt.reading == AnyCode {
		framer := c.framer
		framer.Options = Given.apply(c.Options)
		_, n, err := framer.Next(window, false)
		otherReading = otherReading && (err != nil || n > c.doubt.at+len(next))
	}
	return c.settle(window, otherReading)
}

// settle delivers the incomplete reply if the other reading is right, then the commands
// that were held. It returns the number of bytes of the window that it used.
func (c *Conn) settle(window []byte, otherReading bool) int {
	used := 0
	if otherReading {
		used = c.doubt.at
		c.frame(window, used, false) // the framer has looked at the whole window
	}
	held := c.doubt.held
	c.doubt = doubt{}
	for i := range held {
		c.commandSent(&held[i])
	}
	return used
}

// beginsReply reports whether a line is likely to be the first of a reply.
func beginsReply(line []byte) bool {
	return len(line) > 3 && wire.IsDigit(line[0]) && wire.IsDigit(line[1]) && wire.IsDigit(line[2]) &&
		bytes.IndexByte([]byte(" -\r\n"), line[3]) >= 0
}
