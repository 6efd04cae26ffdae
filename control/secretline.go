package control

import (
	"bytes"
	"slices"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// secretVerbs are the commands whose argument is a secret: a password, an account, security
// data (RFC 959, section 4.1.1; RFC 2228, section 3), and two names that people type for PASS.
var secretVerbs = []string{"PASS", "ACCT", "ADAT", "CPWD", "PASSWD", "PASSWORD"}

// siteSecrets are the commands after SITE whose arguments are secrets: those that change a
// password or make a user. names is the number of arguments before the secret.
var siteSecrets = []struct {
	verb  string
	names int
}{
	{"PSWD", 0}, {"GPASS", 0}, {"CPWD", 0}, {"CHPWD", 0}, {"PASSWD", 0}, {"PASS", 0}, {"PASSWORD", 0}, {"SETPASS", 0}, {"NEWPASS", 0},
	{"CHPASS", 1}, {"ADDUSER", 1}, {"GADDUSER", 2},
}

// clientVerbs are commands of client programs that people send to the server by mistake.
var clientVerbs = []string{"QUOTE", "QUOT", "LITERAL"}

// IsSecretVerb reports whether the argument of the verb, in any case, is a secret.
func IsSecretVerb(verb []byte) bool { return isOneOf(verb, secretVerbs) }

func isOneOf(word []byte, list []string) bool {
	for _, w := range list {
		if isFold(word, w) {
			return true
		}
	}
	return false
}

// secretPlace returns the place of the secret in a command line; the zero span if it has none.
// A server may take a CR, LF or NUL in a line for its end, so that a command may follow. The
// secret then extends to the end of the whole line.
func secretPlace(line []byte) span {
	for at := 0; ; {
		if from := secretFrom(line, at); from > 0 {
			to := len(bytes.TrimRight(line, " \t\r\n\x00"))
			if from >= to {
				return span{}
			}
			return span{from, to}
		}
		n := slices.IndexFunc(line[at:], func(c byte) bool { return c == '\r' || c == '\n' || c == 0 })
		if n < 0 {
			return span{}
		}
		at += n + 1
	}
}

// secretFrom returns the index at which the secret of the command that begins at an index
// begins, or 0. It accepts everything before the verb that a server may skip or a person may
// mistype (blanks, quotation marks, a byte order mark, parts of Telnet commands), and every byte
// after it that cannot belong to a verb.
func secretFrom(line []byte, at int) int {
	for {
		for at < len(line) && !isLetter(line[at]) && line[at] != '\r' && line[at] != '\n' {
			at++
		}
		end := wordEnd(line, at)
		verb := line[at:end]
		if at > 0 && line[at-1] == wire.IAC && len(verb) > 1 && !isOneOf(verb, secretVerbs) {
			verb = verb[1:] // the option of a Telnet command
		}
		switch {
		case isOneOf(verb, secretVerbs):
			return skipSeparator(line, end)
		case isOneOf(verb, clientVerbs):
			at = end
		case isFold(verb, "SITE"):
			at = skipSeparator(line, end)
			end = wordEnd(line, at)
			for _, s := range siteSecrets {
				if isFold(line[at:end], s.verb) {
					return skipNames(line, skipSeparator(line, end), s.names)
				}
			}
			return 0
		default:
			return 0
		}
	}
}

// hasWords reports whether each word of the secret is one, as after SITE PSWD.
func (c *Command) hasWords() bool {
	words := bytes.Fields(c.Line[:c.secret.from])
	return len(words) > 1 && isFold(words[len(words)-2], "SITE")
}

func isLetter(c byte) bool { return c|0x20-'a' <= 'z'-'a' }

func isAlphanumeric(c byte) bool { return isLetter(c) || wire.IsDigit(c) }

// wordEnd returns the index after the letters and digits from an index on.
func wordEnd(line []byte, i int) int {
	for i < len(line) && isAlphanumeric(line[i]) {
		i++
	}
	return i
}

// skipSeparator returns the index after the byte that ends a verb, and the blanks after it.
func skipSeparator(line []byte, i int) int {
	if i == len(line) || line[i] == '\n' {
		return i
	}
	return skipBlanks(line, i+1)
}

func skipBlanks(line []byte, i int) int {
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	return i
}

// skipNames returns the index after a number of words. The last word is not skipped.
func skipNames(line []byte, i, names int) int {
	for ; names > 0; names-- {
		n := bytes.IndexAny(line[i:], " \t")
		if n < 0 || skipBlanks(line, i+n) == len(line) {
			break
		}
		i = skipBlanks(line, i+n)
	}
	return i
}

// isPlaceholder reports whether a program wrote the text in place of a secret.
func isPlaceholder(b []byte) bool {
	if len(bytes.Trim(b, "*")) == 0 {
		return true
	}
	if len(b) > 2 && bytes.IndexByte([]byte("([<"), b[0]) >= 0 && bytes.IndexByte([]byte(")]>"), b[len(b)-1]) >= 0 {
		b = b[1 : len(b)-1]
		return len(bytes.Trim(b, "*")) == 0 || isOneOf(b, []string{"HIDDEN", "PASSWORD", "MASKED", "REDACTED", "REMOVED", "SECRET"})
	}
	return false
}

// isPublic reports whether the password of the user is not a secret (RFC 1635).
func isPublic(user, password []byte) bool {
	return isFold(user, "ANONYMOUS") || isFold(user, "FTP") || len(user) > 0 && bytes.EqualFold(user, password)
}
