//go:build unix

package servers

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// A finding is a line of a golden file.
type finding struct {
	session, rule, verb, code string
	text                      string // the line that it is in, digits masked, quoted
}

// notAligned is written in the place of a rule for a connection at whose end a user-PI
// that gives each command the next final reply would be out of step.
const notAligned = "(not aligned)"

// A judge collects what is found in one session.
type judge struct {
	session string
	mu      sync.Mutex
	found   map[finding]int
	noReply map[finding]bool // those that are about bytes that are no reply

	connections, commands, replies int
}

func newJudge(session string) *judge {
	return &judge{session: session, found: map[finding]int{}, noReply: map[finding]bool{}}
}

func (j *judge) report(d *lint.Diagnostic) {
	j.mu.Lock()
	defer j.mu.Unlock()
	verb := d.Verb()
	verb = strings.Trim(strconv.Quote(verb[:min(longest, len(verb))]), `"`)
	f := finding{j.session, d.Rule.Name, verb, "000", masked(d.Excerpt().Line)}
	if d.Item.Kind == control.ReplyItem {
		f.code = d.Item.Reply.Code().String()
	}
	j.found[f] += d.Places
	if d.Item.Kind == control.ErrorItem {
		j.noReply[f] = true
	}
}

// longest is how much of a verb is written.
const longest = 20

// changing is what changes from run to run: numbers, and the names that pure-ftpd makes
// for STOU.
var changing = regexp.MustCompile(`[0-9]+|pureftpd\.[0-9a-f.]+`)

// masked is a line as text, without what changes from run to run.
func masked(l control.ExcerptLine) string {
	line := string(l.Head) + string(l.Mark) + string(l.Tail)
	return fmt.Sprintf("%q", changing.ReplaceAllString(line, "#"))
}

// end takes what is known of a connection that has ended.
func (j *judge) end(c *control.Conn) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.connections++
	j.commands += int(c.Stats.Commands)
	j.replies += int(c.Stats.Replies)
	if c.Stats.Commands > 0 && !c.Stats.Aligned {
		j.found[finding{session: j.session, rule: notAligned, text: `""`}]++
	}
}
