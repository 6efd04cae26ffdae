package transcript

import (
	"bytes"

	"github.com/ftpreply/ftpreply/dialogue"
)

// replyLines finds out which lines of a log without marks are a server's: a line with a reply
// code begins a reply, and what follows is of it up to its last line (RFC 959, section 4.2).
type replyLines struct {
	code [3]byte
	open bool
}

type place uint8

const (
	outside   place = iota // not of a reply
	firstLine              // a reply of one line, or the beginning of one
	innerLine              // a further line, the last one too
)

func (r *replyLines) line(line []byte) place {
	if r.open {
		r.open = !endsReply(line, r.code)
		return innerLine
	}
	if !beginsReply(line) {
		return outside
	}
	r.open = len(line) > 3 && line[3] == '-'
	copy(r.code[:], line)
	return firstLine
}

func beginsReply(line []byte) bool {
	return beginsWithCode(line) || len(line) == 3 && beginsWithCode(append(line[:3:3], ' '))
}

func endsReply(line []byte, code [3]byte) bool {
	return bytes.HasPrefix(line, code[:]) && (len(line) == 3 || line[3] == ' ')
}

// verbs are those that clients send: the ones of package dialogue, and further ones that
// it cannot judge.
var verbs = func() map[string]bool {
	set := wordSet("COMB CPSV CPWD DSIZ RMDA SPAS SPSV THMB XCMD XSEM XSEN")
	for verb := range dialogue.Verbs() {
		set[verb] = true
	}
	return set
}()

// isVerb reports whether a word is a verb, in upper case.
func isVerb(word []byte) bool { return verbs[string(word)] }

// isCommand reports whether a line is a verb, alone or before a blank. Clients that log
// write it in upper case.
func isCommand(line []byte) bool {
	line = bytes.TrimRight(line, "\r")
	n := bytes.IndexByte(line, ' ')
	if n < 0 {
		n = len(line)
	}
	return n >= 3 && n <= maxVerb && isVerb(line[:n])
}

// maxVerb is the length of the longest verb.
const maxVerb = 7
