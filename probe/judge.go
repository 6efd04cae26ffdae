package probe

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// step plays one step, and reports whether the next one makes sense.
func (r *run) step(ctx context.Context, step *Step) bool {
	answer, data, err := r.perform(ctx, step)
	if err == nil && step.Lingers {
		var all Answer
		all, err = r.session.Linger(ctx, r.session.options.Limits.Linger)
		r.turn("", all[min(len(answer), len(all)):])
	}
	if err != nil && !(step.Goodbye && errors.Is(err, ErrClosed) && len(answer) > 0) {
		r.fail(ctx, step, err)
		return false
	}
	if step.Lingers && r.session.Open() && !r.session.Aligned() {
		r.result.settle(Failed, fmt.Sprintf("%s: not one reply to each command", r.shown(step)))
		return true
	}
	return r.judge(step, answer, data)
}

// perform sends what the step has.
func (r *run) perform(ctx context.Context, step *Step) (Answer, []byte, error) {
	line := r.names.expand(step.Line)
	if step.Opener == "" {
		answer, err := r.say(ctx, line)
		return answer, nil, err
	}
	opener := cmp.Or(strings.TrimPrefix(step.Opener, anyOpener), r.opener, "PASV")
	upload := []byte(step.Upload)
	if verb, _, _ := strings.Cut(line, " "); !stores(verb) {
		upload = nil
	}
	r.expectToRemove(line)
	done, err := r.session.Transfer(ctx, Transfer{
		Opener: opener, Command: line, Upload: upload, Restart: step.Restart, During: step.During})
	r.turn(opener, done.Opening)
	if step.During != "" {
		line += " ... " + step.During
	}
	if err == nil && len(done.Answer) == 0 {
		return done.Opening, nil, cmp.Or(done.Err, r.expect(done.Opening.Final(), 2, 3), errNoData)
	}
	r.turn(line, done.Answer)
	if err == nil && done.Answer.Final().Err() == nil && step.During == "" {
		err = done.Err
	}
	r.expectUnique(line, done.Answer)
	return done.Answer, done.Data, err
}

// stores reports whether the client sends the data.
func stores(verb string) bool { return verb == "STOR" || verb == "STOU" || verb == "APPE" }

var errNoData = errors.New("no data connection could be opened")

// fail notes what kept a step from its answer.
func (r *run) fail(ctx context.Context, step *Step, err error) {
	var refusal *ftpreply.ReplyError
	switch {
	case ctx.Err() != nil:
		r.settle(ctx, err)
	case errors.As(err, &refusal) && refusal.NotImplemented():
		r.lack(err.Error())
	case errors.As(err, &refusal):
		r.refusal(refusal.Code, err.Error())
	default:
		r.result.settle(Failed, fmt.Sprintf("%s: %v", r.shown(step), err))
	}
}

// lack is for a server that does not know a command, and refusal for one that knows it.
func (r *run) lack(reason string) {
	if required := r.result.Check.Required; required != "" {
		r.result.settle(Failed, reason+", but "+required+" asks for it")
		return
	}
	r.result.settle(NotSupported, reason)
}

func (r *run) refusal(code ftpreply.Code, reason string) {
	required, needs := r.result.Check.Required, r.result.Check.Needs
	switch {
	case needs&Write != 0:
		r.result.settle(Refused, reason)
	case required != "":
		r.result.settle(Failed, reason+", but "+required+" asks for it")
	case needs&File != 0 && code == ftpreply.CodeFileUnavailable:
		r.result.settle(Failed, reason+", but the file is there")
	default:
		r.result.settle(Refused, reason)
	}
}

// judge compares the answer with what is right.
func (r *run) judge(step *Step, answer Answer, data []byte) bool {
	final := answer.Final()
	codes := step.Want
	if r.config.Strict && len(step.Ideal) > 0 {
		codes = step.Ideal
	} else {
		r.advise(step, final)
	}
	err := r.expect(final, codes...)
	var refusal *ftpreply.ReplyError
	switch {
	case len(codes) == 0 || err == nil:
		return r.content(step, answer, data)
	case final.Code() == 0:
		r.result.settle(Failed, fmt.Sprintf("%s: no reply that can be read", r.shown(step)))
	case final.Code() == ftpreply.CodeCommandNotImplementedSuperfluous, final.Code() == ftpreply.CodeCommandNotImplemented,
		r.unknown(r.result.Check.Verb):
		r.lack(err.Error())
	case r.wantsRefusal(codes) || final.Err() == nil:
		r.result.settle(Failed, fmt.Sprintf("%s: got %v, not %s", r.shown(step), err, oneOf(codes)))
	case errors.As(err, &refusal) && refusal.NotImplemented():
		r.lack(err.Error())
	default:
		r.refusal(final.Code(), err.Error())
	}
	return false
}

// advise notes where the server does not do what an RFC recommends. That it does not know
// a command is no reason to.
func (r *run) advise(step *Step, final ftpreply.Reply) {
	if len(step.Ideal) == 0 || r.result.Advice != "" || (Command{Best: final.Code()}).Outcome() == NotSupported {
		return
	}
	if err := r.expect(final, step.Ideal...); err != nil {
		r.result.Advice = fmt.Sprintf("%s: got %v, not %s", r.shown(step), err, oneOf(step.Ideal))
	}
}

// wantsRefusal reports whether a completion is none of what is wanted.
func (r *run) wantsRefusal(codes []ftpreply.Code) bool {
	return !slices.ContainsFunc(codes, func(c ftpreply.Code) bool {
		for c >= 10 {
			c /= 10
		}
		return c <= 3
	})
}

// oneOf lists codes.
func oneOf(codes []ftpreply.Code) string {
	var words []string
	for _, c := range codes {
		words = append(words, (fmt.Sprintf("%d", uint16(c)) + "yz")[:3])
	}
	return strings.Join(words, " or ")
}

// content compares texts and data with what is right. A refusal has none.
func (r *run) content(step *Step, answer Answer, data []byte) bool {
	if answer.Final().Err() != nil {
		return true
	}
	texts := bytes.Clone(data)
	for _, reply := range answer {
		texts = append(texts, reply.Raw()...)
	}
	shows, exactly := r.names.expand(step.Shows), r.names.expand(step.Exactly)
	switch {
	case !bytes.Contains(texts, []byte(shows)):
		r.result.settle(Failed, fmt.Sprintf("%s: %q is not in the answer", r.shown(step), shows))
	case exactly != "" && string(data) != exactly:
		r.result.settle(Failed, fmt.Sprintf("%s: the data is %s", r.shown(step), r.compared(data, exactly)))
	default:
		return true
	}
	return false
}

// compared shows data that is not as it should be. A file of the user's own is nobody's
// business.
func (r *run) compared(got []byte, want string) string {
	if r.own == "" {
		return fmt.Sprintf("%d other bytes than the %d expected", len(got), len(want))
	}
	return fmt.Sprintf("%.100q, not %.100q", got, want)
}

// shown is the step's command for people.
func (r *run) shown(step *Step) string {
	return fmt.Sprintf("%.60q", r.session.maskedLine(r.names.expand(step.Line)))
}
