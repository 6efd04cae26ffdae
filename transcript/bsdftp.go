package transcript

import (
	"bytes"
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// The ftp programs that descend from BSD write commands after "--->" with -d, and replies
// unchanged with -v, between their messages to the user:
//
//	Connected to 127.0.0.1.
//	220 ready
//	---> USER u
//	331 pw
//	---> PASS XXXX
var bsdftp = Format{
	Name:       "bsdftp",
	Producer:   "ftp -d -v of tnftp, inetutils, ftp-ssl",
	Recognised: "---> before commands, replies without a mark",
	Loses:      "which line is a reply, where the user is told one that looks alike",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.Passwords | fidelity.Wire),
	recognise:  recogniseBsdftp,
	decode:     lines(func() lineLog { return &bsdftpLog{} }),
}

// A prompt without a line end may come before the mark.
var (
	bsdftpCommand = regexp.MustCompile(`^(?:ftp> )*---> ([A-Za-z]{3,}(?: .*)?)$`)
	bsdftpNever   = regexp.MustCompile(`^<--- `)
	bsdftpBegin   = regexp.MustCompile(`^Connected to .*\.$`)
)

// recogniseBsdftp leaves to lftp a log that marks replies too.
func recogniseBsdftp(head []byte) int {
	if linesWith("<--- ", bsdftpNever.Match)(head) > 0 {
		return 0
	}
	return recogniseBare("---> ", bsdftpCommand)(head)
}

// recogniseBare recognises a log that marks commands and not replies.
func recogniseBare(mark string, command *regexp.Regexp) func(head []byte) int {
	sent := func(line []byte) bool {
		if !bytes.Contains(line, []byte(mark)) {
			return false
		}
		m := command.FindSubmatch(line)
		return m != nil && isCommand(m[1])
	}
	return func(head []byte) int {
		if !bytes.Contains(head, []byte(mark)) {
			return 0
		}
		commands, replies := 0, replyLines{}
		n := 0
		for line := range linesOf(head) {
			if sent(line) {
				replies.open = false
				commands++
			} else if replies.line(line) == firstLine {
				n++
			}
		}
		if commands == 0 {
			return 0
		}
		return commands + n
	}
}

type bsdftpLog struct {
	session session
	last    []byte

	shownTwice bool // tnftp shows the reply to EPSV and EPRT again
}

func (l *bsdftpLog) line(line []byte, out *emitter) error {
	if m := bsdftpCommand.FindSubmatch(line); m != nil && (!l.session.replies.open || isCommand(m[1])) {
		l.session.client(out, m[1])
		l.shownTwice = bytes.HasPrefix(m[1], []byte("EPSV")) || bytes.HasPrefix(m[1], []byte("EPRT"))
	} else if !l.isTwice(line) && !l.session.bare(out, line) {
		l.session.endAt(out, bsdftpBegin, line)
	}
	l.last = append(l.last[:0], line...)
	return nil
}

func (l *bsdftpLog) isTwice(line []byte) bool {
	return l.shownTwice && len(line) > 0 && bytes.Equal(line, l.last)
}
