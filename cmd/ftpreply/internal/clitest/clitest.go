// Package clitest runs subcommands in tests.
package clitest

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Run runs the program with these subcommands in this process.
func Run(commands []cli.Command, args ...string) (status int, stdout, stderr []byte) {
	var out, errors bytes.Buffer
	a := cli.NewApp(context.Background(), bytes.NewReader(nil), &out, &errors)
	status = a.Run(commands, args)
	return status, out.Bytes(), errors.Bytes()
}

// WriteFile writes a file for a test, and returns its path.
func WriteFile(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// ServerBytes returns the bytes of the server in an exchange.
func ServerBytes(e lint.Example) (b []byte) {
	for _, turn := range e {
		if turn[0] == 'S' {
			b = append(b, turn[2:]...)
		}
	}
	return b
}

// ExchangeLines returns an exchange in the format of that name.
func ExchangeLines(t *testing.T, e lint.Example) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for i, turn := range e {
		err := enc.Encode(map[string]any{"i": i + 1, "t": i, "conn": 1, "dir": turn[:1], "bytes": []byte(turn[2:])})
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// CheckKeys looks in the manual for every key of these JSON objects.
func CheckKeys(t *testing.T, objects ...any) {
	t.Helper()
	doc, err := os.ReadFile("../gendocs/manual.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range objects {
		typ := reflect.TypeOf(v)
		for i := range typ.NumField() {
			key, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if key == "" || !regexp.MustCompile(`\b`+key+`\b`).Match(doc) {
				t.Errorf("%s: %q is not there", typ.Name(), key)
			}
		}
	}
}

// OutputSchema compiles the schema of the lines of a command from a file. Keys that it does not
// describe are errors here, although readers must ignore them.
func OutputSchema(t *testing.T, path, command string) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, def := range document.(map[string]any)["$defs"].(map[string]any) {
		if d := def.(map[string]any); d["properties"] != nil {
			d["additionalProperties"] = false
		}
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("output.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("output.json#/$defs/" + command)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
