package control

import "testing"

func TestSecretPlace(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{"PASS", "PASS hunter2", "hunter2"},
		{"in lower case", "pass hunter2", "hunter2"},
		{"blanks", "  PASS \t hunter2 \t", "hunter2"},
		{"blanks in it", "PASS correct horse", "correct horse"},
		{"ACCT", "ACCT acc0unt", "acc0unt"},
		{"ADAT", "ADAT YWRhdA==", "YWRhdA=="},
		{"CPWD", "CPWD new", "new"},
		{"SITE PSWD", "SITE PSWD old new", "old new"},
		{"SITE GPASS", "site gpass new", "new"},
		{"SITE CPWD", "SITE CPWD new", "new"},
		{"SITE CHPWD", "SITE  CHPWD new", "new"},
		{"SITE PASSWD", "SITE PASSWD new", "new"},
		{"SITE CHPASS", "SITE CHPASS anna new", "new"},
		{"SITE CHPASS with one word", "SITE CHPASS new", "new"},
		{"SITE ADDUSER", "SITE ADDUSER anna new *@192.0.2.1", "new *@192.0.2.1"},
		{"a colon", "PASS:hunter2", "hunter2"},
		{"a colon and a blank", "PASS: hunter2", "hunter2"},
		{"an equals sign", "PASS=hunter2", "hunter2"},
		{"NUL", "PASS\x00hunter2", "hunter2"},
		{"CR", "PASS\rhunter2", "hunter2"},
		{"a byte order mark", "\xef\xbb\xbfPASS hunter2", "hunter2"},
		{"QUOTE", "QUOTE PASS hunter2", "hunter2"},
		{"literal", "literal pass hunter2", "hunter2"},
		{"QUOTE SITE", "quote site pswd a b", "a b"},
		{"after a CR", "NOOP\rPASS hunter2", "hunter2"},
		{"after a LF", "NOOP\nPASS hunter2", "hunter2"},
		{"after a NUL", "NOOP\x00PASS hunter2", "hunter2"},
		{"Telnet bytes", "\xff\xffPASS hunter2", "hunter2"},
		{"a Telnet option", "\xffAPASS hunter2", "hunter2"},
		{"a quotation mark", `"PASS hunter2"`, `hunter2"`},
		{"password", "PASSWORD hunter2", "hunter2"},
		{"nothing", "PASS", ""},
		{"only blanks", "PASS  \r", ""},
		{"another verb", "RETR PASS x", ""},
		{"a longer verb", "PASSIVE x", ""},
		{"SITE CHMOD", "SITE CHMOD 644 a", ""},
		{"SITE alone", "SITE", ""},
		{"HELP", "HELP PASS", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := secretPlace([]byte(tt.line))
			if got := tt.line[p.from:p.to]; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			c := Command{Line: []byte(tt.line)}
			if tt.want != "" && len(c.Verb()) > len("PASSWORD")+len("NOOP\r") {
				t.Errorf("the verb is %q", c.Verb())
			}
		})
	}
}

func TestPlaceholders(t *testing.T) {
	for text, want := range map[string]bool{"***": true, "*": true, "(hidden)": true, "<password>": true, "[***]": true, "xxx": false, "hidden": false, "(abc)": false, "**a": false} {
		if got := isPlaceholder([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
