package probe

import (
	"bufio"
	"crypto/tls"
	"io"
	"strings"
	"testing"
)

// TestInjection has servers that execute under TLS a command from clear text.
func TestInjection(t *testing.T) {
	secure := func(c *client, rest *bufio.Reader) {
		c.say("234 go")
		var before strings.Builder
		for rest.Buffered() > 0 || before.Len() == 0 {
			next, err := rest.Peek(1)
			if err != nil || next[0] == 0x16 {
				break
			}
			line, err := rest.ReadString('\n')
			if err != nil {
				return
			}
			before.WriteString(line)
		}
		under := tls.Server(buffered{c.conn.(*memoryConn), rest}, c.tls)
		c.conn = under
		c.in = bufio.NewReader(io.MultiReader(strings.NewReader(before.String()), under))
	}
	tests := []struct {
		name, verb string
		do         func(c *client, argument string)
		want       map[string]string
	}{
		{"keeps what it has read", "AUTH", func(c *client, _ string) { secure(c, c.in) }, map[string]string{
			"auth-injection":  `failed: the server executes a command that it received before TLS, with the reply 200 "OK"`,
			"hello-injection": `failed: the server executes a command that it received before TLS, with the reply 200 "OK"`,
		}},
		{"drops it", "NOOP", func(c *client, _ string) { c.say("200 OK") }, map[string]string{
			"auth-injection": "passed: ", "hello-injection": "passed: ",
		}},
		{"no TLS", "AUTH", func(c *client, _ string) { c.say("502 no") }, map[string]string{
			"auth-injection": `not supported: 502 "no"`, "hello-injection": `not supported: 502 "no"`,
		}},
		{"refused", "AUTH", func(c *client, _ string) { c.say("534 policy") }, map[string]string{
			"auth-injection": `refused: 534 "policy"`, "hello-injection": `refused: 534 "policy"`,
		}},
		{"an answer in clear text", "AUTH", func(c *client, _ string) { c.say("234 go\r\n200 OK") }, map[string]string{
			"auth-injection": "passed: ", "hello-injection": "passed: ",
		}},
		{"silence", "AUTH", func(c *client, _ string) {}, map[string]string{
			"auth-injection": "skipped: ",
		}},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, map[string]func(*client, string){tt.verb: tt.do})
			c := config(s)
			c.Sections = []string{"RFC 4217 4"}
			r, err := Run(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range tt.want {
				if got := reasonOf(r, name); !strings.HasPrefix(got, want) {
					t.Errorf("%s: %s, want %s", name, got, want)
				}
			}
		})
	}
}

// A buffered reads from a reader and writes to a connection.
type buffered struct {
	*memoryConn
	in *bufio.Reader
}

func (b buffered) Read(p []byte) (int, error) { return b.in.Read(p) }
