package dialogue

// Nobody is the number of the command to which a reply belongs that belongs to
// none.
const Nobody int64 = -1

// A Verdict is what a [Sequencer] says of one reply.
type Verdict struct {
	// Command is the number of the command that the reply belongs to: the one
	// that [Sequencer.Command] returned, 0 for the greeting, or [Nobody].
	Command int64

	// Verb is that command's verb in upper case. It is empty for the greeting,
	// for Nobody and for verbs that the table does not have.
	Verb string

	// Standing is Allowed if and only if Reason is None, but for replies that
	// there is nothing to judge by: these are Unjudged, for no reason or NoRoom.
	Standing Standing
	Reason   Reason

	// Source is the document and section that the verdict rests on, and Servers
	// the servers that are known for it. Either may be empty.
	Source  string
	Servers string

	// Final reports that the reply is not a preliminary one.
	Final bool

	// Closes reports that the server closes the connection behind the reply: 421,
	// or the 221 of a goodbye.
	Closes bool

	// StartsTLS reports that the control connection turns into TLS behind the
	// reply: 234 to AUTH TLS (RFC 4217, section 4.1). Plaintext that was read
	// together with it must not be used (CVE-2021-22947).
	StartsTLS bool
}

// A Reason says what is to be noted about a reply, and why its standing is not
// [Allowed].
type Reason uint8

const (
	None              Reason = iota // nothing
	CodeInTheWild                   // no RFC lists the code for the command, but it is known in the wild
	CodeNotListed                   // the code is not known for the command; its first digit is in order
	WrongStage                      // the code belongs before, or behind, the preliminary reply
	WrongClass                      // an error arrow of the state diagrams: RFC 959, section 6
	SecondPreliminary               // more than one preliminary reply
	ExtraFinal                      // the command has had its final reply
	Unsolicited                     // no command waits for a reply
	OutOfOrder                      // a later command had its reply before
	AfterClose                      // behind the reply that announced the end of the connection
	NoRoom                          // more commands wait than a Sequencer keeps; not judged
)

var reasonNames = [...]string{
	"none", "code-in-the-wild", "code-not-listed", "wrong-stage", "wrong-class",
	"second-preliminary", "extra-final-reply", "unsolicited-reply",
	"out-of-order-reply", "reply-after-close", "no-room",
}

// String returns the name in lower case, with hyphens.
func (r Reason) String() string { return name(reasonNames[:], r) }

// A rule is what a verdict rests on when no list decides.
type rule struct {
	standing        Standing
	source, servers string
}

// rules has the rule for each reason. The servers are those of the measurement
// that replies.go names.
var rules = [...]rule{
	None:              {Allowed, "RFC 1123, section 4.1.2.11", ""},
	CodeNotListed:     {Wrong, "RFC 959, section 5.4", ""},
	WrongClass:        {Wrong, "RFC 959, section 6", ""},
	SecondPreliminary: {InTheWild, "RFC 959, section 4.2", "Pure-FTPd"},
	ExtraFinal:        {Wrong, "RFC 959, section 5.4", "ftpd-ssl, ProFTPD, Pure-FTPd, pyftpdlib, vsftpd"},
	Unsolicited:       {Wrong, "RFC 959, section 5.4", ""},
	OutOfOrder:        {Wrong, "RFC 959, section 5.4", "aioftp, nodeftpd, Pure-FTPd, pyftpdlib"},
	AfterClose:        {Wrong, "RFC 959, section 4.2.1", "Pure-FTPd"},
	NoRoom:            {Unjudged, "", ""},
}

// What servers send unasked before they close the connection.
var (
	timeout   = rule{InTheWild, "RFC 959, section 5.4", "ftp-srv, ftpd-ssl, ftpserverlib, inetutils ftpd, ProFTPD, Pure-FTPd, pyftpdlib, vsftpd"}
	parting   = rule{InTheWild, "RFC 959, section 5.4", "ftpd-ssl, inetutils ftpd, Pure-FTPd"}
	tlsFailed = rule{Allowed, "RFC 4217, section 10.1", ""}
)

// because sets the reason and the rule that goes with it.
func (v *Verdict) because(r Reason) { v.becauseOf(r, &rules[r]) }

func (v *Verdict) becauseOf(r Reason, on *rule) {
	v.Reason, v.Standing, v.Source, v.Servers = r, on.standing, on.source, on.servers
}

// take takes over what the table says.
func (v *Verdict) take(r ruling) {
	if r.listing == nil {
		v.because(r.reason)
		return
	}
	v.Reason, v.Standing, v.Source, v.Servers = r.reason, r.standing, r.listing.source, r.listing.servers
}
