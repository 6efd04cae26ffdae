package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
	"github.com/google/go-cmp/cmp"
)

// TestFindings compares the number of findings by recording and rule with testdata/findings.tsv, so
// that a change of any rule appears in review.
func TestFindings(t *testing.T) {
	_, stdout, _ := clitest.Run(commands.All, append([]string{"lint", "--format", "ndjson"}, recordings(t)...)...)
	counts := map[[3]string]int{}
	found := map[string]bool{} // by recording
	for line := range bytes.Lines(stdout) {
		var o struct{ Type, Source, Rule, Severity string }
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		path, _ := filepath.Rel(repository, o.Source)
		path = filepath.ToSlash(path)
		switch o.Type {
		case "header":
			if _, ok := found[path]; !ok {
				found[path] = false
			}
		case "finding":
			counts[[3]string{path, o.Rule, o.Severity}]++
			found[path] = true
		}
	}
	var rows []string
	for path, any := range found {
		if !any {
			rows = append(rows, path+"\t-\t-\t0\n")
		}
	}
	for key, n := range counts {
		rows = append(rows, fmt.Sprintf("%s\t%d\n", strings.Join(key[:], "\t"), n))
	}
	slices.Sort(rows)
	got := "recording\trule\tseverity\tfindings\n" + strings.Join(rows, "")
	const table = "testdata/findings.tsv"
	if *update {
		if err := os.WriteFile(table, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("-want +got; if the change is intended, run go test ./cmd/ftpreply -run TestFindings -update\n%s", diff)
	}
}
