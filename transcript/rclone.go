package transcript

import (
	"bytes"
	"regexp"
	"strconv"

	"github.com/ftpreply/ftpreply/fidelity"
)

// rclone -vv --dump bodies writes lines as Go quotes a string, of data connections too:
//
//	2026/11/22 10:34:54 DEBUG : FTP Rx: "220 ready"
//	2026/11/22 10:34:54 DEBUG : FTP Tx: "USER u"
//	2026/11/22 10:34:54 DEBUG : FTP Tx: PASS *****
//
// It cuts the bytes of a read at CR LF, and does not show whether the last piece was a whole line.
var rclone = Format{
	Name:       "rclone",
	Producer:   "rclone -vv --dump bodies, perhaps with auth",
	Recognised: "DEBUG : FTP Rx: and FTP Tx: before a quoted text",
	Loses:      "which of several connections at a time a line is of; the zone of the times",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.Passwords | fidelity.Wire),
	Clock:      AbsoluteClock,
	recognise:  linesWith("FTP ", rcloneLine.Match),
	decode:     lines(func() lineLog { return &rcloneLog{} }),
}

var (
	rcloneLine  = regexp.MustCompile(`^(?:(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)(?:\.\d+)? )?(?:<\d>)?DEBUG ?: FTP (Rx|Tx): (.*)$`)
	rcloneBegin = regexp.MustCompile(`: Connecting to FTP server$`)
)

type rcloneLog struct {
	session session
	came    int  // bytes since the last command
	cut     bool // the last record was a piece of a line
}

func (l *rcloneLog) line(line []byte, out *emitter) error {
	m := rcloneLine.FindSubmatch(line)
	if m == nil {
		l.session.endAt(out, rcloneBegin, line)
		return nil
	}
	out.readTime(m[1], "2006/01/02 15:04:05")
	text := m[3]
	if bytes.HasPrefix(text, []byte(`"`)) {
		s, err := strconv.Unquote(string(text))
		if err != nil {
			return err
		}
		text = []byte(s)
	}
	if string(m[2]) == "Tx" {
		l.sent(text, out)
	} else {
		l.received(text, out)
	}
	return nil
}

// sent leaves out data that is sent.
func (l *rcloneLog) sent(text []byte, out *emitter) {
	if isCommand(text) {
		l.came, l.cut = 0, false
		l.session.client(out, text)
	}
}

// rcloneBuffer is how much rclone reads at once.
const rcloneBuffer = 4096

// received gives a line of a reply, and leaves out what is received as data. Where the
// buffer was full, or ended in CR, the line goes on in the next record.
func (l *rcloneLog) received(text []byte, out *emitter) {
	if !l.cut && !l.session.replies.open && !beginsReply(text) {
		return
	}
	l.came += len(text)
	l.cut = bytes.HasSuffix(text, []byte{'\r'}) || l.came%rcloneBuffer == 0
	end := "\r\n"
	if l.cut || bytes.HasSuffix(text, []byte{'\n'}) {
		end = ""
	}
	l.came += len(end)
	l.session.say(out, Event{Side: Server}, text, end)
}
