package control

import (
	"slices"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// This file carries explanations on: how each event changes what waits.

// A waiting is a command without its final reply.
type waiting struct {
	number  int64
	of      dialogue.Command
	stage   dialogue.Stage
	late    bool  // a later command has had a reply
	joined  bool  // in one segment with the command before
	doubted bool  // sent before a gap, which may have swallowed the reply
	noRoom  bool  // only its number is known
	givenUp bool  // the client went on after it had waited for a while
	during  bool  // sent while a transfer ran
	passed  bool  // the client went on without a reply, in another segment
	paidFor uint8 // the cost of being late so far
}

func (w *waiting) running() bool { return w.stage == dialogue.AfterPreliminary }

func (w *waiting) pending() dialogue.Pending {
	return dialogue.Pending{Command: w.number, Verb: w.of.Verb(), Preliminary: w.running(), Overtaken: w.late}
}

// An explanation is one way to read the events so far.
type explanation struct {
	cost    int
	waiting []waiting
	last    answered
	surplus int   // final replies that answer no command, less missing ones
	extra   int   // final replies that answer no command
	closed  bool  // the end was announced
	goodbye bool  // by the reply to QUIT
	ahead   bool  // the client does not wait for replies
	loses   bool  // a command had no reply
	since   int64 // the first command after that
	blind   bool  // what came before is not recorded; nothing is blamed until a reply fits
	fitted  bool  // blind, but the latest reply fitted the only command
	lonely  bool  // only replies are recorded
	steps   []step
}

// answered is the command that had the latest reply.
type answered struct {
	number int64
	of     dialogue.Command
	stage  dialogue.Stage
	code   ftpreply.Code
	sum    uint64 // of the text
	final  bool
}

// A step is a decision about one event: the verdict on a reply, or a command given up.
type step struct {
	event     int64
	isMissing bool
	missing   dialogue.Pending
	verdict   Verdict
}

// speak lets the client of x send a command.
func (p *hindsight) speak(x *explanation, of dialogue.Command, pace pace) {
	if p.told == 1 && p.replied {
		switch {
		case x.lonely: // commands are recorded after all
			x.cost += maxGap
			x.blind, x.lonely = true, false
		case !x.blind && !slices.Contains(openers, of):
			x.cost += costNoLogin
		}
	}
	if x.fitted && pace != joined {
		x.blind = false
	}
	x.fitted, x.ahead = false, x.ahead || pace == joined && len(x.waiting) > 0
	expects := false
	for i := range x.waiting {
		w := &x.waiting[i]
		expects = expects || !w.late && !w.running()
		meanwhile := w.running() && (of == aborCommand || of == statCommand || of == noopCommand)
		if pace != joined && !w.late && !meanwhile {
			w.passed = true
			// Servers delay the replies to wrong passwords.
			w.givenUp = w.givenUp || pace == patient && !w.running() && w.of != passCommand
		}
	}
	if !expects {
		p.giveUp(x, func(w *waiting) bool { return w.late && !w.running() })
	}
}

// keep adds a command to those that wait.
func (p *hindsight) keep(w waiting) {
	if p.beyond == 0 && len(p.live[0].waiting) >= maxWait {
		p.collapse()
	}
	for _, x := range p.live {
		if p.beyond > 0 || len(x.waiting) >= maxWait {
			p.beyond++
			return
		}
	}
	for _, x := range p.live {
		w.during = false
		for i := range x.waiting {
			w.during = w.during || x.waiting[i].running()
		}
		x.waiting = append(x.waiting, w)
	}
}

// refill keeps the commands for which there is room now. Of these only the number is known.
func (p *hindsight) refill() {
	for x := p.live[0]; p.beyond > 0 && len(x.waiting) < maxWait; p.beyond-- {
		x.waiting = append(x.waiting, waiting{number: p.told - p.beyond, noRoom: true})
	}
}

// giveUp removes the waiting commands that match, which have no reply then.
func (p *hindsight) giveUp(x *explanation, match func(*waiting) bool) {
	kept := x.waiting[:0]
	for i := range x.waiting {
		w := x.waiting[i]
		if !match(&w) {
			kept = append(kept, w)
			continue
		}
		x.cost += max(0, costLost-int(w.paidFor))
		x.miss(p.event, &w)
	}
	x.waiting = kept
}

func (x *explanation) miss(event int64, w *waiting) {
	if x.blind || w.doubted {
		return
	}
	x.surplus--
	x.loses = true
	x.steps = append(x.steps, step{event: event, isMissing: true, missing: w.pending()})
}

// branch carries every explanation on with each choice, and keeps the cheapest.
func (p *hindsight) branch(r *reply) {
	p.choices = p.choices[:0]
	for i, x := range p.live {
		p.choose(i, x, r)
	}
	// Stable, so that of equal explanations the one that gives replies to older commands wins.
	slices.SortStableFunc(p.choices, func(a, b choice) int { return a.cost - b.cost })
	if len(p.choices) == 1 {
		p.apply(p.live[0], &p.choices[0], r)
		return
	}
	best, old := p.choices[0].cost, p.live
	next := make([]*explanation, 0, maxLive)
	for i := range p.choices {
		c := &p.choices[i]
		if len(next) == maxLive || c.cost > best+maxGap {
			break
		}
		x := p.fork(old[c.from])
		p.apply(x, c, r)
		x.cost = c.cost
		if !slices.ContainsFunc(next, func(y *explanation) bool { return p.sameFuture(x, y) }) {
			next = append(next, x)
		} else {
			p.spare = append(p.spare, x)
		}
	}
	p.spare = append(p.spare, old...)
	p.live = append(old[:0], next...)
	p.order()
}

// fork copies an explanation.
func (p *hindsight) fork(x *explanation) *explanation {
	y := new(explanation)
	if n := len(p.spare); n > 0 {
		y, p.spare = p.spare[n-1], p.spare[:n-1]
	}
	w, s := y.waiting[:0], y.steps[:0]
	*y = *x
	y.waiting = append(w, x.waiting...)
	y.steps = append(s, x.steps...)
	return y
}

// sameFuture reports whether the cheaper explanation y makes x superfluous.
func (p *hindsight) sameFuture(x, y *explanation) bool {
	p.steps++
	if x.blind != y.blind || x.lonely != y.lonely || y.closed && !x.closed {
		return false
	}
	// If more commands wait in x, it is superfluous where the replies to these would not be
	// dearer as extra replies.
	more := len(x.waiting) - len(y.waiting)
	if more < 0 || x.cost < y.cost+more*costExtra {
		return false
	}
	i := 0
	for j := range x.waiting {
		if a, b := &x.waiting[j], y.waiting[i:]; len(b) > 0 && a.number == b[0].number &&
			a.running() == b[0].running() && a.late == b[0].late {
			i++
		}
	}
	return i == len(y.waiting)
}

// order sorts the explanations after their costs have changed, and drops the dear ones.
func (p *hindsight) order() {
	if len(p.live) == 1 {
		p.live[0].cost = 0
		return
	}
	slices.SortStableFunc(p.live, func(a, b *explanation) int { return a.cost - b.cost })
	best := p.live[0].cost
	for n := len(p.live) - 1; n > 0; n-- {
		if x := p.live[n]; x.cost > best+maxGap || slices.ContainsFunc(p.live[:n], func(y *explanation) bool { return p.sameFuture(x, y) }) {
			p.spare = append(p.spare, x)
			p.live = slices.Delete(p.live, n, n+1)
		}
	}
	for _, x := range p.live {
		x.cost -= best
	}
}

// apply carries x on with a choice.
func (p *hindsight) apply(x *explanation, c *choice, r *reply) {
	v := Verdict{Command: dialogue.Nobody, Final: r.final, Ruling: c.ruling}
	afterClose := p.afterClose(x, c) && !r.parting
	x.closed = x.closed && !x.blind
	if !r.final || c.what != answer {
		x.fitted = false
	}
	switch c.what {
	case answer:
		p.answer(x, c, r, &v)
	case extra:
		v.Command, v.Of = x.last.number, x.last.of
		v.Ruling = dialogue.Because(dialogue.ExtraFinal)
		x.surplus++
		x.extra++
	case unsolicited:
		p.refuse(x, r, &v)
	case alone: // the greeting
		v.Command, v.Of = 0, greetingCommand
		x.last = answered{of: greetingCommand, code: r.code, sum: r.sum, final: r.final}
		x.blind = false
		if !r.final {
			x.waiting = slices.Insert(x.waiting, 0, waiting{of: greetingCommand, stage: dialogue.AfterPreliminary})
		}
		v.Closes = r.code == 421
	case excerpt, unrecorded:
		p.record(x, c, r, &v)
	}
	if afterClose {
		v.Ruling = dialogue.Because(dialogue.AfterClose)
		x.closed = false // said once
	}
	if c.open {
		v.Ruling, v.Closes, v.StillOpen = dialogue.Because(dialogue.AfterClose), false, true
	}
	if v.Closes {
		x.closed, x.goodbye, x.since = true, v.Of == quitCommand, p.told
	}
	x.steps = append(x.steps, step{event: p.event, verdict: v})
}

// afterClose reports whether a reply comes after the one that announced the end. A transfer
// that ran then still gets its final reply.
func (p *hindsight) afterClose(x *explanation, c *choice) bool {
	if !x.closed || x.blind || c.what == unrecorded {
		return false
	}
	return c.what != answer || x.waiting[c.at].number >= x.since || !x.waiting[c.at].running()
}

// record takes a reply whose command is not recorded.
func (p *hindsight) record(x *explanation, c *choice, r *reply, v *Verdict) {
	v.Closes = r.code == 421 || r.code == 221
	v.StartsTLS = r.code == 234
	v.Ruling = dialogue.Ruling{}
	if c.what == excerpt {
		x.blind = true
		p.restart = true // or not: a REST may be missing
	} else if p.told == 1 {
		x.lonely = true
		switch {
		case x.closed:
			v.Ruling = dialogue.Because(dialogue.AfterClose)
			x.closed = false
		case !r.final && x.last.number < 0 && !x.last.final && !isMarker(r.code):
			v.Ruling = dialogue.Because(dialogue.SecondPreliminary)
		}
	} else {
		x.closed = false
	}
	x.last = answered{number: dialogue.Nobody, code: r.code, sum: r.sum, final: r.final}
}

// answer gives a reply to a waiting command.
func (p *hindsight) answer(x *explanation, c *choice, r *reply, v *Verdict) {
	w := x.waiting[c.at]
	v.Command, v.Of = w.number, w.of
	switch {
	case w.noRoom:
		v.Ruling = dialogue.Because(dialogue.NoRoom)
	case r.parting:
		v.Ruling, v.Parting = dialogue.Unasked(r.code, false), true
		v.Reason = dialogue.CodeInTheWild
	case w.late && r.final && v.Standing >= dialogue.InTheWild:
		v.Ruling = dialogue.Because(dialogue.OutOfOrder)
	case !r.final && w.running() && !isMarker(r.code) && v.Reason != dialogue.WrongClass:
		v.Ruling = dialogue.Because(dialogue.SecondPreliminary)
	}
	v.StartsTLS = r.code == 234 && w.of == authTLSCommand
	v.Closes = r.code == 421 || w.of == quitCommand && (r.code == 221 || r.parting)

	at := c.at
	for i := 0; i < at; {
		older := &x.waiting[i]
		superseded := !r.final && w.of.Transfers() && older.running() && older.of.Transfers()
		if c.lost || superseded || (x.blind || older.doubted) && !older.running() {
			x.miss(p.event, older)
			x.waiting = slices.Delete(x.waiting, i, i+1)
			at--
			continue
		}
		if cost := older.overtakenBy(w.of); cost > 0 && !x.blind {
			older.late, older.paidFor = true, uint8(cost)
		}
		i++
	}
	if r.final {
		x.waiting = slices.Delete(x.waiting, at, at+1)
		// ABOR and STAT may have come during a transfer that is not recorded.
		x.fitted = len(x.waiting) == 0 && !r.failure && c.ruling.Listed() &&
			w.number >= p.resumed && w.of != aborCommand && w.of != statCommand
	} else if v.Reason != dialogue.WrongClass {
		x.waiting[at].stage = dialogue.AfterPreliminary
	}
	x.ahead = x.ahead || w.passed && !x.blind
	x.last = answered{w.number, w.of, w.stage, r.code, r.sum, r.final}
}

// refuse takes a reply that answers no command.
func (p *hindsight) refuse(x *explanation, r *reply, v *Verdict) {
	v.Closes = r.code == 421 || r.code == 221 || r.parting
	v.Parting = r.parting
	switch {
	case r.code == 421 && x.last.code == 234 && x.last.of == authTLSCommand:
		v.Ruling = dialogue.Unasked(r.code, true)
	case r.code == 421, r.code == 221, r.parting, p.hungUp:
		v.Ruling = dialogue.Unasked(r.code, false)
	default:
		v.Ruling = dialogue.Because(dialogue.Unsolicited)
	}
	if r.final {
		x.extra++
		if !v.Closes && !p.hungUp {
			x.surplus++
		}
	}
}

// stepsOf counts the steps of the event, which are the first.
func (x *explanation) stepsOf(event int64) (n int) {
	for n < len(x.steps) && x.steps[n].event == event {
		n++
	}
	return n
}
