package showcmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// A dialogue is the text of a connection that has not been written yet.
type dialogue struct {
	*shown
	causes  *control.Causes
	text    strings.Builder
	latest  int64 // number of the latest item that was shown
	visible bool  // the latest item was shown
	begun   bool  // a part of the connection has been written
}

// The number of lines of a reply that are shown.
const (
	mostLines        = 20
	mostLinesVerbose = 10_000
)

// item adds an item, if it is selected.
func (d *dialogue) item(it *control.Item) {
	d.visible = d.around.selects(it.Seq) && d.rec.Filter.Selects(it)
	if !d.visible {
		return
	}
	switch it.Kind {
	case control.CommandItem:
		d.lines(it, ">")
	case control.ReplyItem:
		if d.rec.Filter.IsSet() && it.Command != nil {
			// The command of a selected reply was shown only if it was selected too.
			d.line(it.Command.Time, 0, ">", render.Cut(it.Mask(it.Command.Line), mostCommand))
		}
		d.lines(it, "<")
	case control.ErrorItem:
		d.lines(it, "?")
		d.note(render.Message(it.Err.Err.Error()))
	case control.TLSItem:
		d.line(it.Time, it.Seq, "<", "TLS records, which cannot be read")
	case control.GapItem:
		d.note("bytes are missing here")
	}
}

// mostCommand is the number of bytes of a command that are shown with its reply.
const mostCommand = 200

func (d *dialogue) lines(it *control.Item, mark string) {
	most := mostLines
	if d.verbose {
		most = mostLinesVerbose
	}
	head, tail, left := input.Lines(it, most)
	if it.Kind == control.ReplyItem {
		switch it.Reply.Code().Class() {
		case ftpreply.TransientNegative, ftpreply.PermanentNegative:
			mark = d.Paint(render.Red, mark)
		}
	} else {
		mark = d.Paint(render.Cyan, mark)
	}
	d.line(it.Time, it.Seq, mark, head[0])
	for _, line := range head[1:] {
		d.line(time.Time{}, 0, mark, line)
	}
	if left > 0 {
		d.note(render.Count(int64(left), "line is", "lines are") + " left out")
	}
	for _, line := range tail {
		d.line(time.Time{}, 0, mark, line)
	}
	d.latest = it.Seq
}

// Widths of the columns of the time and the number.
const (
	timeWidth = len("12:03:07.251")
	seqWidth  = len("#1234")
)

func (d *dialogue) line(at time.Time, seq int64, mark, text string) {
	number := ""
	if seq > 0 {
		number = fmt.Sprintf("#%d", seq)
	}
	d.add(fmt.Sprintf("%*s  %-*s  %s %s\n", timeWidth, d.rec.TimeOfDay(at), seqWidth, number, mark, text))
}

// note adds a line that is not a part of the dialogue.
func (d *dialogue) note(text string) {
	d.add(fmt.Sprintf("%*s    %s\n", timeWidth+seqWidth+1, "", text))
}

func (d *dialogue) add(text string) {
	d.text.WriteString(text)
	d.size += len(text)
}

// find adds a finding about an item that was shown.
func (d *dialogue) find(f *lint.Diagnostic) {
	if !d.around.selects(f.Item.Seq) || !d.rec.Proves(f.Rule) || !d.config.Apply(f) || !d.rec.Filter.Selects(f.Item) ||
		f.Severity == lint.Info && !d.verbose {
		return
	}
	about := ""
	if f.Item.Seq != d.latest {
		about = fmt.Sprintf("#%d ", f.Item.Seq)
	}
	_, line, _ := f.Position()
	severity := d.Paint(colors[f.Severity], f.Severity.String())
	d.note(fmt.Sprintf("^ %s%s%s: %s  [%s]", d.rec.Prefix(f.Item.RecordAt(f.From), line), about, severity, render.Message(f.Message), f.Rule.Name))
}

var colors = [...]string{lint.Info: render.Cyan, lint.Warning: render.Yellow, lint.Error: render.Red}

// end adds the cause.
func (d *dialogue) end(cause control.Cause) {
	if d.around.seq != 0 || d.rec.Filter.IsSet() && d.text.Len() == 0 {
		return
	}
	text := d.rec.CauseText(&cause)
	if cause.Failed {
		text = d.Paint(render.Bold, text)
	}
	d.add(fmt.Sprintf("%*s  %-*s  = %s\n", timeWidth, "", seqWidth, "", text))
}

// write writes the text so far.
func (d *dialogue) write(c *input.Connection) {
	if d.text.Len() == 0 {
		return
	}
	out := d.rec.Out
	heading := strings.Join(input.ConnectionNames(c), "  ")
	if c.Continued || d.begun {
		heading += "  continued"
	}
	if at := d.rec.Time(c.Begun); at != "" && !strings.HasPrefix(at, "+") {
		heading += "  " + at
	}
	source := render.Message(d.rec.Source)
	if d.format == markdownFormat {
		// The fence is longer than any run of backticks in the text, so it cannot end early.
		fence := strings.Repeat("`", max(3, longestRun(source+d.text.String(), '`')+1))
		fmt.Fprintf(out, "%stext\n%s\n%s\n\n%s%s\n\n", fence, source, heading, d.text.String(), fence)
	} else {
		if !d.named {
			fmt.Fprintln(out, d.Paint(render.Bold, source))
			d.shown.named = true
		}
		fmt.Fprintf(out, "%s\n%s", heading, d.text.String())
	}
	d.size -= d.text.Len()
	d.text.Reset()
	d.begun = true
	out.Flush()
}

// longestRun returns the length of the longest run of a byte.
func longestRun(s string, b byte) (longest int) {
	run := 0
	for i := range len(s) {
		run++
		if s[i] != b {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
