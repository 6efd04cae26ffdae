package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPagesAreCurrent fails for a page that differs from the program.
func TestPagesAreCurrent(t *testing.T) {
	const root = "../../../.."
	for _, page := range pages {
		want, err := page.make()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(root, page.path))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s is stale; run go generate ./cmd/ftpreply\n%s", page.path, diff)
		}
	}
}
