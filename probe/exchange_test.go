package probe

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestFirewall has data connections that are dropped: each way is tried once.
func TestFirewall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, map[string]func(*client, string){})
		for _, verb := range []string{"PORT", "EPRT"} {
			s.instead[verb] = says("200 set")
		}
		listing := func(verb string) func(*client, string) {
			return func(c *client, argument string) {
				if c.passive == nil {
					c.say("150 here it comes")
					return
				}
				c.answer(verb, argument)
			}
		}
		for _, verb := range []string{"LIST", "NLST"} {
			s.instead[verb] = listing(verb)
		}
		s.network.filtered = func(address string) bool { return address != s.address }
		c := config(s)
		c.Sections = []string{"RFC 959 4.1.2", "RFC 2428"}
		c.Limits.Reply, c.Limits.Transfer, c.Timeout = 10*time.Second, 10*time.Second, time.Hour
		r, err := Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		for _, opener := range []string{"epsv", "pasv", "eprt", "port"} {
			want := "skipped: " + strings.ToUpper(opener) + ": no data connection in time (a firewall or an address translator may be the cause)"
			if got := reasonOf(r, opener); got != want {
				t.Errorf("%s: %s", opener, got)
			}
		}
		if r.Took > 70*time.Second {
			t.Errorf("it took %v", r.Took)
		}
	})
}
