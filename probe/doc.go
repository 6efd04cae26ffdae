// Package probe is a user-PI that asks an FTP server what it can do, and judges all
// that the server says.
//
// A [Session] is one control connection. It sends command lines, waits for their final
// replies, opens the data connections, and changes to TLS and back. Every byte goes
// through a lint.Conn, and if asked to a [Recording].
//
// [Run] plays the table of [Checks] against a server and returns a [Report]: what passed
// and failed, by section of the RFCs; which commands and features there are, as FEAT has
// it and as the server answers; and what package lint found, under the check that
// brought it out.
//
// # Limits
//
// Nothing waits without a limit: see [Limits]. A context that is cancelled ends every
// wait at once; Run then removes what it has made on the server, and says QUIT.
//
// # Whom it talks to
//
// Only to the address it was given. A 227 that names another host is reported, and
// nobody connects there; a data connection from another host is refused.
//
// # What it changes
//
// Without [Config].Write no command is sent that changes a file. With it all changes
// happen in a directory that Run makes and removes.
package probe
