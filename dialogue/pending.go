package dialogue

import "iter"

// A Pending is a command without a final reply.
type Pending struct {
	Command     int64  // its number; 0 is the greeting
	Verb        string // as in Verdict
	Preliminary bool   // it had a preliminary reply
	Overtaken   bool   // a later command had a reply
}

// Pending yields the commands that wait for their final reply, the oldest first.
// It is to be used up before the next call of a method that changes s.
func (s *Sequencer) Pending() iter.Seq[Pending] {
	return func(yield func(Pending) bool) { s.eachPending(yield) }
}

func (s *Sequencer) eachPending(yield func(Pending) bool) {
	s.awaitGreeting()
	for n := s.head; n < s.stored; n++ {
		if e := s.at(n); e.waits() && !yield(e.pending(n)) {
			return
		}
	}
	for n := s.stored; n < s.told; n++ {
		if !yield(Pending{Command: n}) {
			return
		}
	}
}

// Missed yields the commands that the latest call of Command or Reply gave up:
// their final reply is taken to be missing. It is to be used up before the next
// such call.
func (s *Sequencer) Missed() iter.Seq[Pending] {
	return func(yield func(Pending) bool) {
		for n := s.base; s.missed && n < s.stored; n++ {
			if e := s.at(n); e.state == missed && !yield(e.pending(n)) {
				return
			}
		}
	}
}

func (e *slot) pending(n int64) Pending {
	return Pending{n, e.command.Verb(), e.stage == AfterPreliminary, e.state != awaited}
}
