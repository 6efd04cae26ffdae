// Package input reads recordings for the subcommands: it lists and opens files, reads several
// at a time, and gives the connections in them to a Sink.
package input

import (
	"bufio"
	"runtime"
	"strconv"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/spf13/cobra"
)

// Input is how recordings are read, the same in all subcommands.
type Input struct {
	App        *cli.App
	from       string
	lineEnding cli.Choice[ftpreply.LineEnding]
	anyCode    bool
	maxReply   int
	secrets    cli.Choice[control.SecretPolicy]
	ports      []uint16
	jobs       int
	filter     filter
	Verbose    bool
}

func New(a *cli.App, cmd *cobra.Command) *Input {
	in := &Input{
		App: a,
		lineEnding: cli.NewChoice("learned", map[string]ftpreply.LineEnding{
			"learned": ftpreply.Learned, "crlf": ftpreply.CRLF, "lf": ftpreply.AnyLF}),
		secrets: cli.NewSecretsChoice(),
	}
	f := cmd.Flags()
	f.StringVar(&in.from, "from", "", "`format` of the input instead of the one it is recognised by: "+FormatNames())
	f.Func("ftp-port", "`port` of a server in a packet capture, beside 21 and 2121; may be repeated", in.addPort)
	in.lineEnding.AddTo(cmd, "line-ending", "what ends a line")
	f.BoolVar(&in.anyCode, "any-code", false, "let any code and a space end a multi-line reply")
	f.IntVar(&in.maxReply, "max-reply", ftpreply.DefaultMaxReply, "longest reply, in bytes")
	in.secrets.AddTo(cmd, "secrets", "how passwords are shown")
	f.IntVarP(&in.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how many files are read at a time")
	in.filter.addTo(cmd)
	f.BoolVarP(&in.Verbose, "verbose", "v", false, "show what is left out otherwise")
	cli.CompleteWith(cmd, "from", FormatList)
	return in
}

func (in *Input) addPort(text string) error {
	port, err := strconv.ParseUint(text, 10, 16)
	in.ports = append(in.ports, uint16(port))
	return err
}

// A Recording is one file of the input.
type Recording struct {
	Source string
	Format *transcript.Format
	Out    *bufio.Writer // what is written here appears in the order of the input
	Lost   fidelity.Set  // the details that the format has not kept

	Filter   *filter
	Filtered int64 // what the filter has left out
}

// Proves reports whether what a rule finds in the recording is so.
func (r *Recording) Proves(rule *lint.Rule) bool { return rule.Needs&r.Lost == 0 }

// Selects reports whether the user has asked for the item, and counts it if not.
func (r *Recording) Selects(it *control.Item) bool {
	if r.Filter.Selects(it) {
		return true
	}
	r.Filtered++
	return false
}
