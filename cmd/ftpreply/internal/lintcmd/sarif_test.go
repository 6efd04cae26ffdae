package lintcmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/owenrumney/go-sarif/v2/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestSARIFSchema(t *testing.T) {
	var noisy []byte
	for i := range maxResults + 5 {
		noisy = fmt.Appendf(noisy, "%s\r\n", bytes.Repeat([]byte{'x'}, i%300+1))
		if i%300 == 299 {
			noisy = append(noisy, fmt.Sprintf("200 %s\x01\r\n", letters(i))...)
		}
	}
	tests := []struct {
		name string
		args []string
	}{
		{"captures", []string{"../../../../testdata/captures"}},
		{"nothing found", []string{clitest.WriteFile(t, "clean.raw", []byte("220 ready\r\n"))}},
		{"a name that is no URI", []string{clitest.WriteFile(t, "%zz a#b?c\xe9:d.raw", []byte("220 \x01\r\n"))}},
		{"many", []string{clitest.WriteFile(t, "many.raw", noisy)}},
		{"not all could be read", []string{"nowhere"}},
		{"all rules", allExamples(t)},
	}
	schema := sarifSchema(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, out, _ := runLint(append([]string{"lint", "--format", "sarif"}, tt.args...)...)
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(v); err != nil {
				t.Error(err)
			}
		})
	}
}

// letters is a number without digits.
func letters(n int) (s string) {
	for ; n > 0; n /= 26 {
		s += string(rune('a' + n%26))
	}
	return s
}

// allExamples writes the bad example of every rule to a file of its own.
func allExamples(t *testing.T) (names []string) {
	for r := range lint.Rules() {
		names = append(names, clitest.WriteFile(t, r.Name+".ndjson", clitest.ExchangeLines(t, r.Bad)))
	}
	return names
}

// A schema that takes everything would be no test.
func TestSARIFSchemaRejects(t *testing.T) {
	schema := sarifSchema(t)
	for _, text := range []string{`{}`, `{"version":"2.1.0","runs":[{}]}`,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x","informationUri":"a b"}}}]}`} {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(v) == nil {
			t.Error("valid: ", text)
		}
	}
}

func readSARIF(t *testing.T, args ...string) *sarif.Run {
	t.Helper()
	_, out, stderr := runLint(append([]string{"lint", "--format", "sarif",
		"--disable", "all", "--enable", "stray-line", "--enable", "control-byte"}, args...)...)
	var report sarif.Report
	if err := json.Unmarshal(out, &report); err != nil || len(report.Runs) != 1 {
		t.Fatalf("%v\n%s%s", err, out, stderr)
	}
	return report.Runs[0]
}

func TestSARIF(t *testing.T) {
	raw := clitest.WriteFile(t, "in.raw", []byte("220 a\r\nx\r\n221 \x01\r\n221 \x01\r\n"))
	run := readSARIF(t, raw)
	if len(run.Results) != 2 {
		t.Fatalf("%d results", len(run.Results))
	}
	r := run.Results[1]
	region := r.Locations[0].PhysicalLocation.Region
	if *r.RuleID != "control-byte" || *r.Level != "note" || *r.OccurrenceCount != 2 ||
		*region.StartLine != 3 || *region.ByteOffset != 14 || *region.ByteLength != 1 {
		t.Errorf("%s %s %d %+v", *r.RuleID, *r.Level, *r.OccurrenceCount, region)
	}
	finding := r.Properties["finding"].(map[string]any)
	if finding["fingerprint"] != r.PartialFingerprints["ftpreply/v1"] || finding["rule"] != "control-byte" {
		t.Errorf("%v", finding)
	}
	if !*run.Invocations[0].ExecutionSuccessful {
		t.Error("not successful")
	}
	if *readSARIF(t, raw, "nowhere").Invocations[0].ExecutionSuccessful {
		t.Error("successful")
	}
	if level := readSARIF(t, raw, "--severity", "control-byte=error").Results[1].Level; *level != "error" {
		t.Errorf("graded as an error, it is %s", *level)
	}
}

// The place of a finding in a log is a line of the file.
func TestSARIFOfExchange(t *testing.T) {
	in := clitest.WriteFile(t, "in.ndjson", clitest.ExchangeLines(t, lint.Example{"S 220 a\r\n", "C NOOP\r\n", "S 200 \x01\r\n"}))
	results := readSARIF(t, in).Results
	if len(results) != 1 {
		t.Fatalf("%d results", len(results))
	}
	for _, r := range results {
		l := r.Locations[0]
		if *l.PhysicalLocation.Region.StartLine != 3 || *l.LogicalLocations[0].FullyQualifiedName != "connection 1/item 3" ||
			!strings.HasPrefix(*r.Message.Text, "Line 3: ") {
			t.Errorf("%+v %s", l, *r.Message.Text)
		}
	}
}

func TestFileURI(t *testing.T) {
	for path, want := range map[string]string{
		"a/b.raw": "a/b.raw", "/a b": "file:///a%20b", "a:b": "./a:b", "%\xe9#?": "%25%E9%23%3F", "-": "-",
	} {
		if got := fileURI(path); got != want {
			t.Errorf("%q: got %s, want %s", path, got, want)
		}
	}
}
