package lintcmd

import (
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/page"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// htmlReport writes findings as an HTML file.
type htmlReport struct{ *page.Report }

type htmlFindings struct{ *page.Recording }

func newHTMLReport(in *input.Input, _ *linter) report { return htmlReport{page.New(in)} }

func (r htmlReport) begin(rec *input.Recording) recordingReport {
	return htmlFindings{r.Recording(rec)}
}

func (r htmlReport) end(*totals) error { return r.Write() }

func (f htmlFindings) item(c *input.Connection, it *control.Item) { f.Item(c, it) }

func (f htmlFindings) find(c *input.Connection, d *lint.Diagnostic) { f.Find(c, d) }
