package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	exitClean    = 0
	exitFindings = 1 // findings at or above --fail-on
	exitTrouble  = 2 // could not run, or not on all input
)

// errFindings and errTrouble have been reported already; they only set the exit status.
var (
	errFindings = errors.New("findings")
	errTrouble  = errors.New("trouble")
)

// app is what the subcommands share.
type app struct {
	stdin  io.Reader
	out    *bufio.Writer
	stderr io.Writer
	color  bool
}

func main() {
	// What is kept is little, and what is read is garbage soon: collect early.
	debug.SetGCPercent(50)
	a := &app{stdin: os.Stdin, out: bufio.NewWriter(os.Stdout), stderr: os.Stderr, color: wantsColor(os.Stdout)}
	os.Exit(a.run(os.Args[1:]))
}

func (a *app) run(args []string) int {
	root := &cobra.Command{
		Use:           "ftpreply",
		Short:         "Lint and parse recordings of FTP control connections",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
	}
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.stderr)
	root.AddCommand(a.lintCommand(), a.parseCommand(), a.explainCommand())
	return a.exitStatus(root.Execute(), a.out.Flush())
}

func (a *app) exitStatus(err, flushErr error) int {
	if errors.Is(err, syscall.EPIPE) || errors.Is(flushErr, syscall.EPIPE) {
		return exitClean // whoever read the output has enough
	}
	switch {
	case err == nil && flushErr == nil:
		return exitClean
	case errors.Is(err, errFindings) && flushErr == nil:
		return exitFindings
	case !errors.Is(err, errTrouble):
		fmt.Fprintln(a.stderr, "ftpreply:", errors.Join(err, flushErr))
	}
	return exitTrouble
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
