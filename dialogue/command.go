package dialogue

import (
	"cmp"
	"iter"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// A Command is a command as far as its replies depend on it: the verb, and an argument
// that changes the replies. It is small and comparable, and its methods do not allocate.
// The zero Command is a verb that the table does not have.
type Command struct {
	entry    uint8
	argument argument
}

// Lookup returns the Command for a verb, in any case, and its argument. Only AUTH and EPSV
// have arguments that matter. The empty verb is the greeting.
func Lookup(verb, argument string) Command {
	if verb == "" {
		return Command{entry: greeting}
	}
	c := Command{entry: verbs[verbs.place(pack(verb))].entry}
	for _, w := range table[c.entry].arguments {
		if first, _, _ := strings.Cut(argument, " "); strings.EqualFold(first, w.text) {
			c.argument = w.argument
		}
	}
	return c
}

// parse is Lookup for a verb and its argument in one string.
func parse(line string) Command {
	verb, argument, _ := strings.Cut(line, " ")
	return Lookup(verb, argument)
}

// Verbs yields the verbs of the table.
func Verbs() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range table {
			if e := &table[i]; e.isCommand() && !yield(e.name) {
				return
			}
		}
	}
}

// Verb returns the verb in upper case. It is empty for the greeting and for verbs that the
// table does not have.
func (c Command) Verb() string {
	if e := &table[c.entry]; e.isCommand() {
		return e.name
	}
	return ""
}

// Transfers reports whether the command opens a data connection, as RETR, STOR and LIST do.
func (c Command) Transfers() bool { return table[c.entry].transfers }

// Completes reports whether code completes the command: a 2yz that the table allows for
// it or knows in the wild, at any stage.
func (c Command) Completes(code ftpreply.Code) bool {
	return code.Class() == ftpreply.Completion &&
		(c.Judge(First, code).Standing >= InTheWild || c.Judge(AfterPreliminary, code).Standing >= InTheWild)
}

// allows reports whether the command's state diagram has an arrow for the class.
func (c Command) allows(class ftpreply.Class) bool { return table[c.entry].classes.has(class) }

// Judge returns the ruling on code as a reply to c at the stage. A listing for the first
// reply also holds after REST. A code that is not listed is judged by its first digit: a
// negative reply may answer any command, and the other classes may where the diagrams of
// RFC 959, section 6, and of later RFCs have an arrow for them.
func (c Command) Judge(stage Stage, code ftpreply.Code) Ruling {
	e := &table[c.entry]
	var here, elsewhere *known
	for i := range e.known {
		switch k := &e.known[i]; {
		case !k.is(code) || k.argument != anyArgument && k.argument != c.argument:
		case k.holds(stage) && here == nil && k.standing == Allowed:
			return Ruling{Allowed, None, k, nil}
		case k.holds(stage):
			here = cmp.Or(here, k)
		case k.standing != Wrong && (elsewhere == nil || k.standing > elsewhere.standing):
			elsewhere = k
		}
	}
	switch {
	case here != nil:
		return Ruling{here.standing, reasonOf[here.standing], here, elsewhere}
	case elsewhere != nil:
		return Ruling{Wrong, WrongStage, elsewhere, elsewhere}
	case !c.allows(code.Class()):
		return Because(WrongClass)
	case e.open:
		return Because(None)
	}
	return Because(CodeNotListed)
}

// A Ruling is the table's judgement of one code as a reply to a command at one stage. The
// zero Ruling is that of a reply that cannot be judged.
type Ruling struct {
	Standing Standing
	Reason   Reason // None, CodeInTheWild, CodeNotListed, WrongStage or WrongClass

	on        *known // the listing or the rule that decided
	elsewhere *known // the listing of the code at another stage
}

// Because returns the ruling on a reply that is judged by its place in the dialogue and not
// by its code, such as an extra final reply. For None it is the ruling on an allowed reply.
func Because(r Reason) Ruling { return Ruling{rules[r].standing, r, &rules[r], nil} }

// Replies that servers send unasked before they close the connection.
var (
	timeout   = known{standing: InTheWild, source: "RFC 959, section 5.4", servers: "ftp-srv, ftpd-ssl, ftpserverlib, inetutils ftpd, ProFTPD, Pure-FTPd, pyftpdlib, vsftpd"}
	goodbye   = known{standing: InTheWild, source: "RFC 959, section 5.4", servers: "ftpd-ssl, inetutils ftpd"}
	parting   = known{standing: InTheWild, source: "RFC 959, section 5.4"}
	tlsFailed = known{standing: Allowed, source: "RFC 4217, section 10.1"}
)

// Unasked returns the ruling on a reply that a server sends unasked before it closes the
// connection: 421 after a timeout, 221 when the client has gone, or a parting message with
// any other code. afterTLS is for the 421 after a 234 whose handshake failed, which RFC 4217,
// section 10.1, asks for.
func Unasked(code ftpreply.Code, afterTLS bool) Ruling {
	switch {
	case code == 421 && afterTLS:
		return Ruling{tlsFailed.standing, None, &tlsFailed, nil}
	case code == 421:
		return Ruling{timeout.standing, Unsolicited, &timeout, nil}
	case code == 221:
		return Ruling{goodbye.standing, Unsolicited, &goodbye, nil}
	}
	return Ruling{parting.standing, Unsolicited, &parting, nil}
}

// Listed reports whether the table has the code for the command, at this or at another
// stage. The ruling on any other code depends on its first digit alone.
func (r Ruling) Listed() bool { return r.on != nil && r.on.code != 0 }

// Elsewhere returns another stage at which the table has the code for the command, and the
// document that lists it there: section 5.4 of RFC 959 lists 425 for RETR, but after the
// 150. It explains the reasons WrongStage and CodeInTheWild. The source is empty if the code
// is only known in the wild at that stage too. ok is false if no stage but the one that was
// judged has the code.
func (r Ruling) Elsewhere() (stage Stage, source string, ok bool) {
	if r.elsewhere == nil {
		return First, "", false
	}
	return r.elsewhere.stage, r.elsewhere.source, true
}

// Source returns the document and section that the ruling rests on. It may be empty.
func (r Ruling) Source() string {
	if r.on == nil {
		return ""
	}
	return r.on.source
}

// Servers returns the servers that were seen to send exactly this code to exactly this
// command at this stage. It is often empty.
func (r Ruling) Servers() string {
	if r.on == nil {
		return ""
	}
	return r.on.servers
}
