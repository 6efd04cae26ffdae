// Package parsecmd implements "ftpreply parse".
package parsecmd

import (
	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/spf13/cobra"
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "parse file|directory|-...",
		Short: "Write replies and commands as JSON, one object a line",
		Long: `Write the replies, commands and errors of recordings as JSON, one object a line, in the order of the
recording. Each recording begins with a header. The manual page, docs/ftpreply.1, describes the
objects. With --format parquet they are the rows of one table for DuckDB, Spark and others.`,
		Example: `  ftpreply parse capture.pcap
  ftpreply parse --code 5yz capture.pcap | jq -r '.command + ": " + .text[0]'
  ftpreply parse --format parquet -o replies.parquet logs/
  tcpdump -U -w - port 21 | ftpreply parse -           # live`,
	}
	in := input.New(a, cmd)
	format := cli.NewChoice("ndjson", writeObjects).Or("parquet", writeRows)
	format.AddTo(cmd, "format", "output format")
	cli.Group(cmd.Flags(), "Output")
	cmd.RunE = func(_ *cobra.Command, args []string) error { return format.Value(in, args) }
	return cmd
}

// writeObjects writes the items as JSON objects, one a line.
func writeObjects(in *input.Input, args []string) error { return in.Read(args, newParser) }

// A parser is a sink that writes every item.
type parser struct {
	*render.JSONWriter
	rec      *input.Recording
	origin   string             // the keys that give the source, up to the number of the connection
	unproved ftpreply.Deviation // deviations that the format cannot prove
	payloads payloadMask
}

func newParser(rec *input.Recording) input.Sink {
	origin := append(render.AppendString([]byte(`,"source":`), rec.Source), `,"stream":`...)
	return &parser{JSONWriter: rec.WriteHeader(), rec: rec, origin: string(origin), unproved: input.Unproved(rec.Lost)}
}

func (p *parser) Open(c *input.Connection) {
	c.Handle = func(it *control.Item) {
		if int(it.Kind) >= len(itemTypes) {
			return
		}
		if p.rec.Selects(it) {
			p.WriteObject(p.appendItem(p.Buffer(), c, it))
		}
	}
	if p.rec.Filter.IsSet() {
		return
	}
	c.Gapped = func(e *transcript.Event) { p.WriteObject(p.appendGap(p.Buffer(), c, e)) }
	if c.ServerAddr.IsValid() || c.ClientAddr.IsValid() {
		p.WriteObject(p.appendConnection(p.Buffer(), c))
	}
}

func (p *parser) Close(*input.Connection) { p.Out.Flush() }
func (p *parser) Done()                   {}
