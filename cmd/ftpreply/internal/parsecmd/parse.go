// Package parsecmd implements "ftpreply parse".
package parsecmd

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/payload"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/spf13/cobra"
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "parse file|directory|-...",
		Short: "Write replies and commands as JSON, one object a line",
		Long: `Write the replies, commands and errors of recordings as JSON, one object a line, in the order of the
recording. Each recording begins with a header. The manual page, docs/ftpreply.1, describes the
objects.`,
		Example: `  ftpreply parse capture.pcap
  ftpreply parse --code 5yz capture.pcap | jq -r '.command + ": " + .text[0]'
  tcpdump -U -w - port 21 | ftpreply parse -           # live`,
	}
	in := input.New(a, cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return in.Read(args, newParser)
	}
	return cmd
}

// A parser is a sink that writes every item.
type parser struct {
	*render.JSONWriter
	rec      *input.Recording
	unproved ftpreply.Deviation // deviations that the format cannot prove
	object   jsonItem           // the last one written, for reuse
}

func newParser(rec *input.Recording) input.Sink {
	return &parser{JSONWriter: rec.WriteHeader(), rec: rec, unproved: input.Unproved(rec.Lost)}
}

func (p *parser) Open(c *input.Connection) {
	c.Handle = func(it *control.Item) {
		if int(it.Kind) >= len(itemTypes) {
			return
		}
		if p.rec.Selects(it) {
			p.Write(p.item(c, it))
		}
	}
	if p.rec.Filter.IsSet() {
		return
	}
	c.Gapped = func(e *transcript.Event) {
		p.Write(&jsonGap{"gap", p.rec.Source, c.Number, p.rec.Time(e.Time), e.Side.String(), e.Lost})
	}
	if c.ServerAddr.IsValid() || c.ClientAddr.IsValid() {
		p.Write(&jsonConnection{"connection", p.rec.Source, c.Number, p.rec.Time(c.Begun), input.Address(c.ServerAddr), input.Address(c.ClientAddr)})
	}
}

// jsonConnection comes before the items of a connection whose addresses are known.
type jsonConnection struct {
	Type   string `json:"type"` // "connection"
	Source string `json:"source"`
	Stream int    `json:"stream"`
	Time   string `json:"time,omitempty"`
	Server string `json:"server,omitempty"`
	Client string `json:"client,omitempty"`
}

// jsonGap reports that bytes are missing.
type jsonGap struct {
	Type   string `json:"type"` // "gap"
	Source string `json:"source"`
	Stream int    `json:"stream"`
	Time   string `json:"time,omitempty"`
	Side   string `json:"side"` // whose bytes they are
	Lost   int64  `json:"lost"` // number of bytes, 0 if unknown
}

func (p *parser) Close(*input.Connection) { p.Out.Flush() }
func (p *parser) Done()                   {}

// jsonItem is a reply, a command, an error or a run of TLS records. Keys that do not apply are
// omitted.
type jsonItem struct {
	Type       string          `json:"type"` // "reply", "command", "error" or "tls"
	Source     string          `json:"source"`
	Stream     int             `json:"stream"`
	Seq        int64           `json:"seq"`
	Time       string          `json:"time,omitempty"`
	Offset     int64           `json:"offset"`
	End        int64           `json:"end,omitempty"`
	Line       int64           `json:"line"`
	Code       *int            `json:"code,omitempty"`
	Class      string          `json:"class,omitempty"`
	Group      string          `json:"group,omitempty"`
	Name       string          `json:"name,omitempty"`
	Multiline  *bool           `json:"multiline,omitempty"`
	Text       json.RawMessage `json:"text,omitempty"` // an array of strings, one a line
	Raw        string          `json:"raw,omitempty"`  // base64, if the bytes are not UTF-8
	Payload    json.Marshaler  `json:"payload,omitempty"`
	Deviations []jsonDeviation `json:"deviations,omitempty"`
	Error      *jsonError      `json:"error,omitempty"`
	Command    *string         `json:"command,omitempty"`
	Cut        bool            `json:"cut,omitempty"` // the command, or the text of an error, is longer
}

type jsonDeviation struct {
	Name   string `json:"name"`
	Offset int64  `json:"offset"` // of the first place
	Line   int64  `json:"line"`
	Column int    `json:"column"`
	Count  int    `json:"count,omitempty"` // of the places, if there are several
}

type jsonError struct {
	Name    string `json:"name"`
	Offset  int64  `json:"offset"`
	Line    int64  `json:"line"`
	Message string `json:"message"`
}

var itemTypes = [...]string{
	control.ReplyItem: "reply", control.CommandItem: "command", control.ErrorItem: "error", control.TLSItem: "tls",
}

func (p *parser) item(c *input.Connection, it *control.Item) *jsonItem {
	j := &p.object
	*j = jsonItem{
		Text: j.Text[:0],
		Type: itemTypes[it.Kind], Source: p.rec.Source, Stream: c.Number, Seq: it.Seq, Time: p.rec.Time(it.Time),
		Offset: it.Offset, End: it.End, Line: it.Line,
	}
	if it.Command != nil {
		line := string(it.Mask(it.Command.Line))
		j.Command = &line
	}
	switch it.Kind {
	case control.CommandItem:
		j.Cut = it.Command.Cut
		j.addRaw(it, it.Command.Line)
	case control.ReplyItem:
		j.addReply(it)
		for d := range (it.Reply.Deviations() &^ p.unproved).Each() {
			j.addDeviation(it, d)
		}
	case control.ErrorItem:
		j.addError(it)
	case control.TLSItem:
		j.End, j.Command = 0, nil // their length is not known yet
	}
	return j
}

func (j *jsonItem) addReply(it *control.Item) {
	code, multiline := int(it.Reply.Code()), it.Reply.Multiline()
	j.Code, j.Multiline = &code, &multiline
	j.Class, j.Group = it.Reply.Code().Class().String(), it.Reply.Code().Group().String()
	if info, ok := it.Reply.Code().Info(); ok {
		j.Name = info.Name
	}
	j.Text = append(j.Text, '[')
	for l := range it.Reply.Lines() {
		j.appendText(it.Mask(l.Text()))
	}
	j.Text = append(j.Text, ']')
	j.addRaw(it, it.Reply.Raw())
	if p, ok := readPayload(it); ok {
		j.Payload = p
	}
}

func (j *jsonItem) appendText(text []byte) {
	if len(j.Text) > 1 {
		j.Text = append(j.Text, ',')
	}
	if isPlain(text) {
		j.Text = append(append(append(j.Text, '"'), text...), '"')
		return
	}
	quoted, _ := json.Marshal(string(text))
	j.Text = append(j.Text, quoted...)
}

// isPlain reports whether the text needs no escapes in JSON.
func isPlain(text []byte) bool {
	for _, c := range text {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

// addRaw adds the bytes if they are not UTF-8, because the text is lossy then.
func (j *jsonItem) addRaw(it *control.Item, raw []byte) {
	if !utf8.Valid(raw) {
		j.Raw = base64.StdEncoding.EncodeToString(it.Mask(raw))
	}
}

// readPayload reads the payload of the reply and masks the secrets in its values. ok is false
// if the reply has no payload, or one with a secret that is a number or is spread over several
// values.
func readPayload(it *control.Item) (p payload.Payload, ok bool) {
	verb := ""
	if it.Command != nil {
		verb = it.Command.Verb()
	}
	p = payload.Of(it.Reply, verb)
	if p.Kind == "" {
		return p, false
	}
	var all []string
	p.Fields = maskValue(it, p.Fields, &all).([]payload.Field)
	joined := strings.Join(all, " ")
	if string(it.Mask([]byte(joined))) != joined {
		return p, false
	}
	var e *payload.Error
	if raw := it.Reply.Raw(); errors.As(p.Err, &e) && !bytes.Equal(it.Mask(raw), raw) {
		// The error quotes a part of the reply, which may have cut a secret.
		p.Err = &payload.Error{Err: e.Err, Offset: e.Offset, Source: e.Source}
	}
	return p, true
}

// maskValue returns the value of a field with its secrets masked. It appends the strings and
// numbers in the value to all.
func maskValue(it *control.Item, value any, all *[]string) any {
	switch v := value.(type) {
	case string:
		v = string(it.Mask([]byte(v)))
		*all = append(*all, v)
		return v
	case []string:
		for i := range v {
			v[i] = maskValue(it, v[i], all).(string)
		}
	case []payload.Field:
		for i := range v {
			v[i].Name = maskValue(it, v[i].Name, all).(string)
			v[i].Value = maskValue(it, v[i].Value, all)
		}
	case [][]payload.Field:
		for i := range v {
			v[i] = maskValue(it, v[i], all).([]payload.Field)
		}
	default: // a number
		*all = append(*all, fmt.Sprint(v))
	}
	return value
}

func (j *jsonItem) addDeviation(it *control.Item, d ftpreply.Deviation) {
	info, _ := d.Info()
	out := jsonDeviation{Name: info.Name, Offset: it.Offset, Line: it.Line, Column: 1}
	for from := range it.Reply.Find(d) {
		if out.Count == 0 {
			out.Offset, out.Line, out.Column = it.Position(from)
		}
		out.Count++
	}
	if out.Count == 1 {
		out.Count = 0
	}
	j.Deviations = append(j.Deviations, out)
}

// maxErrorText is the number of bytes of an error that are shown.
const maxErrorText = 128

// jsonErrors maps errors to the names of the rules that report them.
var jsonErrors = map[error]jsonError{
	ftpreply.ErrNotReply: {Name: "not-a-reply", Message: "not an FTP reply"},
	ftpreply.ErrTooLong:  {Name: "over-limit", Message: "more bytes than the limit of a reply"},
	io.ErrUnexpectedEOF:  {Name: "unterminated-reply", Message: "the connection ends in a reply"},
}

// addError adds the error and the first bytes that it is about.
func (j *jsonItem) addError(it *control.Item) {
	e := jsonErrors[it.Err.Err]
	e.Offset, e.Line = it.Err.Offset, it.Err.Line
	j.Error = &e
	text, cut := render.Head(it.Mask(it.Reply.Raw()[it.Err.Offset-it.Offset:]), maxErrorText)
	j.Cut = cut
	j.Text = append(j.Text, '[')
	j.appendText(text)
	j.Text = append(j.Text, ']')
	j.addRaw(it, text)
}
