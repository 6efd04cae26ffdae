package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestFormatsPage compares docs/formats.md with the formats; -update writes it.
func TestFormatsPage(t *testing.T) {
	comparePage(t, "../../docs/formats.md", formatsPage())
}

const formatsPageHead = `# Formats

<!-- Made by go generate in cmd/ftpreply from the formats in transcript. Do not edit. -->

What ` + "`ftpreply`" + ` reads, and what of a control connection each keeps. A rule that needs what a recording has
lost is mute; [rules.md](rules.md) says what each needs. A dash says that it is lost. A single recording
may keep less than its format: a log that was pasted has lost its line ends. ` + "`ftpreply formats NAME`" + ` prints
the same.

`

func formatsPage() string {
	var b strings.Builder
	b.WriteString(formatsPageHead)
	b.WriteString("| format |")
	for _, column := range keptColumns {
		fmt.Fprintf(&b, " %s |", column)
	}
	b.WriteString(" clock |\n|" + strings.Repeat(" --- |", len(keptColumns)+2) + "\n")
	for f := range formats() {
		fmt.Fprintf(&b, "| [%s](#%[1]s) |", f.Name)
		for _, column := range keptColumns {
			fmt.Fprintf(&b, " %s |", yesOrNo(f.Keeps.Has(column)))
		}
		fmt.Fprintf(&b, " %s |\n", clockNames[f.Clock])
	}
	for f := range formats() {
		fmt.Fprintf(&b, "\n## %s\n\n", f.Name)
		item(&b, "Written by", markdown(f.Producer))
		item(&b, "Recognised by", markdown(f.Recognised))
		item(&b, "Loses", markdown(strings.Join(notEmpty(f.Keeps.Lost().String(), f.Loses), "; ")))
		item(&b, "Mute", strings.Join(muteRules(f.Keeps.Lost()), ", "))
	}
	return b.String()
}
