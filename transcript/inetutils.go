package transcript

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/ftpreply/ftpreply/fidelity"
)

// The ftpd of GNU inetutils writes commands to syslog and, with -d, replies, with code and
// text on separate lines:
//
//	Nov 22 22:39:58 ftp ftpd[26814]: command: SYST
//	Nov 22 22:39:58 ftp ftpd[26814]: <--- 215
//	Nov 22 22:39:58 ftp ftpd[26814]: UNIX Type: L8 Version: Linux
//
// The lines of FEAT, HELP and STAT that it sends without a code are not there.
var inetutilsFTPD = Format{
	Name:       "inetutils-ftpd",
	Producer:   "ftpd of GNU inetutils 2, -d -l -l",
	Recognised: "command: VERB, and <--- code with the text on the next line",
	Loses:      "lines of a reply without a code",
	Keeps:      fidelity.LineStarts | fidelity.Texts | fidelity.BothSides,
	recognise: func(head []byte) int {
		return linesWith("command: ", isInetutilsCommand)(head) + linesWith("<--- ", inetutilsCode.Match)(head)
	},
	decode: lines(func() lineLog { return &inetutilsLog{} }),
}

func isInetutilsCommand(line []byte) bool {
	command, ok := bytes.CutPrefix(line, []byte("command: "))
	return ok && isCommand(command)
}

var inetutilsCode = regexp.MustCompile(`^<--- (\d{3}-?) ?$`)

type inetutilsLog struct {
	code []byte // of a line whose text is next
}

func (l *inetutilsLog) line(line []byte, out *emitter) error {
	if l.code != nil {
		out.server(out.conn(""), slices.Concat(l.code, []byte{' '}, line))
		l.code = nil
		return nil
	}
	if bytes.HasPrefix(line, []byte("connection from ")) {
		out.forget("") // an earlier process had the same number
	}
	if m := inetutilsCode.FindSubmatch(line); m != nil {
		l.code = bytes.Clone(m[1])
	}
	if command, ok := bytes.CutPrefix(line, []byte("command: ")); ok {
		out.client(out.conn(""), command)
	}
	return nil
}
