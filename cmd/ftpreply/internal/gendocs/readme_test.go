package gendocs

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
)

const (
	readme      = "../../../../README.md"
	clientsPage = "../../../../docs/clients.md"
)

// TestReadme compares the tables of the README with what they are made of; -update writes
// them.
func TestReadme(t *testing.T) {
	text := readPage(t, readme)
	for name, table := range map[string]string{"formats": formatsTable(), "clients": clientsTable(t)} {
		text = replaceSection(t, text, name, table)
	}
	comparePage(t, readme, text)
}

func readPage(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// replaceSection puts text between the comments of that name.
func replaceSection(t *testing.T, page, name, text string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, "<!-- "+name+": made by go generate in cmd/ftpreply -->\n")
	_, tail, closed := strings.Cut(rest, "<!-- end -->\n")
	if !found || !closed {
		t.Fatalf("the README has no section %q", name)
	}
	return page[:len(page)-len(rest)] + text + "<!-- end -->\n" + tail
}

// formatsTable has a row for each format.
func formatsTable() string {
	var b strings.Builder
	b.WriteString("| format | written by | recognised by | lost | times |\n| --- | --- | --- | --- | --- |\n")
	for f := range input.Formats() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", f.Name, markdown(f.Producer), markdown(f.Recognised),
			input.LostBy(f.Fidelity), input.ClockNames[f.Fidelity.Clock])
	}
	return b.String()
}

// clientsTable is the first table of the page on clients, and what explains it.
func clientsTable(t *testing.T) string {
	lines := strings.SplitAfter(readPage(t, clientsPage), "\n")
	from := 0
	for from < len(lines) && !strings.HasPrefix(lines[from], "|") {
		from++
	}
	to := from
	for to < len(lines) && strings.HasPrefix(lines[to], "|") {
		to++
	}
	return strings.Join(lines[from:to], "")
}
