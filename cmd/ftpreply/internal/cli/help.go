package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// groupKey is the key of the annotation of a flag that has the heading of its group.
const groupKey = "ftpreply_group"

// Group puts the flags of a command that have no group yet under a heading of its help.
func Group(flags *pflag.FlagSet, heading string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Annotations[groupKey] == nil {
			flags.SetAnnotation(f.Name, groupKey, []string{heading})
		}
	})
}

// A FlagGroup is the flags under one heading.
type FlagGroup struct {
	Heading string
	Flags   *pflag.FlagSet
}

// FlagGroups returns the flags of a command, with those that all commands have, except for
// --help.
func FlagGroups(cmd *cobra.Command) (groups []FlagGroup) {
	add := func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		heading := "Flags"
		if group := f.Annotations[groupKey]; group != nil {
			heading = group[0]
		}
		i := slices.IndexFunc(groups, func(g FlagGroup) bool { return g.Heading == heading })
		if i < 0 {
			i = len(groups)
			groups = append(groups, FlagGroup{heading, pflag.NewFlagSet("", pflag.ContinueOnError)})
			groups[i].Flags.SortFlags = false
		}
		groups[i].Flags.AddFlag(f)
	}
	cmd.Flags().SortFlags = false
	cmd.NonInheritedFlags().VisitAll(add)
	cmd.InheritedFlags().VisitAll(add)
	return groups
}

// usage writes the part of the help after the description.
func usage(cmd *cobra.Command) error {
	var b strings.Builder
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "Usage:\n  %s command [flags]\n\nCommands:\n", cmd.CommandPath())
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-*s %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	} else {
		fmt.Fprintf(&b, "Usage:\n  %s\n", cmd.UseLine())
	}
	if cmd.Example != "" {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	for _, group := range FlagGroups(cmd) {
		fmt.Fprintf(&b, "\n%s:\n%s", group.Heading, group.Flags.FlagUsages())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n\"%s help command\" describes a command.\n", cmd.CommandPath())
	}
	_, err := cmd.OutOrStderr().Write([]byte(b.String()))
	return err
}
