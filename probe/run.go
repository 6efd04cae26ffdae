package probe

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/payload"
)

// A run is one call of Run.
type run struct {
	config  Config
	report  *Report
	result  *Result // of the check that is played
	support support
	listed  []string // by FEAT
	names   names
	opener  string // of data connections
	ipv6    bool   // the connections are over IPv6
	session *Session
	in      bool     // the session is logged in
	mute    bool     // what is found does not count
	own     string   // the directory of the run's own, as it was made; "" before
	made    []string // the commands that remove what was made, the directory's first
	noOwn   string   // why there is no such directory
	barred  string   // why there is no login
	dead    string   // why nothing more is asked
	failed  int      // connections without a greeting, one behind the other
}

// Run plays the checks. The error is about the server that cannot be reached, or that ctx
// has ended: the report then has what there was until then. What the server does wrong is
// in the report alone.
func Run(ctx context.Context, config Config) (*Report, error) {
	r := &run{config: config, report: &Report{Address: config.Address}, support: support{}, names: names{}}
	r.config.Timeout = cmp.Or(config.Timeout, defaultTimeout)
	host, _, err := net.SplitHostPort(config.Address)
	if err != nil {
		return r.report, err
	}
	r.names["server"] = host
	ctx, cancel := context.WithTimeout(ctx, r.config.Timeout)
	defer cancel()
	begin := time.Now()
	err = r.play(ctx)
	r.cleanUp(ctx)
	r.summarise()
	r.report.Took = time.Since(begin)
	return r.report, err
}

// play plays the checks.
func (r *run) play(ctx context.Context) error {
	if err := r.meet(ctx); err != nil {
		return err
	}
	if r.config.User != "" && r.dead == "" {
		r.logIn(ctx)
	}
	for _, p := range r.config.Plan() {
		r.planned(ctx, p)
	}
	for _, c := range r.untried() {
		r.planned(ctx, Planned{c, r.config.lacks(c)})
	}
	return ctx.Err()
}

// meet opens the first connection. The error says that nobody is there.
func (r *run) meet(ctx context.Context) error {
	r.start(&connecting)
	defer r.finish()
	_, err := r.connect(ctx, r.config.Security == NoTLS)
	if err != nil {
		r.dead = "there is no server that can be asked"
	}
	if r.report.Greeting != "" || errors.Is(err, errGreeting) {
		return nil
	}
	return err
}

// logIn logs in for the first time, and looks where that leads.
func (r *run) logIn(ctx context.Context) {
	r.start(&loggingIn)
	defer r.finish()
	if err := r.enter(ctx); err != nil {
		r.barred = "there is no login"
		r.settle(ctx, err)
		return
	}
	r.prepare(ctx)
}

// planned makes the result of one check.
func (r *run) planned(ctx context.Context, p Planned) {
	r.start(p.Check)
	switch {
	case ctx.Err() != nil:
		r.result.settle(Skipped, "the run was ended: "+ctx.Err().Error())
	case r.dead != "":
		r.result.settle(Skipped, r.dead)
	case p.Lacks != "":
		r.result.settle(Skipped, p.Lacks)
	default:
		r.check(ctx, p.Check)
	}
	r.finish()
}

// start begins the result of a check.
func (r *run) start(c *Check) { r.result = &Result{Check: c} }

// finish ends it.
func (r *run) finish() {
	if r.result.worst() == lint.Error {
		r.result.settle(Failed, "a reply is wrong: "+r.result.reasons())
	}
	r.result.Reason = printable(r.result.Reason)
	if r.result.Outcome != Passed {
		r.result.Advice = ""
	}
	r.report.Results = append(r.report.Results, *r.result)
	if r.config.Done != nil {
		r.config.Done(r.result)
	}
}

// settle makes an error of the session the outcome.
func (r *run) settle(ctx context.Context, err error) {
	var refusal *ftpreply.ReplyError
	switch {
	case ctx.Err() != nil:
		r.result.settle(Skipped, "the run was ended in it: "+ctx.Err().Error())
	case errors.As(err, &refusal) && r.result.Check.Required == "":
		r.result.settle(Refused, err.Error())
	default:
		r.result.settle(Failed, err.Error())
	}
}

// check plays one check on a connection that suits it.
func (r *run) check(ctx context.Context, c *Check) {
	if why := r.missing(c); why != "" {
		r.result.settle(Skipped, why)
		return
	}
	if err := r.suit(ctx, c); err != nil {
		r.settle(ctx, fmt.Errorf("no connection to ask on: %w", err))
		r.leave(ctx)
		return
	}
	r.result.Turns = nil // the login is not what is asked
	for i := range c.Steps {
		if !r.step(ctx, &c.Steps[i]) || r.result.Outcome == Failed {
			break
		}
	}
	if c.Needs&Alone != 0 || !r.session.Aligned() {
		r.leave(ctx)
	}
}

// missing says what the check needs and the run could not get.
func (r *run) missing(c *Check) string {
	switch n := c.Needs; {
	case n&Login != 0 && r.barred != "":
		return r.barred
	case n&Write != 0 && r.own == "":
		return r.noOwn
	case n&Data != 0 && r.opener == "":
		return "no data connection can be opened"
	case n&IPv4 != 0 && r.ipv6:
		return "it is about IPv4"
	case n&File != 0 && r.names["file"] == "":
		return "there is no small file to read"
	case c.Required == "" && r.unknown(c.Verb):
		return c.Verb + " is not supported"
	default:
		return ""
	}
}

// unknown reports whether the server has not known the command so far.
func (r *run) unknown(verb string) bool {
	best := r.support[verb]
	return best != 0 && Command{Best: best}.Outcome() == NotSupported
}

// suit makes r.session one that the check can be played on.
func (r *run) suit(ctx context.Context, c *Check) error {
	login := c.Needs&Login != 0
	clear := c.Needs&Clear != 0
	if r.session != nil && (c.Needs&Alone != 0 || r.in != login || !r.session.Aligned()) {
		r.leave(ctx)
	}
	if r.session != nil {
		return nil
	}
	if login {
		return r.enter(ctx)
	}
	_, err := r.connect(ctx, clear || r.config.Security == NoTLS)
	return err
}

// connect opens a connection, under TLS unless it is to stay in clear, and reads the
// greeting.
func (r *run) connect(ctx context.Context, clear bool) (*Session, error) {
	r.report.Connections++
	number := r.report.Connections
	var s *Session
	s, err := Dial(ctx, r.config.Address, Options{
		Limits: r.config.Limits, TLS: r.tls(), Recording: r.config.Recording, Secrets: r.config.Secrets,
		Item:   func(it *control.Item) { r.support.learn(it) },
		Report: func(d *lint.Diagnostic) { r.found(number, s.Control, d) },
	})
	if err == nil {
		r.session, r.in = s, false
		err = r.greet(ctx, clear)
	}
	if err == nil {
		r.failed = 0
		return s, nil
	}
	r.settle(ctx, err)
	r.leave(ctx)
	if r.failed++; r.failed == maxFailed {
		r.dead = "the server takes no connections any more"
	}
	return nil, err
}

// maxFailed is after how many connections without a greeting the run gives up.
const maxFailed = 3

// errGreeting is for a server that can be reached, and does not speak as one.
var errGreeting = errors.New("no greeting")

// tls is the configuration of TLS. Without one, and when no password is ever sent under TLS,
// it is enough that the server speaks it, whoever that is.
func (r *run) tls() *tls.Config {
	c := r.config.TLS
	if c == nil {
		c = &tls.Config{InsecureSkipVerify: r.config.Security == NoTLS}
	}
	if c.ServerName == "" {
		c = c.Clone()
		c.ServerName = r.names["server"]
	}
	return c
}

func (r *run) greet(ctx context.Context, clear bool) error {
	s := r.session
	if r.config.Security == Implicit {
		if err := s.StartTLS(ctx); err != nil {
			return err
		}
	}
	local := addressOf(s.conn.LocalAddr())
	r.ipv6, r.names["host"] = local.Is6(), strings.ReplaceAll(local.String(), ".", ",")
	answer, err := s.Greeting(ctx)
	r.turn("", answer)
	if err != nil {
		return fmt.Errorf("%w: %w", errGreeting, err)
	}
	greeting := answer.Final()
	if r.report.Greeting == "" {
		r.report.Greeting, r.report.Software = firstLine(s, greeting), s.Control.Stats.Software
	}
	if err := r.expect(greeting, ftpreply.CodeServiceReady); err != nil {
		return fmt.Errorf("%w: %w", errGreeting, err)
	}
	if r.config.Security == Explicit && !clear {
		if err := r.want(ctx, "AUTH TLS", ftpreply.CodeAuthMechanismAccepted); err != nil {
			return err
		}
	}
	if state, ok := s.TLS(); ok && r.report.TLS == "" {
		r.report.TLS = tls.VersionName(state.Version) + ", " + tls.CipherSuiteName(state.CipherSuite)
	}
	return nil
}

// enter opens a connection and logs in.
func (r *run) enter(ctx context.Context) error {
	if r.session == nil {
		if _, err := r.connect(ctx, r.config.Security == NoTLS); err != nil {
			return err
		}
	}
	if err := r.login(ctx); err != nil {
		r.leave(ctx)
		return err
	}
	r.in = true
	return nil
}

func (r *run) login(ctx context.Context) error {
	answer, err := r.say(ctx, "USER "+r.config.User)
	if err == nil && answer.Final().Code() == ftpreply.CodeUsernameOKNeedPassword {
		answer, err = r.say(ctx, "PASS "+r.config.Password)
	}
	if err == nil {
		err = r.expect(answer.Final(), 2)
	}
	if err != nil {
		return fmt.Errorf("login: %w", err)
	}
	if r.session.secure() {
		if err := errors.Join(r.want(ctx, "PBSZ 0", 2), r.want(ctx, "PROT P", 2)); err != nil {
			return err
		}
	}
	if err := r.want(ctx, "TYPE I", 2); err != nil {
		return err
	}
	if r.own != "" {
		return r.want(ctx, "CWD "+r.own, 2)
	}
	return nil
}

// want sends a command that everything behind it depends on.
func (r *run) want(ctx context.Context, line string, codes ...ftpreply.Code) error {
	answer, err := r.say(ctx, line)
	if err == nil {
		err = r.expect(answer.Final(), codes...)
	}
	if err != nil {
		return fmt.Errorf("%q: %w", line, err)
	}
	return nil
}

// expect is Reply.Expect with secrets masked in the text of the error.
func (r *run) expect(reply ftpreply.Reply, codes ...ftpreply.Code) error {
	var refusal *ftpreply.ReplyError
	if errors.As(reply.Expect(codes...), &refusal) {
		refusal.Text = string(r.session.Control.Mask([]byte(refusal.Text)))
		return unexpected{refusal}
	}
	return nil
}

// unexpected is a reply that was not expected, in few words.
type unexpected struct{ *ftpreply.ReplyError }

func (u unexpected) Unwrap() error { return u.ReplyError }
func (u unexpected) Error() string {
	if u.Code == 0 {
		return "no final reply"
	}
	return fmt.Sprintf("%s %.120q", u.Code.String(), u.Text)
}

// say sends a command, and does what its success asks of the client.
func (r *run) say(ctx context.Context, line string) (Answer, error) {
	r.expectToRemove(line)
	answer, err := r.session.Do(ctx, line)
	r.turn(line, answer)
	if err != nil {
		return answer, err
	}
	r.removed(line, answer)
	return answer, r.follow(ctx, line, answer.Final())
}

// follow changes the protection as a command has asked for.
func (r *run) follow(ctx context.Context, line string, final ftpreply.Reply) error {
	s := r.session
	verb, argument, _ := strings.Cut(line, " ")
	switch code := final.Code(); {
	case verb == "AUTH" && code == ftpreply.CodeAuthMechanismAccepted:
		return s.StartTLS(ctx)
	case verb == "CCC" && code.Class() == ftpreply.Completion:
		return s.StopTLS(ctx)
	case verb == "PROT" && code.Class() == ftpreply.Completion:
		s.Protect(argument == "P")
	case verb == "FEAT" && code == ftpreply.CodeSystemStatus:
		r.listed = labels(final)
	case verb == "SYST" && code == ftpreply.CodeSystemType:
		r.report.System = string(s.Control.Mask(final.Text()))
	}
	return nil
}

// leave says QUIT, if anybody listens, and closes the connection.
func (r *run) leave(ctx context.Context) {
	s := r.session
	if s == nil {
		return
	}
	if s.Aligned() && ctx.Err() == nil {
		s.Do(ctx, "QUIT")
	}
	r.mute = ctx.Err() != nil // whoever hangs up is owed nothing
	s.Close()
	r.mute = false
	r.report.Replies += s.Control.Stats.Replies
	r.session, r.in = nil, false
}

// found takes what the linter says of the server. What it says of our own commands is
// nobody's fault but ours, and what cleaning up brings out was asked before.
func (r *run) found(number int, c *control.Conn, d *lint.Diagnostic) {
	if d.Item.FromClient() || r.mute || r.result.Check == &cleaning || !r.config.Grading.Apply(d) {
		return
	}
	r.result.add(newFinding(number, d))
	if r.config.Found != nil {
		r.config.Found(number, c, d)
	}
}

// prepare looks where we are, and what there is to play with.
func (r *run) prepare(ctx context.Context) {
	answer, err := r.say(ctx, "PWD")
	if err != nil {
		return
	}
	home := "."
	if path, err := payload.ParsePath(answer.Final()); err == nil {
		home = string(path.Name)
	}
	r.names["home"] = home
	r.findOpener(ctx)
	if r.config.Write {
		r.makeOwn(ctx, home)
	}
	if r.names["file"] == "" && r.opener != "" {
		r.findFile(ctx)
	}
}

// findOpener looks for a way to open data connections.
func (r *run) findOpener(ctx context.Context) {
	for _, opener := range []string{"EPSV", "PASV", "EPRT", "PORT"} {
		if r.session == nil || !r.session.Aligned() || r.ipv6 && !strings.HasPrefix(opener, "E") {
			continue
		}
		done, err := r.session.Transfer(ctx, Transfer{Opener: opener, Command: "NLST"})
		r.turn(opener, done.Opening)
		r.turn("NLST", done.Answer)
		if err == nil && done.Err == nil && len(done.Answer) > 0 {
			r.opener = opener
			return
		}
	}
}

// join makes a path of a directory and a name.
func join(directory, name string) string { return strings.TrimSuffix(directory, "/") + "/" + name }

// summarise makes what the report tells of the server as a whole.
func (r *run) summarise() {
	r.report.Commands = r.support.commands()
	r.report.Features = features(r.listed, r.report.Commands, r.report.Results)
	if len(r.listed) > 0 {
		for _, result := range byTruth(r.report.Features) {
			r.result = &result
			r.finish()
		}
	}
}
