package control_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/control"
)

// FuzzSecrets checks that a password is not shown where a reply repeats it as a whole word, for
// any text around it and any cut of the bytes.
func FuzzSecrets(f *testing.F) {
	f.Add([]byte("hunter2"), []byte("Unknown command: PASS"), []byte("(really)"), uint8(3))
	f.Add([]byte("p\xff\xffw!"), []byte("'"), []byte("'"), uint8(1))
	f.Fuzz(func(t *testing.T, secret, before, after []byte, cut uint8) {
		if len(secret) < 4 || len(secret) > 500 || bytes.ContainsAny(secret, " \t\r\n\x00*") || bytes.IndexByte(secret, 0xff) >= 0 ||
			bytes.EqualFold(secret, []byte("anna")) || bytes.ContainsAny(before, "\r\n") || bytes.ContainsAny(after, "\r\n") ||
			bytes.Contains(before, secret) || bytes.Contains(after, secret) { // there it may be a part of a word
			return
		}
		shown := 0
		c := control.Conn{Handle: func(it *control.Item) {
			if it.Kind == control.ReplyItem && it.Reply.Code() == 500 && bytes.Contains(it.Mask(it.Reply.Raw()), secret) {
				shown++
			}
			if it.Kind == control.CommandItem && it.Command.IsVerb("PASS") && bytes.Contains(it.Mask(it.Command.Line), append([]byte(" "), secret...)) {
				shown++
			}
		}}
		send := func(side func([]byte, time.Time), text []byte) {
			for n := int(cut%7) + 1; len(text) > 0; text = text[min(n, len(text)):] {
				side(text[:min(n, len(text))], time.Time{})
			}
		}
		send(c.Server, []byte("220 ready\r\n"))
		send(c.Client, []byte("USER anna\r\n"))
		send(c.Server, []byte("331 password\r\n"))
		send(c.Client, append(append([]byte("PASS "), secret...), "\r\n"...))
		reply := append(append([]byte("500 "), before...), ' ')
		reply = append(append(append(reply, secret...), ' '), after...)
		send(c.Server, append(reply, "\r\n"...))
		c.Close(control.RecordingEnds)
		if shown > 0 {
			t.Errorf("the secret %q is shown", secret)
		}
	})
}
