package lint

import (
	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/fidelity"
)

// These have no sign: judge finds them by what the framer returns.
var (
	notReply = &Rule{
		Name: "not-a-reply", Group: Framing, Severity: Error, Needs: fidelity.AllLines,
		Summary: "The server does not begin as an FTP server does.",
		Why: `The first line of a control connection must be a reply, 220 as a rule. Another
protocol answers here (SSH on port 22, a web server, TLS from the first byte), or
the server prints a banner without a code. Readers fail on it, or wait for the
end of a reply that never comes.`,
		RFC:     "RFC 959, section 4.2",
		Servers: []string{"SSH servers on the port of FTP"},
		Bad:     Example{"S SSH-2.0-OpenSSH_9.2\r\n"},
		Good:    Example{"S 220 ready\r\n"},
	}
	unterminatedReply = &Rule{
		Name: "unterminated-reply", Group: Framing, Severity: Error, Needs: fidelity.AllBytes | fidelity.AllLines | fidelity.LineStarts,
		Summary: "A reply has no end: the client speaks, or the connection ends, while it is open.",
		Why: `A multi-line reply ends with a line of its own code and a SP; a line ends with CR
LF. Where that is missing, a reader that keeps to the RFC waits until its deadline,
while one that takes any code, or any LF, goes on. Both readings are given. If the
connection was cut, look for the reason on the server's side.`,
		RFC:     "RFC 959, section 4.2",
		Servers: []string{"glFTPd (another code ends the reply)"},
		Bad:     Example{"S 220 ready\r\n", "C STOR x\r\n", "S 553-\r\n553- not here\r\n150 opening\r\n", "C QUIT\r\n", "S 221 bye\r\n"},
		Good:    Example{"S 220 ready\r\n", "C STOR x\r\n", "S 553-\r\n553 not here\r\n", "C QUIT\r\n", "S 221 bye\r\n"},
	}
	strayLine = &Rule{
		Name: "stray-line", Group: Framing, Severity: Warning, Needs: fidelity.LineEnds | fidelity.AllLines,
		Summary: "A line that is no reply stands between two replies.",
		Why: `Often a server has put a CR LF into the text of a one-line reply, by echoing a
command with its line end, or has left out the hyphen behind the first code. Some
readers fail on such a line, others skip it.`,
		RFC:     "RFC 959, section 4.2",
		Servers: []string{"Globus GridFTP 13.24 (501 to TYPE)"},
		Bad:     Example{"S 220 ready\r\n", "C TYPE E\r\n", "S 501 'TYPE E\r\n' unrecognized type.\r\n"},
		Good:    Example{"S 220 ready\r\n", "C TYPE E\r\n", "S 501 'TYPE E' unrecognized type.\r\n"},
	}
	overLimit = &Rule{
		Name: "over-limit", Group: Framing, Severity: Warning, Needs: fidelity.AllLines,
		Summary: "A line has more than 64 KiB, or a reply more than 300 KiB.",
		Why: `No RFC gives a limit, but every reader has one: some fail at 4 KiB of a line, curl
at 300 KiB of replies. A reply without an end is a way to fill a client's memory. Send
listings over a data connection.`,
		RFC:  "legal; RFC 959, section 3.1 has a data connection for what is long",
		Bad:  Example{"S 220 " + string(repeated(maxReadableLine)) + "\r\n"},
		Good: Example{"S 220 ready\r\n"},
	}
)

// repeated makes the text of an example that is too long to be written down.
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
		Why: `The last line must repeat the code of the first. A reader that keeps to that waits
for ever; one that takes any code reads on, and then has two codes to choose from: 553
and 150 in one reply say that the file was refused and that it is coming.`,
		RFC:     "RFC 959, section 4.2",
		Servers: []string{"glFTPd"},
		Bad:     Example{"S 220 ready\r\n", "C STOR x\r\n", "S 553-\r\n553- not here\r\n150 opening\r\n", "C QUIT\r\n", "S 221 bye\r\n"},
		Good:    Example{"S 220 ready\r\n", "C STOR x\r\n", "S 553-\r\n553 not here\r\n", "C QUIT\r\n", "S 221 bye\r\n"},
		signs: []sign{{ftpreply.ForeignTerminator,
			"this reply ends with another code, %s, than it began with", "the code of the last line"}},
	},
	{
		Name: "hidden-reply", Group: Framing, Severity: Warning, Needs: fidelity.LineEnds,
		Summary: "What stands behind a bare LF in the text looks like a reply.",
		Why: `The server ends its lines with CR LF, so a bare LF is text: of a file name, or of a
command that was echoed. A reader that ends lines at any LF takes what follows for
a reply, and is one reply off from then on. Whoever can name a file can write such a
reply. Replace control characters in what is echoed, or pad the line with a SP.`,
		RFC:     "RFC 959, section 4.2; RFC 2640, section 3.1",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8", "pyftpdlib 1.5.7", "npm ftp-srv 4.6.3", "goftp 2.0.3", "inetutils ftpd 2.4", "ftpd-ssl 0.17", "ftpserverlib 0.31.0"},
		Bad:     Example{"S 220 ready\r\n", "C STAT .\r\n", "S 213-Status\r\n-rw-r--r-- nl\n213 End in a name\r\n213 End\r\n"},
		Good:    Example{"S 220 ready\r\n", "C STAT .\r\n", "S 213-Status\r\n-rw-r--r-- nl?213 End in a name\r\n213 End\r\n"},
		signs: []sign{{ftpreply.HiddenReply,
			"text of this %s reply looks like a reply of its own", "behind a bare LF, so text"}},
	},
	{
		Name: "inner-code", Group: Framing, Severity: Warning, Needs: fidelity.LineEnds | fidelity.AllLines | fidelity.LineStarts,
		Summary: "A line inside a multi-line reply begins with another code.",
		Why: `Only the reply's own code and a SP end it, so this line is text. But many readers take
any code for the end: they act on the wrong code, and are one reply off from then on. A
greeting with "230 " in it makes some of them believe that they are logged in. Put a
SP, or the reply's code and a hyphen, in front of text that begins with digits.`,
		RFC:  "RFC 959, section 4.2",
		Bad:  Example{"S 220-hello\r\n230 days without an accident\r\n220 ready\r\n"},
		Good: Example{"S 220-hello\r\n 230 days without an accident\r\n220 ready\r\n"},
		signs: []sign{{ftpreply.InnerCode,
			"a line inside this %s reply begins as another reply does", "text, since the code is not the reply's"}},
	},
	{
		Name: "bare-terminator", Group: Framing, Severity: Warning, Needs: fidelity.LineEnds | fidelity.LineStarts,
		Summary: "The last line of a multi-line reply is the code without a SP.",
		Why: `RFC 3659 allows it to the reply to MLST; everywhere else the SP belongs to the
code. Many readers look for the SP and wait until their deadline.`,
		RFC:  "RFC 959, section 4.2; RFC 3659, section 7.2",
		Bad:  Example{"S 220-hello\r\n220\r\n"},
		Good: Example{"S 220-hello\r\n220 ready\r\n"},
		signs: []sign{{ftpreply.BareTerminator,
			"the last line of this %s reply is the code alone", "a SP belongs here"}},
	},
	{
		Name: "unpadded-digits", Group: Framing, Severity: Info, Needs: fidelity.LineEnds | fidelity.AllLines | fidelity.LineStarts,
		Summary: "A line inside a multi-line reply begins with three digits otherwise.",
		Why: `Text that begins with a number should be padded, so that no reader takes it for a
code: "2024 was a good year" ends a reply for some of them.`,
		RFC:  "RFC 959, section 4.2",
		Bad:  Example{"S 220-hello\r\n2024 was a good year\r\n220 ready\r\n"},
		Good: Example{"S 220-hello\r\n 2024 was a good year\r\n220 ready\r\n"},
		signs: []sign{{ftpreply.UnpaddedDigits,
			"a line inside this %s reply begins with digits", "should be padded"}},
	},
	{
		Name: "bare-code", Group: Framing, Severity: Info, Needs: fidelity.LineEnds,
		Summary: "A reply is a code without the SP that belongs to it.",
		Why: `Text is optional, the SP is not. Some readers wait for more, others fail. RFC 2640
and RFC 7151 allow it to LANG and to HOST.`,
		RFC:     "RFC 959, section 4.2",
		Servers: []string{"B4X FTP Server"},
		Bad:     Example{"S 220 ready\r\n", "C USER x\r\n", "S 331\r\n"},
		Good:    Example{"S 220 ready\r\n", "C USER x\r\n", "S 331 \r\n"},
		signs: []sign{{ftpreply.BareCode,
			"this %s reply is a code alone", "a SP belongs behind the code"}},
	},
	{
		Name: "bad-separator", Group: Framing, Severity: Info,
		Summary: "The byte behind the code is neither a SP nor a hyphen.",
		Why: `A TAB, an underscore or the first letter of the text stands there. Many readers see
no reply in such a line, and wait.`,
		RFC:  "RFC 959, section 4.2",
		Bad:  Example{"S 220\tready\r\n"},
		Good: Example{"S 220 ready\r\n"},
		signs: []sign{{ftpreply.BadSeparator,
			"no SP and no hyphen stands behind the code of this %s reply", "a SP belongs here"}},
	},
	{
		Name: "blank-line", Group: Framing, Severity: Info, Needs: fidelity.AllLines,
		Summary: "A blank line stands before a reply.",
		Why: `It is no reply, and readers that expect one fail on it. Inside a multi-line reply a
blank line is text.`,
		RFC:  "RFC 959, section 4.2",
		Bad:  Example{"S \r\n220 ready\r\n"},
		Good: Example{"S 220 ready\r\n"},
		signs: []sign{{ftpreply.BlankLine,
			"a blank line stands before this %s reply", "no reply"}},
	},
	overLimit,
}
