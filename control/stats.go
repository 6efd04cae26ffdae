package control

import (
	"bytes"

	"github.com/ftpreply/ftpreply"
)

// Stats describes a connection as a whole.
type Stats struct {
	Replies  int64
	Commands int64
	Owed     int    // commands that wait for their final reply
	Aligned  bool   // a client that gives each command the next final reply is in step; false if only one side was recorded
	TLS      bool   // the server sent TLS records, which cannot be read
	LineEnd  string // line ending of the first reply: "CR LF" or "LF"
	Software string // name and version of the server, if its greeting or its reply to SYST contains them
}

// follow updates the fields that depend on the dialogue.
func (s *Stats) follow(q *hindsight) {
	if s.Commands > 0 && s.Replies > 0 {
		s.Owed, s.Aligned = q.Owed(), q.Aligned()
	}
}

// answered takes the name of the server from a reply to SYST if the greeting has none.
func (s *Stats) answered(r ftpreply.Reply) {
	if s.Software == "" && r.Code() == ftpreply.CodeSystemType {
		s.Software = inSystem.find(r)
	}
}

// begin sets the fields that depend on the first reply.
func (s *Stats) begin(greeting ftpreply.Reply) {
	s.LineEnd = "LF"
	if bytes.HasSuffix(greeting.Raw(), []byte("\r\n")) {
		s.LineEnd = "CR LF"
	}
	s.Software = inGreeting.find(greeting)
}
