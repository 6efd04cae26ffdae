package transcript

import (
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// ncftp writes, in debug mode, the code of a reply apart from its text, and the further
// lines indented by five blanks, without the code and hyphen that they may have had:
//
//	220: Welcome
//	      second line
//	     ready
//	Cmd: USER u
//
// So it shows where a reply ends, and not how its inner lines began. They are given
// with code and hyphen, which are no text (RFC 959, section 4.2).
var ncftp = Format{
	Name:       "ncftp",
	Producer:   "ncftp, debug; ncftpget -d and the like",
	Recognised: "Cmd: before commands, code and colon before replies",
	Loses:      "which inner lines of a reply began with its code",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.LineStarts | fidelity.Passwords | fidelity.Wire),
	recognise:  recogniseNcftp,
	decode:     lines(func() lineLog { return &ncftpLog{} }),
}

// A progress meter may come before a reply.
var (
	ncftpCommand = regexp.MustCompile(`^Cmd: ([A-Z]{3,}.*)$`)
	ncftpReply   = regexp.MustCompile(`^(?:.*ETA: .*/s {2})?(\d\d\d): (.*)$`)
	ncftpBegin   = regexp.MustCompile(`^LibNcFTP `)
)

const ncftpIndent = "     "

func recogniseNcftp(head []byte) int {
	commands := linesWith("Cmd: ", ncftpCommand.Match)(head)
	if commands == 0 {
		return 0
	}
	return commands + linesWith(": ", ncftpReply.Match)(head)
}

type ncftpLog struct {
	session session
	reply   groupedReply
}

func (l *ncftpLog) line(line []byte, out *emitter) error {
	if l.reply.open && len(line) >= len(ncftpIndent) && string(line[:len(ncftpIndent)]) == ncftpIndent {
		l.reply.further(&l.session, out, line[len(ncftpIndent):])
		return nil
	}
	l.end(out)
	if m := ncftpReply.FindSubmatch(line); m != nil {
		l.reply.begin(m[1], m[2], out)
	} else if m := ncftpCommand.FindSubmatch(line); m != nil {
		l.session.client(out, m[1])
	} else {
		l.session.endAt(out, ncftpBegin, line)
	}
	return nil
}

func (l *ncftpLog) end(out *emitter) { l.reply.end(&l.session, out) }

// A groupedReply is written line by line as the log puts it together: the last one is
// known to be so only when the next record comes.
type groupedReply struct {
	open bool
	line []byte // held: code, hyphen, text
	from Event
}

func (g *groupedReply) begin(code, text []byte, out *emitter) {
	g.open = true
	g.hold(code, text, out)
}

// further gives the held line, which is not the last.
func (g *groupedReply) further(s *session, out *emitter, text []byte) {
	s.say(out, g.from, g.line, "\r\n")
	g.hold(g.line[:3:3], text, out)
}

func (g *groupedReply) hold(code, text []byte, out *emitter) {
	g.line = append(append(append(g.line[:0], code...), '-'), text...)
	g.from = Event{Time: out.time, Record: out.record}
}

// end gives the held line as the last.
func (g *groupedReply) end(s *session, out *emitter) {
	if g.open {
		g.open = false
		g.line[3] = ' '
		s.say(out, g.from, g.line, "\r\n")
	}
}
