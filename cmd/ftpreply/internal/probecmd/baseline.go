package probecmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
)

// A baseline has the failures and findings of an earlier run. They do not count again. The
// nil baseline has none.
type baseline struct {
	checks   map[string]bool // names of failed checks
	findings map[string]bool // by findingKey
}

// maxBaseline is the size up to which a baseline is read.
const maxBaseline = 64 << 20

// readBaseline reads a report that was written with --format ndjson.
func readBaseline(a *cli.App, path string) (*baseline, error) {
	text, err := a.ReadFile(path, maxBaseline)
	if err != nil {
		return nil, err
	}
	b := &baseline{map[string]bool{}, map[string]bool{}}
	in := json.NewDecoder(bytes.NewReader(text))
	for first := true; ; first = false {
		var object struct {
			jsonCheck
			Format string `json:"format"`
		}
		err := in.Decode(&object)
		if first && (err != nil || object.Type != "header" || object.Format != "probe") {
			return nil, fmt.Errorf("%s: not a report of probe --format ndjson", path)
		}
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if object.Type != "check" {
			continue
		}
		if object.Outcome == probe.Failed.String() {
			b.checks[object.Name] = true
		}
		for _, f := range object.Findings {
			verb, _, _ := strings.Cut(f.Command, " ")
			b.findings[findingKey(f.Rule, f.Code, verb)] = true
		}
	}
}

// findingKey identifies a finding in all runs. The fingerprint would not do, since a report
// has only one of several findings of a rule for a command and a code.
func findingKey(rule string, code int, verb string) string {
	return fmt.Sprintf("%s %d %s", rule, code, strings.ToUpper(verb))
}

// knows reports whether the baseline has the failure of a check.
func (b *baseline) knows(r *probe.Result) bool {
	return b != nil && r.Outcome == probe.Failed && b.checks[r.Check.Name]
}

// knowsFinding reports whether the baseline has a finding.
func (b *baseline) knowsFinding(rule string, code int, verb string) bool {
	return b != nil && b.findings[findingKey(rule, code, verb)]
}

// worst returns the highest severity of the new findings; a new failure is an error.
func (b *baseline) worst(r *probe.Report) (s lint.Severity) {
	for i := range r.Results {
		result := &r.Results[i]
		if result.Outcome == probe.Failed && !b.knows(result) {
			return lint.Error
		}
		for _, f := range result.Findings {
			verb, _, _ := strings.Cut(f.Command, " ")
			if !b.knowsFinding(f.Rule.Name, int(f.Code), verb) {
				s = max(s, f.Severity)
			}
		}
	}
	return s
}
