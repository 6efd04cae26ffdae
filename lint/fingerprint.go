package lint

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/internal/wire"
)

// maxFingerprinted is the number of bytes of a line that a fingerprint depends on.
const maxFingerprinted = 1 << 10

// Fingerprint identifies the finding in other recordings. It returns 16 hexadecimal digits
// that depend on the rule, the verb of the command, the reply code, and the line that contains
// the place. In that line every run of digits counts as the same, so that ports, dates, sizes
// and process numbers do not matter; neither do its line ending and the bytes after its first
// 1024. Secrets are masked first, under every policy.
//
// The digits are the first 8 bytes of the SHA-256 of four lines, each followed by a LF:
// rule, verb, code (000 for bytes that are not a reply), text. It stays the same from release
// to release.
func (d *Diagnostic) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%03d\n%s\n", d.Rule.Name, d.Verb(), d.Item.Reply.Code(), d.text())
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Verb returns the verb of the command that was answered, in upper case and without secrets;
// "" when the command is unknown.
func (d *Diagnostic) Verb() string {
	if d.Item.Command == nil {
		return ""
	}
	return string(d.mask([]byte(d.Item.Command.Verb()), maxFingerprinted))
}

// text returns the line that contains the place, without the parts that vary.
func (d *Diagnostic) text() []byte {
	raw := d.Item.Bytes()
	start := bytes.LastIndexByte(raw[:d.From], '\n') + 1
	line, _, _ := bytes.Cut(raw[start:], []byte{'\n'})
	return maskDigits(d.mask(bytes.TrimRight(line, "\r"), maxFingerprinted))
}

// mask returns the first n bytes of b after every secret was masked.
func (d *Diagnostic) mask(b []byte, n int) []byte {
	b = d.Item.MaskAs(control.MaskSecrets, b)
	return b[:min(len(b), n)]
}

// maskDigits replaces each run of digits by a number sign.
func maskDigits(b []byte) (masked []byte) {
	for i, c := range b {
		switch {
		case !wire.IsDigit(c):
			masked = append(masked, c)
		case i == 0 || !wire.IsDigit(b[i-1]):
			masked = append(masked, '#')
		}
	}
	return masked
}
