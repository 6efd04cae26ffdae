package lint

import "github.com/ftpreply/ftpreply/fidelity"

// These have no sign: judge finds them by what package payload reads.
var (
	passiveUnreadable = &Rule{
		Name: "passive-unreadable", Group: InPayload, Severity: Warning, Needs: fidelity.Texts,
		Summary: "The address of a 227, 228 or 229 cannot be read.",
		Why: `No client finds out where to connect, and no transfer works. Write the six numbers of
a 227 in parentheses, with commas; a 229 has the port between vertical bars.`,
		RFC:     "RFC 959, section 5.3.2; RFC 1639, section 3; RFC 2428, section 3",
		Servers: []string{"servers that answer PASV over IPv6"},
		Bad:     login("C PASV\r\n", "S 227 Entering Passive Mode\r\n"),
		Good:    login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n"),
	}
	passiveRange = &Rule{
		Name: "passive-range", Group: InPayload, Severity: Error, Needs: fidelity.Texts,
		Summary: "The address of a 227, 228 or 229 does not exist.",
		Why: `A number of a 227 is above 255, a port above 65535 or 0. Clients fail, or connect to
another port than was meant.`,
		RFC:  "RFC 959, section 5.3.2; RFC 2428, section 3",
		Bad:  login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,260,51)\r\n"),
		Good: login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n"),
	}
	passiveShape = &Rule{
		Name: "passive-shape", Group: InPayload, Severity: Info, Needs: fidelity.Texts,
		Summary: "The address of a 227, 228 or 229 has another shape than its grammar.",
		Why: `Only one reading is possible, but clients that look for the exact shape fail: for
the parentheses, for no blanks between the numbers, for nothing behind them.`,
		RFC:     "RFC 959, section 4.2.1; RFC 1123, section 4.1.2.6; RFC 2428, section 3",
		Servers: []string{"pyftpdlib 1.5.7 (a full stop behind a 229)", "ProFTPD 1.3.8 (PASV over IPv6)", "aioftp 0.21.4"},
		Bad:     login("C PASV\r\n", "S 227 Entering Passive Mode 192,0,2,1,4,51\r\n"),
		Good:    login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n"),
	}
	pwdShape = &Rule{
		Name: "pwd-shape", Group: InPayload, Severity: Info, Needs: fidelity.AllBytes | fidelity.Texts,
		Summary: "The path of a 257 is not in quotes, or its quotes are not doubled.",
		Why: `The path stands in quotes right behind the code, and a quote in it is doubled. Clients
that take the text between the first two quotes get a piece of the name otherwise, or none.`,
		RFC:     "RFC 959, appendix II",
		Servers: []string{"Pure-FTPd 1.0.50", "inetutils ftpd 2.4", "Globus GridFTP 13.24", "Twisted 22.4.0", "aioftp 0.21.4", "goftp 2.0.3"},
		Bad:     login("C PWD\r\n", "S 257 \"/quo\"te\" is current\r\n"),
		Good:    login("C PWD\r\n", "S 257 \"/quo\"\"te\" is current\r\n"),
	}
	featShape = &Rule{
		Name: "feat-shape", Group: InPayload, Severity: Info, Needs: fidelity.LineEnds | fidelity.AllLines | fidelity.LineStarts | fidelity.Texts,
		Summary: "The list of FEAT has another shape than its grammar.",
		Why: `Each feature stands on a line of its own, with one SP in front. Clients that look for
that SP do not see a feature that stands otherwise.`,
		RFC:     "RFC 2389, section 3.2",
		Servers: []string{"goftp 2.0.3"},
		Bad:     login("C FEAT\r\n", "S 211-Features\r\nSIZE\r\n211 End\r\n"),
		Good:    login("C FEAT\r\n", "S 211-Features\r\n SIZE\r\n211 End\r\n"),
	}
	factShape = &Rule{
		Name: "fact-shape", Group: InPayload, Severity: Info, Needs: fidelity.LineEnds | fidelity.LineStarts | fidelity.Texts,
		Summary: "The size, the time or the facts of a file are not in their grammar.",
		Why: `A 213 to SIZE is a number and nothing else, one to MDTM a time; a 250 to MLST has the
facts on a line with one SP in front. Clients that read exactly that fail on words around it.`,
		RFC:  "RFC 3659, sections 3.1, 4.1 and 7.2",
		Bad:  login("C SIZE a\r\n", "S 213 1048576 bytes\r\n"),
		Good: login("C SIZE a\r\n", "S 213 1048576\r\n"),
	}
	featUntrue = &Rule{
		Name: "feat-untrue", Group: InPayload, Severity: Warning, Needs: fidelity.BothSides,
		Summary: "FEAT lists a command that the server then does not know.",
		Why: `A client relies on the list and has no other way ready. Leave out of the list what is
switched off.`,
		RFC:  "RFC 2389, section 3.2",
		Bad:  login("C FEAT\r\n", "S 211-Features\r\n MDTM\r\n211 End\r\n", "C MDTM a\r\n", "S 502 MDTM is not implemented\r\n"),
		Good: login("C FEAT\r\n", "S 211-Features\r\n SIZE\r\n211 End\r\n", "C MDTM a\r\n", "S 502 MDTM is not implemented\r\n"),
	}
)

var payloadRules = []*Rule{
	passiveUnreadable, passiveRange, passiveShape, pwdShape, featShape, factShape, featUntrue,
}
