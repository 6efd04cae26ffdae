package render

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	var b strings.Builder
	Table(&b, [][]string{{"server", "replies", ""}, {"日本", "7", "x"}, {"vsFTPd 3.0.5", "-"}})
	want := "server        replies\n日本          7        x\nvsFTPd 3.0.5  -\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	b.Reset()
	if Table(&b, [][]string{{"server"}}); b.Len() > 0 {
		t.Errorf("a table without rows: %q", b.String())
	}
}

func TestWrap(t *testing.T) {
	if got := wrapAt("one  two\nthree 日本 x", 9); got != "one two\nthree\n日本 x" {
		t.Errorf("%q", got)
	}
}

func TestCounts(t *testing.T) {
	got := Count(1, "reply", "replies") + Further(0, "known") + Further(2, "known") + Count(int64(0), "x", ", 0 xs")
	if got != "1 reply, 2 known0 , 0 xs" {
		t.Error(got)
	}
}
