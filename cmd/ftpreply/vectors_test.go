package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestVectorSchema validates the vectors with their schema, and checks that the schema rejects
// mistakes.
func TestVectorSchema(t *testing.T) {
	dir := filepath.Join(repository, "vectors")
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(dir, "schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"framing.json", "payload.json", "dialogue.json"} {
		text := readDocument(t, filepath.Join("vectors", name))
		if err := validate(schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, mistake := range [][2]string{{`"id"`, `"name"`}, {`"grade":"must"`, `"grade":"maybe"`}, {`"version":1`, `"version":2`}} {
			if validate(schema, strings.Replace(text, mistake[0], mistake[1], 1)) == nil {
				t.Errorf("%s: with %s the file is still valid", name, mistake[1])
			}
		}
	}
}

func validate(schema *jsonschema.Schema, text string) error {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}
