package transcript

import (
	"regexp"
	"strings"

	"github.com/ftpreply/ftpreply/fidelity"
)

// gftp-text marks lines by colour: green for commands, yellow for replies, red for negative
// replies and its own errors:
//
//	\x00\x1b[39m\x1b[33m220 ready
//	\x00\x1b[39m\x1b[32mUSER u
var gftp = Format{
	Name:       "gftp",
	Producer:   "gftp-text",
	Recognised: "colours: green commands, yellow and red replies",
	Loses:      "replies that it does not show (FEAT, QUIT); which of several connections at a time a line is of",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.Passwords | fidelity.Wire),
	recognise:  recogniseGftp,
	decode:     lines(func() lineLog { return &gftpLog{session{habit: habit{lockStep: true}}} }),
	colour:     true,
}

var (
	gftpLine  = regexp.MustCompile(`^(?:\x00?\x1b\[39m)*\x1b\[(3[1239])m(.*)$`)
	gftpBegin = regexp.MustCompile(`^Connected to `)
)

func recogniseGftp(head []byte) int {
	count := func(colour string, own func([]byte) bool) int {
		return linesWith("\x1b[3", func(line []byte) bool {
			m := gftpLine.FindSubmatch(line)
			return m != nil && strings.Contains(colour, string(m[1])) && own(m[2])
		})(head)
	}
	commands := count("32", isCommand)
	if commands == 0 {
		return 0
	}
	return commands + count("31 33", beginsReply)
}

type gftpLog struct{ session session }

func (l *gftpLog) line(line []byte, out *emitter) error {
	m := gftpLine.FindSubmatch(line)
	if m == nil {
		return nil
	}
	switch string(m[1]) {
	case "31", "33":
		l.session.bare(out, m[2])
	case "32":
		l.session.client(out, m[2])
	default:
		l.session.endAt(out, gftpBegin, m[2])
	}
	return nil
}
