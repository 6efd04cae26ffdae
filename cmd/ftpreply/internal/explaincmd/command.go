package explaincmd

import (
	"fmt"
	"io"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/dialogue"
)

// A command is a verb in upper case, or a verb and its argument.
type command string

// stages has a heading for each stage of a command.
var stages = [...]string{
	dialogue.First:            "First reply",
	dialogue.AfterPreliminary: "After a preliminary reply (1yz)",
	dialogue.AfterRestart:     "First reply after REST",
}

func explainCommand(w io.Writer, c command) {
	fmt.Fprintf(w, "%s  (command)\n", c)
	for stage, heading := range stages {
		begun := false
		for e := range dialogue.Expect(string(c)) {
			if e.Stage != dialogue.Stage(stage) {
				continue
			}
			if !begun {
				fmt.Fprintf(w, "\n%s:\n", heading)
				begun = true
			}
			render.Field(w, "  "+codeText(e.Code), describe(e))
		}
	}
}

// codeText returns the three digits of a code, or "4yz" for a class below 10.
func codeText(c ftpreply.Code) string {
	if c < 10 {
		return fmt.Sprintf("%dyz", c)
	}
	return c.String()
}

// describe returns how well the code is known for the command, its source and its servers.
func describe(e dialogue.Expectation) string {
	parts := []string{e.Standing.String()}
	for _, part := range []string{e.Source, e.Servers} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}
