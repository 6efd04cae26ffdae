package control

import (
	"bytes"
	"slices"
	"sync"
	"sync/atomic"
)

// A pattern is a secret that is searched for, without regard to case.
type pattern struct {
	text []byte // in lower case; at most maxPattern bytes
	rest bool   // the secret is longer than the text, so the rest of the line belongs to it
}

// maxPattern is the number of bytes by which a longer secret is recognised.
const maxPattern = 512

// newPattern returns the pattern of a secret. cut reports that only its beginning is known.
func newPattern(secret []byte, cut bool) pattern {
	n := min(len(secret), maxPattern)
	return pattern{lowerASCII(secret[:n]), cut || n < len(secret)}
}

// An automaton finds all its patterns in a text in one pass, by the method of Aho and
// Corasick. A node represents the beginning of a pattern. It is immutable.
type automaton struct {
	nodes []node
	first [256]bool      // the bytes with which a pattern begins, in both cases
	more  map[edge]int32 // the children of a node that are not its first child
}

type node struct {
	b              byte  // last byte of the beginning
	child, sibling int32 // first child, and next child of the parent; 0 if missing
	fail           int32 // longest end of this beginning that is also a beginning
	shorter        int32 // longest such end that is a whole pattern; 0 if missing
	depth          int32 // length of the beginning
	whole          bool  // it is a whole pattern
	inside         bool  // which is a secret also as a part of a word
	rest           bool  // see pattern
}

type edge struct {
	parent int32
	b      byte
}

func newAutomaton(patterns ...pattern) *automaton {
	size := 1
	for _, p := range patterns {
		size += len(p.text)
	}
	a := &automaton{nodes: make([]node, 1, size)}
	for _, p := range patterns {
		if len(p.text) == 0 {
			continue
		}
		n := int32(0)
		for _, b := range p.text {
			n = a.grow(n, b)
		}
		for b, folded := range lower {
			a.first[b] = a.first[b] || folded == p.text[0]
		}
		a.nodes[n].whole, a.nodes[n].inside = true, isUnlikeWord(p.text)
		a.nodes[n].rest = a.nodes[n].rest || p.rest
	}
	queue := make([]int32, 1, len(a.nodes))
	for len(queue) > 0 {
		parent := queue[0]
		queue = queue[1:]
		for n := a.nodes[parent].child; n > 0; n = a.nodes[n].sibling {
			if parent > 0 {
				a.nodes[n].fail, _ = a.step(a.nodes[parent].fail, a.nodes[n].b)
			}
			fail := a.nodes[n].fail
			if a.nodes[n].shorter = a.nodes[fail].shorter; a.nodes[fail].whole {
				a.nodes[n].shorter = fail
			}
			queue = append(queue, n)
		}
	}
	return a
}

// isUnlikeWord reports whether a secret is unlikely to be found in a word by chance: it has
// a letter, another byte, and six bytes at least.
func isUnlikeWord(lower []byte) bool {
	isLetter := func(r rune) bool { return 'a' <= r && r <= 'z' }
	return len(lower) >= 6 && bytes.ContainsFunc(lower, isLetter) && len(bytes.TrimFunc(lower, isLetter)) > 0
}

// grow returns the child of a node for a byte, and makes it if it is missing.
func (a *automaton) grow(parent int32, b byte) int32 {
	if n := a.child(parent, b); n > 0 {
		return n
	}
	n := int32(len(a.nodes))
	a.nodes = append(a.nodes, node{b: b, depth: a.nodes[parent].depth + 1})
	if first := a.nodes[parent].child; first == 0 {
		a.nodes[parent].child = n
	} else {
		a.nodes[n].sibling, a.nodes[first].sibling = a.nodes[first].sibling, n
		if a.more == nil {
			a.more = map[edge]int32{}
		}
		a.more[edge{parent, b}] = n
	}
	return n
}

func (a *automaton) child(parent int32, b byte) int32 {
	n := a.nodes[parent].child
	if n == 0 || a.nodes[n].b == b {
		return n
	}
	if a.nodes[n].sibling == 0 {
		return 0
	}
	return a.more[edge{parent, b}]
}

// step returns the node after one more byte of text, and the number of nodes that it looked at.
func (a *automaton) step(n int32, b byte) (next int32, steps int) {
	for steps = 1; ; steps++ {
		if next := a.child(n, b); next > 0 || n == 0 {
			return next, steps
		}
		n = a.nodes[n].fail
	}
}

// maxTries is the number of patterns that end at one byte and are looked at. Further ones count
// as found.
const maxTries = 16

// find appends the places of the patterns in b to found, in order and without overlap among
// each other. A pattern is found as a whole word. cut reports that b may end in the middle of
// one. steps is the number of nodes that were looked at.
func (a *automaton) find(found []span, b []byte, cut bool) (_ []span, steps int) {
	base, n := len(found), int32(0)
	for i := 0; i < len(b); i++ {
		if n == 0 {
			for i < len(b) && !a.first[b[i]] {
				i++
			}
			if i == len(b) {
				break
			}
		}
		var more int
		n, more = a.step(n, lower[b[i]])
		steps += more
		hit := n
		if !a.nodes[n].whole {
			hit = a.nodes[n].shorter
		}
		for try := 1; hit > 0; try++ {
			h := &a.nodes[hit]
			f := span{i + 1 - int(h.depth), i + 1}
			if h.inside || try > maxTries || isWord(b, f) || h.rest && isWord(b[:f.to], f) {
				if h.rest {
					f.to = lineTextEnd(b, f.to)
				}
				found = appendSpan(found, base, f)
				if h.rest {
					i, n = f.to-1, 0
				}
				break
			}
			hit = h.shorter
			steps++
		}
	}
	for try := 0; cut && a.nodes[n].depth > 1 && try < maxTries; try++ {
		if f := (span{len(b) - int(a.nodes[n].depth), len(b)}); isWord(b, f) {
			found = appendSpan(found, base, f)
			break
		}
		n = a.nodes[n].fail
	}
	return found, steps + len(b)
}

// appendSpan appends a span that ends after all that came after base, and joins those that it
// overlaps.
func appendSpan(found []span, base int, f span) []span {
	for len(found) > base && found[len(found)-1].to >= f.from {
		f.from = min(f.from, found[len(found)-1].from)
		found = found[:len(found)-1]
	}
	return append(found, f)
}

// isWord reports whether the span does not begin or end inside a word of b.
func isWord(b []byte, f span) bool {
	return (f.from == 0 || !isWordByte(b[f.from-1]) || !isWordByte(b[f.from])) &&
		(f.to == len(b) || !isWordByte(b[f.to]) || !isWordByte(b[f.to-1]))
}

// lineTextEnd returns the index at which the line that contains index i ends, without its end.
func lineTextEnd(b []byte, i int) int {
	if n := bytes.IndexAny(b[i:], "\r\n"); n >= 0 {
		return i + n
	}
	return len(b)
}

// lower maps upper-case letters of ASCII to lower case.
var lower = func() (table [256]byte) {
	for i := range table {
		table[i] = byte(i)
		if table[i]-'A' <= 'Z'-'A' {
			table[i] |= 0x20
		}
	}
	return table
}()

// lowerASCII returns a copy of b in lower case. Every index stays where it is.
func lowerASCII(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = lower[c]
	}
	return out
}

// SharedSecrets are the secrets of several connections, such as those of one recording. Each
// connection hides those of all. The zero SharedSecrets is ready for use, and safe for
// concurrent use. It remembers the latest secrets within a limit of 64 KiB.
type SharedSecrets struct {
	// Key, unless empty, is the key of HashSecrets. By default it is random and the same for
	// all connections of the process. It must not change once a connection uses it.
	Key []byte

	mu    sync.Mutex // for changes
	known map[string]bool
	// generations hold the secrets from old to new. Each is at least twice as large as the
	// next, except for full ones, so that there are few, and so that a secret is seldom moved
	// to another automaton. The slice is replaced, never changed.
	generations atomic.Pointer[[]*generation]
}

// A generation is a set of secrets with its automaton, which is built when it is first used.
type generation struct {
	patterns []pattern
	size     int
	build    sync.Once
	search   *automaton
}

// Limits of the size of all secrets and of one generation.
const (
	maxSecrets    = 64 << 10
	maxGeneration = maxSecrets / 8
	secretSize    = 16 // in addition to the bytes of each
)

func (s *SharedSecrets) add(p pattern) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[string(p.text)] {
		return
	}
	if s.known == nil {
		s.known = map[string]bool{}
	}
	s.known[string(p.text)] = true
	list := append(slices.Clone(s.all()), &generation{patterns: []pattern{p}, size: len(p.text) + secretSize})
	for n := len(list); n > 1 && list[n-2].size < 2*list[n-1].size && list[n-2].size+list[n-1].size <= maxGeneration; n = len(list) {
		old, young := list[n-2], list[n-1]
		list = append(list[:n-2], &generation{patterns: slices.Concat(old.patterns, young.patterns), size: old.size + young.size})
	}
	total := 0
	for _, g := range list {
		total += g.size
	}
	for total > maxSecrets {
		total -= list[0].size
		for _, p := range list[0].patterns {
			delete(s.known, string(p.text))
		}
		list = list[1:]
	}
	s.generations.Store(&list)
}

// all returns the generations.
func (s *SharedSecrets) all() []*generation {
	if list := s.generations.Load(); list != nil {
		return *list
	}
	return nil
}

// find appends the places of the secrets in b to found.
func (s *SharedSecrets) find(found []span, b []byte, cut bool) (_ []span, steps int) {
	for _, g := range s.all() {
		g.build.Do(func() { g.search = newAutomaton(g.patterns...) })
		var more int
		found, more = g.search.find(found, b, cut)
		steps += more
	}
	return found, steps
}
