package cases

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/ftpserver"
	"github.com/ftpreply/ftpreply/replytest"
)

// A place is a reply of a session that a vector replaces.
type place struct {
	name  string
	at    string
	final bool
	code  string // the code that the client expects there
	text  string // the text that the client needs after the code
}

var places = []place{
	{"greeting", "", false, "220", ""},
	{"login", "PASS", false, "230", ""},
	{"pwd", "PWD", false, "257", `"/" `},
	{"feat", "FEAT", false, "211", ""},
	{"transfer", "RETR", false, "150", ""},
	{"transfer-end", "RETR", true, "226", ""},
}

// maxFraming bounds the vectors: longer ones are cases of the group limits.
const maxFraming = 100_000

// framing returns a case for each vector at each place. A vector is cut after its first reply,
// because the next bytes answer the client's next command. Vectors without a whole reply test
// that a client does not take the incomplete one.
func framing() (all []*Case) {
	for _, v := range replytest.Vectors() {
		outcomes := v.Want[replytest.Default]
		if len(outcomes) == 0 || len(v.Input()) > maxFraming {
			continue
		}
		first := outcomes[0]
		end := len(v.Input())
		switch {
		case first.Kind == replytest.KindReply && first.Code/100 == 2:
			if len(outcomes) > 1 {
				end = int(first.Offset) + len(first.Raw)
			}
		case (first.Kind == replytest.KindOpen || first.Kind == replytest.KindEOF) && len(outcomes) == 1:
		default:
			continue
		}
		for _, p := range places {
			if code := fmt.Sprintf("%03d", first.Code); p.code != code && bytes.Contains(v.Input(), []byte(p.code)) {
				continue // the code of the place would end the reply elsewhere
			}
			all = append(all, framingCase(v, first, end, p))
		}
	}
	return all
}

func framingCase(v *replytest.Vector, first replytest.Outcome, end int, p place) *Case {
	c := &Case{Name: "framing/" + v.Name + "/" + p.name, RFC: "RFC 959, section 4.2", Severity: Error}
	change := ftpserver.Change{At: p.at, Final: p.final, Hold: true}
	for i, piece := range pieces(v, first, end, p) {
		change.Send = append(change.Send, ftpserver.Part{Text: piece, Pause: i > 0})
	}
	whole := first.Kind == replytest.KindReply
	c.Want = Either
	if whole && mustRead(v, first) {
		c.Want = Succeed
	}
	c.Summary = "The reply is unusual."
	if !whole {
		c.Summary = "The reply is incomplete, and the server is silent."
		c.Silent, c.Partial = true, true
		change.Hold = false
		change.Then = ftpserver.Silence
		if v.EOF {
			c.Summary = "The reply is incomplete, and the server closes the connection."
			c.Silent = false
			change.Then = ftpserver.Close
		}
	}
	c.Never = "takes a part of the text for a reply"
	if departures := v.Departures(); len(departures) > 0 {
		var effects, sources []string
		for _, d := range departures {
			effects = append(effects, d.Effect)
			if !slices.Contains(sources, d.Source) {
				sources = append(sources, d.Source)
			}
		}
		c.Summary, c.RFC = strings.Join(effects, " "), strings.Join(sources, "; ")
	}
	c.Script.Changes = []ftpserver.Change{change}
	return c
}

// pieces returns the first bytes of a vector, up to end, in its segments, with the code and the
// text of the place. A segment may end inside a code.
func pieces(v *replytest.Vector, first replytest.Outcome, end int, p place) (all []string) {
	input := v.Input()[:end]
	if first.Code != 0 {
		input = bytes.ReplaceAll(input, fmt.Appendf(nil, "%03d", first.Code), []byte(p.code)) // as long as before
	}
	offset := 0
	for _, segment := range v.Segments {
		var piece strings.Builder
		for range min(len(segment), end-offset) {
			piece.WriteByte(input[offset])
			offset++
			if head := input[max(0, offset-4):offset]; string(head) == p.code+" " || string(head) == p.code+"-" {
				piece.WriteString(p.text)
			}
		}
		if piece.Len() > 0 {
			all = append(all, piece.String())
		}
	}
	return all
}

// mustRead reports whether the RFCs require a client to read the first reply of a vector.
func mustRead(v *replytest.Vector, first replytest.Outcome) bool {
	w := replytest.Vector{Want: map[replytest.Setting][]replytest.Outcome{replytest.Default: {first}}}
	return w.Must()
}
