package transcript

import (
	"bytes"
	"regexp"
	"strconv"

	"github.com/ftpreply/ftpreply/fidelity"
)

// wget -d writes what it sent after "-->", with its line end and an empty line, and
// replies as they are, between notes:
//
//	==> SYST ...
//	--> SYST
//
//	215 UNIX Type: L8
//	done.
//
// A byte that is not printable is a backslash and three octal digits.
var wget = Format{
	Name:       "wget",
	Producer:   "wget -d, wget -S",
	Recognised: "--> before commands, replies without a mark",
	Loses:      "which line is a reply, where a note looks alike",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.Wire),
	recognise:  recogniseWget,
	decode:     lines(func() lineLog { return &wgetLog{} }),
}

var (
	wgetCommand = regexp.MustCompile(`(?:^|\.\.\. ?|done\. *)--> ([A-Z]{3,}(?: .*)?)$`)
	wgetOctal   = regexp.MustCompile(`\\[0-3][0-7]{2}`)
	wgetBegin   = regexp.MustCompile(`^Connecting to .*\.\.\.`)
)

// wgetNote matches the messages of wget to its user, between which replies come.
var wgetNote = regexp.MustCompile(`^(?:==> (?:SYST|PWD|TYPE|CWD|PASV|EPSV|SIZE|RETR|LIST|PORT|REST)\b|Logging in as .* \.\.\.|Logged in!$|Connecting to .*\.\.\.|--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--)`)

// recogniseWget takes a fragment without a command too, if it has both notes and replies.
func recogniseWget(head []byte) int {
	if n := recogniseBare("--> ", wgetCommand)(head); n > 0 {
		return n
	}
	var replies replyLines
	notes, n := 0, 0
	for line := range linesOf(head) {
		if len(line) > 0 && bytes.IndexByte([]byte("=LC-"), line[0]) >= 0 && wgetNote.Match(line) {
			notes, replies = notes+1, replyLines{}
		} else if replies.line(line) == firstLine {
			n++
		}
	}
	if notes == 0 || n == 0 {
		return 0
	}
	return notes + n
}

type wgetLog struct{ session session }

func (l *wgetLog) line(line []byte, out *emitter) error {
	if m := wgetCommand.FindSubmatch(line); m != nil && (!l.session.replies.open || isCommand(m[1])) {
		l.session.client(out, unoctal(m[1]))
	} else if !l.session.bare(out, unoctal(line)) {
		l.session.endAt(out, wgetBegin, line)
	}
	return nil
}

func unoctal(b []byte) []byte {
	return wgetOctal.ReplaceAllFunc(b, func(octal []byte) []byte {
		n, _ := strconv.ParseUint(string(octal[1:]), 8, 8)
		return []byte{byte(n)}
	})
}
