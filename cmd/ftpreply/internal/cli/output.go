package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/natefinch/atomic"
)

// An Output is a file that a command writes. It gets its name when it is complete; until then
// a file that had the name before stays as it was.
type Output struct {
	file   *os.File
	path   string      // absolute, without symbolic links
	before fs.FileInfo // the file that had the name before, or nil
	temp   fs.FileInfo // the file while it has another name, or nil
}

// Create creates an output file. If a file has that name, the output gets its mode, and otherwise
// mode. Run puts the output in its place at the end, unless the command could not run.
//
// A pipe or a device is written directly. Create fails if the command has another output with
// this name.
func (a *App) Create(path string, mode fs.FileMode) (*Output, error) {
	name, err := linkTarget(path)
	if err != nil {
		return nil, err
	}
	o := &Output{path: name}
	if o.before, err = os.Stat(o.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if a.output(func(other *Output) bool { return other.hasName(o) }) != nil {
		return nil, fmt.Errorf("%s: two outputs would have this name", path)
	}
	switch {
	case o.before == nil:
		err = o.createTemp(mode)
	case o.before.IsDir():
		return nil, fmt.Errorf("%s: is a directory", path)
	case o.before.Mode().IsRegular():
		if err = o.createTemp(o.before.Mode().Perm()); err == nil {
			err = o.file.Chmod(o.before.Mode().Perm()) // not less the umask
		}
	default:
		o.file, err = a.Open(o.path, os.O_WRONLY)
	}
	if err != nil {
		o.Discard()
		return nil, fmt.Errorf("%s: %w", path, WithoutPath(err))
	}
	a.outputs = append(a.outputs, o)
	return o, nil
}

// linkTarget returns the absolute path of a file after its symbolic links, so that a link is not
// replaced by the output. The file may be missing.
func linkTarget(path string) (string, error) {
	name, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if target, err := filepath.EvalSymlinks(name); err == nil {
		return target, nil
	}
	if _, err := os.Stat(name); err == nil {
		return name, nil // such as /dev/stdout, whose target has no path
	}
	const maxLinks = 40
	for range maxLinks {
		target, err := os.Readlink(name)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(name), target)
		}
		name = target
	}
	return name, nil
}

func (o *Output) createTemp(mode fs.FileMode) (err error) {
	o.file, err = os.OpenFile(fmt.Sprintf("%s.%d.tmp", o.path, os.Getpid()), os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err == nil {
		o.temp, err = o.file.Stat()
	}
	return err
}

// Write writes to the file.
func (o *Output) Write(b []byte) (int, error) { return o.file.Write(b) }

// Discard removes an output that is not complete. The file that had its name before stays.
func (o *Output) Discard() error {
	if o.file == nil {
		return nil
	}
	err := o.file.Close()
	if o.temp != nil {
		err = errors.Join(err, os.Remove(o.file.Name()))
	}
	o.file = nil
	return err
}

// commit puts a complete output in its place.
func (o *Output) commit() error {
	if o.file == nil {
		return nil
	}
	if o.temp == nil {
		return o.file.Close()
	}
	if err := errors.Join(o.file.Sync(), o.file.Close()); err != nil {
		return errors.Join(err, os.Remove(o.file.Name()))
	}
	return atomic.ReplaceFile(o.file.Name(), o.path)
}

// hasName reports whether two outputs have the same name.
func (o *Output) hasName(other *Output) bool {
	return o.path == other.path || o.before != nil && other.before != nil && os.SameFile(o.before, other.before)
}

// IsOutput reports whether a file is an output of the command, or has the name of one.
func (a *App) IsOutput(info fs.FileInfo) bool {
	return a.output(func(o *Output) bool {
		return o.before != nil && os.SameFile(o.before, info) || o.temp != nil && os.SameFile(o.temp, info)
	}) != nil
}

func (a *App) output(is func(*Output) bool) *Output {
	for _, o := range a.outputs {
		if is(o) {
			return o
		}
	}
	return nil
}

// redirect writes to the file that --output names instead of standard output.
func (a *App) redirect() error {
	if a.outputPath == "" {
		return nil
	}
	o, err := a.Create(a.outputPath, 0o666)
	if err != nil {
		return err
	}
	a.Stdout, a.Color = o, false
	a.Out.Reset(o)
	return nil
}

// finishOutputs puts the outputs in their places, or discards them if they are not complete.
func (a *App) finishOutputs(complete bool) (err error) {
	for _, o := range a.outputs {
		if complete {
			err = errors.Join(err, o.commit())
		} else {
			err = errors.Join(err, o.Discard())
		}
	}
	return err
}
