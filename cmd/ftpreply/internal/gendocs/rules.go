package main

import (
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/explaincmd"
	"github.com/ftpreply/ftpreply/lint"
)

const rulesPageHead = `# Rules

<!-- Made by go generate in cmd/ftpreply from the rules in lint. Do not edit. -->

The rules of ` + "`ftpreply lint`" + `.

- error: no client can read this correctly.
- warning: at least one real client desynchronizes or misreads it.
- info: a common deviation that clients tolerate.

"Breaks" names clients that failed when they were run against such a reply. If a rule names none, no client
was measured, or all coped. A rule is mute if a recording has lost details that it needs;
` + "`ftpreply formats`" + ` shows what each format keeps. ` + "`ftpreply explain NAME`" + ` prints the same text.

`

// rulesPage returns docs/rules.md.
func rulesPage() (string, error) {
	var b strings.Builder
	b.WriteString(rulesPageHead)
	b.WriteString("| rule | group | severity | summary |\n| --- | --- | --- | --- |\n")
	for r := range lint.Rules() {
		fmt.Fprintf(&b, "| [%s](#%[1]s) | %s | %s | %s |\n", r.Name, r.Group, r.Severity, markdown(r.Summary))
	}
	for r := range lint.Rules() {
		ruleSection(&b, r)
	}
	return b.String(), nil
}

func ruleSection(b *strings.Builder, r *lint.Rule) {
	severity := r.Severity.String()
	fmt.Fprintf(b, "\n## %s\n\n%s, %s. **%s**\n\n", r.Name, strings.ToUpper(severity[:1])+severity[1:], r.Group, markdown(r.Summary))
	fmt.Fprintf(b, "%s\n\n", markdown(strings.TrimSpace(r.Why)))
	item(b, "Source", markdown(r.RFC))
	item(b, "Found by the deviations", explaincmd.DeviationNames(r.Deviations()))
	item(b, "Needs of a recording", r.Needs.String())
	item(b, "Seen from", markdown(strings.Join(r.Servers, ", ")))
	if clients := r.Breaks(); len(clients) > 0 {
		b.WriteString("- Breaks:\n")
		for _, c := range clients {
			fmt.Fprintf(b, "  - %s\n", markdown(strings.TrimSpace(c.Name+" "+c.Version)+": "+c.Effect+explaincmd.Condition(c)))
		}
	}
	var text strings.Builder
	explaincmd.Example(&text, "bad", r.Bad)
	explaincmd.Example(&text, "good", r.Good)
	fmt.Fprintf(b, "\n```text\n%s```\n", text.String())
}

// item writes an item of a list, unless the value is empty.
func item(b *strings.Builder, label, value string) {
	if value != "" {
		fmt.Fprintf(b, "- %s: %s\n", label, value)
	}
}

// markdown escapes Markdown.
func markdown(s string) string {
	return strings.NewReplacer("<", `\<`, "*", `\*`, "_", `\_`, "|", `\|`, "`", "\\`").Replace(s)
}
