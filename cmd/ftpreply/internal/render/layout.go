package render

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// Table writes a heading and rows, if there are any.
func Table(out io.Writer, heading string, rows func(io.Writer)) {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, heading)
	rows(w)
	w.Flush()
	if strings.Count(text.String(), "\n") == 1 {
		return
	}
	fmt.Fprintln(out)
	for line := range strings.Lines(text.String()) {
		fmt.Fprintln(out, strings.TrimRight(line, " \n"))
	}
}

// Field prints a label and a value, unless that is empty.
func Field(w io.Writer, label, value string) {
	if value != "" {
		FieldAlways(w, label, value)
	}
}

func FieldAlways(w io.Writer, label, value string) {
	const indent = "            "
	lines := strings.ReplaceAll(wrapAt(value, 66), "\n", "\n"+indent)
	fmt.Fprintf(w, "%-12s%s\n", label, lines)
}

func Wrap(text string) string { return wrapAt(text, 78) }

// wrapAt breaks text into lines of at most n characters.
func wrapAt(text string, n int) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case column == 0:
		case column+1+length > n:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String()
}
