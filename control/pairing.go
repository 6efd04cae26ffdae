package control

import (
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// A pairing reports every Item of a connection to the hindsight, holds the Items that are not
// decided yet, and keeps the commands that an Item may still refer to.
type pairing struct {
	hindsight hindsight
	held      []heldItem // not decided yet
	bytes     int        // in held
	sentAt    time.Time  // when the latest command was sent
	blank     bool       // the client sent an empty line after the latest command

	// sending is a ring that is indexed by the number of the command. Its length is a
	// power of two. It grows rather than lose a command that is still needed.
	sending []sending
}

// maxHeldBytes is the number of bytes of Items that are held.
const maxHeldBytes = 256 << 10

// A heldItem is an Item that waits for its verdict.
type heldItem struct {
	*Item
	aside *Verdict // the verdict, if the hindsight does not give one
}

// A sending is a command that was sent, with the place of its Item.
type sending struct {
	number            int64
	seq               int64
	offset, end, line int64
	record            int64
	command           Command
}

// The length of the ring. A client that does not pipeline needs only a few places: for a
// transfer, for the command that it sends meanwhile, and for the one answered last.
const (
	minSending = 4
	maxSending = 128
)

// sent records a command, and makes it.Command the copy that is kept. An empty
// line is not a command; for it, sent returns false.
func (p *pairing) sent(it *Item) bool {
	h := &p.hindsight
	if p.blank = len(it.Command.Line) == 0; p.blank {
		h.Other()
		return false
	}
	number := h.Command(it.Command.entry(), p.paceOf(it))
	p.makeRoom(number)
	s := p.at(number)
	s.number, s.seq, s.offset, s.end, s.line, s.record = number, it.Seq, it.Offset, it.End, it.Line, it.Record
	if cap(s.command.Line) > shortCommand {
		s.command.Line = nil
	}
	line := append(s.command.Line[:0], it.Command.Line...)
	s.command = *it.Command
	s.command.Line = line
	it.Command = &s.command
	return true
}

// paceOf returns how long the client has waited after its command before.
func (p *pairing) paceOf(it *Item) pace {
	before := p.sentAt
	p.sentAt = it.Time
	switch {
	case it.joined:
		return joined
	case !before.IsZero() && it.Time.Sub(before) >= patience:
		return patient
	}
	return soon
}

// A pace is the time between two commands of a client.
type pace uint8

const (
	joined  pace = iota // both are in one segment, so it did not wait for a reply
	soon                // or unknown
	patient             // it had the time to wait for a reply
)

// patience is the time after which a client that goes on has waited in vain. Few replies
// take longer, except to transfers and to wrong passwords.
const patience = time.Second

// shortCommand is the length up to which the memory of a command line is used again.
const shortCommand = 256

// entry looks up the command in the table of replies. Secrets are not passed on.
func (c *Command) entry() dialogue.Command {
	const enough = 16 // longer than any verb and any argument that matters
	verb, argument := c.split()
	verb = verb[:min(enough, len(verb))]
	if c.secret.to > 0 {
		argument = nil
	}
	argument = argument[:min(enough, len(argument))]
	if len(verb) == 0 {
		return dialogue.Command{} // the empty verb is the greeting
	}
	return dialogue.Lookup(string(verb), string(argument))
}

func (p *pairing) at(number int64) *sending { return &p.sending[number&int64(len(p.sending)-1)] }

// makeRoom grows the ring until the place of the command is free.
func (p *pairing) makeRoom(number int64) {
	if p.sending == nil {
		p.sending = make([]sending, minSending)
	}
	for len(p.sending) < maxSending && p.at(number).number > 0 && p.hindsight.needs(p.at(number).number) {
		old := p.sending
		p.sending = make([]sending, 2*len(old))
		for i := range old {
			if old[i].number > 0 {
				*p.at(old[i].number) = old[i]
			}
		}
	}
}

// reset makes p forget the connection and keep some memory.
func (p *pairing) reset() {
	clear(p.held)
	p.held, p.bytes, p.blank, p.sentAt = p.held[:0], 0, false, time.Time{}
	p.hindsight.reset()
	if len(p.sending) > minSending {
		p.sending = nil
	}
	for i := range p.sending {
		s := &p.sending[i]
		*s = sending{command: Command{Line: s.command.Line[:0]}}
	}
}

// kept returns the command of that number, or nil if it is not kept.
func (p *pairing) kept(number int64) *sending {
	if len(p.sending) == 0 || number <= 0 {
		return nil
	}
	if s := p.at(number); s.number == number {
		return s
	}
	return nil
}

// line returns the line of a command whose text may be looked for in a reply, or nil.
func (p *pairing) line(number int64) []byte {
	if s := p.kept(number); s != nil && !s.command.IsSecret() {
		return s.command.Line
	}
	return nil
}

// item returns an UnansweredItem for a command, or nil if the command is not kept. The
// command is valid until the next one is sent.
func (p *pairing) item(pending dialogue.Pending, of *secrets) *Item {
	s := p.kept(pending.Command)
	if s == nil {
		return nil
	}
	return &Item{
		Kind: UnansweredItem, Seq: s.seq, Time: s.command.Time, Record: s.record, Pending: pending,
		Offset: s.offset, End: s.end, Line: s.line, Command: &s.command, secrets: of,
	}
}

// answered records a reply. It returns a verdict if the reply is not part of the
// dialogue: some servers answer an empty line.
func (p *pairing) answered(it *Item) (aside *Verdict) {
	h, r := &p.hindsight, it.Reply
	if h.line == nil {
		h.line = p.line
	}
	raw := r.Raw()
	if r.Deviations() == 0 && !p.blank {
		h.Reply(r.Code(), raw[min(len(raw), len("200 ")):])
		return nil
	}
	if p.blank && !r.Multiline() && r.Code().Class() == ftpreply.PermanentNegative && h.Owed() == 0 {
		p.blank = false
		h.Other()
		return &unasked
	}
	code := r.Code()
	if r.Deviations().HasAny(ftpreply.ForeignTerminator) {
		code = openerCode(r)
	}
	for l := range r.Lines() {
		h.Reply(code, l.Text())
		return nil
	}
	h.Reply(code, nil)
	return nil
}

// openerCode returns the code of the first line of a reply. The last line may have another
// one, but the first tells which command the server answers.
func openerCode(r ftpreply.Reply) (code ftpreply.Code) {
	for l := range r.Lines() {
		for _, digit := range l.Prefix()[:min(3, len(l.Prefix()))] {
			code = 10*code + ftpreply.Code(digit-'0')
		}
		break
	}
	return code
}

// Verdicts on Items that are not part of the dialogue.
var (
	unasked   = Verdict{Command: dialogue.Nobody, Final: true}
	noVerdict = Verdict{Command: dialogue.Nobody}
)

// latestCommand returns the command that was sent last, or nil if it is not kept.
func (p *pairing) latestCommand() *Command {
	if s := p.kept(p.hindsight.told - 1); s != nil {
		return &s.command
	}
	return nil
}
