package lint

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
)

// A SecretPolicy says what is shown in the place of a secret.
type SecretPolicy uint8

const (
	MaskSecrets SecretPolicy = iota // asterisks, as many whatever the secret
	HashSecrets                     // a keyed hash: equal for equal secrets, as long as the process lives
	ShowSecrets                     // the secret
)

// secretVerbs are the commands whose argument is a secret: a password, an account,
// security data (RFC 959, section 4.1.1; RFC 2228, section 3).
var secretVerbs = []string{"PASS", "ACCT", "ADAT"}

// maxSecrets is how many secrets of one connection are remembered.
const maxSecrets = 64

// shortSecret is a length up to which a secret is looked for as a whole word
// only: it would be found by chance everywhere else.
const shortSecret = 3

// secrets knows what must not be shown of a connection: the arguments of the
// commands so far, wherever a server repeats them.
type secrets struct {
	policy SecretPolicy
	known  [][]byte
	open   []byte // the argument of a command line whose end is still to come
	cut    bool   // what is shown may end in the middle of a secret
	hides  []hidden
}

type hidden struct{ from, to int }

// learn remembers the argument of the command. A server may see several commands
// in a line that holds a bare LF.
func (s *secrets) learn(c *Command) {
	s.open = nil
	s.add(c.secretArgument())
	if bytes.IndexByte(c.Line, '\n') < 0 {
		return
	}
	for part := range bytes.SplitSeq(c.Line, []byte{'\n'}) {
		s.add(secretIn(part))
	}
}

func (s *secrets) add(secret []byte) {
	if len(secret) == 0 || s.knows(secret) {
		return
	}
	if len(s.known) == maxSecrets {
		s.known = slices.Delete(s.known, 0, 1)
	}
	s.known = append(s.known, bytes.Clone(secret))
}

// learnOpen does so for a line that is not complete.
func (s *secrets) learnOpen(line []byte) { s.open = bytes.Clone(secretIn(line)) }

func (s *secrets) knows(secret []byte) bool {
	return slices.ContainsFunc(s.known, func(k []byte) bool { return bytes.Equal(k, secret) })
}

func (s *secrets) longest() int {
	n := len(s.open)
	for _, secret := range s.known {
		n = max(n, len(secret))
	}
	return n
}

// secretIn is the secret in a command line, without the blanks around it.
func secretIn(line []byte) []byte {
	if len(line) == 0 {
		return nil
	}
	c := Command{Line: commandLine(line)}
	c.findVerb()
	return c.secretArgument()
}

// secretArgument is the argument without the blanks around it, if it is a secret.
func (c *Command) secretArgument() []byte {
	if !c.secret {
		return nil
	}
	return bytes.TrimSpace(c.Argument())
}

// isSecretVerb reports whether the argument of the verb, in any case, is a secret.
func isSecretVerb(verb []byte) bool {
	if len(verb) != len("PASS") || verb[0]|0x20 != 'p' && verb[0]|0x20 != 'a' {
		return false // none of them
	}
	for _, v := range secretVerbs {
		if isFold(verb, v) {
			return true
		}
	}
	return false
}

// mask returns b without secrets; it may be b itself.
func (s *secrets) mask(b []byte) []byte {
	s.find(b)
	return s.render(b, 0, len(b))
}

// render returns b[from:to] without the secrets that find has found in b.
func (s *secrets) render(b []byte, from, to int) []byte {
	if len(s.hides) == 0 {
		return b[from:to]
	}
	var out []byte
	for _, h := range s.hides {
		if h.from < from || h.to > to {
			continue
		}
		out = append(append(out, b[from:h.from]...), s.substitute(b[h.from:h.to])...)
		from = h.to
	}
	return append(out, b[from:to]...)
}

// before moves an index out of a secret, to its beginning.
func (s *secrets) before(i int) int {
	for _, h := range s.hides {
		if h.from < i && i < h.to {
			return h.from
		}
	}
	return i
}

// after moves an index out of a secret, to its end.
func (s *secrets) after(i int) int {
	for _, h := range s.hides {
		if h.from < i && i < h.to {
			return h.to
		}
	}
	return i
}

// find fills hides with the places of all secrets in b, in order, without overlap.
func (s *secrets) find(b []byte) {
	s.hides = s.hides[:0]
	if s.policy == ShowSecrets {
		return
	}
	lower := lowerASCII(b)
	for _, secret := range s.known {
		s.findAll(lower, lowerASCII(secret))
	}
	if len(s.open) > 0 {
		s.findAll(lower, lowerASCII(s.open))
	}
	for _, verb := range secretVerbs {
		s.findQuoted(lower, lowerASCII([]byte(verb)))
	}
	if s.cut {
		for _, secret := range append(s.known[:len(s.known):len(s.known)], s.open) {
			s.findCut(lower, lowerASCII(secret))
		}
	}
	slices.SortFunc(s.hides, func(x, y hidden) int { return x.from - y.from })
	merged := s.hides[:0]
	for _, h := range s.hides {
		if n := len(merged); n > 0 && h.from <= merged[n-1].to {
			merged[n-1].to = max(merged[n-1].to, h.to)
			continue
		}
		merged = append(merged, h)
	}
	s.hides = merged
}

func (s *secrets) findAll(b, secret []byte) {
	for from := 0; ; {
		i := bytes.Index(b[from:], secret)
		if i < 0 {
			return
		}
		h := hidden{from + i, from + i + len(secret)}
		from = h.from + 1
		if len(secret) > shortSecret || isWord(b, h) {
			s.hides = append(s.hides, h)
		}
	}
}

// findCut finds the beginning of the secret, two bytes of it or more, at the end of b.
func (s *secrets) findCut(b, secret []byte) {
	for n := min(len(secret), len(b)); n > 1; n-- {
		if bytes.HasSuffix(b, secret[:n]) {
			s.hides = append(s.hides, hidden{len(b) - n, len(b)})
			return
		}
	}
}

// findQuoted finds the argument of a command that stands at the beginning of a
// line or behind a quotation mark: an echo of which the command was not seen.
func (s *secrets) findQuoted(b, verb []byte) {
	for from := 0; ; {
		i := bytes.Index(b[from:], verb)
		if i < 0 {
			return
		}
		at := from + i
		from = at + len(verb)
		ends := "\r\n"
		switch {
		case from == len(b), b[from] != ' ' && b[from] != '\t':
			continue
		case at > 0 && bytes.IndexByte([]byte("\n'\"`"), b[at-1]) < 0:
			continue
		case at > 0:
			ends += string(b[at-1])
		}
		from++
		to := len(b)
		if n := bytes.IndexAny(b[from:], ends); n >= 0 {
			to = from + n
		}
		s.hides = append(s.hides, hidden{from, to})
	}
}

// isWord reports whether no letter and no digit stands beside the place.
func isWord(b []byte, h hidden) bool {
	return (h.from == 0 || !isAlnum(b[h.from-1])) && (h.to == len(b) || !isAlnum(b[h.to]))
}

func isAlnum(c byte) bool { return c-'0' <= 9 || c|0x20-'a' <= 'z'-'a' }

func (s *secrets) substitute(secret []byte) []byte {
	if s.policy == HashSecrets {
		return hashed(secret)
	}
	return []byte("****")
}

var hashKey = func() []byte {
	key := make([]byte, 32)
	rand.Read(key)
	return key
}()

func hashed(secret []byte) []byte {
	mac := hmac.New(sha256.New, hashKey)
	mac.Write(secret)
	return fmt.Appendf(nil, "<secret %x>", mac.Sum(nil)[:4])
}

// lowerASCII leaves every index where it is.
func lowerASCII(b []byte) []byte {
	lower := bytes.Clone(b)
	for i, c := range lower {
		if c-'A' <= 'Z'-'A' {
			lower[i] = c | 0x20
		}
	}
	return lower
}
