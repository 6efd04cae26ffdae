package input

import (
	"bufio"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/transcript"
)

// Formats lists all that can be read.
func Formats() iter.Seq[*transcript.Format] {
	return func(yield func(*transcript.Format) bool) {
		for f := range transcript.Formats() {
			if !yield(f) {
				return
			}
		}
		yield(&pcapFormat)
	}
}

// openEvents recognises the format of what is read, or takes the one of that name. The
// ports are those of servers, for a packet capture.
func openEvents(source *bufio.Reader, from string, ports []uint16) (eventReader, *transcript.Format, error) {
	head, err := peekMagic(source)
	if err != nil {
		return nil, nil, err
	}
	if from == pcapFormat.Name || from == "" && isPcap(head) {
		p, err := openPcap(source, ports...)
		return p, &pcapFormat, err
	}
	if from != "" && !slices.Contains(FormatList(), from) {
		return nil, nil, fmt.Errorf("%w: there is no %q, only %s", transcript.ErrFormat, from, FormatNames())
	}
	t, err := transcript.Open(source, from)
	if err != nil {
		return nil, nil, err
	}
	return t, t.Format, nil
}

func FormatList() (names []string) {
	for f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

func FormatNames() string { return strings.Join(FormatList(), ", ") }
