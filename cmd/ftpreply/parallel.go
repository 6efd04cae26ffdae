package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	recordings "github.com/ftpreply/ftpreply/recording"
	"github.com/ftpreply/ftpreply/transcript"
)

// Files are read several at a time, and what is said of them comes in the order of the
// input: a file that is first in line writes through, the others keep what they have
// to say until it is their turn. What is kept is bounded: for one file by maxKept, where it
// waits, and in all by the number of files that may be read ahead.
const (
	maxKept  = 1 << 20
	maxAhead = 4 // times the files that are read at a time
)

// A task is one file that is being read.
type task struct {
	file file
	turn turnWriter
	sink sink // nil when the file was not recognised
	err  error
	done chan struct{}
}

// read gives every recording to a sink of its own. What cannot be read is reported and
// left out; the error is then errTrouble, or errInterrupted.
func (in *input) read(names []string, begin func(*recording) sink) error {
	ctx, cancel := context.WithCancel(in.app.ctx)
	defer cancel()
	files := listFiles(ctx, names)
	progress := in.app.startProgress(files)
	defer in.app.stopProgress(progress)
	return in.collect(ctx, cancel, in.start(ctx, files, progress, begin))
}

// start reads the files, and returns the tasks in their order.
func (in *input) start(ctx context.Context, files []file, p *progress, begin func(*recording) sink) <-chan *task {
	jobs := max(1, in.jobs)
	running := make(chan struct{}, jobs)
	tasks := make(chan *task, maxAhead*jobs)
	go func() {
		defer close(tasks)
		for _, f := range files {
			running <- struct{}{} // in order, so the first in line is never without
			if ctx.Err() != nil {
				return
			}
			t := &task{file: f, done: make(chan struct{})}
			t.turn = turnWriter{out: in.app.stdout, come: make(chan struct{})}
			tasks <- t
			go func() {
				t.err = in.readFile(ctx, t, p, begin)
				close(t.done)
				<-running
			}()
		}
	}()
	return tasks
}

// collect waits for the tasks, one after the other.
func (in *input) collect(ctx context.Context, cancel context.CancelFunc, tasks <-chan *task) error {
	trouble, writeErr := false, error(nil)
	for t := range tasks {
		close(t.turn.come)
		<-t.done
		if writeErr == nil {
			if writeErr = t.turn.flush(); writeErr != nil {
				cancel()
			}
		}
		if t.sink != nil {
			t.sink.done()
		}
		trouble = in.complain(t) || trouble
	}
	switch {
	case writeErr != nil:
		return writeErr
	case ctx.Err() != nil:
		fmt.Fprintln(in.app.stderr, "ftpreply: interrupted; the rest was not read")
		return errInterrupted
	case trouble:
		return errTrouble
	}
	return nil
}

// complain reports what was wrong with a file, and whether that is trouble: in a
// directory there may be other files than recordings.
func (in *input) complain(t *task) bool {
	switch {
	case t.err == nil || errors.Is(t.err, context.Canceled):
		return false
	case t.file.inDirectory && errors.Is(t.err, transcript.ErrFormat):
		if in.verbose {
			fmt.Fprintf(in.app.stderr, "ftpreply: %s: skipped: %v\n", t.file.path, t.err)
		}
		return false
	}
	fmt.Fprintf(in.app.stderr, "ftpreply: %s: %v\n", t.file.path, withoutPath(t.err))
	return true
}

// readFile gives one recording to its sink.
func (in *input) readFile(ctx context.Context, t *task, p *progress, begin func(*recording) sink) error {
	f, closer, err := t.file.open(ctx, in.app.stdin)
	if err != nil {
		return err
	}
	defer closer.Close()
	events, err := recordings.Open(&taskReader{ctx, f, p.add}, recordings.Options{Format: in.from, Ports: in.ports})
	if err != nil {
		return err
	}
	format := events.Format()
	rec := &recording{
		source: t.file.path, format: format, out: bufio.NewWriter(&t.turn),
		lost: format.Keeps.Lost(), filter: &in.filter,
	}
	t.sink = begin(rec)
	r := newReader(in, t.sink)
	r.ends = events.ShowsEnds()
	err = r.readAll(events)
	if writeErr := rec.out.Flush(); writeErr != nil {
		return nil // collect reports it
	}
	return err
}

// A turnWriter keeps what is written until its turn has come.
type turnWriter struct {
	out  io.Writer
	come chan struct{} // closed when it has
	kept bytes.Buffer
	err  error
}

func (w *turnWriter) Write(b []byte) (int, error) {
	select {
	case <-w.come:
	default:
		if w.kept.Len()+len(b) <= maxKept {
			return w.kept.Write(b)
		}
		<-w.come
	}
	if w.flush() != nil {
		return 0, w.err
	}
	var n int
	n, w.err = w.out.Write(b)
	return n, w.err
}

// flush writes what was kept; the turn has come.
func (w *turnWriter) flush() error {
	if w.err == nil {
		_, w.err = w.kept.WriteTo(w.out)
	}
	return w.err
}
