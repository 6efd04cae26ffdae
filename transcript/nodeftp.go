package transcript

import (
	"bytes"
	"regexp"
	"strconv"

	"github.com/ftpreply/ftpreply/fidelity"
)

// node-ftp writes each command and the bytes of each read as JavaScript string literals, one
// line each. The result of its parser follows, and repeats them:
//
//	[connection] < '220-Welcome\r\n' +
//	  '220 ready\r\n'
//	[parser] Response: code=220, buffer='Welcome\r\nready'
//	[connection] > 'USER u'
//
// A character is a byte (Latin-1).
var nodeftp = Format{
	Name:       "node-ftp",
	Producer:   "node-ftp, option debug",
	Recognised: "[connection] < or > and a quoted text",
	Loses:      "what is beyond 10000 characters at once",
	Keeps:      fidelity.All &^ fidelity.Wire,
	recognise:  recogniseNodeftp,
	decode:     lines(func() lineLog { return &nodeftpLog{} }),
}

var (
	nodeftpLine    = regexp.MustCompile("^(?:\\[connection\\] )?([<>]) ['\"`]")
	nodeftpBare    = regexp.MustCompile(`^(?:\[connection\] )?([<>]) (.*)$`)
	nodeftpReply   = regexp.MustCompile(`^< ['"\x60].*\\n['"\x60]`)
	nodeftpNamed   = regexp.MustCompile(`^\[connection\] [<>] `)
	nodeftpFurther = regexp.MustCompile("^ +['\"`]")
	nodeftpCut     = regexp.MustCompile(`^\.\.\. (\d+) more characters?`)
)

// recogniseNodeftp wants quoted texts, or the name of the connection: editors that use
// node-ftp leave some of either out.
func recogniseNodeftp(head []byte) int {
	quoted := linesWith("< ", nodeftpReply.Match)(head) + linesWith("] ", nodeftpNamed.Match)(head)
	if quoted == 0 {
		return 0
	}
	return linesLike(nodeftpBare.Match)(head)
}

type nodeftpLog struct {
	session session
	side    byte // '<' or '>' of a text that goes on
}

func (l *nodeftpLog) line(line []byte, out *emitter) error {
	if m := nodeftpLine.FindSubmatch(line); m != nil {
		l.side = m[1][0]
		return l.text(line[len(m[0])-1:], out)
	}
	if m := nodeftpBare.FindSubmatch(line); m != nil {
		if l.side = 0; m[1][0] == '>' {
			l.session.client(out, m[2])
		} else {
			l.session.server(out, bytes.TrimRight(m[2], "\r"))
		}
		return nil
	}
	if l.side != 0 && nodeftpFurther.Match(line) {
		return l.text(bytes.TrimLeft(line, " "), out)
	}
	l.side = 0
	return nil
}

func (l *nodeftpLog) text(quoted []byte, out *emitter) error {
	text, rest, err := unquote(quoted)
	if err != nil {
		return err
	}
	l.give(latin1(text), out)
	if m := nodeftpCut.FindSubmatch(rest); m != nil {
		lost, _ := strconv.ParseInt(string(m[1]), 10, 64)
		out.add(Event{Kind: Gap, Conn: l.session.number(out), Side: l.from(), Lost: lost}, "")
	}
	if !bytes.HasSuffix(rest, []byte("+")) {
		l.side = 0
	}
	return nil
}

func (l *nodeftpLog) from() Side {
	if l.side == '>' {
		return Client
	}
	return Server
}

func (l *nodeftpLog) give(text []byte, out *emitter) {
	if l.side == '>' {
		l.session.client(out, text)
		return
	}
	for line := range bytes.Lines(text) {
		l.session.say(out, Event{Side: Server}, line, "")
	}
}
