package probe

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestClosedAtEachStep has servers that close the connection once, at each command of a run.
func TestClosedAtEachStep(t *testing.T) {
	commands := 0
	synctest.Test(t, func(t *testing.T) {
		s := serveUser(t)
		if _, err := Run(t.Context(), writingConfig(s)); err != nil {
			t.Fatal(err)
		}
		commands = len(s.log())
	})
	for n := 1; n <= commands; n++ {
		for _, after := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				s := serveUser(t)
				if after {
					s.closesAfter = n
				} else {
					s.closesBefore = n
				}
				r, _ := Run(t.Context(), writingConfig(s))
				// A MKD that was sent and got no reply may have had an effect.
				token := tokenIn(s.log())
				lost := token == "" || !after && s.log()[n-1] == "MKD "+token
				if !s.checkUser(t, r) || r.Left != nil && !lost {
					t.Errorf("command %d of %d, after: %v: left %q\n%q", n, commands, after, r.Left, s.log())
				}
			})
		}
	}
}

// TestCommandsEndAtLF has a server that takes the name of a file for two commands.
func TestCommandsEndAtLF(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serveUser(t)
		s.anyLF = true
		r, err := Run(t.Context(), writingConfig(s))
		if err != nil || r.Left != nil {
			t.Errorf("%v, left: %q", err, r.Left)
		}
		s.checkUser(t, r)
	})
}

// TestCleanUpHasALimit is a server that stops answering.
func TestCleanUpHasALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serveUser(t)
		s.instead["RMD"] = func(*client, string) {}
		c := writingConfig(s)
		c.Sections = []string{"RFC 2640 3.1"}
		c.Limits.Reply, c.Limits.CleanUp = time.Hour, 3*time.Second
		begin := time.Now()
		r, err := Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Left) != 1 || !strings.HasPrefix(r.Left[0], "RMD /p") {
			t.Errorf("left: %q", r.Left)
		}
		if d := time.Since(begin); d > 20*time.Second {
			t.Errorf("it took %v", d)
		}
		s.checkUser(t, r)
	})
}
