package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
	"github.com/ftpreply/ftpreply/replytest"
	"github.com/google/go-cmp/cmp"
)

const root = "../.."

// TestFiles checks that the files are those that the generator writes.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	table := filepath.Join(dir, "payload/testdata/vectors.tsv")
	text, err := os.ReadFile(filepath.Join(root, "payload/testdata/vectors.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{filepath.Dir(table), filepath.Join(dir, "vectors")} {
		if err := os.MkdirAll(name, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(table, text, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := write(filepath.Join(dir, "vectors")); err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds {
		want, err := os.ReadFile(filepath.Join(dir, "vectors", kind.name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(root, "vectors", kind.name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, got) {
			t.Errorf("vectors/%s.json is out of date; run go generate ./internal/genvectors\n%.2000s",
				kind.name, cmp.Diff(strings.Split(string(got), "\n"), strings.Split(string(want), "\n")))
		}
	}
}

// read reads the vectors of a file.
func read[T any](t *testing.T, kind string) []T {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "vectors", kind+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Version int
		Kind    string
		Vectors []T
	}
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	if file.Version != version || file.Kind != kind || len(file.Vectors) == 0 {
		t.Fatalf("version %d, kind %q, %d vectors", file.Version, file.Kind, len(file.Vectors))
	}
	return file.Vectors
}

// expand returns lines as Go has them.
func expand(lines []line) (texts []string) {
	for _, l := range lines {
		for range max(1, l.Repeat) {
			texts = append(texts, string(l.Text.bytes()))
		}
	}
	return texts
}

// TestFraming reads the file back and compares it with the vectors of package replytest.
func TestFraming(t *testing.T) {
	vectors := read[framingVector](t, "framing")
	if len(vectors) != len(replytest.Vectors()) {
		t.Fatalf("%d vectors, want %d", len(vectors), len(replytest.Vectors()))
	}
	for i, v := range replytest.Vectors() {
		w := vectors[i]
		if w.ID != v.Name || w.EOF != v.EOF || w.MaxReply != v.MaxReply || (w.Grade == must) != v.Must() || len(w.Segments) != len(v.Segments) {
			t.Fatalf("%s: %s with other properties", v.Name, w.ID)
		}
		for i, segment := range v.Segments {
			if !bytes.Equal(w.Segments[i].bytes(), segment) {
				t.Errorf("%s: segment %d differs", v.Name, i+1)
			}
		}
		for j, e := range v.Expectations() {
			if w.Expected[j].Code != e.Code || w.Expected[j].Optional != e.Optional || !reflect.DeepEqual(expand(w.Expected[j].Lines), e.Lines) {
				t.Errorf("%s: expected reply %d differs", v.Name, j+1)
			}
		}
		for setting, outcomes := range v.Want {
			found, ok := w.Outcomes[string(setting)]
			if !ok {
				found = w.Outcomes[string(replytest.Default)]
			}
			if len(found) != len(outcomes) {
				t.Errorf("%s under %s: %d outcomes, want %d", v.Name, setting, len(found), len(outcomes))
				continue
			}
			for j, o := range outcomes {
				f := found[j]
				raw := string(v.Input()[f.Offset:f.End])
				if f.Kind != string(o.Kind) || f.Code != o.Code || raw != o.Raw || !reflect.DeepEqual(expand(f.Lines), o.Lines) {
					t.Errorf("%s under %s: outcome %d differs", v.Name, setting, j+1)
				}
			}
		}
	}
}

// TestPayload reads each reply with package payload.
func TestPayload(t *testing.T) {
	ids := map[string]bool{}
	for _, v := range read[payloadVector](t, "payload") {
		r, err := ftpreply.Parse(v.Reply.bytes())
		if err != nil {
			t.Fatal(err)
		}
		var got, want any
		text, _ := json.Marshal(payload.Of(r, v.Command))
		json.Unmarshal(text, &got)
		json.Unmarshal(v.Expected, &want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -file +got\n%s", v.ID, diff)
		}
		if ids[v.ID] || v.Effect == "" || v.Bug == "" {
			t.Errorf("%q is not complete, or is there twice", v.ID)
		}
		ids[v.ID] = true
	}
}
