package gendocs

import (
	"bytes"
	"fmt"
	"go/doc/comment"
	goparser "go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

// TestManualPage compares docs/ftpreply.1 with the command; -update writes it.
func TestManualPage(t *testing.T) {
	comparePage(t, "../../../../docs/ftpreply.1", manualPage(t))
}

// manualPage is one page for all subcommands, from what --help, formats and doc.go say.
func manualPage(t *testing.T) string {
	t.Helper()
	root := cli.NewApp(t.Context(), nil, nil, nil).RootCommand(commands.All)
	var text strings.Builder
	text.WriteString(paragraphs(root.Long))
	text.WriteString("\n# COMMANDS\n")
	for _, cmd := range root.Commands() {
		fmt.Fprintf(&text, "\n## %s\n\n%s\n\n", cmd.UseLine(), paragraphs(longer(cmd)))
		flags(&text, cmd.LocalFlags())
	}
	text.WriteString("\n# GLOBAL OPTIONS\n\n")
	flags(&text, root.PersistentFlags())
	text.WriteString("\n# FORMATS\n\n")
	for f := range input.Formats() {
		fmt.Fprintf(&text, "**%s**\n\t%s; recognised: %s.\n\n", f.Name, man(f.Producer), man(f.Recognised))
	}
	text.WriteString(packageText(t))
	page := &cobra.Command{Use: "ftpreply command [flags]", Short: root.Short, Long: text.String(), Run: func(*cobra.Command, []string) {}}
	page.DisableAutoGenTag = true
	var out bytes.Buffer
	header := &doc.GenManHeader{Title: "FTPREPLY", Section: "1", Source: "ftpreply", Manual: "ftpreply"}
	if err := doc.GenMan(page, header, &out); err != nil {
		t.Fatal(err)
	}
	// The date would be that of the day.
	return strings.Replace(out.String(), header.Date.Format(" \"Jan 2006\""), ` ""`, 1)
}

func longer(cmd *cobra.Command) string {
	if cmd.Long != "" {
		return cmd.Long
	}
	return cmd.Short + "."
}

// flags lists flags as --help does.
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

// packageText is doc.go from its first heading on, its headings in capitals.
func packageText(t *testing.T) string {
	t.Helper()
	file, err := goparser.ParseFile(token.NewFileSet(), "../../doc.go", nil, goparser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	parsed := new(comment.Parser).Parse(file.Doc.Text())
	var text strings.Builder
	begun := false
	for _, block := range parsed.Content {
		switch b := block.(type) {
		case *comment.Heading:
			begun = true
			fmt.Fprintf(&text, "\n# %s\n\n", strings.ToUpper(plain(b.Text)))
		case *comment.Paragraph:
			if begun {
				text.WriteString(man(plain(b.Text)) + "\n\n")
			}
		case *comment.Code:
			if begun {
				text.WriteString("```\n" + b.Text + "```\n\n")
			}
		}
	}
	return text.String()
}

func plain(text []comment.Text) (s string) {
	for _, part := range text {
		if p, ok := part.(comment.Plain); ok {
			s += string(p)
		}
	}
	return s
}

// paragraphs is text in which indented lines are examples.
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

// man keeps text from being read as Markdown.
func man(s string) string {
	return strings.NewReplacer("<", `\<`, "*", `\*`, "_", `\_`, "|", `\|`, "`", "\\`", "--", `\-\-`, "…", "...").Replace(s)
}
