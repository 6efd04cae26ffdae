package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
)

// accepts sends a command and reports whether the server completed it. The error is not nil
// if the session cannot go on.
func (r *run) accepts(ctx context.Context, line string) (bool, error) {
	answer, err := r.say(ctx, line)
	if err == nil && strings.Contains(line, "\n") {
		_, err = r.session.Linger(ctx, r.session.options.Limits.Linger) // there may be two replies
	}
	if err == nil && !r.session.Aligned() {
		err = errNotAligned
	}
	return answer.Final().Code().Class() == ftpreply.Completion, err
}

var errNotAligned = errors.New("the replies do not match the commands")

// cleanUp removes everything that the run has made, also after the end of ctx, and ends the
// session.
func (r *run) cleanUp(ctx context.Context) {
	d := &r.directory
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.config.Limits.CleanUp)
	defer cancel()
	defer r.leave(ctx)
	if !d.asked {
		return
	}
	r.start(&cleanUpCheck)
	if s := r.session; s != nil && s.Open() && !s.Aligned() {
		s.await(ctx, lateReply, s.Aligned) // the server may still execute the latest command
	}
	gone := false
	var err error
	for range maxTries {
		if gone, err = r.removeDirectory(ctx); gone || ctx.Err() != nil || err == nil && d.inside {
			break
		}
		sleep(ctx, r.config.Limits.Linger)
	}
	r.report.Left = d.left(gone)
	if len(r.report.Left) > 0 {
		reason := "this may be left on the server: " + strings.Join(r.report.Left, "; ")
		if err != nil {
			reason += " (" + err.Error() + ")"
		}
		r.result.settle(Failed, reason)
	}
	r.finish()
}

// lateReply limits the wait for the reply to a command that was interrupted.
const lateReply = 2 * time.Second

// removeDirectory removes the files of the run and its directory. gone is true if the
// directory was there and is gone. It uses new sessions, because a new session is where MKD
// was sent, whatever PWD and CWD say.
func (r *run) removeDirectory(ctx context.Context) (gone bool, err error) {
	d := &r.directory
	do := func(line string) (done bool) {
		if err == nil {
			done, err = r.accepts(ctx, line)
		}
		return done
	}
	if err := r.enterParent(ctx); err != nil {
		return false, err
	}
	if do("CWD " + d.token) {
		d.inside = true
	}
	for _, undo := range slices.Backward(slices.Clone(d.made)) {
		if err == nil && d.suspect {
			err = r.removeAndConfirm(ctx, undo)
		} else {
			do(undo)
		}
		if strings.Contains(undo, "\n") && errors.Is(err, errNotAligned) { // the server ends commands at LF
			err = r.enterParent(ctx)
			do("CWD " + d.token)
		}
	}
	if err == nil && d.path != "" {
		err = r.sweep(ctx)
	}
	if err == nil {
		err = r.enterParent(ctx)
	}
	if do("RMD " + d.token) {
		d.removed = true
	}
	there := do("CWD " + d.token)
	return err == nil && d.inside && d.removed && !there, err
}

// enterParent opens a session in the directory in which MKD was sent.
func (r *run) enterParent(ctx context.Context) error {
	r.leave(ctx)
	if err := r.connect(ctx, r.config.Security == NoTLS); err != nil {
		return err
	}
	if err := r.logIn(ctx); err != nil {
		return err
	}
	r.in = true
	if r.config.Directory == "" {
		return nil
	}
	return r.want(ctx, "CWD "+r.config.Directory, 2)
}

// removeAndConfirm removes a file of a suspect server. Without evidence that the file existed and is gone, it stays in made.
func (r *run) removeAndConfirm(ctx context.Context, undo string) error {
	_, name, _ := strings.Cut(undo, " ")
	var there [2]bool
	for i := range there {
		done, err := r.session.Transfer(ctx, Transfer{Opener: r.opener, Command: "RETR " + name})
		if err != nil {
			return err
		}
		there[i] = !done.Answer.refuses()
		if i == 0 {
			if _, err := r.accepts(ctx, undo); err != nil {
				return err
			}
		}
	}
	if there[0] && !there[1] {
		r.directory.forget(undo)
	}
	return nil
}

// sweep removes the other files of the run: under names that the server has changed, and
// the file of a STOU. Afterwards listed has the files that are left.
func (r *run) sweep(ctx context.Context) error {
	d := &r.directory
	if err := r.list(ctx); err != nil {
		return err
	}
	others := 0
	for _, name := range d.listed {
		base, plain := d.bare(name)
		switch {
		case d.owns(name):
			removed, err := r.accepts(ctx, "DELE "+name)
			if err == nil && !removed {
				_, err = r.accepts(ctx, "RMD "+name)
			}
			if err != nil {
				return err
			}
		case plain && d.unique != "" && others < maxTries:
			others++
			if err := r.removeUnique(ctx, base); err != nil {
				return err
			}
		}
	}
	err := error(nil)
	if len(d.listed) > 0 {
		err = r.list(ctx)
	}
	d.swept = err == nil && !d.suspect
	return err
}

// left returns the commands that remove the files that may be left, in order.
func (d *directory) left(gone bool) (commands []string) {
	path := d.found
	if path == "" {
		path = strings.TrimSuffix(d.parent, "/") + "/" + d.token
	}
	add := func(verb, name string) {
		command := verb + " " + path + "/" + name
		if !slices.Contains(commands, command) {
			commands = append(commands, command)
		}
	}
	unconfirmed := d.made
	if gone && !d.suspect {
		d.listed, d.swept = nil, true // gone with the directory
	}
	if d.swept {
		unconfirmed = nil
	}
	for _, name := range d.listed {
		if d.owns(name) {
			add("DELE", name)
		} else if strings.Contains(strings.ToLower(name), d.token) {
			commands = append(commands, fmt.Sprintf("(NLST lists %.100q)", name))
		}
	}
	for _, undo := range slices.Backward(unconfirmed) {
		verb, name, _ := strings.Cut(undo, " ")
		add(verb, name)
	}
	if !gone {
		commands = append(commands, "RMD "+path)
	}
	if d.unique != "" {
		commands = append(commands, fmt.Sprintf("(a file with the content %q: %s)", d.token+" unique", d.unique))
	}
	for i := range commands {
		commands[i] = printable(commands[i])
	}
	return commands
}
