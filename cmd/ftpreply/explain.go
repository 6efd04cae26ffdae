package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

// docs/rules.md says the same as explainRule, of all rules; docs/formats.md what formats
// says, and docs/ftpreply.1 is the manual page.
//
//go:generate go test -run TestRulesPage|TestFormatsPage|TestManualPage|TestReadme -update .

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [code | rule | deviation]...",
		Short: "Tell what a reply code, a rule or a deviation means",
		Long: `Tell what a reply code, a rule or a deviation means. Without arguments, list the rules.

A rule needs certain things of a recording: "ftpreply formats" tells which format keeps
them. Without them it is mute.`,
		ValidArgsFunction: cobra.FixedCompletions(explainable(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				listRules(a.out)
			}
			for i, arg := range args {
				if i > 0 {
					fmt.Fprintln(a.out)
				}
				if err := explain(a.out, arg); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func listRules(w io.Writer) {
	for r := range lint.Rules() {
		fmt.Fprintf(w, "%-8s %-20s %-9s %s\n", r.Severity, r.Name, r.Group, r.Summary)
	}
}

func explain(w io.Writer, arg string) error {
	if n, err := strconv.Atoi(arg); err == nil && len(arg) == 3 && n >= 0 {
		explainCode(w, ftpreply.Code(n))
		return nil
	}
	if r := lint.RuleNamed(arg); r != nil {
		explainRule(w, r)
		return nil
	}
	for d := range ftpreply.Deviations() {
		if d.Name == arg {
			explainDeviation(w, d)
			return nil
		}
	}
	return fmt.Errorf("%q is no reply code of three digits, no rule and no deviation; ftpreply explain lists the rules", arg)
}

func explainCode(w io.Writer, c ftpreply.Code) {
	info, ok := c.Info()
	if !ok {
		fmt.Fprintf(w, "%s\n", c.String())
		field(w, "class", c.Class().String())
		field(w, "group", c.Group().String())
		fmt.Fprintln(w, wrap("In no RFC, and in no list of codes in use. Its first digit still says what to do."))
		return
	}
	fmt.Fprintf(w, "%s %s\n", c.String(), info.Name)
	field(w, "class", c.Class().String())
	field(w, "group", c.Group().String())
	field(w, "status", info.Status.String())
	field(w, "source", info.Source)
	fmt.Fprintln(w, wrap(info.Meaning))
	if info.Note != "" {
		fmt.Fprintln(w, wrap(info.Note))
	}
}

func explainDeviation(w io.Writer, d ftpreply.DeviationInfo) {
	fmt.Fprintf(w, "%s  (deviation)\n", d.Name)
	field(w, "source", d.Source)
	for r := range lint.Rules() {
		if r.Deviations().HasAny(d.Deviation) {
			field(w, "rule", r.Name)
		}
	}
	fmt.Fprintln(w, wrap(d.Summary))
}

func explainRule(w io.Writer, r *lint.Rule) {
	fmt.Fprintf(w, "%s  (%s, %s)\n", r.Name, r.Severity, r.Group)
	fmt.Fprintln(w, wrap(r.Summary))
	fmt.Fprintln(w)
	fmt.Fprintln(w, wrap(strings.Join(strings.Fields(r.Why), " ")))
	fmt.Fprintln(w)
	field(w, "source", r.RFC)
	field(w, "found by", deviationNames(r.Deviations()))
	field(w, "needs", r.Needs.String())
	field(w, "seen from", strings.Join(r.Servers, ", "))
	for i, c := range r.Breaks() {
		label := ""
		if i == 0 {
			label = "breaks"
		}
		fieldAlways(w, label, strings.TrimSpace(c.Name+" "+c.Version)+": "+c.Effect+condition(c))
	}
	example(w, "bad", r.Bad)
	example(w, "good", r.Good)
}

func deviationNames(d ftpreply.Deviation) string {
	if d == 0 {
		return ""
	}
	return strings.ReplaceAll(d.String(), ",", ", ")
}

func condition(c lint.Client) string {
	if c.When == "" {
		return ""
	}
	return " (" + c.When + ")"
}

// field prints a label and a value, unless that is empty.
func field(w io.Writer, label, value string) {
	if value != "" {
		fieldAlways(w, label, value)
	}
}

func fieldAlways(w io.Writer, label, value string) {
	const indent = "            "
	lines := strings.ReplaceAll(wrapAt(value, 66), "\n", "\n"+indent)
	fmt.Fprintf(w, "%-12s%s\n", label, lines)
}

func example(w io.Writer, label string, e lint.Example) {
	for i, turn := range e {
		if i > 0 {
			label = ""
		}
		for line := range strings.Lines(turn[2:]) {
			text := quote([]byte(line))
			if utf8.RuneCountInString(text) > 64 {
				text = fmt.Sprintf("%.40s... (%d bytes)", text, len(line))
			}
			fmt.Fprintf(w, "%-12s%c  %s\n", label, turn[0], text)
			label = ""
		}
	}
}

func wrap(text string) string { return wrapAt(text, 78) }

// wrapAt breaks text into lines of at most n characters.
func wrapAt(text string, n int) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case column == 0:
		case column+1+length > n:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String()
}
