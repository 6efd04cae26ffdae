package lint

import (
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

// Position returns the place of From in the stream of the side that sent the Item.
func (d *Diagnostic) Position() (offset, line int64, column int) {
	return d.Item.Position(d.From)
}

// Excerpt shows the place, without secrets.
func (d *Diagnostic) Excerpt() control.Excerpt { return d.Item.Excerpt(d.From, d.To) }
