package transcript

import (
	"bytes"

	"github.com/ftpreply/ftpreply/fidelity"
)

// Some clients write the bytes of both sides unchanged, and nothing that distinguishes the
// sides: jlaffaye/ftp with DialWithDebugOutput, which adds the bytes of data connections, and
// commons-net with a PrintCommandListener.
//
//	220 ready
//	USER u
//	331 pw
//
// A line is a command if it begins with a verb and no reply is incomplete. Everything else
// outside of replies is a message of the program, or data.
var unmarked = Format{
	Name:       "unmarked",
	Producer:   "jlaffaye/ftp DialWithDebugOutput; commons-net PrintCommandListener",
	Recognised: "replies, and between them commands, all without marks",
	Loses:      "who sent a line: data that looks like one of them is taken for it; commons-net encodes 8-bit text anew",
	Keeps:      fidelity.All &^ (fidelity.AllBytes | fidelity.Wire),
	recognise:  recogniseUnmarked,
	decode:     lines(func() lineLog { return &unmarkedLog{} }),
	keepsEnd:   true,
}

// recogniseUnmarked wants a fair share of commands: a stray line of a server may look like one.
// Of more than a few lines, some are a command and a reply to it.
func recogniseUnmarked(head []byte) int {
	commands, n, answered, asked, replies := 0, 0, 0, false, replyLines{}
	for line := range linesOf(head) {
		switch place := replies.line(line); {
		case place == firstLine:
			n++
			if asked {
				answered++
			}
			asked = false
		case place == outside && (isCommand(line) || !asked && n > 0 && isSmallCommand(line)):
			commands++
			asked = true
		}
	}
	if bytes.Contains(head, []byte("\nEscape character is ")) {
		return 0 // a session typed at Telnet
	}
	if n == 0 || 4*commands < n || answered == 0 && n+commands > 3 {
		return 0
	}
	return n + commands
}

// An unmarkedLog takes a verb in small letters for one only when the client is to speak: data
// and what a program prints come between a command and its final reply.
type unmarkedLog struct {
	session session
	waits   bool // for the final reply
}

func (l *unmarkedLog) line(line []byte, out *emitter) error {
	opens := !l.session.replies.open
	switch {
	case l.session.bare(out, line):
		if opens {
			l.waits = line[0] == '1'
		}
	case isCommand(line), !l.waits && l.session.conn > 0 && isSmallCommand(line):
		l.session.client(out, line)
		l.waits = true
	}
	return nil
}

// isSmallCommand reports whether a line is a command with its verb in small letters.
func isSmallCommand(line []byte) bool {
	var upper [maxVerb]byte
	n := bytes.IndexByte(line, ' ')
	if n < 0 {
		n = len(bytes.TrimRight(line, "\r"))
	}
	return n <= maxVerb && n >= 3 && 'a' <= line[0] && line[0] <= 'z' && isVerb(appendUpper(upper[:0], line[:n]))
}
