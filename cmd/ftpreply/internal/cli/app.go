// Package cli runs the program. It has the parts that all subcommands share: streams, output files,
// the exit status, and kinds of flags.
package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	ExitClean       = 0
	ExitFindings    = 1   // findings at or above --fail-on
	ExitTrouble     = 2   // the command failed, or some input could not be read
	ExitInterrupted = 130 // 128 + SIGINT, as in a shell
)

// Errors that have been reported. They only set the exit status.
var (
	ErrFindings    = errors.New("findings")
	ErrTrouble     = errors.New("trouble")
	ErrInterrupted = errors.New("interrupted")
)

// An App is one run of the program.
type App struct {
	Ctx        context.Context // done when the user interrupts the run
	Stdin      io.Reader
	Stdout     io.Writer // the destination of Out
	Out        *bufio.Writer
	Stderr     io.Writer
	Color      bool
	outputPath string // of --output
	outputs    []*Output
}

// A Command makes a subcommand.
type Command func(*App) *cobra.Command

// Main runs the program with these subcommands, and returns its exit status.
func Main(commands ...Command) int {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, stop) // a second signal ends the process
	a := NewApp(ctx, os.Stdin, os.Stdout, os.Stderr)
	a.Color = render.WantsColor(os.Stdout)
	return a.Run(commands, os.Args[1:])
}

// NewApp returns an App that writes without colors.
func NewApp(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) *App {
	return &App{Ctx: ctx, Stdin: stdin, Stdout: stdout, Out: bufio.NewWriter(stdout), Stderr: stderr}
}

// Run runs the program with these subcommands and arguments, and returns its exit status.
func (a *App) Run(commands []Command, args []string) int {
	root := a.RootCommand(commands)
	root.SetArgs(args)
	root.SetOut(a.Out)
	root.SetErr(a.Stderr)
	err := root.Execute()
	writeErr := a.Out.Flush()
	complete := writeErr == nil && (err == nil || isReported(err))
	return a.exitStatus(err, errors.Join(writeErr, a.finishOutputs(complete)))
}

// RootCommand returns the command that has these subcommands.
func (a *App) RootCommand(commands []Command) *cobra.Command {
	root := &cobra.Command{
		Use:           "ftpreply",
		Short:         "Lint and parse recordings of FTP control connections",
		Long:          rootText,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       Version(),
	}
	root.PersistentFlags().StringVarP(&a.outputPath, "output", "o", "", "`file` to write to instead of standard output")
	Group(root.PersistentFlags(), "Output")
	root.SetUsageFunc(usage)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see \"%s --help\"", err, cmd.CommandPath())
	})
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return a.redirect() }
	for _, command := range commands {
		root.AddCommand(command(a))
	}
	return root
}

const rootText = `Find out from a recording of FTP control connections what the server sent, which rules it broke,
and which clients fail on it. Recordings are packet captures, logs of clients and servers, and
the bytes of a server. "ftpreply probe" tests a live server.

The exit status is 0 if there are no findings at or above --fail-on, 1 if there are, 2 if the
command failed or some input could not be read, and 130 if it was interrupted. The input that was
read before is reported in every case.`

func (a *App) exitStatus(err, writeErr error) int {
	switch {
	case errors.Is(err, syscall.EPIPE) || errors.Is(writeErr, syscall.EPIPE):
		return ExitClean // the reader of the output wants no more
	case errors.Is(err, context.Canceled) && a.Ctx.Err() != nil:
		a.Complain(errors.New("interrupted"))
		return ExitInterrupted
	case writeErr != nil:
		if err == nil || isReported(err) {
			err = writeErr
		}
		a.Complain(err)
		return ExitTrouble
	case err == nil:
		return ExitClean
	case errors.Is(err, ErrInterrupted):
		return ExitInterrupted
	case errors.Is(err, ErrFindings):
		return ExitFindings
	case !errors.Is(err, ErrTrouble):
		a.Complain(err)
	}
	return ExitTrouble
}

// Complain writes an error to standard error, one line for each error that err joins.
func (a *App) Complain(err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			a.Complain(err)
		}
		return
	}
	fmt.Fprintln(a.Stderr, "ftpreply:", render.Message(err.Error()))
}

// isReported reports whether the error was written to standard error before.
func isReported(err error) bool {
	return errors.Is(err, ErrFindings) || errors.Is(err, ErrTrouble) || errors.Is(err, ErrInterrupted)
}

// Version returns the version of the program, or "(devel)".
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// SchemaVersion is the version of the JSON output. It changes if a key is removed or changes its
// meaning.
const SchemaVersion = 1
