// Package control turns the bytes of one FTP control connection into Items: commands,
// replies, and everything else that happened on the connection.
//
// A [Conn] receives the bytes of both sides in the order in which they crossed the wire.
// It frames the replies with [ftpreply.Framer], splits the commands, pairs each reply
// with its command, and passes an [Item] for each to its Handle function. A Conn never
// stops: bytes that are not a reply become an [ErrorItem], and so does a reply that never
// ends. Its memory is bounded by [ftpreply.Options.MaxReply] and by constants, regardless
// of what the peers send.
//
// # Which command a reply answers
//
// A Conn explains a stretch of the connection by the faults that cost least: a wrong code,
// a reply that is lost, extra, late or unsolicited, a line in the place of a reply. The
// costs are in costs.go. Time and order are hard limits: no reply answers a later command.
// The table of package dialogue says which codes fit, and the text of a reply is evidence
// where it names a command. One fault in the traffic is one [Verdict] or one
// [UnansweredItem], and the traffic after it is judged as if the fault were repaired.
//
// While only one explanation is within reach, an Item is delivered when its last byte has
// arrived. Otherwise it is held until the next Items decide, but never more than 64 are.
// [Conn.Flush] delivers them when a live connection pauses.
//
// A recording may begin and end anywhere. If the client is heard first, no greeting is
// owed. After a gap nothing is blamed until a reply fits its command, and commands from
// before the gap are never reported as unanswered.
//
// A Conn knows which bytes are passwords, and [Item.Mask] hides them. It has no rules:
// package lint judges the Items. A [Session] follows the Items and describes who logged
// in, which transfers took place, and how the connection ended.
//
// A [Recorder] writes control connections to a file: those of a program's own net.Conn
// ([Recorder.Client], [Recorder.Server]), or those that a proxy reads ([Recorder.Track]).
package control
