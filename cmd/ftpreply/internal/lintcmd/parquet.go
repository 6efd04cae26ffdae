package lintcmd

import (
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/columns"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/lint"
)

// parquetFinding is a finding as a row of a table.
type parquetFinding struct {
	Source      string           `parquet:"source,dict"`
	Stream      int64            `parquet:"stream"`
	Seq         int64            `parquet:"seq"`
	Time        *int64           `parquet:"time,optional,timestamp(microsecond)"`
	Elapsed     *float64         `parquet:"elapsed,optional"`
	Server      *string          `parquet:"server,optional,dict"`
	Client      *string          `parquet:"client,optional,dict"`
	Record      *int64           `parquet:"record,optional"`
	Side        string           `parquet:"side,dict"`
	Offset      int64            `parquet:"offset"`
	End         int64            `parquet:"end"`
	Line        int64            `parquet:"line"`
	Column      int64            `parquet:"column"`
	Places      int64            `parquet:"places"`
	Severity    string           `parquet:"severity,dict"`
	Rule        string           `parquet:"rule,dict"`
	Message     string           `parquet:"message"`
	Code        *int32           `parquet:"code,optional,dict"`
	Verb        *string          `parquet:"verb,optional,dict"`
	Command     *string          `parquet:"command,optional"`
	Excerpt     []parquetExcerpt `parquet:"excerpt,list"`
	RFC         string           `parquet:"rfc,dict"`
	Clients     []string         `parquet:"clients,list"`
	Servers     []string         `parquet:"servers,list"`
	Fingerprint string           `parquet:"fingerprint"`
}

type parquetExcerpt struct {
	Line int64  `parquet:"line"`
	Text string `parquet:"text"`
	Mark string `parquet:"mark"`
	Cut  bool   `parquet:"cut"`
}

// parquetReport writes the findings of all recordings as one Parquet file.
type parquetReport struct {
	in  *input.Input
	out *columns.Writer[parquetFinding]
	err error
}

func newParquetReport(in *input.Input, _ *linter) report {
	in.OneByOne()
	r := &parquetReport{in: in}
	r.out, r.err = columns.NewWriter[parquetFinding](in.App)
	return r
}

func (r *parquetReport) begin(rec *input.Recording) recordingReport {
	return &parquetFindings{r, rec}
}

func (r *parquetReport) end(*totals) error {
	if r.err != nil {
		return r.err
	}
	return r.out.Close()
}

type parquetFindings struct {
	*parquetReport
	rec *input.Recording
}

func (w *parquetFindings) Open(*input.Connection)  {}
func (w *parquetFindings) Close(*input.Connection) {}
func (w *parquetFindings) Done()                   {}

func (w *parquetFindings) find(c *input.Connection, d *lint.Diagnostic) {
	if w.err != nil {
		return
	}
	f := newFinding(w.rec, c, d)
	row := parquetFinding{
		Source: f.Source, Stream: int64(f.Stream), Seq: f.Seq,
		Server: columns.Optional(input.Address(c.ServerAddr)), Client: columns.Optional(input.Address(c.ClientAddr)),
		Record: columns.Optional(f.Record), Side: f.Side, Offset: f.Offset, End: f.End, Line: f.Line, Column: int64(f.Column),
		Places: int64(f.Places), Severity: f.Severity.String(), Rule: f.Rule, Message: columns.Text([]byte(f.Message)),
		Code: columns.Optional(int32(f.Code)), Excerpt: excerptRows(f.Excerpt), RFC: f.RFC, Clients: f.Clients, Servers: f.Servers,
		Fingerprint: f.Fingerprint,
	}
	row.Time, row.Elapsed = columns.Clock(w.rec, d.Item.Time)
	size := len(f.Message) + len(f.Command)
	if d.Item.Command != nil {
		command := columns.Text([]byte(f.Command))
		row.Command, row.Verb = &command, columns.Verb(d.Item.Command.Line)
	}
	for _, l := range f.Excerpt {
		size += len(l.Text) + len(l.Mark)
	}
	w.out.Add(row, size)
}

func excerptRows(lines []findings.ExcerptLine) (rows []parquetExcerpt) {
	for _, l := range lines {
		rows = append(rows, parquetExcerpt{l.Line, columns.Text([]byte(l.Text)), columns.Text([]byte(l.Mark)), l.Cut})
	}
	return rows
}
