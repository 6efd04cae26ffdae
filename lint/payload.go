package lint

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/payload"
)

// These rules have no sign: the judges below find them with package payload.
var (
	passiveUnreadable = &Rule{
		Name: "passive-unreadable", Group: InPayload, Severity: Warning, Needs: fidelity.Texts,
		Summary: "The address in a 227, 228 or 229 cannot be read.",
		Why: `Clients cannot find out where to connect, so no transfer works. Write the six numbers of a 227 in
parentheses, with commas; a 229 has the port between vertical bars.`,
		RFC:     "RFC 959, section 5.3.2; RFC 1639, section 3; RFC 2428, section 3",
		Servers: []string{"servers that answer PASV over IPv6"},
		Bad:     login("C PASV\r\n", "S 227 Entering Passive Mode\r\n"),
		Good:    login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n"),
	}
	passiveRange = &Rule{
		Name: "passive-range", Group: InPayload, Severity: Error, Needs: fidelity.Texts,
		Summary: "The address in a 227, 228 or 229 does not exist.",
		Why: `A number in a 227 is above 255, or a port is above 65535 or 0. Clients fail, or connect to another
port. Write each byte of the address and of the port as a number from 0 to 255.`,
		RFC:  "RFC 959, section 5.3.2; RFC 2428, section 3",
		Bad:  login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,260,51)\r\n"),
		Good: login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n"),
	}
	passiveShape = &Rule{
		Name: "passive-shape", Group: InPayload, Severity: Info, Needs: fidelity.Texts,
		Summary: "The address in a 227, 228 or 229 does not follow its grammar.",
		Why: `Only one reading is possible, but clients that search for the exact form fail: they expect the
parentheses, no spaces between the numbers, and nothing after them. Write the form of the RFC.`,
		RFC:     "RFC 959, section 4.2.1; RFC 1123, section 4.1.2.6; RFC 2428, section 3",
		Servers: []string{"pyftpdlib 1.5.7 (a full stop behind a 229)", "ProFTPD 1.3.8 (PASV over IPv6)", "aioftp 0.21.4"},
		Bad:     login("C PASV\r\n", "S 227 Entering Passive Mode 192,0,2,1,4,51\r\n"),
		Good:    login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n"),
	}
	pwdShape = &Rule{
		Name: "pwd-shape", Group: InPayload, Severity: Info, Needs: fidelity.AllBytes | fidelity.Texts,
		Summary: "The path in a 257 is not in quotes, or its quotes are not doubled.",
		Why: `The path comes in quotes directly after the code, and each quote in it is doubled. Otherwise,
clients that take the text between the first two quotes get only a part of the name, or nothing.
Double the quotes.`,
		RFC:     "RFC 959, appendix II",
		Servers: []string{"Pure-FTPd 1.0.50", "inetutils ftpd 2.4", "Globus GridFTP 13.24", "Twisted 22.4.0", "aioftp 0.21.4", "goftp 2.0.3"},
		Bad:     login("C PWD\r\n", "S 257 \"/quo\"te\" is current\r\n"),
		Good:    login("C PWD\r\n", "S 257 \"/quo\"\"te\" is current\r\n"),
	}
	featShape = &Rule{
		Name: "feat-shape", Group: InPayload, Severity: Info, Needs: fidelity.LineEnds | fidelity.AllLines | fidelity.LineStarts | fidelity.Texts,
		Summary: "The list of FEAT does not follow its grammar.",
		Why: `Each feature has a line of its own that begins with one space. Clients that search for this space
do not see a feature without it. Begin each line with one space, and write the labels in capitals.`,
		RFC:     "RFC 2389, section 3.2",
		Servers: []string{"goftp 2.0.3"},
		Bad:     login("C FEAT\r\n", "S 211-Features\r\nSIZE\r\n211 End\r\n"),
		Good:    login("C FEAT\r\n", "S 211-Features\r\n SIZE\r\n211 End\r\n"),
	}
	factShape = &Rule{
		Name: "fact-shape", Group: InPayload, Severity: Info, Needs: fidelity.LineEnds | fidelity.LineStarts | fidelity.Texts,
		Summary: "The size, the time or the facts of a file do not follow their grammar.",
		Why: `A 213 to SIZE is a number and nothing else, a 213 to MDTM a time; a 250 to MLST has the facts on a
line that begins with one space. Clients that expect exactly this form fail on words around it.
Send only the value.`,
		RFC:  "RFC 3659, sections 3.1, 4.1 and 7.2",
		Bad:  login("C SIZE a\r\n", "S 213 1048576 bytes\r\n"),
		Good: login("C SIZE a\r\n", "S 213 1048576\r\n"),
	}
	featUntrue = &Rule{
		Name: "feat-untrue", Group: InPayload, Severity: Warning, Needs: fidelity.BothSides,
		Summary: "FEAT lists a command that the server then does not know.",
		Why: `A client relies on the list and has no other way ready. Do not list features that are switched
off.`,
		RFC:  "RFC 2389, section 3.2",
		Bad:  login("C FEAT\r\n", "S 211-Features\r\n MDTM\r\n211 End\r\n", "C MDTM a\r\n", "S 502 MDTM is not implemented\r\n"),
		Good: login("C FEAT\r\n", "S 211-Features\r\n SIZE\r\n211 End\r\n", "C MDTM a\r\n", "S 502 MDTM is not implemented\r\n"),
	}
)

var payloadRules = []*Rule{
	passiveUnreadable, passiveRange, passiveShape, pwdShape, featShape, factShape, featUntrue,
}

// A payloadReader selects the replies that have a payload, reads it, and names the rules
// for a payload that cannot be read, has a value out of range, or does not follow its
// grammar.
type payloadReader struct {
	code                       ftpreply.Code
	verbs                      []string // of the commands
	byCode                     bool     // the code suffices if the command was not recorded
	read                       func(*Linter, ftpreply.Reply) (reading, error)
	unreadable, outside, shape *Rule
}

// A reading is the tolerances that a reader took, and for a list the first odd line, as a
// range of the raw reply.
type reading struct {
	tolerances payload.Tolerance
	from, to   int
}

var (
	passiveVerbs = []string{"PASV", "EPSV", "LPSV", "P@SW"}
	pathVerbs    = []string{"PWD", "MKD", "XPWD", "XMKD"}
)

var payloadReaders = []payloadReader{
	{227, passiveVerbs, true, readPassive, passiveUnreadable, passiveRange, passiveShape},
	{228, passiveVerbs, true, readPassive, passiveUnreadable, passiveRange, passiveShape},
	{229, passiveVerbs, true, readPassive, passiveUnreadable, passiveRange, passiveShape},
	{257, pathVerbs, true, readPath, pwdShape, pwdShape, pwdShape},
	{211, []string{"FEAT"}, false, readFeatures, featShape, featShape, featShape},
	{250, []string{"MLST"}, false, readFacts, factShape, factShape, factShape},
	{213, []string{"SIZE"}, false, readSize, factShape, factShape, factShape},
	{213, []string{"MDTM"}, false, readModTime, factShape, factShape, factShape},
}

// payloadCodes lists the readers for each code from 200 on.
var payloadCodes = func() (byCode [60][]payloadReader) {
	for _, p := range payloadReaders {
		byCode[p.code-200] = append(byCode[p.code-200], p)
	}
	return byCode
}()

func readPassive(l *Linter, r ftpreply.Reply) (reading, error) {
	v, err := payload.ParsePassive(r)
	l.passive = v.Host
	return reading{tolerances: v.Tolerances}, err
}

func readPath(_ *Linter, r ftpreply.Reply) (reading, error) {
	v, err := payload.ParsePath(r)
	return reading{tolerances: v.Tolerances}, err
}

func readFeatures(l *Linter, r ftpreply.Reply) (reading, error) {
	v, err := payload.ParseFeatures(r)
	if err == nil {
		l.learnFeatures(v)
	}
	if v.Tolerances == 0 {
		return reading{}, err
	}
	line, offset, _ := v.Place(v.Tolerances)
	return reading{v.Tolerances, offset, offset + len(line)}, err
}

func readFacts(_ *Linter, r ftpreply.Reply) (reading, error) {
	v, err := payload.ParseFacts(r)
	if err == nil {
		err = v.Check()
	}
	if v.Tolerances&^payload.TabInName == 0 {
		return reading{}, err
	}
	line, offset, _ := v.Place(v.Tolerances &^ payload.TabInName)
	return reading{v.Tolerances, offset, offset + len(line)}, err
}

func readSize(_ *Linter, r ftpreply.Reply) (reading, error) {
	v, err := payload.ParseSize(r)
	return reading{tolerances: v.Tolerances}, err
}

func readModTime(_ *Linter, r ftpreply.Reply) (reading, error) {
	v, err := payload.ParseModTime(r)
	return reading{tolerances: v.Tolerances}, err
}

// judgePayload judges the payload of a reply, if its code and command have one. A parting
// reply may have the code of the reply before it, but not its payload.
func (l *Linter) judgePayload(it *control.Item) {
	readers, verb := payloadCodes[it.Reply.Code()-200], it.Verdict.Verb()
	at := slices.IndexFunc(readers, func(p payloadReader) bool {
		return slices.Contains(p.verbs, verb) || p.byCode && it.Command == nil
	})
	if at < 0 || it.Verdict.Parting {
		return
	}
	p := &readers[at]
	v, err := p.read(l, it.Reply)
	if err != nil {
		l.reportUnreadable(it, p, err)
	}
	d := v.tolerances &^ payload.TabInName // which RFC 2640 allows
	if d == 0 {
		return
	}
	from, to := v.from, v.to
	if to == 0 {
		from, to = codePlace(it.Reply)
	}
	info, _ := d.Info()
	l.report(it, Diagnostic{Rule: p.shape, From: from, To: to, Note: info.Summary,
		Message: fmt.Sprintf("the text of this %s reply does not follow its grammar: %s", it.Reply.Code().String(), d)})
}

// reportUnreadable reports a payload that cannot be read. A reply to MDTM may lack a time
// because the command has set one: with a time in its argument it does so on many servers,
// and no document defines the reply.
func (l *Linter) reportUnreadable(it *control.Item, p *payloadReader, err error) {
	var e *payload.Error
	if !errors.As(err, &e) {
		return
	}
	d := Diagnostic{Rule: p.unreadable, From: e.Offset, To: e.Offset + len(e.Text), Note: "by " + e.Source}
	d.Message = fmt.Sprintf("the text of this %s reply cannot be read: %v", it.Reply.Code().String(), e.Err)
	switch e.Err {
	case payload.ErrRedacted: // by a person or a log, not by the server
		return
	case payload.ErrMissing:
		const digits = len("20060102030405")
		if it.Command != nil && it.Command.IsVerb("MDTM") {
			argument := it.Command.Argument()
			if len(argument) > digits && len(bytes.TrimLeft(argument[:digits], "0123456789")) == 0 {
				return
			}
		}
	case payload.ErrRange:
		d.Rule = p.outside
	case payload.ErrUnsafePath:
		d.Rule = unsafePath
		d.Message = fmt.Sprintf("the path in this %s reply contains a control character", it.Reply.Code().String())
	}
	l.report(it, d)
}

// maxFeatures is the number of bytes of labels of a FEAT reply that are kept.
const maxFeatures = 16 << 10

// learnFeatures keeps the labels that a reply to FEAT lists, with a LF after each.
func (l *Linter) learnFeatures(f payload.Features) {
	l.features, l.offersTLS = l.features[:0], false
	for label, params := range f.All() {
		if l.features == nil {
			l.features = make([]byte, 0, 128)
		}
		if len(l.features)+len(label) < maxFeatures {
			l.features = append(append(l.features, label...), '\n')
		}
		if len(label) == len("AUTH") && hasPrefixFold(label, "auth") {
			l.offersTLS = l.offersTLS || containsFold(params, "tls") || containsFold(params, "ssl")
		}
	}
}

// conditional are the verbs whose refusal does not contradict FEAT: those of the login, those
// whose label covers only some of their arguments, and those that a server knows only under
// TLS.
const conditional = " USER PASS AUTH SITE OPTS MODE TYPE LANG HASH PBSZ PROT CCC SSCN "

// withoutArgument are the verbs that need no argument. The others get a 500 without one.
const withoutArgument = " PASV EPSV LPSV ESTA MLST MLSD "

// judgeFeature reports the refusal of a verb that FEAT has listed. MLST stands for MLSD too
// (RFC 3659, section 7.8). A 502 refuses the verb; a 500 may refuse only its argument.
func (l *Linter) judgeFeature(it *control.Item) {
	code, verb := it.Reply.Code(), it.Verdict.Verb()
	switch {
	case code != ftpreply.CodeCommandNotImplemented && code != ftpreply.CodeSyntaxError,
		verb == "", strings.Contains(conditional, " "+verb+" "):
		return
	case code == ftpreply.CodeCommandNotImplemented:
	case !containsAny(it.Reply.Text(), unknownCommand):
		return
	case it.Command != nil && len(it.Command.Argument()) > 0:
	case !strings.Contains(withoutArgument, " "+verb+" "):
		return
	}
	label := verb
	if verb == "MLSD" {
		label = "MLST"
	}
	for listed := range bytes.SplitSeq(l.features, []byte{'\n'}) {
		if len(listed) == len(label) && hasPrefixFold(listed, label) {
			from, to := codePlace(it.Reply)
			l.report(it, Diagnostic{Rule: featUntrue, From: from, To: to, Note: "refused as unknown",
				Message: "FEAT lists " + verb + ", but the server does not know it"})
			return
		}
	}
}

// unknownCommand are words of a 500 to a verb that the server does not know.
var unknownCommand = []string{"not understood", "not implemented", "unknown command", "unrecognized command", "not recognized", "invalid command"}
