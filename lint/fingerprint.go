package lint

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/ftpreply/ftpreply/control"
)

// maxFingerprinted is how many bytes of a line a fingerprint is made of.
const maxFingerprinted = 1 << 10

// Fingerprint names what was found, so that it can be known again in another
// recording: 16 hexadecimal digits made of the rule, the verb of the command, the
// reply code, and the line that the place is in. In that line each run of digits counts
// as one, whatever it is, so that ports, dates, sizes and process numbers do not
// matter; nor does its end, nor what is behind its first 1024 bytes. Secrets are
// masked first, whatever the policy, so nothing of them is in it.
//
// It is made of the first 8 bytes of the SHA-256 of four lines, each with a LF behind it:
// rule, verb, code (000 for what is no reply), text. It stays the same from release to
// release.
func (d *Diagnostic) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%03d\n%s\n", d.Rule.Name, d.Verb(), d.Item.Reply.Code(), d.text())
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Verb is that of the command that was answered, in upper case and without secrets;
// "" when it is not known.
func (d *Diagnostic) Verb() string {
	if d.Item.Command == nil {
		return ""
	}
	return string(d.mask([]byte(d.Item.Command.Verb()), maxFingerprinted))
}

// text is the line that the place is in, without what varies.
func (d *Diagnostic) text() []byte {
	raw := d.Item.Bytes()
	start := bytes.LastIndexByte(raw[:d.From], '\n') + 1
	line, _, _ := bytes.Cut(raw[start:], []byte{'\n'})
	return maskDigits(d.mask(bytes.TrimRight(line, "\r"), maxFingerprinted))
}

// mask returns the first bytes, at most n, of what b is with every secret masked.
func (d *Diagnostic) mask(b []byte, n int) []byte {
	b = d.Item.MaskAs(control.MaskSecrets, b)
	return b[:min(len(b), n)]
}

// maskDigits puts a number sign in the place of each run of digits.
func maskDigits(b []byte) (masked []byte) {
	for i, c := range b {
		switch {
		case !isDigit(c):
			masked = append(masked, c)
		case i == 0 || !isDigit(b[i-1]):
			masked = append(masked, '#')
		}
	}
	return masked
}

func isDigit(c byte) bool { return c-'0' <= 9 }
