package main

import (
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// When a progress bar appears, and how often it is drawn.
const (
	progressDelay    = time.Second
	progressInterval = 100 * time.Millisecond
)

// A progress shows how much has been read, on a terminal, when that takes long.
type progress struct {
	read   atomic.Int64
	total  int64
	mu     sync.Mutex // guards what is on the terminal
	bar    *progressbar.ProgressBar
	drawn  bool
	stderr io.Writer
	end    chan struct{}
	ended  sync.WaitGroup
}

// startProgress shows the progress of reading the files, if standard error is a terminal
// and the output goes elsewhere. What is written to a.stderr meanwhile does not run
// into the bar.
func (a *app) startProgress(files []file) *progress {
	p := &progress{stderr: a.stderr}
	for _, f := range files {
		p.total += f.size
	}
	if isTerminal(a.stderr) && !isTerminal(a.stdout) {
		a.stderr = p
		p.start(progressDelay, progressInterval)
	}
	return p
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// add counts bytes that were read.
func (p *progress) add(n int) { p.read.Add(int64(n)) }

// start lets the bar appear after the delay.
func (p *progress) start(delay, interval time.Duration) {
	p.end = make(chan struct{})
	p.bar = newBar(p.stderr, p.total)
	p.bar.StartWithoutRender()
	p.ended.Add(1)
	go func() {
		defer p.ended.Done()
		for wait := delay; ; wait = interval {
			select {
			case <-p.end:
				return
			case <-time.After(wait):
				p.draw()
			}
		}
	}()
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drawn = true
	read := p.read.Load()
	if p.total > 0 {
		read = min(read, p.total) // standard input and pipes have no size
	}
	p.bar.Set64(read)
}

func newBar(w io.Writer, total int64) *progressbar.ProgressBar {
	if total == 0 {
		total = -1 // unknown
	}
	return progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("reading"),
		progressbar.OptionShowBytes(true), progressbar.OptionShowCount(), progressbar.OptionSetWidth(20),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetSpinnerChangeInterval(0)) // draw alone draws it
}

// Write writes to standard error, in the place of the bar.
func (p *progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		p.bar.Clear()
	}
	return p.stderr.Write(b)
}

// stopProgress takes the bar away.
func (a *app) stopProgress(p *progress) {
	a.stderr = p.stderr
	p.stop()
}

func (p *progress) stop() {
	if p.end == nil {
		return
	}
	close(p.end)
	p.ended.Wait()
	if p.drawn {
		p.bar.Clear()
	}
}
