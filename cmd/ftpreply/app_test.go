package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ftpreply/ftpreply/lint"
)

// runApp runs the command in this process.
func runApp(args ...string) (status int, stdout, stderr []byte) {
	var out, errors bytes.Buffer
	a := newApp(context.Background(), bytes.NewReader(nil), &out, &errors)
	status = a.run(args)
	return status, out.Bytes(), errors.Bytes()
}

// writeFile writes a file for a test, and returns its path.
func writeFile(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// serverBytes is what the server-PI says in an exchange.
func serverBytes(e lint.Example) (b []byte) {
	for _, turn := range e {
		if turn[0] == 'S' {
			b = append(b, turn[2:]...)
		}
	}
	return b
}

// exchangeLines is an exchange in the format of that name.
func exchangeLines(t *testing.T, e lint.Example) []byte {
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

func contextToCancel(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}
