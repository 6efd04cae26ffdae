// Package replytest is for the tests of whoever reads FTP replies: inputs with what is
// to be made of them, random replies, a connection with all its faults, and a server-PI
// that plays a script.
//
//   - [Vectors] are the inputs by which package ftpreply itself is tested. Any reader of
//     replies can be held against them.
//   - [RandomReply], [RandomOddReply] and [RandomStream] make up replies and say what is
//     in them.
//   - A [Reader] delivers a stream as a connection does: in pieces, with deadlines and
//     other errors in between. [Pieces] says where, [Faults] chooses them at random.
//   - [Serve] plays a server-PI on a connection, and [Listen] on a port.
//
// It imports the standard library only, and nothing of package ftpreply: codes are
// numbers here, and departures from the grammar the names that ftpreply.Deviation has.
package replytest
