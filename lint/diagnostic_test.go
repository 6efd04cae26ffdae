package lint

import (
	"slices"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/control"
	"github.com/google/go-cmp/cmp"
)

// TestServers checks that a finding names only servers that send exactly this.
func TestServers(t *testing.T) {
	for _, test := range []struct {
		name     string
		exchange Example
		rule     string
		want     []string
	}{
		{"a deviation", Example{"S 220-a\r\n230 b\r\n220 c\r\n"}, "inner-code", nil},
		{"a deviation that servers have", Example{"S 220 a\r\n", "C STAT x\r\n", "S 213-a\r\nb\n213 c\r\n213 d\r\n"}, "hidden-reply", RuleNamed("hidden-reply").Servers},
		{"a verb in the condition", Example{"S 220 a\r\n", "C FEAT\r\n", "S 211-a\n b\n211 c\r\n"}, "bare-lf", []string{"goftp 2.0.3", "ProFTPD 1.3.0a"}},
		{"another verb", Example{"S 220 a\r\n", "C CWD x\r\n", "S 550 x\n: no\r\n"}, "bare-lf", nil},
		{"a condition in words", login("C PASV\r\n", "S 227 (0,0,0,0,4,51)\r\n"), "foreign-passive-host", nil},
		{"a code for a command", login("C CDUP\r\n", "S 250 changed\r\n"), "code-in-the-wild", []string{"all thirteen measured"}},
		{"a code that nobody sends to it", login("C TYPE I\r\n", "S 226 binary\r\n"), "code-not-listed", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := false
			c := linted(func(d *Diagnostic) {
				if d.Rule.Name != test.rule || found {
					return
				}
				found = true
				got := d.Servers()
				if test.rule == "code-in-the-wild" {
					if !slices.Contains(got, test.want[0]) {
						t.Errorf("%q lacks %q", got, test.want)
					}
				} else if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
			test.exchange.Run(c)
			c.Client([]byte("QUIT\r\n"), time.Time{})
			c.Close(control.RecordingEnds)
			if !found {
				t.Errorf("no %s", test.rule)
			}
		})
	}
}
