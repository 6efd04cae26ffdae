package input

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/spf13/cobra"
)

// A filter selects items by code, verb and connection. An item must match one value of each kind
// that is given. The zero filter and nil select everything.
type filter struct {
	codes       []codePattern
	verbs       []string
	connections []int
}

func (f *filter) addTo(cmd *cobra.Command) {
	cmd.Flags().Func("code", "replies with these `codes`; x, y and z stand for any digit: 5yz,x50,226", f.addCodes)
	cmd.Flags().StringSliceVar(&f.verbs, "command", nil, "commands with these `verbs`, and the replies to them: RETR,STOR")
	cmd.Flags().IntSliceVar(&f.connections, "connection", nil, "connections with these `numbers`")
	cli.CompleteWith(cmd, "command", func() []string { return slices.Sorted(dialogue.Verbs()) })
}

// A codePattern is a reply code. The byte anyDigit matches any digit.
type codePattern [3]byte

const anyDigit = 'x'

// addCodes reads a list such as 550,5yz,x2z.
func (f *filter) addCodes(list string) error {
	for text := range strings.SplitSeq(list, ",") {
		var p codePattern
		if len(text) != len(p) {
			return fmt.Errorf("%q is not a code of three digits or letters, such as 550 or 5yz", text)
		}
		for i := range p {
			switch c := text[i]; {
			case '0' <= c && c <= '9':
				p[i] = c
			case 'x' <= c && c <= 'z', 'X' <= c && c <= 'Z':
				p[i] = anyDigit
			default:
				return fmt.Errorf("%q is not a code of digits, x, y and z, such as 550 or 5yz", text)
			}
		}
		f.codes = append(f.codes, p)
	}
	return nil
}

func (p codePattern) matches(c ftpreply.Code) bool {
	digits := [3]byte{byte('0' + c/100), byte('0' + c/10%10), byte('0' + c%10)}
	for i, want := range p {
		if want != anyDigit && want != digits[i] {
			return false
		}
	}
	return true
}

// IsSet reports whether the filter selects by code or verb.
func (f *filter) IsSet() bool { return f != nil && (f.codes != nil || f.verbs != nil) }

// wants reports whether the filter selects the connection of that number.
func (f *filter) wants(connection int) bool {
	return len(f.connections) == 0 || slices.Contains(f.connections, connection)
}

// Selects reports whether the filter selects an item by its code and verb.
func (f *filter) Selects(it *control.Item) bool {
	if !f.IsSet() {
		return true
	}
	if f.codes != nil && (it.Kind != control.ReplyItem ||
		!slices.ContainsFunc(f.codes, func(p codePattern) bool { return p.matches(it.Reply.Code()) })) {
		return false
	}
	return f.verbs == nil || it.Command != nil &&
		slices.ContainsFunc(f.verbs, func(verb string) bool { return strings.EqualFold(verb, it.Command.Verb()) })
}

// String returns the filter as flags, for the header of the output.
func (f *filter) String() string {
	if f == nil {
		return ""
	}
	var parts []string
	for _, p := range f.codes {
		parts = append(parts, "--code "+string(p[:]))
	}
	for _, v := range f.verbs {
		parts = append(parts, "--command "+v)
	}
	for _, n := range f.connections {
		parts = append(parts, fmt.Sprintf("--connection %d", n))
	}
	return strings.Join(parts, " ")
}
