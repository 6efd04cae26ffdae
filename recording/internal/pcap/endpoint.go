package pcap

// An endpoint is one end of a connection: an address of 16 bytes and a port.
type endpoint [endLen]byte

func (k *key) endpoint(i side) endpoint { return endpoint(k[endLen*int(i):]) }

// maxEndpoints bounds a set of endpoints.
const maxEndpoints = 1 << 14

// endpoints is a set from which the oldest endpoint is removed when it is full.
type endpoints struct {
	in     map[endpoint]struct{}
	order  []endpoint // a ring when it is full
	oldest int
}

func (s *endpoints) has(e endpoint) bool {
	_, ok := s.in[e]
	return ok
}

// add adds an endpoint, and reports whether it is new.
func (s *endpoints) add(e endpoint) bool {
	if s.has(e) {
		return false
	}
	if s.in == nil {
		s.in = map[endpoint]struct{}{}
	}
	s.in[e] = struct{}{}
	if len(s.order) < maxEndpoints {
		s.order = append(s.order, e)
		return true
	}
	delete(s.in, s.order[s.oldest])
	s.order[s.oldest] = e
	s.oldest = (s.oldest + 1) % maxEndpoints
	return true
}
