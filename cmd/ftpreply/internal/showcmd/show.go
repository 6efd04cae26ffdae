// Package showcmd implements "ftpreply show".
package showcmd

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/page"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	format := cli.NewChoice("text", textFormat).Or("markdown", markdownFormat).Or("html", htmlFormat)
	cmd := &cobra.Command{
		Use:   "show file|directory|-...",
		Short: "Show the dialogue of recordings, to read or to send to a vendor",
		Long: `Show the commands and replies of recordings as a dialogue, with the findings below their lines.

A line has the time, the number of the item as in the output of "ftpreply lint", and > for a command
or < for a reply. Passwords are masked. The last line of a connection says how it ended and what
failed first. Long replies are shortened, and info findings are left out, unless -v is given.

--around shows an item and those before and after it, except in HTML, which has a search. --code and --command select items; a selected
reply is shown with its command.`,
		Example: `  ftpreply show capture.pcap
  ftpreply show --connection 3 --around 118 capture.pcap   # item 118 and its neighbours
  ftpreply show --code 4yz,5yz logs/                       # what was refused
  ftpreply show --format markdown -o report.md client.log  # for an issue or a mail`,
	}
	var around around
	f := cmd.Flags()
	f.Int64Var(&around.seq, "around", 0, "only the item with this `number`, and its neighbours")
	f.Int64Var(&around.context, "context", 10, "`number` of items to show before and after --around")
	in := input.New(a, cmd)
	grading := findings.NewGrading(cmd)
	cli.Group(f, "Rules")
	format.AddTo(cmd, "format", "output format")
	cli.Group(f, "Output")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		config, err := grading.Config(a)
		if err != nil {
			return err
		}
		if format.Value == htmlFormat {
			report := page.New(in)
			err := in.Read(args, func(rec *input.Recording) input.Sink { return report.Begin(rec, config) })
			return errors.Join(err, report.Write())
		}
		return in.Read(args, func(rec *input.Recording) input.Sink {
			return &shown{
				Pen: render.Pen{Color: a.Color && format.Value == textFormat}, rec: rec, config: config, verbose: in.Verbose,
				around: around, format: format.Value, dialogues: map[*input.Connection]*dialogue{},
			}
		})
	}
	return cmd
}

type format uint8

const (
	textFormat format = iota
	markdownFormat
	htmlFormat
)

// around selects items by their numbers. The zero value selects all.
type around struct{ seq, context int64 }

func (a around) selects(seq int64) bool {
	return a.seq == 0 || seq >= a.seq-a.context && seq <= a.seq+a.context
}

// A shown recording is a sink that writes dialogues, a connection at a time.
type shown struct {
	render.Pen
	rec       *input.Recording
	config    lint.Config
	verbose   bool
	around    around
	format    format
	named     bool // the name of the source has been written
	dialogues map[*input.Connection]*dialogue
	size      int // bytes that the dialogues hold
}

// maxHeld is the number of bytes that the dialogues hold before they are written.
const maxHeld = 4 << 20

func (s *shown) Open(c *input.Connection) {
	d := &dialogue{shown: s, causes: s.rec.NewCauses(c)}
	s.dialogues[c] = d
	rules := &lint.Linter{Peer: c.ServerAddr.Addr(), Client: c.ClientAddr.Addr(), Report: d.find}
	c.Handle = func(it *control.Item) {
		d.item(it)
		rules.Item(it)
		d.causes.Item(it)
		if it.Kind == control.EndItem {
			d.end(d.causes.Cause(it))
		}
		if s.size > maxHeld {
			s.Pause()
		}
	}
}

// Pause writes the dialogues so far.
func (s *shown) Pause() {
	for _, c := range slices.SortedFunc(maps.Keys(s.dialogues), func(a, b *input.Connection) int { return cmp.Compare(a.Number, b.Number) }) {
		s.dialogues[c].write(c)
	}
}

func (s *shown) Close(c *input.Connection) {
	s.dialogues[c].write(c)
	delete(s.dialogues, c)
}

func (s *shown) Done() {}
