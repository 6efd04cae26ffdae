package servecmd

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cases"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/ftpserver"
)

// A runner runs the client of --exec against a server of its own for each case.
type runner struct {
	command  string
	limit    time.Duration // of the time of a run
	address  string        // to listen on, without the port
	tls      *tls.Config
	implicit bool
	ca       string // file with the certificate of the authority
	user     string
	password string
	waits    ftpserver.Waits
}

const (
	maxOutput = 1 << 20  // bytes of standard output that are kept
	maxFile   = 16 << 20 // bytes of a file that are kept
)

// run runs the client once. A nil case is the clean session.
func (r *runner) run(ctx context.Context, c *cases.Case) (*cases.Observation, error) {
	o := &cases.Observation{}
	config := ftpserver.Config{TLS: r.tls, Implicit: r.implicit, Waits: r.waits,
		Ended: func(record *ftpserver.Record) { o.Records = append(o.Records, record) }}
	if c != nil {
		config.Script = func(string) *ftpserver.Script { return &c.Script }
	}
	server, err := ftpserver.Listen(r.address+":0", config)
	if err != nil {
		return nil, err
	}
	defer server.Close()

	// The client works in a directory deep enough that ../.. is still ours.
	root, err := os.MkdirTemp("", "ftpreply-serve-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	work := filepath.Join(root, "a", "b", "c")
	if err := os.MkdirAll(work, 0o777); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(work, "upload.txt"), []byte("This file is uploaded.\n"), 0o666); err != nil {
		return nil, err
	}
	if err := r.start(ctx, server, root, work, o); err != nil {
		return nil, err
	}
	server.Close() // after which the records are complete
	return o, collect(root, work, o)
}

// start runs the command and waits for its end.
func (r *runner) start(ctx context.Context, server *ftpserver.Server, root, work string, o *cases.Observation) error {
	ctx, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	command := strings.NewReplacer("{host}", bracketed(server.Addr.Addr().String()), "{port}", strconv.Itoa(int(server.Addr.Port())),
		"{user}", r.user, "{password}", r.password, "{ca}", r.ca).Replace(r.command)
	cmd := shell(ctx, command)
	cmd.Dir = work
	cmd.Env = append(os.Environ(), "HOME="+work)
	output := &head{}
	cmd.Stdout, cmd.Stderr = output, io.Discard
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	o.Output = output.kept
	o.TimedOut = ctx.Err() != nil
	var exit *exec.ExitError
	switch {
	case err == nil, errors.As(err, &exit), errors.Is(err, exec.ErrWaitDelay), o.TimedOut:
	default:
		return err
	}
	if cmd.ProcessState != nil {
		o.Status, o.Signal, o.Memory = ended(cmd.ProcessState)
	}
	return nil
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// A head keeps the beginning of what is written to it.
type head struct {
	sync.Mutex
	kept []byte
}

func (h *head) Write(b []byte) (int, error) {
	h.Lock()
	defer h.Unlock()
	h.kept = append(h.kept, b[:min(len(b), maxOutput-len(h.kept))]...)
	return len(b), nil
}

// collect reads the files that the client has made.
func collect(root, work string, o *cases.Observation) error {
	o.Files = map[string][]byte{}
	return filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil // the client may have made a directory that cannot be read
		}
		inside, err := filepath.Rel(work, name)
		if err != nil {
			return err
		}
		if strings.HasPrefix(inside, "..") {
			o.Outside = append(o.Outside, inside)
			return nil
		}
		f, err := os.Open(name)
		if err != nil {
			return nil
		}
		defer f.Close()
		var content bytes.Buffer
		io.Copy(&content, io.LimitReader(f, maxFile))
		o.Files[inside] = content.Bytes()
		return nil
	})
}
