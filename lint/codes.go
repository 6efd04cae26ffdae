package lint

import "github.com/ftpreply/ftpreply"

var codeRules = []*Rule{
	{
		Name: "code-out-of-range", Group: Codes, Severity: Error,
		Summary: "The code is outside the range that has a meaning.",
		Why: `Codes range from 100 to 559, and 6yz are protected replies. A client decides by the first digit,
which is impossible with 0, 7, 8 or 9. Use a code that an RFC lists for the command.`,
		RFC:  "RFC 959, section 4.2; RFC 2228, section 5",
		Bad:  Example{"S 220 ready\r\n", "C NOOP\r\n", "S 999 ok\r\n"},
		Good: Example{"S 220 ready\r\n", "C NOOP\r\n", "S 200 ok\r\n"},
		signs: []sign{{ftpreply.CodeOutOfRange,
			"the code %s is outside the range that has a meaning", "100 to 559, or 6yz"}},
	},
	{
		Name: "unknown-code", Group: Codes, Severity: Info,
		Summary: "The code is in no RFC and in no list of codes in use.",
		Why: `A server may use codes of its own; a client should then decide by the first digit. Clients that
compare whole codes do not know this one. Use a code that an RFC lists for the command.`,
		RFC:  "legal; RFC 1123, section 4.1.2.11",
		Bad:  Example{"S 220 ready\r\n", "C NOOP\r\n", "S 249 ok\r\n"},
		Good: Example{"S 220 ready\r\n", "C NOOP\r\n", "S 200 ok\r\n"},
		signs: []sign{{ftpreply.UnknownCode,
			"the code %s is in no table", "decide by the first digit"}},
	},
}
