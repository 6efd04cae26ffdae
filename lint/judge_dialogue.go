package lint

import (
	"cmp"
	"fmt"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// A remark is a finding about the place of a reply in the dialogue. In the message
// %[1]s is the code and %[2]s the command.
type remark struct {
	rule          *Rule
	message, note string
}

// remarks says what to report for each reason that the sequencer gives.
var remarks = [...]remark{
	dialogue.CodeInTheWild:     {codeInTheWild, "no RFC lists %[1]s for %[2]s, but it is known in the wild", ""},
	dialogue.CodeNotListed:     {codeNotListed, "%[1]s is not listed for %[2]s", "not in its list"},
	dialogue.WrongStage:        {codeNotListed, "%[1]s comes at the wrong time for %[2]s", "at another time"},
	dialogue.WrongClass:        {wrongClass, "%[1]s cannot answer %[2]s", "no such first digit here"},
	dialogue.SecondPreliminary: {secondPreliminary, "this %[1]s is a second preliminary reply to %[2]s", "one is enough"},
	dialogue.ExtraFinal:        {extraFinalReply, "%[2]s has had its final reply before this %[1]s", "one reply too many"},
	dialogue.Unsolicited:       {unsolicitedReply, "no command waits for this %[1]s reply", "nobody asked"},
	dialogue.OutOfOrder:        {outOfOrderReply, "this %[1]s reply to %[2]s comes behind that to a later command", "late"},
	dialogue.AfterClose:        {replyAfterClose, "this %[1]s reply comes behind the one that announced the end", "the connection should be closed"},
	dialogue.NoRoom:            {},
}

// stages says when a reply at a stage comes.
var stages = [...]string{
	dialogue.First:            "before the preliminary reply",
	dialogue.AfterPreliminary: "after the preliminary reply",
	dialogue.AfterRestart:     "after REST",
}

// judgeVerdict reports what the sequencer says of a reply. A code that has no
// meaning at all is the business of code-out-of-range.
func (c *Conn) judgeVerdict(it *Item) {
	v := c.pairing.verdict
	m := &remarks[v.Reason]
	if m.rule == nil || m.rule.Group == Codes && it.Reply.Deviations().HasAny(ftpreply.CodeOutOfRange) {
		return
	}
	from, to := codePlace(it.Reply)
	code, command := it.Reply.Code().String(), commandName(v.Command, v.Verb())
	message := fmt.Sprintf(m.message, code, command)
	if stage, source, ok := v.Elsewhere(); ok && source != "" {
		message = fmt.Sprintf("%s, lists %s for %s, but %s", source, code, command, stages[stage])
	}
	c.report(it, Diagnostic{
		Rule:    m.rule,
		From:    from,
		To:      to,
		Message: message,
		Note:    cmp.Or(v.Servers(), m.note, v.Source()),
	})
}

// judgeMissed reports the commands that were given up, now that others have their
// replies.
func (c *Conn) judgeMissed() {
	for m := range c.pairing.sequencer.Missed() {
		c.reportMissing(m)
	}
}

func (c *Conn) reportMissing(m dialogue.Pending) {
	it := c.pairing.item(m.Command)
	if it == nil {
		return
	}
	rule, message := missingReply, "%s has got no reply"
	if m.Preliminary {
		rule, message = noFinalReply, "%s has got a preliminary reply and no final one"
	}
	c.report(it, Diagnostic{
		Rule:    rule,
		To:      firstWord(it.Command.Line),
		Message: fmt.Sprintf(message, commandName(m.Command, m.Verb)),
		Note:    "later commands have theirs",
	})
}

// judgeOwed reports, at the end, the oldest command that still waits. Behind a goodbye
// nothing is owed but what later commands were answered before, the QUIT among them.
// Nothing is known if the user-PI alone was recorded.
func (c *Conn) judgeOwed() {
	if c.Stats.Replies == 0 {
		return
	}
	for m := range c.pairing.sequencer.Pending() {
		if c.pairing.verdict.Closes {
			if m.Overtaken {
				c.reportMissing(m)
			}
			continue
		}
		if it := c.pairing.item(m.Command); it != nil {
			c.report(it, Diagnostic{
				Rule:    owedReply,
				To:      firstWord(it.Command.Line),
				Message: fmt.Sprintf("the recording ends before the final reply to %s", commandName(m.Command, m.Verb)),
				Note:    fmt.Sprintf("commands that wait: %d", c.pairing.sequencer.Owed()),
			})
			return
		}
	}
}

// commandName says which command is meant; a verb that the dialogue does not know
// is the peer's, and is not repeated.
func commandName(number int64, verb string) string {
	switch {
	case number == 0:
		return "the greeting"
	case number == dialogue.Nobody:
		return "a command that is not known"
	default:
		return cmp.Or(verb, "an unknown command")
	}
}

// codePlace is where the code stands: behind what Telnet put in front of it.
func codePlace(r ftpreply.Reply) (from, to int) {
	from = len(r.Raw()) - textLen(r)
	return from, min(from+3, len(r.Raw()))
}
