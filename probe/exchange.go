package probe

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// want sends a command on which everything after it depends.
func (r *run) want(ctx context.Context, line string, codes ...ftpreply.Code) error {
	answer, err := r.say(ctx, line)
	if err == nil {
		err = r.expect(answer.Final(), codes...)
	}
	if err != nil {
		return fmt.Errorf("%q: %w", r.session.masked(line), err)
	}
	return nil
}

// expect does the same as Reply.Expect, with secrets masked in the error.
func (r *run) expect(reply ftpreply.Reply, codes ...ftpreply.Code) error {
	var refusal *ftpreply.ReplyError
	if errors.As(reply.Expect(codes...), &refusal) {
		refusal.Text = r.session.masked(refusal.Text)
		return unexpected{refusal}
	}
	return nil
}

// An unexpected is a ReplyError with a short text.
type unexpected struct{ *ftpreply.ReplyError }

func (u unexpected) Unwrap() error { return u.ReplyError }
func (u unexpected) Error() string {
	if u.Code == 0 {
		return "no final reply"
	}
	return fmt.Sprintf("%s %.120q", u.Code.String(), u.Text)
}

// say sends a command and acts on the reply: TLS, protection, and the files that the
// command makes or removes.
func (r *run) say(ctx context.Context, line string) (Answer, error) {
	answer, err := r.session.Do(ctx, line)
	r.directory.note(line)
	r.turn(line, answer)
	if err != nil {
		return answer, err
	}
	r.directory.learn(line, answer)
	r.support.learn(line, answer, r.refusable)
	final := answer.Final()
	verb, argument, _ := strings.Cut(line, " ")
	code := final.Code()
	done := code.Class() == ftpreply.Completion
	switch {
	case verb == "AUTH" && code == ftpreply.CodeAuthMechanismAccepted:
		return answer, r.session.StartTLS(ctx)
	case verb == "CCC" && done:
		return answer, r.session.StopTLS(ctx)
	case verb == "PROT" && done:
		r.session.Protect(argument == "P")
	case verb == "FEAT" && code == ftpreply.CodeSystemStatus:
		r.listed = labels(final)
	case verb == "SYST" && code == ftpreply.CodeSystemType:
		r.report.System = shorten(r.session.masked(string(final.Text())))
	}
	return answer, nil
}

// transfer does a Transfer, and remembers an opener whose data connection cannot be opened,
// so that no other check waits for it.
func (r *run) transfer(ctx context.Context, t Transfer) (Transferred, error) {
	done, err := r.session.Transfer(ctx, t)
	if done.sent {
		r.directory.note(t.Command)
	}
	r.turn(t.Opener, done.Opening)
	command := t.Command
	if t.During != "" {
		command += " ... " + t.During
	}
	if len(done.Answer) > 0 {
		r.turn(command, done.Answer)
	}
	if err == nil {
		r.directory.learn(t.Command, done.Answer)
	}
	if t.Restart == "" {
		r.support.learn(t.Opener, done.Opening, false)
	}
	if t.During == "" {
		r.support.learn(t.Command, done.Answer, r.refusable)
	}
	if errors.Is(done.Err, errNoConnection) && ctx.Err() == nil {
		r.blocked[t.Opener] = fmt.Sprintf("%s: %v (a firewall or an address translator may be the cause)", t.Opener, done.Err)
	}
	return done, err
}

// turn adds a command and its answer to the result.
func (r *run) turn(line string, answer Answer) {
	if len(r.result.Turns) == maxTurns || line == "" && len(answer) == 0 {
		return
	}
	t := Turn{Command: shorten(r.session.masked(line))}
	for _, reply := range answer {
		t.Replies = append(t.Replies, firstLine(r.session, reply))
		var last ftpreply.Line
		n := 0
		for last = range reply.Lines() {
			n++
		}
		if n > 2 {
			t.Replies = append(t.Replies, fmt.Sprintf("(%d lines)", n-2))
		}
		if n > 1 {
			t.Replies = append(t.Replies, shorten(r.session.masked(string(last.Raw()))))
		}
	}
	r.result.Turns = append(r.result.Turns, t)
}

// firstLine returns the first line of a reply, masked and printable.
func firstLine(s *Session, reply ftpreply.Reply) string {
	for l := range reply.Lines() {
		return shorten(s.masked(string(l.Raw())))
	}
	return ""
}

// masked returns a text without secrets.
func (s *Session) masked(text string) string { return string(s.Control.Mask([]byte(text))) }
