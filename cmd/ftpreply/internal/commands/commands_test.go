package commands

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// The packages of the subcommands do not import each other.
func TestSubcommandsAreIndependent(t *testing.T) {
	files, err := filepath.Glob("../*cmd/*.go")
	if err != nil || len(files) < len(All) {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			if path := strings.Trim(i.Path.Value, `"`); strings.Contains(path, "/internal/") && strings.HasSuffix(path, "cmd") {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}
