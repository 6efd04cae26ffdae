package control

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/payload"
)

// A Cause describes in one line what failed first on a connection, what was in progress at
// its end, and which side ended it. It states only what the recording shows.
type Cause struct {
	Text   string // with the secrets masked; otherwise bytes of the peers, so it must be escaped
	Failed bool   // a command failed or got no reply, or the connection was cut off

	// The place of the item that Text begins with. Each is zero when unknown.
	Seq    int64
	Record int64
	Time   time.Time
}

// Causes finds the Cause of a connection. Its Item method must receive every Item of the
// connection. The zero Causes is ready for use. Its memory is bounded.
type Causes struct {
	// Unit is the noun for the numbers in Item.Record, such as "packet". If it is empty,
	// the text does not mention them.
	Unit string
	// Server is the address of the server on the control connection, or the zero Addr.
	Server netip.Addr

	failures []failure // that no later success has undone; the oldest first
	more     int       // number of failures that are not kept
	minor    failure   // the latest refusal of one of minorVerbs
	lastSeq  int64     // of the last reply that is not a 221

	command   []byte // the latest command line
	commandAt time.Time
	aborted   bool // the client has sent ABOR since the latest preliminary reply
	opened    opened
	passive   passive
	active    string // the latest PORT or EPRT that was accepted, unless a passive reply came later
	startsTLS []byte // the command that was answered by the reply that starts TLS, if that is the last reply
	tls       *Item  // the first TLS records of the server
	owed      *Item  // the first command that waits at the end
	replies   int64
	heard     time.Time // of the last reply
	goodbye   bool      // the last reply was a 221
}

// A failure is a command that was refused or that failed.
type failure struct {
	Cause
	verb, argument string
}

// opened is the latest preliminary reply.
type opened struct {
	command int64
	code    ftpreply.Code
	at      time.Time
}

// passive is the address that the latest 227 or 228 announced.
type passive struct {
	verb string
	host netip.Addr
	used bool // a transfer was asked for since
}

const (
	maxFailures  = 16
	maxCauseText = 100 // bytes of a command and of a reply in the text
)

// minorVerbs are commands that clients send to find out what a server can do, or with which
// they prepare for the case that a file does not exist yet. Their refusal ends no session.
var minorVerbs = []string{
	"ALLO", "AUTH", "CLNT", "CSID", "DELE", "EPRT", "EPSV", "FEAT", "HASH", "HELP", "HOST", "LANG", "LPRT", "LPSV", "MDTM",
	"MFCT", "MFF", "MFMT", "MKD", "MLST", "NOOP", "OPTS", "RMD", "SITE", "SIZE", "STAT", "SYST", "XMKD", "XRMD",
}

// neededVerbs are commands without which clients cannot log in or transfer files.
var neededVerbs = []string{"CWD", "PASS", "PASV", "PORT", "TYPE", "USER"}

// alternatives are groups of verbs. The success of one undoes the failure of the others.
var alternatives = [][]string{
	{"USER", "PASS", "ACCT"},
	{"PASV", "EPSV", "LPSV", "PORT", "EPRT", "LPRT"},
	{"LIST", "NLST", "MLSD"},
}

// Item updates the causes.
func (c *Causes) Item(it *Item) {
	switch it.Kind {
	case CommandItem:
		c.sent(it)
	case ReplyItem:
		c.reply(it)
	case ErrorItem:
		if what := it.Err.Resembles(); what != "" && c.replies == 0 {
			c.fail(it, "", "", "the server sent bytes that look like "+what)
		}
	case TLSItem:
		if c.tls == nil {
			c.tls = &Item{Record: it.Record, Time: it.Time, Seq: it.Seq}
		}
	case GapItem:
		c.command, c.opened, c.passive, c.startsTLS, c.goodbye = c.command[:0], opened{}, passive{}, nil, false
		c.active = ""
	case UnansweredItem:
		stage := "no reply, although later commands have one"
		if it.Pending.Preliminary {
			stage = "no final reply, although later commands have one"
		}
		verb, argument := key(it.Command)
		c.fail(it, verb, argument, shown(it, it.Command.Line)+": "+stage)
	case OwedItem:
		if c.owed == nil {
			c.owed = it.Clone()
		}
	}
}

func (c *Causes) sent(it *Item) {
	if len(it.Command.Line) == 0 {
		return
	}
	c.command = append(c.command[:0], it.Command.Line...)
	c.commandAt = it.Time
	c.aborted = c.aborted || it.Command.IsVerb("ABOR")
	c.passive.used = c.passive.used || isTransfer(sessionVerb(it.Command))
}

func (c *Causes) reply(it *Item) {
	code := it.Reply.Code()
	c.replies++
	c.heard = it.Time
	if c.goodbye = code == ftpreply.CodeServiceClosingControlConnection; !c.goodbye {
		c.lastSeq = it.Seq
	}
	c.startsTLS, c.tls = nil, nil // the reply can be read, so TLS has ended
	switch code.Class() {
	case ftpreply.Preliminary:
		c.opened = opened{it.Verdict.Command, code, it.Time}
		c.aborted = false
	case ftpreply.Completion:
		if it.Verdict.StartsTLS && it.Command != nil {
			c.startsTLS = bytes.Clone(it.Command.Line)
		}
		c.announced(it)
		if it.Command != nil && (it.Command.IsVerb("PORT") || it.Command.IsVerb("EPRT")) {
			c.passive, c.active = passive{}, shown(it, it.Command.Line)
		}
		c.undo(it)
	case ftpreply.TransientNegative, ftpreply.PermanentNegative:
		c.refused(it)
	}
}

// announced keeps the address of a passive reply.
func (c *Causes) announced(it *Item) {
	switch it.Reply.Code() {
	case ftpreply.CodeEnteringPassiveMode, ftpreply.CodeEnteringLongPassiveMode, ftpreply.CodeEnteringExtendedPassiveMode:
		c.passive, c.active = passive{}, ""
		if p, err := payload.ParsePassive(it.Reply); err == nil && it.Command != nil {
			c.passive = passive{verb: it.Command.Verb(), host: p.Host}
		}
	}
}

// undo removes the failures that the success of a command has made good: those of the same
// command, and those of its alternatives.
func (c *Causes) undo(it *Item) {
	if len(c.failures) == 0 || it.Command == nil {
		return
	}
	verb, argument := key(it.Command)
	c.failures = slices.DeleteFunc(c.failures, func(f failure) bool {
		return f.verb == verb && f.argument == argument || slices.ContainsFunc(alternatives, func(group []string) bool {
			return slices.Contains(group, f.verb) && slices.Contains(group, verb)
		})
	})
}

// key returns the verb and argument by which a command is known again. Secrets are not kept.
func key(c *Command) (verb, argument string) {
	if c.IsSecret() {
		return c.Verb(), ""
	}
	return c.Verb(), string(c.Argument())
}

// refused records a negative reply.
func (c *Causes) refused(it *Item) {
	text := it.Reply.Code().String() + " " + shown(it, firstText(it.Reply))
	text = strings.TrimRight(text, " ")
	verb, argument := "", ""
	switch {
	case it.Verdict.Command == 0:
		text = "refused by the greeting: " + text
	case it.Command == nil || it.Verdict.Command == dialogue.Nobody:
		if len(c.command) > 0 && known(c.commandAt) && it.Time.After(c.commandAt) {
			text += ", " + length(it.Time.Sub(c.commandAt)) + " after " + shown(it, c.command)
		}
	default:
		verb, argument = key(it.Command)
		if slices.Contains(alternatives[0], verb) && !isMinor(verb, it.Reply.Code()) {
			text = "login refused: " + text
			break
		}
		if c.opened.command == it.Verdict.Command {
			then := c.opened.code.String() + ", then " + text
			switch {
			case c.aborted:
				then += " after ABOR"
			case known(c.opened.at) && it.Time.After(c.opened.at):
				then += " " + length(it.Time.Sub(c.opened.at)) + " later"
			}
			text = then
		}
		text = shown(it, it.Command.Line) + ": " + text
		if isTransfer(verb) {
			text += c.unreachable()
			if it.Reply.Code() == ftpreply.CodeCannotOpenDataConnection && c.active != "" {
				text += "; the server was to connect as in " + c.active
			}
		}
	}
	c.fail(it, verb, argument, text)
}

// unreachable describes an announced address that a client elsewhere cannot reach, as a
// clause; "" if there is none.
func (c *Causes) unreachable() string {
	host := c.passive.host.Unmap()
	switch server := c.Server.Unmap(); {
	case !host.IsValid() || host == server:
		return ""
	case server.IsValid():
		return fmt.Sprintf("; %s announced %s, the control connection goes to %s", c.passive.verb, host, server)
	case host.IsPrivate() || host.IsUnspecified():
		return fmt.Sprintf("; %s announced %s, which is reachable only from its own network", c.passive.verb, host)
	}
	return ""
}

func (c *Causes) fail(it *Item, verb, argument, text string) {
	f := failure{Cause{text, true, it.Seq, it.Record, it.Time}, verb, argument}
	switch {
	case isMinor(verb, it.Reply.Code()):
		c.minor = f
	case len(c.failures) < maxFailures:
		c.failures = append(c.failures, f)
	default:
		c.more++
	}
}

// isMinor reports whether clients go on after this reply to a command: it is one of
// minorVerbs, or the server does not know it and no transfer needs it.
func isMinor(verb string, code ftpreply.Code) bool {
	switch code {
	case ftpreply.CodeSyntaxError, ftpreply.CodeCommandNotImplemented, ftpreply.CodeCommandParameterNotImplemented:
		return verb != "" && !slices.Contains(neededVerbs, verb) && !isTransfer(verb)
	}
	return slices.Contains(minorVerbs, verb)
}

// Cause returns the cause. end is the [EndItem] of the connection.
func (c *Causes) Cause(end *Item) Cause {
	cause := Cause{Seq: c.lastSeq, Record: end.Record, Time: end.Time}
	switch more := len(c.failures) + c.more - 1; {
	case len(c.failures) > 0:
		cause = c.failures[0].Cause
		if more > 0 {
			cause.Text += fmt.Sprintf(" (and %d more)", more)
		}
	case c.minor.Failed && c.minor.Seq == c.lastSeq: // the client gave up after it
		cause = c.minor.Cause
	}
	text, fails := c.ending(end, cause.Failed)
	if cause.Text != "" && text != "" {
		text = "; " + text
	}
	if fails && !cause.Failed && c.owed != nil {
		cause.Seq, cause.Record, cause.Time = c.owed.Seq, c.owed.Record, c.owed.Time
	}
	cause.Text += text
	cause.Failed = cause.Failed || fails
	return cause
}

// ending describes the end of the connection, and reports whether it is a failure. after
// reports that a failure is described before.
func (c *Causes) ending(end *Item, after bool) (text string, fails bool) {
	closed := closer(end)
	since := ""
	if known(end.Time, c.heard) && end.Time.After(c.heard) {
		since = " " + length(end.Time.Sub(c.heard)) + " after the last reply"
	}
	switch {
	case c.owed != nil:
		return c.progress(end, closed), end.Ending != ConnectionLasts && !c.owed.Command.IsVerb("QUIT")
	case c.tls != nil:
		text = "TLS"
		if c.Unit != "" && c.tls.Record > 0 {
			text = fmt.Sprintf("TLS from %s %d on", c.Unit, c.tls.Record)
		}
		if closed != "" {
			text += "; " + closed
		}
		return text, false
	case c.replies == 0 && !after:
		return "the recording has no reply", false
	case c.startsTLS != nil && closed != "":
		return fmt.Sprintf("%s without TLS after the reply to %s", closed, shown(end, c.startsTLS)), true
	case !c.passive.used && c.unreachable() != "":
		return strings.TrimPrefix(c.unreachable(), "; ") + "; no transfer followed", true
	case c.goodbye && after:
		return "then QUIT", false
	case c.goodbye:
		return "the client quit", false
	case closed == "" && after:
		return "", false
	case closed == "":
		return "the recording ends", false
	case after:
		return closed + since, false
	case end.ServerHungUp:
		return closed + since + ", without 421", true
	case end.HungUp:
		return closed + since + ", without QUIT", false
	}
	return closed + since, false
}

// progress describes the first command that waits at the end.
func (c *Causes) progress(end *Item, closed string) string {
	command := shown(end, c.owed.Command.Line)
	silent := ""
	if from := later(c.heard, c.commandAt); known(end.Time, from, c.owed.Time) && end.Time.After(from) {
		silent = length(end.Time.Sub(from))
	}
	switch {
	case c.owed.Pending.Preliminary:
		text := command + ": a preliminary reply"
		if c.opened.command == c.owed.Pending.Command {
			text = command + ": " + c.opened.code.String()
		}
		if latest := shown(end, c.command); latest != command && latest != "" {
			text += ", then " + latest
		}
		switch {
		case closed == "":
			text += ", no final reply before the recording ends"
		case silent == "":
			text += ", no final reply before " + closed
		default:
			text += ", then " + silent + " of silence until " + closed
		}
		return text + c.unreachable()
	case closed == "":
		return command + ": no reply before the recording ends"
	case silent == "":
		return closed + " after " + command + " without a reply"
	default:
		return fmt.Sprintf("%s %s after %s without a reply", closed, length(end.Time.Sub(c.owed.Time)), command)
	}
}

// closer describes which side closed the connection; "" if the recording does not show that
// it was closed.
func closer(end *Item) string {
	switch {
	case end.ServerHungUp:
		return "the server closed"
	case end.HungUp:
		return "the client closed"
	case end.Ending == ConnectionClosed:
		return "the connection closed"
	}
	return ""
}

// known reports whether all times are known.
func known(times ...time.Time) bool { return !slices.ContainsFunc(times, time.Time.IsZero) }

// length returns a duration in milliseconds or seconds. Two times that are equal may be those
// of a coarse clock, so the callers leave out a duration of 0.
func length(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "less than 1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
}

// firstText returns the text of the first line of a reply that has any.
func firstText(r ftpreply.Reply) []byte {
	for l := range r.Lines() {
		if text := bytes.TrimSpace(l.Text()); len(text) > 0 {
			return text
		}
	}
	return nil
}

// shown returns bytes of a peer with secrets masked, and cut if they are long.
func shown(it *Item, b []byte) string {
	b = it.Mask(b)
	if len(b) <= maxCauseText {
		return string(b)
	}
	b = b[:maxCauseText]
	for i := len(b) - 1; i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) && !utf8.FullRune(b[i:]) {
			b = b[:i]
			break
		}
	}
	return string(b) + "[...]"
}
