package input

import (
	"sync"
	"time"

	"github.com/ftpreply/ftpreply/transcript"
)

// An aheadReader reads events in a goroutine of its own while the consumer handles earlier ones.
// Next returns buffered events at once, and blocks only if there are none. Read until an error,
// or the goroutine leaks.
type aheadReader struct {
	current *batch // of the consumer
	next    int    // index of the next event in current

	// flush, unless nil, is called when Next is about to block, and pause when it has been
	// blocked for pauseTime.
	flush, pause func()

	mu      sync.Mutex
	changed sync.Cond
	filling *batch
	paused  bool
}

// pauseTime is longer than the gaps in a stream that a program writes at full speed.
const pauseTime = 100 * time.Millisecond

// A batch is a number of events, and the error after them or nil.
type batch struct {
	events []transcript.Event
	bytes  []byte // of the latest events; earlier ones may have other arrays
	size   int    // of the bytes of all events
	err    error
}

// A batch with more events or bytes is full.
const (
	batchEvents = 1024
	batchBytes  = 128 << 10
)

func readAhead(events eventReader) *aheadReader {
	a := &aheadReader{current: &batch{}, filling: &batch{}}
	a.changed.L = &a.mu
	go func() {
		for a.add(events.Next()) {
		}
	}()
	return a
}

// add stores what Next of the recording has returned, as soon as a batch has room. It reports
// whether to go on.
func (a *aheadReader) add(e transcript.Event, err error) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.filling.isFull() {
		a.changed.Wait()
	}
	if err != nil {
		a.filling.err = err
	} else {
		a.filling.add(e)
	}
	a.changed.Broadcast()
	return err == nil
}

func (b *batch) isFull() bool { return len(b.events) == batchEvents || b.size > batchBytes }

// add stores an event with a copy of its bytes.
func (b *batch) add(e transcript.Event) {
	if len(b.bytes)+len(e.Bytes) > cap(b.bytes) {
		b.bytes = make([]byte, 0, max(len(e.Bytes), min(2*cap(b.bytes), batchBytes+bufferSize)))
	}
	from := len(b.bytes)
	b.bytes = append(b.bytes, e.Bytes...)
	e.Bytes = b.bytes[from:]
	b.size += len(e.Bytes)
	b.events = append(b.events, e)
}

// empty removes the events. Their bytes are overwritten later.
func (b *batch) empty() { b.events, b.bytes, b.size = b.events[:0], b.bytes[:0], 0 }

// Next returns the next event. Its bytes are valid until the next call.
func (a *aheadReader) Next() (transcript.Event, error) {
	if a.next == len(a.current.events) {
		if a.current.err != nil {
			return transcript.Event{}, a.current.err
		}
		a.swap()
		if len(a.current.events) == 0 {
			return transcript.Event{}, a.current.err
		}
	}
	a.next++
	return a.current.events[a.next-1], nil
}

// swap waits until the other batch has an event or an error, and exchanges the batches.
func (a *aheadReader) swap() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.isWaiting() && a.flush != nil {
		a.call(a.flush)
		timer := time.AfterFunc(pauseTime, a.notePause)
		defer timer.Stop()
	}
	a.paused = false
	for a.isWaiting() {
		if a.paused {
			a.paused = false
			a.call(a.pause)
			continue
		}
		a.changed.Wait()
	}
	a.current.empty()
	a.current, a.filling, a.next = a.filling, a.current, 0
	a.changed.Broadcast()
}

func (a *aheadReader) isWaiting() bool { return len(a.filling.events) == 0 && a.filling.err == nil }

// call calls f without the lock.
func (a *aheadReader) call(f func()) {
	if f != nil {
		a.mu.Unlock()
		defer a.mu.Lock()
		f()
	}
}

// notePause wakes the consumer if it still waits.
func (a *aheadReader) notePause() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.paused = true
	a.changed.Broadcast()
}
