//go:build unix

package servecmd

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// shell returns the command in a process group of its own, which ends with ctx.
func shell(ctx context.Context, command string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

// ended returns the exit status of a process, the signal that ended it, and its peak memory, or
// 0 if that is unknown. A shell reports the signal of its child as a status above 128.
func ended(state *os.ProcessState) (status int, signal string, memory int64) {
	status = state.ExitCode()
	if wait, ok := state.Sys().(syscall.WaitStatus); ok && wait.Signaled() {
		signal = wait.Signal().String()
	} else if s := syscall.Signal(status - 128); s == syscall.SIGSEGV || s == syscall.SIGABRT || s == syscall.SIGBUS || s == syscall.SIGFPE || s == syscall.SIGILL {
		signal = s.String()
	}
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		memory = int64(usage.Maxrss)
		if runtime.GOOS != "darwin" {
			memory <<= 10 // kibibytes
		}
		// A process counts the memory of the one that started it, until it runs its own program.
		var own syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err == nil && usage.Maxrss <= own.Maxrss {
			memory = 0
		}
	}
	return status, signal, memory
}
