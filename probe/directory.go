package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// A directory is the directory of the run on the server. These rules protect the files of
// the user, whatever the server does:
//
//   - Each name that the run gives to a file or directory contains the token, which is
//     random. A command with the name cannot reach a file that existed before.
//   - The run writes only while path is set: while PWD and NLST have shown that the working
//     directory is the new one and holds only the file of the run.
//   - The run removes a file without the token in its name only if its content has the token.
//
// Each removal is confirmed. A file or directory that may still be there is reported.
type directory struct {
	token  string
	parent string // the directory that holds it, by PWD
	found  string // its path by PWD, not yet verified
	path   string // the same, verified; "" while the run must not write
	lacks  string // why path is empty

	suspect bool     // the server has claimed a result that was not true
	asked   bool     // MKD was sent and not refused
	inside  bool     // CWD to it has succeeded while cleaning up
	removed bool     // RMD has succeeded
	made    []string // the commands that remove its files, in the order of their making
	listed  []string // by the latest NLST
	swept   bool     // listed has all that is left in it
	unique  string   // a description of the file of a STOU that was not removed, or ""
}

// content is the content of the file of the run.
const content = "0123456789\n"

// makeDirectory makes the directory and a file in it, and verifies both.
func (r *run) makeDirectory(ctx context.Context) error {
	d := &r.directory
	if r.opener == "" {
		return errors.New("without a data connection it cannot verify where it writes")
	}
	if r.config.Directory != "" {
		if err := r.want(ctx, "CWD "+r.config.Directory, 2); err != nil {
			return err
		}
		d.parent, _ = r.workingDirectory(ctx)
	}
	if d.parent == "" {
		return errors.New("PWD does not say where it writes")
	}
	if err := r.want(ctx, "MKD "+d.token, 2); err != nil {
		return err
	}
	if err := r.want(ctx, "CWD "+d.token, 2); err != nil {
		return err
	}
	path, err := r.workingDirectory(ctx)
	if err != nil {
		return err
	}
	if path == d.parent || !strings.Contains(strings.ToLower(path), d.token) {
		return fmt.Errorf("after CWD to the new directory %q, PWD answers %.100q", d.token, path)
	}
	d.found = path
	if err := r.list(ctx); err != nil {
		return fmt.Errorf("NLST in the new directory: %w", err)
	}
	if len(d.listed) > 0 {
		return fmt.Errorf("NLST in the new directory lists %.100q", d.listed[0])
	}
	own := d.token + ".txt"
	done, err := r.transfer(ctx, Transfer{Opener: r.opener, Command: "STOR " + own, Upload: []byte(content)})
	if err == nil {
		err = errors.Join(done.Err, r.expect(done.Answer.Final(), 2))
	}
	if err != nil {
		return fmt.Errorf("STOR in the new directory: %w", err)
	}
	if err := r.listOwn(ctx); err != nil {
		return err
	}
	if len(d.listed) != 1 {
		return fmt.Errorf("NLST in the new directory lists %d names after one STOR", len(d.listed))
	}
	d.path = path
	r.names["home"], r.names["own"] = path, own
	r.useFile(own, content)
	return nil
}

// listOwn lists the working directory and verifies that the file of the run is there.
func (r *run) listOwn(ctx context.Context) error {
	d := &r.directory
	if err := r.list(ctx); err != nil {
		return fmt.Errorf("NLST in the new directory: %w", err)
	}
	if !slices.Contains(d.listed, d.token+".txt") {
		return errors.New("NLST in the new directory does not list the file of the probe")
	}
	return nil
}

// returnToDirectory enters the directory in a new session, and verifies that again. After a
// failure the run does not write any more.
func (r *run) returnToDirectory(ctx context.Context) error {
	d := &r.directory
	if d.path == "" {
		return nil
	}
	err := r.want(ctx, "CWD "+d.path, 2)
	if err == nil {
		err = r.verifyPath(ctx)
	}
	if err == nil {
		err = r.listOwn(ctx)
	}
	if err == nil || ctx.Err() != nil || isLost(err) {
		return err
	}
	d.path, d.suspect, d.lacks = "", true, "the probe does not write any more: "+err.Error()
	r.names["home"] = d.parent
	delete(r.names, "file")
	return err
}

// isLost reports whether an error is about a session that has ended, which does not make a
// server suspect.
func isLost(err error) bool {
	return errors.Is(err, ErrClosed) || errors.Is(err, ErrNoReply) || errors.Is(err, errDataLost)
}

var errDataLost = errors.New("no data")

// verifyPath verifies that the directory is the working directory.
func (r *run) verifyPath(ctx context.Context) error {
	path, err := r.workingDirectory(ctx)
	if err == nil && path != r.directory.path {
		err = fmt.Errorf("PWD answers %.100q, not %q", path, r.directory.path)
	}
	return err
}

// stayInDirectory makes the directory the working directory before a check that writes.
func (r *run) stayInDirectory(ctx context.Context) error {
	if r.directory.path != "" && r.verifyPath(ctx) != nil {
		r.leave(ctx)
		if err := r.enter(ctx); err != nil {
			return err
		}
	}
	if r.directory.path == "" {
		return errors.New(r.directory.lacks)
	}
	return nil
}

// list sets listed to the names in the working directory.
func (r *run) list(ctx context.Context) error {
	d := &r.directory
	d.listed = nil
	done, err := r.session.Transfer(ctx, Transfer{Opener: r.opener, Command: "NLST"})
	if err == nil && done.Err != nil {
		err = fmt.Errorf("%w: %w", errDataLost, done.Err)
	}
	if err != nil {
		return err
	}
	final := done.Answer.Final()
	if code := final.Code(); code == ftpreply.CodeFileActionNotTaken || code == ftpreply.CodeFileUnavailable {
		return nil // an empty directory
	}
	if err := r.expect(final, 2); err != nil {
		return err
	}
	for line := range strings.Lines(string(done.Data)) {
		if len(d.listed) == maxNames {
			break
		}
		name := strings.TrimRight(line, "\r\n")
		if base, ok := d.bare(name); ok {
			name = base
		}
		name = name[:min(len(name), maxName)]
		if name != "" && name != "." && name != ".." {
			d.listed = append(d.listed, name)
		}
	}
	return nil
}

// bare returns the name of a file in the directory without its path. ok is false if the
// name may be that of a file elsewhere, or of several.
func (d *directory) bare(name string) (base string, ok bool) {
	if d.found != "" {
		name = strings.TrimPrefix(name, strings.TrimSuffix(d.found, "/")+"/")
	}
	name = strings.TrimPrefix(name, "./")
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-+=@#,", r)
	}
	for _, r := range name {
		if !plain(r) {
			return "", false
		}
	}
	return name, strings.Trim(name, ".") != "" && name[0] != '-'
}

// owns reports whether a name in a listing is one that the run has given to a file, perhaps
// changed by the server. A path that only contains the token may lead to any file.
func (d *directory) owns(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), d.token) && !strings.Contains(name, "..") &&
		!strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`/\:*?[]{}~<>|`, r) })
}

// note records the file that a command may have made, whether or not it got a reply.
func (d *directory) note(line string) {
	verb, name, _ := strings.Cut(line, " ")
	switch verb {
	case "STOR", "APPE", "RNTO":
		d.made = append(d.made, "DELE "+name)
		if start, _, ok := strings.Cut(name, "\n"); ok {
			d.made = append(d.made, "DELE "+start) // for a server that ends the line there
		}
	case "MKD", "XMKD":
		if name == d.token {
			d.asked = true
		} else {
			d.made = append(d.made, "RMD "+name)
		}
	case "STOU":
		d.unique = "STOU got no reply that names its file"
	}
}

// learn records the result of a command.
func (d *directory) learn(line string, answer Answer) {
	verb, name, _ := strings.Cut(line, " ")
	done := slices.ContainsFunc(answer, func(reply ftpreply.Reply) bool { return reply.Code().Class() == ftpreply.Completion })
	refused := len(answer) == 1 && answer.refuses()
	switch {
	case refused && (verb == "STOR" || verb == "APPE" || verb == "RNTO"):
		d.forget("DELE " + name)
	case refused && name == d.token && verb == "MKD":
		d.asked = false
	case refused && (verb == "MKD" || verb == "XMKD"):
		d.forget("RMD " + name)
	case refused && verb == "STOU":
		d.unique = ""
	case done && !d.suspect && (verb == "DELE" || verb == "RMD" || verb == "XRMD"):
		undo := strings.TrimPrefix(line, "X")
		d.made = slices.DeleteFunc(d.made, func(m string) bool { return m == undo })
	}
}

// forget drops the latest entry of made that is undo.
func (d *directory) forget(undo string) {
	for i, m := range slices.Backward(d.made) {
		if m == undo {
			d.made = slices.Delete(d.made, i, i+1)
			return
		}
	}
}

// adopt removes the file that a STOU has made, if it is certain which one that is.
func (r *run) adopt(ctx context.Context, answer Answer) error {
	for _, reply := range answer {
		name, err := payload.ParseUniqueName(reply)
		if len(name.Name) == 0 {
			continue
		}
		base, ok := r.directory.bare(string(name.Name))
		if err != nil || !ok {
			r.directory.unique = fmt.Sprintf("the server calls it %.100q", name.Name)
			return fmt.Errorf("STOU names the file %.100q, which is not a plain name in the working directory", name.Name)
		}
		r.directory.unique = fmt.Sprintf("the server calls it %q", base)
		if err := r.list(ctx); err != nil || !slices.Contains(r.directory.listed, base) {
			return err
		}
		return r.removeUnique(ctx, base)
	}
	return nil // removed at the end
}

// removeUnique removes a file that a STOU has made. It does nothing if the content differs.
func (r *run) removeUnique(ctx context.Context, name string) error {
	done, err := r.session.Transfer(ctx, Transfer{Opener: r.opener, Command: "RETR " + name})
	if err != nil || done.Err != nil || done.Answer.Final().Expect(2) != nil ||
		len(done.Data) > 100 || !strings.HasPrefix(string(done.Data), r.directory.token) {
		return err
	}
	accepted, err := r.accepts(ctx, "DELE "+name)
	if accepted {
		r.directory.unique = ""
	}
	return err
}
