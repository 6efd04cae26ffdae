package parsecmd

import (
	"encoding/base64"
	"io"
	"net/netip"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/transcript"
)

// beginObject appends the type of an object, its source and its connection.
func (p *parser) beginObject(dst []byte, kind string, c *input.Connection) []byte {
	dst = append(append(append(dst, `{"type":"`...), kind...), '"')
	return strconv.AppendInt(append(dst, p.origin...), int64(c.Number), 10)
}

// appendTime appends the time, if it is known.
func (p *parser) appendTime(dst []byte, t time.Time) []byte {
	before := len(dst)
	dst = append(dst, `,"time":"`...)
	empty := len(dst)
	if dst = p.rec.AppendTime(dst, t); len(dst) == empty {
		return dst[:before]
	}
	return append(dst, '"')
}

// appendAddress appends a key and an address, if it is known.
func appendAddress(dst []byte, key string, a netip.AddrPort) []byte {
	if !a.IsValid() {
		return dst
	}
	return render.AppendString(append(dst, key...), input.Address(a))
}

func (p *parser) appendConnection(dst []byte, c *input.Connection) []byte {
	dst = p.appendTime(p.beginObject(dst, "connection", c), c.Begun)
	dst = appendAddress(dst, `,"server":`, c.ServerAddr)
	return append(appendAddress(dst, `,"client":`, c.ClientAddr), '}')
}

// appendGap appends the report that bytes are missing: of which side and how many, 0 if unknown.
func (p *parser) appendGap(dst []byte, c *input.Connection, e *transcript.Event) []byte {
	dst = p.appendTime(p.beginObject(dst, "gap", c), e.Time)
	dst = append(append(append(dst, `,"side":"`...), e.Side.String()...), '"')
	return append(appendInt(dst, `,"lost":`, e.Lost), '}')
}

func appendInt(dst []byte, key string, n int64) []byte {
	return strconv.AppendInt(append(dst, key...), n, 10)
}

var itemTypes = [...]string{
	control.ReplyItem: "reply", control.CommandItem: "command", control.ErrorItem: "error", control.TLSItem: "tls",
}

// appendItem appends a reply, a command, an error or a run of TLS records. Keys that do not apply
// are omitted.
func (p *parser) appendItem(dst []byte, c *input.Connection, it *control.Item) []byte {
	dst = appendInt(p.beginObject(dst, itemTypes[it.Kind], c), `,"seq":`, it.Seq)
	dst = appendInt(p.appendTime(dst, it.Time), `,"offset":`, it.Offset)
	if it.End != 0 && it.Kind != control.TLSItem { // the length of the records is not known yet
		dst = appendInt(dst, `,"end":`, it.End)
	}
	dst = appendInt(dst, `,"line":`, it.Line)
	cut := false
	switch it.Kind {
	case control.CommandItem:
		dst = appendRaw(dst, it, it.Command.Line)
		if it.Command.Typed {
			dst = append(dst, `,"typed":true`...)
		}
		cut = it.Command.Cut
	case control.ReplyItem:
		dst = p.appendReply(dst, it)
	case control.ErrorItem:
		dst, cut = appendError(dst, it)
	}
	if it.Command != nil && it.Kind != control.TLSItem {
		dst = render.AppendString(append(dst, `,"command":`...), it.Mask(it.Command.Line))
	}
	if cut { // the command, or the text of an error, is longer
		dst = append(dst, `,"cut":true`...)
	}
	return append(dst, '}')
}

func (p *parser) appendReply(dst []byte, it *control.Item) []byte {
	dst = append(dst, codeKeys()[it.Reply.Code()]...)
	dst = strconv.AppendBool(append(dst, `,"multiline":`...), it.Reply.Multiline())
	separator := `,"text":[`
	for l := range it.Reply.Lines() {
		dst = render.AppendHTMLString(append(dst, separator...), it.Mask(l.Text()))
		separator = ","
	}
	dst = appendRaw(append(dst, ']'), it, it.Reply.Raw())
	before := len(dst)
	dst = append(dst, `,"payload":`...)
	empty := len(dst)
	if dst = p.payloads.appendPayload(dst, it); len(dst) == empty {
		dst = dst[:before]
	}
	separator = `,"deviations":[`
	for d := range (it.Reply.Deviations() &^ p.unproved).Each() {
		dst = appendDeviation(append(dst, separator...), placeOf(it, d))
		separator = ","
	}
	if separator == "," {
		dst = append(dst, ']')
	}
	return dst
}

// codeKeys returns the keys that follow from a reply code, for each code.
var codeKeys = sync.OnceValue(func() []string {
	keys := make([]string, 1000)
	for i := range keys {
		code := ftpreply.Code(i)
		info, _ := code.Info()
		b := appendInt(nil, `,"code":`, int64(i))
		for _, s := range [...][2]string{{"class", code.Class().String()}, {"group", code.Group().String()}, {"name", info.Name}} {
			if s[1] != "" {
				b = render.AppendString(append(append(append(b, `,"`...), s[0]...), `":`...), s[1])
			}
		}
		keys[i] = string(b)
	}
	return keys
})

// appendRaw appends the bytes, in base64, if they are not UTF-8, because the text is lossy then.
func appendRaw(dst []byte, it *control.Item, raw []byte) []byte {
	if utf8.Valid(raw) {
		return dst
	}
	dst = base64.StdEncoding.AppendEncode(append(dst, `,"raw":"`...), it.Mask(raw))
	return append(dst, '"')
}

// A deviation is a deviation of a reply, its first place, and if there are several the number of
// places.
type deviation struct {
	Name   string `parquet:"name,dict"`
	Offset int64  `parquet:"offset"`
	Line   int64  `parquet:"line"`
	Column int64  `parquet:"column"`
	Count  int64  `parquet:"count"`
}

func placeOf(it *control.Item, d ftpreply.Deviation) deviation {
	info, _ := d.Info()
	place := deviation{Name: info.Name, Offset: it.Offset, Line: it.Line, Column: 1}
	for from := range it.Reply.Find(d) {
		if place.Count == 0 {
			offset, line, column := it.Position(from)
			place.Offset, place.Line, place.Column = offset, line, int64(column)
		}
		place.Count++
	}
	return place
}

func appendDeviation(dst []byte, d deviation) []byte {
	dst = render.AppendString(append(dst, `{"name":`...), d.Name)
	dst = appendInt(dst, `,"offset":`, d.Offset)
	dst = appendInt(dst, `,"line":`, d.Line)
	dst = appendInt(dst, `,"column":`, d.Column)
	if d.Count > 1 {
		dst = appendInt(dst, `,"count":`, d.Count)
	}
	return append(dst, '}')
}

// maxErrorText is the number of bytes of an error that are shown.
const maxErrorText = 128

// An errorName is the name of the rule that reports an error, and a message.
type errorName struct{ name, message string }

var errorNames = map[error]*errorName{
	ftpreply.ErrNotReply: {"not-a-reply", "not an FTP reply"},
	ftpreply.ErrTooLong:  {"over-limit", "more bytes than the limit of a reply"},
	io.ErrUnexpectedEOF:  {"unterminated-reply", "the connection ends in a reply"},
}

// errorText returns the first bytes that the error of an item is about, without the secrets in
// them. It reports whether there are more.
func errorText(it *control.Item) (text []byte, cut bool) {
	return render.Head(it.Mask(it.Reply.Raw()[it.Err.Offset-it.Offset:]), maxErrorText)
}

// appendError appends the error and the first bytes that it is about. It reports whether there are
// more.
func appendError(dst []byte, it *control.Item) (_ []byte, cut bool) {
	text, cut := errorText(it)
	dst = append(render.AppendHTMLString(append(dst, `,"text":[`...), text), ']')
	dst = appendRaw(dst, it, text)
	e := errorNames[it.Err.Err]
	dst = render.AppendString(append(dst, `,"error":{"name":`...), e.name)
	dst = appendInt(dst, `,"offset":`, it.Err.Offset)
	dst = appendInt(dst, `,"line":`, it.Err.Line)
	dst = render.AppendString(append(dst, `,"message":`...), e.message)
	return append(dst, '}'), cut
}
