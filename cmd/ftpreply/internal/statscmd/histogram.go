package statscmd

import (
	"math/bits"
	"time"
)

// A histogram counts durations in classes of which each is at most a sixteenth wider
// than its lower end, so it is small, however many there are, and two can be added.
//
// Class c < 32 is for c microseconds; above, every 16 classes cover twice as much:
//
//	32-47: 32 to 63 µs, 2 µs each    48-63: 64 to 127 µs, 4 µs each    ...
type histogram struct {
	counts   []int64
	n        int64
	min, max time.Duration
}

const halfClasses = 16

func classOf(d time.Duration) int {
	us := uint64(max(d, 0) / time.Microsecond)
	shift := max(0, bits.Len64(us)-5)
	return shift*halfClasses + int(us>>shift)
}

// classStart is the least duration of a class.
func classStart(class int) time.Duration {
	shift := max(0, class/halfClasses-1)
	return time.Duration(class-shift*halfClasses) << shift * time.Microsecond
}

func (h *histogram) add(d time.Duration) {
	class := classOf(d)
	h.grow(class + 1)
	h.counts[class]++
	h.note(1, d, d)
}

func (h *histogram) addAll(other *histogram) {
	if other.n == 0 {
		return
	}
	h.grow(len(other.counts))
	for class, n := range other.counts {
		h.counts[class] += n
	}
	h.note(other.n, other.min, other.max)
}

func (h *histogram) grow(n int) {
	if n > len(h.counts) {
		h.counts = append(h.counts, make([]int64, n-len(h.counts))...)
	}
}

func (h *histogram) note(n int64, least, most time.Duration) {
	if h.n == 0 || least < h.min {
		h.min = least
	}
	h.max = max(h.max, most)
	h.n += n
}

// percentile is a duration that p percent do not exceed.
func (h *histogram) percentile(p int64) time.Duration {
	rank := (h.n*p + 99) / 100
	for class, n := range h.counts {
		if rank -= n; rank <= 0 {
			return min(max(classStart(class+1)-time.Microsecond, h.min), h.max)
		}
	}
	return h.max
}
