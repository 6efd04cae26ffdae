package control

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// No part of a secret is shown where a line is cut, wherever the place is.
func TestExcerptsHideSecrets(t *testing.T) {
	secret := "Secret-" + strings.Repeat("0123456789", 12)
	for before := range 200 {
		for _, after := range []int{0, 30, 59, 60, 61, 200} {
			c := Conn{Handle: func(it *Item) {
				if it.Kind != ReplyItem {
					return
				}
				at := strings.IndexByte(string(it.Reply.Raw()), 1)
				e := it.Excerpt(at, at+1)
				shown := string(e.Line.Head) + string(e.Line.Mark) + string(e.Line.Tail)
				if strings.Contains(shown, "Sec") || strings.Contains(shown, "0") {
					t.Fatalf("%d before, %d after: %q", before, after, shown)
				}
			}}
			c.Client([]byte("PASS "+secret+"\r\n"), time.Time{})
			c.Server([]byte("555 "+strings.Repeat("x", before)+secret+strings.Repeat("y", after)+"\x01"+secret+"\r\n"), time.Time{})
		}
	}
}

// The line before a place is the one that the server sent before, whatever pieces it came
// in. Nothing comes before a gap.
func TestLineBefore(t *testing.T) {
	const first, second, odd = "220 a\r\n", "220 b\r\n", "220 c\rd\r\n"
	tests := []struct {
		name   string
		pieces []string // "" is a gap
		want   string
	}{
		{"in one piece", []string{first + second + odd}, second},
		{"in a piece of its own", []string{first, second, odd}, second},
		{"in two pieces", []string{first + second + odd[:5], odd[5:]}, second},
		{"its last line", []string{"220-a\r\n220 b\r\n" + odd}, second},
		{"after a gap", []string{first, "", second + odd}, second},
		{"after a gap, in pieces", []string{first, "", second, odd}, second},
		{"directly after a gap", []string{first + second, "", odd}, ""},
		{"the first", []string{odd}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := []string{}
			lineBefore := func(it *Item) string {
				if e := it.Excerpt(5, 6); e.Before != nil {
					return string(e.Before.Head) + string(e.Before.Mark) + string(e.Before.Tail)
				}
				return ""
			}
			c := Conn{Handle: func(it *Item) {
				if it.Kind == ReplyItem && string(it.Reply.Raw()) == odd {
					got = append(got, lineBefore(it))
					if clone := lineBefore(it.Clone()); clone != got[len(got)-1] {
						t.Errorf("of the clone: %q", clone)
					}
				}
			}}
			for _, piece := range tt.pieces {
				if piece == "" {
					c.Gap()
				} else {
					c.Server([]byte(piece), time.Time{})
				}
			}
			c.Close(RecordingEnds)
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
