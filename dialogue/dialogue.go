// Package dialogue knows which replies an FTP command may get, and in which
// order commands and replies follow each other on the control connection
// (RFC 959, sections 4.2, 5.4 and 6).
//
// # The replies of a command
//
// Section 5.4 of RFC 959 lists, for each command, the codes that may answer it,
// before and after its preliminary reply. Later RFCs add commands and codes:
// RFC 1123, 1639, 2228, 2389, 2428, 2577, 2640, 3659, 4217, 6384 and 7151. This
// package holds the lists as one table and joins them with the codes that thirteen real
// servers and public reports show. So each code has a [Standing]: the documents
// allow it, or it is known in the wild, or it is wrong.
//
// Known in the wild is not an error. RFC 1123, section 4.1.2.11, lets a server send
// any code that obeys section 4.2, and CDUP gets 250, RNTO 550, from every server
// that was measured.
//
// Some codes may answer any command: 421, 500, 501, 503, 504, 530, 533, 631 to
// 633, and 332 or 532 when an account is asked for (RFC 959, section 4.1.1). 202
// and 502 may answer any command that RFC 959, section 5.1, does not require of
// every server. Only these hold for a verb that the table does not have; the
// other replies to it are judged by their first digit.
//
// XCWD, XCUP, XMKD, XPWD and XRMD are the commands without the X (RFC 1123,
// section 4.1.3.1). [Verbs] lists the table, [Expect] a command's replies.
//
// # The order of replies
//
// Every command gets exactly one final reply: completion, intermediate or
// negative. Before it, the greeting, REIN and the transfer commands may get one
// preliminary reply, and a transfer any number of restart markers (110) between
// the two. A [Sequencer] receives every command and every reply in the order in
// which they crossed the wire, and answers each reply with a [Verdict]: the
// command that it belongs to, its standing, the reason for it, and whether
// it was final. It reads no socket and needs no text, only codes.
//
// The replies come in the order of the commands, with two exceptions: a STAT or
// an ABOR sent during a transfer may be answered before the transfer's own final
// reply (RFC 959, section 4.1.3). Other commands that are answered early, such
// as NOOP and QUIT, make the transfer's reply out of order.
//
//	command             replies that are in order
//	(connection)        220; 120 220; 421 and the end
//	USER, PASS, ACCT    331 230; 331 332 230; 230; 232
//	AUTH TLS            234, then TLS
//	AUTH, ADAT          334 335 ... 235
//	RNFR, RNTO          350 250
//	REST, RETR          350 150 226
//	RETR                150 110 ... 226, before or after the end of the data
//	RETR, ABOR          150 426 226; 150 226 225; 150 226 226
//	RETR, STAT          150 213 226; 150 226 213
//	RETR, QUIT          150 226 221 and the end
//	REIN                220; 120 220
//	any                 421 and the end
//
// # When replies are missing or too many
//
// If exactly one command waits, a reply belongs to it, whatever the code. If more do,
// it belongs to the oldest waiting command for which its code is listed. So
// a command that cannot get the code is overtaken by a later one that can. Its
// own reply may still come, and is then out of order. If the next command is passed to the sequencer
// and nothing but overtaken commands wait, they are given up, and
// [Sequencer.Missed] yields them. A transfer that runs is given up when the next
// one starts.
//
// A negative reply goes to the oldest, because any command may fail in any way, and so
// does a reply that is not listed for any waiting command. A final reply that comes
// while no command waits is an extra one of the command answered last, if its code is
// listed for that.
//
// The verdict on a reply depends only on the events before it and is never revised.
//
// An ABOR during a transfer is owed a reply of its own. First the transfer gets its final
// reply, 426 or 226, and then ABOR gets 226 or 225. [Sequencer.Owed] counts both. If the
// server sends only one, [Sequencer.Pending] yields the ABOR.
//
// When [Verdict].Of equals [Lookup]("EPSV", "ALL") and the Standing of the completion is at
// least [InTheWild], the server has accepted EPSV ALL. It must then refuse PASV, PORT and EPRT
// (RFC 2428, section 4).
//
// # One side only
//
// Before the first command, and after [Sequencer.Gap] until the next one, nothing is
// inferred about the commands. The first reply is judged as the greeting, the
// others only by faults that replies alone show: a second preliminary reply, a
// reply after 221 or 421.
//
// # For clients
//
// [Completes] says whether a code means success for a command, so that a 250
// for a transfer is as good as a 226. [CompletesByFirstDigit] asks only what
// RFC 1123, section 4.1.2.11, asks of a user-PI: that the first digit is a 2
// where the state diagrams of RFC 959, section 6, have an arrow for it.
package dialogue

import (
	"iter"

	"github.com/ftpreply/ftpreply"
)

// A Standing says how well a code is known as a reply to a command. Greater is
// better.
type Standing uint8

const (
	Unjudged  Standing = iota // there is nothing to judge it by
	Wrong                     // no document allows it, and no server is known for it
	InTheWild                 // real servers send it, or an example or obsolete RFC has it
	Allowed                   // an RFC allows it; for commands in no RFC, their draft or inventor
)

var standingNames = [...]string{"unjudged", "wrong", "in-the-wild", "allowed"}

// String returns the name in lower case, with hyphens.
func (s Standing) String() string { return name(standingNames[:], s) }

// A Stage is the point of a command's course at which a reply comes.
type Stage uint8

const (
	First            Stage = iota // the first reply
	AfterPreliminary              // after the preliminary reply
	AfterRestart                  // the first reply to a transfer command that follows REST
)

var stageNames = [...]string{"first", "after-preliminary", "after-restart"}

// String returns the name in lower case, with hyphens.
func (s Stage) String() string { return name(stageNames[:], s) }

// name returns the i-th name, or "invalid".
func name[T ~uint8](names []string, i T) string {
	if int(i) >= len(names) {
		return "invalid"
	}
	return names[i]
}

// An Expectation is one code that a command may get.
type Expectation struct {
	Code     ftpreply.Code // below 10 for a whole class: 4 means any 4yz
	Stage    Stage
	Standing Standing // Allowed or InTheWild
	Source   string   // the document and its section; may be empty for InTheWild
	Servers  string   // who sends it; empty for most of Allowed
}

// Expect yields the codes that may answer a command, the codes of its own list
// first. The command is a verb in any case, or a verb and its argument: EPSV ALL
// may get a 200 and AUTH TLS no 334. The empty string is the greeting.
func Expect(command string) iter.Seq[Expectation] {
	c := parse(command)
	return func(yield func(Expectation) bool) {
		for i := range table[c.entry].known {
			k := &table[c.entry].known[i]
			if k.standing < InTheWild || k.code != any4yz && c.Judge(k.stage, k.code).on != k {
				continue // not this listing decides
			}
			if !yield(Expectation{k.code, k.stage, k.standing, k.source, k.servers}) {
				return
			}
		}
	}
}

// Completes is [Command.Completes] for a command written as for [Expect].
func Completes(command string, code ftpreply.Code) bool { return parse(command).Completes(code) }

// CompletesByFirstDigit reports whether the first digit of code alone means that
// the command completed, as RFC 1123, section 4.1.2.11, wants a user-PI to
// decide: any 2yz, except for commands such as RNFR and REST whose success is
// a 3yz (RFC 959, section 6).
func CompletesByFirstDigit(command string, code ftpreply.Code) bool {
	return code.Class() == ftpreply.Completion && parse(command).allows(ftpreply.Completion)
}
