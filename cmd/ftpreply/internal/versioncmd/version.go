// Package versioncmd implements "ftpreply version".
package versioncmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/spf13/cobra"
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long:  "Print the version of ftpreply, the revision that it was built from, and the version of Go.",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintf(a.Out, "ftpreply %s\n", cli.Version())
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					switch {
					case s.Key == "vcs.revision":
						fmt.Fprintf(a.Out, "revision %s\n", s.Value)
					case s.Key == "vcs.modified" && s.Value == "true":
						fmt.Fprintln(a.Out, "with local changes")
					}
				}
			}
			fmt.Fprintf(a.Out, "%s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}
