package transcript

import (
	"bytes"
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// lftp writes with "debug 9":
//
//	---- Connecting to 127.0.0.1 (127.0.0.1) port 2199
//	<--- 220-Welcome
//	---> PASS secret
//
// With "debug -p -t -c 9" the process, the time and the host come before the mark. The
// output of a command that ends without a line ending may precede all of it.
var lftp = Format{
	Name:       "lftp",
	Producer:   "lftp: debug 9, also with -p, -t, -c",
	Recognised: "<--- and ---> before each line, ---- before notes",
	Loses:      "replies to quote and site, when the log is apart from the output; which of several connections at a time to one host a line is of; the zone of the times",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.Wire),
	Clock:      AbsoluteClock,
	recognise:  linesWith("--", isLftp),
	decode:     lines(func() lineLog { return &lftpLog{hosts: map[string]*lftpHost{}} }),
}

var (
	lftpLine    = regexp.MustCompile(`^(?:\[(\d+)\] )?(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) )?(?:(\w(?:[\w.:%-]*[\w.%-])?) )?(<---|--->|----|\*\*\*\*) `)
	lftpMidLine = regexp.MustCompile(`(?:\[(\d+)\] )?(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) )?()(--->) [A-Z]{3,}(?: |$)`)
)

// isLftp: other programs have "--->" too, before commands.
func isLftp(line []byte) bool {
	p, ok := takeApart(line)
	return ok && (p.mark != "--->" || isCommand(p.text))
}

type lftpLog struct {
	hosts map[string]*lftpHost // by process and host
	asked *lftpHost            // the latest line is a command to it
}

func (l *lftpLog) line(line []byte, out *emitter) error {
	p, ok := takeApart(line)
	if !ok {
		l.quoted(line, out)
		return nil
	}
	out.readTime(p.time, "2006-01-02 15:04:05")
	h := known(l.hosts, p.host)
	h.current.habit.lockStep = true // ftp:sync-mode is on unless a user turns it off
	switch p.mark {
	case "<---":
		l.asked = nil
		h.of(p.text).server(out, p.text)
	case "--->":
		l.asked = h
		h.current.client(out, p.text)
	case "----":
		h.note(out, p.text)
	}
	return nil
}

type lftpParts struct {
	time []byte
	host string // with the process
	mark string
	text []byte
}

// takeApart does so with a line that begins with a mark, or has something before it; then
// it must be a command.
func takeApart(line []byte) (p lftpParts, ok bool) {
	m := lftpLine.FindSubmatchIndex(line)
	if m == nil {
		m = lftpMidLine.FindSubmatchIndex(line)
	}
	if m == nil {
		return p, false
	}
	part := func(i int) []byte { return line[max(m[2*i], 0):max(m[2*i+1], 0)] }
	p.time = part(2)
	if _, _, n := parseStamp(part(3)); n > 0 {
		return p, false // the word that looks like a host belongs to a prefix
	}
	p.host = string(part(1)) + " " + string(part(3))
	p.mark, p.text = string(part(4)), line[m[9]+1:]
	return p, m[8] == 0 || p.mark != "--->" || isCommand(p.text)
}

// quoted gives a reply without a mark: one that the user has asked for (quote, site) is
// shown as output.
func (l *lftpLog) quoted(line []byte, out *emitter) {
	if l.asked != nil {
		l.asked.current.bare(out, line)
	}
}

// An lftpHost has two connections while lftp has sent QUIT on one and makes the next.
type lftpHost struct{ current, leaving session }

// of is the session that a line of a reply is of. As long as the new connection has not
// greeted, it is the one that leaves.
func (h *lftpHost) of(text []byte) *session {
	greets := beginsReply(text) && (text[0] == '1' || bytes.HasPrefix(text, []byte("220")))
	if h.leaving.conn > 0 && h.current.conn == 0 && (h.leaving.replies.open || !greets) {
		return &h.leaving
	}
	return &h.current
}

func (h *lftpHost) note(out *emitter, text []byte) {
	switch {
	case bytes.HasPrefix(text, []byte("Connecting to ")) && h.current.conn > 0:
		h.leaving.end(out)
		h.leaving, h.current = h.current, session{habit: habit{lockStep: true}, address: findAddress(text)}
	case bytes.HasPrefix(text, []byte("Connecting to ")):
		h.current.address = findAddress(text)
	case bytes.HasPrefix(text, []byte("Closing control socket")) && h.leaving.conn > 0:
		h.leaving.end(out)
	case bytes.HasPrefix(text, []byte("Closing control socket")):
		h.current.end(out)
	}
}
