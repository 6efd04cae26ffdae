package probe

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestLoginsAreLimited has one cause, and not a failure for each check.
func TestLoginsAreLimited(t *testing.T) {
	tests := []struct{ name, verb, reply, want string }{
		{"login", "PASS", "530 no more", `failed: the server accepts no more sessions after `},
		{"session", "", "421 no more", `failed: the server accepts no more sessions after `},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			seen := 0
			s := serve(t, map[string]func(*client, string){tt.verb: func(c *client, argument string) {
				if seen++; seen > 4 {
					c.say(tt.reply)
				} else if tt.verb == "" {
					c.say("220 ready")
				} else {
					c.answer(tt.verb, argument)
				}
			}})
			r, err := Run(t.Context(), config(s))
			if err != nil {
				t.Fatal(err)
			}
			if got := reasonOf(r, "new-session"); !strings.HasPrefix(got, tt.want) {
				t.Error(got)
			}
			if failed := withOutcome(r, Failed); len(failed) != 1 {
				t.Errorf("failed: %q", failed)
			}
		})
	}
}

// TestQUITIsNotAnswered waits for the reply to QUIT once.
func TestQUITIsNotAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, map[string]func(*client, string){"QUIT": func(*client, string) {}})
		c := config(s)
		c.Limits.Reply, c.Timeout = 10*time.Second, time.Hour
		r, err := Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if failed := withOutcome(r, Failed); !slices.Equal(failed, []string{"quit"}) || r.Took > 30*time.Second {
			t.Errorf("%q failed, after %v", failed, r.Took)
		}
	})
}
