package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

func (a *app) sessionsCommand() *cobra.Command {
	format := newChoice("text", map[string]sessionFormat{
		"text": {newTextSessions, endTextSessions}, "ndjson": {newJSONSessions, endJSONSessions}})
	cmd := &cobra.Command{
		Use:   "sessions file|directory|-...",
		Short: "Tell who logged in, and which files moved",
		Long: `Tell of each connection who logged in and which files moved: how big they are, if the
server says so, how long that took, and whether it was completed.

A transfer is completed when its final reply is a completion reply, failed when that is
negative, aborted when it is negative behind a preliminary reply, and open when there is
none. With --code or --command those connections are shown that have such replies, and
of their transfers those that ended in one.`,
		Args: cobra.MinimumNArgs(1),
	}
	in := a.newInput(cmd)
	format.addTo(cmd, "format", "format of the output")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		all := sessionTotals{}
		err := in.read(args, func(rec *recording) sink {
			return &watched{rec: rec, out: format.value.begin(rec), sessions: map[*connection]*session{}, all: &all}
		})
		format.value.end(a, &all)
		return err
	}
	return cmd
}

// A sessionFormat is how sessions are written.
type sessionFormat struct {
	begin func(*recording) sessionWriter
	end   func(*app, *sessionTotals)
}

// A sessionWriter writes the sessions of one recording.
type sessionWriter interface {
	// transfer is given each transfer that has ended, or is still open at the end.
	transfer(*connection, *transfer)
	session(*connection, *session, ending)
}

// sessionTotals counts what is shown.
type sessionTotals struct {
	files, connections int
	accepted, refused  int64 // logins
	transfers          transferCounts
	filtered           int // connections that were not asked for; they are in no other count
}

// watched is the sink that follows the sessions of one recording.
type watched struct {
	rec      *recording
	out      sessionWriter
	sessions map[*connection]*session
	own      sessionTotals
	all      *sessionTotals
}

func (w *watched) open(c *connection) {
	s := &session{login: loginNone}
	w.sessions[c] = s
	c.Item = func(it *lint.Item) {
		selected := w.rec.filter.selects(it)
		s.shown = s.shown || selected
		if t := s.take(it); t != nil && selected {
			w.out.transfer(c, t)
		}
	}
}

func (w *watched) close(c *connection) {
	s := w.sessions[c]
	delete(w.sessions, c)
	if !s.shown && w.rec.filter.isSet() {
		w.own.filtered++
		return
	}
	for _, t := range s.waiting {
		if w.rec.filter.selects(&lint.Item{Kind: lint.CommandItem, Command: &lint.Command{Line: t.line}}) {
			w.out.transfer(c, t)
		}
	}
	w.out.session(c, s, s.end(c))
	w.own.count(s)
}

func (w *watched) done() {
	w.own.files = 1
	w.all.add(&w.own)
}

func (t *sessionTotals) count(s *session) {
	t.connections++
	if s.login == loginAccepted {
		t.accepted++
	}
	t.refused += int64(s.refused)
	t.transfers.add(&s.counts)
}

func (t *sessionTotals) add(u *sessionTotals) {
	t.files += u.files
	t.connections += u.connections
	t.accepted += u.accepted
	t.refused += u.refused
	t.transfers.add(&u.transfers)
	t.filtered += u.filtered
}

// textSessions writes sessions for people.
type textSessions struct {
	rec   *recording
	shown bool // the name of the source
	lines map[*connection][]string
}

func newTextSessions(rec *recording) sessionWriter {
	return &textSessions{rec: rec, lines: map[*connection][]string{}}
}

// maxLines is how many transfers are kept until their session is shown.
const maxLines = 1000

func (w *textSessions) transfer(c *connection, t *transfer) {
	w.lines[c] = append(w.lines[c], transferLine(c, t))
	if len(w.lines[c]) == maxLines {
		w.write(c, "transfers of a session that goes on")
	}
}

func (w *textSessions) session(c *connection, s *session, e ending) {
	w.write(c, strings.Join([]string{loginText(c, s), countsText(c, s), string(e)}, ", "))
}

func (w *textSessions) write(c *connection, summary string) {
	out := w.rec.out
	if !w.shown {
		fmt.Fprintln(out, quote([]byte(w.rec.source)))
		w.shown = true
	}
	fmt.Fprintln(out, strings.Join(append(connectionNames(c), summary), "  "))
	for _, line := range w.lines[c] {
		fmt.Fprintln(out, line)
	}
	delete(w.lines, c)
	out.Flush()
}

// maxArgument is how many bytes of a name are shown.
const maxArgument = 200

func shownArgument(c *connection, b []byte) string { return quote(maskedHead(c, b, maxArgument)) }

func loginText(c *connection, s *session) string {
	user := cmp.Or(shownArgument(c, s.user), "somebody")
	var text string
	switch s.login {
	case loginAccepted:
		text = fmt.Sprintf("%s logged in (%s)", user, s.code.String())
	case loginRefused:
		return fmt.Sprintf("%s refused ×%d (%s)", user, s.refused, s.code.String())
	default:
		return "no login"
	}
	if s.refused > 0 {
		text += fmt.Sprintf(" after %d refused", s.refused)
	}
	return text
}

func countsText(c *connection, s *session) string {
	text := fmt.Sprintf("%s, %s", count(c.Stats.Commands, "command", "commands"), count(c.Stats.Replies, "reply", "replies"))
	if c.gaps > 0 {
		text += ", " + count(int64(c.gaps), "gap", "gaps")
	}
	if took := c.ended.Sub(c.begun); !c.begun.IsZero() {
		text += fmt.Sprintf(", %.3fs", took.Seconds())
	}
	return text
}

// transferLine is one line: what was done, how long it took, how big it was.
func transferLine(c *connection, t *transfer) string {
	line := strings.TrimRight(fmt.Sprintf("   %s %s", t.verb, shownArgument(c, t.argument())), " ") + "  " + outcomeNames[t.outcome]
	if t.outcome != open {
		line += " (" + t.code.String() + ")"
	}
	if t.sizeFrom != "" {
		line += fmt.Sprintf(", %d bytes", t.size)
	}
	if t.restart > 0 {
		line += fmt.Sprintf(", from byte %d", t.restart)
	}
	if d, ok := t.took(); ok {
		line += fmt.Sprintf(", %.3fs", d.Seconds())
	}
	return line
}

func endTextSessions(a *app, t *sessionTotals) {
	fmt.Fprintf(a.out, "%s, %s: %s, %d refused; %s", count(int64(t.files), "file", "files"),
		count(int64(t.connections), "connection", "connections"), count(t.accepted, "login", "logins"), t.refused,
		count(t.transfers.all(), "transfer", "transfers"))
	for _, o := range []outcome{completed, failed, aborted, open} {
		if n := t.transfers.by[o]; n > 0 {
			fmt.Fprintf(a.out, ", %d %s", n, outcomeNames[o])
		}
	}
	fmt.Fprintf(a.out, "; %d bytes of known size%s\n", t.transfers.bytes, furtherText("connections filtered out", int64(t.filtered)))
}

// jsonSessions writes one object for each transfer and for each session.
type jsonSessions struct{ jsonWriter }

func newJSONSessions(rec *recording) sessionWriter { return &jsonSessions{newJSONWriter(rec)} }

type jsonTransfer struct {
	Type     string   `json:"type"` // "transfer"
	Source   string   `json:"source"`
	Stream   int      `json:"stream"`
	Time     string   `json:"time,omitempty"` // of the command
	Command  string   `json:"command"`
	Argument string   `json:"argument,omitempty"`
	Outcome  string   `json:"outcome"`
	Code     int      `json:"code,omitempty"`
	Bytes    *uint64  `json:"bytes,omitempty"` // of the whole file
	SizeFrom string   `json:"size_from,omitempty"`
	Restart  uint64   `json:"restart,omitempty"`
	Seconds  *float64 `json:"seconds,omitempty"`
}

func (w *jsonSessions) transfer(c *connection, t *transfer) {
	j := &jsonTransfer{
		Type: "transfer", Source: w.source, Stream: c.number, Time: w.time(t.begun), Command: t.verb,
		Argument: string(c.Mask(t.argument())), Outcome: outcomeNames[t.outcome], Code: int(t.code), Restart: t.restart,
		SizeFrom: t.sizeFrom,
	}
	if t.sizeFrom != "" {
		j.Bytes = &t.size
	}
	if d, ok := t.took(); ok {
		j.Seconds = seconds(d)
	}
	w.write(j)
}

func seconds(d time.Duration) *float64 {
	s := d.Seconds()
	return &s
}

type jsonSession struct {
	Type      string   `json:"type"` // "session"
	Source    string   `json:"source"`
	Stream    int      `json:"stream"`
	Time      string   `json:"time,omitempty"` // when it began
	Seconds   *float64 `json:"seconds,omitempty"`
	Server    string   `json:"server,omitempty"`
	Client    string   `json:"client,omitempty"`
	Software  string   `json:"software,omitempty"`
	User      string   `json:"user,omitempty"`
	Login     login    `json:"login"`
	Code      int      `json:"code,omitempty"`
	Refused   int      `json:"refused"`
	TLS       bool     `json:"tls"`
	Gaps      int      `json:"gaps,omitempty"`
	Commands  int64    `json:"commands"`
	Replies   int64    `json:"replies"`
	Completed int64    `json:"completed"`
	Failed    int64    `json:"failed"`
	Aborted   int64    `json:"aborted"`
	Open      int64    `json:"open"`
	Bytes     uint64   `json:"bytes"`
	Ended     ending   `json:"ended"`
}

func (w *jsonSessions) session(c *connection, s *session, e ending) {
	n := &s.counts
	j := &jsonSession{
		Type: "session", Source: w.source, Stream: c.number, Time: w.time(c.begun),
		Server: address(c.server), Client: address(c.client),
		Software: string(c.Mask([]byte(c.Stats.Software))), User: string(c.Mask(s.user)),
		Login: s.login, Code: int(s.code), Refused: s.refused, TLS: c.Stats.TLS, Gaps: c.gaps, Commands: c.Stats.Commands, Replies: c.Stats.Replies,
		Completed: n.by[completed], Failed: n.by[failed], Aborted: n.by[aborted], Open: n.by[open], Bytes: n.bytes, Ended: e,
	}
	if !c.begun.IsZero() {
		j.Seconds = seconds(c.ended.Sub(c.begun))
	}
	w.write(j)
	w.out.Flush()
}

type jsonSessionTotals struct {
	Type        string `json:"type"` // "summary"
	Files       int    `json:"files"`
	Connections int    `json:"connections"`
	Accepted    int64  `json:"accepted"`
	Refused     int64  `json:"refused"`
	Completed   int64  `json:"completed"`
	Failed      int64  `json:"failed"`
	Aborted     int64  `json:"aborted"`
	Open        int64  `json:"open"`
	Bytes       uint64 `json:"bytes"`
	Filtered    int    `json:"filtered,omitempty"`
}

func endJSONSessions(a *app, t *sessionTotals) {
	n := &t.transfers
	jsonSummaryWriter(a).write(&jsonSessionTotals{"summary", t.files, t.connections, t.accepted, t.refused,
		n.by[completed], n.by[failed], n.by[aborted], n.by[open], n.bytes, t.filtered})
}
