package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

//go:embed manual.md
var manual string

// manualPage returns docs/ftpreply.1, one page for all subcommands: the help texts, the
// formats, and manual.md.
func manualPage() (string, error) {
	root := cli.NewApp(context.Background(), nil, nil, nil).RootCommand(commands.All)
	var text strings.Builder
	text.WriteString(paragraphs(root.Long))
	text.WriteString("\n# COMMANDS\n")
	for _, cmd := range root.Commands() {
		fmt.Fprintf(&text, "\n## %s\n\n%s\n\n", cmd.UseLine(), paragraphs(cmd.Long))
		for _, group := range cli.FlagGroups(cmd) {
			flags(&text, group.Flags)
		}
		if cmd.Example != "" {
			fmt.Fprintf(&text, "Examples:\n\n```\n%s\n```\n\n", cmd.Example)
		}
	}
	text.WriteString("\n# FORMATS\n\n")
	for f := range input.Formats() {
		fmt.Fprintf(&text, "**%s**\n\t%s; recognised: %s.\n\n", f.Name, man(f.Producer), man(f.Recognised))
	}
	text.WriteString(escapedManual())
	page := &cobra.Command{Use: "ftpreply command [flags]", Short: root.Short, Long: text.String(), Run: func(*cobra.Command, []string) {}}
	page.DisableAutoGenTag = true
	var out bytes.Buffer
	header := &doc.GenManHeader{Title: "FTPREPLY", Section: "1", Source: "ftpreply", Manual: "ftpreply"}
	if err := doc.GenMan(page, header, &out); err != nil {
		return "", err
	}
	// GenMan adds the date of today.
	return strings.Replace(out.String(), header.Date.Format(" \"Jan 2006\""), ` ""`, 1), nil
}

// flags writes flags as --help does, except for the default of --jobs, which depends on the machine.
func flags(text *strings.Builder, set *pflag.FlagSet) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if f.DefValue != "" && f.DefValue != "[]" && f.DefValue != "false" && f.Name != "jobs" {
			usage += " (" + f.DefValue + ")"
		}
		fmt.Fprintf(text, "**%s** %s\n\t%s\n\n", name, value, man(usage))
	})
}

// escapedManual returns manual.md without the characters that would change in a man page.
func escapedManual() string {
	var b strings.Builder
	code := false
	for line := range strings.Lines(manual) {
		if strings.HasPrefix(line, "```") {
			code = !code
		} else if !code {
			line = strings.NewReplacer("`", "", "--", `\-\-`, "_", `\_`).Replace(line)
		}
		b.WriteString(line)
	}
	return b.String()
}

// paragraphs returns text as Markdown. Indented lines are examples.
func paragraphs(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "  ") {
			line = "\n    " + strings.TrimLeft(line, " ") + "\n"
		} else {
			line = man(line)
		}
		b.WriteString(line)
	}
	return b.String()
}

// man escapes Markdown.
func man(s string) string {
	return strings.NewReplacer("<", `\<`, "*", `\*`, "_", `\_`, "|", `\|`, "`", "\\`", "--", `\-\-`, "…", "...").Replace(s)
}
