package probecmd

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
)

// TestBaseline runs twice. The second run knows the failures of the first one.
func TestBaseline(t *testing.T) {
	address, _ := aServer.start(t)
	known := filepath.Join(t.TempDir(), "known.ndjson")
	args := []string{"probe", address, "--user", "x", "--section", "RFC 959 4.1.1", "--reply-timeout", "1m", "--fail-on", "warning"}
	if status, _, stderr := runProbe(append(slices.Clone(args), "--format", "ndjson", "-o", known)...); status != cli.ExitFindings {
		t.Fatalf("status %d, %s", status, stderr)
	}
	for _, format := range []string{"text", "ndjson", "junit"} {
		status, stdout, stderr := runProbe(append(slices.Clone(args), "--format", format, "--baseline", known)...)
		if status != cli.ExitClean || len(stderr) > 0 {
			t.Errorf("%s: status %d, %s", format, status, stderr)
		}
		if bytes.Contains(stdout, []byte("<failure")) || bytes.Contains(stdout, []byte("Findings in the replies")) {
			t.Errorf("%s: a known failure is reported:\n%s", format, stdout)
		}
	}
	worse := script{}
	for verb, reply := range aServer {
		worse[verb] = reply
	}
	worse["QUIT"] = "200 bye\r\n"
	address, _ = worse.start(t)
	args[1] = address
	status, stdout, _ := runProbe(append(slices.Clone(args), "--baseline", known)...)
	if status != cli.ExitFindings || !bytes.Contains(stdout, []byte("[quit]")) || bytes.Contains(stdout, []byte("[cwd]")) {
		t.Errorf("status %d:\n%s", status, stdout)
	}
}

func TestBaselineIsAReport(t *testing.T) {
	for _, text := range []string{"", "x", "{}", "[]", `{"type":"header","format":"pcap"}`, "null", `{"type":"header","format":"probe"} x`} {
		file := filepath.Join(t.TempDir(), "known")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if status, _, stderr := runProbe("probe", "127.0.0.1:1", "--baseline", file); status != cli.ExitTrouble || !bytes.Contains(stderr, []byte("known: ")) {
			t.Errorf("%q: status %d, %s", text, status, stderr)
		}
	}
}
