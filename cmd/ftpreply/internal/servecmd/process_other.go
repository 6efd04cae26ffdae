//go:build !unix

package servecmd

import (
	"context"
	"os"
	"os/exec"
)

// shell returns the command, which ends with ctx.
func shell(ctx context.Context, command string) *exec.Cmd {
	return exec.CommandContext(ctx, "cmd", "/C", command)
}

// ended returns the exit status of a process. Signals and memory are unknown.
func ended(state *os.ProcessState) (status int, signal string, memory int64) {
	return state.ExitCode(), "", 0
}
