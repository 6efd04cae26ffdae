package control

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// A SecretPolicy selects the text that replaces a secret.
type SecretPolicy uint8

const (
	MaskSecrets SecretPolicy = iota // four asterisks, regardless of the secret
	HashSecrets                     // a keyed hash: equal for equal secrets under one key, see SharedSecrets
	ShowSecrets                     // the secret
)

// secrets knows the secrets of a connection: those in the commands that the client has sent
// so far, and those of the connections that share with it.
type secrets struct {
	shared *SharedSecrets // nil while there are none
	user   []byte         // argument of the latest USER
	latest []byte         // the secret of the latest command; empty if it has none
	known  []byte         // the secret that was remembered last
	open   search         // for the secret of an incomplete command line
	own    search         // for the secret of one command
	seen   bool           // the client has sent a command since the beginning or a gap
	tail   bool           // the next line may be a password without its verb, or the end of one
	steps  int            // nodes of automata that were looked at, for tests
}

// A search finds the secrets of one command.
type search struct {
	secret []byte
	in     *automaton // nil while secret is empty
}

// A span is a range of bytes.
type span struct{ from, to int }

// learn reads a command and remembers its secrets. It decides which part of it is a secret
// where that depends on the commands before.
func (s *secrets) learn(c *Command) {
	s.open, s.latest = search{}, s.latest[:0]
	if c.IsVerb("USER") {
		s.user = append(s.user[:0], bytes.TrimSpace(c.Argument())...)
	}
	switch {
	case c.IsVerb("PASS") && isPublic(s.user, c.Secret()):
		c.secret = span{}
	case s.tail && !c.IsSecret() && len(c.Line) > 0 && c.Line[0] > ' ' && c.entry().Verb() == "" && !isOneOf(c.Line[c.verb.from:c.verb.to], clientVerbs):
		c.verb, c.secret = span{}, span{0, len(c.Line)}
	}
	s.tail, s.seen = false, true
	if c.IsSecret() && !isPlaceholder(c.Secret()) {
		s.latest = append(s.latest, c.Secret()...)
		if !bytes.Equal(s.known, s.latest) {
			s.known = append(s.known[:0], s.latest...)
			s.remember(s.known, c.Cut)
			if words := bytes.Fields(s.known); c.hasWords() && len(words) > 1 {
				for _, word := range words[:2] { // the old password and the new
					s.remember(word, false)
				}
			}
		}
	}
}

// remember adds a secret to those that are searched for everywhere. Shorter ones would be
// found by chance: they are searched for in the reply to their own command.
func (s *secrets) remember(secret []byte, cut bool) {
	const shortest = 3
	for _, p := range spellings(secret, cut) {
		if len(p.text) < shortest {
			continue
		}
		if s.shared == nil {
			s.shared = new(SharedSecrets)
		}
		s.shared.add(p)
	}
}

// spellings returns the patterns of a secret as servers repeat it: the whole, and each part that
// a server may take for a line of its own; with the Telnet byte IAC doubled or not, with
// quotation marks doubled as in a 257, and without the hyphen that asks for a silent login.
func spellings(secret []byte, cut bool) []pattern {
	list := []pattern{newPattern(secret, cut)}
	add := func(b []byte) {
		if b = bytes.TrimSpace(b); len(b) > 0 && !bytes.Equal(b, secret) {
			list = append(list, newPattern(b, false))
		}
	}
	if bytes.ContainsAny(secret, "\r\n\x00") {
		parts := bytes.FieldsFunc(secret, func(r rune) bool { return r == '\r' || r == '\n' || r == 0 })
		for _, part := range parts[:min(len(parts), maxParts)] {
			if place := secretPlace(part); place.to > 0 {
				part = part[place.from:place.to]
			}
			add(part)
		}
	}
	if iac := []byte{wire.IAC}; bytes.Contains(secret, iac) {
		add(bytes.ReplaceAll(secret, iac, []byte{wire.IAC, wire.IAC}))
		add(bytes.ReplaceAll(secret, []byte{wire.IAC, wire.IAC}, iac))
		add(bytes.ReplaceAll(secret, iac, nil))
	}
	if bytes.IndexByte(secret, '"') >= 0 {
		add(bytes.ReplaceAll(secret, []byte{'"'}, []byte(`""`)))
	}
	if secret[0] == '-' {
		add(secret[1:])
	}
	return list
}

// maxParts is the number of parts of a secret that are searched for.
const maxParts = 8

// learnOpen remembers the secret of a command line that is incomplete, until learn is called
// with the whole line. A long one is recognised by its beginning, so that the cost of a line that
// comes byte by byte is bounded.
func (s *secrets) learnOpen(line []byte) {
	const enough = 64
	line = commandLine(line[:min(len(line), maxCommand)])
	place := secretPlace(line)
	secret := line[place.from:place.to]
	cut := len(secret) > enough
	secret = secret[:min(len(secret), enough)]
	if len(secret) == 0 || isPublic(s.user, secret) || isPlaceholder(secret) {
		s.open = search{}
	} else if !bytes.Equal(s.open.secret, secret) {
		s.open = search{bytes.Clone(secret), newAutomaton(newPattern(secret, cut))}
	}
}

// gap records that bytes are missing here. The beginning of a secret stays one.
func (s *secrets) gap() {
	if len(s.open.secret) > 0 {
		s.remember(s.open.secret, true)
	}
	s.open, s.latest = search{}, s.latest[:0]
	s.user = s.user[:0]
	s.seen, s.tail = false, true
}

// reset returns secrets that know nothing, but have the memory of s.
func (s *secrets) reset() secrets {
	return secrets{user: s.user[:0], latest: s.latest[:0], known: s.known[:0], own: s.own}
}

// none reports whether no secret is known.
func (s *secrets) none() bool {
	return s.open.in == nil && (s.shared == nil || len(s.shared.all()) == 0)
}

// A context is where a text comes from, as far as secrets depend on it.
type context struct {
	own   []byte // the secret of the command that was answered
	blind bool   // that command is unknown
	cut   bool   // the text is not a reply, and may end in the middle of a secret
}

// mask returns b with its secrets replaced. The result may be b itself.
func (s *secrets) mask(b []byte, policy SecretPolicy, in context) []byte {
	if policy == ShowSecrets {
		return b
	}
	return s.render(b, span{0, len(b)}, s.find(b, in), policy)
}

// find returns the places of all secrets in b, in order and without overlap.
func (s *secrets) find(b []byte, in context) (found []span) {
	found = findTokens(found, b)
	if in.blind {
		found = findEchoes(found, b, in.cut)
	}
	if len(in.own) > 0 && !isPlaceholder(in.own) {
		found = s.findOwn(found, b, in)
	}
	if s.open.in != nil {
		found = s.findWith(s.open.in, found, b, in.cut)
	}
	if s.shared != nil {
		var steps int
		found, steps = s.shared.find(found, b, in.cut)
		s.steps += steps
	}
	if len(found) < 2 {
		return found
	}
	slices.SortFunc(found, func(x, y span) int { return x.from - y.from })
	merged := found[:1]
	for _, f := range found[1:] {
		if last := &merged[len(merged)-1]; f.from <= last.to {
			last.to = max(last.to, f.to)
		} else {
			merged = append(merged, f)
		}
	}
	return merged
}

// findOwn appends the places of the secret of the command that was answered.
func (s *secrets) findOwn(found []span, b []byte, in context) []span {
	if !bytes.Equal(s.own.secret, in.own) {
		s.own = search{bytes.Clone(in.own), newAutomaton(spellings(in.own, false)...)}
	}
	return s.findWith(s.own.in, found, b, in.cut)
}

func (s *secrets) findWith(a *automaton, found []span, b []byte, cut bool) []span {
	found, steps := a.find(found, b, cut)
	s.steps += steps
	return found
}

// render returns the bytes of a span of b, with the secrets that find has found in b
// replaced.
func (s *secrets) render(b []byte, of span, found []span, policy SecretPolicy) []byte {
	if len(found) == 0 {
		return b[of.from:of.to]
	}
	var out []byte
	for _, f := range found {
		if f.from < of.from || f.to > of.to {
			continue
		}
		out = append(out, b[of.from:f.from]...)
		if policy == HashSecrets {
			out = append(out, s.hashed(b[f.from:f.to])...)
		} else {
			out = append(out, "****"...)
		}
		of.from = f.to
	}
	return append(out, b[of.from:of.to]...)
}

var hashKey = func() []byte {
	key := make([]byte, 32)
	rand.Read(key)
	return key
}()

// hashed returns the hash of a secret. Case does not matter, as in the search.
func (s *secrets) hashed(secret []byte) []byte {
	key := hashKey
	if s.shared != nil && len(s.shared.Key) > 0 {
		key = s.shared.Key
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(lowerASCII(secret))
	return fmt.Appendf(nil, "<secret %x>", mac.Sum(nil)[:4])
}
