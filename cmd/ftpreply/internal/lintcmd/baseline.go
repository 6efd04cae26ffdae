package lintcmd

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/pflag"
)

// baseline is what has been found before, and what is found now. Findings are
// compared by their fingerprints.
type baseline struct {
	readFrom, writeTo string
	known             map[string]bool
	found             foundBefore
}

// foundBefore is what is written, by fingerprint.
type foundBefore map[string]*baselineFinding

// baselineFile is the file, as JSON.
type baselineFile struct {
	Schema   int                `json:"schema"`
	Findings []*baselineFinding `json:"findings"`
}

// baselineFinding is one fingerprint. All else is for people to read.
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
	f.StringVar(&b.writeTo, "write-baseline", "", "`file` to write all that is found to, known or not")
	return b
}

func (b *baseline) read() error {
	if b.readFrom == "" {
		return nil
	}
	var file baselineFile
	if err := cli.ReadJSON(b.readFrom, &file); err != nil {
		return err
	}
	if file.Schema != cli.SchemaVersion {
		return fmt.Errorf("%s: the schema is %d, not %d", b.readFrom, file.Schema, cli.SchemaVersion)
	}
	for _, f := range file.Findings {
		b.known[f.Fingerprint] = true
	}
	return nil
}

// knows reports whether what was found is known, and keeps it to be written in found,
// which is that of one recording.
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

func (b *baseline) Write() error {
	if b.writeTo == "" {
		return nil
	}
	file := baselineFile{Schema: cli.SchemaVersion, Findings: slices.SortedFunc(maps.Values(b.found), compareFindings)}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(file); err != nil {
		return err
	}
	return os.WriteFile(b.writeTo, render.SafeJSON(text.Bytes()), 0o666)
}

func compareFindings(x, y *baselineFinding) int {
	return cmp.Or(cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.Verb, y.Verb), cmp.Compare(x.Code, y.Code),
		cmp.Compare(x.Fingerprint, y.Fingerprint))
}
