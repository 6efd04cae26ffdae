package transcript

import (
	"bytes"
	"regexp"
)

// states holds the state of a decoder for each connection, by its number.
type states[S any] map[int]*S

// of is the state of a connection, the first time a new one. Those of no more connections
// than the emitter distinguishes are kept.
func (s states[S]) of(conn int) *S {
	if s[conn] == nil {
		s[conn] = new(S)
		delete(s, conn-maxConns)
	}
	return s[conn]
}

// endsConnection reports whether the server-PI closes the connection after this line:
// the last line of a reply with code 221 or 421 (RFC 959, section 4.2.2).
func endsConnection(line []byte) bool {
	return bytes.HasPrefix(line, []byte("221 ")) || bytes.HasPrefix(line, []byte("421 "))
}

// transfers are the commands that begin a transfer, and so get a preliminary reply (RFC
// 959, section 5.4).
var transfers = regexp.MustCompile(`^(?i:RETR|STOR|STOU|APPE|LIST|NLST|MLSD)( |$)`)
