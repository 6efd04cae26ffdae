package page

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/bits"
	"slices"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
)

// timelineWidth is the width of a timeline in its own units.
const timelineWidth = 1000

// A timeline shows the transfers, the time under TLS and the refusals of a connection.
type timeline struct {
	Length string
	Bars   []bar
	Faults []bar
}

// A bar is a part of a timeline or of a histogram.
type bar struct {
	X, Y, W, H int
	Class      string
	Title      string
}

// A fault is a negative reply.
type fault struct {
	at   time.Time
	code string
}

func (v *connectionView) keepTransfer(t *control.Transfer) {
	if len(v.transfers) < maxTransfers {
		v.transfers = append(v.transfers, *t)
	}
}

func (v *connectionView) fault(it *control.Item) {
	if len(v.faults) < maxTransfers && !it.Time.IsZero() {
		v.faults = append(v.faults, fault{it.Time, it.Reply.Code().String()})
	}
}

// draw returns the timeline, or nil if the times are unknown.
func (v *connection) draw(begun, ended time.Time) *timeline {
	whole := ended.Sub(begun)
	if begun.IsZero() || whole <= 0 {
		return nil
	}
	x := func(at time.Time) int {
		return int(min(max(at.Sub(begun), 0), whole) * timelineWidth / whole)
	}
	t := &timeline{Length: seconds(whole)}
	for i := range v.transfers {
		tr := &v.transfers[i]
		end := tr.Ended
		if tr.Outcome == control.Open {
			end = ended
		}
		if tr.Begun.IsZero() || end.IsZero() {
			continue
		}
		from := x(tr.Begun)
		t.Bars = append(t.Bars, bar{
			X: from, W: max(3, x(end)-from), Class: tr.Outcome.String(),
			Title: fmt.Sprintf("%s, %s, %s", render.Text([]byte(tr.Verb)), tr.Outcome, seconds(end.Sub(tr.Begun))),
		})
	}
	if !v.tls.IsZero() {
		from := x(v.tls)
		t.Bars = append(t.Bars, bar{X: from, W: timelineWidth - from, Class: "tls", Title: "TLS"})
	}
	for _, f := range v.faults {
		t.Faults = append(t.Faults, bar{X: x(f.at), Class: "refused", Title: f.code})
	}
	return t
}

// latencies counts the times from command to final reply, by verb and by powers of two of
// milliseconds.
type latencies map[string]*[latencyClasses]int64

const latencyClasses = 20

func (l latencies) item(it *control.Item) {
	if it.Kind != control.ReplyItem || it.Command == nil || !it.Verdict.Final || it.Verdict.Verb() == "" {
		return
	}
	d := it.Time.Sub(it.Command.Time)
	if it.Time.IsZero() || it.Command.Time.IsZero() || d < 0 {
		return
	}
	verb := it.Verdict.Verb()
	if l[verb] == nil {
		l[verb] = new([latencyClasses]int64)
	}
	l[verb][min(bits.Len64(uint64(d.Milliseconds())), latencyClasses-1)]++
}

func (l latencies) add(other latencies) {
	for verb, counts := range other {
		if l[verb] == nil {
			l[verb] = new([latencyClasses]int64)
		}
		for i, n := range counts {
			l[verb][i] += n
		}
	}
}

// A latencyView is a histogram of the latencies of a command.
type latencyView struct {
	Verb    string
	Count   string
	Slowest string // upper end of the slowest class
	Bars    []bar
}

// Geometry of a histogram.
const (
	barWidth  = 12
	barHeight = 48
)

func (l latencies) views() (views []latencyView) {
	for _, verb := range slices.Sorted(maps.Keys(l)) {
		v := latencyView{Verb: verb}
		var replies int64
		most := slices.Max(l[verb][:])
		for class, n := range l[verb] {
			replies += n
			if n == 0 {
				continue
			}
			upper := fmt.Sprintf("%d ms", 1<<class)
			if class >= 10 {
				upper = fmt.Sprintf("%.2f s", (time.Millisecond << class).Seconds())
			}
			v.Slowest = upper
			height := max(2, int(n*barHeight/most))
			v.Bars = append(v.Bars, bar{
				X: class * barWidth, Y: barHeight - height, W: barWidth - 2, H: height, Class: "completed",
				Title: fmt.Sprintf("%d below %s", n, upper),
			})
		}
		v.Count = render.Count(replies, "reply", "replies")
		views = append(views, v)
	}
	return views
}

func hash32(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}
