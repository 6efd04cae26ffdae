package sessionscmd

import (
	"bytes"
	"strconv"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/payload"
)

// A session is what was done on a connection: who logged in, and which files moved.
type session struct {
	shown bool // the filter selects something of it

	user    []byte        // of the last login that was accepted, or else of the last that was tried
	login   login         // how that went
	code    ftpreply.Code // of the reply that decided it
	refused int           // logins that were

	lastUser []byte // the argument of the latest USER
	restart  uint64 // where the next transfer begins
	sizeOf   []byte // the argument of the latest SIZE that was answered
	size     uint64
	waiting  []*transfer // that wait for their final reply
	counts   transferCounts
	goodbye  ending
}

// A login is how far a user-PI came with it.
type login string

const (
	loginNone     login = "none"
	loginRefused  login = "refused"
	loginAccepted login = "accepted"
)

// An ending is how a connection ended, as far as the recording tells.
type ending string

const (
	endedOpen   ending = "open"           // the recording ends before it
	endedQuit   ending = "quit"           // by 221
	endedServer ending = "server-closing" // by 421
	endedTLS    ending = "tls"            // it goes on under TLS
	endedHangUp ending = "hang-up"        // the user-PI closed it without a word
	endedClosed ending = "closed"         // either side did so
)

// An outcome is what became of a transfer.
type outcome uint8

const (
	open      outcome = iota // no final reply is recorded
	completed                // a completion reply
	failed                   // a negative reply, and none before: it never began
	aborted                  // a negative reply behind a preliminary one
	outcomes  = iota
)

var outcomeNames = [outcomes]string{open: "open", completed: "completed", failed: "failed", aborted: "aborted"}

// A transfer is a command that moves a file or a listing.
type transfer struct {
	line     []byte // the command
	verb     string
	begun    time.Time // when the command was sent
	ended    time.Time // when its final reply came
	restart  uint64    // from where on
	size     uint64    // of the file
	sizeFrom string    // who told the size: "reply" or "SIZE"; empty when nobody did
	opened   bool      // it had a preliminary reply
	code     ftpreply.Code
	outcome  outcome
}

// transferCounts counts transfers by their outcomes, and the bytes of those that are
// complete and of which they are known.
type transferCounts struct {
	by    [outcomes]int64
	bytes uint64
}

func (c *transferCounts) count(t *transfer) {
	c.by[t.outcome]++
	if t.outcome == completed {
		c.bytes += t.size
	}
}

func (c *transferCounts) add(d *transferCounts) {
	for o, n := range d.by {
		c.by[o] += n
	}
	c.bytes += d.bytes
}

func (c *transferCounts) all() (n int64) {
	for _, of := range c.by {
		n += of
	}
	return n
}

// maxWaiting is how many transfers may wait; a user-PI that sends more is not served
// by any server.
const maxWaiting = 64

// take learns from an item. It returns the transfer that the item ends, or nil.
func (s *session) take(it *lint.Item) *transfer {
	switch it.Kind {
	case lint.CommandItem:
		s.command(it)
	case lint.ReplyItem:
		return s.reply(it)
	}
	return nil
}

// transferVerbs are the commands that use a data connection (RFC 959, section 4.1.3; RFC
// 3659, section 7).
var transferVerbs = []string{"RETR", "STOR", "STOU", "APPE", "LIST", "NLST", "MLSD"}

// sessionVerbs are those that a session looks at.
var sessionVerbs = append([]string{"USER", "PASS", "ACCT", "REST", "SIZE"}, transferVerbs...)

// verbIn is the verb of a command line if it is one of sessionVerbs, or else empty.
func verbIn(line []byte) string {
	var buf [4]byte
	verb := input.AppendVerb(buf[:0], line)
	for _, v := range sessionVerbs {
		if string(verb) == v {
			return v
		}
	}
	return ""
}

func isTransfer(verb string) bool {
	for _, v := range transferVerbs {
		if v == verb {
			return true
		}
	}
	return false
}

func (s *session) command(it *lint.Item) {
	verb := verbIn(it.Command.Line)
	switch {
	case verb == "USER":
		s.lastUser = append(s.lastUser[:0], bytes.TrimSpace(it.Command.Argument())...)
	case isTransfer(verb) && len(s.waiting) < maxWaiting:
		s.waiting = append(s.waiting, &transfer{
			line: bytes.Clone(it.Command.Line), verb: verb, begun: it.Command.Time, restart: s.restart,
		})
		s.restart = 0
	}
}

func (s *session) reply(it *lint.Item) *transfer {
	code, verb := it.Reply.Code(), ""
	if it.Command != nil {
		verb = verbIn(it.Command.Line)
	}
	switch {
	case code == ftpreply.CodeServiceNotAvailable:
		s.goodbye = endedServer
	case code == ftpreply.CodeServiceClosingControlConnection:
		s.goodbye = endedQuit
	}
	switch {
	case verb == "USER", verb == "PASS", verb == "ACCT", verb == "" && code == ftpreply.CodeUserLoggedIn:
		s.answerLogin(verb, code)
	case verb == "SIZE":
		s.learnSize(it)
	case verb == "REST":
		s.learnRestart(it)
	case isTransfer(verb):
		return s.answerTransfer(it)
	}
	return nil
}

// answerLogin notes how a login goes; an intermediate reply asks for more.
func (s *session) answerLogin(verb string, code ftpreply.Code) {
	switch class := code.Class(); {
	case verb == "ACCT" && code == ftpreply.CodeCommandNotImplementedSuperfluous:
	case class == ftpreply.Completion:
		s.login, s.code = loginAccepted, code
		s.user = append(s.user[:0], s.lastUser...)
	case class == ftpreply.TransientNegative || class == ftpreply.PermanentNegative:
		s.refused++
		if s.login != loginAccepted {
			s.login, s.code = loginRefused, code
			s.user = append(s.user[:0], s.lastUser...)
		}
	}
}

func (s *session) learnSize(it *lint.Item) {
	size, err := payload.ParseSize(it.Reply)
	if err == nil {
		s.sizeOf, s.size = append(s.sizeOf[:0], it.Command.Argument()...), size.Bytes
	}
}

func (s *session) learnRestart(it *lint.Item) {
	s.restart = 0
	if it.Reply.Code().Class() == ftpreply.Intermediate {
		s.restart, _ = strconv.ParseUint(string(bytes.TrimSpace(it.Command.Argument())), 10, 64)
	}
}

// answerTransfer notes how a transfer goes, and returns it when it has ended.
func (s *session) answerTransfer(it *lint.Item) *transfer {
	at := s.find(it.Command.Line)
	if at < 0 {
		return nil
	}
	t := s.waiting[at]
	if it.Reply.Code().Class() == ftpreply.Preliminary {
		t.opened = true
		if size, err := payload.ParseTransferSize(it.Reply); err == nil {
			t.size, t.sizeFrom = size.Bytes, "reply"
		}
		return nil
	}
	s.waiting = append(s.waiting[:at], s.waiting[at+1:]...)
	t.finish(it)
	if t.sizeFrom == "" && t.verb == "RETR" && s.sizeOf != nil && bytes.Equal(s.sizeOf, it.Command.Argument()) {
		t.size, t.sizeFrom = s.size, "SIZE"
	}
	s.counts.count(t)
	return t
}

func (s *session) find(line []byte) int {
	for i, t := range s.waiting {
		if bytes.Equal(t.line, line) {
			return i
		}
	}
	return -1
}

func (t *transfer) finish(it *lint.Item) {
	t.code, t.ended = it.Reply.Code(), it.Time
	switch {
	case t.code.Class() == ftpreply.Completion:
		t.outcome = completed
	case t.opened:
		t.outcome = aborted
	default:
		t.outcome = failed
	}
}

// end says how the connection ended. What still waits stays open.
func (s *session) end(c *input.Connection) ending {
	for _, t := range s.waiting {
		s.counts.count(t)
	}
	switch {
	case s.goodbye != "":
		return s.goodbye
	case c.Stats.TLS:
		return endedTLS
	case c.IsHungUp:
		return endedHangUp
	case c.IsClosed:
		return endedClosed
	default:
		return endedOpen
	}
}

// argument is the name of what was to be transferred.
func (t *transfer) argument() []byte {
	c := lint.Command{Line: t.line}
	return c.Argument()
}

// took is how long the transfer took, from the command to the final reply, if that is
// known.
func (t *transfer) took() (d time.Duration, ok bool) {
	return t.ended.Sub(t.begun), !t.begun.IsZero() && !t.ended.IsZero()
}
