package probe

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// The run's own directory holds all that it makes; ownFile is there to be read.
const (
	ownPrefix = "ftpreply-probe-"
	ownFile   = "probe.txt"
	content   = "0123456789\n"
)

// makeOwn makes the directory and the file.
func (r *run) makeOwn(ctx context.Context, home string) {
	own := join(home, ownPrefix+strings.ToLower(rand.Text()[:8]))
	err := r.want(ctx, "MKD "+own, 2)
	if err == nil {
		err = r.want(ctx, "CWD "+own, 2)
	}
	if err != nil {
		r.noOwn = "there is no directory of the run's own: " + err.Error()
		return
	}
	r.own, r.names["home"] = own, own
	if r.opener == "" {
		return
	}
	r.expectToRemove("STOR " + ownFile)
	done, err := r.session.Transfer(ctx, Transfer{Opener: r.opener, Command: "STOR " + ownFile, Upload: []byte(content)})
	r.turn("STOR "+ownFile, done.Answer)
	if err == nil && done.Err == nil && done.Answer.Final().Expect(2) == nil {
		r.useFile(ownFile, content)
	}
}

// useFile makes a file the one that the checks read.
func (r *run) useFile(name, content string) {
	r.names["file"], r.names["size"], r.names["rest"] = name, strconv.Itoa(len(content)), content[2:]
}

// Of the files of the user one is read whose size is between these.
const (
	leastSize = 3
	mostSize  = 64 << 10
)

// findFile looks for a small file in the directory of the login.
func (r *run) findFile(ctx context.Context) {
	if r.session == nil || !r.session.Aligned() {
		return
	}
	done, err := r.session.Transfer(ctx, Transfer{Opener: r.opener, Command: "LIST"})
	if err != nil {
		return
	}
	for line := range strings.Lines(string(done.Data)) {
		name, size := listedFile(strings.TrimRight(line, "\r\n"))
		if size < leastSize || size > mostSize {
			continue
		}
		done, err := r.session.Transfer(ctx, Transfer{Opener: r.opener, Command: "RETR " + name})
		if err != nil {
			return
		}
		if done.Err == nil && done.Answer.Final().Expect(2) == nil && int64(len(done.Data)) == size {
			r.useFile(name, string(done.Data))
			return
		}
	}
}

// listedFile reads a line of LIST in the form of ls -l; a size of -1 says that it is none of
// a file.
func listedFile(line string) (name string, size int64) {
	fields := strings.Fields(line)
	if len(fields) < 9 || line[0] != '-' {
		return "", -1
	}
	size, err := strconv.ParseInt(fields[4], 10, 64)
	name = fields[8] // what follows is a blank in it
	if err != nil || !strings.HasSuffix(line, " "+name) {
		return "", -1
	}
	return name, size
}

// expectToRemove notes what a command may make, before it is sent: its reply may get lost.
func (r *run) expectToRemove(line string) {
	verb, name, _ := strings.Cut(line, " ")
	switch verb {
	case "STOR", "APPE", "RNTO":
		r.made = append(r.made, "DELE "+name)
		if before, _, ok := strings.Cut(name, "\n"); ok {
			r.made = append(r.made, "DELE "+before) // for a server that ends the line there
		}
	case "MKD", "XMKD":
		r.made = append(r.made, "RMD "+name)
	}
}

// removed forgets what a command has removed, or has not made.
func (r *run) removed(line string, answer Answer) {
	done := slices.ContainsFunc(answer, func(reply ftpreply.Reply) bool { return reply.Code().Class() == ftpreply.Completion })
	verb, _, _ := strings.Cut(line, " ")
	switch verb {
	case "MKD", "XMKD":
		if last := len(r.made) - 1; !done && answer.refuses() {
			r.made = r.made[:last] // that of expectToRemove
		}
	case "DELE", "RMD", "XRMD":
		if done {
			undo := strings.TrimPrefix(line, "X")
			r.made = slices.DeleteFunc(r.made, func(m string) bool { return m == undo })
		}
	}
}

// expectUnique notes the name that a STOU has made up.
func (r *run) expectUnique(line string, answer Answer) {
	if line != "STOU" {
		return
	}
	for _, reply := range answer {
		if unique, err := payload.ParseUniqueName(reply); err == nil {
			r.expectToRemove("STOR " + string(unique.Name))
			return
		}
	}
}

// grace is how long cleaning up may take when the run was ended.
const grace = 5 * time.Second

// cleanUp removes what the run has made, also when it was ended, and says QUIT.
func (r *run) cleanUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	r.start(&cleaning)
	if r.session != nil && !r.session.Aligned() {
		r.leave(ctx)
	}
	made := len(r.made) > 0
	if made {
		r.removeAll(ctx)
	}
	r.leave(ctx)
	if len(r.report.Left) > 0 {
		r.result.settle(Failed, "this is left on the server: "+strings.Join(r.report.Left, "; "))
	}
	if made {
		r.finish()
	}
}

// removeAll removes the newest first, and so at last the directory itself.
func (r *run) removeAll(ctx context.Context) {
	directory := r.made[0]
	if !r.in {
		r.leave(ctx)
		r.enter(ctx)
	}
	for _, line := range slices.Backward(slices.Clone(r.made[1:])) {
		if r.session == nil || !r.remove(ctx, line) {
			break
		}
	}
	r.removeDirectory(ctx, directory)
	if r.own != "" && slices.Contains(r.made, directory) {
		r.report.Left = append(r.report.Left, r.own)
	}
}

// removeDirectory removes it, and before that what is unexpected in it.
func (r *run) removeDirectory(ctx context.Context, line string) {
	for _, before := range []func(context.Context){func(context.Context) {}, r.sweep} {
		if r.session == nil || !r.session.Aligned() {
			return
		}
		before(ctx)
		r.say(ctx, "CDUP")
		if r.want(ctx, line, 2) == nil {
			return
		}
	}
}

// remove sends a command that removes something, and reports whether to go on. A name with a
// LF may get two replies.
func (r *run) remove(ctx context.Context, line string) bool {
	_, err := r.say(ctx, line)
	if err == nil && strings.Contains(line, "\n") {
		_, err = r.session.Linger(ctx, r.session.options.Limits.Linger)
	}
	if err == nil && !r.session.Aligned() {
		r.leave(ctx)
		err = r.enter(ctx)
	}
	return err == nil
}

// sweep removes whatever else is in the directory: a STOU may not have told its name.
func (r *run) sweep(ctx context.Context) {
	if r.opener == "" || r.want(ctx, "CWD "+r.own, 2) != nil {
		return
	}
	done, err := r.session.Transfer(ctx, Transfer{Opener: r.opener, Command: "NLST"})
	if err != nil {
		return
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(done.Data), "\r\n"), "\r\n") {
		if name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\r") {
			r.remove(ctx, "DELE "+name)
		}
	}
}
