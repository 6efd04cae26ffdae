package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

// itemRow has the values of a row of parse that its JSON object has too.
type itemRow struct {
	Source     string   `parquet:"source"`
	Stream     int64    `parquet:"stream"`
	Seq        int64    `parquet:"seq"`
	Type       string   `parquet:"type"`
	Offset     int64    `parquet:"offset"`
	End        *int64   `parquet:"end,optional"`
	Line       int64    `parquet:"line"`
	Code       *int32   `parquet:"code,optional"`
	Class      *string  `parquet:"class,optional"`
	Group      *string  `parquet:"group,optional"`
	Name       *string  `parquet:"name,optional"`
	Multiline  *bool    `parquet:"multiline,optional"`
	Text       []string `parquet:"lines,list"`
	Raw        []byte   `parquet:"raw,optional"`
	Payload    string   `parquet:"payload,optional" json:"-"`
	Deviations []placed `parquet:"deviations,list"`
	Command    *string  `parquet:"command,optional"`
	Cut        bool     `parquet:"cut"`
}

type placed struct {
	Name   string `parquet:"name"`
	Offset int64  `parquet:"offset"`
	Line   int64  `parquet:"line"`
	Column int64  `parquet:"column"`
	Count  int64  `parquet:"count"`
}

type findingRow struct {
	Source      string    `parquet:"source"`
	Stream      int64     `parquet:"stream"`
	Seq         int64     `parquet:"seq"`
	Record      *int64    `parquet:"record,optional"`
	Side        string    `parquet:"side"`
	Offset      int64     `parquet:"offset"`
	End         int64     `parquet:"end"`
	Line        int64     `parquet:"line"`
	Column      int64     `parquet:"column"`
	Places      int64     `parquet:"places"`
	Severity    string    `parquet:"severity"`
	Rule        string    `parquet:"rule"`
	Message     string    `parquet:"message"`
	Code        *int32    `parquet:"code,optional"`
	Excerpt     []excerpt `parquet:"excerpt,list"`
	RFC         string    `parquet:"rfc"`
	Clients     []string  `parquet:"clients,list"`
	Servers     []string  `parquet:"servers,list"`
	Fingerprint string    `parquet:"fingerprint"`
}

type excerpt struct {
	Line int64  `parquet:"line"`
	Text string `parquet:"text"`
	Mark string `parquet:"mark"`
	Cut  bool   `parquet:"cut"`
}

// readTable returns the rows that a command writes as Parquet.
func readTable[T any](t *testing.T, command string, files []string) []T {
	t.Helper()
	_, stdout, stderr := clitest.Run(commands.All, append([]string{command, "--format", "parquet"}, files...)...)
	rows, err := parquet.Read[T](bytes.NewReader(stdout), int64(len(stdout)))
	if err != nil {
		t.Fatalf("%v; %s", err, stderr)
	}
	return rows
}

// readObjects returns the objects of these types that a command writes as JSON.
func readObjects[T any](t *testing.T, command, types string, files []string) (objects []T, lines [][]byte) {
	t.Helper()
	_, stdout, _ := clitest.Run(commands.All, append([]string{command, "--format", "ndjson"}, files...)...)
	for line := range bytes.Lines(stdout) {
		var kind struct{ Type string }
		if err := json.Unmarshal(line, &kind); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(types, kind.Type) {
			var object T
			if err := json.Unmarshal(line, &object); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			objects, lines = append(objects, object), append(lines, line)
		}
	}
	return objects, lines
}

// TestItemsInParquet compares the rows of all recordings with the objects.
func TestItemsInParquet(t *testing.T) {
	files := recordings(t)
	rows := readTable[itemRow](t, "parse", files)
	objects, lines := readObjects[itemRow](t, "parse", "reply command error tls", files)
	if len(rows) != len(objects) {
		t.Fatalf("%d rows, %d objects", len(rows), len(objects))
	}
	payloads := 0
	for i, row := range rows {
		for j := range row.Deviations {
			if d := &row.Deviations[j]; d.Count < 2 {
				d.Count = 0 // omitted in JSON
			}
		}
		if row.Payload != "" {
			payloads++
			if !bytes.Contains(lines[i], []byte(`,"payload":`+row.Payload)) {
				t.Errorf("payload %s of %s", row.Payload, lines[i])
			}
		}
		row.Payload = ""
		if got, want := asJSON(t, row), asJSON(t, objects[i]); got != want {
			t.Fatalf("row    %s\nobject %s", got, want)
		}
	}
	if payloads == 0 {
		t.Error("no row has a payload")
	}
}

// TestFindingsInParquet compares the findings in all recordings with the objects.
func TestFindingsInParquet(t *testing.T) {
	files := recordings(t)
	rows := readTable[findingRow](t, "lint", files)
	objects, _ := readObjects[findingRow](t, "lint", "finding", files)
	if len(rows) != len(objects) || len(rows) == 0 {
		t.Fatalf("%d rows, %d objects", len(rows), len(objects))
	}
	for i := range rows {
		if got, want := asJSON(t, rows[i]), asJSON(t, objects[i]); got != want {
			t.Fatalf("row    %s\nobject %s", got, want)
		}
	}
}

// asJSON returns a value as JSON without the differences between null and an empty list.
func asJSON(t *testing.T, v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(":[]", ":null", `:""`, ":null").Replace(string(text))
}

// TestParquetFilters: a filter selects rows, and a table without rows is a valid file.
func TestParquetFilters(t *testing.T) {
	files := recordings(t)
	counts := map[string]int{}
	for _, row := range readTable[itemRow](t, "parse", append([]string{"--code", "227"}, files...)) {
		counts[fmt.Sprint(row.Type, *row.Code)]++
	}
	if len(counts) != 1 || counts["reply227"] == 0 {
		t.Errorf("%v", counts)
	}
	if diff := cmp.Diff([]itemRow{}, readTable[itemRow](t, "parse", append([]string{"--code", "699"}, files...))); diff != "" {
		t.Error(diff)
	}
}
