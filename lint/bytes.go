package lint

import (
	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/fidelity"
)

var byteRules = []*Rule{
	{
		Name: "bare-lf", Group: Bytes, Severity: Info, Needs: fidelity.LineEnds,
		Summary: "A LF without CR ends a line, or is a part of the text.",
		Why: `Lines end with CR LF in Telnet, and therefore in FTP. Some clients wait for the CR. If the server
usually ends its lines with CR LF, the LF is text: a part of a file name or of an echoed command.
End every line with CR LF, and replace control characters in echoed text.`,
		RFC:     "RFC 959, section 4.2; RFC 1123, section 4.1.2.10",
		Servers: []string{"goftp 2.0.3 (FEAT, STAT)", "ProFTPD 1.3.0a (FEAT)", "vsftpd 3.0.3", "ProFTPD 1.3.8", "pyftpdlib 1.5.7", "Twisted 22.4.0 (echoed text)"},
		Bad:     Example{"S 220 ready\n"},
		Good:    Example{"S 220 ready\r\n"},
		signs: []sign{
			{ftpreply.BareLF, "a line of this %s reply ends in LF without CR", "CR LF ends a line"},
			{ftpreply.LFInText, "the text of this %s reply contains a bare LF", "text, since this server ends its lines with CR LF"},
		},
	},
	{
		Name: "bare-cr", Group: Bytes, Severity: Info, Needs: fidelity.LineEnds,
		Summary: "A line contains a CR that no LF follows.",
		Why: `Telnet allows a CR only in CR LF and CR NUL. Some clients end the line there and take the rest for
a reply: anyone who can name a file can write one. Replace control characters in echoed text.`,
		RFC:     "RFC 854, the NVT printer and keyboard; RFC 2640, section 3.1",
		Servers: []string{"ProFTPD 1.3.8", "npm ftp-srv 4.6.3", "goftp 2.0.3", "ftpserverlib 0.31.0", "Twisted 22.4.0", "pyftpdlib 1.5.7"},
		Bad:     Example{"S 220 ready\r331 password\r\n"},
		Good:    Example{"S 220 ready?331 password\r\n"},
		signs: []sign{{ftpreply.BareCR,
			"this %s reply contains a CR that does not end a line", "no LF after it"}},
	},
	{
		Name: "cr-run", Group: Bytes, Severity: Info, Needs: fidelity.LineEnds,
		Summary: "A line ends with more than one CR before the LF.",
		Why: `This happens if a message file with CR LF line endings is sent with another CR LF after each line.
Some clients see a blank line, and fail on it. Remove the line endings of the file first.`,
		RFC:     "RFC 854, the NVT printer and keyboard; RFC 959, section 4.2",
		Servers: []string{"vsftpd 3.0.3 (.message)", "ftpd-ssl 0.17 (.message)"},
		Bad:     Example{"S 220 ready\r\r\n"},
		Good:    Example{"S 220 ready\r\n"},
		signs: []sign{{ftpreply.CRRun,
			"more than one CR ends a line of this %s reply", "one is enough"}},
	},
	{
		Name: "nul-byte", Group: Bytes, Severity: Warning, Needs: fidelity.AllBytes,
		Summary: "The reply contains a NUL.",
		Why: `A NUL ends the string for a client written in C, and curl 8.22 fails the transfer at any NUL. It comes
from a file name or a command that is echoed, or from padding before the code. Replace it before the
text is sent.`,
		RFC:  "RFC 854, the NVT printer and keyboard; RFC 2640, section 3.1",
		Bad:  Example{"S 220 ready\x00\r\n"},
		Good: Example{"S 220 ready\r\n"},
		signs: []sign{{ftpreply.NUL,
			"this %s reply contains a NUL", "NUL"}},
	},
	{
		Name: "control-byte", Group: Bytes, Severity: Info, Needs: fidelity.AllBytes,
		Summary: "The reply contains an ESC, a DEL or another control character.",
		Why: `They come from file names and commands that are echoed. A terminal obeys the bytes after an ESC.
Replace control characters before the text is sent.`,
		RFC:     "RFC 959, section 5.3.2; RFC 2640, section 3.1",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8", "npm ftp-srv 4.6.3", "goftp 2.0.3", "ftpserverlib 0.31.0 (file names)"},
		Bad:     Example{"S 257 \"/a\x1b[2Jb\" created\r\n"},
		Good:    Example{"S 257 \"/a?[2Jb\" created\r\n"},
		signs: []sign{
			{ftpreply.ControlByte, "this %s reply contains a control character", "control character"},
		},
	},
	{
		Name: "telnet-bytes", Group: Bytes, Severity: Info, Needs: fidelity.AllBytes,
		Summary: "Telnet commands come before the code, or the text contains a single IAC.",
		Why: `A server that refuses a Telnet option answers in the stream of replies. Most clients do not speak
Telnet and find no code in such a line. In the text, a byte 255 must be doubled. Ignore Telnet
options in silence.`,
		RFC:     "RFC 854, the command structure; RFC 1123, section 4.1.2.12",
		Servers: []string{"ProFTPD 1.3.8", "inetutils ftpd 2.4", "ftpd-ssl 0.17", "Globus GridFTP 13.24"},
		Bad:     Example{"S 220 ready\r\n", "C \xff\xfb\x06NOOP\r\n", "S \xff\xfe\x06200 NOOP command successful\r\n"},
		Good:    Example{"S 220 ready\r\n", "C \xff\xfb\x06NOOP\r\n", "S 200 NOOP command successful\r\n"},
		signs: []sign{
			{ftpreply.TelnetCommand, "a Telnet command comes before this %s reply", "not text"},
			{ftpreply.IACInText, "the text of this %s reply contains a single IAC", "byte 255"},
		},
	},
	{
		Name: "not-utf8", Group: Bytes, Severity: Info, Needs: fidelity.AllBytes,
		Summary: "The text contains bytes that are not UTF-8.",
		Why: `This is legal as long as the server has not listed UTF8 in FEAT. Clients that decode all text as
UTF-8 fail on it. Send file names in UTF-8, and list UTF8.`,
		RFC:     "legal; RFC 2640, section 2.2 asks for UTF-8",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8", "Pure-FTPd 1.0.50"},
		Bad:     Example{"S 220 caf\xe9\r\n"},
		Good:    Example{"S 220 café\r\n"},
		signs: []sign{{ftpreply.NotUTF8,
			"the text of this %s reply is not UTF-8", "not UTF-8"}},
	},
	{
		Name: "long-line", Group: Bytes, Severity: Info,
		Summary: "A line has more than 512 bytes.",
		Why: `This is legal, but old clients hold no more than 512 bytes, and wget fails at 4096. Keep the lines
of replies short.`,
		RFC:     "legal; RFC 2228, section 10 forbids a limit for protected replies",
		Servers: []string{"Globus GridFTP 13.24", "npm ftp-srv 4.6.3", "goftp 2.0.3", "Twisted 22.4.0", "Pure-FTPd 1.0.50", "ProFTPD 1.3.8", "vsftpd 3.0.3"},
		Bad:     Example{"S 220 " + string(repeated(512)) + "\r\n"},
		Good:    Example{"S 220 " + string(repeated(506)) + "\r\n"},
		signs: []sign{{ftpreply.LongLine,
			"a line of this %s reply has more than 512 bytes", "from here on"}},
	},
}
