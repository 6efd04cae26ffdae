package input

import (
	"strings"

	"github.com/ftpreply/ftpreply/recording"
)

// Formats returns the formats that can be read.
var Formats = recording.Formats

func FormatList() (names []string) {
	for f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

func FormatNames() string { return strings.Join(FormatList(), ", ") }
