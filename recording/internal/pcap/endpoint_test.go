package pcap

import (
	"encoding/binary"
	"testing"
)

func TestEndpoints(t *testing.T) {
	number := func(i int) (e endpoint) {
		binary.BigEndian.PutUint32(e[:], uint32(i))
		return e
	}
	var s endpoints
	if s.has(number(0)) {
		t.Error("the zero value has an endpoint")
	}
	for i := range 3 * maxEndpoints {
		if !s.add(number(i)) || s.add(number(i)) || !s.has(number(i)) {
			t.Fatalf("endpoint %d is not new once", i)
		}
		if oldest := i - maxEndpoints + 1; oldest > 0 && (!s.has(number(oldest)) || s.has(number(oldest-1))) {
			t.Fatalf("with endpoint %d, the oldest is not %d", i, oldest)
		}
	}
	if len(s.in) != maxEndpoints || len(s.order) != maxEndpoints {
		t.Errorf("%d endpoints, %d in order", len(s.in), len(s.order))
	}
}
