package control

import (
	"encoding/binary"
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

// A Verdict is the judgement of one reply.
type Verdict struct {
	// Command is the number of the command that the reply answers, 0 for the greeting, or
	// dialogue.Nobody. An extra reply has the number of the command answered before.
	Command int64
	Of      dialogue.Command

	dialogue.Ruling

	Final     bool // the reply is not a preliminary one
	Closes    bool // the server closes the connection after the reply
	StillOpen bool // it says so, but the connection goes on; the Reason is AfterClose
	StartsTLS bool // the connection turns into TLS after the reply
	Parting   bool // a parting message with a code of another meaning
}

// Verb returns the verb, in upper case, of the command that the reply belongs to. It is
// empty for the greeting, for Nobody and for verbs that the table of replies does not have.
func (v *Verdict) Verb() string { return v.Of.Verb() }

// Commands on which the order of replies depends.
var (
	greetingCommand = dialogue.Lookup("", "")
	aborCommand     = dialogue.Lookup("ABOR", "")
	noopCommand     = dialogue.Lookup("NOOP", "")
	quitCommand     = dialogue.Lookup("QUIT", "")
	restCommand     = dialogue.Lookup("REST", "")
	statCommand     = dialogue.Lookup("STAT", "")
	storCommand     = dialogue.Lookup("STOR", "")
	authTLSCommand  = dialogue.Lookup("AUTH", "TLS")
)

// openers are the commands with which a client begins a session.
var openers = func() (all []dialogue.Command) {
	for _, verb := range []string{"USER", "AUTH", "HOST", "FEAT", "CLNT", "CSID", "OPTS", "LANG"} {
		all = append(all, dialogue.Lookup(verb, ""))
	}
	return append(all, authTLSCommand, dialogue.Command{})
}()

// A waiting is a command without its final reply.
type waiting struct {
	number  int64
	of      dialogue.Command
	stage   dialogue.Stage
	late    bool  // a later command has had a reply
	joined  bool  // in one segment with the command before
	doubted bool  // sent before a gap, which may have swallowed the reply
	noRoom  bool  // only its number is known
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

// Command tells the pairing that the client sent a command and returns its number, counted
// from 1. joined reports that it came in the same segment as the command before, so the
// client cannot have waited for the reply to that.
func (p *hindsight) Command(of dialogue.Command, joined bool) int64 {
	p.begin()
	if !p.replied && p.told == 1 {
		p.excerpt = true
		p.live[0].blind = true
		p.restart = true // or not: a REST may be missing
	}
	w := waiting{number: p.told, of: of, joined: joined}
	if p.restart && of.Transfers() {
		w.stage = dialogue.AfterRestart
	}
	p.restart = of == restCommand || p.restart && !of.Transfers()
	for _, x := range p.live {
		p.speak(x, of, joined)
	}
	p.order()
	p.told++
	p.keep(w)
	p.event++
	return w.number
}

// speak lets the client of x send a command.
func (p *hindsight) speak(x *explanation, of dialogue.Command, joined bool) {
	if p.told == 1 && p.replied {
		switch {
		case x.lonely: // commands are recorded after all
			x.cost += maxGap
			x.blind, x.lonely = true, false
		case !x.blind && !slices.Contains(openers, of):
			x.cost += costNoLogin
		}
	}
	if x.fitted && !joined {
		x.blind = false
	}
	x.fitted, x.ahead = false, x.ahead || joined && len(x.waiting) > 0
	expects := false
	for i := range x.waiting {
		w := &x.waiting[i]
		expects = expects || !w.late && !w.running()
		meanwhile := w.running() && (of == aborCommand || of == statCommand || of == noopCommand)
		w.passed = w.passed || !joined && !w.late && !meanwhile
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

// Reply tells the pairing that the server sent a reply with the text, which may be more
// than its first line. The text is not kept.
func (p *hindsight) Reply(code ftpreply.Code, text []byte) {
	p.begin()
	if !p.decideAtOnce(code, text) {
		p.named = p.named[:0]
		class := code.Class()
		p.branch(&reply{
			code: code, class: class, text: text, sum: sum(text), final: class != ftpreply.Preliminary,
			failure: class == ftpreply.TransientNegative || class == ftpreply.PermanentNegative,
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

// A reply is what Reply was told.
type reply struct {
	code    ftpreply.Code
	class   ftpreply.Class
	text    []byte
	sum     uint64
	final   bool
	failure bool
	parting bool
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

// judge returns the ruling of the table for the reply to a waiting command.
func (p *hindsight) judge(w *waiting, r *reply) dialogue.Ruling {
	p.steps++
	if w.noRoom {
		return dialogue.Because(dialogue.NoRoom)
	}
	if w.running() && isMarker(r.code) {
		return dialogue.Because(dialogue.None)
	}
	return w.of.Judge(w.stage, r.code)
}

// isMarker reports whether the code is a preliminary reply that may come many times after
// another: the restart marker, and the markers of GFD.020 for ranges and performance.
func isMarker(code ftpreply.Code) bool { return 110 <= code && code <= 112 }

// A choice is one explanation of one reply.
type choice struct {
	from   int // the explanation that it carries on
	cost   int // of the whole
	what   what
	at     int // the command, of those that wait
	lost   bool
	open   bool // the connection goes on after the 421
	ruling dialogue.Ruling
}

type what uint8

const (
	answer      what = iota // to a waiting command
	extra                   // a second final reply to the command answered last
	unsolicited             // answers no command
	unrecorded              // answers a command that is not recorded
	alone                   // no command is recorded at all
	excerpt                 // the first reply, and not the greeting
)

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

// choose adds the choices for one reply in one explanation.
func (p *hindsight) choose(from int, x *explanation, r *reply) {
	add := func(c choice) {
		c.from, c.cost = from, c.cost+x.cost
		switch {
		case !p.afterClose(x, &c):
		case c.what != answer:
			c.cost = x.cost + costAfterClose
		case x.goodbye && x.waiting[c.at].number < x.since:
			c.cost += costLateAfterClose
		default:
			c.cost += costAfterClose
		}
		p.choices = append(p.choices, c)
		if r.code == 421 && !x.blind && (c.what == answer || c.what == unsolicited) {
			c.open, c.cost = true, c.cost+costStillOpen
			p.choices = append(p.choices, c)
		}
	}
	switch {
	case r.parting:
		c := choice{what: unsolicited}
		if i := slices.IndexFunc(x.waiting, func(w waiting) bool { return w.of == quitCommand }); i >= 0 {
			c = choice{what: answer, at: i, cost: p.overtaking(x, i, r)}
		}
		add(c)
	case !p.replied && p.told == 1:
		p.chooseFirst(x, r, add)
	case !p.replied && (r.code == 120 || r.code == 220) && !p.fits(x, r):
		add(choice{what: alone, ruling: dialogue.Because(dialogue.None)}) // pipelined before it
	case p.told == 1 && len(x.waiting) == 0:
		p.chooseAlone(x, r, add)
	case x.blind:
		add(p.chooseBlind(x, r))
	default:
		strongest := p.chooseAnswer(x, r, add)
		p.chooseUnasked(x, r, strongest, add)
	}
}

// chooseFirst is for the first reply, before any command: the greeting, or a reply whose
// command is not recorded.
func (p *hindsight) chooseFirst(x *explanation, r *reply, add func(choice)) {
	ruling := greetingCommand.Judge(dialogue.First, r.code)
	if ruling.Standing >= dialogue.InTheWild {
		add(choice{what: alone, ruling: ruling, cost: costOf(ruling, false)})
	}
	if ruling.Standing < dialogue.Allowed || r.code == 421 {
		add(choice{what: excerpt, cost: costExcerpt})
	}
}

// fits reports whether the code is one of the oldest command's own.
func (p *hindsight) fits(x *explanation, r *reply) bool {
	return len(x.waiting) > 0 && p.judge(&x.waiting[0], r).Listed()
}

// chooseAlone is for further replies before any command. If commands follow, the reply was
// one too many; otherwise only one side was recorded.
func (p *hindsight) chooseAlone(x *explanation, r *reply, add func(choice)) {
	switch {
	case x.blind || x.lonely || p.surplus(x, r) != extra && r.code != 421:
		add(choice{what: unrecorded})
	case x.extra > 0: // a second one: the commands are not recorded
		add(choice{what: unrecorded, cost: maxGap})
	default: // another greeting
		add(choice{what: unrecorded})
		add(choice{what: p.surplus(x, r), cost: costWild})
	}
}

// surplus says what a final reply is that answers no waiting command.
func (p *hindsight) surplus(x *explanation, r *reply) what {
	if x.last.final && r.final && r.code != 421 && x.last.of.Judge(x.last.stage, r.code).Listed() {
		return extra
	}
	return unsolicited
}

// chooseBlind finds a command that the reply fits. Nothing is blamed.
func (p *hindsight) chooseBlind(x *explanation, r *reply) choice {
	// The end of a transfer whose command is not recorded, but whose beginning is.
	if x.last.number < 0 && !x.last.final && x.last.code != 0 && r.final && !r.failure &&
		storCommand.Judge(dialogue.AfterPreliminary, r.code).Listed() {
		return choice{what: unrecorded}
	}
	// A client that waits for each reply gets the one to its latest command. Those before
	// may have been answered.
	from := len(x.waiting) - 1
	for from > 0 && (x.waiting[from].joined || x.ahead) {
		from--
	}
	if i := slices.IndexFunc(x.waiting, func(w waiting) bool { return w.running() }); i >= 0 && x.waiting[from].of == aborCommand {
		from = i // RFC 959, section 4.1.3: the transfer's reply comes first
	}
	for n := range x.waiting {
		i := (max(from, 0) + n) % len(x.waiting)
		ruling := p.judge(&x.waiting[i], r)
		if ruling.Standing >= dialogue.InTheWild {
			return choice{what: answer, at: i, ruling: ruling}
		}
		if ruling.Reason == dialogue.WrongStage {
			return choice{what: answer, at: i}
		}
	}
	return choice{what: unrecorded}
}

// chooseAnswer adds the choices in which the reply answers a waiting command. Those before
// it are late, or have no reply.
// It returns how clearly the text names one of them.
func (p *hindsight) chooseAnswer(x *explanation, r *reply, add func(choice)) (strongest strength) {
	listed := 0 // commands that have the code in their own lists
	for i := range min(len(x.waiting), maxReach) {
		if len(x.waiting) > 1 {
			strongest = max(strongest, p.names(x.waiting[i].number, r))
			if w := &x.waiting[i]; p.isOwn(w, r, p.judge(w, r)) {
				listed++
			}
		}
	}
	for i := range min(len(x.waiting), maxReach) {
		w := &x.waiting[i]
		ruling := p.judge(w, r)
		cost := x.waited(w)
		if !w.noRoom {
			cost += costOf(ruling, r.failure)
			if listed > 0 && !ruling.Listed() && cost < costWrongCode {
				cost += costListedElsewhere
			}
		}
		if !r.final && w.running() && !isMarker(r.code) {
			cost += costSecondPreliminary
			if w.late {
				cost += costWild
			}
		}
		if strongest > notNamed && p.names(w.number, r) < strongest {
			cost += strongest.cost()
		}
		late := p.overtaking(x, i, r)
		add(choice{what: answer, at: i, ruling: ruling, cost: cost + late + p.superseded(x, i, r)})
		if lost := p.losing(x, i); lost > 0 {
			add(choice{what: answer, at: i, ruling: ruling, cost: cost + lost, lost: true})
		}
	}
	return strongest
}

// isOwn reports whether the command has the code in its own lists, and not only because
// every command may get it.
func (p *hindsight) isOwn(w *waiting, r *reply, ruling dialogue.Ruling) bool {
	return ruling.Listed() && ruling.Standing >= dialogue.InTheWild && !dialogue.Command{}.Judge(dialogue.First, r.code).Listed()
}

// waited returns the cost of a client that did not wait for the reply to w.
func (x *explanation) waited(w *waiting) int {
	switch {
	case !w.passed:
		return 0
	case x.ahead:
		return costPassed
	}
	return costPassedFirst
}

// overtaking returns the cost of a reply to the i-th command for those before it. The
// goodbye leaves them without one, but for a transfer that runs.
func (p *hindsight) overtaking(x *explanation, i int, r *reply) (cost int) {
	goodbye := r.code == 221 && x.waiting[i].of == quitCommand
	for j := range i {
		if w := &x.waiting[j]; goodbye && !w.running() {
			cost += costLost - int(w.paidFor)
		} else {
			cost += w.overtakenBy(x.waiting[i].of)
		}
	}
	return cost
}

// overtakenBy returns the cost of a reply to a later command. STAT and ABOR may be answered
// while a transfer runs (RFC 959, section 4.1.3).
func (w *waiting) overtakenBy(of dialogue.Command) int {
	switch {
	case w.late, w.doubted, w.running() && (of == statCommand || of == aborCommand):
		return 0
	case w.running():
		return costEarly
	}
	return costLate
}

// losing returns the cost of giving up all commands before the i-th.
func (p *hindsight) losing(x *explanation, i int) (cost int) {
	for j := range i {
		switch {
		case x.waiting[j].number == 0, x.waiting[j].doubted:
		case cost == 0 && x.loses:
			cost = costLostAgain
		case cost == 0:
			cost = costLost - int(x.waiting[j].paidFor)
		default:
			cost += costLostMore
		}
	}
	return min(cost, costLostMost)
}

// superseded returns the cost of a transfer that starts for those that still run: they
// have no final reply.
func (p *hindsight) superseded(x *explanation, i int, r *reply) (cost int) {
	if r.final || !x.waiting[i].of.Transfers() {
		return 0
	}
	for j := range i {
		if w := &x.waiting[j]; w.running() && w.of.Transfers() && !w.doubted {
			cost += costLost - int(w.paidFor)
		}
	}
	return cost
}

// chooseUnasked adds the choices in which the reply answers no waiting command.
func (p *hindsight) chooseUnasked(x *explanation, r *reply, strongest strength, add func(choice)) {
	named := strongest.cost()
	switch {
	case r.class == ftpreply.Protected && len(x.waiting) == 0:
		add(choice{what: unrecorded}) // it may be the final reply after a protected preliminary one
	case r.code == 421 && x.last.code == 421:
		add(choice{what: unsolicited, cost: costExtra})
	case r.code == 421:
		add(choice{what: unsolicited, cost: costUnasked421})
	case p.hungUp:
		add(choice{what: unsolicited, cost: costUnasked221})
	case p.surplus(x, r) == extra && x.last.code == r.code && x.last.sum == r.sum:
		add(choice{what: extra, cost: costRepeated + named})
	case p.surplus(x, r) == extra:
		add(choice{what: extra, cost: costExtra + named})
	case r.code == 221:
		add(choice{what: unsolicited, cost: costUnasked221})
	default:
		add(choice{what: unsolicited, cost: costUnsolicited + named})
	}
}

// apply carries x on with a choice.
func (p *hindsight) apply(x *explanation, c *choice, r *reply) {
	v := Verdict{Command: dialogue.Nobody, Final: r.final, Ruling: c.ruling}
	afterClose := p.afterClose(x, c)
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

// Garbled tells the pairing that the server sent a line that is not a reply. It may have
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

// Other tells the pairing of an event that has no part in the dialogue, to keep its place.
func (p *hindsight) Other() {
	p.begin()
	p.event++
}

// HangUp tells the pairing that the client has closed its side. Unasked replies are parting
// messages then.
func (p *hindsight) HangUp() { p.hungUp = true }

// Gap tells the pairing that a part of the dialogue is missing here, or its beginning.
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

// Cut tells the pairing that the recording ends here and the connection does not. No event
// is blamed on which the explanations disagree.
func (p *hindsight) Cut() {
	p.begin()
	p.acquit()
	p.collapse()
}

// Flush decides about the events that are held by what is known so far.
func (p *hindsight) Flush() {
	p.begin()
	p.collapse()
}

// End tells the pairing that the connection has ended, or the recording of it.
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

// stepsOf counts the steps of the event, which are the first.
func (x *explanation) stepsOf(event int64) (n int) {
	for n < len(x.steps) && x.steps[n].event == event {
		n++
	}
	return n
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
	return x.surplus == 0 && !slices.ContainsFunc(x.waiting, func(w waiting) bool { return w.late })
}

// sum distinguishes texts by their length and their bytes at both ends.
func sum(text []byte) uint64 {
	n := uint64(len(text))
	if n < 8 {
		for _, b := range text {
			n = n<<8 | uint64(b)
		}
		return n
	}
	const prime = 1099511628211
	return (n*prime+binary.LittleEndian.Uint64(text))*prime + binary.LittleEndian.Uint64(text[n-8:])
}

const logout = "Logout.\r\n"

// isParting recognises the message of Pure-FTPd to a client that leaves, which has the
// code of its latest reply.
func isParting(code ftpreply.Code, text []byte) bool {
	return len(text) == len(logout) && string(text) == logout && code != ftpreply.CodeServiceClosingControlConnection
}
