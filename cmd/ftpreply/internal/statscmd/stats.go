// Package statscmd implements "ftpreply stats".
package statscmd

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	format := cli.NewChoice("text", newTextStats).Or("ndjson", newJSONStats).Or("csv", newCSVStats)
	by := cli.NewChoice("all", "")
	for _, kind := range []string{"code", "class", "command", "server", "rule"} {
		by = by.Or(kind, kind)
	}
	cmd := &cobra.Command{
		Use:   "stats file|directory|-...",
		Short: "Count replies, commands, servers and findings",
		Long: `Count the replies of all recordings together: by code, class, command and server. Count the findings
by rule.

The latency of a command is the time to its final reply: half of the replies took at most p50,
90 % at most p90, and 99 % at most p99. The values are exact to one sixteenth and to the clock
of the recording.`,
		Example: `  ftpreply stats logs/
  ftpreply stats --command RETR,STOR --format ndjson logs/
  ftpreply stats --by server scan.ndjson.zst           # the servers in a scan by zgrab2`,
	}
	in := input.New(a, cmd)
	format.AddTo(cmd, "format", "output format")
	by.AddTo(cmd, "by", "what to count")
	cli.Group(cmd.Flags(), "Output")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		report, all := format.Value(a), newTally()
		err := in.Read(args, func(rec *input.Recording) input.Sink {
			report.begin(rec)
			t := newTally()
			t.files = 1
			return &tallied{rec: rec, own: t, all: all}
		})
		all.by = by.Value
		report.write(all)
		return err
	}
	return cmd
}

// A statsReport writes a tally.
type statsReport interface {
	begin(*input.Recording)
	write(*tally)
}

// A tally counts the items of recordings.
type tally struct {
	files, connections, tls int
	replies, errors         int64
	filtered                int64 // replies that the filter rejects, not counted elsewhere
	codes                   map[ftpreply.Code]int64
	commands                map[string]*commandTally
	servers                 map[string]*serverTally
	rules                   map[*lint.Rule]int64
	latency                 histogram

	by string // what to show, "" for everything
}

// shown returns the keys of a table in their order, or nothing if it is not to be shown.
func shown[K cmp.Ordered, V any](t *tally, kind string, table map[K]V) []K {
	if t.by != "" && t.by != kind {
		return nil
	}
	return slices.Sorted(maps.Keys(table))
}

// A commandTally counts the commands with one verb, and their replies.
type commandTally struct {
	sent    int64
	replies [10]int64 // by first digit
	latency histogram
}

// A serverTally counts the connections to servers with one name and version.
type serverTally struct {
	connections int
	replies     int64
}

func newTally() *tally {
	return &tally{
		codes: map[ftpreply.Code]int64{}, commands: map[string]*commandTally{},
		servers: map[string]*serverTally{}, rules: map[*lint.Rule]int64{},
	}
}

// A tallied recording is a sink that counts its items.
type tallied struct {
	rec      *input.Recording
	own, all *tally
}

func (t *tallied) Open(c *input.Connection) {
	if !c.Continued {
		t.own.connections++
	}
	l := lint.Linter{Peer: c.ServerAddr.Addr(), Client: c.ClientAddr.Addr(), Report: func(d *lint.Diagnostic) {
		if t.rec.Proves(d.Rule) && t.rec.Filter.Selects(d.Item) {
			t.own.rules[d.Rule]++
		}
	}}
	c.Handle = func(it *control.Item) {
		t.item(it)
		l.Item(it)
	}
}

func (t *tallied) item(it *control.Item) {
	switch it.Kind {
	case control.ReplyItem:
		if t.rec.Selects(it) {
			t.own.reply(it)
		}
	case control.CommandItem:
		if len(it.Command.Line) > 0 && t.rec.Filter.Selects(it) {
			t.own.command(it.Command).sent++
		}
	case control.ErrorItem:
		if t.rec.Filter.Selects(it) {
			t.own.errors++
		}
	}
}

func (t *tally) reply(it *control.Item) {
	code := it.Reply.Code()
	t.replies++
	t.codes[code]++
	if it.Command == nil {
		return
	}
	of := t.command(it.Command)
	of.replies[min(code/100, 9)]++
	if code.Class() != ftpreply.Preliminary && !it.Time.IsZero() && !it.Command.Time.IsZero() {
		took := it.Time.Sub(it.Command.Time)
		of.latency.add(took)
		t.latency.add(took)
	}
}

// otherVerbs is counted instead of a verb that is in no table. Invented verbs must not fill the
// memory, and may be a secret that was sent at the wrong time.
const otherVerbs = "(other)"

var verbs = slices.Collect(dialogue.Verbs())

// command returns the tally of a command's verb.
func (t *tally) command(cmd *control.Command) *commandTally {
	const longest = 8
	var buf [longest]byte
	verb := input.AppendVerb(buf[:0], cmd.Line)
	if of := t.commands[string(verb)]; of != nil {
		return of
	}
	name := string(verb)
	if !slices.Contains(verbs, name) {
		name = otherVerbs
	}
	return entryOf(t.commands, name)
}

// entryOf returns the value of a key, which it adds if it is missing.
func entryOf[K comparable, V any](m map[K]*V, key K) *V {
	v := m[key]
	if v == nil {
		v = new(V)
		m[key] = v
	}
	return v
}

const (
	unknownServer = "(unknown)" // the greeting does not name it
	manyServers   = "(other)"
	maxServers    = 200
)

func (t *tallied) Close(c *input.Connection) {
	server := t.own.server(cmp.Or(input.SoftwareOf(c), unknownServer))
	if !c.Continued {
		server.connections++
		if c.Stats.TLS {
			t.own.tls++
		}
	}
	server.replies += c.Stats.Replies
}

// server returns the tally of a server. Beyond maxServers, all further servers share one.
func (t *tally) server(name string) *serverTally {
	if len(t.servers) >= maxServers && t.servers[name] == nil {
		name = manyServers
	}
	return entryOf(t.servers, name)
}

func (t *tallied) Done() {
	t.own.filtered = t.rec.Filtered
	t.all.add(t.own)
}

// add adds another tally.
func (t *tally) add(u *tally) {
	t.files += u.files
	t.connections += u.connections
	t.tls += u.tls
	t.replies += u.replies
	t.errors += u.errors
	t.filtered += u.filtered
	t.latency.addAll(&u.latency)
	for code, n := range u.codes {
		t.codes[code] += n
	}
	for r, n := range u.rules {
		t.rules[r] += n
	}
	for verb, of := range u.commands {
		entryOf(t.commands, verb).add(of)
	}
	for _, name := range slices.Sorted(maps.Keys(u.servers)) {
		server := t.server(name)
		server.connections += u.servers[name].connections
		server.replies += u.servers[name].replies
	}
}

func (c *commandTally) add(d *commandTally) {
	c.sent += d.sent
	for digit, n := range d.replies {
		c.replies[digit] += n
	}
	c.latency.addAll(&d.latency)
}
