package findings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/lint"
)

// Heading is the first line about a finding.
func Heading(t render.Pen, stream int, d *lint.Diagnostic) string {
	_, line, column := d.Position()
	places := ""
	if d.Places > 1 {
		places = fmt.Sprintf(", in %d places", d.Places)
	}
	severity := t.Paint(severityColors[d.Severity], d.Severity.String())
	side := ""
	if d.Item.Kind == lint.CommandItem {
		side = "client:"
	}
	return fmt.Sprintf("%d:%s%d:%d #%d %s: %s%s  [%s]",
		stream, side, line, column, d.Item.Seq, severity, d.Message, places, d.Rule.Name)
}

// Body is what stands below the heading.
func Body(t render.Pen, c *lint.Conn, d *lint.Diagnostic) string {
	var b strings.Builder
	excerpt(&b, t, d)
	if cmd := d.Item.Command; cmd != nil && d.Item.Kind != lint.CommandItem {
		fmt.Fprintf(&b, "   command: %s%s\n", commandText(c, cmd), latency(cmd, d.Item))
	}
	var whom []string
	if breaks := strings.Join(ClientNames(d.Breaks()), ", "); breaks != "" {
		whom = append(whom, "breaks (measured): "+breaks)
	}
	if others := otherServers(d.Rule, c.Stats.Software); others != "" {
		whom = append(whom, "also sent by: "+others)
	}
	if len(whom) > 0 {
		fmt.Fprintf(&b, "   %s\n", strings.Join(whom, "; "))
	}
	return b.String()
}

func excerpt(b *strings.Builder, t render.Pen, d *lint.Diagnostic) {
	e := d.Excerpt()
	width := len(fmt.Sprint(e.Line.Number + 1))
	if e.Before != nil {
		excerptLine(b, width, e.Before)
	}
	indent, marked := excerptLine(b, width, &e.Line)
	fmt.Fprintf(b, "   %*s | %s%s %s (%s)\n", width, "", strings.Repeat(" ", indent),
		t.Paint(render.Red, strings.Repeat("^", max(1, marked))), d.Note, d.Rule.RFC)
	if e.After != nil {
		excerptLine(b, width, e.After)
	}
}

// excerptLine writes a line, and returns where the marked part is in it.
func excerptLine(b *strings.Builder, width int, l *lint.ExcerptLine) (indent, marked int) {
	head, mark, tail := render.Quote(l.Head), render.Quote(l.Mark), render.Quote(l.Tail)
	if l.CutHead {
		head = "..." + head
	}
	if l.CutTail {
		tail += "..."
	}
	fmt.Fprintf(b, "   %*d | %s%s%s\n", width, l.Number, head, mark, tail)
	return utf8.RuneCountInString(head), utf8.RuneCountInString(mark)
}

// maxCommandText is how many bytes of a command are shown.
const maxCommandText = 100

func commandText(c *lint.Conn, cmd *lint.Command) string {
	text := render.Quote(render.MaskedHead(c, cmd.Line, maxCommandText))
	if cmd.Cut || len(cmd.Line) > maxCommandText {
		text += "..."
	}
	return text
}

// latency is the time from the command to the end of the reply.
func latency(cmd *lint.Command, it *lint.Item) string {
	if cmd.Time.IsZero() || it.Time.IsZero() {
		return ""
	}
	return fmt.Sprintf(" (%+.3fs)", it.Time.Sub(cmd.Time).Round(time.Millisecond).Seconds())
}

// otherServers names the servers that do the same, without their versions.
func otherServers(r *lint.Rule, this string) string {
	this, _, _ = strings.Cut(this, " ")
	var names []string
	for _, server := range r.Servers {
		name := strings.TrimSpace(versionNumber.ReplaceAllString(server, ""))
		if !strings.EqualFold(name, this) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// versionNumber is what stands behind the name of a server.
var versionNumber = regexp.MustCompile(` v?[0-9].*| \(.*`)

var severityColors = [...]string{lint.Info: render.Cyan, lint.Warning: render.Yellow, lint.Error: render.Red}
