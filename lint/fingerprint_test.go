package lint

import (
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/control"
)

// fingerprints lists those of the findings of one rule.
func fingerprints(rule string, policy control.SecretPolicy, e Example) (list []string) {
	c := linted(func(d *Diagnostic) {
		if d.Rule.Name == rule {
			list = append(list, d.Fingerprint())
		}
	})
	c.Secrets = policy
	e.Run(c)
	c.Close(control.RecordingEnds)
	return list
}

func fingerprint(t *testing.T, e Example) string {
	t.Helper()
	list := fingerprints("control-byte", control.MaskSecrets, e)
	if len(list) != 1 {
		t.Fatalf("%q: %d findings", e, len(list))
	}
	return list[0]
}

func TestFingerprint(t *testing.T) {
	const same = "b647a89c68341cb6"
	tests := []struct {
		name  string
		e     Example
		equal bool
	}{
		{"the same", Example{"C RETR a\r\n", "S 550 no \x01a at 10:25, port 1234\r\n"}, true},
		{"other digits", Example{"C RETR a\r\n", "S 550 no \x01a at 9:07, port 80\r\n"}, true},
		{"another argument", Example{"C retr b.txt\r\n", "S 550 no \x01a at 10:25, port 1234\r\n"}, true},
		{"another end of the line", Example{"C RETR a\r\n", "S 550 no \x01a at 10:25, port 1234\r\r\n"}, true},
		{"in a longer reply", Example{"C RETR a\r\n", "S 550-no\r\n550 no \x01a at 10:25, port 1234\r\n"}, true},
		{"another code", Example{"C RETR a\r\n", "S 551 no \x01a at 10:25, port 1234\r\n"}, false},
		{"another verb", Example{"C STOR a\r\n", "S 550 no \x01a at 10:25, port 1234\r\n"}, false},
		{"no verb", Example{"S 550 no \x01a at 10:25, port 1234\r\n"}, false},
		{"another text", Example{"C RETR a\r\n", "S 550 no \x01b at 10:25, port 1234\r\n"}, false},
	}
	want := fingerprint(t, tests[0].e)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fingerprint(t, tt.e); (got == want) != tt.equal {
				t.Errorf("got %s, the first has %s", got, want)
			}
		})
	}
	if want != same {
		t.Errorf("it is %s, and must stay %s", want, same)
	}
}

// What is far behind in a line does not count, and neither does how a secret is shown.
func TestFingerprintOfSecrets(t *testing.T) {
	for _, before := range []int{0, 500, 1010, 1018, 1024, 2000} {
		exchange := func(secret string) Example {
			text := strings.Repeat("x", before) + secret + "+" + secret
			return Example{"C PASS " + secret + "\r\n", "S 530 \x01" + text + "\r\n"}
		}
		want := fingerprint(t, exchange("hunter2"))
		for _, policy := range []control.SecretPolicy{control.MaskSecrets, control.HashSecrets, control.ShowSecrets} {
			got := fingerprints("control-byte", policy, exchange("correct horse battery staple"))
			if len(got) != 1 || got[0] != want {
				t.Errorf("%d bytes before, policy %d: %q, want %s", before, policy, got, want)
			}
		}
	}
}

func TestMaskDigits(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"7":                              "#",
		"a1b22c333":                      "a#b#c#",
		"227 Entering (127,0,0,1,4,51).": "# Entering (#,#,#,#,#,#).",
		"Nov 22 10:25 \xd9\xa1 x-1 0.5":  "Nov # #:# \xd9\xa1 x-# #.#",
	} {
		if got := string(maskDigits([]byte(in))); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
