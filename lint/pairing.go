package lint

import (
	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// A pairing tells a [dialogue.Sequencer] what crosses the wire, and keeps the
// commands that may still be asked for: those that wait for a reply, and a few more.
type pairing struct {
	sequencer dialogue.Sequencer
	verdict   *dialogue.Verdict // of the latest reply; nil before the first
	begun     bool              // a reply was told
	blank     bool              // an empty line was sent behind the latest command

	// sending is a ring, indexed by the number of the command. Its length is a power of
	// two; it grows rather than lose a command that waits.
	sending []sending
}

// A sending is a command that was sent: what is to be known of its Item.
type sending struct {
	number            int64
	waits             bool
	seq               int64
	offset, end, line int64
	command           Command
}

// The length of the ring. A user-PI that does not pipeline needs but two places: for
// a transfer and for what it sends meanwhile.
const (
	minSending = 4
	maxSending = dialogue.Waiting + 1
)

// sent takes a command, and lends it the copy that is kept. An empty line is none.
func (p *pairing) sent(it *Item) {
	if p.blank = len(it.Command.Line) == 0; p.blank {
		return
	}
	number := p.tell(it.Command)
	p.makeRoom(number)
	s := p.at(number)
	s.number, s.waits = number, true
	s.seq, s.offset, s.end, s.line = it.Seq, it.Offset, it.End, it.Line
	if cap(s.command.Line) > shortCommand {
		s.command.Line = nil
	}
	line := append(s.command.Line[:0], it.Command.Line...)
	s.command = *it.Command
	s.command.Line = line
	it.Command = &s.command
	p.forget()
}

// shortCommand is the length of a command line up to which its memory is used again.
const shortCommand = 256

// tell tells the sequencer a command, of which it needs the verb and the first word of
// the argument. A secret stays here.
func (p *pairing) tell(c *Command) int64 {
	const enough = 16 // longer than any verb and any argument that matters
	verb, argument := c.split()
	verb = verb[:min(enough, len(verb))]
	if c.secret {
		argument = nil
	}
	argument = argument[:min(enough, len(argument))]
	return p.sequencer.Command(string(verb), string(argument))
}

func (p *pairing) at(number int64) *sending { return &p.sending[number&int64(len(p.sending)-1)] }

// makeRoom lets the ring grow until the place of the command is free.
func (p *pairing) makeRoom(number int64) {
	if p.sending == nil {
		p.sending = make([]sending, minSending)
	}
	for p.at(number).waits && len(p.sending) < maxSending {
		old := p.sending
		p.sending = make([]sending, 2*len(old))
		for i := range old {
			*p.at(old[i].number) = old[i]
		}
	}
}

// emptied is the ring without the commands; one that has grown is let go.
func (p *pairing) emptied() []sending {
	if len(p.sending) > minSending {
		return nil
	}
	for i := range p.sending {
		s := &p.sending[i]
		*s = sending{command: Command{Line: s.command.Line[:0]}}
	}
	return p.sending
}

// kept is the command of that number, or nil when it is not kept.
func (p *pairing) kept(number int64) *sending {
	if len(p.sending) == 0 || number <= 0 {
		return nil
	}
	if s := p.at(number); s.number == number {
		return s
	}
	return nil
}

// item is the item of the command of that number, or nil when it is not kept. Its command
// is lent until the next is sent.
func (p *pairing) item(number int64) *Item {
	s := p.kept(number)
	if s == nil {
		return nil
	}
	return &Item{
		Kind: CommandItem, Seq: s.seq, Time: s.command.Time,
		Offset: s.offset, End: s.end, Line: s.line, Command: &s.command,
	}
}

// answered takes a reply, and lends it the command that it belongs to.
func (p *pairing) answered(it *Item) {
	code := it.Reply.Code()
	if it.Reply.Deviations() != 0 || p.blank || len(it.Reply.Raw()) == len("530"+logout) {
		if p.isAside(it.Reply) {
			return
		}
		code = toldCode(it.Reply)
	}
	v := p.sequencer.Reply(code)
	if !p.begun {
		v = p.begin(v, code)
	}
	p.verdict = v
	if v.Command > 0 {
		p.lendCommand(it, v)
	}
	if v.Missed {
		p.forget()
	}
}

// toldCode is the code that the sequencer is told. A reply that ends with another code than
// it began with is judged by its first line.
func toldCode(r ftpreply.Reply) ftpreply.Code {
	if r.Deviations().HasAny(ftpreply.ForeignTerminator) {
		return openerCode(r)
	}
	return r.Code()
}

// What is said of that which the sequencer is not told.
var (
	unasked = dialogue.Verdict{Command: dialogue.Nobody, Final: true}
	parting = dialogue.Verdict{Command: dialogue.Nobody, Final: true, Closes: true, Ruling: dialogue.Ruling{Reason: dialogue.Unsolicited}}
	noReply = dialogue.Verdict{Command: dialogue.Nobody}
)

const logout = " Logout.\r\n"

// isAside recognises what is no part of the dialogue. Some servers answer an empty line.
// Pure-FTPd says Logout to a user-PI that has hung up, with the code of its latest
// reply.
func (p *pairing) isAside(r ftpreply.Reply) bool {
	if r.Multiline() {
		return false
	}
	switch {
	case p.blank && r.Code().Class() == ftpreply.PermanentNegative && p.sequencer.Owed() == 0:
		p.blank = false
		p.verdict = &unasked
	case string(r.Raw()[3:]) == logout && r.Code() != ftpreply.CodeServiceClosingControlConnection:
		p.verdict = &parting
	default:
		return false
	}
	return true
}

// failed takes what is no reply as it should be. One that was too long is still the
// reply to a command.
func (p *pairing) failed(it *Item) {
	if it.Reply.Code() != 0 {
		p.answered(it)
		return
	}
	p.verdict = &noReply
	if s := p.kept(p.latest()); s != nil {
		it.Command = &s.command
	}
}

// begin looks whether the first reply is a greeting.
func (p *pairing) begin(v *dialogue.Verdict, code ftpreply.Code) *dialogue.Verdict {
	p.begun = true
	if v.Command == 0 && v.Standing != dialogue.Wrong {
		return v
	}
	p.beginInTheMiddle()
	return p.sequencer.Reply(code)
}

// lendCommand lends the command that a reply belongs to.
func (p *pairing) lendCommand(it *Item, v *dialogue.Verdict) {
	if s := p.kept(v.Command); s != nil {
		it.Command = &s.command
		s.waits = !v.Final
	}
}

// beginInTheMiddle is for a first reply that is no greeting: what came before was not
// recorded. The commands are told again, with the same numbers.
func (p *pairing) beginInTheMiddle() {
	p.sequencer = dialogue.Sequencer{}
	p.sequencer.Gap()
	for number := int64(1); p.kept(number) != nil; number++ {
		p.tell(&p.at(number).command)
	}
}

// latest is the number of the command that was sent last.
func (p *pairing) latest() (number int64) {
	for i := range p.sending {
		number = max(number, p.sending[i].number)
	}
	return number
}

// forget lets go of the commands that the sequencer has given up; each of them is kept
// until the next is sent.
func (p *pairing) forget() {
	for m := range p.sequencer.Missed() {
		if s := p.kept(m.Command); s != nil {
			s.waits = false
		}
	}
}

// gap says that something is missing: no command is known to wait any more.
func (p *pairing) gap() {
	p.sequencer.Gap()
	p.sending, p.begun = nil, true
}
