package control

import "github.com/ftpreply/ftpreply/dialogue"

// The pairing explains a stretch of the connection by the faults that cost least. This is
// the price of each. Only the differences matter: they decide which of two explanations of
// the same events is the likelier one.
const (
	// A code that real servers send. Slightly worse than a listed one, so that a listed
	// one wins where both are possible.
	costWild = 2
	// A reply to an unknown verb, for which nothing is listed.
	costUnknown = 3
	// Any command may fail in any way, so a 4yz or 5yz that is not listed is weak evidence.
	costUnlistedFailure = 6
	// The command gets this code, but before or after its preliminary reply.
	costWrongStage = 12
	// The code is not listed, but another command that waits has it in its own list.
	costListedElsewhere = 10
	// One wrong code. Cheaper than an extra reply or a lost one: servers choose wrong codes
	// more often than they lose count, and two final replies before the client speaks
	// again are cheaper as one extra reply than as two faults.
	costWrongCode = 16
	// A failure of QUIT, which hardly can fail.
	costQuitFails = 18
	// The first digit is wrong too: the state diagrams have no arrow for it.
	costWrongClass = 18
	// And other commands wait, one of which is likelier to get that digit.
	costClassOfAnother = 8

	// A second preliminary reply, as Pure-FTPd sends to a RETR.
	costSecondPreliminary = 4

	// The client spoke although this command was not answered. A client that has waited so far
	// has rather seen a reply that is not recorded. One that pipelines does so again.
	costPassedFirst = 10
	costPassed      = 4
	// The client waited for a second or longer, in vain, before it went on.
	costGivenUp = 18

	// A reply after that to a later command, when both were answered.
	costLate = 14
	// The same for the reply to a transfer that runs: aioftp, pyftpdlib and others answer
	// what is sent meanwhile at once.
	costEarly = 3
	// A command without a reply.
	costLost = 20
	// A second time: there are servers that never answer what they do not know.
	costLostAgain = 11
	// A server that stays silent, or a recording that lost a reply, often does so more than
	// once in a row.
	costLostMore = 8
	// All that were lost in a row, so that this remains within reach.
	costLostMost = 36

	// A command that waits when the recording ends: it may have been stopped.
	costOwed = 6
	// A command that waits when the client has stopped waiting: a late reply is rare.
	costAwaited = 8

	// A second final reply to the command answered last.
	costExtra = 20
	// The same when code and text repeat: the reply was sent twice.
	costRepeated = 14
	// A second failure of a transfer: Pure-FTPd sends 426 and then 451.
	costSecondFailure = 6
	// A reply that answers no command at all.
	costUnsolicited = 24
	// A 421 may come at any time, and a parting 221 does.
	costUnasked421 = 6
	costUnasked221 = 16
	// A reply after the one that announced the end.
	costAfterClose = 20
	// The same for a reply to a command that was sent before: aioftp answers QUIT early.
	costLateAfterClose = 4
	// A 421 after which the connection goes on: servers refuse single commands with it.
	costStillOpen = 6

	// The text names another waiting command, and not this one: in quotes, as the first
	// word, or by its argument; or anywhere in the text, where it may be a common word.
	costNamesAnother = 28
	costNamesLoosely = 1

	// A line that is not a reply came in the place of one.
	costGarbledReply = 2

	// The recording does not begin with the greeting, but with a reply to a command that
	// was not recorded. Slightly dearer than a greeting with an odd code.
	costExcerpt = 3
	// The client's first command after the greeting is not one that opens a session.
	costNoLogin = 10
)

// maxGap is how much dearer than the best an explanation may be. Dearer ones are dropped:
// no one event can make them the best again.
const maxGap = 40

// maxDoubt is how much dearer than the best an explanation may be to acquit a reply where the
// recording is cut.
const maxDoubt = 10

// costOf returns the cost of a code by the ruling of the table.
func costOf(r dialogue.Ruling, negative bool) int {
	switch {
	case r.Standing == dialogue.Allowed && r.Listed():
		return 0
	case r.Standing == dialogue.Allowed:
		return costUnknown
	case r.Standing >= dialogue.InTheWild:
		return costWild
	case negative && r.Reason == dialogue.CodeNotListed && !r.Listed():
		return costUnlistedFailure
	case r.Reason == dialogue.WrongStage:
		return costWrongStage
	case r.Reason == dialogue.WrongClass:
		return costWrongClass
	}
	return costWrongCode
}
