package statscmd

import (
	"math/bits"
	"time"
)

// A histogram counts durations in classes. The width of a class is at most one sixteenth of its
// lower end, so a histogram is small, and two of them can be added.
//
// Class c < 32 is for c microseconds. Above, each group of 16 classes covers twice the range:
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

// classStart returns the lowest duration of a class.
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

// percentile returns a duration that p percent of the durations do not exceed.
func (h *histogram) percentile(p int64) time.Duration {
	rank := (h.n*p + 99) / 100
	for class, n := range h.counts {
		if rank -= n; rank <= 0 {
			return min(max(classStart(class+1)-time.Microsecond, h.min), h.max)
		}
	}
	return h.max
}
