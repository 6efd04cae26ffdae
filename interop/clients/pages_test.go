package clients

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/lint"
	"github.com/google/go-cmp/cmp"
)

// TestPages compares what is made of the record with the files; -update writes them, from
// what TestMatrix has written.
func TestPages(t *testing.T) {
	m, err := readMatrix()
	if err != nil {
		t.Fatal(err)
	}
	list, err := breaks(m)
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, b := range list {
		lines.WriteString(b.String() + "\n")
	}
	same(t, "../../lint/clients.tsv", lines.String())
	same(t, "../../docs/clients.md", page(m, list))
	for _, file := range withTable {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, rest, begun := strings.Cut(string(text), tableBegins)
		_, tail, ended := strings.Cut(rest, tableEnds)
		if !begun || !ended {
			t.Errorf("%s has no lines %q and %q", file, tableBegins, tableEnds)
			continue
		}
		same(t, file, head+tableBegins+table(m, list)+tableEnds+tail)
	}
}

// withTable is the other files that have the table, between two lines.
var withTable = []string{}

const (
	tableBegins = "<!-- What breaks whom: made by go test -update in interop/clients. -->\n\n"
	tableEnds   = "\n<!-- What breaks whom: end. -->\n"
)

// same compares a file with what it should be, or writes it.
func same(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s is not what go test -update makes in interop/clients (-made +file):\n%s", file, diff)
	}
}

// TestList checks each line of the list: that it is about something, is there once, and
// has a letter in the table.
func TestList(t *testing.T) {
	m, err := readMatrix()
	if err != nil {
		t.Fatal(err)
	}
	list, err := breaks(m)
	if err != nil {
		t.Fatal(err)
	}
	known := map[breakage]bool{}
	for _, b := range list {
		if !slices.Contains(subjects(), b.of) {
			t.Errorf("%q: %s is neither a rule nor a departure", b, b.of)
		}
		if abbreviation(b.effect) == "" {
			t.Errorf("%q: no letter stands for %q", b, b.effect)
		}
		key := breakage{of: b.of, client: b.client, when: b.when}
		if known[key] {
			t.Errorf("%q is there twice", key)
		}
		known[key] = true
	}
}

// TestDemonstrations checks that each shows something of somebody, with vectors that are
// there.
func TestDemonstrations(t *testing.T) {
	m, err := readMatrix()
	if err != nil {
		t.Fatal(err)
	}
	vectors := map[string]bool{}
	for at := range m.cells {
		vectors[at.vector] = true
	}
	for _, d := range demonstrations {
		for _, vector := range d.vectors {
			if !vectors[vector] {
				t.Errorf("%s: no vector %s", d.of, vector)
			}
		}
		if !slices.ContainsFunc(m.clients, func(client string) bool { return d.judges(m, client) }) {
			t.Errorf("%s: no client can be judged by %s", d.of, d.vectors)
		}
		if d.why == "" {
			t.Errorf("%s: no reason", d.of)
		}
	}
}

// TestLint reads the list through package lint: net/textproto ends a reply at what hides
// behind a bare LF.
func TestLint(t *testing.T) {
	got := lint.RuleNamed("hidden-reply").Breaks()
	if !slices.ContainsFunc(got, func(c lint.Client) bool { return c.Name == "Go net/textproto" }) {
		t.Errorf("net/textproto is not among %v", got)
	}
}
