// Package lint judges the server's side of a control connection: it finds the replies that
// break the RFCs, or that real clients cannot read.
//
// A [Linter] receives the Items of a [control.Conn] and reports each finding as a
// [Diagnostic]. It judges the bytes of a reply, its code, its place in the dialogue, the
// payload in its text, and its effect on security. If only one side was recorded, nothing is
// inferred about the other.
//
//	l := lint.Linter{Report: func(d *lint.Diagnostic) { fmt.Println(d.Severity, d.Message) }}
//	c := control.Conn{Handle: l.Item}
//	// Call c.Server and c.Client with the bytes of each side, then c.Close.
//
// A finding depends only on the Items before it, so it is never withdrawn. Memory is bounded.
//
// Rules are data: a [Rule] has a name, a reason, an RFC section, the servers that were seen to
// break it, and the clients that fail on it. The clients were measured: a client is listed if
// it failed, hung, or took one reply for another when it was run against such a reply. A rule
// without such a list was not measured, or all clients passed.
//
// # Severities
//
// [Error]: no client can read this correctly. [Warning]: at least one real client
// desynchronizes or misreads it. [Info]: a common deviation that clients tolerate. Legal input
// has no rule, except where some clients cannot read it.
package lint
