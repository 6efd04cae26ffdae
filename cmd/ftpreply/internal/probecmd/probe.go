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

const probeHelp = `Connect to an FTP server, send every command that RFCs and practice have, with good
arguments and bad ones, and judge all that it answers: whether each reply is what the RFC
asks for, what is wrong with its bytes, and which clients that breaks. The report ends with a
verdict for each section of the RFCs. It also tells what the server has: the commands that
work, and what FEAT lists beside what is true.

Without --user only what needs no login is asked. The password is read from a file, or from
standard input for "-"; that of anonymous need not be given. Nothing is changed on the server
unless --write is given: then a directory is made in the directory of the login, all changes
happen in it, and it is removed, also when Ctrl-C ends the run. Connections go to the given
host only, whatever a 227 says.

Against a server that does not answer, --reply-timeout bounds each reply and --timeout
all. --dry-run shows what would be sent, and sends nothing. --save keeps what was said, for
"ftpreply lint" and "ftpreply parse"; passwords are masked in it too.

The exit status is 0 when no check failed and nothing was found at or above --fail-on, 1 when
one did or something was, 2 when the server could not be reached.`

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
	insecure bool
	dryRun   bool
	verbose  bool
}

// A probeReport writes what a run has found.
type probeReport interface {
	// found is told every finding while it is there.
	found(conn int, c *control.Conn, d *lint.Diagnostic)
	// checked is told every result behind its findings.
	checked(*probe.Result)
	// end has been told all.
	end(*probe.Report) error
}

// New returns the subcommand.
func New(a *cli.App) *cobra.Command {
	p := &probing{
		app:      a,
		security: cli.NewChoice("none", map[string]probe.Security{"none": probe.NoTLS, "explicit": probe.Explicit, "implicit": probe.Implicit}),
		secrets:  cli.NewSecretsChoice(),
		failOn:   cli.NewSeverityChoice(),
		format: cli.NewChoice("text", map[string]func(*probing) probeReport{
			"text": newProbeText, "ndjson": newProbeJSON, "junit": newProbeJUnit}),
	}
	cmd := &cobra.Command{
		Use:   "probe address",
		Short: "Ask a server for all that it can do, and judge the answers",
		Long:  probeHelp,
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return p.run(args[0]) },
	}
	p.addFlags(cmd)
	return cmd
}

func (p *probing) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	p.security.AddTo(cmd, "tls", "how the control connection is protected")
	f.BoolVar(&p.insecure, "insecure", false, "do not check the server's certificate")
	f.StringVar(&p.ca, "ca", "", "`file` of certificates, in PEM, to check the server's with")
	f.StringVar(&p.config.User, "user", "", "`name` to log in with")
	f.StringVar(&p.password, "password-file", "", "`file` whose first line is the password")
	f.BoolVar(&p.config.Write, "write", false, "play the checks that change files, in a directory that is made for them")
	f.StringSliceVar(&p.config.Sections, "section", nil, "play the checks of a `section` only: \"RFC 3659\", \"959 4.1.3\"")
	f.BoolVar(&p.dryRun, "dry-run", false, "show what would be sent, and send nothing")
	f.DurationVar(&p.config.Timeout, "timeout", 5*time.Minute, "longest run")
	f.DurationVar(&p.config.Limits.Reply, "reply-timeout", 10*time.Second, "longest wait for the final reply to a command")
	f.StringVar(&p.save, "save", "", "`file` to keep what was said in, in the format exchange")
	f.BoolVarP(&p.verbose, "verbose", "v", false, "show what is left out otherwise")
	p.secrets.AddTo(cmd, "secrets", "how passwords are shown")
	p.failOn.AddTo(cmd, "fail-on", "least severity for exit status 1; a failed check counts as an error")
	p.format.AddTo(cmd, "format", "format of the output")
	p.grading = findings.NewGrading(cmd)
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
	p.config.Found, p.config.Done = out.found, out.checked
	report, err := probe.Run(p.app.Ctx, p.config)
	if err != nil && report.Greeting == "" && p.app.Ctx.Err() == nil {
		return nil, err
	}
	return report, errors.Join(out.end(report), p.ended(err))
}

// ended is what an end before its time means for the exit status.
func (p *probing) ended(err error) error {
	switch {
	case p.app.Ctx.Err() != nil:
		return cli.ErrInterrupted
	case err != nil:
		p.app.Complain(fmt.Errorf("the run was ended after %v: %w", p.config.Timeout, err))
		return cli.ErrTrouble
	default:
		return nil
	}
}

func (p *probing) verdict(report *probe.Report, err error) error {
	for _, left := range report.Left {
		p.app.Complain(fmt.Errorf("left on the server: %s", left))
	}
	if err == nil && report.Worst() >= p.failOn.Value {
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
	c.Strict = c.Grading.Strict
	if c.TLS, err = p.tls(); err != nil {
		return err
	}
	if c.Password, err = p.readPassword(); err != nil {
		return err
	}
	return p.checkSections()
}

// withPort adds the port that the protocol has by default.
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

// tls is nil when nothing is said of certificates.
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

// checkSections finds a section that was misspelt.
func (p *probing) checkSections() error {
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

// showPlan writes the checks, and what each sends.
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
