package transcript

import (
	"bytes"
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// basic-ftp for Node.js writes, with client.ftp.verbose, each command after ">", and the bytes
// of each read after "<", with the line endings of the wire. An empty line follows bytes that
// end in a line ending:
//
//	Connected to 127.0.0.1:2121 (No encryption)
//	< 220-Welcome
//	220 ready
//
//	> USER u
var basicftp = Format{
	Name:       "basic-ftp",
	Producer:   "basic-ftp for Node.js, verbose",
	Recognised: "> before commands, < before what came at once, then an empty line",
	Loses:      "8-bit text that is not UTF-8",
	Keeps:      fidelity.All &^ (fidelity.AllBytes | fidelity.Passwords | fidelity.Wire),
	recognise:  recogniseBasicftp,
	decode:     lines(func() lineLog { return &basicftpLog{} }),
	keepsEnd:   true,
}

var (
	basicftpMark  = regexp.MustCompile(`^[<>] `)
	basicftpBegin = regexp.MustCompile(`^Connected to .* \(`)
)

func recogniseBasicftp(head []byte) (n int) {
	replies, closed, inside := 0, 0, false
	for line := range linesOf(head) {
		switch {
		case bytes.HasPrefix(line, []byte("> ")):
			n, inside = n+1, false
		case bytes.HasPrefix(line, []byte("< ")):
			n, inside = n+1, true
			if beginsReply(line[2:]) {
				replies++
			}
		case len(line) == 0 && inside:
			n, inside, closed = n+1, false, closed+1
		}
	}
	if replies == 0 || closed == 0 {
		return 0
	}
	return n
}

type basicftpLog struct {
	session session
	chunk   bool // inside the bytes of one read
	held    []byte
	from    Event
}

func (l *basicftpLog) line(line []byte, out *emitter) error {
	mark := basicftpMark.Match(line)
	switch {
	case l.chunk && mark:
		l.give(out, "") // the line goes on in the next chunk
	case l.chunk:
		l.give(out, out.lineEnd())
	}
	switch {
	case mark && line[0] == '>':
		l.chunk = false
		l.session.client(out, line[2:])
	case mark:
		l.hold(line[2:], out)
	case l.chunk && len(line) > 0:
		l.hold(line, out)
	default:
		l.chunk = false
		l.session.endAt(out, basicftpBegin, line)
	}
	return nil
}

func (l *basicftpLog) hold(line []byte, out *emitter) {
	l.chunk = true
	l.held = append(l.held[:0], line...)
	l.from = Event{Time: out.time, Record: out.record}
}

func (l *basicftpLog) give(out *emitter, end string) {
	l.session.say(out, l.from, l.held, end)
}

func (l *basicftpLog) end(out *emitter) {
	if l.chunk {
		l.give(out, "")
	}
}
