package servecmd

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/spf13/cobra"
)

func (s *serving) text(r *report) error {
	out := s.app.Out
	for _, c := range r.Cases {
		if !c.Failed && !s.verbose {
			continue
		}
		state := "passed"
		switch {
		case c.Known:
			state = "failed before"
		case c.Failed:
			state = "FAILED"
		}
		if c.Failed {
			state += " (" + string(c.Severity) + ")"
		}
		fmt.Fprintf(out, "%s %s: %s\n", state, c.Name, c.Grade)
		fmt.Fprintf(out, "  %s (%s)\n", c.Summary, c.RFC)
		fmt.Fprintf(out, "  sent:     %s\n  expected: %s\n  observed: %s\n", c.Sent, c.Expected, render.Message(c.Observed))
	}
	fmt.Fprintf(out, "%d cases, %d failed", len(r.Cases), r.Failed)
	for _, g := range grades {
		if n := r.Counts[string(g)]; n > 0 {
			fmt.Fprintf(out, "; %s: %d", g, n)
		}
	}
	fmt.Fprintln(out)
	return nil
}

func (s *serving) json(r *report) error {
	e := json.NewEncoder(s.app.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(r)
}

// junit writes JUnit XML: a group is a test suite and a case is a test case.
func (s *serving) junit(r *report) error {
	var suites junit.Testsuites
	for _, c := range r.Cases {
		group, _, _ := strings.Cut(c.Name, "/")
		i := slices.IndexFunc(suites.Suites, func(s junit.Testsuite) bool { return s.Name == group })
		if i < 0 {
			i = len(suites.Suites)
			suites.Suites = append(suites.Suites, junit.Testsuite{Name: group, ID: i, Time: "0"})
		}
		t := junit.Testcase{Name: c.Name, Classname: "ftpreply.serve." + group}
		text := fmt.Sprintf("%s (%s)\nsent: %s\nexpected: %s\nobserved: %s\n", c.Summary, c.RFC, c.Sent, c.Expected, render.Message(c.Observed))
		switch {
		case c.Failed && !c.Known:
			t.Failure = &junit.Result{Message: string(c.Grade), Type: string(c.Severity), Data: text}
		case c.Failed:
			t.Skipped = &junit.Result{Message: "failed before: " + string(c.Grade)}
		case c.Sent == "":
			t.Skipped = &junit.Result{Message: c.Observed}
		default:
			t.SystemOut = &junit.Output{Data: text}
		}
		suites.Suites[i].AddTestcase(t)
	}
	for _, suite := range suites.Suites {
		suites.Tests += suite.Tests
		suites.Failures += suite.Failures
		suites.Skipped += suite.Skipped
	}
	s.app.Out.WriteString(xml.Header)
	return suites.WriteXML(s.app.Out)
}

const maxReport = 64 << 20

// readReport reads a report of --format json.
func readReport(a *cli.App, path string) (*report, error) {
	var r report
	if err := a.ReadJSON(path, maxReport, &r); err != nil {
		return nil, err
	}
	switch {
	case r.Tool != "ftpreply" || len(r.Cases) == 0:
		return nil, fmt.Errorf("%s: not a report of ftpreply serve --format json", path)
	case r.Version != cli.SchemaVersion:
		return nil, fmt.Errorf("%s: version %d of the report is not supported", path, r.Version)
	case slices.Contains(r.Cases, nil):
		return nil, fmt.Errorf("%s: a case is null", path)
	}
	return &r, nil
}

// newMerge returns the subcommand that joins reports into a table.
func newMerge(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "merge report...",
		Short: "Join reports of several clients into a table",
		Long: `Write a table with a line for each case and a column for each client, from reports that
"serve --format json" has written. Cases that every client has passed are left out.`,
		Example: "  ftpreply serve merge curl.json wget.json",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return merge(a, args) },
	}
}

func merge(a *cli.App, paths []string) error {
	var reports []*report
	var errs []error
	for _, path := range paths {
		r, err := readReport(a, path)
		errs = append(errs, err)
		reports = append(reports, r)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	var names []string
	cells := map[string][]string{}
	failed := map[string]bool{}
	for i, r := range reports {
		for _, c := range r.Cases {
			if cells[c.Name] == nil {
				cells[c.Name] = make([]string, len(reports))
				names = append(names, c.Name)
			}
			cells[c.Name][i] = string(c.Grade)
			failed[c.Name] = failed[c.Name] || c.Failed
		}
	}
	w := tabwriter.NewWriter(a.Out, 0, 8, 2, ' ', 0)
	fmt.Fprint(w, "case")
	for _, r := range reports {
		fmt.Fprintf(w, "\t%s", render.Message(r.Client))
	}
	fmt.Fprintln(w)
	passed := 0
	for _, name := range names {
		if !failed[name] {
			passed++
			continue
		}
		fmt.Fprint(w, render.Message(name))
		for _, cell := range cells[name] {
			if cell == "" {
				cell = "-"
			}
			fmt.Fprintf(w, "\t%s", render.Message(cell))
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%d cases; %d that every client has passed are left out\n", len(names), passed)
	return nil
}
