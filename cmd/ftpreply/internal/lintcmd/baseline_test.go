package lintcmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
)

// What is found in several recordings is one entry of a baseline, also when they are read
// at a time.
func TestBaselineAddsUp(t *testing.T) {
	one := clitest.WriteFile(t, "one.raw", []byte("220 \x01\r\n"))
	two := clitest.WriteFile(t, "two.raw", []byte("220 \x01\r\n220 \x01\r\n"))
	known := filepath.Join(t.TempDir(), "known")
	runLint("lint", "-j", "2", "--write-baseline", known, one, two)
	text, err := os.ReadFile(known)
	if err != nil || strings.Count(string(text), "fingerprint") != 1 || !strings.Contains(string(text), `"count": 3`) {
		t.Errorf("error %v\n%s", err, text)
	}
}
