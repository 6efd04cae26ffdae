package main

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

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	exitClean       = 0
	exitFindings    = 1   // findings at or above --fail-on
	exitTrouble     = 2   // could not run, or not on all input
	exitInterrupted = 130 // by Ctrl-C, as a shell has it: 128 and SIGINT
)

// These have been reported already; they only set the exit status.
var (
	errFindings    = errors.New("findings")
	errTrouble     = errors.New("trouble")
	errInterrupted = errors.New("interrupted")
)

// app is what the subcommands share.
type app struct {
	ctx    context.Context // done when the user interrupts
	stdin  io.Reader
	stdout io.Writer // what out writes to
	out    *bufio.Writer
	stderr io.Writer
	color  bool
	output outputFile
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process
	a := newApp(ctx, os.Stdin, os.Stdout, os.Stderr)
	a.color = wantsColor(os.Stdout)
	os.Exit(a.run(os.Args[1:]))
}

func newApp(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) *app {
	return &app{ctx: ctx, stdin: stdin, stdout: stdout, out: bufio.NewWriter(stdout), stderr: stderr}
}

func (a *app) run(args []string) int {
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.stderr)
	err := root.Execute()
	return a.exitStatus(err, errors.Join(a.out.Flush(), a.output.finish(err)))
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "ftpreply",
		Short:         "Lint and parse recordings of FTP control connections",
		Long:          rootText,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
	}
	root.PersistentFlags().StringVarP(&a.output.path, "output", "o", "", "`file` to write to, in place of standard output")
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return a.redirect() }
	root.AddCommand(a.lintCommand(), a.parseCommand(), a.statsCommand(), a.sessionsCommand(), a.explainCommand(), a.formatsCommand(), a.probeCommand())
	return root
}

const rootText = `Read recordings of FTP control connections: tell what is wrong with the replies and
whom it breaks, write them as JSON, count them, or list what was done. Or ask a server for all
that it can do, and judge the answers.

The exit status is 0 when nothing was found at or above --fail-on, 1 when something was, 2
when the command could not run or not all input could be read, and 130 when Ctrl-C ended it;
what was read until then is reported.`

func (a *app) exitStatus(err, writeErr error) int {
	switch {
	case errors.Is(err, syscall.EPIPE) || errors.Is(writeErr, syscall.EPIPE):
		return exitClean // whoever read the output has enough
	case writeErr != nil:
		if err == nil || isReported(err) {
			err = writeErr
		}
		fmt.Fprintln(a.stderr, "ftpreply:", err)
		return exitTrouble
	case err == nil:
		return exitClean
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.Is(err, errFindings):
		return exitFindings
	case !errors.Is(err, errTrouble):
		fmt.Fprintln(a.stderr, "ftpreply:", err)
	}
	return exitTrouble
}

// isReported reports whether the user has been told already.
func isReported(err error) bool {
	return errors.Is(err, errFindings) || errors.Is(err, errTrouble) || errors.Is(err, errInterrupted)
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
