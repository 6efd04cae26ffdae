package clients

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// patience is how long a client may do nothing before it counts as waiting.
	patience = 3 * time.Second

	// digested is the number of bytes that allow a client one more second.
	digested = 200_000

	// startup bounds the time until a client connects.
	startup = 30 * time.Second

	// farewell is how long a client may run after the end of its connection.
	farewell = time.Second
)

// starting limits the number of clients that start at the same time, so that they do not
// slow down those under measurement.
var starting = make(chan struct{}, 8)

// run plays the script to the client. It returns the trace of the session, and how the
// client died if a signal or an exception ended it.
func (c *client) run(s script) (t trace, death string, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	conn, died, err := c.connect(ctx)
	if err != nil {
		cancel()
		return trace{}, "", err
	}
	defer func() {
		conn.Close()
		cancel()
		for range died { // until it has ended
		}
	}()
	t = s.play(conn)
	if t.ended {
		select {
		case death = <-died:
		case <-time.After(farewell):
		}
	}
	return t, death, nil
}

// connect starts the client and accepts one connection from it. The channel receives how
// the client died, and is closed when it has ended.
func (c *client) connect(ctx context.Context) (conn net.Conn, died <-chan string, err error) {
	starting <- struct{}{}
	defer func() { <-starting }()
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, nil, err
	}
	defer listener.Close()
	listener.SetDeadline(time.Now().Add(startup))
	start := c.startProgram
	if c.inProcess != nil {
		start = c.startInProcess
	}
	died, err = start(ctx, listener.Addr().(*net.TCPAddr).Port)
	if err != nil {
		return nil, nil, err
	}
	conn, err = listener.Accept()
	if err != nil {
		return nil, nil, fmt.Errorf("%s does not connect: %w", c.name, err)
	}
	return conn, died, nil
}

func (c *client) startInProcess(ctx context.Context, port int) (<-chan string, error) {
	conn, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	died := make(chan string)
	go func() {
		c.inProcess(conn)
		conn.Close()
		close(died)
	}()
	return died, nil
}

func (c *client) startProgram(ctx context.Context, port int) (<-chan string, error) {
	home, err := c.home()
	if err != nil {
		return nil, err
	}
	output := &tail{}
	cmd := c.program(ctx, strings.NewReplacer("PORT", strconv.Itoa(port)), home)
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	died := make(chan string, 1)
	go func() {
		died <- death(cmd.Wait(), output.last())
		os.RemoveAll(home)
		close(died)
	}()
	return died, nil
}

// home makes a home directory that holds only the client's files.
func (c *client) home() (string, error) {
	home, err := os.MkdirTemp("", "ftpreply-client-")
	if err != nil {
		return "", err
	}
	for name, text := range c.files {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return home, nil
}

// program returns the client's command. It ignores the settings of the user, and is killed
// with its children when ctx ends.
func (c *client) program(ctx context.Context, port *strings.Replacer, home string) *exec.Cmd {
	var args []string
	for _, arg := range c.command {
		args = append(args, port.Replace(arg))
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = home
	cmd.Env = []string{"LC_ALL=C", "TERM=dumb", "HOME=" + home, "PATH=" + os.Getenv("PATH")}
	cmd.Stdin = strings.NewReader(c.stdin)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = farewell
	return cmd
}

// death returns how a program died, from its status and the last line that it wrote. It
// is empty if the program ended by itself.
func death(err error, line string) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return fmt.Sprintf("crashes (%v)", status.Signal())
		}
	}
	if exception, ok := strings.CutPrefix(line, "raises "); ok {
		return fmt.Sprintf("raises %s", exception)
	}
	return ""
}

// A tail keeps the last kilobyte written to it.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	t.kept = t.kept[max(0, len(t.kept)-1<<10):]
	return len(p), nil
}

func (t *tail) last() string {
	text := bytes.TrimSpace(t.kept)
	return string(text[bytes.LastIndexByte(text, '\n')+1:])
}
