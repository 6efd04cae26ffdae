// Package servecmd implements "ftpreply serve".
package servecmd

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cases"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/ftpserver"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/spf13/cobra"
)

const serveHelp = `Test an FTP client. The server keeps its files in memory and is correct except for one reply:
the case. It listens on the loopback interface.

With --exec, the command is run once against the correct server and once for each case, each
time with a server of its own. {host}, {port}, {user}, {password} and {ca}, a file with the
certificate of the server's authority, are replaced in the command, which runs in an empty
directory with the file upload.txt. The behaviour is read from the commands that the client
sends, its data connections, its exit status, its peak memory, its standard output and the files
that it makes. The client must exit with 0 if and only if it succeeds.

Without --exec, the server runs until Ctrl-C. --case names the case. Without it, the name of the
user chooses the case, with dots for slashes, and any other user gets the correct server. With
--ports, each case gets a port of its own.

A failure is a warning if the client only waits or refuses, and otherwise an error in most cases.
The exit status is 0 if the client fails no case, 1 if it fails one at or above --fail-on, and 2
if the client fails with the correct server or the command could not run.`

// A serving is the subcommand with its flags.
type serving struct {
	app      *cli.App
	failOn   cli.Choice[cases.Severity]
	format   cli.Choice[func(*serving, *report) error]
	exec     string
	name     string
	match    []string
	sections []string
	address  string
	port     int
	user     string
	password string
	caFile   string
	client   string
	accepted string // file of the baseline
	limit    time.Duration
	hold     time.Duration
	jobs     int
	ports    bool
	list     bool
	dryRun   bool
	strict   bool
	implicit bool
	anywhere bool
	verbose  bool
}

const (
	maxJobs  = 256
	maxPorts = 2000
)

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	s := &serving{app: a, failOn: cli.NewChoice("warning", cases.Warning).Or("error", cases.Error),
		format: cli.NewChoice("text", (*serving).text).Or("json", (*serving).json).Or("junit", (*serving).junit)}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Test a client with a server that departs from the RFCs",
		Long:  serveHelp,
		Example: `  ftpreply serve --list
  ftpreply serve --exec 'curl -sS ftp://{user}:{password}@{host}:{port}/readme.txt'
  ftpreply serve --match 'framing/hidden*' --exec './client {host} {port}' --format junit -o report.xml
  ftpreply serve --case dialogue/retr-226-early --port 2121`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return s.run() },
	}
	f := cmd.Flags()
	f.StringVar(&s.exec, "exec", "", "`command` that runs the client once")
	f.StringVar(&s.client, "client", "", "`name` of the client in reports")
	f.DurationVar(&s.limit, "timeout", 5*time.Second, "limit of the time of a run")
	f.IntVarP(&s.jobs, "jobs", "j", 16, "`number` of runs at a time; they wait for the most part")
	f.DurationVar(&s.hold, "hold", 1200*time.Millisecond, "how long to hold back an answer, to see whether the client waits for it")
	cli.Group(f, "Client")
	f.StringVar(&s.name, "case", "", "`name` of the only case")
	f.StringSliceVar(&s.match, "match", nil, "use only the cases that match the `pattern`: framing, 'framing/hidden*/pwd', transfer")
	f.StringSliceVar(&s.sections, "section", nil, "use only the cases of a `section`: \"RFC 3659\", \"959, section 5.4\"")
	f.BoolVar(&s.strict, "strict", false, "fail also a client that refuses what it may refuse")
	f.StringVar(&s.accepted, "baseline", "", "`file` of --format json of an earlier run: its failures do not count")
	f.BoolVar(&s.list, "list", false, "list the cases")
	f.BoolVar(&s.dryRun, "dry-run", false, "show the bytes of the cases, and run nothing")
	cli.Group(f, "Cases")
	f.StringVar(&s.address, "address", "127.0.0.1", "`IP` address to listen on")
	f.BoolVar(&s.anywhere, "anywhere", false, "allow addresses beyond the loopback interface")
	f.IntVar(&s.port, "port", 0, "port to listen on without --exec; 0 is any")
	f.BoolVar(&s.ports, "ports", false, "give each case a port of its own")
	f.BoolVar(&s.implicit, "implicit", false, "begin each connection with TLS")
	f.StringVar(&s.user, "user", "user", "`name` to put in place of {user}")
	f.StringVar(&s.password, "password", "secret", "`text` to put in place of {password}; the server accepts any")
	f.StringVar(&s.caFile, "ca-file", "", "`file` to write the certificate of the authority to")
	cli.Group(f, "Server")
	s.failOn.AddTo(cmd, "fail-on", "lowest severity of a failure for exit status 1")
	s.format.AddTo(cmd, "format", "output format")
	f.BoolVarP(&s.verbose, "verbose", "v", false, "include the cases that the client has not failed")
	cli.Group(f, "Output")
	cmd.AddCommand(newMerge(a))
	return cmd
}

func (s *serving) run() error {
	chosen, err := s.choose()
	if err != nil {
		return err
	}
	if s.list || s.dryRun {
		s.show(chosen)
		return nil
	}
	certificate, err := ftpserver.NewCertificate()
	if err != nil {
		return err
	}
	ca, remove, err := s.writeCA(certificate)
	if err != nil {
		return err
	}
	defer remove()
	if s.exec == "" {
		return s.listen(chosen, certificate, ca)
	}
	r := &runner{command: s.exec, limit: s.limit, address: s.address, tls: certificate.Config, implicit: s.implicit, ca: ca,
		user: s.user, password: s.password, waits: ftpserver.Waits{Hold: s.hold, Data: s.limit / 2, Long: 2 * s.limit}}
	if !s.strict {
		r.waits.Silent = 2 * s.hold // long enough to see whether the client goes on
	}
	return s.test(r, chosen)
}

// choose returns the cases that the flags choose.
func (s *serving) choose() ([]*cases.Case, error) {
	switch address, err := netip.ParseAddr(s.address); {
	case err != nil:
		return nil, fmt.Errorf("--address %q is not an IP address", s.address)
	case !address.IsLoopback() && !s.anywhere:
		return nil, fmt.Errorf("--address %s is not on the loopback interface; --anywhere allows it", s.address)
	case s.jobs < 1 || s.jobs > maxJobs:
		return nil, fmt.Errorf("-j must be from 1 to %d", maxJobs)
	case s.limit <= 0 || s.hold <= 0:
		return nil, errors.New("--timeout and --hold must be positive")
	}
	all := cases.All()
	if s.name != "" {
		for _, c := range all {
			if c.Name == s.name {
				return []*cases.Case{c}, nil
			}
		}
		return nil, fmt.Errorf("no case has the name %q; --list shows the names", s.name)
	}
	chosen, err := cases.Select(all, s.match, s.sections)
	if err == nil && len(chosen) == 0 {
		err = errors.New("no case matches; --list shows the names")
	}
	return chosen, err
}

// writeCA writes the certificate of the authority to --ca-file, or to a temporary file that
// remove removes.
func (s *serving) writeCA(c *ftpserver.Certificate) (name string, remove func(), err error) {
	if s.caFile != "" {
		return s.caFile, func() {}, os.WriteFile(s.caFile, c.CA, 0o644)
	}
	f, err := os.CreateTemp("", "ftpreply-ca-*.pem")
	if err != nil {
		return "", nil, err
	}
	_, err = f.Write(c.CA)
	return f.Name(), func() { os.Remove(f.Name()) }, errors.Join(err, f.Close())
}

// show lists the cases, with --dry-run also the bytes.
func (s *serving) show(chosen []*cases.Case) {
	out := s.app.Out
	for _, c := range chosen {
		if !s.dryRun {
			fmt.Fprintf(out, "%s: %s\n", c.Name, c.Summary)
			continue
		}
		fmt.Fprintf(out, "%s (%s, %s)\n  %s\n  expected: %s\n", c.Name, c.Severity, c.RFC, c.Summary, expected(c))
		for _, change := range c.Script.Changes {
			at := change.At
			if at == "" {
				at = "greeting"
			}
			fmt.Fprintf(out, "  at %s:", at)
			if len(change.Send) == 0 {
				fmt.Fprint(out, " no reply")
			}
			for _, p := range change.Send {
				fmt.Fprintf(out, " %s", quoted(p))
			}
			if then := [...]string{"", ", then the server closes", ", then the server is silent"}[change.Then]; then != "" {
				fmt.Fprint(out, then)
			}
			fmt.Fprintln(out)
		}
	}
}

// expected describes the behaviour that the case asks for.
func expected(c *cases.Case) string {
	text := "the client " + c.Want.String()
	if c.Never != "" {
		text += "; it never " + c.Never
	}
	if c.Report != "" {
		text += " (" + c.Report + ")"
	}
	return text
}

func quoted(p ftpserver.Part) string {
	text := `"` + render.Cut([]byte(p.Text), 120) + `"`
	switch {
	case p.Repeat == ftpserver.Endless:
		text += " without end"
	case p.Repeat > 1:
		text += fmt.Sprintf(" %d times", p.Repeat)
	}
	if p.Bytewise {
		text += " byte by byte"
	}
	if p.Pause || p.Long {
		text = "(pause) " + text
	}
	return text
}

// listen serves until the user interrupts.
func (s *serving) listen(chosen []*cases.Case, certificate *ftpserver.Certificate, ca string) error {
	var mu sync.Mutex // guards the output
	out := s.app.Out
	byName := map[string]*cases.Case{}
	for _, c := range chosen {
		byName[c.Name] = c
	}
	var servers []*ftpserver.Server
	defer func() {
		for _, server := range servers {
			server.Close() // after which nothing is written
		}
	}()
	start := func(port int, fixed *cases.Case) error {
		server, err := ftpserver.Listen(net.JoinHostPort(s.address, fmt.Sprint(port)), ftpserver.Config{
			TLS: certificate.Config, Implicit: s.implicit, Anywhere: s.anywhere, Waits: ftpserver.Waits{Hold: s.hold},
			Script: func(user string) *ftpserver.Script {
				c := fixed
				if c == nil {
					c = byName[strings.ReplaceAll(user, ".", "/")]
				}
				if c == nil {
					return nil
				}
				return &c.Script
			},
			Ended: func(r *ftpserver.Record) {
				mu.Lock()
				defer mu.Unlock()
				writeSession(s.app, fixed, r)
			},
		})
		if err != nil {
			return err
		}
		servers = append(servers, server)
		mu.Lock()
		defer mu.Unlock()
		name := "the user chooses the case"
		if fixed != nil {
			name = fixed.Name
		}
		fmt.Fprintf(out, "%s: %s\n", server.Addr, name)
		return nil
	}
	fmt.Fprintf(out, "certificate SHA-256 %s, authority %s\n", certificate.Fingerprint, ca)
	switch {
	case s.ports && len(chosen) > maxPorts:
		return fmt.Errorf("%d cases are too many for --ports; choose with --match", len(chosen))
	case s.ports:
		for i, c := range chosen {
			port := s.port
			if port > 0 {
				port += i
			}
			if err := start(port, c); err != nil {
				return err
			}
		}
	case s.name != "":
		if err := start(s.port, chosen[0]); err != nil {
			return err
		}
	default:
		if err := start(s.port, nil); err != nil {
			return err
		}
	}
	mu.Lock()
	out.Flush()
	mu.Unlock()
	<-s.app.Ctx.Done()
	return nil
}

// writeSession writes the course of a session. The client's bytes are quoted.
func writeSession(a *cli.App, c *cases.Case, r *ftpserver.Record) {
	name := "correct server"
	if c != nil {
		name = c.Name
	}
	fmt.Fprintf(a.Out, "session (%s): %d commands, %d data connections, %d files sent\n", name, len(r.Commands), r.Data, r.Retrieved)
	for _, command := range r.Commands {
		fmt.Fprintf(a.Out, "  > %s\n", render.Message(strings.TrimSpace(command.Verb+" "+command.Arg)))
	}
	if r.Departed {
		fmt.Fprintf(a.Out, "  sent \"%s\"\n", render.Cut(r.Sent, 200))
	}
	if r.Early {
		fmt.Fprintln(a.Out, "  the client sent its next command before the answer to the last one")
	}
	a.Out.Flush()
}
