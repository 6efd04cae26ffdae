package probe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// maxTurns is how many turns of a check are kept, and maxShown how many bytes of a line.
const (
	maxTurns = 40
	maxShown = 120
)

// turn notes a command and its answer for the report.
func (r *run) turn(line string, answer Answer) {
	if len(r.result.Turns) == maxTurns || line == "" && len(answer) == 0 {
		return
	}
	t := Turn{Command: shorten(r.session.maskedLine(line))}
	for _, reply := range answer {
		t.Replies = append(t.Replies, digestOf(r.session, reply)...)
	}
	r.result.Turns = append(r.result.Turns, t)
}

// digestOf is the first line of a reply, and the last if there are more.
func digestOf(s *Session, reply ftpreply.Reply) (lines []string) {
	var first, last string
	n := 0
	for l := range reply.Lines() {
		last = string(s.Control.Mask(l.Raw()))
		if n++; n == 1 {
			first = last
		}
	}
	lines = append(lines, shorten(first))
	if n > 2 {
		lines = append(lines, fmt.Sprintf("(%d lines)", n-2))
	}
	if n > 1 {
		lines = append(lines, shorten(last))
	}
	return lines
}

// firstLine is the first line of a reply, without its end and without secrets.
func firstLine(s *Session, reply ftpreply.Reply) string {
	for l := range reply.Lines() {
		return shorten(string(s.Control.Mask(l.Raw())))
	}
	return ""
}

func shorten(text string) string {
	text = strings.TrimRight(text, "\r\n")
	if len(text) > maxShown {
		return text[:maxShown] + "..."
	}
	return text
}

// printable escapes what a terminal would obey: the errors of other packages may hold
// bytes of the peer.
func printable(text string) string {
	var b strings.Builder
	for _, c := range text {
		if strconv.IsPrint(c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	return b.String()
}

// maskedLine is a command line without its secret.
func (s *Session) maskedLine(line string) string { return string(s.Control.Mask([]byte(line))) }
