package lint

import (
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
)

// A Diagnostic is one finding: a rule, and a place in an Item. It is valid until the Report
// that receives it returns, and so is its Item.
type Diagnostic struct {
	Rule     *Rule
	Severity Severity
	Message  string // one line, without bytes of the peers
	Item     *control.Item

	From, To int    // the place in Item.Bytes
	Places   int    // the number of such places in the Item, at least 1
	Note     string // a few words about the place

	sign ftpreply.Deviation // the deviation; 0 if the rule has a judge
}

// Breaks returns the clients that always fail on this deviation when measured.
func (d *Diagnostic) Breaks() (list []Client) {
	of := d.Rule.Name
	if d.sign != 0 {
		of = d.sign.String()
	}
	for _, c := range clients {
		if c.of == of && c.When == "" {
			list = append(list, c)
		}
	}
	return list
}

// Servers returns the servers that were seen to send exactly this: this code to this command,
// or this deviation. Most are in [Rule.Servers], which also has servers that break the rule in
// another way.
func (d *Diagnostic) Servers() (list []string) {
	if d.Rule == codeInTheWild {
		if seen := d.Item.Verdict.Servers(); seen != "" {
			list = strings.Split(seen, ", ")
		}
		return list
	}
	// A rule of these groups, or one with several signs, stands for several deviations.
	one := d.Rule.Group != Codes && d.Rule.Group != InDialogue && d.Rule.Group != InPayload && len(d.Rule.signs) < 2
	for _, server := range d.Rule.Servers {
		name, when, _ := strings.Cut(server, " (")
		if when == "" && one || when != "" && d.fits(strings.TrimSuffix(when, ")")) {
			list = append(list, name)
		}
	}
	return list
}

// fits reports whether a condition, such as "FEAT, STAT" or "501 to TYPE", holds: each
// alternative consists of the code and the verb of the finding, or of one of them.
func (d *Diagnostic) fits(when string) bool {
	for alternative := range strings.SplitSeq(when, ", ") {
		words := slices.DeleteFunc(strings.Fields(alternative), func(word string) bool {
			return word == "to" || word == d.Verb() || word == d.Item.Reply.Code().String()
		})
		if len(words) == 0 {
			return true
		}
	}
	return false
}

// Position returns the place of From in the stream of the side that sent the Item.
func (d *Diagnostic) Position() (offset, line int64, column int) {
	return d.Item.Position(d.From)
}

// Excerpt shows the place, without secrets.
func (d *Diagnostic) Excerpt() control.Excerpt { return d.Item.Excerpt(d.From, d.To) }
