package input

import (
	"bytes"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
)

// maxLine is the number of bytes of a line that Lines returns.
const maxLine = 400

// Lines returns the lines of an item as render.Text, without their ends and with secrets
// masked, at most the first half of most and the last ones, and the number of lines that are
// left out between them. A bare LF that the framer has reported is shown as \n.
func Lines(it *control.Item, most int) (head, tail []string, left int) {
	text := bytes.TrimSuffix(bytes.TrimSuffix(it.Mask(it.Bytes()), []byte{'\n'}), []byte{'\r'})
	left = bytes.Count(text, []byte{'\n'}) + 1
	mixed := it.Kind == control.ReplyItem && it.Reply.Deviations().HasAny(ftpreply.BareLF|ftpreply.HiddenReply)
	cut := func(line []byte, last bool) string {
		end := ""
		if mixed && !last && !bytes.HasSuffix(line, []byte{'\r'}) {
			end = `\n`
		}
		return render.Cut(bytes.TrimSuffix(line, []byte{'\r'}), maxLine) + end
	}
	for left > 0 && (len(head) < (most+1)/2 || left <= most/2) {
		line, rest, _ := bytes.Cut(text, []byte{'\n'})
		head, text = append(head, cut(line, left == 1)), rest
		left--
	}
	for ; left > 0 && len(tail) < most/2; left-- {
		at := bytes.LastIndexByte(text, '\n')
		tail = append([]string{cut(text[at+1:], tail == nil)}, tail...)
		text = text[:max(at, 0)]
	}
	return head, tail, left
}
