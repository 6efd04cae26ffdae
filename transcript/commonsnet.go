package transcript

import (
	"bytes"
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// The PrintCommandListener of commons-net, if it shows the direction, marks commands and the
// first line of each reply. Both have the line endings of the wire, and the login is hidden:
//
//	< 220-Welcome
//	220 ready
//	> USER *******
//	< 331 pw
//	> FEAT
//
//	< 211-Features:
//
// Without the direction its logs are like those of jlaffaye/ftp: see unmarked.
var commonsNet = Format{
	Name:       "commons-net",
	Producer:   "commons-net PrintCommandListener, with the direction",
	Recognised: "> before commands, < before the first line of a reply, no empty line after it",
	Loses:      "8-bit text, which is encoded anew",
	Keeps:      fidelity.All &^ (fidelity.AllBytes | fidelity.Passwords | fidelity.Wire),
	recognise:  recogniseCommonsNet,
	decode:     lines(func() lineLog { return &commonsNetLog{} }),
	keepsEnd:   true,
}

var (
	commonsNetReply   = regexp.MustCompile(`^< \d\d\d[ -]`)
	commonsNetCommand = regexp.MustCompile(`^> [A-Z]{3,}(?: |\r|$)`)
)

// recogniseCommonsNet refuses a log with an empty line after received bytes: it is from basic-ftp.
func recogniseCommonsNet(head []byte) int {
	commands := linesWith("> ", commonsNetCommand.Match)(head)
	if commands == 0 {
		return 0
	}
	replies, received := 0, false
	var open replyLines
	for line := range linesOf(head) {
		marked := bytes.HasPrefix(line, []byte("< "))
		if open.open && marked && !beginsReply(line[2:]) {
			return 0 // the further lines have the mark too
		}
		if marked {
			open = replyLines{}
			open.line(line[2:])
		} else {
			open.line(line)
		}
		switch {
		case commonsNetReply.Match(line):
			replies++
			received = true
		case commonsNetCommand.Match(line):
			received, open = false, replyLines{}
		case received && len(line) == 0:
			return 0
		}
	}
	if replies == 0 {
		return 0
	}
	return replies + commands
}

type commonsNetLog struct{ session session }

func (l *commonsNetLog) line(line []byte, out *emitter) error {
	switch {
	case commonsNetCommand.Match(line):
		l.session.client(out, line[2:])
	case commonsNetReply.Match(line):
		l.session.server(out, line[2:])
	case l.session.replies.open:
		l.session.server(out, line)
	}
	return nil
}
