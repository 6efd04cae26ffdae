package input

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/recording"
	"github.com/ftpreply/ftpreply/transcript"
)

// Several files are read at the same time, but their output has the order of the input. The
// first file writes through; the others buffer their output until it is their turn. The buffers
// are bounded: each by maxKept, and their number by the files that may be read ahead.
const (
	maxKept  = 1 << 20
	maxAhead = 4 // times the number of files that are read at the same time
	maxJobs  = 1024
)

// A task is one file that is being read.
type task struct {
	file *file
	turn turnWriter
	sink Sink // nil if the file was not recognised

	note    string // how the file was read
	skipped string // parts of the file that were not examined
	lost    bool   // they may belong to a connection
	err     error
	done    chan struct{}
}

// Read reads the files and directories of the arguments, and gives every recording to a sink of
// its own. It reports files that cannot be read, reads the others, and then returns
// cli.ErrTrouble, or cli.ErrInterrupted.
func (in *Input) Read(names []string, begin func(*Recording) Sink) error {
	if in.jobs < 1 || in.jobs > maxJobs {
		return fmt.Errorf("--jobs must be from 1 to %d", maxJobs)
	}
	ctx, cancel := context.WithCancel(in.App.Ctx)
	defer cancel()
	files, dirs, err := listFiles(in.App, names)
	if err != nil {
		return err
	}
	stderr, progress := in.App.Stderr, in.startProgress(files)
	defer func() {
		progress.Stop()
		in.App.Stderr = stderr
	}()
	trouble, err := in.collect(cancel, in.start(ctx, files, progress, begin))
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		in.App.Complain(errors.New("interrupted; the rest was not read"))
		return cli.ErrInterrupted
	}
	for _, dir := range dirs {
		trouble = in.complainOfDirectory(dir) || trouble
	}
	if trouble {
		return cli.ErrTrouble
	}
	return nil
}

// startProgress shows the progress of reading the files if standard error is a terminal and the
// output goes elsewhere. Messages to standard error then take the place of the bar.
func (in *Input) startProgress(files []*file) *render.Progress {
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

// start reads the files, and returns the tasks in the order of the files.
func (in *Input) start(ctx context.Context, files []*file, p *render.Progress, begin func(*Recording) Sink) <-chan *task {
	jobs := in.jobs
	running := make(chan struct{}, jobs)
	tasks := make(chan *task, maxAhead*jobs)
	go func() {
		defer close(tasks)
		for _, f := range files {
			running <- struct{}{} // in order, so that the first file always runs
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

// collect waits for the tasks, one after the other. It reports whether some input could not be
// read. The error is that of writing the output.
func (in *Input) collect(cancel context.CancelFunc, tasks <-chan *task) (trouble bool, writeErr error) {
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
	return trouble, writeErr
}

// complain reports the error of a file, and whether it is trouble. A directory may hold files
// that are not recordings.
func (in *Input) complain(t *task) bool {
	dir := t.file.dir
	in.tell(t)
	switch {
	case errors.Is(t.err, context.Canceled):
		return false
	case dir != nil && (errors.Is(t.err, transcript.ErrFormat) || errors.Is(t.err, errNothing)):
		dir.skipped++
		if in.Verbose {
			in.App.Complain(fmt.Errorf("%s: skipped: %w", t.file.path, t.err))
		}
		return false
	case t.err == nil:
		if dir != nil {
			dir.recordings++
		}
		if t.skipped != "" && (in.Verbose || t.lost) {
			in.App.Complain(fmt.Errorf("%s: skipped %s", t.file.path, t.skipped))
		}
		return false
	}
	in.App.Complain(fmt.Errorf("%s: %w%s", t.file.path, cli.WithoutPath(t.err), advice(t.err)))
	return true
}

// advice returns the next step after an error, if it is about a text that could not be read.
func advice(err error) string {
	var unread *transcript.FormatError
	if !errors.As(err, &unread) || unread.Empty || unread.Binary {
		return ""
	}
	return "; --from names a format, --reply-mark and --command-mark describe another, \"ftpreply formats\" lists all"
}

// tell reports how a file was read, once.
func (in *Input) tell(t *task) {
	if t.note != "" {
		in.App.Complain(fmt.Errorf("%s: %s", t.file.path, t.note))
		t.note = ""
	}
}

// complainOfDirectory reports the files in a directory that were skipped, and whether it holds
// no recording.
func (in *Input) complainOfDirectory(dir *directory) bool {
	skipped := render.Count(dir.skipped, "file that is not a recording", "files that are not recordings")
	switch {
	case dir.recordings == 0 && dir.skipped > 0 && !in.Verbose:
		in.App.Complain(fmt.Errorf("%s: no recording found, only %s; -v says why", dir.path, skipped))
	case dir.recordings == 0:
		in.App.Complain(fmt.Errorf("%s: no recording found, only %s", dir.path, skipped))
	case dir.skipped > 0 && !in.Verbose:
		in.App.Complain(fmt.Errorf("%s: skipped %s; -v lists them", dir.path, skipped))
	}
	return dir.recordings == 0
}

// readFile gives one recording to its sink.
func (in *Input) readFile(ctx context.Context, t *task, p *render.Progress, begin func(*Recording) Sink) error {
	f, closer, err := t.file.open(in.App, ctx)
	if err != nil {
		return err
	}
	defer closer.Close()
	options := recording.Options{Format: in.from, Marks: in.marks, Ports: in.ports, Unlimited: in.unlimited}
	if t.file.live {
		options.Pause = pauseTime
	}
	events, err := recording.Open(&taskReader{ctx, f, p.Add}, options)
	if err != nil {
		return err
	}
	format := events.Format()
	rec := &Recording{
		Source: t.file.path, Format: format, Out: bufio.NewWriterSize(&t.turn, bufferSize),
		Lost: format.Keeps.Lost(), Marks: events.Marks(), Filter: &in.filter,
	}
	if rec.Marks != nil {
		t.note = "generic: " + rec.Marks.String()
	}
	if t.file.live {
		in.tell(t)
	}
	t.sink = begin(rec)
	r := newReader(in, t.sink)
	r.ends = events.ShowsEnds()
	ahead := readAhead(events)
	if t.file.live {
		ahead.flush = func() { rec.Out.Flush() }
		ahead.pause = func() {
			r.pause()
			rec.Out.Flush()
		}
	}
	err = r.readAll(ahead)
	if writeErr := rec.Out.Flush(); writeErr != nil {
		return nil // collect reports it
	}
	skipped := events.Skipped()
	for _, s := range skipped {
		rec.SkippedLines += s.Lines
	}
	t.skipped, t.lost = skippedText(skipped), rec.SkippedLines > 0
	if err == nil && r.pieces == 0 {
		if t.skipped != "" {
			return fmt.Errorf("%w; skipped %s; --ftp-port names other server ports", errNothing, t.skipped)
		}
		return fmt.Errorf("%w; it was read as %s, and --from names another format", errNothing, format.Name)
	}
	return err
}

// skippedText returns the lines, packets and connections that were not examined, with the
// reasons, or nothing without one.
func skippedText(skipped []recording.Skip) string {
	var parts []string
	for _, s := range skipped {
		switch {
		case s.Lines > 0:
			parts = append(parts, fmt.Sprintf("%s (%s)", render.Count(s.Lines, "line", "lines"), s.Reason))
		case s.Connections > 0:
			parts = append(parts, fmt.Sprintf("%s (%s)", render.Count(s.Connections, "connection", "connections"), s.Reason))
		default:
			parts = append(parts, fmt.Sprintf("%s (%s)", render.Count(s.Packets, "packet", "packets"), s.Reason))
		}
	}
	return strings.Join(parts, ", ")
}

// A turnWriter buffers output until its turn has come.
type turnWriter struct {
	out  io.Writer
	come chan struct{} // closed when its turn has come
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

// flush writes the buffered output. The turn must have come.
func (w *turnWriter) flush() error {
	if w.err == nil {
		_, w.err = w.kept.WriteTo(w.out)
	}
	return w.err
}
