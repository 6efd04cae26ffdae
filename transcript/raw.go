package transcript

import (
	"bytes"

	"github.com/ftpreply/ftpreply/fidelity"
)

// raw is the bytes of a server, and nothing else. It does not show where commands came between.
var raw = Format{
	Name:       "raw",
	Producer:   "tcpflow, a socket",
	Recognised: "begins with a reply code",
	Loses:      "where commands came between",
	Keeps:      fidelity.All &^ fidelity.BothSides,
	recognise:  rawReplies,
	decode:     decodeRaw,
	wire:       true,
}

func decodeRaw(in *input) func(*Event) error {
	r, record, held := in.Reader, int64(0), 0
	return func(e *Event) error {
		r.Discard(held)
		held = 0
		if _, err := r.Peek(1); err != nil {
			return err
		}
		held = r.Buffered()
		record++
		*e = Event{Conn: 1, Side: Server, Record: record}
		e.Bytes, _ = r.Peek(held)
		return nil
	}
}

// rawReplies counts the lines that begin a reply, 1 at least when the head begins like a server.
func rawReplies(head []byte) int {
	if !beginsLikeServer(head) {
		return 0
	}
	var replies replyLines
	n := 0
	for line := range linesOf(head) {
		if replies.line(bytes.TrimRight(line, "\r")) == firstLine {
			n++
		}
	}
	return max(n, 1)
}

// isOnlyReplies reports whether a head is of complete replies alone, so that no other format needs
// to be tried. A line with an arrow may be of a list of packets, and a further line of a reply
// that begins with a sign or a verb may be of a client.
func isOnlyReplies(head []byte) bool {
	if !beginsWithCode(head) {
		return false
	}
	if i := bytes.LastIndexByte(head, '\n'); len(head) == bufferSize && i >= 0 {
		head = head[:i+1] // the last line was cut
	}
	var replies replyLines
	for line := range linesOf(head) {
		switch replies.line(bytes.TrimSuffix(line, []byte{'\r'})) {
		case outside:
			return false
		case innerLine:
			if text := bytes.TrimLeft(line, " \t"); len(text) > 0 && bytes.IndexByte([]byte("<>-*[(#$=:|"), text[0]) >= 0 || isCommand(text) {
				return false
			}
		}
	}
	return !bytes.Contains(head, []byte("->")) && !bytes.Contains(head, []byte("→")) && !replies.open
}

// beginsLikeServer reports whether head begins with a reply code or with a TLS
// record, after blank lines, NUL and Telnet commands, which some servers send
// first; or whether there is nothing but these.
func beginsLikeServer(head []byte) bool {
	rest := skipPreamble(head)
	switch {
	case len(rest) == 0:
		return len(head) > 0
	case len(rest) > 1 && 0x14 <= rest[0] && rest[0] <= 0x17 && rest[1] == 3:
		return true
	default:
		return beginsWithCode(rest)
	}
}

func beginsWithCode(b []byte) bool {
	return len(b) > 3 && b[0]-'0' <= 9 && b[1]-'0' <= 9 && b[2]-'0' <= 9 && bytes.IndexByte([]byte(" -\r\n"), b[3]) >= 0
}

// skipPreamble skips CR, LF, NUL and Telnet commands (RFC 854).
func skipPreamble(b []byte) []byte {
	for len(b) > 0 {
		switch {
		case b[0] == '\r', b[0] == '\n', b[0] == 0:
			b = b[1:]
		case b[0] == 0xff && len(b) > 1 && b[1] >= 251:
			b = b[min(3, len(b)):]
		case b[0] == 0xff:
			b = b[min(2, len(b)):]
		default:
			return b
		}
	}
	return b
}
