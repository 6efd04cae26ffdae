package lint

import (
	"net/netip"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// evidence is what earlier items of a connection have shown, for the rules that
// compare.
type evidence struct {
	features  []byte     // the latest 211 to FEAT
	offersTLS bool       // it lists AUTH TLS
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

// maxFeatures is how long a reply to FEAT may be that is kept.
const maxFeatures = 16 << 10

// learnFeatures keeps a reply to FEAT. It is read again when there is a question, which is
// seldom.
func (e *evidence) learnFeatures(r ftpreply.Reply, f payload.Features) {
	e.features, e.offersTLS = e.features[:0], false
	if len(r.Raw()) <= maxFeatures {
		e.features = append(e.features, r.Raw()...)
	}
	if !containsFold(r.Raw(), "auth") {
		return // found in a third of the time
	}
	for mechanisms := range f.Lookup("AUTH") {
		e.offersTLS = e.offersTLS || containsFold(mechanisms, "tls") || containsFold(mechanisms, "ssl")
	}
}

// lists reports whether FEAT has listed the verb.
func (e *evidence) lists(verb string) bool {
	if verb == "MLSD" {
		verb = "MLST" // RFC 3659, section 7.8: one stands for both
	}
	r, err := ftpreply.Parse(e.features)
	if err != nil {
		return false // there was none
	}
	f, err := payload.ParseFeatures(r)
	return err == nil && f.Has(verb)
}

// learnUser keeps the argument of a USER.
func (e *evidence) learnUser(c *Command) { e.user = append(e.user[:0], c.Argument()...) }

// isAnonymous reports whether the password is none (RFC 1635).
func (e *evidence) isAnonymous() bool {
	return isFold(e.user, "anonymous") || isFold(e.user, "ftp")
}

// isFold reports whether b is the word, which has letters only, in any case.
func isFold(b []byte, word string) bool {
	return len(b) == len(word) && hasPrefixFold(b, word)
}

// containsFold reports whether b contains the words, which are in lower case and begin
// with a letter, in any case.
func containsFold(b []byte, words string) bool {
	for i := 0; i+len(words) <= len(b); i++ {
		if b[i]|0x20 == words[0] && hasPrefixFold(b[i:], words) {
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
