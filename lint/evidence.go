package lint

import (
	"bytes"
	"net/netip"

	"github.com/ftpreply/ftpreply/payload"
)

// evidence is what earlier items of a connection have shown, for the rules that
// compare.
type evidence struct {
	features  []byte     // labels of FEAT in upper case, a SP before and behind each
	offersTLS bool       // FEAT lists AUTH TLS
	user      []byte     // the argument of the latest USER
	passive   netip.Addr // the host of the latest 227, if it has one
	host      netip.Addr // the first that a 227 named

	startsTLS bool // a 234 has come, and the user-PI has said nothing since
	injected  bool // a piece of a line stood behind the 234 when it did
}

// clientSpeaks notes that the user-PI sends something; open says that a piece of a
// reply was received before.
func (e *evidence) clientSpeaks(open bool) {
	e.injected = e.injected || e.startsTLS && open
	e.startsTLS = false
}

// gap forgets what may have changed meanwhile.
func (e *evidence) gap() { e.startsTLS, e.injected = false, false }

// maxFeatures is how many bytes of labels are kept.
const maxFeatures = 4 << 10

// learnFeatures keeps the labels of a reply to FEAT.
func (e *evidence) learnFeatures(f *payload.Features) {
	e.features, e.offersTLS = append(e.features[:0], ' '), false
	for label, values := range f.All() {
		if len(e.features)+len(label) < maxFeatures {
			e.features = append(appendUpper(e.features, label), ' ')
		}
		if isFold(label, "auth") {
			e.offersTLS = e.offersTLS || containsFold(values, "tls") || containsFold(values, "ssl")
		}
	}
}

// lists reports whether FEAT has listed the verb, which is in upper case.
func (e *evidence) lists(verb string) bool {
	const longest = 8
	if verb == "MLSD" {
		verb = "MLST" // RFC 3659, section 7.8: one stands for both
	}
	if len(e.features) == 0 || verb == "" || len(verb) > longest {
		return false
	}
	var word [longest + 2]byte
	return bytes.Contains(e.features, append(append(append(word[:0], ' '), verb...), ' '))
}

// learnUser keeps the argument of a USER.
func (e *evidence) learnUser(c *Command) { e.user = append(e.user[:0], c.Argument()...) }

// isAnonymous reports whether the password is none (RFC 1635).
func (e *evidence) isAnonymous() bool {
	return isFold(e.user, "anonymous") || isFold(e.user, "ftp")
}

func appendUpper(dst, b []byte) []byte {
	for _, c := range b {
		if c-'a' <= 'z'-'a' {
			c -= 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// isFold reports whether b is the word, which has letters only, in any case.
func isFold(b []byte, word string) bool {
	return len(b) == len(word) && hasPrefixFold(b, word)
}

// containsFold reports whether b contains the words, which are in lower case, in any
// case.
func containsFold(b []byte, words string) bool {
	for i := 0; i+len(words) <= len(b); i++ {
		if hasPrefixFold(b[i:], words) {
			return true
		}
	}
	return false
}

func hasPrefixFold(b []byte, words string) bool {
	for i := range len(words) {
		if c, w := b[i], words[i]; c != w && (c|0x20 != w|0x20 || w|0x20-'a' > 'z'-'a') {
			return false
		}
	}
	return true
}
