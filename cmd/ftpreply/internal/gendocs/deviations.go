package main

import (
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
)

const deviationsHead = `# Deviations

<!-- Made by go generate in cmd/ftpreply from the deviations in package ftpreply. Do not edit. -->

A reply that deviates from the grammar of RFC 959 is still a reply: it ends at a definite byte, and
` + "`Reply.Deviations`" + ` lists the deviations that were found on the way. ` + "`Reply.Find`" + ` yields their places.
` + "`Options.Reject`" + ` turns the given deviations into a ` + "`*SyntaxError`" + `; ` + "`ftpreply.Strict`" + ` is the set of those
that an RFC forbids. Rejected or not, the reply ends at the same byte.

Bytes that are not a reply at all give one ` + "`*SyntaxError`" + ` with ` + "`ErrNotReply`" + ` for each line, with its position
and its text.

| name | meaning | source | rule |
| --- | --- | --- | --- |
`

// deviationsPage returns docs/deviations.md.
func deviationsPage() (string, error) {
	var b strings.Builder
	b.WriteString(deviationsHead)
	for info := range ftpreply.Deviations() {
		var rules []string
		for rule := range lint.Rules() {
			if rule.Deviations().HasAny(info.Deviation) {
				rules = append(rules, fmt.Sprintf("[%s](rules.md#%[1]s)", rule.Name))
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", info.Name, info.Summary, info.Source, strings.Join(rules, ", "))
	}
	return b.String(), nil
}
