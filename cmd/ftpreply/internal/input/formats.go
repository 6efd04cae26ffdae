package input

import (
	"strings"

	"github.com/ftpreply/ftpreply/recording"
)

// Formats returns the formats that can be read.
var Formats = recording.Formats

// FormatList returns the names of the formats.
func FormatList() (names []string) {
	for f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// FormatNames returns the names of the formats, separated by commas.
func FormatNames() string { return strings.Join(FormatList(), ", ") }
