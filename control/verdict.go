package control

import (
	"github.com/ftpreply/ftpreply/dialogue"
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
	passCommand     = dialogue.Lookup("PASS", "")
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
