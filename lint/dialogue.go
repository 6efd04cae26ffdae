package lint

import (
	"cmp"
	"fmt"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/fidelity"
)

// login returns an example that begins with a login.
func login(rest ...string) Example {
	return append(Example{"S 220 ready\r\n", "C USER x\r\n", "S 331 password\r\n", "C PASS y\r\n", "S 230 in\r\n"}, rest...)
}

// These rules have no sign: the judges below find them by the verdict on a reply.
var (
	wrongClass = &Rule{
		Name: "wrong-class", Group: Codes, Severity: Error, Needs: fidelity.AllLines,
		Summary: "The command cannot get a code with this first digit.",
		Why: `The state diagrams of RFC 959 have no arrow for it: a 3yz to DELE, a 2yz to RNFR. A client decides
by the first digit, so it waits for more, or continues where it should not. If many such findings
follow each other, the two sides are out of step.`,
		RFC:  "RFC 959, section 6",
		Bad:  login("C DELE a\r\n", "S 350 more\r\n"),
		Good: login("C DELE a\r\n", "S 250 done\r\n"),
	}
	codeNotListed = &Rule{
		Name: "code-not-listed", Group: Codes, Severity: Warning, Needs: fidelity.AllLines,
		Summary: "No RFC lists the code for this command, and no server is known to send it.",
		Why: `The first digit is correct, and a client should decide by that alone. Many clients compare whole
codes with the list of RFC 959, and take the reply for a failure. Send a code from that list.`,
		RFC:  "RFC 959, section 5.4",
		Bad:  login("C TYPE I\r\n", "S 226 binary\r\n"),
		Good: login("C TYPE I\r\n", "S 200 binary\r\n"),
	}
	codeInTheWild = &Rule{
		Name: "code-in-the-wild", Group: Codes, Severity: Info, Needs: fidelity.AllLines,
		Summary: "No RFC lists the code for this command, but real servers send it.",
		Why: `Clients have met it: every server that was measured sends 250 for CDUP and 550 for RNTO. A new
server should still send a code from the list; a client should accept both.`,
		RFC:     "RFC 959, section 5.4; RFC 1123, section 4.1.2.11",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8", "Pure-FTPd 1.0.50", "inetutils ftpd 2.4", "pyftpdlib 1.5.7"},
		Bad:     login("C CDUP\r\n", "S 250 changed\r\n"),
		Good:    login("C CDUP\r\n", "S 200 changed\r\n"),
	}
	extraFinalReply = &Rule{
		Name: "extra-final-reply", Group: InDialogue, Severity: Warning, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "A command gets a second final reply.",
		Why: `Each command has one final reply. A client that reads one reply for each command takes this one for
the reply to its next command, and is off by one reply from then on: its PASV gets a 250. Join the
two into one multi-line reply.`,
		RFC:     "RFC 959, section 5.4",
		Servers: []string{"ftpd-ssl 0.17", "ProFTPD 1.3.8 (SITE CPTO)", "pyftpdlib 1.5.7 (a long line)", "vsftpd 3.0.3 (500 OOPS)"},
		Bad:     login("C CWD a\r\n", "S 250 one\r\n250 two\r\n"),
		Good:    login("C CWD a\r\n", "S 250-one\r\n250 two\r\n"),
	}
	missingReply = &Rule{
		Name: "missing-reply", Group: InDialogue, Severity: Warning, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "A command gets no reply.",
		Why: `Each command must get a reply, even if it is a 500. A client waits until its deadline, or takes the
reply to its next command for the reply to this one. Answer every command.`,
		RFC:     "RFC 959, section 5.4",
		Servers: []string{"inetutils ftpd 2.4 (unknown verbs)", "npm ftp-srv 4.6.3 (SITE, OPTS)", "Pure-FTPd 1.0.50 (a verb with other bytes than letters)", "Twisted 22.4.0 (ABOR)"},
		Bad:     login("C FOO\r\nSYST\r\n", "S 215 UNIX\r\n", "C NOOP\r\n", "S 200 ok\r\n"),
		Good:    login("C FOO\r\nSYST\r\n", "S 500 what\r\n215 UNIX\r\n", "C NOOP\r\n", "S 200 ok\r\n"),
	}
	noFinalReply = &Rule{
		Name: "no-final-reply", Group: InDialogue, Severity: Warning, Needs: fidelity.BothSides,
		Summary: "A command gets a preliminary reply and no final reply.",
		Why: `A 1yz reply promises another one. A client that has read its data waits for the 226 until its
deadline. If a transfer fails, say so with 425, 426 or 451.`,
		RFC:     "RFC 959, sections 4.2 and 5.4",
		Servers: []string{"Pure-FTPd 1.0.50 (a client that closes the data connection)", "pyftpdlib 1.5.7 (disk full; no data connection)", "nodeftpd 0.2.16", "aioftp 0.21.4 (QUIT during a transfer)"},
		Bad:     login("C RETR a\r\n", "S 150 opening\r\n", "C RETR b\r\n", "S 150 opening\r\n226 done\r\n"),
		Good:    login("C RETR a\r\n", "S 150 opening\r\n426 lost\r\n", "C RETR b\r\n", "S 150 opening\r\n226 done\r\n"),
	}
	owedReply = &Rule{
		Name: "owed-reply", Group: InDialogue, Severity: Info, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "The recording ends while a command waits for its reply.",
		Why: `The server has closed the connection without a 421, or hangs; or the client did not wait; or the
recording was stopped. The finding says which side closed the connection first, if the recording shows
it.`,
		RFC:     "RFC 959, section 5.4",
		Servers: []string{"ProFTPD 1.3.8 (a stalled transfer)", "inetutils ftpd 2.4 (a reset data connection)", "aioftp 0.21.4 (a failed data connection)"},
		Bad:     login("C NOOP\r\n"),
		Good:    login("C NOOP\r\n", "S 200 ok\r\n"),
	}
	outOfOrderReply = &Rule{
		Name: "out-of-order-reply", Group: InDialogue, Severity: Warning, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "A command gets its reply after the reply to a later command.",
		Why: `Replies come in the order of the commands. STAT and ABOR may be answered while a transfer runs; NOOP
and QUIT may not. A client that expects the order takes one reply for the other. Send the replies
in the order of the commands.`,
		RFC:     "RFC 959, sections 4.1.3 and 5.4",
		Servers: []string{"aioftp 0.21.4", "nodeftpd 0.2.16", "Pure-FTPd 1.0.50", "pyftpdlib 1.5.7"},
		Bad:     login("C RETR a\r\n", "S 150 opening\r\n", "C NOOP\r\n", "S 200 ok\r\n226 done\r\n"),
		Good:    login("C RETR a\r\n", "S 150 opening\r\n", "C NOOP\r\n", "S 226 done\r\n200 ok\r\n"),
	}
	secondPreliminary = &Rule{
		Name: "second-preliminary", Group: InDialogue, Severity: Info,
		Summary: "A command gets a second preliminary reply.",
		Why: `At most one is allowed, except restart markers (110). A client that reads exactly one 1yz takes the
second for the final reply. Use one multi-line 150.`,
		RFC:     "RFC 959, section 4.2",
		Servers: []string{"Pure-FTPd"},
		Bad:     login("C RETR a\r\n", "S 150 opening\r\n150 300 kbytes\r\n226 done\r\n"),
		Good:    login("C RETR a\r\n", "S 150-opening\r\n150 300 kbytes\r\n226 done\r\n"),
	}
	unsolicitedReply = &Rule{
		Name: "unsolicited-reply", Group: InDialogue, Severity: Info, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "A reply comes although no command waits for one.",
		Why: `Only a 421 may come at any time. A client takes any other reply for the reply to its next command,
and is off by one reply from then on. Send nothing that was not asked for.`,
		RFC:     "RFC 959, section 5.4",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8", "Pure-FTPd 1.0.50 (421)", "ftpd-ssl 0.17", "inetutils ftpd 2.4 (221)"},
		Bad:     login("C NOOP\r\n", "S 200 ok\r\n150 hello\r\n"),
		Good:    login("C NOOP\r\n", "S 200 ok\r\n"),
	}
	replyAfterClose = &Rule{
		Name: "reply-after-close", Group: InDialogue, Severity: Error,
		Summary: "A reply comes after a 421, or after the 221 to QUIT.",
		Why: `Both announce that the server closes the connection, and a client stops reading. Close the
connection, or use another code: 530 or 426 instead of 421. If the server answers later commands, the
finding is at the 421, which then only refuses one command.`,
		RFC:  "RFC 959, section 5.4",
		Bad:  login("C NOOP\r\n", "S 421 closing\r\n200 ok\r\n"),
		Good: login("C NOOP\r\n", "S 421 closing\r\n"),
	}
)

var dialogueRules = []*Rule{
	wrongClass, codeNotListed, codeInTheWild,
	extraFinalReply, missingReply, noFinalReply, owedReply, outOfOrderReply,
	secondPreliminary, unsolicitedReply, replyAfterClose,
}

// A remark is a finding about the place of a reply in the dialogue. In the message, %[1]s is
// the code and %[2]s the command.
type remark struct {
	rule          *Rule
	message, note string
}

// remarks has the finding for each reason of a verdict.
var remarks = [...]remark{
	dialogue.CodeInTheWild:     {codeInTheWild, "no RFC lists %[1]s for %[2]s, but real servers send it", ""},
	dialogue.CodeNotListed:     {codeNotListed, "%[1]s is not listed for %[2]s", "not in its list"},
	dialogue.WrongStage:        {codeNotListed, "%[1]s comes at the wrong time for %[2]s", "at another time"},
	dialogue.WrongClass:        {wrongClass, "%[1]s cannot answer %[2]s", "not with this first digit"},
	dialogue.SecondPreliminary: {secondPreliminary, "this %[1]s is a second preliminary reply to %[2]s", "one is enough"},
	dialogue.ExtraFinal:        {extraFinalReply, "%[2]s already had its final reply before this %[1]s", "one reply too many"},
	dialogue.Unsolicited:       {unsolicitedReply, "no command waits for this %[1]s reply", "not asked for"},
	dialogue.OutOfOrder:        {outOfOrderReply, "this %[1]s reply to %[2]s comes after the reply to a later command", "late"},
	dialogue.AfterClose:        {replyAfterClose, "this %[1]s reply comes after the one that announced the end", "the connection should be closed"},
	dialogue.NoRoom:            {},
}

// stages says when a reply at a stage comes.
var stages = [...]string{
	dialogue.First:            "before the preliminary reply",
	dialogue.AfterPreliminary: "after the preliminary reply",
	dialogue.AfterRestart:     "after REST",
}

// judgeVerdict reports the reason of the verdict on a reply. A code without any meaning is
// reported by code-out-of-range only.
func (l *Linter) judgeVerdict(it *control.Item) {
	v := it.Verdict
	m := &remarks[v.Reason]
	if m.rule == nil || m.rule.Group == Codes && it.Reply.Deviations().HasAny(ftpreply.CodeOutOfRange) {
		return
	}
	from, to := codePlace(it.Reply)
	code, command := it.Reply.Code().String(), commandName(v.Command, v.Verb())
	message := fmt.Sprintf(m.message, code, command)
	if v.StillOpen {
		message = fmt.Sprintf("this %s announces the end of the connection, which goes on", code)
	}
	if stage, source, ok := v.Elsewhere(); ok && source != "" {
		message = fmt.Sprintf("%s, lists %s for %s, but %s", source, code, command, stages[stage])
	}
	l.report(it, Diagnostic{
		Rule:    m.rule,
		From:    from,
		To:      to,
		Message: message,
		Note:    cmp.Or(v.Servers(), m.note, v.Source()),
	})
}

// judgeUnanswered reports a command without a final reply: one that was given up now that
// later commands have theirs, or the oldest that waits at the end.
func (l *Linter) judgeUnanswered(it *control.Item) {
	rule, message, note := missingReply, "%s got no reply", "later commands have theirs"
	switch {
	case it.Kind == control.OwedItem && l.owed:
		return
	case it.Kind == control.OwedItem:
		l.owed = true
		rule, message = owedReply, whoEnds(it)+" before the final reply to %s"
		note = fmt.Sprintf("commands that wait: %d", it.Waiting)
	case it.Pending.Preliminary:
		rule, message = noFinalReply, "%s got a preliminary reply but no final one"
	}
	l.report(it, Diagnostic{Rule: rule, To: firstWord(it.Command.Line), Note: note,
		Message: fmt.Sprintf(message, commandName(it.Pending.Command, it.Pending.Verb))})
}

// whoEnds says who ended the connection, as far as the recording shows it.
func whoEnds(it *control.Item) string {
	switch {
	case it.HungUp:
		return "the client closes the connection"
	case it.ServerHungUp:
		return "the server closes the connection"
	case it.Ending == control.ConnectionClosed:
		return "the connection is closed"
	}
	return "the recording ends"
}

// commandName returns the name of a command for a message. A verb that the dialogue does not
// know consists of bytes of the peer, and is not repeated.
func commandName(number int64, verb string) string {
	switch {
	case number == 0:
		return "the greeting"
	case number == dialogue.Nobody:
		return "an unknown command"
	default:
		return cmp.Or(verb, "an unknown command")
	}
}

// codePlace returns the place of the code, after the Telnet commands before it.
func codePlace(r ftpreply.Reply) (from, to int) {
	from = len(r.Raw()) - textLen(r)
	return from, min(from+3, len(r.Raw()))
}
