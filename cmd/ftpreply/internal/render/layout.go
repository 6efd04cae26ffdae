package render

import (
	"fmt"
	"io"
	"strings"
)

// Table writes rows of cells in aligned columns, the first row as the heading. It writes
// nothing if the heading is the only row.
func Table(out io.Writer, rows [][]string) {
	if len(rows) < 2 {
		return
	}
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Width(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell + strings.Repeat(" ", widths[i]-Width(cell)+2))
		}
		fmt.Fprintln(out, strings.TrimRight(line.String(), " "))
	}
}

// Field writes a label and a value. It writes nothing if the value is empty.
func Field(w io.Writer, label, value string) {
	const indent = "            "
	if value != "" {
		fmt.Fprintf(w, "%-*s%s\n", len(indent), label, strings.ReplaceAll(wrapAt(value, 66), "\n", "\n"+indent))
	}
}

// Wrap breaks text into lines of at most 78 columns.
func Wrap(text string) string { return wrapAt(text, 78) }

func wrapAt(text string, columns int) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		width := Width(word)
		switch {
		case column == 0:
		case column+1+width > columns:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += width
	}
	return b.String()
}

// Count returns a number with the right form of a noun.
func Count[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Further returns a number and a noun for the end of a list, or nothing for 0.
func Further[N int | int64](n N, noun string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, noun)
}
