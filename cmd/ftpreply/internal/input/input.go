// Package input reads recordings for the subcommands. It lists and opens files, reads several at
// the same time, and gives their connections to a Sink.
package input

import (
	"bufio"
	"errors"
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

// Input holds the settings about input, which are the same in all subcommands.
type Input struct {
	App        *cli.App
	from       string
	marks      transcript.Marks
	lineEnding cli.Choice[ftpreply.LineEnding]
	anyCode    bool
	maxReply   int
	secrets    cli.Choice[control.SecretPolicy]
	secretsKey string
	ports      []uint16
	jobs       int
	unlimited  bool
	filter     filter
	Verbose    bool
}

// New adds the flags about input to a command, whose arguments are files and directories.
func New(a *cli.App, cmd *cobra.Command) *Input {
	in := &Input{
		App:        a,
		lineEnding: cli.NewChoice("learned", ftpreply.Learned).Or("crlf", ftpreply.CRLF).Or("lf", ftpreply.AnyLF),
		secrets:    cli.NewSecretsChoice(),
	}
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return errors.New("no input; name files or directories, or - for standard input")
		}
		return nil
	}
	f := cmd.Flags()
	f.StringVar(&in.from, "from", "", "`format` of the input, if it is not recognised; see \"ftpreply formats\"")
	f.StringVar(&in.marks.Reply, "reply-mark", "", "`text` before replies in a log of another format")
	f.StringVar(&in.marks.Command, "command-mark", "", "`text` before commands in that log")
	f.StringVar(&in.marks.Time, "time", "", "`layout` of the times before the marks, as in Go: \"2006-01-02 15:04:05\"")
	f.StringVar(&in.marks.Session, "session", "", "`regexp` of the part of a line that names its connection")
	f.Func("ftp-port", "server `port` in packet captures, besides 21 and 2121; repeatable", in.addPort)
	in.lineEnding.AddTo(cmd, "line-ending", "line ending of the server")
	f.BoolVar(&in.anyCode, "any-code", false, "accept any code and a space as the end of a multi-line reply")
	f.IntVar(&in.maxReply, "max-reply", ftpreply.DefaultMaxReply, "size of the largest reply, in `bytes`")
	f.BoolVar(&in.unlimited, "unlimited", false, "decompress without a limit of size and ratio")
	f.IntVarP(&in.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "`number` of files to read at the same time")
	cli.Group(f, "Input")
	in.filter.addTo(cmd)
	cli.Group(f, "Selection")
	in.secrets.AddTo(cmd, "secrets", "how to write passwords")
	f.StringVar(&in.secretsKey, "secrets-key", "", "`key` of the hashes of passwords, so that those of several runs can be compared; random by default")
	f.BoolVarP(&in.Verbose, "verbose", "v", false, "include details, and list skipped files")
	cli.Group(f, "Output")
	cli.CompleteWith(cmd, "from", FormatList)
	return in
}

func (in *Input) addPort(text string) error {
	port, err := strconv.ParseUint(text, 10, 16)
	in.ports = append(in.ports, uint16(port))
	return err
}

// OneByOne reads one file after the other, for an output that cannot be written in parts.
func (in *Input) OneByOne() { in.jobs = 1 }

// A Recording is one recording of the input.
type Recording struct {
	Source string
	Format *transcript.Format
	Out    *bufio.Writer     // output about this recording; it keeps the order of the input
	Lost   fidelity.Set      // the details that the format has not kept
	Marks  *transcript.Marks // of the format generic; nil for the others

	Filter   *filter
	Filtered int64 // number of items that Selects has rejected

	SkippedLines int64 // lines that were too long; complete when Done is called
}

// Proves reports whether the recording has kept the details that the rule needs.
func (r *Recording) Proves(rule *lint.Rule) bool { return rule.Needs&r.Lost == 0 }

// Selects reports whether the filter selects the item. It counts the others.
func (r *Recording) Selects(it *control.Item) bool {
	if r.Filter.Selects(it) {
		return true
	}
	r.Filtered++
	return false
}
