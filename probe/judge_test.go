package probe

import (
	"io"
	"testing"
)

// TestRunOfABadServer has one fault a server, and the check that finds it.
func TestRunOfABadServer(t *testing.T) {
	says := func(text string) func(*client, string) {
		return func(c *client, _ string) { io.WriteString(c.conn, text) }
	}
	silent := says("")
	tests := []struct {
		name, verb string
		do         func(*client, string)
		check      string
		want       string
	}{
		{"a wrong code", "PWD", says("200 /\r\n"), "pwd", `failed: "PWD": got 200 "/", not 257`},
		{"two replies", "NOOP", says("200 a\r\n200 b\r\n"), "line-with-bare-lf", `failed: "NOOP a\nNOOP b": the number of replies is not the number of commands`},
		{"a required command", "SYST", says("502 no\r\n"), "syst", `failed: 502 "no", but RFC 1123 section 4.1.2.13 requires it`},
		{"no reply", "SYST", silent, "syst", `failed: "SYST": no final reply in time`},
		{"no end of a reply", "SYST", says("215-a\r\n"), "syst", `failed: "SYST": no final reply in time`},
		{"binary rubbish", "SYST", says("\x00\xff\xfe\x1b\x80\x81\r\n"), "syst", `failed: "SYST": no final reply in time`},
		{"a closed connection", "SYST", func(c *client, _ string) { c.conn.Close() }, "syst", `failed: "SYST": the server has closed the control connection: EOF`},
		{"a flood in a reply", "SYST", flood("215-a\r\n", "x\r\n"), "syst", `failed: "SYST": the replies exceed the limit of bytes`},
		{"a flood of replies", "SYST", flood("", "150 x\r\n"), "syst", `failed: "SYST": the replies exceed the limit of bytes`},
		{"FEAT is not true", "MLST", says("500 Unknown command\r\n"), "feat-truth", `failed: FEAT lists MLST, but the server does not know it`},
		{"a control character", "SYST", says("215 a\x1b[2Jb\r\n"), "syst", `passed: `},
		{"a foreign host", "PASV", says("227 Entering Passive Mode (192,0,2,1,4,51)\r\n"), "pasv",
			`failed: "LIST": the data connection goes to or comes from a host other than the server: 192.0.2.1`},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, map[string]func(*client, string){tt.verb: tt.do})
			r, err := Run(t.Context(), config(s))
			if err != nil {
				t.Fatal(err)
			}
			if got := reasonOf(r, tt.check); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.check, got, tt.want)
			}
		})
	}
}
