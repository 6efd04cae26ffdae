package probe

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// A run is one call of Run.
type run struct {
	config  Config
	report  *Report
	result  *Result // of the current check
	support support
	listed  []string // by FEAT
	names   names
	session *Session // nil between two sessions
	in      bool     // the session is logged in
	ipv6    bool     // the connections are over IPv6
	mute    bool     // findings do not count

	refusable bool // a refusal of the current command is a right answer
	repeating bool // findings have been reported before
	hurry     bool // the check repeats one that got no reply
	deaf      bool // the server does not answer QUIT

	opener  string            // of data connections that work, or ""
	blocked map[string]string // openers without a data connection, and why

	directory directory
	barred    string // why no login is possible
	dead      string // why nothing more is asked
	failures  int    // sessions in a row that could not be opened
}

// Run plays the checks against the server. The error is not nil if the server could not be
// reached, if no greeting came from it, or if ctx was done or Config.Timeout over; the
// report then has the results until that time. Faults of the server are in the report only.
func Run(ctx context.Context, config Config) (*Report, error) {
	r := &run{
		config: config, report: &Report{Address: config.Address},
		support: support{}, names: names{}, blocked: map[string]string{},
	}
	r.config.Timeout = cmp.Or(config.Timeout, defaultTimeout)
	r.config.Limits = config.Limits.withDefaults()
	if r.config.network == nil {
		r.config.network = &tcp{}
	}
	host, _, err := net.SplitHostPort(config.Address)
	if err == nil && strings.ContainsAny(config.User+config.Password+config.Directory, "\r\n\x00") {
		err = errors.New("the user, the password and the directory must not contain CR, LF or NUL")
	}
	if err != nil {
		return r.report, err
	}
	r.names["server"] = host
	r.directory.token = newToken()
	r.name(r.directory.token)
	ctx, cancel := context.WithTimeout(ctx, r.config.Timeout)
	defer cancel()
	begin := time.Now()
	err = r.play(ctx)
	r.cleanUp(ctx)
	r.report.Commands = r.support.commands()
	r.report.Features = features(r.listed, r.report.Commands, r.report.Results)
	if len(r.listed) > 0 {
		r.start(&featuresCheck)
		r.result.judgeFeatures(r.report.Features)
		r.finish()
	}
	r.report.Took = time.Since(begin)
	if err != nil {
		return r.report, quotedError{err}
	}
	return r.report, nil
}

// newToken returns a random token. Apart from its digits it is always the same, so that the
// fingerprints of findings are.
func newToken() string {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return fmt.Sprintf("p%015d-ftpreply", binary.LittleEndian.Uint64(b[:])%1e15)
}

// name sets the start of the names of files.
func (r *run) name(token string) {
	r.names["run"], r.names["missing"] = token, token+"-missing"
}

// play plays the checks.
func (r *run) play(ctx context.Context) error {
	r.start(&greetingCheck)
	err := r.connect(ctx, r.config.Security == NoTLS)
	if err != nil {
		r.dead = "the server has no session for the probe"
		r.settle(ctx, err)
	}
	r.finish()
	if err != nil && r.report.Greeting == "" && !errors.Is(err, errGreeting) {
		return err
	}
	if r.config.User != "" && r.dead == "" {
		r.start(&loginCheck)
		if err := r.enter(ctx); err != nil {
			r.barred = "no login"
			r.settle(ctx, err)
		} else {
			r.explore(ctx)
		}
		r.finish()
	}
	for _, p := range r.config.Plan() {
		r.start(p.Check)
		switch {
		case ctx.Err() != nil:
			r.result.settle(Skipped, "the run has ended: "+ctx.Err().Error())
		case r.dead != "":
			r.result.settle(Skipped, r.dead)
		case p.Lacks != "":
			r.result.settle(Skipped, p.Lacks)
		default:
			r.check(ctx, p.Check)
		}
		r.finish()
	}
	return ctx.Err()
}

// start begins the result of a check, and finish ends it.
func (r *run) start(c *Check) { r.result = &Result{Check: c} }

func (r *run) finish() {
	if r.result.Earlier == "" {
		r.result.failOnFindings()
	}
	r.result.Reason, r.result.Earlier = printable(r.result.Reason), printable(r.result.Earlier)
	if r.result.Outcome != Passed {
		r.result.Advice = ""
	}
	r.report.Results = append(r.report.Results, *r.result)
	if r.config.Done != nil {
		r.config.Done(r.result)
	}
}

// settle makes an error of a session the outcome.
func (r *run) settle(ctx context.Context, err error) {
	var refusal *ftpreply.ReplyError
	switch {
	case ctx.Err() != nil:
		r.result.settle(Skipped, "the run has ended: "+ctx.Err().Error())
	case errors.As(err, &refusal) && r.result.Check.Required == "":
		r.result.settle(Refused, err.Error())
	default:
		r.result.settle(Failed, err.Error())
	}
}

// explore finds out where the user is after the login, how to open data connections, and
// which file to read. With Config.Write it makes the directory of the run.
func (r *run) explore(ctx context.Context) {
	r.names["home"] = "."
	if path, err := r.workingDirectory(ctx); err == nil {
		r.names["home"], r.directory.parent = path, path
	}
	for _, opener := range []string{"EPSV", "PASV", "EPRT", "PORT"} {
		if r.opener != "" || r.session == nil || !r.session.Aligned() || r.ipv6 && opener[0] == 'P' {
			continue
		}
		done, err := r.transfer(ctx, Transfer{Opener: opener, Command: "NLST"})
		if err == nil && done.Err == nil && len(done.Answer) > 0 {
			r.opener = opener
		}
	}
	if r.config.Write {
		err := r.makeDirectory(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			r.directory.suspect = !isLost(err)
			r.directory.lacks = "the probe does not write: " + err.Error()
			r.leave(ctx) // the working directory is unknown
			if r.enter(ctx) != nil {
				return
			}
		}
	}
	if r.names["file"] == "" && r.opener != "" && r.session.Aligned() {
		r.findFile(ctx)
	}
}

// workingDirectory returns the path in the reply to PWD.
func (r *run) workingDirectory(ctx context.Context) (string, error) {
	answer, err := r.say(ctx, "PWD")
	if err == nil {
		err = r.expect(answer.Final(), ftpreply.CodePathnameCreated)
	}
	if err != nil {
		return "", fmt.Errorf("PWD: %w", err)
	}
	path, err := payload.ParsePath(answer.Final())
	if err != nil {
		return "", fmt.Errorf("PWD: %w", err)
	}
	if len(path.Name) > maxName || bytes.ContainsAny(path.Name, "\r\n\x00") {
		return "", fmt.Errorf("PWD: the path %.100q cannot be sent in a command", path.Name)
	}
	return string(path.Name), nil
}

// Only files of the user with a size between these are read.
const (
	leastSize = 3
	mostSize  = 64 << 10
)

// findFile looks for a small file of the user that can be read.
func (r *run) findFile(ctx context.Context) {
	done, err := r.transfer(ctx, Transfer{Opener: r.opener, Command: "LIST"})
	if err != nil || done.Err != nil {
		return
	}
	tries := 0
	for line := range strings.Lines(string(done.Data)) {
		name, size := listedFile(strings.TrimRight(line, "\r\n"))
		if size < leastSize || size > mostSize {
			continue
		}
		if tries++; tries > maxTries {
			return
		}
		done, err := r.transfer(ctx, Transfer{Opener: r.opener, Command: "RETR " + name})
		if err != nil {
			return
		}
		if done.Err == nil && done.Answer.Final().Expect(2) == nil && int64(len(done.Data)) == size {
			r.useFile(name, string(done.Data))
			return
		}
	}
}

// useFile makes a file the one that the checks read.
func (r *run) useFile(name, content string) {
	r.names["file"], r.names["size"], r.names["rest"] = name, fmt.Sprint(len(content)), content[2:]
}

// listedFile reads a line of LIST in the form of ls -l. The size is -1 if the line is not
// about a file, or if the name has a space.
func listedFile(line string) (name string, size int64) {
	fields := strings.Fields(line)
	if len(fields) < 9 || line[0] != '-' || strings.ContainsAny(line, "\r\x00") {
		return "", -1
	}
	name = fields[8]
	if _, err := fmt.Sscan(fields[4], &size); err != nil || !strings.HasSuffix(line, " "+name) {
		return "", -1
	}
	return name, size
}

// check plays a check, and repeats it in a new session if it has failed.
func (r *run) check(ctx context.Context, c *Check) {
	connections := r.report.Connections
	err := r.attempt(ctx, c)
	fresh := r.report.Connections > connections
	r.result.failOnFindings()
	if r.result.Outcome != Failed || ctx.Err() != nil || r.dead != "" {
		return
	}
	r.leave(ctx)
	first := r.result
	r.result = &Result{Check: c}
	run := r.names["run"]
	r.name(run + "-2") // a file of the first attempt may still be there
	r.repeating, r.hurry = true, errors.Is(err, ErrNoReply)
	r.attempt(ctx, c)
	r.repeating, r.hurry = false, false
	r.result.failOnFindings()
	r.name(run)
	switch {
	case r.result.Outcome == Skipped:
		reason := r.result.Reason
		r.result = first
		r.result.Reason += " (not repeated: " + reason + ")"
		return
	case r.result.Outcome != Failed && fresh:
		r.result.Earlier = "a first attempt failed, and the repetition did not: " + first.Reason
	case r.result.Outcome != Failed:
		r.result.Earlier = "failed after other checks in the same session, but not in a new one: " + first.Reason
	}
	r.result.Findings = first.Findings
}

// attempt plays a check once, in a session that suits it. The error is why a step got no
// answer.
func (r *run) attempt(ctx context.Context, c *Check) error {
	if why := r.missing(c); why != "" {
		r.result.settle(Skipped, why)
		return nil
	}
	if c.play != nil {
		c.play(r, ctx)
		return nil
	}
	if err := r.suit(ctx, c); err != nil {
		reason := cmp.Or(r.missing(c), "no session: "+err.Error())
		if ctx.Err() != nil {
			reason = "the run has ended: " + ctx.Err().Error()
		}
		r.result.settle(Skipped, reason)
		return nil
	}
	if r.hurry {
		r.session.options.Limits.Reply = min(r.session.options.Limits.Reply, hurriedReply)
	}
	r.result.Turns = nil // the login is not part of the check
	var err error
	for i := range c.steps {
		var ok bool
		if ok, err = r.step(ctx, &c.steps[i]); !ok || r.result.Outcome == Failed {
			break
		}
	}
	if r.session != nil && (c.needs&needAlone != 0 || r.hurry || !r.session.Aligned()) {
		r.leave(ctx)
	}
	return err
}

// hurriedReply limits the wait for a reply that has not come before.
const hurriedReply = 2 * time.Second

// missing returns which need of the check the run cannot meet, or "".
func (r *run) missing(c *Check) string {
	switch n := c.needs; {
	case r.dead != "":
		return r.dead
	case n&needLogin != 0 && r.barred != "":
		return r.barred
	case n&needWrite != 0 && r.directory.path == "":
		return r.directory.lacks
	case n&needData != 0 && r.opener == "":
		return "no data connection can be opened"
	case n&needIPv4 != 0 && r.ipv6:
		return "it is about IPv4"
	case n&needFile != 0 && r.names["file"] == "":
		return "no small file to read"
	case c.Required == "" && !r.repeating && r.support.unknown(c.verb):
		return c.verb + " is not supported"
	default:
		return ""
	}
}
