package lint

import "github.com/ftpreply/ftpreply/fidelity"

// These have no sign: judge finds them by looking for them.
var (
	dataAfter234 = &Rule{
		Name: "data-after-234", Group: Security, Severity: Error, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "Plaintext stands behind a 234, before the client has begun TLS.",
		Why: `Behind a 234 the client is the first to speak, in TLS. A client that keeps the bytes it
has read already takes them for replies that came under TLS: whoever sits on the wire has
written them (CVE-2021-22947). Or the server answers commands that it read before TLS.`,
		RFC:  "RFC 4217, section 4.1",
		Bad:  Example{"S 220 ready\r\n", "C AUTH TLS\r\n", "S 234 go\r\n230 in\r\n"},
		Good: Example{"S 220 ready\r\n", "C AUTH TLS\r\n", "S 234 go\r\n"},
	}
	secretInReply = &Rule{
		Name: "secret-in-reply", Group: Security, Severity: Error, Needs: fidelity.BothSides | fidelity.Passwords,
		Summary: "A reply repeats the password of the command that it answers.",
		Why: `Replies are shown to users and kept in logs, where passwords do not belong. Do not
repeat the argument of PASS, ACCT or ADAT.`,
		RFC:  "RFC 959, section 4.1.1, has the reply to PASS without it",
		Bad:  Example{"S 220 ready\r\n", "C PASS s3cret\r\n", "S 503 PASS s3cret: USER first\r\n"},
		Good: Example{"S 220 ready\r\n", "C PASS s3cret\r\n", "S 503 USER first\r\n"},
	}
	unsafePath = &Rule{
		Name: "unsafe-path", Group: Security, Severity: Warning, Needs: fidelity.LineEnds | fidelity.AllBytes,
		Summary: "A control character stands in a path that a client may send back.",
		Why: `A client that sends the path of a 257 in a CWD sends what is in it: behind a CR LF, a
command that the server or whoever made the directory chose. Refuse to make such names.`,
		RFC:     "RFC 959, section 5.3.2; RFC 2640, section 3.1",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8"},
		Bad:     login("C PWD\r\n", "S 257 \"/a\nDELE b\"\r\n"),
		Good:    login("C PWD\r\n", "S 257 \"/a?DELE b\"\r\n"),
	}
	terminalEscape = &Rule{
		Name: "terminal-escape", Group: Security, Severity: Warning, Needs: fidelity.AllBytes,
		Summary: "An ESC stands in a reply.",
		Why: `A terminal that shows the reply obeys what follows: it clears the screen, or writes
something else than what was sent. Such bytes come from names of files. Replace control
characters before the text is sent, and before it is shown.`,
		RFC:     "RFC 959, section 5.3.2, has printable characters only",
		Servers: []string{"vsftpd 3.0.3", "ProFTPD 1.3.8", "npm ftp-srv 4.6.3", "goftp 2.0.3"},
		Bad:     login("C CWD a\r\n", "S 550 a\x1b[2J: no such directory\r\n"),
		Good:    login("C CWD a\r\n", "S 550 a?[2J: no such directory\r\n"),
	}
	foreignPassiveHost = &Rule{
		Name: "foreign-passive-host", Group: Security, Severity: Warning, Needs: fidelity.Texts,
		Summary: "A 227 names another host than the server.",
		Why: `A client that believes it connects to somebody else: to a machine behind its own
firewall, as the server likes. A server behind address translation names its inner
address, which cannot be reached. 0.0.0.0 is no address at all. Many clients ignore the
host of a 227 for that reason.`,
		RFC:     "RFC 959, section 4.1.2; RFC 2577, section 3",
		Servers: []string{"vsftpd 3.0.3 (0.0.0.0 to PASV over IPv6)"},
		Bad:     login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n", "C PASV\r\n", "S 227 Entering Passive Mode (10,0,0,1,4,52)\r\n"),
		Good:    login("C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,51)\r\n", "C PASV\r\n", "S 227 Entering Passive Mode (192,0,2,1,4,52)\r\n"),
	}
	cleartextPassword = &Rule{
		Name: "cleartext-password", Group: Security, Severity: Warning, Needs: fidelity.BothSides | fidelity.Wire,
		Summary: "A password crosses in clear, though the server offers TLS.",
		Why: `The server has listed AUTH TLS in its FEAT, or has said 234. Everybody on the way can
read the password. Make the client use AUTH TLS before USER, and the server refuse USER
without it (RFC 4217, section 11.1).`,
		RFC:  "RFC 2577, section 5; RFC 4217, section 11.1",
		Bad:  Example{"S 220 ready\r\n", "C FEAT\r\n", "S 211-Features\r\n AUTH TLS\r\n211 End\r\n", "C USER x\r\n", "S 331 password\r\n", "C PASS y\r\n", "S 230 in\r\n"},
		Good: Example{"S 220 ready\r\n", "C FEAT\r\n", "S 211-Features\r\n AUTH TLS\r\n211 End\r\n", "C AUTH TLS\r\n", "S 234 go\r\n"},
	}
	userEnumeration = &Rule{
		Name: "user-enumeration", Group: Security, Severity: Info, Needs: fidelity.BothSides | fidelity.Texts,
		Summary: "A reply tells whether a user exists.",
		Why: `Whoever tries names learns which of them are worth guessing a password for. Answer
every USER with 331, and say of the two together that they are wrong.`,
		RFC:  "RFC 2577, section 7",
		Bad:  Example{"S 220 ready\r\n", "C USER x\r\n", "S 530 User x unknown\r\n"},
		Good: Example{"S 220 ready\r\n", "C USER x\r\n", "S 331 password\r\n", "C PASS y\r\n", "S 530 Login incorrect\r\n"},
	}
)

var securityRules = []*Rule{
	dataAfter234, secretInReply, unsafePath, terminalEscape,
	foreignPassiveHost, cleartextPassword, userEnumeration,
}
