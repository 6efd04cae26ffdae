package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// An outputFile is what --output names. It is written under another name and put in
// place at last, so that nobody finds half of it.
type outputFile struct {
	path string
	file *os.File
	temp bool // what is open has another name
}

// redirect lets all output go to the file that --output names.
func (a *App) redirect() error {
	if a.output.path == "" {
		return nil
	}
	if err := a.output.Open(); err != nil {
		return err
	}
	a.Stdout, a.Color = a.output.file, false
	a.Out.Reset(a.Stdout)
	return nil
}

func (o *outputFile) Open() (err error) {
	if target, err := filepath.EvalSymlinks(o.path); err == nil {
		o.path = target
	}
	if info, err := os.Stat(o.path); err == nil && !info.Mode().IsRegular() {
		o.file, err = os.OpenFile(o.path, os.O_WRONLY, 0) // a pipe or a device has no place to be put in
		return err
	}
	o.temp = true
	o.file, err = os.OpenFile(fmt.Sprintf("%s.%d.tmp", o.path, os.Getpid()), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	return err
}

// finish puts the file in place, unless the command could not run. What could not be
// read, or was not for Ctrl-C, the exit status tells.
func (o *outputFile) finish(runErr error) error {
	if o.file == nil {
		return nil
	}
	err := o.file.Close()
	if !o.temp {
		return err
	}
	if err != nil || runErr != nil && !isReported(runErr) {
		return errors.Join(err, os.Remove(o.file.Name()))
	}
	return os.Rename(o.file.Name(), o.path)
}
