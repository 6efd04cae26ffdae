// Command genvectors writes the test vectors of this repository as JSON, for programs in any
// language.
//
//	genvectors DIRECTORY
//
// DIRECTORY is the folder vectors at the root of the repository. Its README describes the
// files.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . ../../vectors

// version is the version of the format. It changes if a key is removed or changes its meaning.
const version = 1

// kinds lists the generators of the vectors, by the name of the file. root is the root of the
// repository.
var kinds = []struct {
	name string
	make func(root string) ([]any, error)
}{
	{"framing", func(string) ([]any, error) { return framing(), nil }},
	{"payload", payloads},
	{"dialogue", func(string) ([]any, error) { return dialogues(), nil }},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: genvectors DIRECTORY")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "genvectors:", err)
		os.Exit(1)
	}
}

// write writes all files.
func write(dir string) error {
	for _, kind := range kinds {
		vectors, err := kind.make(filepath.Join(dir, ".."))
		if err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
		var b bytes.Buffer
		fmt.Fprintf(&b, "{\"$schema\":\"schema.json\",\"version\":%d,\"kind\":%q,\"vectors\":[\n", version, kind.name)
		for i, v := range vectors {
			if i > 0 {
				b.WriteByte(',')
			}
			e := json.NewEncoder(&b) // which ends the line
			e.SetEscapeHTML(false)
			if err := e.Encode(v); err != nil {
				return fmt.Errorf("%s: %w", kind.name, err)
			}
		}
		b.WriteString("]}\n")
		if err := os.WriteFile(filepath.Join(dir, kind.name+".json"), b.Bytes(), 0o666); err != nil {
			return err
		}
	}
	return nil
}
