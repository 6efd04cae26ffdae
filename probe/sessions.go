package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// suit makes r.session one that the check can be played in. It tries twice, since a server
// may count a session that has just ended.
func (r *run) suit(ctx context.Context, c *Check) error {
	login := c.needs&needLogin != 0
	if r.session != nil && (c.needs&needAlone != 0 || r.in != login || !r.session.Aligned()) {
		r.leave(ctx)
	}
	open := func() error {
		if r.session != nil {
			return nil
		}
		if login {
			return r.enter(ctx)
		}
		return r.connect(ctx, c.needs&needClear != 0 || r.config.Security == NoTLS)
	}
	err := open()
	if err != nil && ctx.Err() == nil {
		sleep(ctx, time.Second)
		err = open()
	}
	if err == nil && c.needs&needWrite != 0 {
		if err = r.stayInDirectory(ctx); err != nil {
			r.leave(ctx)
			return err
		}
	}
	if err == nil {
		r.failures = 0
		return nil
	}
	if r.failures++; r.failures == maxFailures && ctx.Err() == nil {
		reason := fmt.Sprintf("the server accepts no more sessions after %d: %v", r.report.Connections, err)
		if login && !errors.Is(err, errGreeting) && !errors.As(err, new(*net.OpError)) {
			r.barred = reason
		} else {
			r.dead = reason
		}
		current := r.result
		r.start(&newSessionCheck)
		r.result.settle(Failed, reason)
		r.finish()
		r.result = current
	}
	return err
}

// maxFailures is after how many failures in a row to open a session the run gives up.
const maxFailures = 2

// sleep waits for d, or until ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// errGreeting is about a server that can be reached and has no right greeting.
var errGreeting = errors.New("greeting")

// connect opens a session, under TLS unless clear is set, and reads the greeting.
func (r *run) connect(ctx context.Context, clear bool) error {
	r.report.Connections++
	number := r.report.Connections
	var s *Session
	s, err := Dial(ctx, r.config.Address, Options{
		Limits: r.config.Limits, TLS: r.tls(), Recording: r.config.Recording, Secrets: r.config.Secrets,
		Report:  func(d *lint.Diagnostic) { r.found(number, s.Control, d) },
		network: r.config.network,
	})
	if err != nil {
		return err
	}
	r.session, r.in = s, false
	if err := r.greet(ctx, clear); err != nil {
		r.leave(ctx)
		return err
	}
	return nil
}

// tls returns the configuration of TLS. The server's certificate is not verified if the
// user has not asked for TLS, because then no password is sent under TLS.
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
	r.ipv6 = local.Is6()
	r.names["host"] = strings.ReplaceAll(local.String(), ".", ",")
	r.names["eprt"] = portArgument("EPRT", net.TCPAddrFromAddrPort(netip.AddrPortFrom(local, 1025)))
	answer, err := s.Greeting(ctx)
	r.turn("", answer)
	if err != nil {
		return fmt.Errorf("%w: %w", errGreeting, err)
	}
	greeting := answer.Final()
	if r.report.Greeting == "" {
		r.report.Greeting, r.report.Software = firstLine(s, greeting), printable(s.Control.Stats.Software)
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

// enter opens a session, unless there is one, and logs in.
func (r *run) enter(ctx context.Context) error {
	if r.session == nil {
		if err := r.connect(ctx, r.config.Security == NoTLS); err != nil {
			return err
		}
	}
	err := r.logIn(ctx)
	if err == nil {
		err = r.returnToDirectory(ctx)
	}
	if err != nil {
		r.leave(ctx)
		return err
	}
	r.in = true
	return nil
}

func (r *run) logIn(ctx context.Context) error {
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
	return r.want(ctx, "TYPE I", 2)
}

// leave sends QUIT, unless that is useless, and closes the session.
func (r *run) leave(ctx context.Context) {
	s := r.session
	if s == nil {
		return
	}
	if s.Aligned() && ctx.Err() == nil && !r.deaf {
		s.options.Limits.Reply = min(s.options.Limits.Reply, hurriedReply)
		_, err := s.Do(ctx, "QUIT")
		r.deaf = errors.Is(err, ErrNoReply)
	}
	mute := r.mute
	r.mute = mute || ctx.Err() != nil // the server owes nothing to a client that gives up
	s.Close()
	r.mute = mute
	r.report.Replies += s.total
	r.session, r.in = nil, false
}

// found takes a finding of the linter. It drops findings about the probe's own commands and
// about replies during the cleaning up, which checks have seen before.
func (r *run) found(number int, c *control.Conn, d *lint.Diagnostic) {
	if d.Item.FromClient() || r.mute || r.result.Check == &cleanUpCheck || !r.config.Grading.Apply(d) {
		return
	}
	r.result.add(newFinding(number, d))
	if r.config.Found != nil && !r.repeating {
		r.config.Found(number, c, d)
	}
}
