// Command gendocs writes the pages that are made from the program: docs/rules.md,
// docs/deviations.md, docs/formats.md, docs/ftpreply.1, docs/output.md and its schema.
//
//	gendocs ROOT
//
// ROOT is the root of the repository.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// pages lists the generators of the pages.
var pages = []struct {
	path string
	make func() (string, error)
}{
	{"docs/rules.md", rulesPage},
	{"docs/deviations.md", deviationsPage},
	{"docs/formats.md", formatsPage},
	{"docs/ftpreply.1", manualPage},
	{"docs/output.md", outputPage},
	{"docs/output.schema.json", schemaPage},
}

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

// write writes all pages.
func write(root string) error {
	for _, page := range pages {
		text, err := page.make()
		if err != nil {
			return fmt.Errorf("%s: %w", page.path, err)
		}
		if err := os.WriteFile(filepath.Join(root, page.path), []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}
