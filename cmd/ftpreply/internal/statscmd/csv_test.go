package statscmd

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/google/go-cmp/cmp"
)

const exchange = "../../../../testdata/captures/vsftpd/full/exchange.ndjson"

// stats returns the output for a recording.
func stats(t *testing.T, args ...string) []byte {
	t.Helper()
	status, stdout, stderr := clitest.Run([]cli.Command{New}, append(append([]string{"stats"}, args...), exchange)...)
	if status != cli.ExitClean {
		t.Fatalf("%v: status %d: %s", args, status, stderr)
	}
	return stdout
}

// The numbers are those of the objects.
func TestCSV(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(stats(t, "--format", "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got := map[[3]string]string{}
	for _, row := range rows[1:] {
		got[[3]string(row[:3])] = row[3]
	}
	if diff := cmp.Diff([]string{"type", "name", "measure", "value"}, rows[0]); diff != "" {
		t.Error(diff)
	}
	compared := 0
	for line := range bytes.Lines(stats(t, "--format", "ndjson")) {
		var o struct {
			Type, Command, Software, Rule              string
			Code, Sent, Connections, Findings, Replies json.Number
			Latency                                    map[string]json.Number
		}
		json.Unmarshal(line, &o) // replies is an object in some
		for measure, want := range map[string]json.Number{"sent": o.Sent, "connections": o.Connections, "findings": o.Findings} {
			name := o.Command + o.Software + o.Rule
			if want == "" || want == "0" {
				continue
			}
			compared++
			if key := [3]string{o.Type, name, measure}; got[key] != want.String() {
				t.Errorf("%v is %s, want %s", key, got[key], want)
			}
		}
		if want := o.Latency["p99"]; o.Type == "command" && want != "" {
			compared++
			a, _ := want.Float64()
			b, _ := json.Number(got[[3]string{o.Type, o.Command, "p99"}]).Float64()
			if a != b {
				t.Errorf("%s: %v, want %v", o.Command, b, a)
			}
		}
	}
	if compared < 20 {
		t.Errorf("only %d numbers are compared", compared)
	}
}

// --by selects one table.
func TestBy(t *testing.T) {
	for _, by := range []string{"code", "class", "command", "server", "rule"} {
		rows, err := csv.NewReader(bytes.NewReader(stats(t, "--format", "csv", "--by", by))).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: %v, %v", by, rows, err)
		}
		for _, row := range rows[1:] {
			if row[0] != by {
				t.Errorf("--by %s shows %v", by, row)
			}
		}
		types := map[string]bool{}
		for line := range bytes.Lines(stats(t, "--format", "ndjson", "--by", by)) {
			var o struct{ Type string }
			if err := json.Unmarshal(line, &o); err != nil {
				t.Fatal(err)
			}
			types[o.Type] = true
		}
		if diff := cmp.Diff(map[string]bool{"header": true, by: true, "summary": true}, types); diff != "" {
			t.Errorf("--by %s: %s", by, diff)
		}
	}
	if got := bytes.Count(stats(t, "--by", "server"), []byte("\n\n")); got != 1 {
		t.Errorf("--by server shows %d tables", got)
	}
}
