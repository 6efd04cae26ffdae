package probecmd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/lintcmd"
	"github.com/google/go-cmp/cmp"
	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A script has the replies of a server by verb; "*" is for other verbs.
type script map[string]string

// aServer is one with faults, and without data connections.
var aServer = script{
	"":     "220 (vsFTPd 9.9.9)\r\n",
	"USER": "331 password\r\n", "PASS": "230 in\r\n", "NOOP": "200 ok\r\n", "SYST": "215 UNIX Type: L8\r\n",
	"TYPE": "200 set\r\n", "STRU": "200 set\r\n", "MODE": "200 set\r\n", "QUIT": "221 bye\r\n",
	"PWD":  "257 \"/\" is it\r\n",
	"FEAT": "211-Features\r\n SIZE\r\n MDTM\r\n HOST\r\n211 End\r\n",
	"STAT": "211-Status\r\nnl\n213 End in a name\r\n211 End\r\n",
	"HELP": "214 ask\r\n214 again\r\n",
	"SIZE": "213 12\r\n",
	"CWD":  "550 \x1b[2J no\r\n",
	"*":    "502 not known\r\n",
}

// start starts the server. It returns its address and a buffer of the commands.
func (s script) start(t *testing.T) (address string, sent *bytes.Buffer) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	sent = &bytes.Buffer{}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.serve(conn, sent) // one after the other
		}
	}()
	return l.Addr().String(), sent
}

func (s script) serve(conn net.Conn, sent io.Writer) {
	defer conn.Close()
	io.WriteString(conn, s[""])
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		for err == nil && !strings.HasSuffix(line, "\r\n") {
			var more string
			more, err = in.ReadString('\n')
			line += more
		}
		if err != nil {
			return
		}
		io.WriteString(sent, line)
		verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(strings.TrimPrefix(line, "\xff\xf4\xff\xf2"))), " ")
		reply, ok := s[verb]
		switch {
		case verb == "":
			continue
		case !ok:
			reply = s["*"]
		}
		io.WriteString(conn, reply)
		if verb == "QUIT" {
			return
		}
	}
}

// changing matches text that differs from run to run.
var changing = regexp.MustCompile(`p\d{15}-|127\.0\.0\.1:\d+|\(\+\d\.\d+s\)|, [0-9.]+m?s\n|also sent by: .*|breaks \(measured\): .*`)

func stable(b []byte) string {
	return changing.ReplaceAllStringFunc(string(b), func(s string) string {
		switch s[0] {
		case 'p':
			return "TOKEN-"
		case '1':
			return "ADDRESS"
		case '(':
			return "(LATENCY)"
		case 'a':
			return "also sent by: OTHERS"
		case 'b':
			return "breaks (measured): CLIENTS"
		default:
			return ", TIME\n"
		}
	})
}

// updateReports writes the expected reports.
var updateReports = flag.Bool("update", false, "update testdata")

// golden compares text with the file of that name, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *updateReports {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestProbeText(t *testing.T) {
	address, sent := aServer.start(t)
	password := clitest.WriteFile(t, "password", []byte("hunter2x9\nnot this\n"))
	status, stdout, stderr := runProbe("probe", address, "--user", "x", "--password-file", password, "--reply-timeout", "1m",
		"--section", "RFC 959 4.1,RFC 2389,RFC 3659 4")
	if status != cli.ExitFindings || len(stderr) > 0 {
		t.Errorf("status %d, %s", status, stderr)
	}
	golden(t, "report.txt", stable(stdout))
	if bytes.Contains(stdout, []byte("hunter2x9")) || bytes.ContainsRune(stdout, 0x1b) {
		t.Error("the report has a password or an escape sequence")
	}
	if !bytes.Contains(sent.Bytes(), []byte("PASS hunter2x9\r\n")) {
		t.Error("the password was not sent")
	}
}

func TestProbeDryRun(t *testing.T) {
	status, stdout, stderr := runProbe("probe", "127.0.0.1:1", "--user", "x", "--write", "--dry-run", "--section", "RFC 3659")
	if status != cli.ExitClean || len(stderr) > 0 {
		t.Errorf("status %d, %s", status, stderr)
	}
	golden(t, "dryrun.txt", string(stdout))
}

func TestProbeJUnit(t *testing.T) {
	address, _ := aServer.start(t)
	status, stdout, _ := runProbe("probe", address, "--user", "x", "--format", "junit", "--section", "RFC 959 4.1.3", "--reply-timeout", "1m", "--fail-on", "warning")
	if status != cli.ExitFindings {
		t.Errorf("status %d", status)
	}
	var suites junit.Testsuites
	if err := xml.Unmarshal(stdout, &suites); err != nil {
		t.Fatal(err)
	}
	cases := map[string]junit.Testcase{}
	for _, suite := range suites.Suites {
		for _, c := range suite.Testcases {
			cases[c.Name] = c
		}
	}
	if c := cases["noop-logged-in"]; c.Failure != nil || c.Skipped != nil {
		t.Errorf("noop: %+v", c)
	}
	if c := cases["help"]; c.Failure == nil || !strings.Contains(c.Failure.Data, "extra-final-reply") {
		t.Errorf("help: %+v", c)
	}
	if c := cases["retr"]; c.Skipped == nil || !strings.Contains(c.Skipped.Message, "no data connection") {
		t.Errorf("retr: %+v", c)
	}
	if c := cases["abor-idle"]; c.Skipped == nil && c.Failure == nil {
		t.Errorf("abor: %+v", c)
	}
}

func TestProbeJSON(t *testing.T) {
	address, _ := aServer.start(t)
	status, stdout, _ := runProbe("probe", address, "--format", "ndjson", "--section", "RFC 2389", "--fail-on", "never")
	if status != cli.ExitClean {
		t.Errorf("status %d", status)
	}
	schema := clitest.OutputSchema(t, "../../../../docs/output.schema.json", "probe")
	var types []string
	for line := range bytes.Lines(stdout) {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil || schema.Validate(value) != nil {
			t.Errorf("%s: %v, %v", line, err, schema.Validate(value))
		}
		var object struct{ Type, Name, Outcome string }
		if err := json.Unmarshal(line, &object); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		types = append(types, strings.TrimSpace(object.Type+" "+object.Name+" "+object.Outcome))
	}
	want := []string{"header", "check greeting passed", "check feat passed", "check feat-logged-in skipped",
		"check opts-unknown skipped", "check feat-truth passed", "summary"}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Error(diff)
	}
}

// TestProbeSave lints the saved exchange: the findings are the same.
func TestProbeSave(t *testing.T) {
	address, _ := aServer.start(t)
	saved := filepath.Join(t.TempDir(), "saved.ndjson")
	runProbe("probe", address, "--user", "x", "--save", saved, "--section", "RFC 959 4.1.3", "--reply-timeout", "1m")
	_, stdout, stderr := runProbe("lint", saved)
	if !bytes.Contains(stdout, []byte("[hidden-reply]")) || !bytes.Contains(stdout, []byte("[extra-final-reply]")) {
		t.Errorf("%s%s", stdout, stderr)
	}
	if info, err := os.Stat(saved); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestProbeStatus(t *testing.T) {
	good := script{"": "220 hi\r\n", "QUIT": "221 bye\r\n", "NOOP": "200 ok\r\n", "*": "502 no\r\n"}
	bad := script{"": "220 hi\r\n", "QUIT": "221 bye\r\n", "NOOP": "333 what\r\n", "*": "502 no\r\n"}
	tests := []struct {
		name   string
		server script
		args   []string
		want   int
		stderr string
	}{
		{"clean", good, []string{"--section", "959 4.1.3"}, cli.ExitClean, ""},
		{"a failed check", bad, []string{"--section", "959 4.1.3"}, cli.ExitFindings, ""},
		{"a failed check that does not matter", bad, []string{"--section", "959 4.1.3", "--fail-on", "never"}, cli.ExitClean, ""},
		{"no such section", good, []string{"--section", "RFC 1"}, cli.ExitTrouble, `no check is in section "RFC 1"`},
		{"no password file", good, []string{"--user", "x", "--password-file", "nowhere"}, cli.ExitTrouble, "no such file"},
		{"no certificates", good, []string{"--ca", "probe_test.go"}, cli.ExitTrouble, "no certificate in it"},
		{"both", good, []string{"--ca", "probe_test.go", "--insecure"}, cli.ExitTrouble, "contradict"},
		{"no directory to save in", good, []string{"--save", "nowhere/x"}, cli.ExitTrouble, "no such file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, _ := tt.server.start(t)
			status, stdout, stderr := runProbe(append([]string{"probe", address, "--reply-timeout", "1m"}, tt.args...)...)
			if status != tt.want || !strings.Contains(string(stderr), tt.stderr) {
				t.Errorf("status %d, %s\n%s", status, stderr, stdout)
			}
		})
	}
}

func TestProbeWithoutAServer(t *testing.T) {
	status, _, stderr := runProbe("probe", "127.0.0.1:1")
	if status != cli.ExitTrouble || !bytes.Contains(stderr, []byte("connection refused")) {
		t.Errorf("status %d, %s", status, stderr)
	}
}

// TestProbeIsInterrupted has Ctrl-C pressed while a reply is awaited.
func TestProbeIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if conn, err := l.Accept(); err == nil {
			io.WriteString(conn, "220 hi\r\n")
			bufio.NewReader(conn).ReadString('\n')
			cancel()
		}
	}()
	var stdout, stderr bytes.Buffer
	a := cli.NewApp(ctx, nil, &stdout, &stderr)
	if status := a.Run([]cli.Command{New}, []string{"probe", l.Addr().String()}); status != cli.ExitInterrupted {
		t.Errorf("status %d, %s", status, stderr.String())
	}
	if !strings.Contains(stdout.String(), "the run has ended") {
		t.Errorf("the report is not there: %s", stdout.String())
	}
}

// runProbe runs probe, or lint on a saved exchange.
func runProbe(args ...string) (status int, stdout, stderr []byte) {
	return clitest.Run([]cli.Command{New, lintcmd.New}, args...)
}
