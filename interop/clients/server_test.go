package clients

import (
	"errors"
	"net"
	"os/exec"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
)

func TestOutcome(t *testing.T) {
	clean := strings.Fields("USER PASS SYST PWD NOOP QUIT")
	for _, test := range []struct {
		name, verbs string
		early       int
		open        bool
		want        string
	}{
		{name: "a clean session", verbs: "USER PASS SYST PWD NOOP QUIT", want: "ok"},
		{name: "no command", open: true, want: "waits"},
		{name: "the end of the connection", want: "fails"},
		{name: "half a session", verbs: "USER PASS", open: true, want: "waits: USER PASS"},
		{name: "a session cut short", verbs: "USER PASS QUIT", want: "fails: USER PASS QUIT"},
		{name: "an early command", verbs: "USER PASS SYST PWD NOOP QUIT", early: 2, want: "desynchronizes: USER PASS"},
		{name: "no PASS", verbs: "USER SYST PWD NOOP QUIT", early: 1, want: "no password: USER SYST"},
		{name: "no USER either", verbs: "PWD NOOP QUIT", want: "no password: PWD"},
		{name: "a session that ends before the login", verbs: "USER QUIT", want: "fails: USER QUIT"},
		{name: "a second USER", verbs: "USER USER PASS SYST PWD NOOP QUIT", want: "detour: USER USER PASS SYST PWD NOOP QUIT"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := trace{strings.Fields(test.verbs), test.early, !test.open}.outcome(clean)
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestLibraryKeepsStep plays all sessions to a client on top of package ftpreply that skips
// lines that are not replies. It must do the same as in the clean session each time, since
// the server divides the vectors with the same package. This tests the server.
func TestLibraryKeepsStep(t *testing.T) {
	if !*installed {
		t.Skip("-installed is not set; this test measures time as the matrix does")
	}
	library := &client{name: "ftpreply", probe: "NOOP", inProcess: librarySession}
	rows := sessions()
	now := newMatrix()
	for _, trouble := range measure([]*client{library}, rows, now, now) {
		t.Error(trouble)
	}
	for _, row := range rows {
		want := now.cells[cell{row.place, noVector, row.clean, library.name}]
		if got := now.cells[row.cell(library.name)]; got != want {
			t.Errorf("%s: %q, and %q in the clean session %q", row, got, want, row.clean)
		}
	}
	if got := now.cells[cell{asGreeting, noVector, "220", library.name}]; got != "ok" {
		t.Errorf("%q in a clean session", got)
	}
}

func librarySession(conn net.Conn) {
	p := ftpreply.NewParser(conn)
	p.MaxReply = 1 << 30
	logIn(conn, func() (code int, err error) {
		for {
			reply, err := p.Next()
			if !errors.Is(err, ftpreply.ErrNotReply) {
				return int(reply.Code()), err
			}
		}
	})
}

func TestDeath(t *testing.T) {
	for _, test := range []struct{ name, command, line, want string }{
		{"a signal", "kill -SEGV $$", "", "crashes (segmentation fault)"},
		{"an exception", "exit 1", "raises UnicodeDecodeError", "raises UnicodeDecodeError"},
		{"an error", "exit 1", "530 Login incorrect", ""},
		{"nothing", "exit 0", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := exec.Command("sh", "-c", test.command).Run()
			if got := death(err, test.line); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestInstalled(t *testing.T) {
	missing := &client{name: "missing", version: []string{"true"}, command: []string{"no-such-client"}}
	if version, err := missing.installed(); err == nil {
		t.Errorf("a missing client has version %q", version)
	}
	if got, want := release("2:3.2.6-1+b1"), "3.2.6"; got != want {
		t.Errorf("release %q, want %q", got, want)
	}
}
