package transcript

import (
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// The client FileZilla writes to its log file the time, its process, the connection's
// number and a word that says what the text is; from its window come time, word and text
// between tabs:
//
//	2026-11-22 10:45:44 3582 1 Status: Connection established, waiting for welcome message...
//	2026-11-22 10:45:44 3582 1 Response: 220 ready
//	2026-11-22 10:45:44 3582 1 Command: USER u
//
// The words are in the user's language. So the first word before a reply code is the one
// for replies, and the first other before a verb is the one for commands. Notes may stand
// inside a reply.
var filezilla = Format{
	Name:       "filezilla",
	Producer:   "FileZilla client, log file or message window, in any language",
	Recognised: "date, time, two numbers, a word and a colon; or time, word and text between tabs",
	Loses:      "8-bit text that is not UTF-8, which is encoded anew; the zone of the times",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.AllBytes | fidelity.Passwords | fidelity.Wire),
	Clock:      AbsoluteClock,
	recognise:  linesWith(":", filezillaLine.Match),
	decode:     lines(func() lineLog { return &filezillaLog{sessions: map[string]*session{}} }),
}

var filezillaLine = regexp.MustCompile(`^(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\d+ \d+) ([^\d\s:][^:]{0,39}?)[ \x{a0}]?: |(?:\d\d:\d\d:\d\d)\t([^\d\s:][^:\t]{0,39}?)[ \x{a0}]?:\t)`)

type filezillaLog struct {
	sessions map[string]*session
	reply    string // the word before replies
	command  string // and before commands
}

func (l *filezillaLog) line(line []byte, out *emitter) error {
	m := filezillaLine.FindSubmatch(line)
	if m == nil {
		return nil
	}
	out.readTime(m[1], "2006-01-02 15:04:05")
	s, word, text := known(l.sessions, string(m[2])), string(m[3])+string(m[4]), line[len(m[0]):]
	s.habit.noQuit = true
	l.learn(word, text)
	switch word {
	case l.reply:
		s.server(out, text)
	case l.command:
		s.client(out, text)
	}
	return nil
}

func (l *filezillaLog) learn(word string, text []byte) {
	switch {
	case l.reply == "" && beginsReply(text):
		l.reply = word
	case l.command == "" && word != l.reply && isCommand(text):
		l.command = word
	}
}
