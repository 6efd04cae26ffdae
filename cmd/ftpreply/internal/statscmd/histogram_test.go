package statscmd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestClassesFollowEachOther(t *testing.T) {
	for class := range 700 {
		start, next := classStart(class), classStart(class+1)
		if classOf(start) != class || classOf(next-time.Microsecond) != class {
			t.Fatalf("class %d from %v to %v: it is %d and %d", class, start, next, classOf(start), classOf(next-1))
		}
		if class >= 2*halfClasses && float64(next)/float64(start) > 1+1.0/halfClasses {
			t.Fatalf("class %d from %v to %v is too wide", class, start, next)
		}
	}
	for _, d := range []time.Duration{-1, 0, 999, math.MaxInt64} {
		var h histogram
		h.add(d)
	}
}

func TestPercentiles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var all, odd, even histogram
	var sorted []time.Duration
	for i := range 1000 {
		d := time.Duration(random.ExpFloat64() * float64(10*time.Millisecond)).Truncate(time.Microsecond)
		all.add(d)
		if i%2 == 0 {
			even.add(d)
		} else {
			odd.add(d)
		}
		sorted = append(sorted, d)
	}
	slices.Sort(sorted)
	odd.addAll(&even)
	odd.addAll(&histogram{})
	for _, p := range []int64{1, 50, 90, 99, 100} {
		want := sorted[p*10-1]
		got := all.percentile(p)
		if got < want || float64(got) > float64(want)*(1+1.0/halfClasses) {
			t.Errorf("p%d is %v, want about %v", p, got, want)
		}
		if joined := odd.percentile(p); joined != got {
			t.Errorf("p%d is %v when added up, and %v", p, joined, got)
		}
	}
	if all.min != sorted[0] || all.max != sorted[999] || odd.min != all.min || odd.max != all.max || odd.n != 1000 {
		t.Errorf("%v to %v, %v to %v", all.min, all.max, odd.min, odd.max)
	}
}
