package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestHelp(t *testing.T) {
	var out bytes.Buffer
	a := NewApp(t.Context(), nil, &out, &out)
	commands := []Command{func(*App) *cobra.Command {
		cmd := &cobra.Command{Use: "do it", Short: "Do it", Long: "Do it.", Example: "  ftpreply do it", Run: func(*cobra.Command, []string) {}}
		cmd.Flags().Bool("zero", false, "z")
		cmd.Flags().Bool("all", false, "a")
		Group(cmd.Flags(), "First")
		cmd.Flags().Int("more", 0, "m")
		Group(cmd.Flags(), "Output")
		return cmd
	}}
	status := a.Run(commands, []string{"do", "--help"})
	want := `Do it.

Usage:
  ftpreply do it [flags]

Examples:
  ftpreply do it

First:
      --zero   z
      --all    a

Output:
      --more int      m
  -o, --output file   file to write to instead of standard output
`
	if status != 0 || out.String() != want {
		t.Errorf("status %d\n%s", status, out.String())
	}
	out.Reset()
	if a.Run(commands, []string{"--help"}); !strings.Contains(out.String(), "describes a command") {
		t.Error(out.String())
	}
}
