package input

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/recording"
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
	sink Sink // nil when the file was not recognised
	err  error
	done chan struct{}
}

// Read gives every recording to a sink of its own. What cannot be read is reported and
// left out; the error is then errTrouble, or errInterrupted.
func (in *Input) Read(names []string, begin func(*Recording) Sink) error {
	ctx, cancel := context.WithCancel(in.App.Ctx)
	defer cancel()
	files := listFiles(ctx, names)
	stderr, progress := in.App.Stderr, in.startProgress(files)
	defer func() {
		progress.Stop()
		in.App.Stderr = stderr
	}()
	return in.collect(ctx, cancel, in.start(ctx, files, progress, begin))
}

// startProgress shows the progress of reading the files, if standard error is a terminal
// and the output goes elsewhere. Messages to standard error then do not run into the bar.
func (in *Input) startProgress(files []file) *render.Progress {
	var total int64
	for _, f := range files {
		total += f.size
	}
	p := render.NewProgress(in.App.Stderr, total)
	if render.IsTerminal(in.App.Stderr) && !render.IsTerminal(in.App.Stdout) {
		in.App.Stderr = p
		p.Start()
	}
	return p
}

// start reads the files, and returns the tasks in their order.
func (in *Input) start(ctx context.Context, files []file, p *render.Progress, begin func(*Recording) Sink) <-chan *task {
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
			t.turn = turnWriter{out: in.App.Stdout, come: make(chan struct{})}
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
func (in *Input) collect(ctx context.Context, cancel context.CancelFunc, tasks <-chan *task) error {
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
			t.sink.Done()
		}
		trouble = in.complain(t) || trouble
	}
	switch {
	case writeErr != nil:
		return writeErr
	case ctx.Err() != nil:
		in.App.Complain(errors.New("interrupted; the rest was not read"))
		return cli.ErrInterrupted
	case trouble:
		return cli.ErrTrouble
	}
	return nil
}

// complain reports what was wrong with a file, and whether that is trouble: in a
// directory there may be other files than recordings.
func (in *Input) complain(t *task) bool {
	switch {
	case t.err == nil || errors.Is(t.err, context.Canceled):
		return false
	case t.file.inDirectory && errors.Is(t.err, transcript.ErrFormat):
		if in.Verbose {
			in.App.Complain(fmt.Errorf("%s: skipped: %w", t.file.path, t.err))
		}
		return false
	}
	in.App.Complain(fmt.Errorf("%s: %w", t.file.path, cli.WithoutPath(t.err)))
	return true
}

// readFile gives one recording to its sink.
func (in *Input) readFile(ctx context.Context, t *task, p *render.Progress, begin func(*Recording) Sink) error {
	f, closer, err := t.file.Open(ctx, in.App.Stdin)
	if err != nil {
		return err
	}
	defer closer.Close()
	events, err := recording.Open(&taskReader{ctx, f, p.Add}, recording.Options{Format: in.from, Ports: in.ports})
	if err != nil {
		return err
	}
	format := events.Format()
	rec := &Recording{
		Source: t.file.path, Format: format, Out: bufio.NewWriter(&t.turn),
		Lost: format.Keeps.Lost(), Filter: &in.filter,
	}
	t.sink = begin(rec)
	r := newReader(in, t.sink)
	r.ends = events.ShowsEnds()
	err = r.readAll(events)
	if writeErr := rec.Out.Flush(); writeErr != nil {
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
