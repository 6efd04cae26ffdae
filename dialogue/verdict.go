package dialogue

// Nobody is the command number of a reply that belongs to no command.
const Nobody int64 = -1

// A Verdict is the judgement of a [Sequencer] on one reply.
type Verdict struct {
	// Command is the number of the command that the reply belongs to: the one
	// that [Sequencer.Command] returned, 0 for the greeting, or [Nobody].
	Command int64

	// Ruling has any Reason. Its Standing is Allowed if and only if the Reason is None,
	// except for replies that cannot be judged: these are Unjudged, with the Reason None
	// or NoRoom.
	Ruling

	// Final reports that the reply is not a preliminary one.
	Final bool

	// Closes reports that the server closes the connection after the reply: 421,
	// or the 221 of a goodbye.
	Closes bool

	// StartsTLS reports that the control connection turns into TLS after the
	// reply: 234 to AUTH TLS (RFC 4217, section 4.1). Plaintext that was read
	// together with it must not be used (CVE-2021-22947).
	StartsTLS bool

	// Missed reports that commands were given up; [Sequencer.Missed] yields them.
	Missed bool

	// Of is the command that the reply belongs to; the zero Command for Nobody.
	Of Command
}

// Verb returns the verb, in upper case, of the command that the reply belongs to. It is
// empty for the greeting, for Nobody and for verbs that the table does not have.
func (v *Verdict) Verb() string { return v.Of.Verb() }

// A Reason explains why the standing of a reply is not [Allowed].
type Reason uint8

const (
	None              Reason = iota // nothing
	CodeInTheWild                   // no RFC lists the code for the command, but it is known in the wild
	CodeNotListed                   // the code is not known for the command; its first digit is in order
	WrongStage                      // the code belongs before, or after, the preliminary reply
	WrongClass                      // an error arrow of the state diagrams: RFC 959, section 6
	SecondPreliminary               // more than one preliminary reply
	ExtraFinal                      // the command has had its final reply
	Unsolicited                     // no command waits for a reply
	OutOfOrder                      // a later command had its reply before
	AfterClose                      // after the reply that announced the end of the connection
	NoRoom                          // more commands wait than a Sequencer keeps; not judged
)

var reasonNames = [...]string{
	"none", "code-in-the-wild", "code-not-listed", "wrong-stage", "wrong-class",
	"second-preliminary", "extra-final-reply", "unsolicited-reply",
	"out-of-order-reply", "reply-after-close", "no-room",
}

// String returns the name in lower case, with hyphens.
func (r Reason) String() string { return name(reasonNames[:], r) }

// rules has the ruling for each reason that does not depend on a list.
var rules = [...]known{
	None:              {standing: Allowed, source: "RFC 1123, section 4.1.2.11"},
	CodeNotListed:     {standing: Wrong, source: "RFC 959, section 5.4"},
	WrongClass:        {standing: Wrong, source: "RFC 959, section 6"},
	SecondPreliminary: {standing: InTheWild, source: "RFC 959, section 4.2"},
	ExtraFinal:        {standing: Wrong, source: "RFC 959, section 5.4"},
	Unsolicited:       {standing: Wrong, source: "RFC 959, section 5.4"},
	OutOfOrder:        {standing: Wrong, source: "RFC 959, section 5.4"},
	AfterClose:        {standing: Wrong, source: "RFC 959, section 4.2.1"},
	NoRoom:            {},
}

// because sets the reason and the rule that goes with it.
func (v *Verdict) because(r Reason) { v.Ruling = Because(r) }
