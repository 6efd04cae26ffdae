package control

import (
	"iter"
	"slices"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// This file pairs replies with commands in hindsight. While only one explanation of the
// events is within reach, each event is decided when it comes. Otherwise the explanations
// are carried on side by side, the cheapest first, and the events are held from the first
// one on which they disagree:
//
//	        front                 events
//	          |                     |
//	... decided | held, undecided   |
//
//	events - front <= maxUndecidedEvents, and front == events if there is one explanation
//
// Two explanations that leave the same commands waiting have the same future, so only the
// cheaper one is carried on. That settles every question once all replies are there.

const (
	maxUndecidedEvents = 64 // events that are held; then the best explanation decides about the oldest
	maxLive            = 12 // explanations that are carried on
	maxReach           = 16 // the oldest waiting commands, to which a reply may belong
	maxWait            = 63 // commands that are kept; later ones are counted
)

// hindsight pairs the replies of one connection with its commands. The zero value is ready
// for use, before the greeting.
type hindsight struct {
	// line returns the line of a command, or nil if it is not kept.
	line func(number int64) []byte

	// The memory of a connection that needs only one explanation.
	first explanation
	few   [2]waiting
	only  [1]*explanation

	live  []*explanation // the cheapest first; never empty after the first event
	spare []*explanation
	front int64 // the oldest event that is not yet returned
	event int64 // the number of events

	told    int64 // commands, the greeting included
	beyond  int64 // of these, the latest that are not kept
	replied bool  // a reply was told
	excerpt bool  // the client was heard first
	resumed int64 // the first command after the latest gap
	restart bool  // REST was told, and no transfer since
	hungUp  bool

	decided bool               // the latest event is the only one held, and verdict is its verdict
	verdict Verdict            // of the latest event that Next returned
	missed  []dialogue.Pending // the commands given up at it
	choices []choice
	named   []naming
	steps   int // work, counted for the tests
}

// reset makes p forget the connection and keep some memory.
func (p *hindsight) reset() {
	*p = hindsight{line: p.line, missed: p.missed[:0], choices: p.choices[:0], named: p.named[:0]}
}

func (p *hindsight) begin() {
	if len(p.live) == 0 {
		p.only = [1]*explanation{&p.first}
		p.live = p.only[:]
		p.first.waiting = p.few[:0]
		p.told = 1
	}
}

// Command records that the client sent a command and returns its number, counted
// from 1. The pace says how long after the command before. At joined, the
// client cannot have waited for the reply to that.
func (p *hindsight) Command(of dialogue.Command, pace pace) int64 {
	p.begin()
	if !p.replied && p.told == 1 {
		p.excerpt = true
		p.live[0].blind = true
		p.restart = true // or not: a REST may be missing
	}
	w := waiting{number: p.told, of: of, joined: pace == joined}
	if p.restart && of.Transfers() {
		w.stage = dialogue.AfterRestart
	}
	p.restart = of == restCommand || p.restart && !of.Transfers()
	for _, x := range p.live {
		p.speak(x, of, pace)
	}
	p.order()
	p.told++
	p.keep(w)
	p.event++
	return w.number
}

// Reply records that the server sent a reply with the text, which may be more
// than its first line. The text is not kept.
func (p *hindsight) Reply(code ftpreply.Code, text []byte) {
	p.begin()
	if !p.decideAtOnce(code, text) {
		p.named = p.named[:0]
		class := code.Class()
		p.branch(&reply{
			code: code, class: class, text: text, sum: sum(text), final: class != ftpreply.Preliminary,
			failure: isFailure(class),
			parting: isParting(code, text),
		})
	}
	p.replied = true
	p.event++
	if p.beyond > 0 {
		p.collapse()
		p.refill()
	}
}

// decideAtOnce takes a reply that has only one explanation: the greeting, one more reply
// where no commands are recorded, or a code that is known for the only command that waits.
func (p *hindsight) decideAtOnce(code ftpreply.Code, text []byte) bool {
	x := p.live[0]
	if len(p.live) > 1 || x.closed || code == 421 || isParting(code, text) {
		return false
	}
	v, final := &p.verdict, code.Class() != ftpreply.Preliminary
	if p.told == 1 && len(x.waiting) == 0 {
		switch {
		case !p.replied && code == 220:
			*v = Verdict{Of: greetingCommand, Ruling: greetingCommand.Judge(dialogue.First, code), Final: true}
			x.last = answered{of: greetingCommand, code: code, sum: sum(text), final: true}
		case x.lonely && (x.last.final || final) && code != 221:
			*v = Verdict{Command: dialogue.Nobody, Final: final, StartsTLS: code == 234}
			x.last = answered{number: dialogue.Nobody, code: code, final: final}
		default:
			return false
		}
		p.decided = true
		return true
	}
	if len(x.waiting) != 1 || x.blind {
		return false
	}
	w := &x.waiting[0]
	if w.late || w.noRoom || w.running() && !final {
		return false
	}
	p.steps++
	ruling := w.of.Judge(w.stage, code)
	if ruling.Standing < dialogue.InTheWild {
		return false
	}
	*v = Verdict{
		Command: w.number, Of: w.of, Ruling: ruling, Final: final,
		StartsTLS: code == 234 && w.of == authTLSCommand,
		Closes:    code == 221 && w.of == quitCommand,
	}
	p.decided = true
	x.ahead = x.ahead || w.passed
	x.last = answered{w.number, w.of, w.stage, code, sum(text), final}
	if x.closed, x.goodbye, x.since = v.Closes, v.Closes, p.told; final {
		x.waiting = x.waiting[:0]
	} else {
		w.stage = dialogue.AfterPreliminary
	}
	return true
}

// Garbled records that the server sent a line that is not a reply. It may have
// come in the place of one.
func (p *hindsight) Garbled() {
	p.begin()
	for _, x := range slices.Clone(p.live) {
		if len(x.waiting) == 0 || x.blind || len(p.live) == maxLive {
			continue
		}
		y := p.fork(x)
		w := y.waiting[0]
		y.waiting = slices.Delete(y.waiting, 0, 1)
		y.cost += costGarbledReply + x.waited(&w)
		y.last = answered{number: dialogue.Nobody, final: true}
		p.live = append(p.live, y)
	}
	p.order()
	p.event++
}

// Other records an event that has no part in the dialogue, to keep its place.
func (p *hindsight) Other() {
	p.begin()
	p.event++
}

// HangUp records that the client has closed its side. Unasked replies are parting
// messages then.
func (p *hindsight) HangUp() { p.hungUp = true }

// Gap records that a part of the dialogue is missing here, or its beginning.
// Whatever waits may have been answered. The events that are held are decided as far as
// all explanations agree, and are free of blame otherwise.
func (p *hindsight) Gap() {
	p.Cut()
	x := p.live[0]
	x.blind, x.fitted, x.lonely, x.closed = true, false, false, false
	x.ahead = false
	x.last, x.surplus = answered{number: dialogue.Nobody}, 0
	for i := range x.waiting {
		w := &x.waiting[i]
		w.late, w.passed, w.doubted = false, false, true
	}
	p.replied, p.excerpt, p.beyond, p.resumed = true, false, 0, p.told
	p.restart = true // or not: a REST may be missing
}

// Cut records that the recording ends here and the connection does not. No event
// is blamed on which the explanations disagree.
func (p *hindsight) Cut() {
	p.begin()
	p.acquit()
	p.collapse()
}

// Flush decides about the events that are held by what is known so far: the client does not
// wait any longer.
func (p *hindsight) Flush() {
	p.begin()
	for _, x := range p.live {
		for i := range x.waiting {
			if w := &x.waiting[i]; !w.late && !w.running() {
				x.cost += costAwaited
			}
		}
	}
	p.order()
	p.collapse()
}

// End records that the connection has ended, or the recording of it.
func (p *hindsight) End() {
	p.begin()
	for _, x := range p.live {
		for i := range x.waiting {
			if w := &x.waiting[i]; w.late {
				x.cost += costLost - int(w.paidFor)
			} else {
				x.cost += costOwed
			}
		}
	}
	p.order()
	p.collapse()
}

// collapse keeps the best explanation only.
func (p *hindsight) collapse() {
	p.spare = append(p.spare, p.live[1:]...)
	p.live = p.live[:1]
}

// acquit makes the best explanation blame for no event on which another disagrees.
func (p *hindsight) acquit() {
	best := p.live[0]
	best.steps = slices.DeleteFunc(best.steps, func(s step) bool { return s.isMissing && !p.agreed(&s) })
	for i := range best.steps {
		s := &best.steps[i]
		if !s.isMissing && s.verdict.Standing == dialogue.Wrong && !p.agreed(s) {
			s.verdict.Ruling = dialogue.Ruling{}
		}
	}
}

// agreed reports whether all explanations that are likely have the step.
func (p *hindsight) agreed(s *step) bool {
	for _, x := range p.live[1:] {
		if x.cost <= p.live[0].cost+maxDoubt && !slices.Contains(x.steps, *s) {
			return false
		}
	}
	return true
}

// Next returns the next event that is decided, in the order in which they were told. If ok,
// p.verdict is that of a reply, and p.missed has the commands given up at the event.
func (p *hindsight) Next() (ok bool) {
	if p.front == p.event {
		return false
	}
	if p.decided {
		p.decided, p.missed = false, p.missed[:0]
		p.front++
		return true
	}
	best := p.live[0]
	n := best.stepsOf(p.front)
	for i := len(p.live) - 1; i > 0; i-- {
		x := p.live[i]
		if m := x.stepsOf(p.front); m == n && slices.Equal(x.steps[:m], best.steps[:n]) {
			continue
		}
		if p.event-p.front <= maxUndecidedEvents {
			return false
		}
		p.spare = append(p.spare, x)
		p.live = slices.Delete(p.live, i, i+1)
	}
	p.missed = p.missed[:0]
	for i := range n {
		if s := &best.steps[i]; s.isMissing {
			p.missed = append(p.missed, s.missing)
		} else {
			p.verdict = s.verdict
		}
	}
	for _, x := range p.live {
		x.steps = slices.Delete(x.steps, 0, n)
	}
	p.front++
	return true
}

// Pending yields the commands that wait for their final reply, as far as they are kept.
func (p *hindsight) Pending() iter.Seq[dialogue.Pending] {
	p.begin()
	return func(yield func(dialogue.Pending) bool) {
		for i := range p.live[0].waiting {
			if w := &p.live[0].waiting[i]; !w.noRoom && !w.doubted && !yield(w.pending()) {
				return
			}
		}
	}
}

// Blind reports that the recording has not shown yet which commands wait: it began in the
// middle, or bytes were lost.
func (p *hindsight) Blind() bool {
	p.begin()
	return p.live[0].blind
}

// needs reports whether an event that is still to come, or held, may refer to the command.
func (p *hindsight) needs(number int64) bool {
	for _, x := range p.live {
		if x.last.number == number {
			return true
		}
		for i := range x.waiting {
			if x.waiting[i].number == number {
				return true
			}
		}
		for i := range x.steps {
			if s := &x.steps[i]; s.isMissing && s.missing.Command == number || !s.isMissing && s.verdict.Command == number {
				return true
			}
		}
	}
	return false
}

// Guess returns the verdict on the latest reply by the best explanation so far.
func (p *hindsight) Guess() *Verdict {
	if p.decided {
		return &p.verdict
	}
	if steps := p.live[0].steps; len(steps) > 0 && !steps[len(steps)-1].isMissing {
		return &steps[len(steps)-1].verdict
	}
	return &noVerdict
}

// Held returns the number of events that are not decided.
func (p *hindsight) Held() int { return int(p.event - p.front) }

// Owed returns how many commands wait for their final reply, the greeting included.
func (p *hindsight) Owed() int {
	p.begin()
	n := len(p.live[0].waiting) + int(p.beyond)
	if !p.replied && p.told == 1 {
		n++ // the greeting
	}
	return n
}

// Aligned reports whether a reader that gives every command the next final reply is in
// step.
func (p *hindsight) Aligned() bool {
	p.begin()
	x := p.live[0]
	for i := range x.waiting {
		if x.waiting[i].late {
			return false
		}
	}
	return x.surplus == 0
}
