package control

import (
	"bytes"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/internal/wire"
)

// tokens are texts after which a secret comes, and the bytes that end it: security data in a
// reply (RFC 2228, section 3), and the credentials of an HTTP proxy.
var tokens = []struct {
	before []byte
	ends   string
}{{[]byte("ADAT="), " \t\r\n]"}, {[]byte("uthorization: "), "\r\n"}}

// findTokens finds secrets that show without knowledge of the commands: tokens, and the password
// in a URL.
func findTokens(found []span, b []byte) []span {
	if bytes.IndexByte(b, '=') < 0 && bytes.IndexByte(b, ':') < 0 {
		return found // nearly always
	}
	for i := range tokens {
		for at := 0; ; {
			n := bytes.Index(b[at:], tokens[i].before)
			if n < 0 {
				break
			}
			from := at + n + len(tokens[i].before)
			if at = from + tokenLen(b[from:], tokens[i].ends); from < at {
				found = append(found, span{from, at})
			}
		}
	}
	for at := 0; ; {
		n := bytes.Index(b[at:], []byte("://"))
		if n < 0 {
			return found
		}
		from := at + n + len("://")
		at = from + tokenLen(b[from:], " \t\r\n/\"'<>")
		host := bytes.LastIndexByte(b[from:at], '@')
		if host < 0 {
			continue
		}
		user, password, ok := bytes.Cut(b[from:from+host], []byte{':'})
		if ok && len(password) > 0 && !isPublic(user, password) && !isPlaceholder(password) {
			found = append(found, span{from + len(user) + 1, from + host})
		}
	}
}

// tokenLen returns the length of the text before the first of the ends.
func tokenLen(b []byte, ends string) int {
	if n := bytes.IndexAny(b, ends); n >= 0 {
		return n
	}
	return len(b)
}

// findEchoes finds the arguments in echoes of commands that were not recorded. The argument of
// a secret verb is masked after a quotation mark or bracket, at the beginning of a line, after a
// colon, and after the word command, but not the server's own words after the verb. anywhere
// reports that b is not a reply: a secret verb may then be at any place.
func findEchoes(found []span, b []byte, anywhere bool) []span {
	for at := 0; at < len(b); {
		if !isLetter(b[at]) {
			at++
			continue
		}
		from, end := at, wordEnd(b, at)
		at = end
		if !beginsSecret[b[from]] {
			continue // nearly always
		}
		if end == len(b) || from > 0 && isWordByte(b[from-1]) || !isSecretCommand(b, from, &end) {
			continue
		}
		if bytes.IndexByte([]byte(" \t:="), b[end]) < 0 {
			continue
		}
		start := skipBlanks(b, end+1)
		stop := 0
		if closer, quoted := closerOf(b, from); quoted && echoLen(b[start:]) > 0 {
			stop = start + tokenLen(b[start:], closer+"\r\n")
		} else if anywhere || beginsEcho(b, from) {
			stop = start + echoLen(b[start:])
		}
		for stop > start && (b[stop-1] == ' ' || b[stop-1] == '\t') {
			stop--
		}
		if stop > start && !isPlaceholder(b[start:stop]) {
			found = append(found, span{start, stop})
			at = stop
		}
	}
	return found
}

// beginsSecret has the first letters of the commands that isSecretCommand knows.
var beginsSecret = func() (begins [256]bool) {
	for _, verb := range append([]string{"SITE"}, secretVerbs...) {
		begins[verb[0]], begins[verb[0]|0x20] = true, true
	}
	return begins
}()

// isSecretCommand reports whether the word that ends at *end is a secret verb. It moves *end
// after the second word of SITE PSWD and the like.
func isSecretCommand(b []byte, from int, end *int) bool {
	switch word := b[from:*end]; {
	case isOneOf(word, secretVerbs):
		return true
	case !isFold(word, "SITE"):
		return false
	}
	second := skipBlanks(b, *end)
	last := wordEnd(b, second)
	for _, s := range siteSecrets {
		if isFold(b[second:last], s.verb) && last < len(b) {
			*end = last
			return true
		}
	}
	return false
}

// closerOf returns the mark that closes the one before an index.
func closerOf(b []byte, i int) (closer string, ok bool) {
	if i == 0 {
		return "", false
	}
	switch c := b[i-1]; c {
	case '`':
		return "`'", true
	case '(':
		return ")", true
	case '[':
		return "]", true
	case '{':
		return "}", true
	case '<':
		return ">", true
	case '\'', '"':
		return string(c), true
	}
	return "", false
}

// beginsEcho reports whether a verb at an index is where servers repeat a command.
func beginsEcho(b []byte, i int) bool {
	line := b[bytes.LastIndexByte(b[:i], '\n')+1 : i]
	if _, s := wire.Code(line); s.PrefixLen() > 0 {
		line = line[min(len(line), 4):]
	}
	line = bytes.TrimRight(line, " \t")
	return len(line) == 0 || line[len(line)-1] == ':' || line[len(line)-1] == '>' || len(line) >= len("command") && isFold(line[len(line)-len("command"):], "COMMAND")
}

// echoLen returns the length of the words that may be an echo: those before the first that
// servers use to say what is wrong with a command.
func echoLen(b []byte) (n int) {
	for n < len(b) && b[n] != '\r' && b[n] != '\n' {
		end := n + tokenLen(b[n:], " \t\r\n")
		if isProse(b[n:end]) {
			break
		}
		n = skipBlanks(b, end)
	}
	return n
}

// isProse reports whether a word after a verb is the server's own, or another verb as in a list.
func isProse(word []byte) bool {
	if len(word) > 0 && (word[0] == '<' || word[0] == '[' || word[0] == '-' && len(word) == 1) {
		return true
	}
	word = bytes.Trim(word, ".,:;!?()'\"*")
	if len(word) == 0 || len(word) > 16 {
		return len(word) == 0
	}
	_, found := slices.BinarySearch(prose, strings.ToLower(string(word)))
	return found
}

// prose are the words that servers use after the verb of a command, in order.
var prose = func() []string {
	words := strings.Fields(`accepted ad after already an and any are argument arguments as at be been before bad but by can cannot
		command commands denied disabled does empty enabled expected failed failure first for forbidden from goes has have ignored illegal
		implemented in incorrect instead invalid is it may missing must need needed needs no not now of ok okay on only or please
		parameter parameters permitted phrase received refused rejected request requested required requires requests rfc send sent sequence
		should string successful superfluous supported syntax that the then there this to too understood unimplemented unknown unneeded unnecessary
		unrecognised unrecognized unsupported used user using was when which will with without wrong you your`)
	for verb := range dialogue.Verbs() {
		words = append(words, strings.ToLower(verb))
	}
	slices.Sort(words)
	return words
}()
