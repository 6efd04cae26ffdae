package parsecmd

import (
	"unicode/utf8"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/columns"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/control"
)

// parquetRow is a reply, a command, an error or a run of TLS records as a row of a table.
type parquetRow struct {
	Source     string      `parquet:"source,dict"`
	Stream     int64       `parquet:"stream"`
	Seq        int64       `parquet:"seq"`
	Type       string      `parquet:"type,dict"`
	Time       *int64      `parquet:"time,optional,timestamp(microsecond)"`
	Elapsed    *float64    `parquet:"elapsed,optional"`
	Server     *string     `parquet:"server,optional,dict"`
	Client     *string     `parquet:"client,optional,dict"`
	Offset     int64       `parquet:"offset"`
	End        *int64      `parquet:"end,optional"`
	Line       int64       `parquet:"line"`
	Code       *int32      `parquet:"code,optional,dict"`
	Class      *string     `parquet:"class,optional,dict"`
	Group      *string     `parquet:"group,optional,dict"`
	Name       *string     `parquet:"name,optional,dict"`
	Multiline  *bool       `parquet:"multiline,optional"`
	Lines      []string    `parquet:"lines,list"`
	Raw        []byte      `parquet:"raw,optional"`
	Payload    string      `parquet:"payload,optional"`
	Deviations []deviation `parquet:"deviations,list"`
	Error      *string     `parquet:"error,optional,dict"`
	Verb       *string     `parquet:"verb,optional,dict"`
	Command    *string     `parquet:"command,optional"`
	Latency    *float64    `parquet:"latency,optional"`
	Cut        bool        `parquet:"cut"`
}

// A rowWriter is a sink that writes every item as a row.
type rowWriter struct {
	out      *columns.Writer[parquetRow]
	rec      *input.Recording
	unproved ftpreply.Deviation
	payloads payloadMask
}

// writeRows writes the items of all recordings as one Parquet file.
func writeRows(in *input.Input, args []string) error {
	out, err := columns.NewWriter[parquetRow](in.App)
	if err != nil {
		return err
	}
	in.OneByOne()
	err = in.Read(args, func(rec *input.Recording) input.Sink {
		return &rowWriter{out: out, rec: rec, unproved: input.Unproved(rec.Lost)}
	})
	if closeErr := out.Close(); closeErr != nil {
		return closeErr
	}
	return err
}

func (w *rowWriter) Open(c *input.Connection) {
	c.Handle = func(it *control.Item) {
		if int(it.Kind) < len(itemTypes) && w.rec.Selects(it) {
			w.write(c, it)
		}
	}
}

func (w *rowWriter) Close(*input.Connection) {}
func (w *rowWriter) Done()                   {}

func (w *rowWriter) write(c *input.Connection, it *control.Item) {
	row := parquetRow{
		Source: w.rec.Source, Stream: int64(c.Number), Seq: it.Seq, Type: itemTypes[it.Kind], Offset: it.Offset, Line: it.Line,
		Server: columns.Optional(input.Address(c.ServerAddr)), Client: columns.Optional(input.Address(c.ClientAddr)),
	}
	row.Time, row.Elapsed = columns.Clock(w.rec, it.Time)
	var raw []byte
	switch it.Kind {
	case control.CommandItem:
		raw, row.Cut = it.Command.Line, it.Command.Cut
	case control.ReplyItem:
		raw = it.Reply.Raw()
		w.addReply(&row, it)
	case control.ErrorItem:
		raw, row.Cut = errorText(it)
		row.Lines, row.Error = []string{columns.Text(raw)}, &errorNames[it.Err.Err].name
	}
	if !utf8.Valid(raw) {
		row.Raw = it.Mask(raw)
	}
	if it.Kind != control.TLSItem {
		row.End = columns.Optional(it.End)
		row.addCommand(it)
	}
	w.out.Add(row, len(raw))
}

func (row *parquetRow) addCommand(it *control.Item) {
	if it.Command == nil {
		return
	}
	command := columns.Text(it.Mask(it.Command.Line))
	row.Command, row.Verb = &command, columns.Verb(it.Command.Line)
	if it.Kind == control.ReplyItem && !it.Time.IsZero() && !it.Command.Time.IsZero() {
		latency := it.Time.Sub(it.Command.Time).Seconds()
		row.Latency = &latency
	}
}

func (w *rowWriter) addReply(row *parquetRow, it *control.Item) {
	code, multiline := it.Reply.Code(), it.Reply.Multiline()
	number, class, group := int32(code), code.Class().String(), code.Group().String()
	row.Code, row.Class, row.Group, row.Multiline = &number, &class, &group, &multiline
	if info, ok := code.Info(); ok {
		row.Name = &info.Name
	}
	for l := range it.Reply.Lines() {
		row.Lines = append(row.Lines, columns.Text(it.Mask(l.Text())))
	}
	row.Payload = string(w.payloads.appendPayload(nil, it))
	for d := range (it.Reply.Deviations() &^ w.unproved).Each() {
		row.Deviations = append(row.Deviations, placeOf(it, d))
	}
}
