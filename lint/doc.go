// Package lint tells what is wrong with the server's side of a control
// connection, and whom it breaks.
//
// A [Conn] is told what each side sent, in the order in which it crossed the
// wire. It finds the commands and the replies, hands them on as an [Item] each,
// and judges them by the [Rule]s; what it finds is a [Diagnostic]. It never
// stops: bytes that are no reply are reported and skipped, and so is a reply that
// does not end (see [Reading]). Memory is bounded by [ftpreply.Options.MaxReply],
// whatever the peers send.
//
// The commands and the replies go to a [dialogue.Sequencer] as well, in their order. So a
// reply is judged as the answer to its command: whether the code is one that the
// command may get, and whether it comes in order. When one side alone was recorded,
// nothing is inferred about the other. The texts that programs read go to package
// payload.
//
// What was found stays found: a finding depends on what came before it alone. That a
// command is still owed its reply is told by Close.
//
// Rules are data: what is wrong, why it matters, which RFC says so, which servers
// do it, and which clients it breaks. That last list was measured: a client is in
// it when it was run against such a reply and failed, hung, or took one reply for
// another. A rule without such a list was not measured.
//
// # Severities
//
// An [Error] is wrong whoever reads it. With a [Warning] some reader loses step or
// is fooled. An [Info] is a departure that real servers make and readers survive.
// What is legal is no rule, with the exception of what some readers cannot read.
package lint
