package input

import (
	"sync"

	"github.com/ftpreply/ftpreply/transcript"
)

// An aheadReader reads events in a goroutine of its own, while those before are looked
// at. Nothing is held back: whoever waits gets what there is. It is to be read up to its
// error.
type aheadReader struct {
	current *batch // of the consumer
	next    int

	mu      sync.Mutex
	changed sync.Cond
	filling *batch
}

// A batch is a number of events, and perhaps the error behind them.
type batch struct {
	events []transcript.Event
	bytes  []byte // of the latest events; those before may have others
	size   int    // of the bytes of all events
	err    error
}

// A batch that has so much is full.
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

// add takes what was read, as soon as there is room, and reports whether to go on.
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
	a.changed.Signal()
	return err == nil
}

func (b *batch) isFull() bool { return len(b.events) == batchEvents || b.size > batchBytes }

// add keeps an event, with its bytes.
func (b *batch) add(e transcript.Event) {
	if len(b.bytes)+len(e.Bytes) > cap(b.bytes) {
		b.bytes = make([]byte, 0, max(len(e.Bytes), min(2*cap(b.bytes), batchBytes+bufferSize))) // those of the events before stay
	}
	from := len(b.bytes)
	b.bytes = append(b.bytes, e.Bytes...)
	e.Bytes = b.bytes[from:]
	b.size += len(e.Bytes)
	b.events = append(b.events, e)
}

// empty forgets the events, which were lent until now.
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

// swap waits until something has been read, and takes it.
func (a *aheadReader) swap() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.filling.events) == 0 && a.filling.err == nil {
		a.changed.Wait()
	}
	a.current.empty()
	a.current, a.filling, a.next = a.filling, a.current, 0
	a.changed.Signal()
}
