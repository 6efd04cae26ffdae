// Package ftpreply reads the replies of an FTP server. It finds where each reply ends, knows the
// meaning of each code, and reports every deviation from the RFCs without losing its place.
//
//	replies := ftpreply.NewParser(conn)
//	for reply, err := range replies.All() {
//		if err != nil {
//			return err
//		}
//		fmt.Println(reply) // 220 "Service ready"
//	}
//
// # Replies
//
// An FTP client sends commands on the control connection, and the server answers each with one
// or more replies. A reply begins with a code of three digits, whose first digit is its [Class]:
// preliminary (1yz), completion (2yz), intermediate (3yz), transient negative (4yz), permanent
// negative (5yz), or protected (6yz, RFC 2228).
//
// In a one-line reply, a SP follows the code. In a multi-line reply, a hyphen follows the code
// of the first line, and the reply ends with the first line that begins with the same code and
// SP. The lines between them may have any text:
//
//	220 Service ready
//
//	211-Features:
//	 MLST size*;modify*;
//	 UTF8
//	211 End
//
// The rule is short, and a client that applies it wrongly once is off by one reply from then on:
// it takes the answer to one command for the answer to the next.
//
// # Reading
//
// A [Parser] reads replies from an io.Reader. A [Framer] takes them from bytes that the caller
// has read, as an event loop does. Both use the same state machine, so the same bytes give the
// same replies, positions and errors in whatever pieces they arrive. [Parse] reads one whole
// reply from a slice, [Valid] checks one, and [AppendReply] writes one. [AppendCommand] writes a
// command that cannot smuggle in another one, and a [CommandFramer] reads commands.
//
// A line that was cut off is never returned as a reply. An error of the reader, such as a
// deadline, is returned unchanged and loses nothing; call Next again. Bytes that are not a
// reply are returned once, as a *[SyntaxError] with their position, and reading continues after
// them.
//
// # Deviations
//
// Real servers deviate from the RFCs in many ways that readers tolerate, and in some that deceive
// them. The package reads all of these replies and reports the differences:
// [Reply.Deviations] is the set of them, and [Reply.Find] returns their places. With
// [Options].Reject, a reply with certain deviations is returned with an error instead. [Strict]
// is the set of those that an RFC forbids.
//
// # Line endings
//
// RFC 959 ends lines with CR LF, but some servers send a LF alone, and many readers accept both.
// Others copy file names and commands into their replies, and these may contain a LF. A reader
// that ends a line at every LF then takes the rest of a file name for the next reply.
//
// Therefore the line ending is learned from the first reply. If its last line ended in CR LF, only
// CR LF ends a line from then on, and a LF alone is text. See [LineEnding].
//
// # Replies that do not end
//
// Some servers end a multi-line reply with another code (glftpd), or end one line in LF after
// they have used CR LF. The reply then seems incomplete, and the client reaches its deadline.
// [Parser.Pending] returns the bytes that have arrived. Set [Options].LineEnding or AnyCode and
// call Next again to judge these bytes by looser rules. Function Await of package dialogue does
// this.
//
// # Ownership
//
// A [Reply] and its [Line]s view the buffer of the Parser, or the window of the Framer. They
// are valid until the next call. [Reply.Clone] returns a copy to keep. Text is bytes: it is not
// decoded and not trimmed.
//
// # Limits
//
// A reply has at most [Options].MaxReply bytes, 1 MiB by default. This bounds the memory,
// whatever the server sends. A single line has no limit of its own, because RFC 2228, section 10
// forbids refusing a protected reply for its length.
//
// # Documents
//
// RFC 959 (FTP), 1123 section 4.1 (requirements), 854 (Telnet), 1639, 2228 (security), 2389
// (FEAT), 2428 (EPSV), 2577, 2640 (UTF-8), 3659 (MLST), 4217 (TLS), 6384 (translation), 7151
// (HOST).
package ftpreply
