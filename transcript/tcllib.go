package transcript

import (
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// Tcllib's ftp writes, with VERBOSE and DEBUG, the input of its states, and the commands:
//
//	: -> rc="220" -> msgtext="220-Welcome
//	220 ready" -> state="user"
//	: ---> USER u
//
// Its messages to the user about the same replies ("C:") come too late and are left out.
var tcllib = Format{
	Name:       "tcllib",
	Producer:   "Tcllib ftp, VERBOSE and DEBUG",
	Recognised: `msgtext= before replies, ": --->" before commands`,
	Loses:      "8-bit text, which is encoded anew",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.AllBytes | fidelity.Wire),
	recognise:  linesWith(": -", tcllibLine.Match),
	decode:     lines(func() lineLog { return &tcllibLog{} }),
}

var (
	tcllibLine = regexp.MustCompile(`^: (?:-> rc="(?:\d{3}|   )" -> msgtext="|---> )`)
	tcllibText = regexp.MustCompile(`^: -> rc="\d{3}" -> msgtext="`)
	tcllibSent = regexp.MustCompile(`^: ---> `)
	tcllibEnd  = regexp.MustCompile(`" -> state="\w*"$`)
)

type tcllibLog struct {
	session session
	inside  bool // a reply
}

func (l *tcllibLog) line(line []byte, out *emitter) error {
	if at := tcllibText.FindIndex(line); at != nil {
		l.inside = true
		line = line[at[1]:]
	}
	switch at := tcllibSent.FindIndex(line); {
	case at != nil:
		l.inside = false
		l.session.client(out, line[at[1]:])
	case l.inside:
		end := tcllibEnd.FindIndex(line)
		if end != nil {
			l.inside = false
			line = line[:end[0]]
		}
		l.session.server(out, line)
	}
	return nil
}
