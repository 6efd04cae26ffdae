// Package replytest helps to test programs that read FTP replies.
//
//   - [Check] runs a reader of replies on all vectors and explains each failure.
//   - [Vectors] returns the inputs that test package ftpreply itself, with the expected
//     results.
//   - [RandomReply], [RandomOddReply] and [RandomStream] generate replies together with
//     their contents.
//   - A [Reader] delivers a stream as a connection does: in pieces, with deadlines and
//     other errors in between. [Pieces] places them, [Faults] chooses them at random.
//   - [Serve] plays a scripted server on a connection, and [Listen] on a port.
//
// The package imports only the standard library and nothing of package ftpreply: codes are
// numbers, and deviations from the grammar have the names of ftpreply.Deviation.
package replytest
