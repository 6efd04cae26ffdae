// Package ftpreply reads the replies of an FTP server from a control connection:
// it finds where each reply ends, says what its code means, and reports every
// departure from the RFCs without losing step.
//
// # Terms
//
// They are those of RFC 959. The server-PI sends replies, the user-PI sends
// commands. A reply begins with a reply code of three digits; its first digit makes
// it a preliminary (1yz), completion (2yz), intermediate (3yz), transient
// negative (4yz) or permanent negative (5yz) reply, or a protected one (6yz, RFC
// 2228). A one-line reply has a SP behind the code. A multi-line reply has a
// hyphen there, and ends with a line of the same code and a SP.
//
// # Reading
//
// A [Parser] pulls replies out of an io.Reader, a [Framer] is pushed bytes by an
// event loop. Both give the same replies for the same bytes in whatever pieces
// they come. [Parse] and [Valid] take one whole reply, [AppendReply] formats one.
//
// A line that was cut off is never a reply. An error of the reader, such as a
// deadline, comes back as it is and leaves everything in place; Next can be called again.
// Bytes that are no reply come back as a *[SyntaxError] and are consumed.
//
// # Line ends
//
// Servers put file names and echoed commands into their replies, and these may
// hold a LF. A reader that ends lines at any LF takes what follows for a reply. So
// what ends a line is learned from the first reply: if that ended in CR LF, only CR
// LF ends a line from then on. See [LineEnding].
//
// # A reply that does not end
//
// Some servers end a multi-line reply with another code (glftpd), or a line with a
// LF after they used CR LF before. A client then runs into its deadline. [Parser.Pending]
// shows what is there; with [Options].LineEnding or AnyCode changed, the next call of
// Next judges it anew.
//
// # Ownership of bytes
//
// A [Reply] and its [Line]s view the parser's buffer until the next call; methods
// that lend bytes say so. [Reply.Clone] copies. Text is bytes: nothing is decoded or
// trimmed.
//
// # Limits
//
// A reply has at most [Options].MaxReply bytes, 1 MiB unless set. Memory is bounded
// by that, whatever the peer sends. There is no limit for a line, since RFC 2228,
// section 10 forbids to refuse a protected reply for its length.
//
// # Documents
//
// RFC 959 (FTP), 1123 section 4.1 (requirements), 854 (Telnet), 1639, 2228
// (security), 2389 (FEAT), 2428 (EPSV), 2577, 2640 (UTF-8), 3659 (MLST), 4217 (TLS),
// 6384 (translation), 7151 (HOST).
package ftpreply
