//go:build unix

package servers

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the findings to testdata/SERVER.tsv, for review")

// A golden holds the reviewed findings in a version of a server.
type golden struct {
	version string
	lines   map[finding]line
}

type line struct {
	count    int
	reviewed string // why the finding is correct
}

const goldenHead = "session\trule\tverb\tcode\ttext\tcount\treviewed"

// unreviewed marks a finding without a review.
const unreviewed = "unreviewed"

func goldenFile(srv *server) string { return filepath.Join("testdata", srv.name+".tsv") }

func readGolden(t *testing.T, srv *server) golden {
	t.Helper()
	g := golden{lines: map[finding]line{}}
	text, err := os.ReadFile(goldenFile(srv))
	if err != nil && !*update {
		t.Fatal(err)
	}
	for row := range strings.Lines(string(text)) {
		row = strings.TrimSuffix(row, "\n")
		if version, ok := strings.CutPrefix(row, "# "+srv.name+" "); ok {
			g.version = version
			continue
		}
		if row == goldenHead {
			continue
		}
		f := strings.Split(row, "\t")
		if len(f) != 7 || f[6] == "" {
			t.Fatalf("%s: bad line %q", goldenFile(srv), row)
		}
		count, err := strconv.Atoi(f[5])
		if err != nil {
			t.Fatalf("%s: %v", goldenFile(srv), err)
		}
		g.lines[finding{f[0], f[1], f[2], f[3], f[4]}] = line{count, f[6]}
	}
	return g
}

func (g golden) write(t *testing.T, srv *server) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "# %s %s\n%s\n", srv.name, g.version, goldenHead)
	for _, f := range slices.SortedFunc(maps.Keys(g.lines), compareFindings) {
		l := g.lines[f]
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", f.session, f.rule, f.verb, f.code, f.text, l.count, l.reviewed)
	}
	if err := os.WriteFile(goldenFile(srv), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func compareFindings(a, b finding) int {
	return cmp.Or(cmp.Compare(sessionNumber(a.session), sessionNumber(b.session)), cmp.Compare(a.rule, b.rule),
		cmp.Compare(a.verb, b.verb), cmp.Compare(a.code, b.code), cmp.Compare(a.text, b.text))
}

func sessionNumber(name string) int {
	return slices.IndexFunc(sessions, func(s session) bool { return s.name == name })
}

// compare compares the findings with the golden file. judges has one judge for each session
// that was played.
func compare(t *testing.T, srv *server, judges []*judge) {
	t.Helper()
	g := readGolden(t, srv)
	version := srv.version(t)
	if *update {
		g.version = version
		g.take(judges)
		g.write(t, srv)
		return
	}
	if version != g.version {
		t.Logf("findings are not compared: they were reviewed for %s %s, and this is %s", srv.name, g.version, version)
		g.judgeOtherVersion(t, judges)
		return
	}
	for _, j := range judges {
		want := map[string]int{}
		for f, l := range g.lines {
			if f.session == j.session {
				want[f.String()] = l.count
				if l.reviewed == unreviewed {
					t.Errorf("not reviewed: %s", f)
				}
			}
		}
		got := map[string]int{}
		for f, n := range j.found {
			got[f.String()] = n
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("session %s: findings (-reviewed +now):\n%s", j.session, diff)
		}
	}
}

func (f finding) String() string {
	return fmt.Sprintf("%s %s %s %s %s", f.session, f.rule, f.verb, f.code, f.text)
}

// take replaces the lines of the sessions that were played, and keeps their reviews.
func (g golden) take(judges []*judge) {
	for _, j := range judges {
		before := map[finding]line{}
		for f, l := range g.lines {
			if f.session == j.session {
				before[f] = l
				delete(g.lines, f)
			}
		}
		for f, n := range j.found {
			g.lines[f] = line{n, cmp.Or(before[f].reviewed, unreviewed)}
		}
	}
}

// judgeOtherVersion checks a version without a review: all its bytes must belong to
// replies, and the sequencer must stay in step, except where the reviewed version already
// fails.
func (g golden) judgeOtherVersion(t *testing.T, judges []*judge) {
	t.Helper()
	for _, j := range judges {
		for f := range j.found {
			_, known := g.lines[f]
			if !known && (j.noReply[f] || f.rule == notAligned) {
				t.Errorf("%s", f)
			}
		}
	}
}

func TestServers(t *testing.T) {
	if !*installed {
		t.Skip("-installed is not set")
	}
	for i := range servers {
		srv := &servers[i]
		t.Run(srv.name, func(t *testing.T) {
			t.Parallel()
			srv.require(t)
			var judges []*judge
			t.Run("session", func(t *testing.T) {
				for _, s := range sessions {
					if s.on != nil && !s.on(srv) {
						continue
					}
					j := newJudge(s.name)
					t.Run(s.name, func(t *testing.T) {
						judges = append(judges, j) // only the sessions that -run selects
						t.Parallel()
						p := &player{T: t, server: srv, site: start(t, srv, s.limits), judge: j, record: newRecorder(t, srv, s)}
						s.play(p)
						p.hangUp()
					})
				}
			})
			if !t.Failed() {
				compare(t, srv, judges)
			}
			summarise(t, srv, judges)
		})
	}
}

// summarise logs the numbers of connections, commands and replies.
func summarise(t *testing.T, srv *server, judges []*judge) {
	var connections, commands, replies int
	for _, j := range judges {
		connections, commands, replies = connections+j.connections, commands+j.commands, replies+j.replies
	}
	t.Logf("%s %s: %d connections, %d commands, %d replies", srv.name, srv.version(t), connections, commands, replies)
}

// The sessions mostly wait.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "16")
	log.SetOutput(io.Discard) // goftp prints there
	os.Exit(m.Run())
}
