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

// notAligned replaces the rule for a connection at whose end a client that takes the next
// final reply for each command has desynchronized.
const notAligned = "(not aligned)"

// A judge collects the findings of one session.
type judge struct {
	session string
	mu      sync.Mutex
	found   map[finding]int
	noReply map[finding]bool // findings about bytes outside replies

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

// longest is the number of bytes of a verb to write.
const longest = 20

// changing matches text that changes from run to run: numbers, and the names that pure-ftpd
// makes for STOU.
var changing = regexp.MustCompile(`[0-9]+|pureftpd\.[0-9a-f.]+`)

// masked returns a line as text, with changing text masked.
func masked(l control.ExcerptLine) string {
	line := string(l.Head) + string(l.Mark) + string(l.Tail)
	return fmt.Sprintf("%q", changing.ReplaceAllString(line, "#"))
}

// end collects the findings at the end of a connection.
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
