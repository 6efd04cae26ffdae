package sessionscmd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/google/go-cmp/cmp"
)

// follow gives an exchange to a session, and renders what it tells.
func follow(e lint.Example) (got []string) {
	s, c := new(session), &input.Connection{}
	rec := &input.Recording{Format: &transcript.Format{Name: "raw"}}
	c.Handle = func(it *control.Item) {
		if t := s.Item(it); t != nil {
			got = append(got, strings.TrimSpace(transferLine(rec, c, t)))
		}
	}
	e.Run(&c.Conn)
	c.Close(control.RecordingEnds)
	for _, t := range s.Waiting {
		got = append(got, strings.TrimSpace(transferLine(rec, c, t)))
	}
	return append(got, fmt.Sprintf("%s, %s", loginText(c, s), s.End))
}

func TestSession(t *testing.T) {
	in := func(rest ...string) lint.Example {
		return append(lint.Example{"S 220 a\r\n", "C USER joe\r\n", "S 331 b\r\n", "C PASS x\r\n", "S 230 c\r\n"}, rest...)
	}
	tests := []struct {
		name     string
		exchange lint.Example
		want     []string
	}{
		{"nothing", nil, []string{"no login, open"}},
		{"no password", lint.Example{"S 220 a\r\n", "C user  anonymous \r\n", "S 230 b\r\n"}, []string{"anonymous logged in (230), open"}},
		{"a password that is asked for", lint.Example{"S 220 a\r\n", "C USER joe\r\n", "S 331 b\r\n"}, []string{"no login, open"}},
		{"an account", lint.Example{"S 220 a\r\n", "C USER joe\r\n", "S 331 b\r\n", "C PASS x\r\n", "S 332 c\r\n", "C ACCT y\r\n", "S 230 d\r\n"},
			[]string{"joe logged in (230), open"}},
		{"a superfluous account", lint.Example{"S 220 a\r\n", "C ACCT y\r\n", "S 202 b\r\n"}, []string{"no login, open"}},
		{"refused", lint.Example{"S 220 a\r\n", "C USER joe\r\n", "S 331 b\r\n", "C PASS x\r\n", "S 530 c\r\n", "C USER ann\r\n", "S 530 d\r\n"},
			[]string{"ann refused ×2 (530), open"}},
		{"refused, then accepted", append(lint.Example{"S 220 a\r\n", "C USER ann\r\n", "S 530 b\r\n"}, in()[1:]...),
			[]string{"joe logged in (230) after 1 refused, open"}},
		{"accepted, then refused", in("C USER ann\r\n", "S 530 d\r\n"), []string{"joe logged in (230) after 1 refused, open"}},
		{"quit", in("C QUIT\r\n", "S 221 d\r\n"), []string{"joe logged in (230), quit"}},
		{"no service", lint.Example{"S 421 a\r\n"}, []string{"no login, server-closing"}},
		{"TLS", lint.Example{"S 220 a\r\n", "C AUTH TLS\r\n", "S 234 b\r\n", "C \x16\x03\x01\x00\x01a", "S \x16\x03\x01\x00\x01a"}, []string{"no login, tls"}},
		{"a size in the reply", in("C RETR a b\r\n", "S 150 go (12 bytes)\r\n226 d\r\n"),
			[]string{"RETR a b  completed (226), 12 bytes", "joe logged in (230), open"}},
		{"a size that was asked for", in("C SIZE a\r\n", "S 213 7\r\n", "C RETR a\r\n", "S 125 go\r\n250 d\r\n", "C RETR b\r\n", "S 150 go\r\n226 d\r\n"),
			[]string{"RETR a  completed (250), 7 bytes", "RETR b  completed (226)", "joe logged in (230), open"}},
		{"a restart", in("C REST 5\r\n", "S 350 d\r\n", "C STOR a\r\n", "S 150 go\r\n226 d\r\n", "C STOR a\r\n", "S 150 go\r\n226 d\r\n"),
			[]string{"STOR a  completed (226), from byte 5", "STOR a  completed (226)", "joe logged in (230), open"}},
		{"a restart that is refused", in("C REST 5\r\n", "S 502 d\r\n", "C STOR a\r\n", "S 150 go\r\n226 d\r\n"),
			[]string{"STOR a  completed (226)", "joe logged in (230), open"}},
		{"an abort", in("C RETR a\r\n", "S 150 go\r\n", "C ABOR\r\n", "S 426 d\r\n226 e\r\n"),
			[]string{"RETR a  aborted (426 d)", "joe logged in (230), open"}},
		{"failures", in("C RETR a\r\n", "S 550 d\r\n", "C LIST\r\n", "S 425 e\r\n"),
			[]string{"RETR a  failed (550 d)", "LIST  failed (425 e)", "joe logged in (230), open"}},
		{"no end", in("C NLST\r\n", "S 150 d\r\n", "C QUIT\r\n"), []string{"NLST  open", "joe logged in (230), open"}},
		{"one file twice at a time", in("C RETR a\r\nRETR a\r\n", "S 150 d\r\n226 e\r\n550 f\r\n"),
			[]string{"RETR a  completed (226)", "RETR a  failed (550 f)", "joe logged in (230), open"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, follow(tt.exchange)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
