package transcript

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/ftpreply/ftpreply/fidelity"
)

// FluentFTP for .NET writes a label before each line, and after the last line of a reply how
// long the server took. The lines of a reply after its first have lost the blanks that they
// began with:
//
//	# Connect()
//	Status:   Connecting to IP #1= 192.0.2.1:21
//	Response: 220 ready
//	Command:  USER ***
//	Response: 331 pw [3ms]
//
// Old versions write the last line of a reply first, and the others after it:
//
//	Response: 211 End
//	Response: 211-Features:
//	Response: SIZE
//
// A logger may write each line twice, to two sinks.
var fluentftp = Format{
	Name:       "fluentftp",
	Producer:   "FluentFTP, logging to the console, to a file or to a logger of .NET",
	Recognised: "Response:, Command: and Status: with the replies' time in milliseconds, USER ***, or calls after #",
	Loses:      "blanks at the beginning of inner lines; 8-bit text, which is encoded anew",
	Keeps:      fidelity.AllLines | fidelity.Texts | fidelity.BothSides,
	recognise:  recogniseFluent,
	decode:     lines(func() lineLog { return &fluentLog{} }),
}

var (
	fluentLine = regexp.MustCompile(`^(?:\[FluentFTP\] )?(Response|Command|Status|Warning|Error): ?(.*)$`)
	fluentTook = regexp.MustCompile(` \[(?:\d+d )?\d+(?:\.\d+)?m?s\]$`)
	fluentOwn  = regexp.MustCompile(`^# +\w+\(|^(?:\[FluentFTP\] )?(?:Status:   (?:Waiting for response to: |Connecting to IP #|Connecting to .*:\d+$)|Command:  \S)|^\[FluentFTP\] `)
)

func recogniseFluent(head []byte) int {
	if !bytes.Contains(head, []byte("Response: ")) && !bytes.Contains(head, []byte("Command: ")) {
		return 0
	}
	n, own := 0, 0
	for line := range linesOf(head) {
		line = bytes.TrimLeft(line, " ")
		if len(line) == 0 || bytes.IndexByte([]byte("RCSWE[#"), line[0]) < 0 {
			continue
		}
		m := fluentLine.FindSubmatch(line)
		if m != nil {
			n++
		}
		if fluentOwn.Match(line) || m != nil && m[1][0] == 'R' && fluentTook.Match(m[2]) {
			own++
		}
	}
	if own == 0 || n == 0 {
		return 0
	}
	return n + own
}

type fluentLog struct {
	session session
	before  []byte // the line before, to leave out its copy
	once    bool   // the line before has been repeated already
	modern  bool   // replies have their time, so that no last line comes first
	first   []byte // a last line that may have come first
	from    Event
}

func (l *fluentLog) line(line []byte, out *emitter) error {
	line = bytes.TrimLeft(line, " ")
	if len(line) > 0 && bytes.Equal(line, l.before) && !l.once {
		l.once = true
		return nil
	}
	l.before, l.once = append(l.before[:0], line...), false
	m := fluentLine.FindSubmatch(line)
	if m == nil {
		l.further(line, out)
		return nil
	}
	text := bytes.TrimLeft(m[2], " ")
	switch m[1][0] {
	case 'R':
		bare := fluentTook.ReplaceAll(text, nil)
		l.modern = l.modern || len(bare) < len(text)
		l.response(bare, out)
	case 'C':
		l.end(out)
		l.session.client(out, text)
	default:
		if bytes.HasPrefix(text, []byte("Connecting to ")) {
			l.end(out)
			l.session.begin(out, text)
		}
		if bytes.HasPrefix(text, []byte("Disposing ")) {
			l.end(out)
			l.session.end(out)
		}
	}
	return nil
}

// response holds a reply of one line: if its first line comes next, this was the last.
func (l *fluentLog) response(text []byte, out *emitter) {
	switch {
	case l.first != nil && len(text) > 3 && text[3] == '-' && bytes.HasPrefix(text, l.first[:3]):
		l.session.server(out, text)
	case l.first != nil && l.session.replies.open && !endsReply(text, l.session.replies.code):
		l.session.server(out, text)
	default:
		l.end(out)
		if !l.modern && !l.session.replies.open && beginsReply(text) && !(len(text) > 3 && text[3] == '-') {
			l.first, l.from = slices.Clone(text), Event{Time: out.time, Record: out.record}
			return
		}
		l.session.server(out, text)
	}
}

// further gives a line of a reply that came in one piece.
func (l *fluentLog) further(line []byte, out *emitter) {
	if l.session.replies.open && len(line) > 0 && line[0] != '#' {
		l.session.server(out, fluentTook.ReplaceAll(line, nil))
	}
}

// end gives the line that is held.
func (l *fluentLog) end(out *emitter) {
	if l.first != nil {
		l.session.say(out, l.from, l.first, "\r\n")
		l.first = nil
	}
}
