package control

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Another reading ends a reply before the bytes that the framer has already looked at.
func TestOtherReadingBeforeTheEnd(t *testing.T) {
	tests := []struct {
		name     string
		exchange exchange
		want     []string
	}{
		{"at the end", exchange{"S 553-a\r\n150 b\r\n221 bye\r\n221 op"},
			[]string{`S 1:0 "553-a\r\n150 b\r\n"`, `S 3:14 "221 bye\r\n"`, `S 4:23 unexpected EOF "221 op"`}},
		{"when the server goes on", exchange{"S 220 a\r\n", "C X\r\n", "S 553-a\r\n150 b\r\n", "C QUIT\r\n", "S 221 bye\r\n221 x\r\n"},
			[]string{`S 1:0 "220 a\r\n"`, `C 1:0 "X"`, `S 2:7 "553-a\r\n150 b\r\n"`, `C 2:3 "QUIT"`, `S 4:21 "221 bye\r\n"`, `S 5:30 "221 x\r\n"`}},
	}
	for _, tt := range tests {
		for name, e := range map[string]exchange{"whole": tt.exchange, "in single bytes": tt.exchange.inSingleBytes()} {
			if diff := cmp.Diff(tt.want, items(e.run)); diff != "" {
				t.Errorf("%s, %s: %s", tt.name, name, diff)
			}
		}
	}
}
