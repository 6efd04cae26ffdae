package control

import (
	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// A pairing feeds a [dialogue.Sequencer] and keeps the commands that an Item may still
// refer to: those that wait for a reply, and a few more.
type pairing struct {
	sequencer dialogue.Sequencer
	begun     bool // a reply was told, or the beginning is not recorded
	blank     bool // the client sent an empty line after the latest command

	// sending is a ring that is indexed by the number of the command. Its length is a
	// power of two. It grows rather than lose a command that waits.
	sending []sending
}

// A sending is a command that was sent, with the place of its Item.
type sending struct {
	number            int64
	waits             bool
	seq               int64
	offset, end, line int64
	command           Command
}

// The length of the ring. A client that does not pipeline needs only two places: one for
// a transfer and one for the command that it sends meanwhile.
const (
	minSending = 4
	maxSending = dialogue.Waiting + 1
)

// sent tells the sequencer a command, and makes it.Command the copy that is kept. An empty
// line is not a command; for it, sent returns false.
func (p *pairing) sent(it *Item) bool {
	if p.blank = len(it.Command.Line) == 0; p.blank {
		return false
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
	return true
}

// shortCommand is the length up to which the memory of a command line is used again.
const shortCommand = 256

// tell tells the sequencer a command: the verb and the first word of the argument, which
// is all that it needs. A secret is not passed on.
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

// makeRoom grows the ring until the place of the command is free.
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

// emptied returns the ring without the commands, or nil if it has grown.
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

// item returns an UnansweredItem for a command, or nil if the command is not kept. The
// command is valid until the next one is sent.
func (p *pairing) item(pending dialogue.Pending, of *secrets) *Item {
	s := p.kept(pending.Command)
	if s == nil {
		return nil
	}
	return &Item{
		Kind: UnansweredItem, Seq: s.seq, Time: s.command.Time, Pending: pending,
		Offset: s.offset, End: s.end, Line: s.line, Command: &s.command, secrets: of,
	}
}

// answered tells the sequencer a reply, sets it.Command to the command that it answers,
// and returns the verdict, which is valid until the next reply.
func (p *pairing) answered(it *Item) *dialogue.Verdict {
	code := it.Reply.Code()
	if it.Reply.Deviations() != 0 || p.blank || len(it.Reply.Raw()) == len("530"+logout) {
		if v := p.aside(it.Reply); v != nil {
			return v
		}
		if it.Reply.Deviations().HasAny(ftpreply.ForeignTerminator) {
			code = openerCode(it.Reply)
		}
	}
	v := p.sequencer.Reply(code)
	if !p.begun {
		v = p.begin(v, code)
	}
	if s := p.kept(v.Command); s != nil {
		it.Command = &s.command
		s.waits = !v.Final
	}
	if v.Missed {
		p.forget()
	}
	return v
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

// Verdicts on replies that are not told to the sequencer.
var (
	unasked = dialogue.Verdict{Command: dialogue.Nobody, Final: true}
	parting = dialogue.Verdict{Command: dialogue.Nobody, Final: true, Closes: true, Ruling: dialogue.Ruling{Reason: dialogue.Unsolicited}}
)

const logout = " Logout.\r\n"

// aside returns the verdict on a reply that is not part of the dialogue, or nil. Some
// servers answer an empty line. Pure-FTPd says Logout to a client that has hung up, with
// the code of its latest reply.
func (p *pairing) aside(r ftpreply.Reply) *dialogue.Verdict {
	switch {
	case r.Multiline():
	case p.blank && r.Code().Class() == ftpreply.PermanentNegative && p.sequencer.Owed() == 0:
		p.blank = false
		return &unasked
	case string(r.Raw()[3:]) == logout && r.Code() != ftpreply.CodeServiceClosingControlConnection:
		return &parting
	}
	return nil
}

// begin checks whether the first reply is a greeting. If not, the beginning was not
// recorded, and the commands are told again, with the same numbers.
func (p *pairing) begin(v *dialogue.Verdict, code ftpreply.Code) *dialogue.Verdict {
	p.begun = true
	if v.Command == 0 && v.Standing != dialogue.Wrong {
		return v
	}
	p.sequencer = dialogue.Sequencer{}
	p.sequencer.Gap()
	for number := int64(1); p.kept(number) != nil; number++ {
		p.tell(&p.at(number).command)
	}
	return p.sequencer.Reply(code)
}

// latestCommand returns the command that was sent last, or nil if it is not kept.
func (p *pairing) latestCommand() *Command {
	var latest *sending
	for i := range p.sending {
		if s := &p.sending[i]; s.number > 0 && (latest == nil || s.number > latest.number) {
			latest = s
		}
	}
	if latest == nil {
		return nil
	}
	return &latest.command
}

// forget releases the commands that the sequencer has given up. Each is kept until the
// next one is sent.
func (p *pairing) forget() {
	for m := range p.sequencer.Missed() {
		if s := p.kept(m.Command); s != nil {
			s.waits = false
		}
	}
}

// gap records that bytes are missing: no command is known to wait any more.
func (p *pairing) gap() {
	p.sequencer.Gap()
	p.sending, p.begun = nil, true
}
