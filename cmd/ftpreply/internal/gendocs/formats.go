package main

import (
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/formatscmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
)

const formatsPageHead = `# Formats

<!-- Made by go generate in cmd/ftpreply from the formats in transcript. Do not edit. -->

The formats that ` + "`ftpreply`" + ` reads, and the details of a control connection that each keeps. A dash means
that the detail is lost. A rule that needs it is mute then; [rules.md](rules.md) says what each rule needs. A
recording may keep less than its format: a log that was pasted has lost its line endings.
` + "`ftpreply formats NAME`" + ` prints the same.

`

// formatsPage returns docs/formats.md.
func formatsPage() (string, error) {
	var b strings.Builder
	b.WriteString(formatsPageHead)
	b.WriteString("| format |")
	for _, column := range formatscmd.KeptColumns {
		fmt.Fprintf(&b, " %s |", column)
	}
	b.WriteString(" clock |\n|" + strings.Repeat(" --- |", len(formatscmd.KeptColumns)+2) + "\n")
	for f := range input.Formats() {
		fmt.Fprintf(&b, "| [%s](#%s) |", f.Name, strings.ReplaceAll(f.Name, ".", "")) // a point is not in an anchor
		for _, column := range formatscmd.KeptColumns {
			fmt.Fprintf(&b, " %s |", formatscmd.YesOrNo(f.Keeps.Has(column)))
		}
		fmt.Fprintf(&b, " %s |\n", input.ClockNames[f.Clock])
	}
	for f := range input.Formats() {
		fmt.Fprintf(&b, "\n## %s\n\n", f.Name)
		item(&b, "Written by", markdown(f.Producer))
		item(&b, "Switch", markdown(f.Switch))
		item(&b, "Tried with", markdown(f.Versions))
		item(&b, "Recognised by", markdown(f.Recognised))
		item(&b, "Keeps", f.Keeps.String())
		item(&b, "Loses", markdown(strings.Join(formatscmd.NotEmpty(f.Keeps.Lost().String(), f.Loses), "; ")))
		item(&b, "Mute", strings.Join(input.MuteRules(f.Keeps.Lost()), ", "))
		if lines := formatscmd.ExampleLines(f); len(lines) > 0 {
			fmt.Fprintf(&b, "\n```\n%s\n```\n", strings.Join(lines, "\n"))
		}
	}
	return b.String(), nil
}
