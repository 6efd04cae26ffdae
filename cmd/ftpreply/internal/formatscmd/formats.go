// Package formatscmd implements "ftpreply formats".
package formatscmd

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/spf13/cobra"
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	output := cli.NewChoice("text", writeFormats).Or("json", writeJSONFormats)
	cmd := &cobra.Command{
		Use:   "formats [format]...",
		Short: "List the formats that can be read, and what each keeps",
		Long: `List the formats that can be read. With arguments, describe these formats: the setting that makes
the program log replies, an example, the versions whose logs were tried, how the format is recognised, which details of a control connection it keeps, and which rules are mute because of the others.`,
		Example: `  ftpreply formats
  ftpreply formats vsftpd pcap`,
		ValidArgsFunction: cobra.FixedCompletions(input.FormatList(), cobra.ShellCompDirectiveNoFileComp),
	}
	output.AddTo(cmd, "format", "output format")
	cli.Group(cmd.Flags(), "Output")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		chosen, err := formatsNamed(args)
		if err != nil {
			return err
		}
		return output.Value(a.Out, chosen)
	}
	return cmd
}

// formatsNamed returns the formats of these names, or all of them.
func formatsNamed(names []string) (list []*transcript.Format, err error) {
	known := map[string]*transcript.Format{}
	for f := range input.Formats() {
		known[f.Name] = f
		if len(names) == 0 {
			list = append(list, f)
		}
	}
	for _, name := range names {
		if known[name] == nil {
			return nil, fmt.Errorf("unknown format %q; the formats are %s", name, input.FormatNames())
		}
		list = append(list, known[name])
	}
	return list, nil
}

// KeptColumns are the details that a table of formats has columns for.
var KeptColumns = [...]fidelity.Set{
	fidelity.LineEnds, fidelity.AllBytes, fidelity.AllLines, fidelity.LineStarts,
	fidelity.Texts, fidelity.BothSides, fidelity.Passwords, fidelity.Wire,
}

// writeFormats writes a table if list has all formats, and otherwise a paragraph on each.
func writeFormats(out io.Writer, list []*transcript.Format) error {
	if len(list) < len(input.FormatList()) {
		for i, f := range list {
			if i > 0 {
				fmt.Fprintln(out)
			}
			describeFormat(out, f)
		}
		return nil
	}
	heading := []string{"format"}
	for _, column := range KeptColumns {
		heading = append(heading, column.String())
	}
	rows := [][]string{append(heading, "clock", "written by")}
	for _, f := range list {
		row := []string{f.Name}
		for _, column := range KeptColumns {
			row = append(row, YesOrNo(f.Keeps.Has(column)))
		}
		rows = append(rows, append(row, input.ClockNames[f.Clock], f.Producer))
	}
	render.Table(out, rows)
	return nil
}

// YesOrNo returns "yes" or a dash.
func YesOrNo(is bool) string {
	if is {
		return "yes"
	}
	return "-"
}

func describeFormat(out io.Writer, f *transcript.Format) {
	lost := f.Keeps.Lost()
	fmt.Fprintln(out, f.Name)
	render.Field(out, "written by", f.Producer)
	render.Field(out, "switch", f.Switch)
	render.Field(out, "tried", f.Versions)
	render.Field(out, "recognised", f.Recognised)
	render.Field(out, "keeps", cmp.Or(f.Keeps.String(), "nothing of these"))
	render.Field(out, "loses", strings.Join(NotEmpty(lost.String(), f.Loses), "; "))
	render.Field(out, "clock", input.ClockNames[f.Clock])
	render.Field(out, "mute", strings.Join(input.MuteRules(lost), ", "))
	for i, line := range ExampleLines(f) {
		label := ""
		if i == 0 {
			label = "example"
		}
		fmt.Fprintf(out, "%-12s%s\n", label, line)
	}
}

// ExampleLines returns the lines of the example of a format, with bytes that are not visible
// escaped.
func ExampleLines(f *transcript.Format) (lines []string) {
	for line := range strings.SplitSeq(strings.TrimSpace(f.Example), "\n") {
		lines = append(lines, render.Message(strings.TrimSuffix(line, "\r")))
	}
	return NotEmpty(lines...)
}

// NotEmpty returns the parts that are not empty.
func NotEmpty(parts ...string) (list []string) {
	for _, p := range parts {
		if p != "" {
			list = append(list, p)
		}
	}
	return list
}

// jsonFormat is a format in JSON.
type jsonFormat struct {
	Name       string             `json:"name"`
	Producer   string             `json:"producer"`
	Switch     string             `json:"switch,omitempty"`  // what makes the program log
	Example    string             `json:"example,omitempty"` // a few lines of a log
	Versions   string             `json:"tried,omitempty"`   // the versions whose logs were tried
	Recognised string             `json:"recognised"`
	Loses      string             `json:"loses,omitempty"`
	Fidelity   input.JSONFidelity `json:"fidelity"`
	Mute       []string           `json:"mute,omitempty"`
}

func writeJSONFormats(out io.Writer, list []*transcript.Format) error {
	all := []jsonFormat{}
	for _, f := range list {
		all = append(all, jsonFormat{f.Name, f.Producer, f.Switch, f.Example, f.Versions, f.Recognised, f.Loses, input.FidelityObject(f), input.MuteRules(f.Keeps.Lost())})
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(all)
}
