package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// recordings returns the files in the repository that may be recordings.
func recordings(t *testing.T) (files []string) {
	t.Helper()
	for _, dir := range []string{"testdata/captures", "transcript/testdata", "recording/testdata", "control/testdata"} {
		err := filepath.WalkDir(filepath.Join(repository, dir), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && entry.Name() != "README" && !slices.Contains([]string{".md", ".events"}, filepath.Ext(path)) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

var outputSchema = filepath.Join(repository, "docs", "output.schema.json")

// TestOutputSchema holds the output for all recordings against the schema, and checks that it has
// objects of each type.
func TestOutputSchema(t *testing.T) {
	files := recordings(t)
	for command, want := range map[string]string{
		"parse": "command connection error gap header reply tls", "lint": "finding header summary",
		"sessions": "header session summary transfer", "stats": "class code command header rule server summary",
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			schema := clitest.OutputSchema(t, outputSchema, command)
			args := []string{command}
			if command != "parse" {
				args = append(args, "--format", "ndjson")
			}
			_, stdout, _ := clitest.Run(commands.All, append(args, files...)...)
			types := map[string]bool{}
			for line := range bytes.Lines(stdout) {
				value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
				if err != nil {
					t.Fatalf("%s: %v", line, err)
				}
				if err := schema.Validate(value); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
				types[value.(map[string]any)["type"].(string)] = true
			}
			if got := strings.Join(slices.Sorted(maps.Keys(types)), " "); got != want {
				t.Errorf("the output has the types %s, want %s", got, want)
			}
		})
	}
}

// The schema rejects objects with a key too few or of another type.
func TestOutputSchemaRejects(t *testing.T) {
	schema := clitest.OutputSchema(t, outputSchema, "parse")
	object := map[string]any{"type": "tls", "source": "x", "stream": json.Number("1"), "seq": json.Number("3"),
		"offset": json.Number("0"), "line": json.Number("1")}
	if err := schema.Validate(object); err != nil {
		t.Fatal(err)
	}
	for key, value := range object {
		for _, other := range []any{nil, true, map[string]any{}} {
			object[key] = other
			if schema.Validate(object) == nil {
				t.Errorf("%s may be %v", key, other)
			}
		}
		delete(object, key)
		if schema.Validate(object) == nil {
			t.Errorf("%s may be missing", key)
		}
		object[key] = value
	}
}
