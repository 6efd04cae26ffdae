package probe

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// step plays a step. ok reports whether the next step makes sense; err is why the step got
// no answer.
func (r *run) step(ctx context.Context, s *step) (ok bool, err error) {
	if opener := r.openerOf(s); r.blocked[opener] != "" {
		r.result.settle(Skipped, r.blocked[opener])
		return false, nil
	}
	answer, data, err := r.perform(ctx, s)
	if err == nil && s.lingers {
		var all Answer
		all, err = r.session.Linger(ctx, r.session.options.Limits.Linger)
		r.turn("", all[min(len(answer), len(all)):])
	}
	var refusal *ftpreply.ReplyError
	switch {
	case err == nil, s.goodbye && errors.Is(err, ErrClosed) && len(answer) > 0:
	case ctx.Err() != nil:
		r.settle(ctx, err)
		return false, err
	case errors.Is(err, errNoConnection) && r.blocked[r.openerOf(s)] != "":
		r.result.settle(Skipped, r.blocked[r.openerOf(s)])
		return false, err
	case errors.As(err, &refusal) && refusal.NotImplemented():
		r.lacks(err.Error())
		return false, err
	case errors.As(err, &refusal):
		r.refused(refusal.Code, err.Error())
		return false, err
	default:
		r.result.settle(Failed, fmt.Sprintf("%s: %v", r.shown(s), err))
		return false, err
	}
	if s.lingers && r.session.Open() && !r.session.Aligned() {
		r.result.settle(Failed, fmt.Sprintf("%s: the number of replies is not the number of commands", r.shown(s)))
		return true, nil
	}
	return r.judge(s, answer, data), nil
}

// openerOf returns the command that opens the data connection of a step, or "".
func (r *run) openerOf(s *step) string {
	if s.opener != anyOpener {
		return s.opener
	}
	return cmp.Or(r.opener, "PASV")
}

// perform sends the commands of a step.
func (r *run) perform(ctx context.Context, s *step) (Answer, []byte, error) {
	line := r.names.expand(s.line)
	r.refusable = s.refusalWanted()
	defer func() { r.refusable = false }()
	if s.opener == "" {
		answer, err := r.say(ctx, line)
		return answer, nil, err
	}
	verb, _, _ := strings.Cut(line, " ")
	var upload []byte
	if stores(verb) {
		upload = []byte(r.names.expand(s.upload))
	}
	done, err := r.transfer(ctx, Transfer{
		Opener: r.openerOf(s), Command: line, Upload: upload, Restart: s.restart, During: s.during})
	if err == nil && len(done.Answer) == 0 {
		return done.Opening, nil, cmp.Or(done.Err, r.expect(done.Opening.Final(), 2, 3), error(errNoConnection))
	}
	if err == nil && done.Answer.Final().Err() == nil && s.during == "" {
		err = done.Err
	}
	if err == nil && verb == "STOU" && !done.Answer.refuses() {
		err = r.adopt(ctx, done.Answer)
	}
	return done.Answer, done.Data, err
}

// stores reports whether the command sends data to the server.
func stores(verb string) bool { return verb == "STOR" || verb == "STOU" || verb == "APPE" }

// lacks settles a check whose command the server does not know, and refused one whose
// command it knows and refuses.
func (r *run) lacks(reason string) {
	if required := r.result.Check.Required; required != "" {
		r.result.settle(Failed, reason+", but "+required+" requires it")
		return
	}
	r.result.settle(NotSupported, reason)
}

func (r *run) refused(code ftpreply.Code, reason string) {
	required, needs := r.result.Check.Required, r.result.Check.needs
	switch {
	case needs&needWrite != 0:
		r.result.settle(Refused, reason)
	case required != "":
		r.result.settle(Failed, reason+", but "+required+" requires it")
	case needs&needFile != 0 && code == ftpreply.CodeFileUnavailable:
		r.result.settle(Failed, reason+", but the file exists")
	default:
		r.result.settle(Refused, reason)
	}
}

// judge compares the answer with the expected one.
func (r *run) judge(s *step, answer Answer, data []byte) (ok bool) {
	final := answer.Final()
	codes := s.want
	if r.config.Strict && len(s.ideal) > 0 {
		codes = s.ideal
	} else if len(s.ideal) > 0 && r.result.Advice == "" && (Command{Best: final.Code()}).Outcome() != NotSupported {
		if err := r.expect(final, s.ideal...); err != nil {
			r.result.Advice = fmt.Sprintf("%s: got %v, not %s", r.shown(s), err, oneOf(s.ideal))
		}
	}
	err := r.expect(final, codes...)
	var refusal *ftpreply.ReplyError
	switch {
	case len(codes) == 0 || err == nil:
		return r.compare(s, answer, data)
	case final.Code() == 0:
		r.result.settle(Failed, fmt.Sprintf("%s: no reply that can be read", r.shown(s)))
	case final.Code() == ftpreply.CodeCommandNotImplementedSuperfluous, final.Code() == ftpreply.CodeCommandNotImplemented,
		r.support.unknown(r.result.Check.verb):
		r.lacks(err.Error())
	case s.refusalWanted() || final.Err() == nil:
		r.result.settle(Failed, fmt.Sprintf("%s: got %v, not %s", r.shown(s), err, oneOf(codes)))
	case errors.As(err, &refusal) && refusal.NotImplemented():
		r.lacks(err.Error())
	default:
		r.refused(final.Code(), err.Error())
	}
	return false
}

// oneOf lists codes.
func oneOf(codes []ftpreply.Code) string {
	var words []string
	for _, c := range codes {
		words = append(words, (fmt.Sprintf("%d", uint16(c)) + "yz")[:3])
	}
	return strings.Join(words, " or ")
}

// compare compares the texts and the data of an answer that is not a refusal.
func (r *run) compare(s *step, answer Answer, data []byte) (ok bool) {
	if answer.Final().Err() != nil {
		return true
	}
	texts := bytes.Clone(data)
	for _, reply := range answer {
		texts = append(texts, reply.Raw()...)
	}
	shows, exactly := r.names.expand(s.shows), r.names.expand(s.exactly)
	switch {
	case !bytes.Contains(texts, []byte(shows)):
		r.result.settle(Failed, fmt.Sprintf("%s: the answer lacks %q", r.shown(s), shows))
	case exactly != "" && string(data) != exactly && r.directory.path == "": // a file of the user is private
		r.result.settle(Failed, fmt.Sprintf("%s: got %d bytes of data that differ from the %d bytes expected", r.shown(s), len(data), len(exactly)))
	case exactly != "" && string(data) != exactly:
		r.result.settle(Failed, fmt.Sprintf("%s: the data is %.100q, not %.100q", r.shown(s), data, exactly))
	default:
		return true
	}
	return false
}

// shown returns the command of a step for a reason.
func (r *run) shown(s *step) string {
	return fmt.Sprintf("%.60q", r.session.masked(r.names.expand(s.line)))
}
