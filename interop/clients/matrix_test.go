package clients

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	installed = flag.Bool("installed", false, "run the clients that are installed; takes a minute or two on a quiet machine")
	update    = flag.Bool("update", false, "with -installed: record the behaviour of these clients")
)

// TestMatrix plays every session to every client, and compares the outcomes with the record.
func TestMatrix(t *testing.T) {
	if !*installed {
		t.Skip("-installed is not set")
	}
	recorded, err := readMatrix()
	if err != nil {
		t.Fatal(err)
	}
	rows := sessions()
	now := newMatrix()
	skipped := map[string]string{}
	var present []*client
	for _, c := range all {
		now.clients = append(now.clients, c.name)
		now.copyFrom(recorded, rows, c.name)
		version, err := c.installed()
		switch was := recorded.versions[c.name]; {
		case err != nil:
			skipped[c.name] = fmt.Sprintf("not compared: it is not installed (%v)", err)
		case version != was && !*update:
			skipped[c.name] = fmt.Sprintf("not compared: this is %s, and %s is recorded", version, was)
		default:
			now.versions[c.name] = version
			present = append(present, c)
		}
	}
	began := time.Now()
	for _, trouble := range measure(present, rows, recorded, now) {
		t.Log(trouble)
	}
	t.Logf("%d sessions with each of %d clients in %v", len(rows), len(present), time.Since(began).Round(time.Second))
	for _, name := range now.clients {
		t.Run(name, func(t *testing.T) {
			if why, ok := skipped[name]; ok {
				t.Skip(why)
			}
			for _, d := range recorded.differences(rows, now, name) {
				t.Log(d)
				if !*update {
					t.Fail()
				}
			}
		})
	}
	if *update {
		if err := now.write(rows); err != nil {
			t.Fatal(err)
		}
	}
}

// A measurement holds the state of TestMatrix.
type measurement struct {
	clean map[cell][]string // the commands of a clean session, by place and client

	mu      sync.Mutex
	found   map[cell][]string // the outcomes of all attempts
	trouble []string
}

// A job is one session with one client.
type job struct {
	client *client
	row    *session
}

func (j job) cell() cell { return j.row.cell(j.client.name) }

// The numbers of sessions played at the same time. Sessions mostly wait. A session whose
// outcome is not the recorded one is played again with fewer others.
const (
	atATime      = 200
	atATimeAgain = 8
	again        = 2
)

// measure fills in the cells of the clients. It collects the sessions that could not be
// played, and those with different outcomes.
func measure(list []*client, rows []*session, recorded, now *matrix) (trouble []string) {
	m := &measurement{clean: map[cell][]string{}, found: map[cell][]string{}}
	m.learn(list)
	var jobs []job
	for _, row := range rows {
		for _, c := range list {
			jobs = append(jobs, job{c, row})
		}
	}
	m.play(jobs, atATime)
	for range again {
		m.play(m.odd(jobs, recorded), atATimeAgain)
	}
	for _, j := range jobs {
		found := m.found[j.cell()]
		now.cells[j.cell()] = settle(found, recorded.cells[j.cell()])
		if len(slices.Compact(slices.Clone(found))) > 1 {
			m.trouble = append(m.trouble, fmt.Sprintf("UNSTABLE: %s, %s: %q", j.client.name, j.row, found))
		}
	}
	return m.trouble
}

// learn plays the clean session until the client completes it.
func (m *measurement) learn(list []*client) {
	for _, at := range places {
		for _, c := range list {
			var t trace
			var err error
			for range 1 + again {
				if t, _, err = c.run(c.script(cleanScript(at, "220"))); t.ended {
					break
				}
			}
			if !t.ended {
				m.trouble = append(m.trouble, fmt.Sprintf("%s cannot hold a clean session: %v, %v", c.name, t.verbs, err))
			}
			m.clean[cell{place: at, client: c.name}] = t.verbs
		}
	}
}

// odd returns the jobs that never had the recorded outcome.
func (m *measurement) odd(jobs []job, recorded *matrix) (odd []job) {
	for _, j := range jobs {
		if was := recorded.cells[j.cell()]; was != "" && !slices.Contains(m.found[j.cell()], was) {
			odd = append(odd, j)
		}
	}
	return odd
}

func (m *measurement) play(jobs []job, atATime int) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, atATime)
	for _, j := range jobs {
		slots <- struct{}{}
		wg.Go(func() {
			m.playOne(j)
			<-slots
		})
	}
	wg.Wait()
}

func (m *measurement) playOne(j job) {
	t, outcome, err := j.client.run(j.client.script(j.row.script))
	if outcome == "" {
		outcome = t.outcome(m.clean[cell{place: j.row.place, client: j.client.name}])
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		m.trouble = append(m.trouble, err.Error())
		return
	}
	m.found[j.cell()] = append(m.found[j.cell()], outcome)
}

// settle chooses the recorded outcome if any attempt had it, and the last one otherwise.
func settle(found []string, recorded string) string {
	if len(found) == 0 || slices.Contains(found, recorded) {
		return recorded
	}
	return found[len(found)-1]
}

// TestDifferences tests the report about a client that does not behave as recorded.
func TestDifferences(t *testing.T) {
	rows := []*session{
		{place: asGreeting, vector: noVector, clean: "220 331"},
		{place: asGreeting, vector: "a", clean: "220"},
		{place: asReply, vector: "a", clean: "220"},
	}
	cells := func(outcomes ...string) *matrix {
		m := newMatrix()
		for i, row := range rows {
			m.cells[row.cell("curl")] = outcomes[i]
		}
		return m
	}
	recorded, now := cells("ok", "waits: USER", "fails"), cells("fails: USER", "waits: USER", "ok")
	var got strings.Builder
	for _, d := range recorded.differences(rows, now, "curl") {
		fmt.Fprintln(&got, d)
	}
	want := `curl, clean session "220 331" as greeting
	recorded  "ok"
	now       "fails: USER"
curl, a as reply
	recorded  "fails"
	now       "ok"
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Error(diff)
	}
	if d := recorded.differences(rows, recorded, "curl"); d != nil {
		t.Errorf("%v in the record itself", d)
	}
}
