package control

import (
	"testing"
	"time"
)

// Without the commands, only clear echoes of one are hidden.
func TestEchoesOfOneSide(t *testing.T) {
	tests := []struct{ text, want string }{
		{"500 'PASS hunter2': no", "500 'PASS ****': no"},
		{"500 \"PASS hunter2\" no", "500 \"PASS ****\" no"},
		{"500 `PASS hunter2' no", "500 `PASS ****' no"},
		{"500 (PASS hunter2)", "500 (PASS ****)"},
		{"500 [PASS hunter2] x", "500 [PASS ****] x"},
		{"500 PASS hunter2 not understood", "500 PASS **** not understood"},
		{"500 PASS hunter2 not understood\x01", "500 PASS **** not understood\x01"},
		{"500 PASS correct horse", "500 PASS ****"},
		{"500 pass:hunter2: unknown", "500 pass:**** unknown"},
		{"500 Unknown command: PASS x", "500 Unknown command: PASS ****"},
		{"500 Unknown command PASS x", "500 Unknown command PASS ****"},
		{"500-no\r\n PASS hunter2\r\n500 no", "500-no\r\n PASS ****\r\n500 no"},
		{" PASS hunter2", " PASS ****"},
		{"500 'SITE PSWD old new' no", "500 'SITE PSWD ****' no"},
		{"502 ACCT command not implemented.", ""},
		{"331 Please send your PASS now", ""},
		{"530 PASS failed", ""},
		{"503 PASS without USER", ""},
		{"202 ACCT not needed", ""},
		{"214 USER PASS ACCT CWD", ""},
		{"214-The following:\r\n PASS ACCT CWD\r\n214 End", ""},
		{"214 Syntax: PASS <sp> password", ""},
		{"500 'PASS' not understood", ""},
		{"530 Password required", ""},
		{"334 ADAT must follow", ""},
		{"500 'PASS ***' no", ""},
	}
	for _, tt := range tests {
		want := tt.want
		if want == "" {
			want = tt.text
		}
		var c Conn
		if got := string(c.Mask([]byte(tt.text))); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Tokens are hidden although the commands are known.
func TestTokens(t *testing.T) {
	tests := []struct{ text, want string }{
		{"235 ADAT=YWJj", "235 ADAT=****"},
		{"Proxy-Authorization: Basic YWJj\r\nx", "Proxy-Authorization: ****\r\nx"},
		{"335 [ADAT=YWJj] go", "335 [ADAT=****] go"},
		{"220 mirror of ftp://u:p4ss@h/x", "220 mirror of ftp://u:****@h/x"},
		{"ftp://u:p:q@x@h/", "ftp://u:****@h/"},
		{"ftp://anonymous:a@b@h/", ""},
		{"ftp://h:21/a@b", ""},
		{"http://h/a:b@c", ""},
		{"ftp://u@h/", ""},
		{"://", ""},
		{"ADAT=", ""},
		{"234 ADAT must follow", ""},
	}
	for _, tt := range tests {
		want := tt.want
		if want == "" {
			want = tt.text
		}
		var c Conn
		c.Client([]byte("NOOP\r\n"), time.Time{})
		if got := string(c.Mask([]byte(tt.text))); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
