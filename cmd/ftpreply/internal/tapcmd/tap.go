// Package tapcmd implements "ftpreply tap".
package tapcmd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

const tapHelp = `Relay FTP connections to a server, record them, and judge the replies while they pass.

The tap listens on a port, or on an address and a port; a port alone means the loopback.
Each finding is written before the bytes that it is about are passed on. -o saves both sides of
every control connection for "ftpreply lint" and the other subcommands, with passwords masked.

The control connection is passed on byte for byte. If the client asks for a passive data
connection, the tap listens on the port that the server names, at the address to which the client
has connected, and passes the data on to the server. A client that connects to another address
reaches it without the tap. With --rewrite, all data goes through the tap: it puts its own address
into 227 and 229 replies and into PORT and EPRT.

With --tls, the tap ends TLS on both sides, so that it can read the replies: after AUTH, or from
the first byte. The client then gets the certificate of the tap, which the tap makes itself
unless --cert and --key name one. This is for test benches only. Without --tls, the bytes of TLS
pass unread.

The tap ends on Ctrl-C, SIGTERM and SIGHUP, and closes all connections. The exit status is 0 if
there are no findings at or above --fail-on, and 1 otherwise.`

// A tap is the subcommand with its flags.
type tap struct {
	app     *cli.App
	grading *findings.Grading
	failOn  cli.Choice[lint.Severity]
	secrets cli.Choice[control.SecretPolicy]
	tls     cli.Choice[security]
	secure  secureFlags
	output  string
	rewrite bool
	verbose bool
	most    int
	idle    time.Duration

	target     string // with a port
	recorder   *control.Recorder
	report     *report
	clientSide *tls.Config // towards clients; nil if TLS passes unread
	serverSide *tls.Config // towards the server
}

// A security is the protection of the control connection.
type security uint8

const (
	passTLS security = iota
	explicitTLS
	implicitTLS
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	t := &tap{
		app:     a,
		failOn:  cli.NewSeverityChoice(),
		secrets: cli.NewSecretsChoice(),
		tls:     cli.NewChoice("pass", passTLS).Or("explicit", explicitTLS).Or("implicit", implicitTLS),
	}
	cmd := &cobra.Command{
		Use:   "tap listen target",
		Short: "Relay connections to a server, record them, and judge the replies live",
		Long:  tapHelp,
		Example: `  ftpreply tap 2121 ftp.example.org                            # then: curl ftp://localhost:2121/
  ftpreply tap -o session.ndjson 2121 ftp.example.org          # record for lint, parse and others
  ftpreply tap --rewrite 0.0.0.0:2121 ftp.example.org:21       # for clients on other machines
  ftpreply tap --tls explicit --insecure 2121 test.example.org`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error { return t.run(args[0], args[1]) },
	}
	f := cmd.Flags()
	f.BoolVar(&t.rewrite, "rewrite", false, "pass all data connections through the tap")
	f.IntVar(&t.most, "max-connections", 100, "`number` of control connections at the same time; others wait")
	f.DurationVar(&t.idle, "idle-timeout", 15*time.Minute, "close a connection after this time without a byte, also of data")
	cli.Group(f, "Relay")
	t.tls.AddTo(cmd, "tls", "what to do with TLS")
	t.secure.addTo(f)
	cli.Group(f, "TLS")
	t.grading = findings.NewGrading(cmd)
	cli.Group(f, "Rules")
	t.failOn.AddTo(cmd, "fail-on", "lowest severity for exit status 1")
	f.StringVarP(&t.output, "output", "o", "", "`file` for the recording")
	t.secrets.AddTo(cmd, "secrets", "how to write passwords")
	f.BoolVarP(&t.verbose, "verbose", "v", false, "write information too, and the beginning and the end of each connection")
	cli.Group(f, "Output")
	return cmd
}

func (t *tap) run(listen, target string) error {
	listener, err := t.prepare(listen, target)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.app.Stderr, "listening on %v, relaying to %s\n", listener.Addr(), t.target)
	err = t.serve(listener)
	t.report.end()
	if err != nil || t.recorder.Err() != nil {
		return errors.Join(err, t.recorder.Err())
	}
	if t.report.worst() >= t.failOn.Value {
		return cli.ErrFindings
	}
	return nil
}

// prepare reads the arguments and flags, and listens.
func (t *tap) prepare(listen, target string) (net.Listener, error) {
	if t.most < 1 || t.idle <= 0 {
		return nil, errors.New("--max-connections and --idle-timeout must be positive")
	}
	t.target = target
	if _, _, err := net.SplitHostPort(target); err != nil {
		port := "21"
		if t.tls.Value == implicitTLS {
			port = "990"
		}
		t.target = net.JoinHostPort(strings.Trim(target, "[]"), port)
	}
	config, err := t.grading.Config(t.app)
	if err != nil {
		return nil, err
	}
	t.report = newReport(t.app, config, t.verbose)
	if t.tls.Value == passTLS && t.secure != (secureFlags{}) {
		return nil, errors.New("--cert, --key, --ca and --insecure need --tls explicit or --tls implicit")
	}
	if t.tls.Value != passTLS {
		if err := t.loadTLS(); err != nil {
			return nil, err
		}
	}
	listener, err := net.Listen("tcp", withLoopback(listen))
	if err != nil {
		return nil, err
	}
	t.recorder = control.NewRecorder(discard{}, t.secrets.Value)
	if t.output != "" {
		file, err := t.app.Create(t.output, 0o600)
		if err != nil {
			listener.Close()
			return nil, err
		}
		t.recorder = control.NewRecorder(file, t.secrets.Value)
	}
	return listener, nil
}

// withLoopback returns the address to listen on. A port alone is one of the loopback.
func withLoopback(listen string) string {
	if port := strings.TrimPrefix(listen, ":"); !strings.Contains(port, ":") {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return listen
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// serve relays connections until the command is interrupted. It returns when all are closed.
func (t *tap) serve(listener net.Listener) error {
	ctx, cancel := context.WithCancel(t.app.Ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()
	room := make(chan struct{}, t.most)
	for number := 1; ; number++ {
		select {
		case room <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		client, err := accept(ctx, listener)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		running.Go(func() {
			defer func() { <-room }()
			if err := t.relay(ctx, number, client); err != nil && ctx.Err() == nil {
				t.report.complain(number, err)
			}
		})
	}
}

// accept waits for a connection. It waits longer if the process has too many open files.
func accept(ctx context.Context, listener net.Listener) (net.Conn, error) {
	for {
		conn, err := listener.Accept()
		var temporary interface{ Temporary() bool }
		if err == nil || !errors.As(err, &temporary) || !temporary.Temporary() {
			return conn, err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
