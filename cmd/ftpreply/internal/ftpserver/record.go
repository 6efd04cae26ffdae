package ftpserver

import "time"

// A Record is the course of a session, as the server sees it.
type Record struct {
	Commands []Command
	Departed bool // a Change has taken effect

	// Early is set if the client sent a command before the answer to the one after the
	// departure, for which the server held back its answer. It has taken something else for
	// the answer.
	Early bool
	// Pipelined is set if the client sent a command before the answer to an earlier one, at
	// any other place.
	Pipelined bool

	Retrieved int // transfers to the client that were sent in full
	Stored    map[string][]byte
	Sunk      int    // connections to the address that no client may connect to
	Data      int    // data connections
	Plain     bool   // a password came without TLS after the server had refused or lost TLS
	Quit      bool   // the client has sent QUIT
	Sent      []byte // the bytes of the departure, at most maxSent

	after     int // how many commands had arrived at the departure
	authAsked bool
}

const maxSent = 4096

// A Command is a command of the client.
type Command struct {
	At   time.Time
	Verb string // in upper case
	Arg  string // empty for PASS
}

// maxCommands bounds the commands in a record.
const maxCommands = 1000

// AfterDeparture returns the commands that arrived after the departure.
func (r *Record) AfterDeparture() []Command {
	if !r.Departed || r.after > len(r.Commands) {
		return nil
	}
	return r.Commands[r.after:]
}
