package showcmd

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/lint"
)

func show(t *testing.T, e lint.Example, args ...string) string {
	t.Helper()
	file := clitest.WriteFile(t, "in.ndjson", clitest.ExchangeLines(t, e))
	status, out, stderr := clitest.Run([]cli.Command{New}, append(append([]string{"show"}, args...), file)...)
	if status != 0 || len(stderr) > 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	return string(out)
}

// Every line that holds bytes of a peer begins with the time or blanks, and with a mark.
func TestLinesCannotBeForged(t *testing.T) {
	const forged = "x\n     +9.000s  #999   < 230 forged\r\n```\n= the client quit"
	e := lint.Example{"S 220 a\r\n", "C CWD " + strings.ReplaceAll(forged, "\r\n", " ") + "\r\n", "S 550-" + forged + "\r\n550 b\r\n"}
	for _, format := range []string{"text", "markdown"} {
		got := show(t, e, "--format", format)
		line := regexp.MustCompile("^ *(\\+[0-9.]+s)?  (#[0-9]+)? +[<>=] |^ +\\^ |^conn 1$|^/.*in.ndjson$|^`+(text)?$|^$")
		for l := range strings.Lines(got) {
			if !line.MatchString(strings.TrimSuffix(l, "\n")) {
				t.Errorf("%s: %q", format, l)
			}
		}
		if !strings.Contains(got, "#999") || strings.Contains(got, "\n     +9.000s") {
			t.Errorf("%s: %s", format, got)
		}
	}
}

// The dialogue of a connection that never ends is written before its end.
func TestLongDialogue(t *testing.T) {
	e := lint.Example{"S 220 a\r\n"}
	text := strings.Repeat("x", 300)
	for range maxHeld / 300 / 2 {
		e = append(e, "C CWD "+text+"\r\n", "S 550 "+text+"\r\n")
	}
	if got := show(t, e); strings.Count(got, "conn 1") != 2 || strings.Count(got, "conn 1  continued") != 1 || strings.Count(got, " > CWD") != maxHeld/300/2 {
		t.Errorf("%d parts, %d commands", strings.Count(got, "conn 1"), strings.Count(got, " > CWD"))
	}
}

func TestLongestRun(t *testing.T) {
	for s, want := range map[string]int{"": 0, "a": 0, "`": 1, "a``b```": 3, "````a": 4} {
		if got := longestRun(s, '`'); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	}
}
