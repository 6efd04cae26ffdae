package findings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// heading returns the first line about a finding.
func heading(p render.Pen, stream int, d *lint.Diagnostic) string {
	_, line, column := d.Position()
	side, places := "", ""
	if d.Item.FromClient() {
		side = "client:"
	}
	if d.Places > 1 {
		places = fmt.Sprintf(", in %d places", d.Places)
	}
	severity := p.Paint(severityColors[d.Severity], d.Severity.String())
	return fmt.Sprintf("%d:%s%d:%d #%d %s: %s%s  [%s]",
		stream, side, line, column, d.Item.Seq, severity, render.Message(d.Message), places, d.Rule.Name)
}

var severityColors = [...]string{lint.Info: render.Cyan, lint.Warning: render.Yellow, lint.Error: render.Red}

// body returns the lines below the heading: an excerpt, the command, and the programs concerned.
func body(p render.Pen, c *control.Conn, d *lint.Diagnostic) string {
	var b strings.Builder
	writeExcerpt(&b, p, d)
	if cmd := d.Item.Command; cmd != nil && !d.Item.FromClient() {
		text := render.Cut(d.Item.Mask(cmd.Line), maxCommandText)
		if cmd.Cut {
			text += cutMark
		}
		if !cmd.Time.IsZero() && !d.Item.Time.IsZero() {
			latency := d.Item.Time.Sub(cmd.Time).Round(time.Millisecond)
			text += fmt.Sprintf(" (%+.3fs)", latency.Seconds())
		}
		fmt.Fprintf(&b, "   command: %s\n", text)
	}
	var programs []string
	if breaks := strings.Join(ClientNames(d.Breaks()), ", "); breaks != "" {
		programs = append(programs, "breaks (measured): "+breaks)
	}
	if others := otherServers(d.Servers(), c.Stats.Software); others != "" && d.Rule.Group != lint.Codes { // whose note names them
		programs = append(programs, "also sent by: "+others)
	}
	if len(programs) > 0 {
		fmt.Fprintf(&b, "   %s\n", strings.Join(programs, "; "))
	}
	return b.String()
}

// cutMark is written where a line of an excerpt goes on.
const cutMark = "[...]"

func writeExcerpt(b *strings.Builder, p render.Pen, d *lint.Diagnostic) {
	e := d.Excerpt()
	width := len(fmt.Sprint(e.Line.Number + 1))
	for _, l := range []*control.ExcerptLine{e.Before, &e.Line, e.After} {
		if l == nil {
			continue
		}
		head, mark, tail := trimmed(l)
		before, marked, after := render.Text(head), render.Text(mark), render.Text(tail)
		if l.CutHead {
			before = cutMark + before
		}
		if l.CutTail {
			after += cutMark
		}
		fmt.Fprintf(b, "   %*d | %s%s%s\n", width, l.Number, before, marked, after)
		if l == &e.Line {
			carets := p.Paint(render.Red, strings.Repeat("^", max(1, render.Width(marked))))
			fmt.Fprintf(b, "   %*s | %*s%s %s (%s)\n", width, "", render.Width(before), "", carets, render.Message(d.Note), d.Rule.RFC)
		}
	}
}

// trimmed returns the parts of a line without the halves of characters where it was cut.
func trimmed(l *control.ExcerptLine) (head, mark, tail []byte) {
	parts := [...][]byte{l.Head, l.Mark, l.Tail}
	for i := 0; l.CutHead && i < len(parts); i++ {
		if len(parts[i]) > 0 {
			parts[i] = render.TrimStart(parts[i])
			break
		}
	}
	for i := len(parts) - 1; l.CutTail && i >= 0; i-- {
		if len(parts[i]) > 0 {
			parts[i] = render.TrimEnd(parts[i])
			break
		}
	}
	return parts[0], parts[1], parts[2]
}

// maxCommandText is the number of bytes of a command that are shown.
const maxCommandText = 100

// otherServers names the servers other than this one that send the same, without versions.
func otherServers(servers []string, this string) string {
	this, _, _ = strings.Cut(this, " ")
	var names []string
	for _, server := range servers {
		name := strings.TrimSpace(versionNumber.ReplaceAllString(server, ""))
		if !strings.EqualFold(name, this) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// versionNumber matches the text after the name of a server.
var versionNumber = regexp.MustCompile(` v?[0-9].*| \(.*`)
