package servecmd

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/payload"
)

// clientVariable makes the test binary a client: correct or naive.
const clientVariable = "FTPREPLY_TEST_CLIENT"

func TestMain(m *testing.M) {
	if kind := os.Getenv(clientVariable); kind != "" {
		if err := client(kind, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// client retrieves readme.txt. The naive client takes any line that begins with a digit and has a
// space after the code for a reply, and connects to the host of a 227.
func client(kind, address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	in := bufio.NewReader(conn)
	parser := ftpreply.NewParser(in)
	next := func() (ftpreply.Reply, error) { return parser.Next() }
	if kind == "naive" {
		next = func() (ftpreply.Reply, error) {
			for {
				line, err := in.ReadBytes('\n')
				if err != nil {
					return ftpreply.Reply{}, err
				}
				if len(line) > 4 && line[0] >= '0' && line[0] <= '9' && line[3] == ' ' {
					return ftpreply.Parse(line)
				}
			}
		}
	}
	if _, err := next(); err != nil {
		return err
	}
	command := func(text string) (ftpreply.Reply, error) {
		fmt.Fprintf(conn, "%s\r\n", text)
		r, err := next()
		if err == nil && r.Code() >= 400 {
			err = fmt.Errorf("%s: %s", text, r)
		}
		return r, err
	}
	for _, text := range []string{"USER x", "PASS y", "PWD", "FEAT", "TYPE I"} {
		if _, err := command(text); err != nil {
			return err
		}
	}
	r, err := command("PASV")
	if err != nil {
		return err
	}
	p, err := payload.ParsePassive(r)
	if err != nil {
		return err
	}
	host := "127.0.0.1"
	if kind == "naive" {
		host = p.Host.String()
	}
	data, err := net.Dial("tcp", net.JoinHostPort(host, fmt.Sprint(p.Port)))
	if err != nil {
		return err
	}
	defer data.Close()
	if _, err := command("RETR readme.txt"); err != nil {
		return err
	}
	if _, err := io.Copy(os.Stdout, data); err != nil {
		return err
	}
	if _, err := next(); err != nil {
		return err
	}
	_, err = command("QUIT")
	return err
}

// serve runs the subcommand with a client of the test binary.
func serve(t *testing.T, kind string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the command line of the client is for a POSIX shell")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(clientVariable, kind)
	args = append([]string{"serve", "--exec", "'" + self + "' {host}:{port}", "--timeout", "1m"}, args...)
	status, out, errs := clitest.Run([]cli.Command{New}, args...)
	return status, string(out), string(errs)
}

func gradesOf(t *testing.T, output string) map[string]string {
	t.Helper()
	var r report
	if err := json.Unmarshal([]byte(output), &r); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	all := map[string]string{}
	for _, c := range r.Cases {
		all[c.Name] = string(c.Grade)
	}
	return all
}

func TestCorrectClient(t *testing.T) {
	status, stdout, stderr := serve(t, "correct", "--hold", "20ms", "--format", "json",
		"--match", "framing/single,framing/multi-othercode,framing/hidden-in-multi,attack/bounce-227,dialogue/greeting-421,dialogue/retr-226-early,timing/split*")
	if status != 0 {
		t.Fatalf("status %d\n%s%s", status, stdout, stderr)
	}
	for name, grade := range gradesOf(t, stdout) {
		want := "correct"
		if name == "dialogue/greeting-421" {
			want = "safe refusal"
		}
		if grade != want {
			t.Errorf("%s: %s, want %s", name, grade, want)
		}
	}
}

func TestNaiveClient(t *testing.T) {
	status, stdout, stderr := serve(t, "naive", "--hold", "30s", "--format", "json",
		"--match", "framing/multi-othercode/pwd,framing/multi-othercode/feat,attack/bounce-227")
	if status != 1 {
		t.Fatalf("status %d\n%s%s", status, stdout, stderr)
	}
	for name, want := range map[string]string{
		"framing/multi-othercode/pwd":  "desynchronizes",
		"framing/multi-othercode/feat": "desynchronizes",
		"attack/bounce-227":            "connects where it must not",
	} {
		if got := gradesOf(t, stdout)[name]; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}

	// The failures of an earlier run do not count.
	before := clitest.WriteFile(t, "before.json", []byte(stdout))
	if status, stdout, stderr := serve(t, "naive", "--match", "attack/bounce-227", "--baseline", before); status != 0 || !strings.Contains(stdout, "failed before") {
		t.Errorf("with a baseline: status %d\n%s%s", status, stdout, stderr)
	}

	status, out, errs := clitest.Run([]cli.Command{New}, "serve", "merge", before, before)
	if status != 0 || !strings.Contains(string(out), "desynchronizes") {
		t.Errorf("merge: status %d\n%s%s", status, out, errs)
	}
}

func TestReports(t *testing.T) {
	for format, want := range map[string][]string{
		"text":  {"FAILED (error) attack/bounce-227: connects where it must not", "127,0,0,2", "expected:", "observed: 1 connections", "1 cases, 1 failed"},
		"junit": {"<testsuite name=\"attack\"", "failures=\"1\"", "connects where it must not"},
	} {
		status, stdout, stderr := serve(t, "naive", "--match", "attack/bounce-227", "--format", format)
		if status != 1 {
			t.Errorf("%s: status %d, %s", format, status, stderr)
		}
		for _, text := range want {
			if !strings.Contains(stdout, text) {
				t.Errorf("%s: no %q in\n%s", format, text, stdout)
			}
		}
	}
}

func TestList(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--list", "--match", "tls"}, "tls/auth-refused: AUTH is refused.\n"},
		{[]string{"--dry-run", "--case", "dialogue/retr-226-early"}, "at RETR: \"{reply}226 Complete.\\r\\n\""},
		{[]string{"--dry-run", "--section", "RFC 2428"}, "payload/epsv-delimiter"},
	} {
		status, stdout, stderr := clitest.Run([]cli.Command{New}, append([]string{"serve"}, test.args...)...)
		if status != 0 || !strings.Contains(string(stdout), test.want) {
			t.Errorf("%q: status %d, no %q in\n%s%s", test.args, status, test.want, stdout, stderr)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--address", "0.0.0.0"}, "not on the loopback interface"},
		{[]string{"--address", "localhost"}, "not an IP address"},
		{[]string{"--case", "no/such"}, "no case has the name"},
		{[]string{"--match", "nothing"}, "no case matches"},
		{[]string{"--match", "["}, "syntax error in pattern"},
		{[]string{"-j", "0"}, "-j must be from 1"},
		{[]string{"--hold", "0"}, "must be positive"},
		{[]string{"merge", "no-such-file"}, "no-such-file"},
	} {
		status, _, stderr := clitest.Run([]cli.Command{New}, append([]string{"serve"}, test.args...)...)
		if status != 2 || !strings.Contains(string(stderr), test.want) {
			t.Errorf("%q: status %d, %s", test.args, status, stderr)
		}
	}
	if status, _, stderr := serve(t, "correct", "--match", "nothing-else", "--baseline", clitest.WriteFile(t, "x.json", []byte(`{"cases":[null]}`))); status != 2 {
		t.Errorf("status %d, %s", status, stderr)
	}
	if runtime.GOOS != "windows" {
		for command, want := range map[string]string{"false": "fails against the correct server", "true": "does not connect"} {
			if status, _, stderr := clitest.Run([]cli.Command{New}, "serve", "--exec", command); status != 2 || !strings.Contains(string(stderr), want) {
				t.Errorf("%s: status %d, %s", command, status, stderr)
			}
		}
	}
}

// A lineWriter passes its lines to a channel.
type lineWriter struct{ lines chan string }

func (w *lineWriter) Write(b []byte) (int, error) {
	for line := range strings.Lines(string(b)) {
		w.lines <- strings.TrimSpace(line)
	}
	return len(b), nil
}

// TestListen chooses a case by the name of the user.
func TestListen(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &lineWriter{make(chan string, 1000)}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	status := make(chan int)
	go func() {
		a := cli.NewApp(ctx, nil, w, io.Discard)
		status <- a.Run([]cli.Command{New}, []string{"serve", "--ca-file", ca})
	}()
	if line := <-w.lines; !strings.HasPrefix(line, "certificate SHA-256 ") || !strings.HasSuffix(line, ca) {
		t.Error(line)
	}
	address, _, _ := strings.Cut(<-w.lines, ": ")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "USER dialogue.pass-530\r\nPASS x\r\nQUIT\r\n")
	parser := ftpreply.NewParser(bufio.NewReader(conn))
	for _, code := range []ftpreply.Code{220, 331, 530, 221} {
		if r, err := parser.Next(); err != nil || r.Code() != code {
			t.Fatalf("%v, %v, want %d", r, err, code)
		}
	}
	if _, err := parser.Next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if line := <-w.lines; !strings.HasPrefix(line, "session") {
		t.Error(line)
	}
	cancel()
	if got := <-status; got != 0 {
		t.Errorf("status %d", got)
	}
}
