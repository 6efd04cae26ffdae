package lint

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/control"
	"github.com/google/go-cmp/cmp"
)

// linted returns a Conn whose Items are judged by a new Linter.
func linted(report func(*Diagnostic)) *control.Conn {
	l := &Linter{Report: report}
	return &control.Conn{Handle: l.Item}
}

func (e Example) inSingleBytes() (single Example) {
	for _, turn := range e {
		for _, b := range []byte(turn[2:]) {
			single = append(single, turn[:2]+string([]byte{b}))
		}
	}
	return single
}

// FuzzConn: nothing panics, all bytes of the server are in some item or skipped,
// places are inside the item, and the pieces in which the bytes come do not matter.
func FuzzConn(f *testing.F) {
	for _, tc := range testCases(f) {
		if text := strings.Join(tc.exchange, "\x00"); len(text) < 1000 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e := exchangeOf(text)
		if diff := cmp.Diff(everything(e), everything(e.inSingleBytes())); diff != "" {
			t.Error(diff)
		}
	})
}

// exchangeOf makes an exchange of any bytes: turns are separated by NUL.
func exchangeOf(text []byte) (e Example) {
	for turn := range bytes.SplitSeq(text, []byte{0}) {
		if len(turn) > 2 && (turn[0] == 'S' || turn[0] == 'C') {
			e = append(e, string(turn))
		}
	}
	return e
}

// everything renders items and findings.
func everything(e Example) (got []string) {
	var found []string
	l := Linter{Report: func(d *Diagnostic) {
		offset, line, column := d.Position()
		found = append(found, fmt.Sprintf("%d %d:%d %d %s %s %+v", offset, line, column, d.Places, d.Rule.Name, d.Message, d.Excerpt().Line))
	}}
	c := control.Conn{Handle: func(it *control.Item) {
		l.Item(it)
		if it.Kind != control.EndItem {
			got = append(got, fmt.Sprintf("%d #%d %d:%d-%d %q %v %v", it.Kind, it.Seq, it.Line, it.Offset, it.End, it.Bytes(), it.Err, it.Injected))
		}
	}}
	c.MaxReply = 64
	e.Run(&c)
	c.Close(control.RecordingEnds)
	return append(got, found...)
}

// A Conn and a Linter that were used for another connection give the same as new ones.
func TestReset(t *testing.T) {
	var got []string
	newConn := func() (*control.Conn, *Linter) {
		c, l := new(control.Conn), new(Linter)
		c.Handle = func(it *control.Item) {
			if it.Kind != control.EndItem {
				got = append(got, fmt.Sprintf("%d %d:%d %d %q", it.Seq, it.Line, it.Offset, it.Kind, it.Mask(it.Bytes())))
			}
			l.Item(it)
		}
		l.Report = func(d *Diagnostic) {
			e := d.Excerpt()
			if e.Before == nil {
				e.Before = &control.ExcerptLine{}
			}
			got = append(got, fmt.Sprintf("%s %s %d %d %q", d.Rule.Name, d.Message, d.From, d.To, [][]byte{e.Before.Head, e.Line.Head, e.Line.Mark, e.Line.Tail}))
		}
		return c, l
	}
	play := func(c *control.Conn, exchange Example) []string {
		got = nil
		exchange.Run(c)
		c.Close(control.RecordingEnds)
		return append(got, fmt.Sprintf("%+v", c.Stats))
	}
	long := Example{"S 220 a\r\n"}
	for i := range 10 {
		long = append(long, fmt.Sprintf("C STAT %d\r\n", i))
	}
	exchanges := []Example{{"S 220-a\r\n", "C PASS secret\r\n", "C open"}, {"S 220 secret\r\n331 open\r\n"}, long, long}
	for r := range Rules() {
		exchanges = append(exchanges, r.Bad, r.Good)
	}
	used, usedLinter := newConn()
	for _, exchange := range exchanges {
		fresh, _ := newConn()
		want := play(fresh, exchange)
		if diff := cmp.Diff(want, play(used, exchange)); diff != "" {
			t.Errorf("%q: (-new +reset)\n%s", exchange, diff)
		}
		used.Reset()
		usedLinter.Reset()
	}
}

// A connection costs less when another one was linted before. The allocations that remain
// are for the password and the name of the server.
func TestResetAllocations(t *testing.T) {
	lint := func(c *control.Conn) {
		play(c, cleanTurns)
		c.Close(control.RecordingEnds)
	}
	report := func(*Diagnostic) {}
	fresh := testing.AllocsPerRun(100, func() {
		l := Linter{Report: report}
		lint(&control.Conn{Handle: l.Item})
	})
	l := Linter{Report: report}
	used := &control.Conn{Handle: l.Item}
	again := testing.AllocsPerRun(100, func() {
		lint(used)
		used.Reset()
		l.Reset()
	})
	if again > fresh/2 {
		t.Errorf("%v allocations, of %v for a new one", again, fresh)
	}
}

// A reply that is incomplete when the recording ends is not the server's fault.
func TestCut(t *testing.T) {
	for name, tt := range map[string]struct {
		exchange Example
		cut      bool
		want     []string
	}{
		"the connection ends in a reply":      {Example{"S 220 a\r\n", "C STAT\r\n", "S 211-b\r\n c"}, false, []string{"unterminated-reply"}},
		"the recording ends in a reply":       {Example{"S 220 a\r\n", "C STAT\r\n", "S 211-b\r\n c"}, true, nil},
		"the recording ends before a reply":   {Example{"S 220 a\r\n", "C STAT\r\n"}, true, []string{"owed-reply"}},
		"it ends where any LF would end it":   {Example{"S 220 a\r\n", "C STAT\r\n", "S 213-b\r\nnl\n213 c\n"}, true, nil},
		"it ends where any code would end it": {Example{"S 220 a\r\n", "C STAT\r\n", "S 213-b\r\n150 c\r\n"}, true, nil},
		"the recording ends in the greeting":  {Example{"S 220-a\r\n"}, true, nil},
		"the recording ends in a line":        {Example{"S 220 a\r\nab"}, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			c := linted(func(d *Diagnostic) { got = append(got, d.Rule.Name) })
			tt.exchange.Run(c)
			if tt.cut {
				c.Close(control.ConnectionLasts)
			} else {
				c.Close(control.ConnectionClosed)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
