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
// A Conn knows which bytes are passwords, and [Item.Mask] hides them. It has no rules:
// package lint judges the Items. A [Session] follows the Items and describes who logged
// in, which transfers took place, and how the connection ended.
package control
