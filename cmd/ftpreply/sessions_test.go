package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
)

var secretSessions = flag.Int("secret-sessions", 1000, "number of random sessions in TestRandomSecrets")

// A secretSession is the record of a random session whose secrets are known.
type secretSession struct {
	r       *rand.Rand
	lines   []string // "S" or "C", and bytes
	secrets []string
	texts   []string // of the replies, as they are shown
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func (s *secretSession) secret() string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	b := make([]byte, 7+s.r.IntN(9))
	for i := range b {
		b[i] = letters[s.r.IntN(len(letters))]
	}
	for range s.r.IntN(3) {
		b[1+s.r.IntN(len(b)-2)] = pick(s.r, []byte("$-_.#!@+/=~%^ ")...)
	}
	s.secrets = append(s.secrets, string(b))
	return string(b)
}

// word returns a secret without blanks.
func (s *secretSession) word() string {
	secret := strings.ReplaceAll(s.secret(), " ", ".")
	s.secrets[len(s.secrets)-1] = secret
	return secret
}

func (s *secretSession) client(line string) { s.lines = append(s.lines, "C"+line+"\r\n") }

// server sends a reply in which each %s is the secret.
func (s *secretSession) server(code, text, secret string) {
	s.lines = append(s.lines, "S"+code+" "+strings.ReplaceAll(text, "%s", secret)+"\r\n")
	s.texts = append(s.texts, strings.ReplaceAll(text, "%s", "****"))
}

func newSecretSession(r *rand.Rand, others []string) *secretSession {
	s := &secretSession{r: r}
	if r.IntN(10) == 0 { // begins in the middle of a PASS
		s.client(s.word())
		s.server("230", "logged in", "")
	} else {
		s.server("220", pick(r, "ready", "Use PASS to log in", "FTP server (PASS and ACCT supported)"), "")
	}
	for range 1 + r.IntN(3) {
		s.login(others)
	}
	for range r.IntN(4) {
		s.client(pick(r, "NOOP", "SYST", "HELP PASS"))
		s.server("200", pick(r, "drwxr-xr-x 2 a b 40 Nov 22 10:23 pass.txt", "logged in", "/pub/ftp", "PASS ACCT CWD", "502 ACCT command not implemented.",
			"331 Please send your PASS now", "bye from ftp server", "ftp://host/pub:x/y", "'PASS' is a command"), "")
	}
	s.client("QUIT")
	s.server("221", "bye", "")
	return s
}

// login sends a command with a secret, and answers with and without an echo of it.
func (s *secretSession) login(others []string) {
	r := s.r
	switch r.IntN(8) {
	case 0: // not a secret
		s.client("USER " + pick(r, "ftp", "anonymous", "Anonymous"))
		s.server("331", "any password", "")
		word := pick(r, "ftp", "in", "a@b", "pub")
		s.client("PASS " + word)
		s.server("230", "logged in, PASS "+word+" in /pub/ftp", "")
		return
	case 1: // the user's name
		s.client("USER anna")
		s.server("331", "pw for anna", "")
		s.client("PASS " + pick(r, "anna", "ANNA"))
		s.server("230", "anna logged in to /home/anna", "")
		return
	case 2: // short
		s.client("USER b" + fmt.Sprint(r.IntN(100)))
		s.server("331", "pw", "")
		s.client("PASS x")
		s.server("530", "PASS %s: no", "x")
		s.client("STAT")
		s.server("211", "drwxr-xr-x x", "")
		return
	}
	s.client("USER user" + fmt.Sprint(r.IntN(100)))
	s.server("331", pick(r, "Password required", "Please send your PASS now", "pw"), "")
	secret := s.word()
	command := pick(r, "PASS %s", "pass %s", "  PASS  %s ", "ACCT %s", "ADAT %s", "SITE PSWD 0ld %s", "SITE GPASS %s", "SITE CPWD %s", "CPWD %s", "SITE CHPWD %s",
		"SITE PASSWD %s", "SITE CHPASS anna %s", "SITE ADDUSER anna %s", "PASS:%s", "PASS=%s", "PASS\x00%s", "PASS\r%s", "\xef\xbb\xbfPASS %s", "QUOTE PASS %s", "NOOP\rPASS %s", "\xff\xf4PASS %s")
	if strings.HasPrefix(command, "PASS ") && r.IntN(3) == 0 {
		secret += " " + s.word()
		s.secrets = append(s.secrets[:len(s.secrets)-2], secret)
	}
	s.client(fmt.Sprintf(command, secret))
	s.server(pick(r, "500", "530", "230"), pick(r, "PASS failed", "logged in", "'%s'?", "'PASS %s': no", "(PASS %s)", "[PASS %s]", "Unknown command: PASS %s", "PASS %s not understood\x01",
		"%s", "%s %s", "ACCT command not implemented."), secret)
	if r.IntN(3) == 0 {
		s.client("PWD")
		s.server("257", "\"/home/%s\" is it", secret)
	}
	if len(others) > 0 && r.IntN(3) == 0 {
		s.client("NOOP")
		s.server("500", "'%s' was said elsewhere", pick(r, others...))
	}
}

// No secret of a random session is in any output, and nothing else is masked.
func TestRandomSecrets(t *testing.T) {
	const batch = 50
	r := rand.New(rand.NewPCG(1, 2))
	commands := [][]string{{"lint", "-v"}}
	for _, format := range []string{"ndjson", "sarif", "junit"} {
		commands = append(commands, []string{"lint", "-v", "--format", format})
	}
	for _, command := range []string{"stats", "sessions"} {
		commands = append(commands, []string{command}, []string{command, "--format", "ndjson"})
	}
	commands = append(commands, []string{"parse", "--secrets", "hash"}, []string{"show"})
	for range max(1, *secretSessions/batch) {
		var sessions []*secretSession
		var secrets []string
		var in bytes.Buffer
		enc := json.NewEncoder(&in)
		for conn := range batch {
			s := newSecretSession(r, secrets)
			secrets = append(secrets, s.secrets...)
			sessions = append(sessions, s)
			for i, line := range s.lines {
				enc.Encode(map[string]any{"i": i + 1, "t": i, "conn": conn + 1, "dir": line[:1], "bytes": []byte(line[1:])})
			}
		}
		path := clitest.WriteFile(t, "in.ndjson", in.Bytes())
		_, out, _ := runAll("parse", path)
		checkTexts(t, sessions, out)
		hidesAll(t, secrets, []string{"parse"}, out)
		for _, args := range commands {
			_, stdout, stderr := runAll(append(slices.Clone(args), path)...)
			hidesAll(t, secrets, args, append(stdout, stderr...))
		}
		if t.Failed() {
			return
		}
	}
}

func hidesAll(t *testing.T, secrets, args []string, out []byte) {
	t.Helper()
	if len(out) == 0 {
		t.Errorf("%q writes nothing", args)
	}
	lower := bytes.ToLower(out)
	for _, secret := range secrets {
		if i := bytes.Index(lower, []byte(strings.ToLower(secret))); i >= 0 || strings.Contains(string(out), `"raw"`) && shows(out, secret) {
			from := max(0, i-200)
			t.Errorf("%q shows %q: %s", args, secret, out[from:min(len(out), from+400)])
			return
		}
	}
}

// checkTexts compares the texts of the replies with those that are expected.
func checkTexts(t *testing.T, sessions []*secretSession, out []byte) {
	t.Helper()
	got := make([][]string, len(sessions))
	for line := range bytes.Lines(out) {
		var o struct {
			Type   string
			Stream int
			Text   []string
		}
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatal(err)
		}
		if o.Type == "reply" {
			got[o.Stream-1] = append(got[o.Stream-1], strings.Join(o.Text, "\n"))
		}
	}
	for i, s := range sessions {
		if !slices.Equal(got[i], s.texts) {
			t.Errorf("%q\ngot  %q\nwant %q", s.lines, got[i], s.texts)
			return
		}
	}
}
