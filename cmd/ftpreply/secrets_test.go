package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/lint"
)

// echoes are exchanges in which the server repeats the argument of PASS: in a 500, in other
// shapes, and beside what makes findings.
var echoes = []struct {
	name, secret string
	exchange     lint.Example
}{
	{"500", "hunter2", lint.Example{"S 220 a\r\n", "C PASS hunter2\r\n", "S 500 'PASS hunter2': command not understood\r\n"}},
	{"in upper case", "hunter2", lint.Example{"S 220 a\r\n", "C pass hunter2\r\n", "S 500 PASS HUNTER2 \x01?\r\n"}},
	{"multi-line", "hunter2", lint.Example{"S 220 a\r\n", "C PASS hunter2\r\n", "S 530-no\r\n hunter2 \xe9\r\n221 hunter2\r\n530 hunter2\r\n"}},
	{"in the place that is marked", "hunter\x1b2", lint.Example{"S 220 a\r\n", "C PASS hunter\x1b2\r\n", "S 500 PASS hunter\x1b2\r\n"}},
	{"a stray line", "hunter2", lint.Example{"S 220 a\r\n", "C PASS hunter2\r\n", "S 500 'PASS hunter2\r\n' not understood\r\nhunter2\r\n"}},
	{"later", "hunter2", lint.Example{"S 220 a\r\n", "C PASS hunter2\r\n", "S 230 in\r\n", "C PWD\r\n", "S 257 \"/home/hunter2\" is \xff\r\n",
		"C FEAT\r\n", "S 211-F\r\n hunter2 hunter2\r\n211 End\r\n", "C hunter2\r\n", "S 500 hunter2?\r\n"}},
	{"a path in quotation marks", `se"cr"et`, lint.Example{"S 220 a\r\n", "C PASS se\"cr\"et\r\n", "S 230 in\r\n", "C PWD\r\n", "S 257 \"/se\"\"cr\"\"et\"\r\n"}},
	{"with blanks", "correct horse", lint.Example{"S 220 a\r\n", "C PASS  correct horse \r\n", "S 500 PASS  correct horse \x01\r\n"}},
	{"AUTH was offered", "hunter2", lint.Example{"S 220 a\r\n", "C FEAT\r\n", "S 211-F\r\n AUTH TLS\r\n211 End\r\n",
		"C USER x\r\n", "S 331 y\r\n", "C PASS hunter2\r\n", "S 530 Login or password hunter2 incorrect\r\n"}},
	{"a secret that is a number", "7391824", lint.Example{"S 220 a\r\n", "C PASS 7391824\r\n", "S 230 in\r\n", "C SIZE a\r\n", "S 213 7391824\r\n"}},
	{"without an end", "hunter2", lint.Example{"S 220 a\r\n", "C PASS hunter2\r\n", "S 500-PASS hunter2\r\n", "C PASS hunter2"}},
	{"long, and again and again", longSecret[:9], lint.Example{"S 220 a\r\n", "C PASS " + longSecret + "\r\n",
		"S 500 \x01" + strings.Repeat(longSecret+"+", 5) + "\r\n" + strings.Repeat(longSecret+" ", 5) + "\r\n",
		"C XX " + strings.Repeat(longSecret+" ", 5) + "\r\n", "S 500 \x01\r\n"}},
	{"cut off by the end", "hunt", lint.Example{"S 220 a\r\n", "C PASS hunter2\r\n", "S 500 PASS hunt"}},
	{"cut off in an answer", "hunt", lint.Example{"S 220 a\r\n", "C PASS hunter2\r\n", "S 500 no hunt"}},
	{"across pieces", "hunter2", lint.Example{"S 220 a\r\n", "C PASS hun", "C ter2\r\n", "S 500 PASS hun", "S ter2\x01\r\n"}},
}

// longSecret does not fit into what is shown of a line, so it may be cut.
var longSecret = "5ecret" + strings.Repeat("0123456789", 12)

// TestNoSecretIsShown runs everything that writes, in every format, on every echo.
func TestNoSecretIsShown(t *testing.T) {
	commands := [][]string{
		{"parse"}, {"parse", "-v"}, {"parse", "--line-ending", "lf"}, {"parse", "--any-code"},
	}
	for _, format := range []string{"text", "ndjson"} {
		for _, command := range []string{"stats", "sessions"} {
			commands = append(commands, []string{command, "--format", format}, []string{command, "--format", format, "--command", "PASS,RETR"})
		}
	}
	for _, format := range []string{"text", "ndjson", "sarif", "junit"} {
		for _, more := range [][]string{nil, {"-v"}, {"--strict", "--fail-on", "info"}, {"--fail-on", "never"}, {"--line-ending", "lf"}} {
			commands = append(commands, append([]string{"lint", "--format", format}, more...))
		}
	}
	for _, echo := range echoes {
		t.Run(echo.name, func(t *testing.T) {
			in := clitest.WriteFile(t, "in.ndjson", clitest.ExchangeLines(t, echo.exchange))
			for _, args := range commands {
				for _, policy := range []string{"mask", "hash"} {
					hides(t, echo.secret, append(args, "--secrets", policy, in))
				}
			}
			known := filepath.Join(t.TempDir(), "known")
			runAll("lint", "--secrets", "show", "--write-baseline", known, in)
			text, err := os.ReadFile(known)
			if err != nil {
				t.Fatal(err)
			}
			if shows(text, echo.secret) {
				t.Errorf("the baseline:\n%s", text)
			}
		})
	}
}

// What is said at the end of a connection hides secrets that were not known to be any
// when they came.
func TestNoSecretIsShownOfAWholeSession(t *testing.T) {
	tests := []struct {
		name, secret string
		exchange     lint.Example
	}{
		{"a user's name", "hunter2", lint.Example{"S 220 a\r\n", "C USER hunter2\r\n", "S 230 in\r\n", "C USER x\r\n", "S 331 y\r\n", "C PASS hunter2\r\n"}},
		{"the name of a file", "hunter2", lint.Example{"S 220 hunter2 vsFTPd hunter2\r\n", "C PASS hunter2\r\n", "S 230 in\r\n",
			"C SIZE hunter2\r\n", "S 213 7\r\n", "C RETR /hunter2\r\n", "S 150 hunter2 (7 bytes)\r\n226 hunter2\r\n", "C STOR hunter2\r\n", "S 550 \x01\r\n", "C LIST hunter2\r\n"}},
		{"a verb", "hunter", lint.Example{"S 220 a\r\n", "C hunter\r\n", "S 331 what?\r\n", "C PASS hunter\r\n", "S 230 in\r\n", "C hunter\r\n", "S 500 \x01\r\n"}},
	}
	for _, tt := range tests {
		in := clitest.WriteFile(t, "in.ndjson", clitest.ExchangeLines(t, tt.exchange))
		for _, command := range []string{"stats", "sessions"} {
			for _, format := range []string{"text", "ndjson"} {
				hides(t, tt.secret, []string{command, "--format", format, in})
			}
		}
	}
}

func hides(t *testing.T, secret string, args []string) {
	t.Helper()
	_, stdout, stderr := runAll(args...)
	if len(stdout) == 0 {
		t.Errorf("%q writes nothing: %s", args, stderr)
	}
	for _, out := range [][]byte{stdout, stderr} {
		if shows(out, secret) {
			t.Errorf("%q:\n%s", args, out)
		}
	}
}

var base64Text = regexp.MustCompile(`"raw":"([^"]*)"`)

// shows looks for a secret in every way in which it may be written: as it is, as in a
// string of Go, of JSON or of XML, and in base64.
func shows(out []byte, secret string) bool {
	text := string(out)
	for _, m := range base64Text.FindAllStringSubmatch(text, -1) {
		raw, _ := base64.StdEncoding.DecodeString(m[1])
		text += string(raw)
	}
	inJSON, _ := json.Marshal(secret)
	inJSONOfGo, _ := json.Marshal(render.Text([]byte(secret)))
	text = strings.ToLower(text)
	for _, form := range []string{secret, render.Text([]byte(secret)), strings.Trim(string(inJSON), `"`), strings.Trim(string(inJSONOfGo), `"`),
		strings.ReplaceAll(secret, `"`, "&#34;")} {
		if strings.Contains(text, strings.ToLower(form)) {
			return true
		}
	}
	return false
}

// A reply that is too long is shown as far as it was kept.
func TestNoSecretIsShownOfALongReply(t *testing.T) {
	in := clitest.WriteFile(t, "in.ndjson", clitest.ExchangeLines(t, echoes[0].exchange))
	for _, args := range [][]string{{"parse"}, {"lint", "--format", "text"}, {"lint", "--format", "ndjson"}, {"lint", "--format", "sarif"}, {"lint", "--format", "junit"}} {
		hides(t, "hunter2", append(args, "--max-reply", "20", in))
	}
}

// A search that finds nothing would be no test: with --secrets show it must find them.
func TestSecretsAreShownWhenAskedFor(t *testing.T) {
	for _, echo := range echoes {
		in := clitest.WriteFile(t, "in.ndjson", clitest.ExchangeLines(t, echo.exchange))
		if _, out, _ := runAll("parse", "--secrets", "show", in); !shows(out, echo.secret) {
			t.Errorf("%s: not found in\n%s", echo.name, out)
		}
	}
	for _, format := range []string{"text", "ndjson", "sarif", "junit"} {
		in := clitest.WriteFile(t, "in.ndjson", clitest.ExchangeLines(t, echoes[1].exchange))
		if _, out, _ := runAll("lint", "-v", "--format", format, "--secrets", "show", in); !shows(out, echoes[1].secret) {
			t.Errorf("%s: not found in\n%s", format, out)
		}
	}
}

// Without the commands, what looks like an echo of one is masked.
func TestNoSecretIsShownOfOneSide(t *testing.T) {
	in := clitest.WriteFile(t, "in.raw", clitest.ServerBytes(echoes[0].exchange))
	for _, args := range [][]string{{"parse"}, {"lint", "-v"}, {"lint", "--format", "ndjson"}, {"lint", "--format", "sarif"}, {"lint", "--format", "junit"}} {
		hides(t, "hunter2", append(args, in))
	}
	if !bytes.Contains(clitest.ServerBytes(echoes[0].exchange), []byte("hunter2")) {
		t.Error("nothing to hide")
	}
}
