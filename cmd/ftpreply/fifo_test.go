//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
)

// Ctrl-C ends the command even if it waits for a pipe without a writer.
func TestInterruptOfPipes(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Skip(err)
	}
	greeting := filepath.Join(t.TempDir(), "in.raw")
	if err := os.WriteFile(greeting, []byte("220 a\r\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"lint", greeting, pipe}, {"lint", "-o", pipe, greeting}, {"lint", "--config", pipe, greeting},
		{"probe", "127.0.0.1:1", "--user", "x", "--password-file", pipe},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var stdout, stderr bytes.Buffer
		if status := cli.NewApp(ctx, nil, &stdout, &stderr).Run(commands.All, args); status != cli.ExitInterrupted {
			t.Errorf("%v: status %d, %s", args, status, &stderr)
		}
	}
}
