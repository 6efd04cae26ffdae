package control

import (
	"encoding/binary"
	"slices"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// This file lists the ways to explain one reply, with the cost of each.

// A reply is the argument of Reply, with the properties that decide.
type reply struct {
	code    ftpreply.Code
	class   ftpreply.Class
	text    []byte
	sum     uint64
	final   bool
	failure bool
	parting bool
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
	if p.secondFailure(x, r) {
		listed++
	}
	for i := range min(len(x.waiting), maxReach) {
		if len(x.waiting) > 1 {
			strongest = max(strongest, p.names(x.waiting[i].number, r))
			if isOwn(r.code, p.judge(&x.waiting[i], r)) {
				listed++
			}
		}
	}
	for i := range min(len(x.waiting), maxReach) {
		w := &x.waiting[i]
		ruling := p.judge(w, r)
		cost := x.waited(w)
		switch {
		case w.noRoom:
		case !r.final && w.running() && ruling.Reason == dialogue.WrongStage:
			if listed == 0 {
				cost = 0 // it is no sign that the client did not wait for the final reply
			}
			cost += costSecondPreliminary
			if w.late {
				cost += costWild
			}
		case r.failure && w.of == quitCommand && ruling.Reason == dialogue.CodeNotListed:
			cost += costQuitFails
		default:
			cost += costOf(ruling, r.failure)
		}
		if listed > 0 && !w.noRoom && !(ruling.Listed() && ruling.Standing >= dialogue.InTheWild) {
			cost += costListedElsewhere
		}
		if ruling.Reason == dialogue.WrongClass && len(x.waiting) > 1 {
			cost += costClassOfAnother
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

// secondFailure reports whether the reply may be another one to a transfer that has failed,
// during which the commands that wait were sent.
func (p *hindsight) secondFailure(x *explanation, r *reply) bool {
	return r.failure && isFailure(x.last.code.Class()) && x.last.of.Transfers() && x.last.stage == dialogue.AfterPreliminary &&
		len(x.waiting) > 0 && x.waiting[0].during && isOwn(r.code, x.last.of.Judge(x.last.stage, r.code))
}

// isOwn reports whether the command of the ruling has the code in its own lists, and not only
// because every command may get it.
func isOwn(code ftpreply.Code, ruling dialogue.Ruling) bool {
	return ruling.Listed() && ruling.Standing >= dialogue.InTheWild && !dialogue.Command{}.Judge(dialogue.First, code).Listed()
}

func isFailure(class ftpreply.Class) bool {
	return class == ftpreply.TransientNegative || class == ftpreply.PermanentNegative
}

// waited returns the cost of a client that did not wait for the reply to w.
func (x *explanation) waited(w *waiting) int {
	switch {
	case !w.passed:
		return 0
	case w.givenUp:
		return costGivenUp
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
	case p.secondFailure(x, r):
		add(choice{what: extra, cost: costSecondFailure + named})
	case p.surplus(x, r) == extra:
		add(choice{what: extra, cost: costExtra + named})
	case r.code == 221:
		add(choice{what: unsolicited, cost: costUnasked221})
	default:
		add(choice{what: unsolicited, cost: costUnsolicited + named})
	}
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
