package dialogue

import (
	"github.com/ftpreply/ftpreply"
)

// This file pairs replies with commands. Commands are numbered; the greeting is
// command 0. The slots keep those that may still get a reply:
//
//	      base        head                    stored            told
//	       |           |                        |                |
//	 ... a a m a ... a w o a w w ...            |  not kept ...  |
//
//	0 <= base <= head <= stored <= told, stored-base <= room
//
// a is answered, w awaited, o overtaken, m missed. Everything before head is
// answered or missed. Commands from stored on had no room; nothing is known of
// them but their number, and slots are filled with noRoom entries for them when
// their turn comes.

// room is the number of slots. Clients that pipeline send a handful of commands;
// Zeek gives up on a connection at 20.
const room = 64

// Waiting is how many commands a [Sequencer] keeps that wait for their final
// reply. Those beyond it are counted and get their replies in order, but these
// are not judged: their verdicts have the reason [NoRoom].
const Waiting = room - 1

// A Sequencer pairs the replies of one control connection with its commands. The
// zero value is ready, before the greeting. It takes the same memory however many
// commands wait, and its methods do not allocate.
type Sequencer struct {
	// FirstDigit makes the sequencer judge by the first digit alone whatever the
	// table does not list (RFC 1123, section 4.1.2.11): no code is reported as
	// CodeNotListed, and known codes have the standing that they have.
	FirstDigit bool

	slots                    [room]slot
	base, head, stored, told int64
	last                     slot  // the command of the latest reply
	lastNumber               int64 // its number
	lastCode                 ftpreply.Code

	owed        int // commands without a final reply, the greeting included
	overtaken   int // slots with that state
	surplus     int // final replies that belong to no command, less missed commands
	unsolicited int
	unpaired    int // final replies after the greeting, before any command

	paired   bool  // there was a command since the beginning or the last gap
	partial  bool  // there was a gap
	restart  bool  // there was a REST, and no transfer since
	missed   bool  // the latest call gave up commands
	hungUp   bool  // the client has closed its side
	closed   bool  // the end of the connection was announced
	closedAt int64 // value of told at that time

	verdict Verdict // of the latest reply
}

// A slot is a command that may still get a reply.
type slot struct {
	command Command
	stage   Stage // of its next reply
	state   state
}

type state uint8

const (
	vacant    state = iota
	awaited         // has no final reply yet
	overtaken       // has none, but a later command has had a reply
	answered        // has its final reply
	missed          // given up in the latest call
)

func (e *slot) waits() bool                     { return e.state == awaited || e.state == overtaken }
func (e *slot) running() bool                   { return e.waits() && e.stage == AfterPreliminary }
func (e *slot) is(entry uint8) bool             { return e.command.entry == entry }
func (e *slot) judge(code ftpreply.Code) Ruling { return e.command.Judge(e.stage, code) }
func (s *Sequencer) at(n int64) *slot           { return &s.slots[n&(room-1)] }

// Command records that the client sent a command, and returns the number of the command,
// counted from 1. A verb may be in any case, without the Telnet commands that may
// stand before it. Of the argument only the first word is looked at; it may be
// left out for all commands but AUTH and EPSV. Neither string is kept. An empty
// line is not a command and must not be passed.
func (s *Sequencer) Command(verb, arg string) int64 {
	s.begin()
	s.pair()
	s.giveUpOvertaken()
	e := slot{command: Lookup(verb, arg)}
	transfers := e.command.Transfers()
	if s.restart && transfers {
		e.stage = AfterRestart
	}
	s.restart = e.is(rest) || e.is(rang) || s.restart && !transfers
	return s.tell(e)
}

// Reply records that the server sent a reply, and returns the verdict on it, which is valid
// until the next call to Reply. For a protected reply (RFC 2228, section 5.2) that can be
// decoded, pass the code of the reply inside.
func (s *Sequencer) Reply(code ftpreply.Code) *Verdict {
	if s.told == 1 && s.owed == 0 { // the greeting was answered, and there was no command
		return s.judgeAlone(code)
	}
	s.begin()
	if s.owed == 0 && !s.paired {
		return s.judgeAlone(code)
	}
	n, r := s.owner(code)
	v := &s.verdict
	*v = Verdict{Command: n, Final: code.Class() != ftpreply.Preliminary}
	afterClose := s.closed && !s.finishesTransfer(n)
	if n != Nobody {
		s.answer(v, code, r)
	} else {
		s.refuse(v, code)
	}
	if afterClose {
		v.because(AfterClose)
		// The answer to a command that came later shows that it stayed open; so
		// does one to a command that is not recorded.
		s.closed = s.paired && n < s.closedAt
	}
	if v.Closes {
		s.closed, s.closedAt = true, s.told
	}
	v.Missed = s.missed
	return v
}

// begin prepares a call: what was missed in the call before is past, and
// commands that had no room get a slot when their turn has come.
func (s *Sequencer) begin() {
	if s.told == 0 || s.missed || s.stored < s.told {
		s.prepare()
	}
	s.base = s.head
}

func (s *Sequencer) prepare() {
	s.awaitGreeting()
	for n := s.base; s.missed && n < s.stored; n++ {
		if e := s.at(n); e.state == missed {
			e.state = answered
		}
	}
	s.missed = false
	for s.stored < s.told && s.stored-s.head < Waiting {
		s.keep(slot{command: Command{entry: noRoom}})
	}
}

// awaitGreeting makes the greeting command 0.
func (s *Sequencer) awaitGreeting() {
	if s.told == 0 {
		s.tell(slot{command: Command{entry: greeting}})
	}
}

// tell numbers a command and keeps it if there is room.
func (s *Sequencer) tell(e slot) (n int64) {
	n = s.told
	s.told++
	s.owed++
	if n == s.stored && n-s.head < Waiting {
		s.keep(e)
	}
	return n
}

func (s *Sequencer) keep(e slot) {
	e.state = awaited
	*s.at(s.stored) = e
	s.stored++
}

// pair notes that commands are recorded. Then the replies that followed the
// greeting answered none, unless a gap has swallowed their commands.
func (s *Sequencer) pair() {
	if !s.paired && !s.partial {
		s.unsolicited += s.unpaired
		s.surplus += s.unpaired
	}
	s.paired = true
}

// owner returns the command that a reply belongs to, and the ruling on it there; Nobody
// when none waits. If exactly one command waits, the reply is its reply, whatever the code.
func (s *Sequencer) owner(code ftpreply.Code) (int64, Ruling) {
	if s.owed == 0 {
		return Nobody, Ruling{}
	}
	known, oldest, running := Nobody, Nobody, false
	for n := s.head; n < s.stored; n++ {
		e := s.at(n)
		if !e.waits() {
			continue
		}
		r := e.judge(code)
		if s.owed == 1 || e.state == awaited && s.takes(e, code, r, running) {
			return n, r
		}
		if known == Nobody && r.Standing >= InTheWild && r.Listed() {
			known = n
		}
		if oldest == Nobody || s.at(oldest).state == overtaken && e.state == awaited {
			oldest = n
		}
		running = running || e.running() && e.state == awaited
	}
	if known != Nobody {
		oldest = known
	}
	return oldest, s.at(oldest).judge(code)
}

// takes reports whether a reply goes to e at once, before it is known whether a
// later command fits better. It is enough that the code is listed, and a negative
// reply is not evidence against e either. While a transfer runs, replies may come in
// two orders, so the list must allow the code: NOOP is to have its 200 although that
// is known in the wild for the transfer.
func (s *Sequencer) takes(e *slot, code ftpreply.Code, r Ruling, running bool) bool {
	switch {
	case e.is(noRoom):
		return true
	case running || e.running():
		return r.Standing == Allowed && r.Listed()
	}
	return r.Listed() || negativeReplies.has(code.Class())
}

// answer gives a reply to its command.
func (s *Sequencer) answer(v *Verdict, code ftpreply.Code, r Ruling) {
	e := s.at(v.Command)
	v.Of = e.command
	if s.FirstDigit && r.Reason == CodeNotListed && !r.Listed() {
		r = Because(None)
	}
	v.Ruling = r
	if v.Final {
		s.finish(v, e, code)
	} else {
		s.start(v, e, code)
	}
	if e.is(noRoom) {
		v.because(NoRoom)
	}
	s.last, s.lastNumber, s.lastCode = *e, v.Command, code
	s.advance()
}

// start takes a preliminary reply. Where it is an error, nothing starts. A
// transfer that starts shows that no other one runs any more.
func (s *Sequencer) start(v *Verdict, e *slot, code ftpreply.Code) {
	switch {
	case v.Reason == WrongClass:
		return
	case e.stage == AfterPreliminary && !isMarker(code):
		v.because(SecondPreliminary)
	}
	e.stage = AfterPreliminary
	s.overtake(v.Command, e)
	if !e.command.Transfers() {
		return
	}
	for n := s.head; n < v.Command; n++ {
		if older := s.at(n); older.running() && older.command.Transfers() {
			s.miss(older)
		}
	}
}

// isMarker reports whether the code may come after another preliminary reply, and any number
// of times: 110 is a restart marker, and 111 and 112 are the range and performance markers of
// GridFTP (GFD.020).
func isMarker(code ftpreply.Code) bool { return 110 <= code && code <= 112 }

// The entries that the order of replies depends on.
var (
	abor = Lookup("ABOR", "").entry
	quit = Lookup("QUIT", "").entry
	rang = Lookup("RANG", "").entry
	rest = Lookup("REST", "").entry
	stat = Lookup("STAT", "").entry
)

// finish takes a final reply.
func (s *Sequencer) finish(v *Verdict, e *slot, code ftpreply.Code) {
	if e.state == overtaken {
		s.overtaken--
		if v.Standing >= InTheWild {
			v.because(OutOfOrder)
		}
	}
	e.state = answered
	s.owed--
	s.overtake(v.Command, e)
	v.StartsTLS = code == 234 && e.command.argument == argTLS
	v.Closes = code == 421 || e.is(quit) && code == 221
}

// overtake marks the commands before n that wait. STAT and ABOR may be answered
// while a transfer runs (RFC 959, section 4.1.3).
func (s *Sequencer) overtake(n int64, e *slot) {
	for m := s.head; m < n; m++ {
		older := s.at(m)
		if older.state != awaited || older.running() && (e.is(stat) || e.is(abor)) {
			continue
		}
		older.state = overtaken
		s.overtaken++
	}
}

// giveUpOvertaken gives up overtaken commands before a new one is added: when no
// other command waits, so that no reply is on the way, or when there is no room.
// A running transfer may last, whatever is sent meanwhile.
func (s *Sequencer) giveUpOvertaken() {
	full := s.stored-s.head >= Waiting
	if s.overtaken == 0 || !full && s.expects() {
		return
	}
	for n := s.head; n < s.stored; n++ {
		if e := s.at(n); e.state == overtaken && (full || !e.running()) {
			s.miss(e)
		}
	}
	s.advance()
}

// expects reports whether a command waits that was not overtaken and is not a
// running transfer.
func (s *Sequencer) expects() bool {
	for n := s.head; n < s.stored; n++ {
		if e := s.at(n); e.state == awaited && !e.running() {
			return true
		}
	}
	return false
}

// miss gives a command up.
func (s *Sequencer) miss(e *slot) {
	if e.state == overtaken {
		s.overtaken--
	}
	e.state = missed
	s.owed--
	s.surplus--
	s.missed = true
}

// advance moves head to the oldest command that waits.
func (s *Sequencer) advance() {
	for s.head < s.stored && !s.at(s.head).waits() {
		s.head++
	}
}

// finishesTransfer reports whether n is a transfer that ran when the end of the
// connection was announced: its reply comes late, but it is owed.
func (s *Sequencer) finishesTransfer(n int64) bool {
	return n != Nobody && n < s.closedAt && s.at(n).running()
}

// refuse takes a reply that belongs to no waiting command.
func (s *Sequencer) refuse(v *Verdict, code ftpreply.Code) {
	v.Closes = code == 421 || code == 221
	switch {
	case code.Class() == ftpreply.Protected:
		return // it may be the final reply after a protected preliminary one
	case code == 421 && s.lastCode == 234 && s.last.command.argument == argTLS:
		v.Ruling = Unasked(code, true)
		return
	case code == 421, s.hungUp:
		v.Ruling = Unasked(code, false)
	case s.answersLast(code):
		v.Command, v.Of = s.lastNumber, s.last.command
		v.because(ExtraFinal)
	case code == 221:
		v.Ruling = Unasked(code, false)
	default:
		v.because(Unsolicited)
	}
	if !v.Final {
		return
	}
	s.unsolicited++
	if !v.Closes && !s.hungUp {
		s.surplus++
	}
}

// answersLast reports whether the code is listed for the command answered last.
func (s *Sequencer) answersLast(code ftpreply.Code) bool {
	return s.last.state == answered && code.Class() != ftpreply.Preliminary &&
		s.last.judge(code).Listed()
}

// judgeAlone judges a reply whose command is not recorded.
func (s *Sequencer) judgeAlone(code ftpreply.Code) *Verdict {
	v := &s.verdict
	*v = Verdict{
		Command: Nobody, Final: code.Class() != ftpreply.Preliminary,
		StartsTLS: code == 234, Closes: code == 421 || code == 221,
	}
	switch {
	case s.closed:
		v.because(AfterClose)
	case !v.Final && s.last.running() && !isMarker(code):
		v.because(SecondPreliminary)
	}
	if v.Final {
		s.last = slot{}
		s.unpaired++
	} else {
		s.last = slot{state: awaited, stage: AfterPreliminary}
	}
	s.closed, s.closedAt = v.Closes, s.told
	return v
}

// HangUp records that the client has closed its side of the connection. A reply that then
// comes unasked is a parting message: some servers send 221, Pure-FTPd the code of
// its latest reply once more.
func (s *Sequencer) HangUp() { s.hungUp = true }

// Owed returns how many commands wait for their final reply, the greeting
// included.
func (s *Sequencer) Owed() int {
	s.awaitGreeting()
	return s.owed
}

// Unsolicited returns how many final replies came that no command waited for.
func (s *Sequencer) Unsolicited() int { return s.unsolicited }

// Aligned reports whether a reader that gives every command the next final reply
// is in step: no command was overtaken and still waits, and there were as many
// replies too many as commands without one.
func (s *Sequencer) Aligned() bool { return s.surplus == 0 && s.overtaken == 0 }

// Gap records that a part of the dialogue is missing here: bytes that a capture
// lost, or its beginning. Nothing is owed any more, and nothing is inferred until
// the next command. Numbers of commands go on.
func (s *Sequencer) Gap() {
	s.begin()
	kept := Sequencer{FirstDigit: s.FirstDigit, unsolicited: s.unsolicited, partial: true, hungUp: s.hungUp, verdict: s.verdict}
	kept.told, kept.stored, kept.head, kept.base = s.told, s.told, s.told, s.told
	*s = kept
}
