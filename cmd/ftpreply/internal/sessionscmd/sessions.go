// Package sessionscmd implements "ftpreply sessions".
package sessionscmd

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/page"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/spf13/cobra"
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	format := cli.NewChoice("text", sessionFormat{newTextSessions, endTextSessions}).
		Or("ndjson", sessionFormat{newJSONSessions, endJSONSessions}).
		Or("html", sessionFormat{})
	cmd := &cobra.Command{
		Use:   "sessions file|directory|-...",
		Short: "List logins and transfers, and how each connection ended",
		Long: `List the connections of recordings: who logged in, which files were transferred, their sizes if the
server gives them, how long each transfer took, and how the connection ended.

The line below a connection says what failed first, what was in progress at the end, and which side
ended the connection. It begins with the time and with the line or packet. A failure counts unless
the same command succeeded later. --failed lists only the connections on which something failed,
and of their transfers only those that were not completed.

A transfer is completed if its final reply is a completion reply (2yz), failed if it is negative,
aborted if it is negative after a preliminary reply (1yz), and open if the recording has no final
reply. --code and --command select the connections that have such replies, and the transfers that
ended in one.`,
		Example: `  ftpreply sessions capture.pcap
  ftpreply sessions --failed logs/                     # only where something failed
  ftpreply sessions --code 5yz --format ndjson logs/`,
	}
	failed := false
	cmd.Flags().BoolVar(&failed, "failed", false, "only connections on which something failed")
	in := input.New(a, cmd)
	format.AddTo(cmd, "format", "output format")
	cli.Group(cmd.Flags(), "Output")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if format.Value.begin == nil {
			report := page.New(in)
			report.OnlyFailed = failed
			err := in.Read(args, func(rec *input.Recording) input.Sink { return report.Begin(rec, lint.Config{}) })
			return errors.Join(err, report.Write())
		}
		all := sessionTotals{}
		err := in.Read(args, func(rec *input.Recording) input.Sink {
			return &watched{rec: rec, onlyFailed: failed, out: format.Value.begin(rec), sessions: map[*input.Connection]*session{}, all: &all}
		})
		format.Value.end(a, &all)
		return err
	}
	return cmd
}

// A sessionFormat is an output format for sessions. The zero value is HTML.
type sessionFormat struct {
	begin func(*input.Recording) sessionWriter
	end   func(*cli.App, *sessionTotals)
}

// A sessionWriter writes the sessions of one recording.
type sessionWriter interface {
	// transfer writes a transfer that has ended, or is open at the end of the connection.
	transfer(*input.Connection, *control.Transfer)
	session(*input.Connection, *session)
}

// sessionTotals counts the connections and transfers that are shown.
type sessionTotals struct {
	files, connections int
	accepted, refused  int64 // logins
	transfers          transferCounts
	filtered           int // connections that the filter or --failed rejects, not counted elsewhere
}

// A watched recording is a sink that follows its sessions.
type watched struct {
	rec        *input.Recording
	onlyFailed bool
	out        sessionWriter
	sessions   map[*input.Connection]*session
	own        sessionTotals
	all        *sessionTotals
}

func (w *watched) Open(c *input.Connection) {
	s := &session{causes: w.rec.NewCauses(c)}
	w.sessions[c] = s
	c.Handle = func(it *control.Item) {
		selected := w.rec.Filter.Selects(it)
		s.shown = s.shown || selected
		if t := s.Item(it); t != nil {
			s.counts.count(t)
			switch {
			case !selected:
			case !w.onlyFailed:
				w.out.transfer(c, t)
			case t.Outcome != control.Completed && len(s.kept) < maxKept:
				s.kept = append(s.kept, t)
			}
		}
		s.causes.Item(it)
		if it.Kind == control.EndItem {
			s.cause = s.causes.Cause(it)
		}
	}
}

func (w *watched) Close(c *input.Connection) {
	s := w.sessions[c]
	delete(w.sessions, c)
	if !s.shown && w.rec.Filter.IsSet() || w.onlyFailed && !s.cause.Failed {
		w.own.filtered++
		return
	}
	for _, t := range s.kept {
		w.out.transfer(c, t)
	}
	for _, t := range s.Waiting {
		s.counts.count(t)
		if w.rec.Filter.Selects(&control.Item{Kind: control.CommandItem, Command: &control.Command{Line: t.Line}}) {
			w.out.transfer(c, t)
		}
	}
	w.out.session(c, s)
	w.own.count(c, s)
}

func (w *watched) Done() {
	w.own.files = 1
	w.all.add(&w.own)
}

func (t *sessionTotals) count(c *input.Connection, s *session) {
	if !c.Continued {
		t.connections++
	}
	if s.Login == control.LoginAccepted {
		t.accepted++
	}
	t.refused += int64(s.Refused)
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
	rec   *input.Recording
	named bool // the name of the source has been written
	lines map[*input.Connection][]string
}

func newTextSessions(rec *input.Recording) sessionWriter {
	return &textSessions{rec: rec, lines: map[*input.Connection][]string{}}
}

// maxLines is the number of transfers after which a session is written before its end.
const maxLines = 1000

func (w *textSessions) transfer(c *input.Connection, t *control.Transfer) {
	w.lines[c] = append(w.lines[c], transferLine(w.rec, c, t))
	if len(w.lines[c]) == maxLines {
		w.write(c, nil, "transfers of a session that goes on")
	}
}

func (w *textSessions) session(c *input.Connection, s *session) {
	parts := []string{loginText(c, s), countsText(c, s), s.End.String()}
	if c.Continued {
		parts = append([]string{"continued"}, parts...)
	}
	w.write(c, &s.cause, strings.Join(parts, ", "))
}

func (w *textSessions) write(c *input.Connection, cause *control.Cause, summary string) {
	out := w.rec.Out
	if !w.named {
		fmt.Fprintln(out, render.Message(w.rec.Source))
		w.named = true
	}
	parts := input.ConnectionNames(c)
	if w.rec.Format.Clock == transcript.AbsoluteClock && !c.Begun.IsZero() {
		parts = append(parts, c.Begun.Format(time.DateTime))
	}
	fmt.Fprintln(out, strings.Join(append(parts, summary), "  "))
	if cause != nil {
		fmt.Fprintln(out, "   "+w.rec.CauseText(cause))
	}
	for _, line := range w.lines[c] {
		fmt.Fprintln(out, line)
	}
	delete(w.lines, c)
	out.Flush()
}

// maxArgument is the number of bytes of a name that are shown.
const maxArgument = 200

func shownArgument(c *input.Connection, b []byte) string {
	return render.Cut(c.Mask(b), maxArgument)
}

func loginText(c *input.Connection, s *session) string {
	user := cmp.Or(shownArgument(c, s.User), "somebody")
	var text string
	switch s.Login {
	case control.LoginAccepted:
		text = fmt.Sprintf("%s logged in (%s)", user, s.Code.String())
	case control.LoginRefused:
		return fmt.Sprintf("%s refused ×%d (%s)", user, s.Refused, s.Code.String())
	default:
		return "no login"
	}
	if s.Refused > 0 {
		text += fmt.Sprintf(" after %d refused", s.Refused)
	}
	return text
}

func countsText(c *input.Connection, s *session) string {
	text := fmt.Sprintf("%s, %s", render.Count(c.Stats.Commands, "command", "commands"), render.Count(c.Stats.Replies, "reply", "replies"))
	if c.Gaps > 0 {
		text += ", " + render.Count(c.Gaps, "gap", "gaps")
	}
	if took := c.Ended.Sub(c.Begun); !c.Begun.IsZero() {
		text += fmt.Sprintf(", %.3fs", took.Seconds())
	}
	return text
}

// transferLine returns a line about a transfer: the time and the text of the command, the
// outcome, size and duration, and of a transfer that was not completed the place.
func transferLine(rec *input.Recording, c *input.Connection, t *control.Transfer) string {
	line := strings.TrimRight(t.Verb+" "+shownArgument(c, t.Argument()), " ") + "  " + t.Outcome.String()
	if at := rec.TimeOfDay(t.Begun); at != "" {
		line = at + "  " + line
	}
	line = "   " + line
	if t.Outcome != control.Open {
		line += " (" + strings.TrimRight(t.Code.String()+" "+render.Text([]byte(t.Text)), " ") + ")"
	}
	if place := rec.Place(t.Record); place != "" && t.Outcome != control.Completed {
		line += ", " + place
	}
	if t.SizeSource != "" {
		line += fmt.Sprintf(", %d bytes", t.Size)
	}
	if t.Restart > 0 {
		line += fmt.Sprintf(", from byte %d", t.Restart)
	}
	if d, ok := t.Duration(); ok {
		line += fmt.Sprintf(", %.3fs", d.Seconds())
	}
	return line
}

func endTextSessions(a *cli.App, t *sessionTotals) {
	var all int64
	outcomes := ""
	for _, o := range []control.Outcome{control.Completed, control.Failed, control.Aborted, control.Open} {
		all += t.transfers.by[o]
		outcomes += render.Further(t.transfers.by[o], o.String())
	}
	fmt.Fprintf(a.Out, "%s, %s: %s, %d refused; %s%s; %d bytes of known size%s\n", render.Count(t.files, "file", "files"),
		render.Count(t.connections, "connection", "connections"), render.Count(t.accepted, "login", "logins"), t.refused,
		render.Count(all, "transfer", "transfers"), outcomes, t.transfers.bytes, render.Further(t.filtered, "connections filtered out"))
}

// jsonSessions writes one object for each transfer and for each session.
type jsonSessions struct {
	*render.JSONWriter
	rec *input.Recording
}

func newJSONSessions(rec *input.Recording) sessionWriter {
	return &jsonSessions{rec.WriteHeader(), rec}
}

type jsonTransfer struct {
	Type     string   `json:"type"` // "transfer"
	Source   string   `json:"source"`
	Stream   int      `json:"stream"`
	Time     string   `json:"time,omitempty"` // of the command
	Command  string   `json:"command"`
	Argument string   `json:"argument,omitempty"`
	Outcome  string   `json:"outcome"`
	Code     int      `json:"code,omitempty"`
	Text     string   `json:"text,omitempty"` // of a negative reply, its first line
	Record   int64    `json:"record,omitempty"`
	Bytes    *uint64  `json:"bytes,omitempty"` // of the whole file
	SizeFrom string   `json:"size_from,omitempty"`
	Restart  uint64   `json:"restart,omitempty"`
	Seconds  *float64 `json:"seconds,omitempty"`
}

func (w *jsonSessions) transfer(c *input.Connection, t *control.Transfer) {
	j := &jsonTransfer{
		Type: "transfer", Source: w.rec.Source, Stream: c.Number, Time: w.rec.Time(t.Begun), Command: t.Verb,
		Argument: string(c.Mask(t.Argument())), Outcome: t.Outcome.String(), Code: int(t.Code), Text: t.Text, Record: w.rec.Record(t.Record), Restart: t.Restart,
		SizeFrom: t.SizeSource,
	}
	if t.SizeSource != "" {
		j.Bytes = &t.Size
	}
	if d, ok := t.Duration(); ok {
		j.Seconds = seconds(d)
	}
	w.Write(j)
}

func seconds(d time.Duration) *float64 {
	s := d.Seconds()
	return &s
}

type jsonSession struct {
	Type      string   `json:"type"` // "session"
	Source    string   `json:"source"`
	Stream    int      `json:"stream"`
	Continued bool     `json:"continued,omitempty"` // an earlier part of the connection was written before
	Time      string   `json:"time,omitempty"`      // of its beginning
	Seconds   *float64 `json:"seconds,omitempty"`
	Server    string   `json:"server,omitempty"`
	Client    string   `json:"client,omitempty"`
	Software  string   `json:"software,omitempty"`
	User      string   `json:"user,omitempty"`
	Login     string   `json:"login"`
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
	Ended     string   `json:"ended"`

	Cause input.JSONCause `json:"cause"`
}

func (w *jsonSessions) session(c *input.Connection, s *session) {
	n := &s.counts
	j := &jsonSession{
		Type: "session", Source: w.rec.Source, Stream: c.Number, Continued: c.Continued, Time: w.rec.Time(c.Begun),
		Server: input.Address(c.ServerAddr), Client: input.Address(c.ClientAddr),
		Software: string(c.Mask([]byte(c.Stats.Software))), User: string(c.Mask(s.User)),
		Login: s.Login.String(), Code: int(s.Code), Refused: s.Refused, TLS: c.Stats.TLS, Gaps: c.Gaps, Commands: c.Stats.Commands, Replies: c.Stats.Replies,
		Completed: n.by[control.Completed], Failed: n.by[control.Failed], Aborted: n.by[control.Aborted], Open: n.by[control.Open], Bytes: n.bytes, Ended: s.End.String(),
		Cause: w.rec.CauseObject(&s.cause),
	}
	if !c.Begun.IsZero() {
		j.Seconds = seconds(c.Ended.Sub(c.Begun))
	}
	w.Write(j)
	w.Out.Flush()
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

func endJSONSessions(a *cli.App, t *sessionTotals) {
	n := &t.transfers
	render.NewJSONWriter(a.Out).Write(&jsonSessionTotals{"summary", t.files, t.connections, t.accepted, t.refused,
		n.by[control.Completed], n.by[control.Failed], n.by[control.Aborted], n.by[control.Open], n.bytes, t.filtered})
}
