package versioncmd

import (
	"runtime"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
)

func TestVersion(t *testing.T) {
	status, out, stderr := clitest.Run([]cli.Command{New}, "version")
	if status != 0 || !strings.HasPrefix(string(out), "ftpreply "+cli.Version()+"\n") || !strings.Contains(string(out), runtime.Version()) {
		t.Errorf("status %d: %s%s", status, out, stderr)
	}
}
