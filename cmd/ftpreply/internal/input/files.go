package input

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A file is one of the input, or why it cannot be one.
type file struct {
	path        string
	size        int64
	inDirectory bool // it was not named itself, so it may be something else than a recording
	err         error
}

// listFiles lists the files with these names and, in the order of their names, those in
// the directories with these names.
func listFiles(ctx context.Context, names []string) (files []file) {
	for _, name := range names {
		if name == "-" {
			files = append(files, file{path: name})
			continue
		}
		filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
			f := file{path: path, inDirectory: path != name, err: err}
			switch {
			case ctx.Err() != nil:
				return fs.SkipAll
			case err == nil && (entry.IsDir() || f.inDirectory && !entry.Type().IsRegular()):
				return nil
			case err == nil:
				f.size = sizeOf(entry)
			}
			files = append(files, f)
			return nil
		})
	}
	return files
}

// sizeOf is the size of a file, as far as it is known.
func sizeOf(entry fs.DirEntry) int64 {
	info, err := entry.Info()
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return info.Size()
}

// Open opens the file. Its reader does not wait for a pipe when the context is done.
func (f *file) Open(ctx context.Context, stdin io.Reader) (io.Reader, io.Closer, error) {
	if f.err != nil {
		return nil, nil, f.err
	}
	if f.path == "-" {
		return newAbandonable(ctx, stdin), io.NopCloser(nil), nil
	}
	opened, err := os.Open(f.path)
	if err != nil {
		return nil, nil, err
	}
	if info, err := opened.Stat(); err == nil && !info.Mode().IsRegular() {
		return newAbandonable(ctx, opened), opened, nil
	}
	return opened, opened, nil
}

// A taskReader reads a file until the task is given up, and counts.
type taskReader struct {
	ctx context.Context
	r   io.Reader
	n   func(int)
}

func (t *taskReader) Read(b []byte) (int, error) {
	if t.ctx.Err() != nil {
		return 0, t.ctx.Err()
	}
	n, err := t.r.Read(b)
	t.n(n)
	return n, err
}

// bufferSize is the number of bytes that are read at a time.
const bufferSize = 64 << 10

// An abandonable reads what may never come: a Read that waits ends with the context.
type abandonable struct {
	ctx    context.Context
	pieces chan piece
	rest   piece
}

type piece struct {
	b   []byte
	err error
}

func newAbandonable(ctx context.Context, r io.Reader) *abandonable {
	a := &abandonable{ctx: ctx, pieces: make(chan piece)}
	go func() {
		for {
			b := make([]byte, bufferSize)
			n, err := r.Read(b)
			select {
			case a.pieces <- piece{b[:n], err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return a
}

func (a *abandonable) Read(b []byte) (n int, err error) {
	if len(a.rest.b) == 0 && a.rest.err == nil {
		select {
		case a.rest = <-a.pieces:
		case <-a.ctx.Done():
			return 0, a.ctx.Err()
		}
	}
	n = copy(b, a.rest.b)
	if a.rest.b = a.rest.b[n:]; len(a.rest.b) == 0 {
		err = a.rest.err
	}
	return n, err
}
