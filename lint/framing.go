package lint

import (
	"bytes"
	"fmt"
	"io"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/fidelity"
)

// These rules have no sign: the judges below find them.
var (
	notReply = &Rule{
		Name: "not-a-reply", Group: Framing, Severity: Error, Needs: fidelity.AllLines,
		Summary: "The server does not begin as an FTP server does.",
		Why: `The first line of a control connection must be a reply, usually 220. Another protocol answers
on this port (SSH, a web server, TLS from the first byte), or the server prints a banner without
a code. Clients fail, or wait for the end of a reply that never comes. Connect to the right port,
or send the banner inside the 220 reply.`,
		RFC:     "RFC 959, section 4.2",
		Servers: []string{"SSH servers on the port of FTP"},
		Bad:     Example{"S SSH-2.0-OpenSSH_9.2\r\n"},
		Good:    Example{"S 220 ready\r\n"},
	}
	unterminatedReply = &Rule{
		Name: "unterminated-reply", Group: Framing, Severity: Error, Needs: fidelity.AllBytes | fidelity.AllLines | fidelity.LineStarts,
		Summary: "A reply has no end when the client speaks or the connection ends.",
		Why: `A multi-line reply ends with a line of its own code and a space; every line ends with CR LF. If
that is missing, a client that follows the RFC waits until its deadline. A client that accepts any
code, or any LF, continues: glFTPd ends a 553- with 150. The finding states both readings. It is a
warning if only the CR is missing, because most clients accept that, and information if the client
closed the connection first. If the connection was cut, look for the reason on the server.`,
		RFC:  "RFC 959, section 4.2",
		Bad:  Example{"S 220 ready\r\n", "C STOR x\r\n", "S 553-\r\n553- not here\r\n150 opening\r\n", "C QUIT\r\n", "S 221 bye\r\n"},
		Good: Example{"S 220 ready\r\n", "C STOR x\r\n", "S 553-\r\n553 not here\r\n", "C QUIT\r\n", "S 221 bye\r\n"},
	}
	strayLine = &Rule{
		Name: "stray-line", Group: Framing, Severity: Warning, Needs: fidelity.LineEnds | fidelity.AllLines,
		Summary: "A line between two replies is not a reply.",
		Why: `Usually a server has put a CR LF into the text of a one-line reply, by echoing a command with its
line ending, or has left out the hyphen after the first code. Some clients fail on such a line,
others skip it. Remove line endings from echoed text, and use the multi-line form for more lines.`,
		RFC:     "RFC 959, section 4.2",
		Servers: []string{"Globus GridFTP 13.24 (501 to TYPE)"},
		Bad:     Example{"S 220 ready\r\n", "C TYPE E\r\n", "S 501 'TYPE E\r\n' unrecognized type.\r\n"},
		Good:    Example{"S 220 ready\r\n", "C TYPE E\r\n", "S 501 'TYPE E' unrecognized type.\r\n"},
	}
	overLimit = &Rule{
		Name: "over-limit", Group: Framing, Severity: Warning, Needs: fidelity.AllLines,
		Summary: "A line has more than 64 KiB, or a reply more than 300 KiB.",
		Why: `No RFC sets a limit, but every client has one: some fail at 4 KiB of a line, curl at 300 KiB of
replies. A reply without an end can fill a client's memory. Send listings over a data connection.`,
		RFC:  "legal; RFC 959, section 3.1 has a data connection for what is long",
		Bad:  Example{"S 220 " + string(repeated(maxReadableLine)) + "\r\n"},
		Good: Example{"S 220 ready\r\n"},
	}
)

// repeated returns n letters, for an example that is too long to write down.
func repeated(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'x'
	}
	return b
}

var framingRules = []*Rule{
	notReply,
	unterminatedReply,
	strayLine,
	{
		Name: "foreign-terminator", Group: Framing, Severity: Warning, Needs: fidelity.AllLines | fidelity.LineStarts,
		Summary: "A multi-line reply ends with another code than it began with.",
		Why: `The last line must repeat the code of the first. A client that requires this waits forever. A
client that accepts any code continues, but then has two codes to choose from: 553 and 150 in one
reply say that the file was refused and that it is coming. Use one code for the whole reply.`,
		RFC:     "RFC 959, section 4.2",
		Servers: []string{"glFTPd"},
		Bad:     Example{"S 220 ready\r\n", "C STOR x\r\n", "S 553-\r\n553- not here\r\n150 opening\r\n", "C QUIT\r\n", "S 221 bye\r\n"},
		Good:    Example{"S 220 ready\r\n", "C STOR x\r\n", "S 553-\r\n553 not here\r\n", "C QUIT\r\n", "S 221 bye\r\n"},
		signs: []sign{{ftpreply.ForeignTerminator,
			"this reply ends with another code, %s, than it began with", "the code of the last line"}},
	},
	{
		Name: "hidden-reply", Group: Framing, Severity: Warning, Needs: fidelity.LineEnds,
		Summary: "Text after a bare LF looks like a reply.",
		Why: `The server ends its lines with CR LF, so a bare LF is text: a part of a file name, or of a command
that was echoed. A client that ends lines at any LF takes the text after it for a reply, and is
off by one reply from then on. Anyone who can name a file can write such a reply. Replace control
characters in echoed text, or begin the line with a space.`,
		RFC:     "RFC 959, section 4.2; RFC 2640, section 3.1",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8", "pyftpdlib 1.5.7", "npm ftp-srv 4.6.3", "goftp 2.0.3", "inetutils ftpd 2.4", "ftpd-ssl 0.17", "ftpserverlib 0.31.0"},
		Bad:     Example{"S 220 ready\r\n", "C STAT .\r\n", "S 213-Status\r\n-rw-r--r-- nl\n213 End in a name\r\n213 End\r\n"},
		Good:    Example{"S 220 ready\r\n", "C STAT .\r\n", "S 213-Status\r\n-rw-r--r-- nl?213 End in a name\r\n213 End\r\n"},
		signs: []sign{{ftpreply.HiddenReply,
			"text of this %s reply looks like a reply of its own", "after a bare LF, so text"}},
	},
	{
		Name: "inner-code", Group: Framing, Severity: Warning, Needs: fidelity.LineEnds | fidelity.AllLines | fidelity.LineStarts,
		Summary: "A line inside a multi-line reply begins with another code.",
		Why: `Only the reply's own code and a space end it, so this line is text. But many clients take any code
for the end: they act on the wrong code, and are off by one reply from then on. A greeting that
contains "230 " makes some of them believe that they are logged in. Put a space, or the reply's
code and a hyphen, before text that begins with digits.`,
		RFC:  "RFC 959, section 4.2",
		Bad:  Example{"S 220-hello\r\n230 days without an accident\r\n220 ready\r\n"},
		Good: Example{"S 220-hello\r\n 230 days without an accident\r\n220 ready\r\n"},
		signs: []sign{{ftpreply.InnerCode,
			"a line inside this %s reply begins like another reply", "text, since the code is not the reply's"}},
	},
	{
		Name: "bare-terminator", Group: Framing, Severity: Warning, Needs: fidelity.LineEnds | fidelity.LineStarts,
		Summary: "The last line of a multi-line reply is the code without a space.",
		Why: `RFC 3659 allows this in the reply to MLST; everywhere else a space must follow the code. Many
clients search for the space and wait until their deadline. Send the space.`,
		RFC:  "RFC 959, section 4.2; RFC 3659, section 7.2",
		Bad:  Example{"S 220-hello\r\n220\r\n"},
		Good: Example{"S 220-hello\r\n220 ready\r\n"},
		signs: []sign{{ftpreply.BareTerminator,
			"the last line of this %s reply is only the code", "a space is missing"}},
	},
	{
		Name: "unpadded-digits", Group: Framing, Severity: Info, Needs: fidelity.LineEnds | fidelity.AllLines | fidelity.LineStarts,
		Summary: "A line inside a multi-line reply begins with three digits and something else.",
		Why: `Text that begins with a number should be padded, so that no client takes it for a code: "2024 was
a good year" ends the reply for some of them. Begin the line with a space.`,
		RFC:  "RFC 959, section 4.2",
		Bad:  Example{"S 220-hello\r\n2024 was a good year\r\n220 ready\r\n"},
		Good: Example{"S 220-hello\r\n 2024 was a good year\r\n220 ready\r\n"},
		signs: []sign{{ftpreply.UnpaddedDigits,
			"a line inside this %s reply begins with digits", "should be padded"}},
	},
	{
		Name: "bare-code", Group: Framing, Severity: Info, Needs: fidelity.LineEnds,
		Summary: "A reply is a code without a space after it.",
		Why: `The text is optional, the space is not. Some clients wait for more, others fail. RFC 2640 and RFC
7151 allow this form in the replies to LANG and HOST. Send the space.`,
		RFC:     "RFC 959, section 4.2",
		Servers: []string{"B4X FTP Server"},
		Bad:     Example{"S 220 ready\r\n", "C USER x\r\n", "S 331\r\n"},
		Good:    Example{"S 220 ready\r\n", "C USER x\r\n", "S 331 \r\n"},
		signs: []sign{{ftpreply.BareCode,
			"this %s reply is only a code", "a space is missing after the code"}},
	},
	{
		Name: "bad-separator", Group: Framing, Severity: Info,
		Summary: "The byte after the code is neither a space nor a hyphen.",
		Why: `The byte is a TAB, an underscore, or the first letter of the text. Many clients do not recognize
such a line as a reply, and wait. Send a space after the code.`,
		RFC:  "RFC 959, section 4.2",
		Bad:  Example{"S 220\tready\r\n"},
		Good: Example{"S 220 ready\r\n"},
		signs: []sign{{ftpreply.BadSeparator,
			"no space and no hyphen follows the code of this %s reply", "a space is missing"}},
	},
	{
		Name: "blank-line", Group: Framing, Severity: Info, Needs: fidelity.AllLines,
		Summary: "A blank line comes before a reply.",
		Why: `A blank line is not a reply, and clients that expect one fail on it. Inside a multi-line reply a
blank line is text. Remove the line.`,
		RFC:  "RFC 959, section 4.2",
		Bad:  Example{"S \r\n220 ready\r\n"},
		Good: Example{"S 220 ready\r\n"},
		signs: []sign{{ftpreply.BlankLine,
			"a blank line comes before this %s reply", "not a reply"}},
	},
	overLimit,
}

// The limits of curl 7.88: 64 KiB for a line, 300 KiB for all replies to one command. Other
// clients hold less.
const (
	maxReadableLine  = 64 << 10
	maxReadableReply = 300 << 10
)

// judgeFraming reports a reply whose end was found by another reading.
func (l *Linter) judgeFraming(it *control.Item) {
	r, raw := it.Reply, it.Reply.Raw()
	d := Diagnostic{Rule: unterminatedReply}
	switch it.Reading {
	case control.Given:
		return
	case control.AnyCode:
		d.From = bytes.LastIndexByte(bytes.TrimSuffix(raw, []byte{'\n'}), '\n') + 1
		d.To = d.From + 4
		d.Message = fmt.Sprintf("no line ends this %s reply; if any code may end it, it ends here", openerCode(r).String())
		d.Note = "another code than the first line's"
		d.sign = ftpreply.ForeignTerminator
	default:
		d.From, d.To = len(raw)-1, len(raw)
		d.Message = fmt.Sprintf("no CR LF ends this %s reply; if any LF may end it, it ends here", openerCode(r).String())
		d.Note = "a bare LF, but the lines before end in CR LF"
		d.sign = ftpreply.BareLF
		if it.Reading == control.AnyLF {
			d.Severity = Warning // most clients accept it
		}
	}
	l.report(it, d)
}

// judgeSize reports a reply, or its first line, that is longer than clients hold.
func (l *Linter) judgeSize(it *control.Item) {
	r, raw := it.Reply, it.Reply.Raw()
	d := Diagnostic{Rule: overLimit, Note: "its beginning"}
	switch {
	case len(raw) > maxReadableReply:
		d.From = len(raw) - textLen(r)
		d.To = d.From + 3
		d.Message = fmt.Sprintf("this %s reply has %d bytes", r.Code().String(), len(raw))
		l.report(it, d)
	case r.Deviations().HasAny(ftpreply.LongLine):
		for line := range bytes.Lines(raw) {
			if len(line) > maxReadableLine {
				d.To = d.From + firstWord(line)
				d.Message = fmt.Sprintf("a line of this %s reply has %d bytes", r.Code().String(), len(line))
				l.report(it, d)
				return
			}
			d.From += len(line)
		}
	}
}

// judgeError reports bytes that are not a reply.
func (l *Linter) judgeError(it *control.Item) {
	if it.Torn {
		return // a part of the missing bytes
	}
	at := int(it.Err.Offset - it.Offset)
	raw := it.Reply.Raw()
	begins := it.Reply.Code() != 0 || at < len(raw) && len(bytes.Trim(raw[at:], "0123456789\r")) == 0 // as a reply does
	f := Diagnostic{Rule: notReply, From: at, To: at + firstWord(raw[at:]), Note: "not a reply code"}
	switch {
	case it.Err.Err == ftpreply.ErrTooLong:
		f.Rule = overLimit
		f.Message = "a reply is longer than the limit, and was skipped"
		f.Note = "its beginning"
		if it.Reply.Code() == 0 {
			f.Message = "more bytes than the limit come before a reply, and were skipped"
		}
	case it.Err.Err == io.ErrUnexpectedEOF && begins:
		f.Rule = unterminatedReply
		f.Message = "the connection ends in this reply"
		f.Note = "its beginning"
		if it.HungUp {
			f.Message = "the client closes the connection in this reply"
			f.Severity = Info // the server may not have had the time
		}
	case len(bytes.Trim(raw, "\r\n\x00")) == 0:
		return
	case l.begun:
		f.Rule = strayLine
		f.Message = "a line between two replies is not a reply"
	default:
		f.Message = "the server does not begin as an FTP server does"
	}
	if what := it.Err.Resembles(); what != "" {
		f.Message += ": this looks like " + what
	}
	l.report(it, f)
}

// openerCode returns the code of the first line. The last line may have another.
func openerCode(r ftpreply.Reply) (code ftpreply.Code) {
	for l := range r.Lines() {
		for _, digit := range l.Prefix()[:min(3, len(l.Prefix()))] {
			code = 10*code + ftpreply.Code(digit-'0')
		}
		break
	}
	return code
}

// textLen returns the number of bytes from the code on.
func textLen(r ftpreply.Reply) (n int) {
	for l := range r.Lines() {
		n += len(l.Raw())
	}
	return n
}

// firstWord returns the length of the first word of b, which is marked in place of all of b.
func firstWord(b []byte) int {
	if i := bytes.IndexAny(b, " \r\n"); i >= 0 {
		return i
	}
	return min(len(b), 16)
}
