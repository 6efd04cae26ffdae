package control

import (
	"bytes"
	"strconv"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// A Session describes the work that was done on a connection: who logged in, which
// transfers took place, and how the connection ended. Its Item method must receive every
// Item of the connection. The zero Session is ready for use. Its memory is bounded.
//
// User and the lines of transfers are bytes of the client without masking.
type Session struct {
	User    []byte        // of the last login that was accepted, or else of the last that was tried
	Login   Login         // result of that login
	Code    ftpreply.Code // of the reply that decided it
	Refused int           // number of logins that were refused
	Waiting []*Transfer   // transfers that wait for their final reply
	End     SessionEnd    // how the connection has ended so far

	lastUser []byte // argument of the latest USER
	restart  uint64 // offset at which the next transfer begins
	sizeOf   []byte // argument of the latest SIZE that was answered
	size     uint64 // the answer
}

// A Login is the progress of a client in logging in.
type Login uint8

const (
	NoLogin       Login = iota // no login was decided
	LoginRefused               // every login was refused
	LoginAccepted              // a login was accepted
)

// String returns "none", "refused" or "accepted".
func (l Login) String() string { return [...]string{"none", "refused", "accepted"}[l] }

// A SessionEnd is the way in which a connection ended, as far as the recording shows.
type SessionEnd uint8

const (
	EndOpen   SessionEnd = iota // the recording ends first
	EndQuit                     // the server said 221
	EndServer                   // the server said 421
	EndTLS                      // it continues under TLS, unreadable
	EndHangUp                   // the client closed it without a word
	EndClosed                   // one of the sides closed it
)

// String returns "open", "quit", "server-closing", "tls", "hang-up" or "closed".
func (e SessionEnd) String() string {
	return [...]string{"open", "quit", "server-closing", "tls", "hang-up", "closed"}[e]
}

// An Outcome is the result of a transfer.
type Outcome uint8

const (
	Open      Outcome = iota // no final reply is recorded
	Completed                // a completion reply
	Failed                   // a negative reply without a preliminary one: the transfer never began
	Aborted                  // a negative reply after a preliminary one
	Outcomes  = iota         // number of outcomes
)

// String returns "open", "completed", "failed" or "aborted".
func (o Outcome) String() string {
	return [...]string{"open", "completed", "failed", "aborted"}[o]
}

// A Transfer is a command that moves a file or a listing, and its result.
type Transfer struct {
	Line       []byte        // the command line
	Verb       string        // in upper case
	Begun      time.Time     // when the command was sent; zero when unknown
	Ended      time.Time     // when its final reply came; zero when unknown
	Restart    uint64        // offset at which it begins (REST)
	Size       uint64        // of the file, if SizeSource is not empty
	SizeSource string        // "log" (of the bytes that moved), "reply" (to the transfer) or "SIZE"; empty when the size is unknown
	Code       ftpreply.Code // of the final reply
	Text       string        // of a negative final reply, its first line; secrets are masked
	Record     int64         // Item.Record of the final reply, or of the command if there is none
	Outcome    Outcome

	opened bool // it had a preliminary reply
}

// Argument returns the name of the file or directory, a part of Line.
func (t *Transfer) Argument() []byte {
	c := Command{Line: t.Line}
	return c.Argument()
}

// Duration returns the time from the command to the final reply. ok is false when a time
// is unknown.
func (t *Transfer) Duration() (d time.Duration, ok bool) {
	return t.Ended.Sub(t.Begun), !t.Begun.IsZero() && !t.Ended.IsZero()
}

// maxWaiting is the number of transfers that may wait. No server serves a client that
// sends more.
const maxWaiting = 64

// Item updates the session. It returns the transfer that ended with the Item, or nil.
func (s *Session) Item(it *Item) *Transfer {
	switch it.Kind {
	case CommandItem:
		s.command(it)
	case ReplyItem:
		return s.reply(it)
	case TLSItem:
		if s.End == EndOpen {
			s.End = EndTLS
		}
	case EndItem:
		switch {
		case s.End != EndOpen:
		case it.HungUp:
			s.End = EndHangUp
		case it.Ending == ConnectionClosed:
			s.End = EndClosed
		}
	}
	return nil
}

// transferVerbs are the commands that use a data connection (RFC 959, section 4.1.3; RFC
// 3659, section 7).
var transferVerbs = []string{"RETR", "STOR", "STOU", "APPE", "LIST", "NLST", "MLSD"}

// sessionVerbs are the commands that a Session looks at.
var sessionVerbs = append([]string{"USER", "PASS", "ACCT", "REST", "SIZE"}, transferVerbs...)

// sessionVerb returns the verb of a command if it is one of sessionVerbs; otherwise "".
func sessionVerb(c *Command) string {
	if c != nil {
		for _, v := range sessionVerbs {
			if c.IsVerb(v) {
				return v
			}
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

func (s *Session) command(it *Item) {
	verb := sessionVerb(it.Command)
	switch {
	case verb == "USER":
		s.lastUser = append(s.lastUser[:0], bytes.TrimSpace(it.Command.Argument())...)
	case isTransfer(verb) && len(s.Waiting) < maxWaiting:
		s.Waiting = append(s.Waiting, &Transfer{
			Line: bytes.Clone(it.Command.Line), Verb: verb, Begun: it.Command.Time, Record: it.Record, Restart: s.restart,
		})
		s.restart = 0
	}
}

func (s *Session) reply(it *Item) *Transfer {
	code, verb := it.Reply.Code(), sessionVerb(it.Command)
	if s.End == EndTLS {
		s.End = EndOpen // the connection is in clear again, as after CCC
	}
	switch v := it.Verdict; {
	case !v.Closes:
	case code == ftpreply.CodeServiceNotAvailable:
		s.End = EndServer
	case code == ftpreply.CodeServiceClosingControlConnection, v.Of == quitCommand:
		s.End = EndQuit
	}
	switch {
	case verb == "USER", verb == "PASS", verb == "ACCT", verb == "" && code == ftpreply.CodeUserLoggedIn:
		s.answerLogin(verb, code)
	case verb == "SIZE":
		if size, err := payload.ParseSize(it.Reply); err == nil {
			s.sizeOf, s.size = append(s.sizeOf[:0], it.Command.Argument()...), size.Bytes
		}
	case verb == "REST":
		s.restart = 0
		if code.Class() == ftpreply.Intermediate {
			s.restart, _ = strconv.ParseUint(string(bytes.TrimSpace(it.Command.Argument())), 10, 64)
		}
	case isTransfer(verb):
		return s.answerTransfer(it)
	}
	return nil
}

// answerLogin records the result of a login. An intermediate reply asks for more.
func (s *Session) answerLogin(verb string, code ftpreply.Code) {
	switch class := code.Class(); {
	case verb == "ACCT" && code == ftpreply.CodeCommandNotImplementedSuperfluous:
	case class == ftpreply.Completion:
		s.Login, s.Code = LoginAccepted, code
		s.User = append(s.User[:0], s.lastUser...)
	case class == ftpreply.TransientNegative || class == ftpreply.PermanentNegative:
		s.Refused++
		if s.Login != LoginAccepted {
			s.Login, s.Code = LoginRefused, code
			s.User = append(s.User[:0], s.lastUser...)
		}
	}
}

// answerTransfer records a reply to a transfer, and returns the transfer if it has ended.
func (s *Session) answerTransfer(it *Item) *Transfer {
	at := 0
	for at < len(s.Waiting) && !bytes.Equal(s.Waiting[at].Line, it.Command.Line) {
		at++
	}
	if at == len(s.Waiting) {
		return nil
	}
	t := s.Waiting[at]
	if it.Reply.Code().Class() == ftpreply.Preliminary {
		t.opened = true
		if size, err := payload.ParseTransferSize(it.Reply); err == nil {
			t.Size, t.SizeSource = size.Bytes, "reply"
		}
		return nil
	}
	s.Waiting = append(s.Waiting[:at], s.Waiting[at+1:]...)
	t.Code, t.Ended, t.Record = it.Reply.Code(), it.Time, it.Record
	if t.Code.Class() != ftpreply.Completion {
		t.Text = shown(it, firstText(it.Reply))
	}
	switch {
	case t.Code.Class() == ftpreply.Completion:
		t.Outcome = Completed
	case t.opened:
		t.Outcome = Aborted
	default:
		t.Outcome = Failed
	}
	if it.Transferred > 0 && t.Outcome == Completed {
		t.Size, t.SizeSource = t.Restart+uint64(it.Transferred), "log"
	}
	if t.SizeSource == "" && t.Verb == "RETR" && s.sizeOf != nil && bytes.Equal(s.sizeOf, it.Command.Argument()) {
		t.Size, t.SizeSource = s.size, "SIZE"
	}
	return t
}
