package main

import (
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/formatscmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
)

const formatsPageHead = `# Formats

<!-- Made by go generate in cmd/ftpreply from the formats in transcript. Do not edit. -->

What ` + "`ftpreply`" + ` reads, and what of a control connection each keeps. A rule that needs what a recording has
lost is mute; [rules.md](rules.md) says what each needs. A dash says that it is lost. A single recording
may keep less than its format: a log that was pasted has lost its line ends. ` + "`ftpreply formats NAME`" + ` prints
the same.

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
		fmt.Fprintf(&b, "| [%s](#%[1]s) |", f.Name)
		for _, column := range formatscmd.KeptColumns {
			fmt.Fprintf(&b, " %s |", formatscmd.YesOrNo(f.Keeps.Has(column)))
		}
		fmt.Fprintf(&b, " %s |\n", input.ClockNames[f.Clock])
	}
	for f := range input.Formats() {
		fmt.Fprintf(&b, "\n## %s\n\n", f.Name)
		item(&b, "Written by", markdown(f.Producer))
		item(&b, "Recognised by", markdown(f.Recognised))
		item(&b, "Loses", markdown(strings.Join(formatscmd.NotEmpty(f.Keeps.Lost().String(), f.Loses), "; ")))
		item(&b, "Mute", strings.Join(input.MuteRules(f.Keeps.Lost()), ", "))
	}
	return b.String(), nil
}
