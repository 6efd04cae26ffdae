package control

import (
	"strings"
	"testing"
	"time"
)

func TestMask(t *testing.T) {
	tests := []struct{ name, commands, text, want string }{
		{"the command", "PASS hunter2\r\n", "PASS hunter2", "PASS ****"},
		{"in lower case", "pass hunter2\r\n", "pass hunter2", "pass ****"},
		{"an echo", "PASS hunter2\r\n", "500 'PASS hunter2': no", "500 'PASS ****': no"},
		{"an echo in upper case", "PASS hunter2\r\n", "500 HUNTER2", "500 ****"},
		{"inside a word", "PASS hunter2\r\n", "xhunter2x", "x****x"},
		{"a short one inside a word", "PASS a\r\n", "a man, a plan, drwxr-xr-a", "**** man, **** plan, drwxr-xr-****"},
		{"one in another", "PASS hunter\r\nPASS hunter2\r\n", "hunter2 hunter", "**** ****"},
		{"overlapping", "PASS ab cd\r\nPASS cd ef\r\n", "ab cd ef", "****"},
		{"repeated", "PASS a-1a-1\r\n", "a-1a-1a-1", "****"},
		{"behind Telnet commands", "\xff\xf4\xff\xf2PASS hunter2\r\n", "hunter2", "****"},
		{"after parts of Telnet commands", "\xff\xffPASS hunter2\r\n\xffAPASS hunter3\r\n", "hunter2 hunter3", "**** ****"},
		{"blanks around it", "  PASS \t hunter2 \r\n", "hunter2", "****"},
		{"with a bare LF", "NOOP\r\nPASS hunter2\nx\r\n", "500 hunter2 or hunter2\nx", "500 **** or ****"},
		{"behind a bare LF", "NOOP\r\nNOOP\nPASS hunter2\r\n", "hunter2", "****"},
		{"not complete", "PASS hunter2", "hunter2", "****"},
		{"not complete, one more byte", "PASS hunter2 x", "hunter2 x", "****"},
		{"ACCT and ADAT", "ACCT acc0unt\r\nADAT YWRhdA==\r\n", "acc0unt YWRhdA==", "**** ****"},
		{"the command was not seen", "", "500 'PASS hunter2' no\r\nPASS hunter2\r\n", "500 'PASS ****' no\r\nPASS ****\r\n"},
		{"help", "", "214 USER PASS ACCT CWD", "214 USER PASS ACCT CWD"},
		{"without an argument", "PASS\r\nPASS \r\n", "PASS", "PASS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c Conn
			c.Client([]byte(tt.commands), time.Time{})
			if got := string(c.Mask([]byte(tt.text))); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSecretPolicies(t *testing.T) {
	c := Conn{Secrets: ShowSecrets}
	c.Client([]byte("PASS hunter2\r\nPASS hunter3\r\n"), time.Time{})
	if got := string(c.Mask([]byte("hunter2"))); got != "hunter2" {
		t.Errorf("shown as %q", got)
	}
	c.Secrets = HashSecrets
	one, same, other := string(c.Mask([]byte("hunter2"))), string(c.Mask([]byte("hunter2"))), string(c.Mask([]byte("hunter3")))
	if one != same || one == other || strings.Contains(one, "hunter") {
		t.Errorf("hashed as %q, %q, %q", one, same, other)
	}
}

// The search of text without secrets allocates nothing.
func TestMaskAllocatesNothing(t *testing.T) {
	s := secrets{}
	for range 2 {
		for _, text := range []string{"Transfer complete.", `"/home/x" is the current directory`, "pass", "it's 'passed'"} {
			b := []byte(text)
			if n := testing.AllocsPerRun(10, func() { s.mask(b, MaskSecrets, context{}) }); n != 0 {
				t.Errorf("%q: %v allocations", text, n)
			}
		}
		s.remember([]byte("hunter2"), false)
	}
}
