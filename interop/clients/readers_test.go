package clients

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/readers"
)

// A prediction is the class of an outcome, as far as the reader model decides it.
type prediction struct {
	class string   // "ok" for a client that takes one reply from each part
	codes []string // of the replies that the client takes, one for each part
	extra []string // of the replies that it takes from the last of these parts besides
}

// predict plays the parts of a script to a model, and then answers its next commands. The
// client sends a command, and gets the next part, when it has taken a reply.
func predict(m *readers.Model, s *session) (p prediction) {
	r := m.NewReader()
	if s.place == asReply {
		for range r.Write([]byte(cleanGreeting)) {
		}
	}
	parts := s.script.parts
	if !s.script.eof {
		next := [][]byte{[]byte("200 nothing\r\n")}
		parts = append(slices.Clone(parts), next, next)
	}
	for i, part := range parts {
		var taken []string
		take := func(reply readers.Reply) {
			code := reply.Code
			if reply.Class > 9 {
				code = 999 // not a code: its class is undefined
			}
			taken = append(taken, fmt.Sprintf("%03d", code))
		}
		for _, segment := range part {
			before := len(taken)
			for reply := range r.Write(segment) {
				if !m.DropsUnasked || len(taken) == before {
					take(reply)
				}
			}
		}
		atEOF := s.script.eof && i == len(parts)-1
		if atEOF {
			if reply, ok := r.End(); ok {
				take(reply)
			}
		}
		if i < len(s.script.parts) && len(taken) > 0 {
			p.codes, p.extra = append(p.codes, taken[0]), taken[1:]
		}
		answered := i >= len(s.script.parts)-1 // the next command is not answered at once
		switch {
		case r.State() == readers.Crashed:
			p.class = "raises"
		case len(taken) > 1, answered && len(taken) == 1 && r.State() == readers.Failed:
			p.class = "desynchronizes"
		case r.State() == readers.Failed || atEOF && len(taken) == 0:
			p.class = "fails"
		case len(taken) == 0:
			p.class = "waits"
		default:
			continue
		}
		return p
	}
	p.class = "ok"
	return p
}

// class is the first words of an outcome.
func class(outcome string) string {
	name, _, _ := strings.Cut(outcome, ":")
	name, _, _ = strings.Cut(name, " Unicode")
	return name
}

// TestModels compares the models of package readers with the recorded matrix. A model that
// takes other codes than the vector has predicts the outcome of the clean session with these
// codes, if that is recorded.
func TestModels(t *testing.T) {
	m, err := readMatrix()
	if err != nil {
		t.Fatal(err)
	}
	const least = 0.99
	all, right := 0, 0
	for model := range readers.All() {
		t.Run(model.Name, func(t *testing.T) {
			if !slices.Contains(m.clients, model.Name) {
				t.Fatalf("no client %s in the matrix", model.Name)
			}
			cells, hits := 0, 0
			for _, row := range sessions() {
				if row.vector == noVector {
					continue
				}
				recorded := m.cells[row.cell(model.Name)]
				p := predict(model, row)
				lookup := func(codes []string) string {
					clean := strings.Join(codes, " ")
					if strings.HasSuffix(row.clean, closed) {
						clean += " " + closed
					}
					return class(m.cells[cell{row.place, noVector, clean, model.Name}])
				}
				want := p.class
				if len(p.codes) > 0 && want != "raises" {
					first, all := lookup(p.codes), lookup(slices.Concat(p.codes, p.extra))
					switch {
					case all == "no password":
						want = all // it skips the password before it reads on
					case first == "" && want == "ok", all == "" && want == "desynchronizes":
						continue // no such session was recorded
					case first != "" && first != "ok" && first != "detour", want == "ok":
						want = first
					}
				}
				cells++
				if want == class(recorded) {
					hits++
					continue
				}
				t.Logf("%s: predicted %q with %q, recorded %q", row, want, p.codes, recorded)
			}
			t.Logf("%d of %d cells predicted", hits, cells)
			all, right = all+cells, right+hits
		})
	}
	if share := float64(right) / float64(all); share < least {
		t.Errorf("%d of %d cells predicted: %.3f, want at least %.2f", right, all, share, least)
	}
}
