package render

import (
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
)

// When a progress bar appears, and how often it is drawn.
const (
	progressDelay    = time.Second
	progressInterval = 100 * time.Millisecond
)

// A Progress shows on a terminal how much has been read, if that takes long.
type Progress struct {
	read   atomic.Int64
	total  int64
	mu     sync.Mutex // guards the terminal
	bar    *progressbar.ProgressBar
	drawn  bool
	stderr io.Writer
	end    chan struct{}
	ended  sync.WaitGroup
}

// NewProgress returns a Progress of reading total bytes, or an unknown number if total is 0. It
// shows nothing until Start.
func NewProgress(stderr io.Writer, total int64) *Progress {
	return &Progress{stderr: stderr, total: total}
}

// Add adds to the bytes that have been read.
func (p *Progress) Add(n int) { p.read.Add(int64(n)) }

// Start makes the bar appear if reading takes long.
func (p *Progress) Start() { p.startAfter(progressDelay, progressInterval) }

func (p *Progress) startAfter(delay, interval time.Duration) {
	p.end = make(chan struct{})
	total := p.total
	if total == 0 {
		total = -1 // unknown
	}
	p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.stderr), progressbar.OptionSetDescription("reading"),
		progressbar.OptionShowBytes(true), progressbar.OptionShowCount(), progressbar.OptionSetWidth(20),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetSpinnerChangeInterval(0)) // only draw draws it
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

func (p *Progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drawn = true
	read := p.read.Load()
	if p.total > 0 {
		read = min(read, p.total) // standard input and pipes have no size
	}
	p.bar.Set64(read)
}

// Write writes to standard error in place of the bar.
func (p *Progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		p.bar.Clear()
	}
	return p.stderr.Write(b)
}

// Stop removes the bar.
func (p *Progress) Stop() {
	if p.end == nil {
		return
	}
	close(p.end)
	p.ended.Wait()
	if p.drawn {
		p.bar.Clear()
	}
}
