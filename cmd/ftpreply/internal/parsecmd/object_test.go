package parsecmd

import (
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/spf13/cobra"
)

func TestKeysAreDocumented(t *testing.T) {
	clitest.CheckKeys(t, jsonItem{}, jsonConnection{}, jsonGap{}, jsonDeviation{}, jsonError{})
}

// recordings are the directories with the recordings of the repository.
var recordings = []string{
	"../../../../testdata/captures", "../../../../transcript/testdata", "../../../../recording/testdata",
	"../../testdata",
}

// Every object of every recording is as encoding/json writes the same values.
func TestObjectsAreAsByReflection(t *testing.T) {
	compared := map[string]int{}
	compare := func(kind string, got []byte, want any) {
		compared[kind]++
		if text := render.AppendJSON(nil, want); string(got) != string(text) {
			t.Errorf("got  %s\nwant %s", got, text)
		}
	}
	check := func(a *cli.App) *cobra.Command {
		cmd := &cobra.Command{Use: "check"}
		in := input.New(a, cmd)
		cmd.RunE = func(_ *cobra.Command, args []string) error {
			return in.Read(args, func(rec *input.Recording) input.Sink {
				return &checker{newParser(rec).(*parser), compare}
			})
		}
		return cmd
	}
	args := []string{"check", "-j", "1"}
	for _, dir := range recordings {
		filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				args = append(args, path)
			}
			return err
		})
	}
	clitest.Run([]cli.Command{check}, args...)
	for _, kind := range []string{"reply", "command", "error", "tls", "gap", "connection"} {
		if compared[kind] == 0 {
			t.Errorf("no %s is compared", kind)
		}
	}
}

// A checker compares the objects of a parser with those of reflection.
type checker struct {
	*parser
	compare func(kind string, got []byte, want any)
}

func (k *checker) Open(c *input.Connection) {
	c.Handle = func(it *control.Item) {
		if int(it.Kind) < len(itemTypes) {
			k.compare(itemTypes[it.Kind], k.appendItem(nil, c, it), k.item(c, it))
		}
	}
	c.Gapped = func(e *transcript.Event) {
		k.compare("gap", k.appendGap(nil, c, e), &jsonGap{"gap", k.rec.Source, c.Number, k.rec.Time(e.Time), e.Side.String(), e.Lost})
	}
	k.compare("connection", k.appendConnection(nil, c), &jsonConnection{
		"connection", k.rec.Source, c.Number, k.rec.Time(c.Begun), input.Address(c.ServerAddr), input.Address(c.ClientAddr)})
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
	Typed      bool            `json:"typed,omitempty"`
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

func (p *parser) item(c *input.Connection, it *control.Item) *jsonItem {
	j := &jsonItem{
		Type: itemTypes[it.Kind], Source: p.rec.Source, Stream: c.Number, Seq: it.Seq, Time: p.rec.Time(it.Time),
		Offset: it.Offset, End: it.End, Line: it.Line,
	}
	if it.Command != nil {
		line := string(it.Mask(it.Command.Line))
		j.Command = &line
	}
	switch it.Kind {
	case control.CommandItem:
		j.Cut, j.Typed = it.Command.Cut, it.Command.Typed
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
	if p, ok := new(payloadMask).readPayload(it); ok {
		j.Payload = p
	}
}

func (j *jsonItem) appendText(text []byte) {
	if len(j.Text) > 1 {
		j.Text = append(j.Text, ',')
	}
	quoted, _ := json.Marshal(string(text))
	j.Text = append(j.Text, quoted...)
}

// addRaw adds the bytes if they are not UTF-8, because the text is lossy then.
func (j *jsonItem) addRaw(it *control.Item, raw []byte) {
	if !utf8.Valid(raw) {
		j.Raw = base64.StdEncoding.EncodeToString(it.Mask(raw))
	}
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

// addError adds the error and the first bytes that it is about.
func (j *jsonItem) addError(it *control.Item) {
	name := errorNames[it.Err.Err]
	j.Error = &jsonError{name.name, it.Err.Offset, it.Err.Line, name.message}
	text, cut := render.Head(it.Mask(it.Reply.Raw()[it.Err.Offset-it.Offset:]), maxErrorText)
	j.Cut = cut
	j.Text = append(j.Text, '[')
	j.appendText(text)
	j.Text = append(j.Text, ']')
	j.addRaw(it, text)
}

// A reply whose code has no payload is written without allocations, in whatever form.
func TestRepliesAllocateNothing(t *testing.T) {
	for _, reply := range []string{
		"220 ready\r\n", "331 Please specify the password.\r\n", "500 'X <\x1b> \\' caf\xe9 \u202e\r\n", "230-a\r\nb\n230 c\r\n", "220 a\n",
		"550 \"x\": it's not there\r\n",
	} {
		p := &parser{rec: &input.Recording{Format: &transcript.Format{Clock: transcript.AbsoluteClock}}, origin: `,"source":"x","stream":`}
		c := &input.Connection{}
		dst, measured := make([]byte, 0, 4096), false
		c.Handle = func(it *control.Item) {
			if it.Kind == control.ReplyItem {
				measured = true
				if n := testing.AllocsPerRun(10, func() { p.appendItem(dst, c, it) }); n != 0 {
					t.Errorf("%q: %v allocations", reply, n)
				}
			}
		}
		c.Server([]byte(reply), time.Unix(1e9, 1))
		c.Conn.Close(control.RecordingEnds)
		if !measured {
			t.Errorf("%q is not a reply", reply)
		}
	}
}
