package lintcmd

import (
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
)

// runLint runs the subcommand.
func runLint(args ...string) (status int, stdout, stderr []byte) {
	return clitest.Run([]cli.Command{New}, args...)
}
