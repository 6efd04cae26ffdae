package lint_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

var (
	captures  = flag.String("captures", "", "a `directory` of more recorded sessions: server/session/exchange.ndjson")
	mutations = flag.Int("mutations", 600, "how many recordings TestGapsAddNothing disturbs")
)

// A segment is what one side sent at a time.
type segment struct {
	server bool
	bytes  []byte
	gap    bool // bytes are missing behind it
	at     time.Time
}

// recordings reads the connections of recorded sessions.
func recordings(t *testing.T) (all [][]segment, names []string) {
	files, _ := filepath.Glob("../control/testdata/sessions/*.ndjson")
	for _, dir := range []string{"../testdata/captures", *captures} {
		more, _ := filepath.Glob(filepath.Join(dir, "*", "*", "exchange.ndjson"))
		files = append(files, more...)
	}
	if len(files) == 0 {
		t.Fatal("there are no recordings")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		conns := map[int][]segment{}
		var order []int
		for line := range bytes.Lines(text) {
			var rec struct {
				T     float64 `json:"t"`
				Conn  int     `json:"conn"`
				Dir   string  `json:"dir"`
				TLS   bool    `json:"tls"`
				Bytes []byte  `json:"bytes"`
			}
			if err := json.Unmarshal(line, &rec); err != nil {
				t.Fatal(file, err)
			}
			if conns[rec.Conn] == nil {
				order = append(order, rec.Conn)
			}
			at := time.Unix(0, int64(rec.T*1e9))
			conns[rec.Conn] = append(conns[rec.Conn], segment{server: rec.Dir == "S", bytes: rec.Bytes, at: at})
		}
		for _, n := range order {
			all = append(all, conns[n])
			names = append(names, fmt.Sprintf("%s, connection %d", file, n))
		}
	}
	return all, names
}

// onceEach has the rules that report the first of many places. If that is lost, they report
// another.
var onceEach = map[string]bool{"tls-refused": true, "bounce-accepted": true, "protocol-confusion": true}

// graver returns the warnings and errors of a recording: each rule with the time of the
// item, which does not depend on bytes that are missing before it.
func graver(segments []segment, how control.Ending) map[string]bool {
	found := map[string]bool{}
	l := lint.Linter{Report: func(d *lint.Diagnostic) {
		if d.Severity >= lint.Warning {
			at := d.Item.Time.UnixNano()
			if onceEach[d.Rule.Name] {
				at = 0
			}
			found[fmt.Sprintf("%s %v %d", d.Rule.Name, d.Item.FromClient(), at)] = true
		}
	}}
	c := control.Conn{Handle: l.Item}
	for _, s := range segments {
		if s.server {
			c.Server(s.bytes, s.at)
		} else {
			c.Client(s.bytes, s.at)
		}
		if s.gap {
			c.Gap()
		}
	}
	c.Close(how)
	return found
}

// A disturbance loses a part of a recording.
type disturbance struct {
	name  string
	apply func(r *rand.Rand, s []segment) ([]segment, control.Ending)
}

var disturbances = []disturbance{
	{"segments are lost", func(r *rand.Rand, s []segment) ([]segment, control.Ending) {
		for range 1 + r.IntN(3) {
			i := r.IntN(len(s))
			s[i].bytes, s[i].gap = nil, true
		}
		return s, control.RecordingEnds
	}},
	{"one side loses a stretch", func(r *rand.Rand, s []segment) ([]segment, control.Ending) {
		from, side := r.IntN(len(s)), r.IntN(2) == 0
		for i := from; i < min(len(s), from+1+r.IntN(12)); i++ {
			if s[i].server == side {
				s[i].bytes, s[i].gap = nil, true
			}
		}
		return s, control.RecordingEnds
	}},
	{"a snap length", func(r *rand.Rand, s []segment) ([]segment, control.Ending) {
		most := 4 + r.IntN(60)
		for i := range s {
			if len(s[i].bytes) > most {
				s[i].bytes, s[i].gap = s[i].bytes[:most], true
			}
		}
		return s, control.RecordingEnds
	}},
	{"the beginning is cut", func(r *rand.Rand, s []segment) ([]segment, control.Ending) {
		n := r.IntN(len(s))
		s = s[n:]
		if n > 0 {
			s = append([]segment{{gap: true}}, s...)
		}
		return s, control.RecordingEnds
	}},
	{"the end is cut", func(r *rand.Rand, s []segment) ([]segment, control.Ending) {
		return s[:1+r.IntN(len(s))], control.ConnectionLasts
	}},
	{"an excerpt of the replies and commands", func(r *rand.Rand, s []segment) ([]segment, control.Ending) {
		from := r.IntN(len(s))
		for from > 0 && !beginsReply(s[from:]) {
			from--
		}
		return s[from : from+1+r.IntN(len(s)-from)], control.ConnectionLasts
	}},
}

// beginsReply reports whether the first bytes of the server begin a reply.
func beginsReply(s []segment) bool {
	i := slices.IndexFunc(s, func(s segment) bool { return s.server })
	return i < 0 || codeAndSeparator.Match(s[i].bytes)
}

var codeAndSeparator = regexp.MustCompile(`^[1-5][0-9][0-9][ -]`)

// Whatever a recording loses, nothing is found in the rest that the whole does not have.
func TestGapsAddNothing(t *testing.T) {
	all, names := recordings(t)
	r := rand.New(rand.NewPCG(5, 6))
	whole := make([]map[string]bool, len(all))
	violations := 0
	for n := range *mutations {
		i := r.IntN(len(all))
		if whole[i] == nil {
			whole[i] = graver(all[i], control.RecordingEnds)
		}
		d := disturbances[n%len(disturbances)]
		segments, how := d.apply(r, append([]segment(nil), all[i]...))
		for key := range graver(segments, how) {
			if !whole[i][key] {
				violations++
				if violations <= 20 {
					t.Errorf("%s: %s: %s", names[i], d.name, key)
				}
			}
		}
	}
	t.Logf("%d disturbed recordings, %d findings that the whole does not have", *mutations, violations)
}
