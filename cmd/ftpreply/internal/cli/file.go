package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Open opens a file. Opening a pipe waits for the process at its other end; Open gives up
// waiting when the user interrupts.
func (a *App) Open(path string, flag int) (*os.File, error) {
	if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() || info.IsDir() {
		return os.OpenFile(path, flag, 0)
	}
	type result struct {
		file *os.File
		err  error
	}
	opened := make(chan result, 1)
	go func() {
		file, err := os.OpenFile(path, flag, 0)
		opened <- result{file, err}
	}()
	select {
	case r := <-opened:
		return r.file, r.err
	case <-a.Ctx.Done():
		return nil, a.Ctx.Err()
	}
}

// ReadFile reads a file of at most limit bytes. Errors begin with its name.
func (a *App) ReadFile(path string, limit int64) ([]byte, error) {
	f, err := a.Open(path, os.O_RDONLY)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, WithoutPath(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, WithoutPath(err))
	case int64(len(text)) > limit:
		return nil, fmt.Errorf("%s: longer than %d bytes", path, limit)
	}
	return text, nil
}

// ReadJSON reads a file of at most limit bytes that holds one JSON value. Errors begin with its
// name.
func (a *App) ReadJSON(path string, limit int64, v any) error {
	text, err := a.ReadFile(path, limit)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// WithoutPath returns the reason of an error of package os, without the name of the file.
func WithoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
