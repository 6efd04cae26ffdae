package clients

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/lint"
	"github.com/google/go-cmp/cmp"
)

// TestPages compares the files made from the record with those in the repository. With
// -update it writes them.
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
}

// same compares a file with its expected text, or writes it with -update.
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

// TestList checks that each line of the list has a known subject and a letter in the table,
// and is not repeated.
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
			t.Errorf("%q: %s is neither a rule nor a deviation", b, b.of)
		}
		if abbreviation(b.effect) == "" {
			t.Errorf("%q: no letter for %q", b, b.effect)
		}
		key := breakage{of: b.of, client: b.client, when: b.when}
		if known[key] {
			t.Errorf("%q is repeated", key)
		}
		known[key] = true
	}
}

// TestDemonstrations checks that each demonstration has vectors that exist, and that some
// client can be judged by it.
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

// TestLint reads the list through package lint: net/textproto ends a reply at a line that
// follows a bare LF.
func TestLint(t *testing.T) {
	got := lint.RuleNamed("hidden-reply").Breaks()
	if !slices.ContainsFunc(got, func(c lint.Client) bool { return c.Name == "Go net/textproto" }) {
		t.Errorf("net/textproto is not among %v", got)
	}
}
