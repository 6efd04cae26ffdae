package lint

import (
	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/fidelity"
)

var byteRules = []*Rule{
	{
		Name: "bare-lf", Group: Bytes, Severity: Info, Needs: fidelity.LineEnds,
		Summary: "A LF without CR ends a line, or stands in the text.",
		Why: `CR LF is the end of a line in Telnet, and so in FTP. Some readers wait for the CR. Where
the server's lines end in CR LF otherwise, the LF is text: of a file name or of a command.`,
		RFC:     "RFC 959, section 4.2; RFC 1123, section 4.1.2.10",
		Servers: []string{"goftp 2.0.3 (FEAT, STAT)", "ProFTPD 1.3.0a (FEAT)", "vsftpd 3.0.3", "ProFTPD 1.3.8", "pyftpdlib 1.5.7", "Twisted 22.4.0 (echoed text)"},
		Bad:     Example{"S 220 ready\n"},
		Good:    Example{"S 220 ready\r\n"},
		signs: []sign{
			{ftpreply.BareLF, "a line of this %s reply ends in LF without CR", "CR LF ends a line"},
			{ftpreply.LFInText, "a bare LF stands in the text of this %s reply", "text, since this server ends its lines with CR LF"},
		},
	},
	{
		Name: "bare-cr", Group: Bytes, Severity: Info, Needs: fidelity.LineEnds,
		Summary: "A CR stands in a line without a LF behind it.",
		Why: `Telnet has CR LF and CR NUL, and nothing else with CR. Some readers end the line there,
and take what follows for a reply: whoever can name a file can write one.`,
		RFC:     "RFC 854, the NVT printer and keyboard; RFC 2640, section 3.1",
		Servers: []string{"ProFTPD 1.3.8", "npm ftp-srv 4.6.3", "goftp 2.0.3", "ftpserverlib 0.31.0", "Twisted 22.4.0", "pyftpdlib 1.5.7"},
		Bad:     Example{"S 220 ready\r331 password\r\n"},
		Good:    Example{"S 220 ready?331 password\r\n"},
		signs: []sign{{ftpreply.BareCR,
			"a CR that ends no line stands in this %s reply", "no LF behind it"}},
	},
	{
		Name: "cr-run", Group: Bytes, Severity: Info, Needs: fidelity.LineEnds,
		Summary: "More than one CR stands before the LF.",
		Why: `A message file with CR LF line ends, sent with another CR LF behind each line, looks so.
Some readers see a blank line, and fail on it.`,
		RFC:     "RFC 854, the NVT printer and keyboard; RFC 959, section 4.2",
		Servers: []string{"vsftpd 3.0.3 (.message)", "ftpd-ssl 0.17 (.message)"},
		Bad:     Example{"S 220 ready\r\r\n"},
		Good:    Example{"S 220 ready\r\n"},
		signs: []sign{{ftpreply.CRRun,
			"more than one CR ends a line of this %s reply", "one is enough"}},
	},
	{
		Name: "control-byte", Group: Bytes, Severity: Info, Needs: fidelity.AllBytes,
		Summary: "A NUL, an ESC, a DEL or another control character stands in the reply.",
		Why: `They come from file names and commands that are echoed. A NUL is the end of the string to
a reader in C; a terminal obeys what follows an ESC. Replace them before the text is sent.`,
		RFC:     "RFC 959, section 5.3.2; RFC 2640, section 3.1",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8", "npm ftp-srv 4.6.3", "goftp 2.0.3", "ftpserverlib 0.31.0 (file names)"},
		Bad:     Example{"S 257 \"/a\x1b[2Jb\" created\r\n"},
		Good:    Example{"S 257 \"/a?[2Jb\" created\r\n"},
		signs: []sign{
			{ftpreply.NUL, "a NUL stands in this %s reply", "NUL"},
			{ftpreply.ControlByte, "a control character stands in this %s reply", "control character"},
		},
	},
	{
		Name: "telnet-bytes", Group: Bytes, Severity: Info, Needs: fidelity.AllBytes,
		Summary: "Telnet commands stand before the code, or a lone IAC in the text.",
		Why: `A server that refuses a Telnet option answers in the stream of replies. Most readers do
not speak Telnet and see no code in such a line. In the text a byte 255 must be doubled.`,
		RFC:     "RFC 854, the command structure; RFC 1123, section 4.1.2.12",
		Servers: []string{"ProFTPD 1.3.8", "inetutils ftpd 2.4", "ftpd-ssl 0.17", "Globus GridFTP 13.24"},
		Bad:     Example{"S 220 ready\r\n", "C \xff\xfb\x06NOOP\r\n", "S \xff\xfe\x06200 NOOP command successful\r\n"},
		Good:    Example{"S 220 ready\r\n", "C \xff\xfb\x06NOOP\r\n", "S 200 NOOP command successful\r\n"},
		signs: []sign{
			{ftpreply.TelnetCommand, "a Telnet command stands before this %s reply", "no text"},
			{ftpreply.IACInText, "a lone IAC stands in the text of this %s reply", "byte 255"},
		},
	},
	{
		Name: "not-utf8", Group: Bytes, Severity: Info, Needs: fidelity.AllBytes,
		Summary: "The text has bytes that are not UTF-8.",
		Why: `It is legal as long as the server has not said UTF8 to FEAT. Readers that decode all
text as UTF-8 fail on it.`,
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
		Why:     `It is legal, and old readers hold no more than 512 bytes; wget fails at 4096.`,
		RFC:     "legal; RFC 2228, section 10 forbids a limit for protected replies",
		Servers: []string{"Globus GridFTP 13.24", "npm ftp-srv 4.6.3", "goftp 2.0.3", "Twisted 22.4.0", "Pure-FTPd 1.0.50", "ProFTPD 1.3.8", "vsftpd 3.0.3"},
		Bad:     Example{"S 220 " + string(repeated(512)) + "\r\n"},
		Good:    Example{"S 220 " + string(repeated(506)) + "\r\n"},
		signs: []sign{{ftpreply.LongLine,
			"a line of this %s reply has more than 512 bytes", "from here on"}},
	},
}
