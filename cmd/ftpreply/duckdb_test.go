package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
)

var duckDB = flag.Bool("duckdb", false, "query Parquet files with DuckDB, which scripts/install-duckdb.sh installs")

// TestDuckDB runs the queries of docs/output.md, and compares counts with those of stats.
func TestDuckDB(t *testing.T) {
	if !*duckDB {
		t.Skip("-duckdb is not set")
	}
	files, dir := recordings(t), t.TempDir()
	for command, name := range map[string]string{"parse": "replies.parquet", "lint": "findings.parquet"} {
		clitest.Run(commands.All, append([]string{command, "--format", "parquet", "-o", filepath.Join(dir, name)}, files...)...)
	}
	page, err := os.ReadFile(filepath.Join(repository, "docs", "output.md"))
	if err != nil {
		t.Fatal(err)
	}
	var queries []string
	for _, block := range regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllSubmatch(page, -1) {
		queries = append(queries, string(block[1]))
	}
	if len(queries) < 10 {
		t.Fatalf("docs/output.md has %d queries", len(queries))
	}
	documented := len(queries)
	queries = append(queries,
		"SELECT 'code ' || code, count(*)::INT FROM 'replies.parquet' WHERE type = 'reply' GROUP BY 1",
		"SELECT 'command ' || verb, count(*)::INT FROM 'replies.parquet' WHERE type = 'command' AND command <> '' GROUP BY 1",
		"SELECT 'rule ' || rule, count(*)::INT FROM 'findings.parquet' GROUP BY 1")
	results := query(t, dir, queries)
	for i, rows := range results[:documented] {
		if len(rows) == 0 {
			t.Errorf("a query of docs/output.md has no result:\n%s", queries[i])
		}
	}
	got := map[string]int{}
	for _, rows := range results[documented:] {
		for _, row := range rows {
			got[row[0].(string)] = int(row[1].(float64))
		}
	}
	_, stdout, _ := clitest.Run(commands.All, append([]string{"stats", "--format", "ndjson"}, files...)...)
	compared := 0
	for line := range bytes.Lines(stdout) {
		var o struct {
			Type, Command, Rule  string
			Code, Sent, Findings int
			Replies              json.RawMessage
		}
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatal(err)
		}
		key, want := "", 0
		switch o.Type {
		case "code":
			key = fmt.Sprintf("code %d", o.Code)
			json.Unmarshal(o.Replies, &want)
		case "command":
			key, want = "command "+o.Command, o.Sent
		case "rule":
			key, want = "rule "+o.Rule, o.Findings
		default:
			continue
		}
		compared++
		if got[key] != want {
			t.Errorf("%s: %d in the table, %d in stats", key, got[key], want)
		}
	}
	if compared < 50 {
		t.Errorf("only %d counts are compared", compared)
	}
}

// query runs SQL in a directory, and returns the rows of each statement.
func query(t *testing.T, dir string, statements []string) (results [][][]any) {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/duckdb/query.cjs")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(statements)
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	cmd := exec.Command("node", script)
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, bytes.NewReader(text), &stderr
	cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(cache, "ftpreply-duckdb", "node_modules"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatal(err)
	}
	return results
}
