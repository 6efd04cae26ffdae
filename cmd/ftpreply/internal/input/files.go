package input

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
)

// A file is one file of the input, or the reason why it cannot be read.
type file struct {
	path string
	size int64 // 0 if unknown
	live bool  // standard input, a pipe or a device: more data may come later
	dir  *directory
	err  error
}

// A directory is an argument that is a directory. It may hold other files than recordings.
type directory struct {
	path       string
	recordings int
	skipped    int // files that are not recordings
}

// listFiles lists the files of the arguments. The files in a directory are in the order of their
// names. An error means that the command would overwrite a file that it reads.
func listFiles(a *cli.App, names []string) (files []*file, dirs []*directory, err error) {
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case name == "-":
			files = append(files, &file{path: name, live: true})
		case err != nil:
			files = append(files, &file{path: name, err: err})
		case a.IsOutput(info):
			return nil, nil, fmt.Errorf("%s is an input and an output; write to another file", name)
		case info.IsDir():
			dir := &directory{path: name}
			dirs = append(dirs, dir)
			files = append(files, dir.files(a)...)
		case info.Mode().IsRegular():
			files = append(files, &file{path: name, size: info.Size()})
		default:
			files = append(files, &file{path: name, live: true})
		}
	}
	return files, dirs, nil
}

// files lists the files in the directory, which may be a symbolic link. It leaves out the outputs
// of the command, and counts as skipped every other kind of file.
func (d *directory) files(a *cli.App) (files []*file) {
	root := d.path
	if info, err := os.Lstat(root); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		root += string(filepath.Separator)
	}
	filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if a.Ctx.Err() != nil {
			return fs.SkipAll
		}
		f := &file{path: path, dir: d, err: err}
		if err == nil {
			if entry.IsDir() {
				return nil
			}
			info, err := entry.Info()
			switch {
			case err != nil:
				f.err = err
			case !info.Mode().IsRegular():
				d.skipped++
				return nil
			case a.IsOutput(info):
				return nil
			default:
				f.size = info.Size()
			}
		}
		files = append(files, f)
		return nil
	})
	return files
}

// open opens the file. A Read of a live file ends when the context is done.
func (f *file) open(a *cli.App, ctx context.Context) (io.Reader, io.Closer, error) {
	switch {
	case f.err != nil:
		return nil, nil, f.err
	case f.path == "-":
		return newLiveReader(ctx, a.Stdin), io.NopCloser(nil), nil
	}
	opened, err := a.Open(f.path, os.O_RDONLY)
	if err != nil {
		return nil, nil, err
	}
	if f.live {
		return newLiveReader(ctx, opened), opened, nil
	}
	return opened, opened, nil
}

// A taskReader counts the bytes that are read, and ends with the context.
type taskReader struct {
	ctx   context.Context
	r     io.Reader
	count func(int)
}

func (t *taskReader) Read(b []byte) (int, error) {
	if t.ctx.Err() != nil {
		return 0, t.ctx.Err()
	}
	n, err := t.r.Read(b)
	t.count(n)
	return n, err
}

// bufferSize is the number of bytes that are read at a time.
const bufferSize = 64 << 10

// A liveReader reads from a source that may block. Read returns when the context is done.
type liveReader struct {
	ctx    context.Context
	pieces chan piece
	rest   piece
}

type piece struct {
	b   []byte
	err error
}

func newLiveReader(ctx context.Context, r io.Reader) *liveReader {
	l := &liveReader{ctx: ctx, pieces: make(chan piece)}
	go func() {
		for {
			b := make([]byte, bufferSize)
			n, err := r.Read(b)
			select {
			case l.pieces <- piece{b[:n], err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return l
}

func (l *liveReader) Read(b []byte) (n int, err error) {
	if len(l.rest.b) == 0 && l.rest.err == nil {
		select {
		case l.rest = <-l.pieces:
		case <-l.ctx.Done():
			return 0, l.ctx.Err()
		}
	}
	n = copy(b, l.rest.b)
	if l.rest.b = l.rest.b[n:]; len(l.rest.b) == 0 {
		err = l.rest.err
	}
	return n, err
}

// errNothing means that a recording has no data of a control connection.
var errNothing = errors.New("no FTP control connection found")
