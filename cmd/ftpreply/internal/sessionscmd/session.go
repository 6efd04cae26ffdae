package sessionscmd

import "github.com/ftpreply/ftpreply/control"

// A session is the session of one connection, with the counts of its transfers.
type session struct {
	control.Session
	causes *control.Causes
	cause  control.Cause
	shown  bool // the filter selects an item of it
	counts transferCounts

	kept []*control.Transfer // with --failed, those to show if the session has failed
}

// maxKept is the number of transfers that are kept.
const maxKept = 1000

// transferCounts counts transfers by outcome, and the bytes of completed transfers whose size is
// known.
type transferCounts struct {
	by    [control.Outcomes]int64
	bytes uint64
}

func (c *transferCounts) count(t *control.Transfer) {
	c.by[t.Outcome]++
	if t.Outcome == control.Completed {
		c.bytes += t.Size
	}
}

func (c *transferCounts) add(d *transferCounts) {
	for o, n := range d.by {
		c.by[o] += n
	}
	c.bytes += d.bytes
}
