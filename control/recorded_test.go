package control

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

var captures = flag.String("captures", "", "a `directory` of more recorded sessions: server/session/exchange.ndjson")

// A move is one event of a session: a command, a reply, or something else.
type move struct {
	kind   byte // C, S, ? (a line that is not a reply), G (a gap), H (the client hangs up), F (a flush)
	line   string
	joined bool // in one segment with the command before
	code   ftpreply.Code

	answers *move // of a reply in an undisturbed session
	fault   bool  // injected
}

func (m *move) pace() pace {
	if m.joined {
		return joined
	}
	return soon
}

func (m *move) String() string {
	if m.kind == 'S' {
		return fmt.Sprintf("S %d %s", m.code, m.line)
	}
	return string(m.kind) + " " + m.line
}

// A judged is the outcome for one move.
type judged struct {
	*move
	Verdict
	command *move
	missed  []*move
}

// blamed reports whether something is wrong with the move.
func (j *judged) blamed() bool {
	return j.kind == 'S' && (j.Standing == dialogue.Wrong ||
		j.Reason == dialogue.Unsolicited || j.Reason == dialogue.SecondPreliminary)
}

// play pairs a session.
func play(session []*move) (all []judged, pending []*move, p *hindsight) {
	p = new(hindsight)
	commands := map[int64]*move{}
	p.line = func(number int64) []byte {
		if m := commands[number]; m != nil {
			return []byte(m.line)
		}
		return nil
	}
	next := func() {
		for p.Next() {
			j := judged{move: session[len(all)], Verdict: p.verdict}
			if j.kind == 'S' {
				j.command = commands[j.Command]
			}
			for _, m := range p.missed {
				j.missed = append(j.missed, commands[m.Command])
			}
			all = append(all, j)
		}
	}
	for _, m := range session {
		switch m.kind {
		case 'C':
			verb, argument, _ := strings.Cut(m.line, " ")
			commands[p.Command(dialogue.Lookup(verb, argument), m.pace())] = m
		case 'S':
			p.Reply(m.code, []byte(m.line+"\r\n"))
		case '?':
			p.Garbled()
		case 'G':
			p.Gap()
			p.Other()
		case 'H':
			p.HangUp()
			p.Other()
		case 'F':
			p.Flush()
			p.Other()
		}
		next()
	}
	p.End()
	next()
	for i := range p.live[0].waiting {
		pending = append(pending, commands[p.live[0].waiting[i].number])
	}
	return all, pending, p
}

// sessions reads the sessions of a recording, one for each connection.
func sessions(t testing.TB, file string) (all [][]*move) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	type conn struct {
		moves  []*move
		framer ftpreply.Framer
		window []byte
		line   []byte
		broken bool
	}
	conns := map[int]*conn{}
	var order []int
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var rec struct {
			Conn  int    `json:"conn"`
			Dir   string `json:"dir"`
			Bytes []byte `json:"bytes"`
		}
		if err := json.Unmarshal(lines.Bytes(), &rec); err != nil {
			t.Fatal(err)
		}
		c := conns[rec.Conn]
		if c == nil {
			c = new(conn)
			conns[rec.Conn] = c
			order = append(order, rec.Conn)
		}
		switch {
		case rec.Dir == "S":
			c.window = append(c.window, rec.Bytes...)
			n := c.framer.Each(c.window, false, func(r ftpreply.Reply, err error) bool {
				if err != nil {
					c.broken = true
					return true
				}
				raw := r.Raw()
				text, _, _ := bytes.Cut(raw[min(4, len(raw)):], []byte("\r\n"))
				c.moves = append(c.moves, &move{kind: 'S', code: r.Code(), line: string(text)})
				return true
			})
			c.window = append(c.window[:0], c.window[n:]...)
		default:
			for joined := false; ; joined = true {
				line, rest, ok := bytes.Cut(append(c.line, rec.Bytes...), []byte("\n"))
				if c.line = nil; !ok {
					c.line = line
					break
				}
				rec.Bytes = rest
				line = bytes.TrimLeft(bytes.TrimRight(line, "\r"), "\xff\xf4\xf2\x00")
				if len(line) > 0 {
					c.moves = append(c.moves, &move{kind: 'C', line: string(line), joined: joined})
				}
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for _, id := range order {
		if c := conns[id]; !c.broken {
			all = append(all, c.moves)
		}
	}
	return all
}

// cleanSessions returns the recorded sessions in which nothing is wrong.
func cleanSessions(t testing.TB) (all [][]*move) {
	files, err := filepath.Glob("testdata/sessions/*.ndjson")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, dir := range []string{"../testdata/captures", *captures} {
		more, _ := filepath.Glob(filepath.Join(dir, "*", "*", "exchange.ndjson"))
		files = append(files, more...)
	}
	for _, file := range files {
		for _, s := range sessions(t, file) {
			if len(s) < 6 || s[0].kind != 'S' || s[0].code != 220 {
				continue
			}
			got, pending, _ := play(s)
			clean := len(pending) == 0
			for i := range got {
				j := &got[i]
				clean = clean && !j.blamed() && len(j.missed) == 0
				if j.kind == 'S' {
					j.answers = j.command
				}
			}
			if clean {
				all = append(all, s)
			}
		}
	}
	return all
}
