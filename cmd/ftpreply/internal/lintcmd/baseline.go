package lintcmd

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/pflag"
)

// baseline compares findings with those of an earlier run, by their fingerprints, and collects
// them for a later run.
type baseline struct {
	readFrom, writeTo string
	output            *cli.Output // of writeTo, or nil
	known             map[string]bool
	found             foundBefore
}

// foundBefore holds findings by fingerprint.
type foundBefore map[string]*baselineFinding

// baselineFile is the contents of a baseline file.
type baselineFile struct {
	Schema   int                `json:"schema"`
	Findings []*baselineFinding `json:"findings"`
}

// baselineFinding is a finding in a baseline file. Only the fingerprint is compared.
type baselineFinding struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	Verb        string `json:"verb,omitempty"`
	Code        int    `json:"code,omitempty"`
	Message     string `json:"message"`
	Count       int    `json:"count"`
}

func newBaseline(f *pflag.FlagSet) *baseline {
	b := &baseline{known: map[string]bool{}, found: foundBefore{}}
	f.StringVar(&b.readFrom, "baseline", "", "`file` of known findings, which are only counted")
	f.StringVar(&b.writeTo, "write-baseline", "", "`file` to write all findings to, known or not")
	return b
}

// maxBaseline is the size up to which a baseline is read.
const maxBaseline = 64 << 20

// open reads the known findings and creates the file for new ones. They may have one name.
func (b *baseline) open(a *cli.App) (err error) {
	if b.writeTo != "" {
		if b.output, err = a.Create(b.writeTo, 0o666); err != nil {
			return err
		}
	}
	if b.readFrom == "" {
		return nil
	}
	var file baselineFile
	if err := a.ReadJSON(b.readFrom, maxBaseline, &file); err != nil {
		return err
	}
	if file.Schema != cli.SchemaVersion {
		return fmt.Errorf("%s: the schema is %d, not %d", b.readFrom, file.Schema, cli.SchemaVersion)
	}
	for i, f := range file.Findings {
		if f == nil || f.Fingerprint == "" {
			return fmt.Errorf("%s: findings[%d] has no fingerprint; is it a file of --write-baseline?", b.readFrom, i)
		}
		b.known[f.Fingerprint] = true
	}
	return nil
}

// knows reports whether the baseline has the finding. It adds the finding to found, the findings
// of one recording.
func (b *baseline) knows(d *lint.Diagnostic, found foundBefore) bool {
	if b.readFrom == "" && b.writeTo == "" {
		return false
	}
	fingerprint := d.Fingerprint()
	if b.writeTo != "" {
		found.add(&baselineFinding{
			Fingerprint: fingerprint, Rule: d.Rule.Name, Verb: d.Verb(), Code: int(d.Item.Reply.Code()), Message: d.Message, Count: 1,
		})
	}
	return b.known[fingerprint]
}

func (found foundBefore) add(f *baselineFinding) {
	if same := found[f.Fingerprint]; same != nil {
		same.Count += f.Count
		return
	}
	found[f.Fingerprint] = f
}

// close writes the findings, or keeps the file as it was if the input was not read completely.
func (b *baseline) close(complete bool) error {
	if b.output == nil {
		return nil
	}
	if !complete {
		return b.output.Discard()
	}
	findings := slices.SortedFunc(maps.Values(b.found), func(x, y *baselineFinding) int {
		return cmp.Or(cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.Verb, y.Verb), cmp.Compare(x.Code, y.Code),
			cmp.Compare(x.Fingerprint, y.Fingerprint))
	})
	file := baselineFile{Schema: cli.SchemaVersion, Findings: findings}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(file); err != nil {
		return err
	}
	_, err := b.output.Write(render.SafeJSON(text.Bytes()))
	return err
}
