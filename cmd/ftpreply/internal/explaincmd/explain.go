// Package explaincmd implements "ftpreply explain".
package explaincmd

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
	"github.com/spf13/cobra"
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	format := cli.NewChoice("text", writeText).Or("json", writeJSON)
	cmd := &cobra.Command{
		Use:   "explain [code | rule | deviation | check | command]...",
		Short: "Explain a reply code, a rule, a deviation, a check of probe or a command",
		Long: `Explain a reply code, a rule or a deviation: its meaning, the RFC, why it matters, the clients that
fail on it, and examples. Explain a check of probe: what it sends, and what it expects. Explain a
command: the codes that may answer it, by RFC and in practice. Write the command in upper case if a
check has the same name, as REST has. Without arguments, list the rules.

A rule needs certain details of a recording and is mute without them. "ftpreply formats" shows
what each format keeps.`,
		Example: `  ftpreply explain 550
  ftpreply explain hidden-reply bare-lf
  ftpreply explain RETR 'AUTH TLS'
  ftpreply explain --format json 550`,
		ValidArgsFunction: cobra.FixedCompletions(explainable(), cobra.ShellCompDirectiveNoFileComp),
	}
	format.AddTo(cmd, "format", "output format")
	cli.Group(cmd.Flags(), "Output")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		var subjects []any
		for _, arg := range args {
			s := subject(arg)
			if s == nil {
				return fmt.Errorf("%q is not a reply code of three digits, a rule, a deviation, a check or a command; \"ftpreply explain\" lists the rules, and \"ftpreply probe --dry-run\" the checks", arg)
			}
			subjects = append(subjects, s)
		}
		if len(args) == 0 {
			for r := range lint.Rules() {
				subjects = append(subjects, r)
			}
		}
		format.Value(a.Out, subjects, len(args) == 0)
		return nil
	}
	return cmd
}

// subject returns the subject with that name: a ftpreply.Code, *lint.Rule,
// ftpreply.DeviationInfo, *probe.Check or command. It returns nil for an unknown name. Names
// of commands match in any case, after all others.
func subject(name string) any {
	if n, err := strconv.Atoi(name); err == nil && len(name) == 3 && n >= 0 {
		return ftpreply.Code(n)
	}
	if r := lint.RuleNamed(name); r != nil {
		return r
	}
	for d := range ftpreply.Deviations() {
		if d.Name == name {
			return d
		}
	}
	if c := probe.CheckNamed(name); c != nil {
		return c
	}
	verb, argument, _ := strings.Cut(name, " ")
	if verb != "" && dialogue.Lookup(verb, "").Verb() != "" {
		return command(strings.TrimSpace(strings.ToUpper(verb) + " " + argument))
	}
	return nil
}

// writeText writes the subjects as text; a list has one line for each rule.
func writeText(w io.Writer, subjects []any, list bool) {
	for i, s := range subjects {
		if r, ok := s.(*lint.Rule); ok && list {
			fmt.Fprintf(w, "%-8s %-20s %-9s %s\n", r.Severity, r.Name, r.Group, r.Summary)
			continue
		}
		if i > 0 {
			fmt.Fprintln(w)
		}
		explain(w, s)
	}
}

func explain(w io.Writer, subject any) {
	switch s := subject.(type) {
	case ftpreply.Code:
		explainCode(w, s)
	case *lint.Rule:
		explainRule(w, s)
	case ftpreply.DeviationInfo:
		explainDeviation(w, s)
	case *probe.Check:
		explainCheck(w, s)
	case command:
		explainCommand(w, s)
	}
}

func explainCode(w io.Writer, c ftpreply.Code) {
	info, ok := c.Info()
	if !ok {
		fmt.Fprintf(w, "%s\n", c.String())
		render.Field(w, "class", c.Class().String())
		render.Field(w, "group", c.Group().String())
		fmt.Fprintln(w, render.Wrap("No RFC and no list of codes in use has this code."))
		return
	}
	fmt.Fprintf(w, "%s %s\n", c.String(), info.Name)
	render.Field(w, "class", c.Class().String())
	render.Field(w, "group", c.Group().String())
	render.Field(w, "status", info.Status.String())
	render.Field(w, "source", info.Source)
	fmt.Fprintln(w, render.Wrap(info.Meaning))
	if info.Note != "" {
		fmt.Fprintln(w, render.Wrap(info.Note))
	}
}

func explainDeviation(w io.Writer, d ftpreply.DeviationInfo) {
	fmt.Fprintf(w, "%s  (deviation)\n", d.Name)
	render.Field(w, "source", d.Source)
	for r := range lint.Rules() {
		if r.Deviations().HasAny(d.Deviation) {
			render.Field(w, "rule", r.Name)
		}
	}
	fmt.Fprintln(w, render.Wrap(d.Summary))
}

func explainCheck(w io.Writer, c *probe.Check) {
	fmt.Fprintf(w, "%s  (check of probe)\n", c.Name)
	fmt.Fprintln(w, render.Wrap(c.Asks))
	fmt.Fprintln(w)
	fmt.Fprintln(w, render.Wrap(c.Why))
	fmt.Fprintln(w)
	render.Field(w, "source", c.Section)
	render.Field(w, "required", c.Required)
	label := "commands"
	for _, line := range c.Lines() {
		render.Field(w, label, render.Cut([]byte(line), 60))
		label = ""
	}
}

func explainRule(w io.Writer, r *lint.Rule) {
	fmt.Fprintf(w, "%s  (%s, %s)\n", r.Name, r.Severity, r.Group)
	fmt.Fprintln(w, render.Wrap(r.Summary))
	fmt.Fprintln(w)
	fmt.Fprintln(w, render.Wrap(strings.Join(strings.Fields(r.Why), " ")))
	fmt.Fprintln(w)
	render.Field(w, "source", r.RFC)
	render.Field(w, "found by", DeviationNames(r.Deviations()))
	render.Field(w, "needs", r.Needs.String())
	render.Field(w, "seen from", strings.Join(r.Servers, ", "))
	for i, c := range r.Breaks() {
		label := ""
		if i == 0 {
			label = "breaks"
		}
		render.Field(w, label, strings.TrimSpace(c.Name+" "+c.Version)+": "+c.Effect+Condition(c))
	}
	Example(w, "bad", r.Bad)
	Example(w, "good", r.Good)
}

// DeviationNames returns the names of deviations, separated by commas.
func DeviationNames(d ftpreply.Deviation) string {
	if d == 0 {
		return ""
	}
	return strings.ReplaceAll(d.String(), ",", ", ")
}

// Condition returns the condition under which a client fails, in brackets, or nothing.
func Condition(c lint.Client) string {
	if c.When == "" {
		return ""
	}
	return " (" + c.When + ")"
}

// Example writes an exchange with a label before its first line.
func Example(w io.Writer, label string, e lint.Example) {
	for i, turn := range e {
		if i > 0 {
			label = ""
		}
		for line := range strings.Lines(turn[2:]) {
			text := render.Text([]byte(line))
			if len(text) > 64 {
				text = render.Cut([]byte(line), 40)
			}
			fmt.Fprintf(w, "%-12s%c  %s\n", label, turn[0], text)
			label = ""
		}
	}
}

// explainable returns the names that can be explained, for completion.
func explainable() (names []string) {
	for r := range lint.Rules() {
		names = append(names, r.Name+"\t"+r.Summary)
	}
	for d := range ftpreply.Deviations() {
		if lint.RuleNamed(d.Name) == nil {
			names = append(names, d.Name+"\t"+d.Summary)
		}
	}
	for c := range probe.Checks() {
		names = append(names, c.Name+"\t"+c.Asks)
	}
	for verb := range dialogue.Verbs() {
		names = append(names, verb+"\tcommand")
	}
	for c := range ftpreply.Codes() {
		names = append(names, c.Code.String()+"\t"+c.Name)
	}
	return names
}
