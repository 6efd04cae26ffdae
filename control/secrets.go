package control

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// A SecretPolicy selects the text that replaces a secret.
type SecretPolicy uint8

const (
	MaskSecrets SecretPolicy = iota // four asterisks, regardless of the secret
	HashSecrets                     // a keyed hash: equal for equal secrets within one process
	ShowSecrets                     // the secret
)

// secretVerbs are the commands whose argument is a secret: a password, an account,
// security data (RFC 959, section 4.1.1; RFC 2228, section 3).
var secretVerbs = []string{"PASS", "ACCT", "ADAT"}

// echoedVerbs are the same verbs in lower case.
var echoedVerbs = [][]byte{[]byte("pass"), []byte("acct"), []byte("adat")}

// IsSecretVerb reports whether the argument of the verb, in any case, is a secret.
func IsSecretVerb(verb []byte) bool {
	if len(verb) != len("PASS") || verb[0]|0x20 != 'p' && verb[0]|0x20 != 'a' {
		return false // quickly
	}
	return slices.ContainsFunc(secretVerbs, func(v string) bool { return isFold(verb, v) })
}

// maxSecrets is the number of secrets of one connection that are remembered.
const maxSecrets = 64

// shortSecret is the length up to which a secret is searched for as a whole word only. As
// a part of a word it would be found by chance everywhere.
const shortSecret = 3

// secrets knows the secrets of a connection: the arguments that the client has sent so
// far, wherever a server repeats them. They are compared without regard to case.
type secrets struct {
	known [][]byte // in lower case
	open  []byte   // the argument of an incomplete command line, in lower case
}

// A span is a range of bytes.
type span struct{ from, to int }

// learn remembers the argument of the command. A server may read a line that contains a
// bare LF as several commands.
func (s *secrets) learn(c *Command) {
	s.open = nil
	s.add(c.Secret())
	if bytes.IndexByte(c.Line, '\n') < 0 {
		return
	}
	for part := range bytes.SplitSeq(c.Line, []byte{'\n'}) {
		s.add(secretIn(part))
	}
}

func (s *secrets) add(secret []byte) {
	if len(secret) == 0 || slices.ContainsFunc(s.known, func(k []byte) bool { return equalLower(k, secret) }) {
		return
	}
	if len(s.known) == maxSecrets {
		s.known = slices.Delete(s.known, 0, 1)
	}
	s.known = append(s.known, lowerASCII(secret))
}

// learnOpen remembers the argument of a command line that is incomplete, until learn is
// called with the whole line.
func (s *secrets) learnOpen(line []byte) {
	s.open = nil
	if secret := secretIn(line); secret != nil {
		s.open = lowerASCII(secret)
	}
}

// secretIn returns the secret in a command line, without the blanks around it, or nil.
func secretIn(line []byte) []byte {
	if len(line) == 0 {
		return nil
	}
	c := Command{Line: commandLine(line)}
	return c.Secret()
}

// longest returns the length of the longest secret.
func (s *secrets) longest() int {
	n := len(s.open)
	for _, secret := range s.known {
		n = max(n, len(secret))
	}
	return n
}

// mask returns b with its secrets replaced. cut reports that b may end in the middle of a
// secret. The result may be b itself.
func (s *secrets) mask(b []byte, policy SecretPolicy, cut bool) []byte {
	if policy == ShowSecrets || len(s.known) == 0 && len(s.open) == 0 && !mayEcho(b) {
		return b
	}
	return render(b, span{0, len(b)}, s.find(b, cut), policy)
}

// find returns the places of all secrets in b, in order and without overlap. cut reports
// that b may end in the middle of a secret.
func (s *secrets) find(b []byte, cut bool) (found []span) {
	var buf [512]byte
	lower := appendLower(buf[:0], b)
	for _, secret := range s.known {
		found = findAll(found, lower, secret)
	}
	if len(s.open) > 0 {
		found = findAll(found, lower, s.open)
	}
	for _, verb := range echoedVerbs {
		found = findArguments(found, lower, verb)
	}
	if cut {
		for _, secret := range s.known {
			found = findCut(found, lower, secret)
		}
		found = findCut(found, lower, s.open)
	}
	slices.SortFunc(found, func(x, y span) int { return x.from - y.from })
	merged := found[:0]
	for _, f := range found {
		if n := len(merged); n > 0 && f.from <= merged[n-1].to {
			merged[n-1].to = max(merged[n-1].to, f.to)
			continue
		}
		merged = append(merged, f)
	}
	return merged
}

// findAll finds a secret everywhere in b; a short one only where it is a whole word.
func findAll(found []span, b, secret []byte) []span {
	for from := 0; ; {
		i := bytes.Index(b[from:], secret)
		if i < 0 {
			return found
		}
		f := span{from + i, from + i + len(secret)}
		from = f.from + 1
		isWord := (f.from == 0 || !isAlnum(b[f.from-1])) && (f.to == len(b) || !isAlnum(b[f.to]))
		if len(secret) > shortSecret || isWord {
			found = append(found, f)
		}
	}
}

func isAlnum(c byte) bool { return wire.IsDigit(c) || c|0x20-'a' <= 'z'-'a' }

// findCut finds the beginning of a secret, at least two bytes of it, at the end of b.
func findCut(found []span, b, secret []byte) []span {
	for n := min(len(secret), len(b)); n > 1; n-- {
		if bytes.HasSuffix(b, secret[:n]) {
			return append(found, span{len(b) - n, len(b)})
		}
	}
	return found
}

// argumentMarks are the bytes after which a server may repeat a command line.
const argumentMarks = "\n'\"`"

// mayEcho reports whether b may hold the echo of a command with a secret. It is quick.
func mayEcho(b []byte) bool {
	if len(b) > len("PASS") && IsSecretVerb(b[:len("PASS")]) {
		return true
	}
	for i := range len(argumentMarks) {
		if bytes.IndexByte(b, argumentMarks[i]) >= 0 {
			return true
		}
	}
	return false
}

// findArguments finds the argument of a verb at the beginning of a line or after a
// quotation mark: an echo of a command that was not recorded.
func findArguments(found []span, b, verb []byte) []span {
	for from := 0; ; {
		i := bytes.Index(b[from:], verb)
		if i < 0 {
			return found
		}
		at := from + i
		from = at + len(verb)
		ends := "\r\n"
		switch {
		case from == len(b), b[from] != ' ' && b[from] != '\t':
			continue
		case at > 0 && strings.IndexByte(argumentMarks, b[at-1]) < 0:
			continue
		case at > 0:
			ends += string(b[at-1])
		}
		from++
		to := len(b)
		if n := bytes.IndexAny(b[from:], ends); n >= 0 {
			to = from + n
		}
		found = append(found, span{from, to})
	}
}

// render returns the bytes of a span of b, with the secrets that find has found in b
// replaced.
func render(b []byte, of span, found []span, policy SecretPolicy) []byte {
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
			out = append(out, hashed(b[f.from:f.to])...)
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

func hashed(secret []byte) []byte {
	mac := hmac.New(sha256.New, hashKey)
	mac.Write(secret)
	return fmt.Appendf(nil, "<secret %x>", mac.Sum(nil)[:4])
}

// equalLower reports whether lower is b in lower case.
func equalLower(lower, b []byte) bool {
	if len(lower) != len(b) {
		return false
	}
	for i, c := range b {
		if c-'A' <= 'Z'-'A' {
			c |= 0x20
		}
		if lower[i] != c {
			return false
		}
	}
	return true
}

// lowerASCII returns a copy of b in lower case. Every index stays where it is.
func lowerASCII(b []byte) []byte { return appendLower(nil, b) }

func appendLower(dst, b []byte) []byte {
	dst = append(dst, b...)
	for i, c := range dst {
		if c-'A' <= 'Z'-'A' {
			dst[i] = c | 0x20
		}
	}
	return dst
}
