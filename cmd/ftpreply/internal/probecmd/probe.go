// Package probecmd implements "ftpreply probe".
package probecmd

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
	"github.com/spf13/cobra"
)

const probeHelp = `Test a live FTP server. The probe sends the commands of the RFCs and of common extensions,
with valid and invalid arguments, and judges each reply: whether the RFC allows it, what is
wrong with its bytes, and which clients fail on it. The report has the commands and features
that work, the failed checks, and a verdict for each section of the RFCs. A failed check is
repeated in a new session before it is reported.

Without --user, the probe plays only the checks that need no login. It reads the password from
the first line of a file, or from standard input for "-"; anonymous needs none. The probe
connects only to the given host, whatever a 227 says.

Without --write, nothing on the server changes. With --write, the probe makes a directory with
a random name and works in it, if PWD and NLST confirm that the directory is new and empty. It
changes and removes only files that it has made. It removes them at the end, and also after
Ctrl-C, SIGTERM and SIGHUP. If something may be left, it prints the commands that remove it.

--reply-timeout limits the wait for each reply, and --timeout the whole run. --dry-run shows
the commands and sends nothing. --save writes the exchange to a file, with passwords masked,
for "ftpreply lint" and "ftpreply parse".

The exit status is 0 if no check failed and there is no finding at or above --fail-on, 1
otherwise, and 2 if the server could not be reached.`

// A probing is the subcommand with its flags.
type probing struct {
	app      *cli.App
	config   probe.Config
	security cli.Choice[probe.Security]
	secrets  cli.Choice[control.SecretPolicy]
	failOn   cli.Choice[lint.Severity]
	format   cli.Choice[func(*probing) probeReport]
	grading  *findings.Grading
	password string // file
	ca       string // file
	save     string // file
	accepted string // file of the baseline
	baseline *baseline
	insecure bool
	dryRun   bool
	verbose  bool
}

// A probeReport writes the report of a run.
type probeReport interface {
	// found receives each finding. The arguments are valid until it returns.
	found(conn int, c *control.Conn, d *lint.Diagnostic)
	// checked receives each result, after the findings of the check.
	checked(*probe.Result)
	// end writes the rest of the report.
	end(*probe.Report) error
}

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	p := &probing{
		app:      a,
		security: cli.NewChoice("none", probe.NoTLS).Or("explicit", probe.Explicit).Or("implicit", probe.Implicit),
		secrets:  cli.NewSecretsChoice(),
		failOn:   cli.NewSeverityChoice(),
		format:   cli.NewChoice("text", newProbeText).Or("ndjson", newProbeJSON).Or("junit", newProbeJUnit),
	}
	cmd := &cobra.Command{
		Use:   "probe address",
		Short: "Test a live server and judge its replies",
		Long:  probeHelp,
		Example: `  ftpreply probe ftp.example.org
  ftpreply probe --dry-run --write ftp.example.org
  ftpreply probe --write --tls explicit --user joe --password-file password ftp.example.org`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return p.run(args[0]) },
	}
	p.addFlags(cmd)
	return cmd
}

func (p *probing) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	p.security.AddTo(cmd, "tls", "protection of the control connection")
	f.BoolVar(&p.insecure, "insecure", false, "do not verify the certificate of the server")
	f.StringVar(&p.ca, "ca", "", "PEM `file` of certificates to verify the server with")
	f.StringVar(&p.config.User, "user", "", "`name` to log in with")
	f.StringVar(&p.password, "password-file", "", "`file` whose first line is the password; - is standard input")
	f.DurationVar(&p.config.Timeout, "timeout", 5*time.Minute, "limit of the whole run")
	f.DurationVar(&p.config.Limits.Reply, "reply-timeout", 10*time.Second, "limit of the wait for a final reply")
	cli.Group(f, "Server")
	f.BoolVar(&p.config.Write, "write", false, "include the checks that change files, in a directory made for them")
	f.StringVar(&p.config.Directory, "dir", "", "existing `directory` to make that directory in; default: the one after the login")
	f.StringSliceVar(&p.config.Sections, "section", nil, "play only the checks of a `section`: \"RFC 3659\", \"959 4.1.3\"")
	f.StringSliceVar(&p.config.Skip, "skip", nil, "leave out the `check` of that name")
	f.BoolVar(&p.dryRun, "dry-run", false, "show the commands, and send nothing")
	cli.Group(f, "Checks")
	p.grading = findings.NewGrading(cmd)
	f.StringVar(&p.accepted, "baseline", "", "`file` of --format ndjson of an earlier run: its failures and findings do not count")
	cli.Group(f, "Rules")
	p.failOn.AddTo(cmd, "fail-on", "lowest severity for exit status 1; a failed check counts as an error")
	p.format.AddTo(cmd, "format", "output format")
	f.StringVar(&p.save, "save", "", "`file` to save the exchange in, for lint and parse")
	p.secrets.AddTo(cmd, "secrets", "how to write passwords")
	f.BoolVarP(&p.verbose, "verbose", "v", false, "include details")
	cli.Group(f, "Output")
}

func (p *probing) run(address string) error {
	if err := p.prepare(address); err != nil {
		return err
	}
	if p.dryRun {
		p.showPlan()
		return nil
	}
	if p.save != "" {
		saved, err := p.app.Create(p.save, 0o600)
		if err != nil {
			return err
		}
		p.config.Recording = probe.NewRecording(saved)
	}
	report, err := p.probe()
	if p.config.Recording != nil && p.config.Recording.Err() != nil {
		return p.config.Recording.Err()
	}
	if report == nil {
		return err
	}
	return p.verdict(report, err)
}

// probe runs the checks; without a report the server could not be reached.
func (p *probing) probe() (*probe.Report, error) {
	out := p.format.Value(p)
	p.config.Done = out.checked
	p.config.Found = func(conn int, c *control.Conn, d *lint.Diagnostic) {
		if !p.baseline.knowsFinding(d.Rule.Name, int(d.Item.Reply.Code()), d.Verb()) {
			out.found(conn, c, d)
		}
	}
	report, err := probe.Run(p.app.Ctx, p.config)
	if err != nil && report.Greeting == "" && p.app.Ctx.Err() == nil {
		return nil, err
	}
	return report, errors.Join(out.end(report), p.ended(err))
}

// ended returns the error for a run that ended early.
func (p *probing) ended(err error) error {
	switch {
	case p.app.Ctx.Err() != nil:
		return cli.ErrInterrupted
	case err != nil:
		p.app.Complain(fmt.Errorf("the run has ended after %v: %w", p.config.Timeout, err))
		return cli.ErrTrouble
	default:
		return nil
	}
}

func (p *probing) verdict(report *probe.Report, err error) error {
	for _, left := range report.Left {
		p.app.Complain(fmt.Errorf("may be left on the server: %s", left))
	}
	if err == nil && p.baseline.worst(report) >= p.failOn.Value {
		return cli.ErrFindings
	}
	return err
}

func (p *probing) prepare(address string) (err error) {
	c := &p.config
	c.Security, c.Secrets = p.security.Value, p.secrets.Value
	c.Address = withPort(address, c.Security)
	if c.Grading, err = p.grading.Config(p.app); err != nil {
		return err
	}
	if p.accepted != "" {
		if p.baseline, err = readBaseline(p.app, p.accepted); err != nil {
			return err
		}
	}
	c.Strict = c.Grading.Strict
	if c.TLS, err = p.tls(); err != nil {
		return err
	}
	if c.Password, err = p.readPassword(); err != nil {
		return err
	}
	if c.Directory != "" && !c.Write {
		return errors.New("--dir needs --write")
	}
	return p.checkNames()
}

// withPort adds the default port of the protocol.
func withPort(address string, security probe.Security) string {
	if _, _, err := net.SplitHostPort(address); err == nil {
		return address
	}
	port := "21"
	if security == probe.Implicit {
		port = "990"
	}
	return net.JoinHostPort(strings.Trim(address, "[]"), port)
}

// tls returns the configuration of TLS, or nil without flags about certificates.
func (p *probing) tls() (*tls.Config, error) {
	if p.ca == "" {
		if p.insecure {
			return &tls.Config{InsecureSkipVerify: true}, nil
		}
		return nil, nil
	}
	if p.insecure {
		return nil, errors.New("--ca and --insecure contradict each other")
	}
	text, err := p.app.ReadFile(p.ca, maxCertificates)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s: no certificate in it", p.ca)
	}
	return &tls.Config{RootCAs: roots}, nil
}

// Limits of the files that are read.
const (
	maxCertificates = 16 << 20
	maxPassword     = 4096
)

// readPassword returns the first line of the password file. An anonymous user needs none
// (RFC 1635).
func (p *probing) readPassword() (string, error) {
	var text []byte
	var err error
	switch p.password {
	case "":
		if user := strings.ToLower(p.config.User); user == "anonymous" || user == "ftp" {
			return "ftpreply@", nil
		}
		return "", nil
	case "-":
		if text, err = io.ReadAll(io.LimitReader(p.app.Stdin, maxPassword+1)); len(text) > maxPassword {
			err = fmt.Errorf("standard input: longer than %d bytes", maxPassword)
		}
	default:
		text, err = p.app.ReadFile(p.password, maxPassword)
	}
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	return strings.TrimSuffix(string(line), "\r"), err
}

// checkNames returns an error for an unknown check or section.
func (p *probing) checkNames() error {
	for _, name := range p.config.Skip {
		if probe.CheckNamed(name) == nil {
			return fmt.Errorf("no check has the name %q; --dry-run shows the names", name)
		}
	}
	for _, section := range p.config.Sections {
		found := false
		for c := range probe.Checks() {
			found = found || c.InSection(section)
		}
		if !found {
			return fmt.Errorf("no check is in section %q; --dry-run shows the sections", section)
		}
	}
	return nil
}

// showPlan writes the checks with their commands.
func (p *probing) showPlan() {
	out := p.app.Out
	section := ""
	for _, planned := range p.config.Plan() {
		c := planned.Check
		if c.Section != section {
			section = c.Section
			fmt.Fprintln(out, section)
		}
		if planned.Lacks != "" {
			fmt.Fprintf(out, "  %s: skipped, %s\n", c.Name, planned.Lacks)
			continue
		}
		fmt.Fprintf(out, "  %s: %s\n", c.Name, c.Asks)
		for _, line := range c.Lines() {
			fmt.Fprintf(out, "    > %s\n", render.Cut([]byte(line), 100))
		}
	}
}
