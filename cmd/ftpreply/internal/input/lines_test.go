package input

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

func TestLines(t *testing.T) {
	for count := 1; count < 12; count++ {
		for most := 1; most < 12; most++ {
			text := strings.Repeat("211-x\r\n", count-1) + "211 end\r\n"
			c := control.Conn{Handle: func(it *control.Item) {
				if it.Kind != control.ReplyItem {
					return
				}
				head, tail, left := Lines(it, most)
				all := append(head, tail...)
				if len(all)+left != count || len(all) != min(count, most) {
					t.Errorf("%d lines, at most %d: %q and %q, %d left out", count, most, head, tail, left)
				}
				if most > 1 && all[len(all)-1] != "211 end" {
					t.Errorf("%d lines, at most %d: the last one is missing: %q", count, most, all)
				}
			}}
			lint.Example{"S " + text}.Run(&c)
		}
	}
}

func TestLinesAreSafe(t *testing.T) {
	var got []string
	c := control.Conn{Handle: func(it *control.Item) {
		head, _, _ := Lines(it, 9)
		got = append(got, head...)
	}}
	lint.Example{"S 220 a\r\n", "C PASS hunter2\r\n", "S 530 hunter2 \x1b[31m " + strings.Repeat("x", 2*maxLine) + "\r\n"}.Run(&c)
	if want := fmt.Sprintf(`530 **** \x1b[31m %s[+%d bytes]`, strings.Repeat("x", maxLine-len("530 **** \x1b[31m ")), maxLine+len("530 **** \x1b[31m ")); len(got) != 3 || got[1] != "PASS ****" || got[2] != want {
		t.Errorf("%q", got)
	}
}
