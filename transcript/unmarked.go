package transcript

import "github.com/ftpreply/ftpreply/fidelity"

// Some clients write what went over the control connection, both ways and as it was, and
// nothing that tells the two sides apart: jlaffaye/ftp with DialWithDebugOutput, which
// adds what went over the data connections, and commons-net with a PrintCommandListener.
//
//	220 ready
//	USER u
//	331 pw
//
// A line is a command when it begins with a verb in upper case and no reply is open. All
// else outside of replies is the program's own, or data.
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
		case place == outside && isCommand(line):
			commands++
			asked = true
		}
	}
	if n == 0 || 4*commands < n || answered == 0 && n+commands > 3 {
		return 0
	}
	return n + commands
}

type unmarkedLog struct{ session session }

func (l *unmarkedLog) line(line []byte, out *emitter) error {
	if !l.session.bare(out, line) && isCommand(line) {
		l.session.client(out, line)
	}
	return nil
}
